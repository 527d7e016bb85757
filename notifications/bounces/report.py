"""What does a mail that came back say? The value that reading leads to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from engine.mail import MailReportKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadReport:
    """A mail from the mailbox, as far as it could be read."""

    key: str  # hash of its Message-ID, date and content: the same mail read twice is one report
    kind: MailReportKind
    reader: str  # what recognised it: the name of a function of this package
    addresses: tuple[str, ...] = ()  # of which it speaks, in small letters
    status: str = ""  # RFC 3463: "5.1.1"
    diagnostic: str = ""  # the server's own words
    back_on: date | None = None  # the day on which somebody who is away says to be back
    came_to: tuple[str, ...] = ()  # addresses to which it was delivered: our return paths among them
    refers_to: tuple[str, ...] = ()  # Message-IDs that it answers or returns
    sender: str = ""
    subject: str = ""
    sent_at: datetime | None = None  # its Date header
