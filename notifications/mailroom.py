"""How does the clock, which is synchronous, get mail out? One object that composes, sends and keeps its connections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from types import TracebackType
from typing import Self

from engine.ports import Delivery, Sender, Store, UnitOfWork, Wire
from notifications.backoff import seek_after
from notifications.dispatching import GROUP, Dispatch, dispatch
from notifications.event_loop import LoopThread
from notifications.letters import Letters
from notifications.mime import Service
from notifications.preparing import BATCH, Preparation, compose_due

ROUNDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one call led to."""

    prepared: Preparation
    dispatched: Dispatch


class SyncDispatcher:
    """Composes what is due and sends what is ready, from synchronous code.

    Between `start` and `close` the sender's connections stay open on an event loop of their own.
    """

    def __init__(
        self,
        store: Store,
        sender: Sender,
        letters: Letters,
        service: Service,
        *,
        batch: int = BATCH,
        group: int = GROUP,
    ) -> None:
        self._store = store
        self._sender = sender
        self._letters = letters
        self._service = service
        self._batch = batch
        self._group = group
        self._loop: LoopThread | None = None
        self._stopped = Event()
        self._failures = 0  # how often in a row no server could be reached
        self._not_before: datetime | None = None  # when it is sought again

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        if self._loop is None:
            self._loop = LoopThread("mail")

    def stop(self) -> None:
        """Let the mails that are on their way arrive, and send no others; for a signal's handler or another thread."""
        self._stopped.set()

    def close(self) -> None:
        """Close the connections; may be called twice."""
        loop, self._loop = self._loop, None
        if loop is not None:
            loop.run(self._sender.close())
            loop.close()

    def compose(self, now: datetime) -> Preparation:
        """Turn what waits into messages, and send nothing."""
        return compose_due(self._store, now, self._letters, self._service, batch=self._batch)

    def next_moment(self, work: UnitOfWork) -> datetime | None:
        """When there is something to compose or to send, as far as a server is to be sought then."""
        moment = work.outbox.next_moment()
        return moment if moment is None or self._not_before is None else max(moment, self._not_before)

    def dispatch(self, now: datetime) -> Dispatch:
        """Send what is ready, unless no server could be reached a moment ago."""
        if self._not_before is not None and now < self._not_before:
            return Dispatch()
        stopped = self._stopped.is_set
        done = dispatch(self._store, self._send, now, self._service, group=self._group, stopped=stopped)
        self._failures = self._failures + 1 if done.unreachable else 0
        self._not_before = now + seek_after(self._failures) if done.unreachable else None
        return done

    def run(self, now: datetime) -> Round:
        """Compose and send until nothing is due: a mail that is cancelled at the last moment may leave words behind."""
        prepared, dispatched = self.compose(now), self.dispatch(now)
        for _ in range(ROUNDS):
            again = self.compose(now)
            if again == Preparation():
                break
            prepared, dispatched = prepared + again, dispatched + self.dispatch(now)
        return Round(prepared=prepared, dispatched=dispatched)

    def _send(self, mails: Sequence[Wire]) -> Mapping[str, Delivery]:
        if self._loop is None:
            raise RuntimeError("Can't send mail before `start` was called.")
        return self._loop.run(self._sender.send(mails))
