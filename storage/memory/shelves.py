"""What does the store in memory hold? The same as the tables, as dictionaries and sorted lists."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any, Literal, TypeAlias

from engine.appointments import CalendarEntry
from engine.case import Case, Deadline
from engine.digests import DigestIssue, Subscription
from engine.directory import Membership, OrganisationRecord, Participant, PersonRecord, Secretariat, TieRecord
from engine.events import Sealed, Signal, Submission
from engine.files import KeptFile
from engine.mail import Bulk, Delivery, Link, MailReport, Message, StoredNotice
from engine.ports import Cycle, StoredDefinition
from engine.retention import RetentionHold
from engine.unfinished import Unfinished

Idle: TypeAlias = Literal["paused", "stuck"] | None
DiaryKey: TypeAlias = tuple[datetime, str, int, int, str, str]  # due_at, case, rank, order, instance, key


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldDeadline:
    """A row of the diary."""

    case: str
    deadline: Deadline
    idle: Idle = None
    attempts: int = 0
    next_try: datetime | None = None
    last_error: str = ""

    @property
    def place(self) -> DiaryKey:
        one = self.deadline
        return (one.at, self.case, one.rank, one.order, one.instance, one.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldNotice:
    """A notice, and whether its case's pause holds it back. `stored.person` is looked up when it is read."""

    stored: StoredNotice
    idle: bool = False

    @property
    def place(self) -> tuple[datetime, int]:
        return (self.stored.notice.send_at, self.stored.id)

    @property
    def waits(self) -> bool:
        return self.stored.state == "waiting" and not self.idle

    def changed(self, *, idle: bool | None = None, **changes: Any) -> HeldNotice:
        return HeldNotice(stored=replace(self.stored, **changes), idle=self.idle if idle is None else idle)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """An attempt to send a message, at the domain that it went to: its reader may have another address since."""

    message: str
    domain: str
    delivery: Delivery
    at: datetime

    def without_answer(self) -> Tried:
        """The same when its reader is erased."""
        return replace(self, delivery=replace(self.delivery, answer=""))


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldMessage:
    """A message and until when it is leased."""

    message: Message
    lease_until: datetime | None = None

    @property
    def place(self) -> tuple[datetime, datetime, str]:
        one = self.message
        return (one.next_try or one.created_at, one.created_at, one.id)


@dataclass(slots=True)
class Shelves:
    """All that is stored."""

    secretariats: dict[str, Secretariat] = field(default_factory=dict)
    organisations: dict[str, OrganisationRecord] = field(default_factory=dict)
    persons: dict[str, PersonRecord] = field(default_factory=dict)
    memberships: dict[tuple[str, str, str, date], Membership] = field(default_factory=dict)
    ties: dict[tuple[str, str], TieRecord] = field(default_factory=dict)
    participants: dict[str, Participant] = field(default_factory=dict)
    participants_of: dict[str, dict[str, Participant]] = field(default_factory=dict)  # case -> key -> participant
    revisions: dict[str, int] = field(default_factory=dict)

    definitions: dict[tuple[str, int, str, int], StoredDefinition] = field(default_factory=dict)
    cycles: dict[str, Cycle] = field(default_factory=dict)
    gates: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    cases: dict[str, Case] = field(default_factory=dict)
    deadlines: dict[tuple[str, str], HeldDeadline] = field(default_factory=dict)
    diary: list[DiaryKey] = field(default_factory=list)  # of the deadlines that are not idle
    streams: dict[str, list[Sealed]] = field(default_factory=dict)
    submissions: dict[str, Submission] = field(default_factory=dict)
    submissions_of: dict[str, list[str]] = field(default_factory=dict)
    unfinished: dict[tuple[str, str], Unfinished] = field(default_factory=dict)  # case, task
    files: dict[str, tuple[KeptFile, bytes]] = field(default_factory=dict)  # with their contents
    signals: dict[str, tuple[Signal, bool]] = field(default_factory=dict)  # with whether it was claimed

    notices: dict[int, HeldNotice] = field(default_factory=dict)
    notice_keys: dict[tuple[str, str, str, str], int] = field(default_factory=dict)
    notices_of: dict[str, list[int]] = field(default_factory=dict)  # case -> notices
    notices_caused: dict[tuple[str, str, datetime], list[int]] = field(default_factory=dict)  # office, template, moment
    notices_about: dict[tuple[str, str], list[int]] = field(default_factory=dict)  # case, task -> notices
    notices_in: dict[str, tuple[int, ...]] = field(default_factory=dict)  # message -> notices
    queue: list[tuple[datetime, int]] = field(default_factory=list)  # of the notices that wait
    messages: dict[str, HeldMessage] = field(default_factory=dict)
    ready: list[tuple[datetime, datetime, str]] = field(default_factory=list)  # of the messages that are ready
    resends: dict[str, list[str]] = field(default_factory=dict)  # message -> those that send it again
    mails_on: dict[tuple[str, str], list[str]] = field(default_factory=dict)  # person, local day -> messages
    deliveries: list[Tried] = field(default_factory=list)
    unsure: dict[str, bool] = field(default_factory=dict)  # people whose calendar is to be compared
    reports: dict[str, MailReport] = field(default_factory=dict)
    refused: dict[str, bool] = field(default_factory=dict)  # messages that were, by id
    retention_holds: dict[str, RetentionHold] = field(default_factory=dict)
    bulks: dict[str, Bulk] = field(default_factory=dict)
    calendar_entries: dict[str, dict[tuple[str, str], CalendarEntry]] = field(default_factory=dict)  # by case
    subscriptions: dict[tuple[str, str], Subscription] = field(default_factory=dict)
    digest_issues: dict[tuple[str, str, str], DigestIssue] = field(default_factory=dict)
    digest_looks: dict[str, str] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    link_keys: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def copied(self) -> Shelves:
        """The same values on other shelves: what is put on the one does not come onto the other."""
        return Shelves(**{part.name: _copied(getattr(self, part.name)) for part in fields(self)})


def _copied(shelf: Any) -> Any:
    """Values are frozen; the dictionaries and lists that hold them are not."""
    if isinstance(shelf, dict):
        return {key: _copied(value) for key, value in shelf.items()}
    return list(shelf) if isinstance(shelf, list) else shelf
