"""A mailbox on a server: as much of IMAP as a reader of returned mail says, and what is left in which folder."""

from __future__ import annotations

import asyncio
import shlex
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

INBOX = "INBOX"
DELETED = "\\Deleted"


@dataclass(slots=True)
class Kept:
    """One mail in a folder."""

    uid: int
    data: bytes
    flags: set[str] = field(default_factory=set)


class ImapServer:
    """For one user, whatever the password. RFC 3501, and MOVE (RFC 6851) where it `moves`."""

    def __init__(self, mails: list[bytes], *, moves: bool = True) -> None:
        self.port = 0
        self.folders: dict[str, list[Kept]] = {INBOX: []}
        self.moves = moves
        self.dies_at = ""  # the command at which it hangs up
        self._uid = 0
        self._clients: set[asyncio.Task[None]] = set()
        for data in mails:
            self.keep(INBOX, data, set())

    def keep(self, folder: str, data: bytes, flags: set[str]) -> None:
        """A new mail in a folder that is there."""
        self._uid += 1
        self.folders[folder].append(Kept(self._uid, data, set(flags)))

    def shown(self) -> Counter[str]:
        """How many mails a reader sees in each folder: what is flagged as deleted is gone at the next removal."""
        return Counter(name for name, mails in self.folders.items() for kept in mails if DELETED not in kept.flags)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[ImapServer]:
        server = await asyncio.start_server(self._welcome, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for client in self._clients:
                client.cancel()
            await asyncio.gather(*self._clients, return_exceptions=True)

    def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = asyncio.ensure_future(_Session(self, reader, writer).serve())
        self._clients.add(client)
        client.add_done_callback(self._clients.discard)


class _Session:
    def __init__(self, server: ImapServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server = server
        self._reader = reader
        self._writer = writer
        self._folder = INBOX

    async def serve(self) -> None:
        try:
            self._say(b"* OK ready")
            while line := await self._reader.readline():
                tag, *words = shlex.split(line.decode().replace("\\", "\\\\"))
                if self._server.dies_at and self._server.dies_at in words:
                    return
                self._say(f"{tag} {self._answer([words[0].upper(), *words[1:]])}".encode())
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._writer.close()

    def _answer(self, words: list[str]) -> str:
        match words:
            case ["CAPABILITY"]:
                self._say(b"* CAPABILITY IMAP4rev1" + (b" MOVE" if self._server.moves else b""))
            case ["LOGIN", _, _]:
                pass
            case ["SELECT", folder] if folder in self._server.folders:
                self._folder = folder
                self._say(f"* {len(self._here)} EXISTS".encode())
            case ["LIST", _, folder]:
                if folder in self._server.folders:
                    self._say(f'* LIST () "." "{folder}"'.encode())
            case ["CREATE", folder] if folder not in self._server.folders:
                self._server.folders[folder] = []
            case ["UID", command, *rest]:
                return self._of_mails(command.upper(), rest)
            case ["EXPUNGE"]:
                self._remove([kept for kept in self._here if DELETED in kept.flags])
            case ["LOGOUT"]:
                self._say(b"* BYE")
            case _:
                return f"BAD {' '.join(words)}"
        return "OK done"

    def _of_mails(self, command: str, words: list[str]) -> str:
        if command == "SEARCH":
            shown = [kept for kept in self._here if "UNDELETED" not in words or DELETED not in kept.flags]
            self._say(" ".join(["* SEARCH", *(str(kept.uid) for kept in shown)]).encode())
            return "OK done"
        found = [kept for kept in self._here if str(kept.uid) == words[0]]
        match command:
            case "FETCH":
                for kept in found:
                    head = f"* 1 FETCH (UID {kept.uid} BODY[]<0> {{{len(kept.data)}}}\r\n".encode()
                    self._say(head + kept.data + b")")
            case "STORE":
                for kept in found:
                    kept.flags.add(words[2].strip("()"))
            case "COPY" | "MOVE" if words[1] in self._server.folders:
                for kept in found:
                    self._server.keep(words[1], kept.data, kept.flags)
                self._remove(found if command == "MOVE" else [])
            case _:
                return f"BAD {command}"
        return "OK done"

    @property
    def _here(self) -> list[Kept]:
        return self._server.folders[self._folder]

    def _remove(self, mails: list[Kept]) -> None:
        for kept in mails:
            self._say(f"* {self._here.index(kept) + 1} EXPUNGE".encode())
            self._here.remove(kept)

    def _say(self, line: bytes) -> None:
        self._writer.write(line + b"\r\n")
