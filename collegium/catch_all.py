"""Where do mails go while nobody may be mailed? A mail server on this machine that keeps each mail as a file."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Self

from aiosmtpd.smtp import SMTP, Envelope, Session

from notifications.event_loop import LoopThread

KIND = re.compile(rb"^X-Collegium-Kind: *(\S+)", re.MULTILINE | re.IGNORECASE)
END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
UNKNOWN_KIND = "unknown"


class CatchAll:
    """Takes mail for everybody and keeps it in `maildir`/new as ``<time>.<n>.eml``; port 0 takes a free port.

    `received` counts mails per kind (the header X-Collegium-Kind).
    """

    def __init__(self, host: str, port: int, maildir: Path) -> None:
        self.host = host
        self.port = port
        self.maildir = maildir
        self.received: Counter[str] = Counter()
        self._kept = 0
        self._thread: LoopThread | None = None
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.BaseTransport] = set()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen; `port` then says where. Raises OSError where the port is taken."""
        for folder in ("tmp", "new", "cur"):
            (self.maildir / folder).mkdir(parents=True, exist_ok=True)
        self._kept = sum(1 for _ in (self.maildir / "new").iterdir())
        self._thread = LoopThread("catch-all")
        try:
            self._server = self._thread.run(self._listen())
        except OSError:
            self.stop()
            raise
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Hang up and stop listening; may be called twice."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.run(self._hang_up())
            thread.close()

    def keep(self, mail: bytes) -> None:
        """Write the file beside its place and move it there: who reads `new` never sees half a mail."""
        self._kept += 1
        name = f"{int(time.time())}.{self._kept:06}.eml"
        draft = self.maildir / "tmp" / name
        draft.write_bytes(mail.replace(b"\r\n", b"\n"))
        draft.rename(self.maildir / "new" / name)
        self.received[_kind(mail)] += 1

    async def _listen(self) -> asyncio.Server:
        loop = asyncio.get_running_loop()
        return await loop.create_server(lambda: _Connection(self, self._connections, loop), self.host, self.port)

    async def _hang_up(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
            for connection in list(self._connections):
                connection.close()
            await server.wait_closed()


class _Keeping:
    """What aiosmtpd asks for each mail."""

    def __init__(self, catch_all: CatchAll) -> None:
        self._catch_all = catch_all

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        self._catch_all.keep(content if isinstance(content, bytes) else (content or "").encode())
        return "250 Kept"


class _Connection(SMTP):
    """One client; known to the server, so that it can be hung up on."""

    def __init__(
        self, catch_all: CatchAll, connections: set[asyncio.BaseTransport], loop: asyncio.AbstractEventLoop
    ) -> None:
        # A name of our own: asking for that of the machine can take seconds.
        super().__init__(_Keeping(catch_all), hostname="catch-all", enable_SMTPUTF8=True, loop=loop)
        self._connections = connections
        self._own: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._own = transport
        self._connections.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self._own is not None:
            self._connections.discard(self._own)
        super().connection_lost(error)


def _kind(mail: bytes) -> str:
    headers = END_OF_HEADERS.split(mail, maxsplit=1)[0]
    found = KIND.search(headers)
    return found[1].decode("ascii", "replace") if found else UNKNOWN_KIND
