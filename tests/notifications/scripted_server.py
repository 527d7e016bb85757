"""A mail server that does to each recipient what the test says, and counts what it took."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

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


class ScriptedServer:
    """Misbehaves by recipient; before the recipient is known, by sender (the same table) or for "*"."""

    def __init__(self, script: Mapping[str, Misbehaviour], *, mails_per_connection: int = 1_000_000) -> None:
        self.port = 0
        self.connections = 0
        self.taken: Counter[str] = Counter()  # mails whose final dot was read and answered with 250
        self.swallowed: Counter[str] = Counter()  # mails whose final dot was read, whatever the answer
        self.refused: Counter[str] = Counter()
        self.mails: list[bytes] = []
        self.mails_per_connection = mails_per_connection
        self._script = script
        self._left = {name: misbehaviour.times for name, misbehaviour in script.items()}
        self._clients: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[ScriptedServer]:
        server = await asyncio.start_server(self._welcome, "127.0.0.1", self.port)
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


class _HangUp(Exception):
    """The server closes the connection."""


class _Client:
    def __init__(self, server: ScriptedServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server = server
        self._reader = reader
        self._writer = writer
        self._names: tuple[str, ...] = ("*",)
        self._mails = 0

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
                    self._say("250-scripted\r\n250 8BITMIME")
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

    async def _mail(self, command: str) -> None:
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
        if self._server.misbehaviour(self._names, "content"):
            raise _HangUp
        content = await self._reader.readuntil(b"\r\n.\r\n")
        recipient, self._names = self._names[0], ("*",)
        self._server.swallowed[recipient] += 1
        self._mails += 1
        names = (recipient, *self._names)
        if await self._answer("dot", "250 taken", names):
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
