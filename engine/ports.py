"""What must an adapter offer? The ports at which storage, notifications and the application meet."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import TracebackType
from typing import Any, Protocol, Self

from engine.appointments import CalendarEntry
from engine.case import Case, Deadline
from engine.digests import DigestIssue, Subscription
from engine.directory import (
    Membership,
    OrganisationRecord,
    Participant,
    PersonRecord,
    SeatElsewhere,
    Secretariat,
    TieRecord,
)
from engine.events import Outcome, Sealed, Signal, Submission
from engine.files import KeptFile
from engine.mail import Delivery, Link, Message, Wire
from engine.outbox import Outbox
from engine.retention import RetentionHold
from engine.unfinished import Unfinished


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDefinition:
    """One version of a process as it was launched: its folder's files, with one numbered wording."""

    id: str
    name: str
    version: int
    behaviour: str
    wording: str
    wording_number: int
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """A round launched from a definition with a list of organisations."""

    id: str
    secretariat: str
    name: str
    process: str
    process_version: int
    behaviour: str
    launched_at: datetime
    hosts: tuple[str, ...] = ()  # organisations
    ends_by: date | None = None  # the day by which all of it must have ended


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRow:
    """A deadline whose moment has come, or a signal that waits."""

    case: str
    deadline: Deadline
    attempts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckRow:
    """A rule that failed too often."""

    case: str
    deadline: str
    rule: str
    attempts: int
    last_error: str


class Cases(Protocol):
    """Cases, their dates and their history."""

    def load(self, case: str) -> Case:
        """Raises UnknownCase."""

    def load_all(self, secretariat: str, cycle: str | None = None) -> Iterator[Case]:
        """Every case of an office, or of one of its cycles, one after another in the order of their ids."""

    def all_ids(self, secretariat: str, cycle: str | None = None) -> list[str]: ...

    def of_subject(self, secretariat: str, subject: str) -> list[tuple[str, str, int, str]]:
        """The cases of an organisation by their ids, each with its process, the version of that and its behaviour."""

    def save(self, outcome: Outcome) -> Case:
        """Write difference, history, notices, withdrawals, signals, submissions; returns the case at its new version.

        What was kept unfinished ends with its task; files belong to the answers that hold them. Raises Conflict where
        the stored version is not the one that `outcome.before` had.
        """

    def history(self, case: str) -> list[Sealed]: ...

    def submission(self, id: str) -> Submission | None: ...

    def submissions(self, *cases: str) -> list[Submission]: ...

    def next_due(self) -> datetime | None:
        """The earliest moment at which a deadline row is to be applied or tried again."""

    def due(self, now: datetime, limit: int) -> list[DueRow]:
        """Rows due at or before `now` in the order (due_at, case, rank, order, instance), none stuck, none of a paused
        case but those whose clock runs."""

    def failed(self, case: str, deadline: str, error: str, next_try: datetime, stuck: bool) -> int:
        """Record a failed attempt, to be made again at `next_try`, after it is due; returns how many there were."""

    def stuck(self) -> list[StuckRow]: ...

    def signals(self, limit: int) -> list[Signal]:
        """Words that wait, in the order of their moments; those of one case at one moment as they were said."""

    def signal_done(self, key: str) -> None: ...

    def without_next(self) -> list[str]:
        """Open cases that have neither an open task with somebody to do it, nor a date that will fire (promise 5)."""


class UnfinishedAnswers(Protocol):
    """What people keep to go on with later. `Cases.save` ends what belongs to a task that is not open any more."""

    def of_case(self, case: str) -> list[Unfinished]:
        """In the order of their tasks."""

    def put(self, record: Unfinished) -> bool:
        """False where what is kept is not the version before that of `record`: somebody else was first."""

    def drop(self, case: str, task: str) -> bool:
        """With the files that were kept for it; whether there was something."""


class Files(Protocol):
    """The files that were handed in with answers, or are kept with unfinished ones."""

    def put(self, record: KeptFile, content: bytes) -> None:
        """A file that no answers hold yet; those that are saved with its id take it (`Cases.save`)."""

    def of_case(self, case: str) -> list[KeptFile]:
        """Without their contents, in the order in which they came."""

    def content(self, id: str) -> bytes | None:
        """None: there is no such file, or its content was taken out."""

    def drop(self, ids: Sequence[str]) -> int:
        """Remove those of them that no answers hold; returns how many there were."""


class People(Protocol):
    """Organisations, people, who works where, ties, and who is who in a case."""

    def secretariats(self) -> list[Secretariat]: ...

    def put_secretariat(self, record: Secretariat) -> None: ...

    def put_organisation(self, record: OrganisationRecord) -> None: ...

    def put_person(self, record: PersonRecord) -> None: ...

    def put_membership(self, record: Membership) -> None: ...

    def put_tie(self, record: TieRecord) -> None: ...

    def organisation(self, id: str) -> OrganisationRecord | None: ...

    def person(self, id: str) -> PersonRecord | None: ...

    def organisations(self, secretariat: str) -> list[OrganisationRecord]: ...

    def persons(self, secretariat: str) -> list[PersonRecord]: ...

    def memberships(self, *, person: str | None = None, organisation: str | None = None) -> list[Membership]: ...

    def ties(self, person: str | None = None) -> list[TieRecord]:
        """Of one person, or of everybody."""

    def add_participant(self, record: Participant) -> None: ...

    def participants(self, case: str) -> list[Participant]: ...

    def participants_of(self, secretariat: str) -> dict[str, list[Participant]]:
        """Who takes part in each case of an office: case -> participants, as `participants` gives them."""

    def participations(self, person: str) -> list[Participant]:
        """Where somebody takes part, in the order of the cases."""

    def seats_elsewhere(self, case: str) -> list[SeatElsewhere]:
        """The seats that people of a case hold in other cases, in the order of participant, case and seat."""

    def participant(self, key: str) -> Participant | None: ...

    def same_address(self, persons: Collection[str]) -> dict[str, frozenset[str]]:
        """Each of these people with all, of any office, who have the same mail address; themselves among them."""

    def flagged(self) -> list[PersonRecord]:
        """Whose address does not work, or works again while `unreachable_since` says that nobody has heard of it."""

    def unsure(self) -> list[PersonRecord]:
        """Whom mail reaches while their calendar is to be compared; in the order of their ids."""

    def unsure_traces(self) -> dict[str, frozenset[str]]:
        """Of each of those, what differs once something was written that their calendar may depend on.

        It names the state of each of their cases, of their mails that have not left, and their notices that wait.
        """

    def revision(self) -> int:
        """Rises with every change of an organisation, person, membership or tie."""


class CalendarEntries(Protocol):
    """What people's calendars were told."""

    def of_case(self, case: str) -> list[CalendarEntry]:
        """In the order of participant and date."""

    def put(self, entry: CalendarEntry) -> None: ...


class Digests(Protocol):
    """Which digests were made, and who wants none."""

    def subscription(self, person: str, kind: str) -> Subscription | None: ...

    def subscriptions(self) -> list[Subscription]: ...

    def put_subscription(self, record: Subscription) -> None: ...

    def last_issue(self, person: str, kind: str) -> DigestIssue | None: ...

    def last_issues(self, secretariat: str) -> list[DigestIssue]:
        """The newest of each reader and kind, in that order."""

    def put_issue(self, issue: DigestIssue) -> bool:
        """False where there is one for that reader, kind and period: it was made before, or elsewhere."""

    def looked_on(self, secretariat: str) -> str | None:
        """The newest day, of the office's own calendar, on which somebody looked whether digests are due."""

    def put_look(self, secretariat: str, day: str) -> None: ...


class Definitions(Protocol):
    """Definitions as bytes, and cycles."""

    def put(self, record: StoredDefinition) -> None: ...

    def get(self, name: str, version: int, behaviour: str) -> StoredDefinition | None: ...

    def newest(self, name: str, version: int | None = None) -> StoredDefinition | None:
        """The newest version of a process, or that one, in its last wording."""

    def put_cycle(self, record: Cycle) -> None: ...

    def cycles(self, secretariat: str) -> list[Cycle]: ...

    def cycle(self, id: str) -> Cycle | None: ...

    def put_gate(self, secretariat: str, gate: str, days: Iterable[str]) -> None: ...

    def gate(self, secretariat: str, gate: str) -> tuple[str, ...]: ...


class Keeping(Protocol):
    """What is removed when its time has come, and what is not. Histories stay whole: they name nobody."""

    def holds(self) -> list[RetentionHold]: ...

    def put_hold(self, hold: RetentionHold) -> None: ...

    def drop_hold(self, case: str) -> bool: ...

    def remove_answers(self, submissions: Sequence[str], now: datetime) -> int:
        """Take answers and their files out; id, author's key and salted hash stay. Returns how many there were."""

    def mail_made_before(self, moment: datetime, *, with_words: bool) -> list[Message]:
        """Decided messages that were made before that moment; `with_words`: only those that still have their words."""

    def forget_words(self, messages: Sequence[str]) -> None:
        """Take subject, text and files out of these messages."""

    def forget_mail(self, messages: Sequence[str]) -> None:
        """Remove these messages with their attempts, and what was reported of them."""

    def forget_reports(self, before: datetime) -> int:
        """Remove reports that matched no message and came in before that moment; returns how many there were."""

    def unname(self, case: str, participants: Sequence[str]) -> int:
        """Forget who these participants were; their keys stay in the history."""

    def links(self, participants: Sequence[str]) -> list[Link]:
        """Every private link of these participants, revoked ones too; in the order of participant and task."""

    def issues(self, person: str) -> list[DigestIssue]:
        """Every digest that was made for a person; in the order of kind and period."""

    def erase(self, person: str) -> Mapping[str, int]:
        """Remove a person and all rows that name them: what -> how many. Raises UnknownName."""


class UnitOfWork(Protocol):
    """One change, one transaction: leaving the block without `commit` undoes everything."""

    cases: Cases
    unfinished: UnfinishedAnswers
    files: Files
    outbox: Outbox
    people: People
    definitions: Definitions
    calendar_entries: CalendarEntries
    digests: Digests
    keeping: Keeping

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def commit(self) -> None: ...

    def rollback(self) -> None: ...

    def savepoint(self) -> Savepoint:
        """A part that can be undone alone; used for each case of a batch."""

    def record(self, stream: str, kind: str, data: Mapping[str, Any], now: datetime) -> None:
        """Append to a history that belongs to no case, such as import, people, address, outbox, office, retention."""

    def stream(self, name: str) -> list[Sealed]:
        """The events of one stream; that of a case is called "case:" and its id."""

    def streams(self) -> list[str]:
        """The names of all streams."""


class Savepoint(Protocol):
    """Undone where its block ends in an error."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Store(Protocol):
    """Opens units of work on one database."""

    after_commit: list[Callable[[], None]]
    """What is called after each commit of a change, when the transaction is over."""

    def read(self) -> UnitOfWork:
        """For reading only."""

    def write(self) -> UnitOfWork:
        """For a change: no other writer runs at the same time."""

    def copy(self) -> Store:
        """A private copy of all that is stored, to try something on; what it held is gone when it is closed."""

    def version(self) -> int:
        """A number that changes when somebody else changes what is stored, for polling; 0 where nobody can say."""

    def close(self) -> None: ...


class Sender(Protocol):
    """Hands built mails to a server."""

    async def send(self, mails: Sequence[Wire]) -> Mapping[str, Delivery]:
        """One delivery per message id; never raises for what a server or a network does."""

    async def close(self) -> None: ...
