"""How does synchronous code keep connections open? By one event loop in a thread of its own, kept between calls."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")
TURNS = 10
PATIENCE = 1.0  # seconds that a task has to put things in order before it is cancelled again


class LoopThread:
    """An event loop in a daemon thread; `run` hands it a coroutine and waits for the result."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name=name, daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def cancel(self) -> None:
        """Cancel what still runs on the loop, and wait until it has ended and closed its connections."""
        self.run(_cancel_all())

    def close(self) -> None:
        """Cancel what still runs on the loop, and end the thread."""
        self.cancel()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def together(coroutines: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """What each answers. Where this is cancelled all of them are, and have ended: `asyncio.gather` waits for the first.

    What one of them raises is raised when all have ended.
    """
    tasks = [asyncio.ensure_future(each) for each in coroutines]
    try:
        if tasks:
            await asyncio.wait(tasks)
    except asyncio.CancelledError:
        await _end(tasks)
        raise
    return [task.result() for task in tasks]


async def _end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel each until it has ended: where a cancellation meets an answer `asyncio.wait_for` of 3.11 forgets it."""
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=PATIENCE)


async def _cancel_all() -> None:
    while tasks := asyncio.all_tasks() - {asyncio.current_task()}:
        await _end(task for task in tasks if task is not None)
    for _ in range(TURNS):
        await asyncio.sleep(0)  # a connection that was given up closes its socket a few turns of the loop later
