"""Who is told to come back later? A policy service of postfix, in a thread: the first try of some is put off."""

from __future__ import annotations

import socketserver
from collections import Counter
from collections.abc import Callable
from threading import Thread
from typing import Self, cast

PASS, LATER = "dunno", "defer_if_permit 4.7.1 Greylisted, please come back later"


class Greylist:
    """Puts off the first try of each (sender, recipient) for whom `greylisted(recipient)` is true; counts the tries.

    Speaks the protocol of postfix's check_policy_service (SMTPD_POLICY_README): lines ``name=value``, a blank one.
    """

    def __init__(self, greylisted: Callable[[str], bool]) -> None:
        self.greylisted = greylisted
        self.tries: Counter[tuple[str, str]] = Counter()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.greylist = self
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> Self:
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="greylist")
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, sender: str, recipient: str) -> str:
        self.tries[sender, recipient] += 1
        return LATER if self.greylisted(recipient) and self.tries[sender, recipient] == 1 else PASS


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 256  # postfix has up to a hundred smtpd, which may all ask at once
    greylist: Greylist


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        greylist = cast("_Server", self.server).greylist
        asked: dict[str, str] = {}
        for line in self.rfile:
            name, equals, value = line.decode().strip().partition("=")
            if equals:
                asked[name] = value
                continue
            answer = greylist.answer(asked.get("sender", ""), asked.get("recipient", ""))
            self.wfile.write(f"action={answer}\n\n".encode())
            asked = {}
