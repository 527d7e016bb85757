"""Where does the mail lie that came back? A mailbox as a folder on this machine (Maildir) or on a server (IMAP).

A mail is read, recorded by the caller, and only then put aside: after a crash in between it is read once more, and
recorded once.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from imaplib import IMAP4
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from imap_tools import BaseMailBox, ImapToolsError, MailBox, MailBoxUnencrypted, MailMessageFlags

from engine.errors import CollegiumError
from engine.saying import said
from notifications.bounces.reading import LARGEST
from notifications.trust import tls_context

DONE, TO_READ = "Verwerkt", "Te lezen"
TIMEOUT = 30.0
LOOPBACK = ("localhost", "127.0.0.1", "::1")

FAULTS = (ImapToolsError, OSError, EOFError, IMAP4.error)


class BadMailbox(CollegiumError):
    """The mailbox cannot be read."""


@dataclass(frozen=True, slots=True)
class Item:
    """One mail that lies there: its name in the mailbox, and its first megabyte."""

    name: str
    data: bytes = field(repr=False)


class Mailbox(Protocol):
    """What is there, and how it is put aside."""

    is_near: bool  # looking costs nothing, so it is done on every round

    def is_empty(self) -> bool: ...

    def items(self) -> Iterator[Item]:
        """Every mail that was not put aside; the last one given may be put aside. Raises BadMailbox."""

    def put_aside(self, item: Item, folder: str) -> None: ...


class Maildir:
    """A folder with `new` and `cur`, as mail servers on the same machine fill it. Its folders begin with a dot."""

    is_near = True

    def __init__(self, path: Path) -> None:
        self.path = path

    def is_empty(self) -> bool:
        return next(iter(self._files()), None) is None

    def items(self) -> Iterator[Item]:
        if not (self.path / "new").is_dir():
            raise BadMailbox(
                said("Can't read the mailbox {path}: there is no folder `new` in it. Is it a Maildir?", path=self.path)
            )
        for file in self._files():
            with file.open("rb") as stream:
                yield Item(str(file.relative_to(self.path)), stream.read(LARGEST))

    def put_aside(self, item: Item, folder: str) -> None:
        """By renaming: a mail is in one folder or in the other."""
        target = self.path / f".{folder}"
        for part in ("tmp", "new", "cur"):
            (target / part).mkdir(parents=True, exist_ok=True)
        name = Path(item.name).name.partition(":")[0]
        seen = "" if folder == TO_READ else "S"
        (self.path / item.name).rename(target / "cur" / f"{name}:2,{seen}")

    def _files(self) -> list[Path]:
        found = [file for part in ("new", "cur") for file in (self.path / part).glob("*") if file.is_file()]
        return sorted(found, key=lambda file: file.name)


class Imap:
    """A folder on a server, over TLS. Nothing is marked before it is put aside."""

    is_near = False

    def __init__(self, address: str, password: str, *, context: ssl.SSLContext | None = None) -> None:
        parts = urlsplit(address)
        self.encrypted = parts.scheme == "imaps"
        self.host, self.port = parts.hostname or "", parts.port or (993 if self.encrypted else 143)
        self.user, self.password = unquote(parts.username or ""), password
        self.folder = unquote(parts.path.strip("/")) or "INBOX"
        self.context = context
        self._open: BaseMailBox | None = None

    def is_empty(self) -> bool:
        return False

    def items(self) -> Iterator[Item]:
        with self._connected() as box:
            for uid in box.uids("UNDELETED"):  # who died between copying and removing has put it aside already
                yield Item(uid, self._first(box, uid))

    def put_aside(self, item: Item, folder: str) -> None:
        box = self._open
        if box is None:
            raise BadMailbox(said("Can't put a mail aside in {host}: the connection is closed", host=self.host))
        with self._faults_said():
            if not box.folder.exists(folder):
                box.folder.create(folder)
            if folder != TO_READ:
                box.flag(item.name, MailMessageFlags.SEEN, value=True)
            box.move(item.name, folder)

    @contextmanager
    def _faults_said(self) -> Iterator[None]:
        try:
            yield
        except FAULTS as error:
            raise BadMailbox(
                said(
                    "Can't read the mailbox of {user} at {host}:{port}: {why}",
                    user=self.user, host=self.host, port=self.port, why=" ".join(str(error).split()),
                )
            ) from error  # fmt: skip

    @contextmanager
    def _connected(self) -> Iterator[BaseMailBox]:
        with self._faults_said(), self._entered() as box:
            yield box

    @contextmanager
    def _entered(self) -> Iterator[BaseMailBox]:
        try:
            box: BaseMailBox
            if self.encrypted:
                context = self.context or ssl.create_default_context()
                box = MailBox(self.host, self.port, timeout=TIMEOUT, ssl_context=context)
            else:
                box = MailBoxUnencrypted(self.host, self.port, timeout=TIMEOUT)
            try:
                box.login(self.user, self.password, self.folder)
            except FAULTS:
                box.client.shutdown()  # a name that is refused leaves the line open
                raise
            try:
                self._open = box
                yield box
            finally:
                _leave(box)
        finally:
            self._open = None

    def _first(self, box: BaseMailBox, uid: str) -> bytes:
        """RFC 3501 section 6.4.5: a part of the mail, and no flag is set."""
        status, found = box.client.uid("FETCH", uid, f"(BODY.PEEK[]<0.{LARGEST}>)")
        for each in found if status == "OK" else ():
            if isinstance(each, tuple):
                return bytes(each[1])
        return b""


def _leave(box: BaseMailBox) -> None:
    """Say goodbye, and close the line also where that is not heard: what was read is recorded already."""
    with suppress(*FAULTS):
        box.logout()
    with suppress(OSError):
        box.client.shutdown()


def mailbox_at(address: str, password: str, ca: str = "") -> Mailbox | None:
    """The mailbox of a setting; None where there is none. Raises BadMailbox naming what is wrong."""
    scheme, _, rest = address.partition(":")
    match scheme:
        case "":
            return None
        case "maildir":
            return Maildir(Path(rest))
        case "imap" | "imaps" if urlsplit(address).hostname and urlsplit(address).username:
            if scheme == "imap" and urlsplit(address).hostname not in LOOPBACK:
                raise BadMailbox(said("Can't send the password of a mailbox over an open line: use imaps://"))
            return Imap(address, password, context=tls_context(ca, "mailbox_ca"))
        case _:
            known = ("maildir:/var/mail/bounces", "imaps://user@host/INBOX")
            raise BadMailbox(
                said("The setting mailbox must look like {known:or}, not {address!r}", known=known, address=address)
            )
