"""Where is a process killed while it reads a mailbox on a server? At each command and each answer to one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from imaplib import IMAP4
from typing import Any

COMMAND = re.compile(rb"(?P<tag>\S+) (?P<word>UID \w+|\w+)(?: (?P<mail>\d+)\b)?")
Point = Callable[[str], None]


@contextmanager
def watched_imap(point: Point) -> Iterator[None]:
    """Every line to an IMAP server passes the point meanwhile, named after its session and the mail that it is of."""
    send, readline = IMAP4.send, IMAP4.readline
    session, mail, tag, name = 0, "", b"", ""
    said = Counter[str]()

    def watched_send(self: IMAP4, data: Any) -> None:
        nonlocal session, mail, tag, name
        found = COMMAND.match(data)
        assert found is not None
        tag, word = found["tag"], found["word"].decode()
        if word == "CAPABILITY":
            session, mail = session + 1, ""
        if found["mail"]:
            mail = f"mail {found['mail'].decode()} in "
        name = f"IMAP {word}, {mail}session {session}"
        said[name] += 1
        name += f", time {said[name]}" if said[name] > 1 else ""
        point(f"before {name}")
        send(self, data)
        point(f"after {name}")

    def watched_readline(self: IMAP4) -> bytes:
        line = readline(self)
        if tag and line.startswith(tag + b" "):
            point(f"answer to {name}")
        return line

    setattr(IMAP4, "send", watched_send)  # noqa: B010  # for as long as this life lasts
    setattr(IMAP4, "readline", watched_readline)  # noqa: B010  # likewise
    try:
        yield
    finally:
        setattr(IMAP4, "send", send)  # noqa: B010
        setattr(IMAP4, "readline", readline)  # noqa: B010
