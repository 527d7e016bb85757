"""A mail server that does to each recipient what the test says, and counts what it took."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Literal

from notifications.event_loop import LoopThread

Moment = Literal["greeting", "MAIL", "RCPT", "DATA", "content", "dot", "RSET"]


@dataclass(frozen=True, slots=True)
class Misbehaviour:
    """At that moment the server answers `reply`, hangs up (None), or says nothing any more; the first `times` times.

    With `pause` it goes on as usual after so many seconds.
    """

    at: Moment
    reply: str | None = None
    stall: bool = False
    pause: float = 0.0
    times: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Lock:
    """Who is let in: over an encrypted line, with that password."""

    context: ssl.SSLContext
    password: str
    by: Literal["LOGIN", "PLAIN"] = "LOGIN"
    at_once: bool = False  # encrypted from the first byte


class ScriptedServer:
    """Misbehaves by recipient; before the recipient is known, by sender (the same table) or for "*"."""

    def __init__(
        self, script: Mapping[str, Misbehaviour], *, mails_per_connection: int = 1_000_000, lock: Lock | None = None
    ) -> None:
        self.port = 0
        self.connections = 0
        self.taken: Counter[str] = Counter()  # mails whose final dot was read and answered with 250
        self.swallowed: Counter[str] = Counter()  # mails whose final dot was read, whatever the answer
        self.refused: Counter[str] = Counter()
        self.mails: list[bytes] = []
        self.mails_per_connection = mails_per_connection
        self.lock = lock
        self._script = script
        self._left = {name: misbehaviour.times for name, misbehaviour in script.items()}
        self._clients: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[ScriptedServer]:
        server = await asyncio.start_server(
            self._welcome, "127.0.0.1", self.port, ssl=self.lock.context if self.lock and self.lock.at_once else None
        )
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            await self.hang_up()

    async def hang_up(self) -> None:
        """Close every connection that is open."""
        for client in self._clients:
            client.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)

    def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        client = asyncio.ensure_future(_Client(self, reader, writer).serve())
        self._clients.add(client)
        client.add_done_callback(self._clients.discard)

    def misbehaviour(self, names: tuple[str, ...], moment: Moment) -> Misbehaviour | None:
        for name in names:
            found = self._script.get(name)
            if found and found.at == moment and self._left[name] > 0:
                self._left[name] -= 1
                return found
        return None


@contextmanager
def on_its_own_loop(server: ScriptedServer) -> Iterator[None]:
    """It listens on a loop of its own, for clients that are synchronous or whose own loop is looked at."""
    loop = LoopThread("scripted server")
    opened = server.listening()
    loop.run(opened.__aenter__())
    try:
        yield
    finally:
        loop.run(opened.__aexit__(None, None, None))
        loop.close()


class _HangUp(Exception):
    """The server closes the connection."""


class _Client:
    def __init__(self, server: ScriptedServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server = server
        self._reader = reader
        self._writer = writer
        self._names: tuple[str, ...] = ("*",)
        self._mails = 0
        self._encrypted = server.lock is None or server.lock.at_once
        self._known = server.lock is None

    async def serve(self) -> None:
        try:
            await self._converse()
        except (_HangUp, ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._writer.close()

    async def _converse(self) -> None:
        await self._answer("greeting", "220 scripted")
        while line := await self._reader.readline():
            command = line.strip().decode()
            match command.partition(" ")[0].upper():
                case "EHLO":
                    self._greet()
                case "STARTTLS" if not self._encrypted:
                    await self._encrypt()
                case "AUTH" if self._encrypted and not self._known:
                    await self._let_in(command.split(" ")[2])
                case "MAIL":
                    await self._mail(command)
                case "RCPT":
                    self._names = (command[9:-1], *self._names)
                    await self._answer("RCPT", "250 ok")
                case "DATA":
                    await self._data()
                case "RSET":
                    self._names = ("*",)
                    await self._answer("RSET", "250 ok")
                case "QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("500 what")

    def _greet(self) -> None:
        lock = self._server.lock
        secret = [] if lock is None else [f"AUTH {lock.by}"] if self._encrypted else ["STARTTLS"]
        offered = ["scripted", *secret, "8BITMIME"]
        self._say("\r\n".join([*(f"250-{each}" for each in offered[:-1]), f"250 {offered[-1]}"]))

    async def _encrypt(self) -> None:
        assert self._server.lock is not None
        self._say("220 go ahead")
        await self._writer.start_tls(self._server.lock.context)
        self._encrypted = True

    async def _let_in(self, first: str) -> None:
        """RFC 4954: LOGIN asks for the password apart, PLAIN holds it after the name."""
        lock = self._server.lock
        assert lock is not None
        said = base64.b64decode(first)
        if lock.by == "LOGIN":
            self._say("334 UGFzc3dvcmQ6")
            said = base64.b64decode((await self._reader.readline()).strip())
        self._known = said.rpartition(b"\0")[2].decode() == lock.password
        self._say("235 welcome" if self._known else "535 5.7.8 who are you")

    async def _mail(self, command: str) -> None:
        if not self._known:
            self._say("530 5.7.0 Authentication required" if self._encrypted else "530 5.7.0 Must issue STARTTLS first")
            return
        if self._mails >= self._server.mails_per_connection:
            self._say("421 too many mails on this connection")
            raise _HangUp
        if len(self._names) > 1:
            self._say("503 nested MAIL")
            return
        self._names = (command.split(">")[0][11:], "*")
        await self._answer("MAIL", "250 ok")

    async def _data(self) -> None:
        if not await self._answer("DATA", "354 go on"):
            return
        if found := self._server.misbehaviour(self._names, "content"):
            await asyncio.sleep(3600 if found.stall else 0)
            raise _HangUp
        content = await self._reader.readuntil(b"\r\n.\r\n")
        recipient = self._names[0]
        self._server.swallowed[recipient] += 1
        self._mails += 1
        if await self._answer("dot", "250 taken", (recipient, "*")):  # else the envelope stays until a RSET
            self._names = ("*",)
            self._server.taken[recipient] += 1
            self._server.mails.append(content)

    async def _answer(self, moment: Moment, usual: str, names: tuple[str, ...] | None = None) -> bool:
        """Whether all went as usual."""
        names = self._names if names is None else names
        found = self._server.misbehaviour(names, moment)
        if found is not None:
            await asyncio.sleep(found.pause)
        if found is None or found.pause:
            self._say(usual)
            return True
        if found.stall:
            await asyncio.sleep(3600)
        if found.reply is None:
            raise _HangUp
        self._server.refused[names[0]] += 1
        self._say(found.reply)
        if found.reply.startswith("421"):
            raise _HangUp
        return False

    def _say(self, line: str) -> None:
        self._writer.write(line.encode() + b"\r\n")
