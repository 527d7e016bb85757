"""What is known of mail: notices that wait, messages with their attempts, what came back, private links."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from engine.events import Notice

NoticeState = Literal["waiting", "composed", "withdrawn", "skipped", "merged"]

Cause = Literal["away", "login", "tls"]
"""Why no mail server can be spoken to: it does not answer, does not let us in, or shows no certificate that holds."""

MessageState = Literal["ready", "sending", "sent", "refused", "unknown", "held", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredNotice:
    """A notice in the outbox."""

    id: int
    notice: Notice
    secretariat: str
    person: str | None  # None: the person was erased
    state: NoticeState
    reason: str = ""
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a mail. `method` (RFC 5546) is that of a calendar file, empty for all others."""

    name: str
    media_type: str
    data: bytes = field(repr=False)
    method: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A mail as it will be sent: words with a placeholder where each private link will stand."""

    id: str
    secretariat: str
    person: str
    address: str
    language: str
    kind: str  # the template of its most urgent notice
    subject: str
    text: str
    html: str
    message_id: str  # RFC 5322, from this row
    references: str | None  # the thread of the case
    reply_to: str
    local_day: str  # YYYY-MM-DD of the day in the office's zone for which it was bundled
    reminder: bool  # counts as the one reminder mail of that day
    asks: tuple[tuple[str, str], ...]  # (case, task key) it asks for: checked once more before sending
    legal: bool = False  # an unknown outcome is decided by the office within a day
    cases: tuple[str, ...] = ()
    created_at: datetime
    state: MessageState = "ready"
    attempts: int = 0
    next_try: datetime | None = None
    last_error: str = ""
    sent_at: datetime | None = None
    wording: str = ""
    attachments: tuple[Attachment, ...] = ()
    until: datetime | None = None  # does not leave after this, but in the next hours; None: it leaves when it can
    hold: str = ""  # why it is held
    edited: bool = False  # somebody of the office changed its words
    resends: str | None = None  # the message that it sends again
    digest: str | None = None  # the kind of digest: its reader can stop it with one click (RFC 8058)
    bulk: str | None = None  # the batch with which it waits for approval


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How one attempt to send ended."""

    outcome: Literal["sent", "refused", "retry", "unknown"]
    code: int | None = None
    answer: str = ""
    next_try: datetime | None = None
    unreachable: bool = False  # no server could be spoken to: nothing is known against the mail, which was not tried
    cause: Cause | None = None  # of an unreachable server, where it is known


def outbox_stream(secretariat: str) -> str:
    """The stream in which an office finds the mails that did not arrive, and all that people did in its outbox."""
    return f"outbox:{secretariat}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """The mail server cannot be spoken to, as the deliveries since its last answer say."""

    since: datetime
    last: datetime  # when it was sought last
    tries: int  # moments at which it was sought in vain
    cause: Cause
    answer: str  # what the last try met


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """Mails of one template to many readers that a person's deed caused at one moment: they wait until approved."""

    id: str
    secretariat: str
    template: str
    caused_at: datetime
    number: int  # readers
    approved_at: datetime | None = None
    approved_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A delivery that was recorded, and when."""

    at: datetime
    delivery: Delivery


MailReportKind = Literal[
    "hard", "soft", "policy", "delayed", "away", "gone", "challenge", "receipt", "reply", "unsure", "other"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailReport:
    """What came back: a delivery status notification, an automatic answer, or a person's own words."""

    id: str  # the same for the same mail, however often it is read
    kind: MailReportKind
    secretariat: str | None = None
    message: str | None = None  # the message that it speaks of
    person: str | None = None
    address: str = ""  # of whom it speaks, as it says
    status_code: str = ""  # RFC 3463: "5.1.1"
    diagnostic: str = ""  # the server's words, or the first words of an answer
    matched_by: str = ""
    back_on: str = ""  # YYYY-MM-DD on which somebody who is away says to be back
    received_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A private link: opens one task for one participant. The token is derived at the wire and never stored."""

    id: str
    case: str
    participant: str
    task: str
    generation: int = 1
    revoked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """A mail, built: envelope and bytes."""

    message: str
    sender: str
    recipient: str
    data: bytes = field(repr=False)


def domain_of(address: str) -> str:
    """The part of an address that says which server takes its mail, as it is compared."""
    return address.rpartition("@")[2].casefold()
