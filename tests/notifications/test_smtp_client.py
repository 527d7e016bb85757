"""No connection to a server outlives what it was for, wherever a delivery ends."""

import asyncio
import gc
import socket
import ssl
from collections.abc import Coroutine, Generator, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from itertools import count
from threading import Event
from typing import Any

import pytest

from notifications import trust
from notifications.event_loop import LoopThread
from notifications.smtp import Security, SmtpSender
from tests.notifications.builders import wire
from tests.notifications.scripted_server import Lock, Misbehaviour, Moment, ScriptedServer, on_its_own_loop
from tests.wire.certificates import GOOD, SELF_SIGNED, Authority

PASSWORD = "open sesame"
MAILS = [wire(f"m-{k}", f"p{k}@school.example") for k in range(3)]
LARGE = wire("large", "large@school.example", b"Subject: large\r\n\r\n" + (b"x" * 900 + b"\r\n") * 20_000)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority")).make()


@pytest.fixture(autouse=True)
def _only_what_a_test_makes() -> Iterator[None]:
    """The collector need not look at all that was there before."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def lock(authority: Authority, security: Security, name: str = GOOD) -> Lock | None:
    if security == "none":
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(authority.chain(name))
    return Lock(context, PASSWORD, at_once=security == "tls")


class Noticing(ScriptedServer):
    """Says when it begins to misbehave."""

    def __init__(self, at: Moment, lock: Lock | None) -> None:
        super().__init__({"*": Misbehaviour(at, stall=True)}, lock=lock)
        self.stalls = Event()

    def misbehaviour(self, names: tuple[str, ...], moment: Moment) -> Misbehaviour | None:
        found = super().misbehaviour(names, moment)
        if found is not None:
            self.stalls.set()
        return found


def sender_to(server: ScriptedServer, authority: Authority, security: Security, **options: Any) -> SmtpSender:
    known = {} if security == "none" else {"username": "office", "password": PASSWORD}
    context = None if security == "none" else trust.tls_context(str(authority.ca))
    return SmtpSender("127.0.0.1", server.port, security=security, tls_context=context, **{**known, **options})


def open_to(port: int) -> list[socket.socket]:
    """The sockets of this process that lead to a server's port."""
    gc.collect()
    found = [each for each in gc.get_objects() if isinstance(each, socket.socket) and each.fileno() >= 0]
    return [each for each in found if each.family == socket.AF_INET and _leads_to(each, port)]


def _leads_to(each: socket.socket, port: int) -> bool:
    try:
        return bool(each.getpeername()[1] == port)
    except OSError:  # it is not connected, or not any more
        return False


class Cut:
    """Cancels a task at the n-th time that anything on its loop waits."""

    def __init__(self, at: int) -> None:
        self.left = at
        self.task: asyncio.Task[Any] | None = None

    def factory(self, loop: asyncio.AbstractEventLoop, coro: Any, **options: Any) -> asyncio.Task[Any]:
        return asyncio.Task(Counted(coro, self), loop=loop, **options)

    def count(self) -> None:
        self.left -= self.task is not None
        if self.left == 0 and self.task is not None:
            self.task.cancel()


class Counted(Coroutine[Any, Any, Any]):
    """A coroutine that says each time that it waits."""

    def __init__(self, inner: Coroutine[Any, Any, Any], cut: Cut) -> None:
        self._inner = inner
        self._cut = cut

    def send(self, value: Any) -> Any:
        waits_for = self._inner.send(value)
        self._cut.count()
        return waits_for

    def throw(self, *error: Any) -> Any:
        waits_for = self._inner.throw(*error)
        self._cut.count()
        return waits_for

    def close(self) -> None:
        self._inner.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._inner.__await__()


async def cut_short(cut: Cut, sender: SmtpSender, port: int) -> tuple[bool, int]:
    """Whether the delivery was cancelled, and how many connections are open once leave was taken of those kept."""
    cut.task = asyncio.ensure_future(sender.send(MAILS))
    await asyncio.wait([cut.task])
    stopped, cut.task = cut.task.cancelled(), None
    await sender.close()
    return stopped, len(open_to(port))


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_a_delivery_that_is_cancelled_at_any_wait_leaves_no_connection_open(
    authority: Authority, security: Security
) -> None:
    server = ScriptedServer({}, lock=lock(authority, security))
    waits = 0
    with on_its_own_loop(server):
        for at in count(1):
            cut = Cut(at)
            with asyncio.Runner() as runner:
                runner.get_loop().set_task_factory(cut.factory)
                sender = sender_to(server, authority, security, connections=2, per_connection=2)
                stopped, left = runner.run(cut_short(cut, sender, server.port))
            assert (at, left) == (at, 0)
            waits += stopped
            if cut.left > 0:  # it was over before
                break
    assert waits > 20


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
@pytest.mark.parametrize("at", ["greeting", "MAIL", "RCPT", "DATA", "dot"])
def test_a_loop_that_ends_amid_a_delivery_closes_its_connection(
    authority: Authority, security: Security, at: Moment
) -> None:
    server = Noticing(at, lock(authority, security))
    with on_its_own_loop(server), ThreadPoolExecutor() as pool:
        loop, sender = LoopThread("mail"), sender_to(server, authority, security)
        sending = pool.submit(loop.run, sender.send(MAILS[:1]))
        assert server.stalls.wait(30)
        loop.close()
        assert open_to(server.port) == []
        with pytest.raises(CancelledError):
            sending.result()


@pytest.mark.parametrize(("security", "outcome"), [("none", "retry"), ("tls", "unknown")])
def test_a_server_that_takes_nothing_more_holds_no_connection(
    authority: Authority, security: Security, outcome: str
) -> None:
    """What is still to be written would keep a connection open as long as the server does.

    How much of it has left is not seen through TLS: what became of the mail is then not known.
    """
    server = Noticing("content", lock(authority, security))
    with on_its_own_loop(server):
        loop, sender = LoopThread("mail"), sender_to(server, authority, security, timeout=5.0, final_timeout=0.2)
        deliveries = loop.run(sender.send([LARGE]))
        assert (deliveries["large"].outcome, open_to(server.port)) == (outcome, [])
        loop.run(sender.close())
        loop.close()


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_that_is_not_believed_keeps_no_connection(authority: Authority, security: Security) -> None:
    server = ScriptedServer({}, lock=lock(authority, security, SELF_SIGNED))
    with on_its_own_loop(server):
        loop, sender = LoopThread("mail"), sender_to(server, authority, security)
        deliveries = loop.run(sender.send(MAILS))
        assert ({each.cause for each in deliveries.values()}, open_to(server.port)) == ({"tls"}, [])
        loop.close()
