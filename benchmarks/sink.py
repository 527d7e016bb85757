"""Where do mails go that are only counted? postfix's smtp-sink where it is installed, else a process of our own.

Ours answers as little as SMTP allows (RFC 5321) and keeps nothing; it shares the processor with what is measured.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

HOST = "127.0.0.1"
END = b"\r\n.\r\n"


@dataclass(frozen=True, slots=True)
class Sink:
    """A server that takes all mail."""

    name: str
    port: int


@contextmanager
def sink() -> Iterator[Sink]:
    """A running sink in a process of its own."""
    port = _free_port()
    program = shutil.which("smtp-sink", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    whom = ["-u", "nobody"] if os.geteuid() == 0 else []  # smtp-sink does not serve as root
    theirs = [program, *whom, f"{HOST}:{port}", "1000"] if program else []
    command = theirs or [sys.executable, "-m", "benchmarks.sink", str(port)]
    process = subprocess.Popen(command)
    try:
        _wait_for(port)
        yield Sink("smtp-sink" if program else "asyncio", port)
    finally:
        process.terminate()
        process.wait(10)


def _free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind((HOST, 0))
        port: int = found.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection((HOST, port), 1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


class _Connection(asyncio.Protocol):
    """One client."""

    def __init__(self) -> None:
        self._content = False
        self._held = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self._held += data
        while self._held:
            if self._content:
                _, dot, rest = self._held.partition(END)
                if not dot:
                    return
                self._content, self._held = False, rest
                self._transport.write(b"250 taken\r\n")
                continue
            line, end, rest = self._held.partition(b"\r\n")
            if not end:
                return
            self._held = rest
            self._answer(line[:4].upper())

    def _answer(self, command: bytes) -> None:
        if command == b"DATA":
            self._content = True
            self._transport.write(b"354 go on\r\n")
        elif command == b"QUIT":
            self._transport.write(b"221 bye\r\n")
            self._transport.close()
        elif command == b"EHLO":
            self._transport.write(b"250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n")
        else:
            self._transport.write(b"250 ok\r\n")


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(_Connection, HOST, port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
