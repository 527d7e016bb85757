"""Which tables are there? Declared with SQLModel; written on hot paths with Core statements over `table(...)`.

Instants are aware UTC (`UTCDateTime` of SQLModel, chosen for `datetime` by itself). No default takes the time.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, ClassVar, get_args

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from engine.case import DeadlineKind, SeatState, TaskState
from engine.ports import MessageState, NoticeState

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# Rows that are found by their primary key only live inside its tree: one tree less to write (PostgreSQL ignores it).
CLUSTERED = {"sqlite_with_rowid": False}


def one_of(column: str, kind: Any) -> sa.CheckConstraint:
    """The column holds one of the words of a Literal."""
    words = ", ".join(f"'{word}'" for word in get_args(kind))
    return sa.CheckConstraint(f"{column} IN ({words})", name=column)


def partial(name: str, *columns: str, where: str) -> sa.Index:
    """An index over the rows that still matter, so that its size does not grow with what is past."""
    return sa.Index(name, *columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


class Base(SQLModel):
    """The tables of this application have a metadata of their own."""

    metadata: ClassVar[sa.MetaData] = sa.MetaData(naming_convention=NAMES)


def table(model: type[Base]) -> sa.Table:
    """The Core table of a model."""
    return Base.metadata.tables[str(model.__tablename__)]


class SecretariatRow(Base, table=True):
    """The office that runs cycles; whatever is not global data belongs to one."""

    __tablename__ = "secretariat"

    id: str = Field(primary_key=True)
    name: str
    email: str
    phone: str
    zone: str
    languages: list[str] = Field(sa_type=sa.JSON)
    base_url: str


class OrganisationRow(Base, table=True):
    """A partnership, region, school, committee or office."""

    __tablename__ = "organisation"
    __table_args__ = (sa.Index(None, "secretariat_id"),)

    id: str = Field(primary_key=True)
    secretariat_id: str = Field(foreign_key="secretariat.id")
    name: str
    kind: str
    part_of: str | None
    school_region: str | None
    sector: str | None
    facts: dict[str, Any] = Field(sa_type=sa.JSON)
    closing_days: list[Any] = Field(sa_type=sa.JSON)


class PersonRow(Base, table=True):
    """A person whom the office can reach."""

    __tablename__ = "person"
    __table_args__ = (sa.Index(None, "secretariat_id"),)

    id: str = Field(primary_key=True)
    secretariat_id: str = Field(foreign_key="secretariat.id")
    name: str
    email: str
    language: str
    reachable: bool
    expertise: list[str] = Field(sa_type=sa.JSON)
    trainings: dict[str, Any] = Field(sa_type=sa.JSON)
    absences: list[Any] = Field(sa_type=sa.JSON)


class MembershipRow(Base, table=True):
    """Who works where, as what, from when to when; `since` is 0001-01-01 where nobody knows."""

    __tablename__ = "membership"
    __table_args__ = (sa.Index(None, "organisation_id"),)

    person_id: str = Field(primary_key=True, foreign_key="person.id")
    organisation_id: str = Field(primary_key=True, foreign_key="organisation.id")
    role: str = Field(primary_key=True)
    since: date = Field(primary_key=True)
    until: date | None


class TieRow(Base, table=True):
    """A declared tie between a person and an organisation."""

    __tablename__ = "tie"
    __table_args__ = (sa.Index(None, "organisation_id"),)

    person_id: str = Field(primary_key=True, foreign_key="person.id")
    organisation_id: str = Field(primary_key=True, foreign_key="organisation.id")
    until: date | None
    reason: str


class RevisionRow(Base, table=True):
    """Counters that rise with every change of what they are named after."""

    __tablename__ = "revision"

    name: str = Field(primary_key=True)
    value: int


class DefinitionRow(Base, table=True):
    """One version of a process by the hash of its behaviour; never changed. Global data."""

    __tablename__ = "definition"

    name: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    behaviour: str = Field(primary_key=True)


class WordingRow(Base, table=True):
    """A numbered wording of a definition, with all files of the folder as one archive."""

    __tablename__ = "wording"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["name", "version", "behaviour"], ["definition.name", "definition.version", "definition.behaviour"]
        ),
    )

    name: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    behaviour: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    id: str
    wording: str
    archive: bytes


class CycleRow(Base, table=True):
    """A round launched from a definition with a list of organisations."""

    __tablename__ = "cycle"
    __table_args__ = (sa.Index(None, "secretariat_id"),)

    id: str = Field(primary_key=True)
    secretariat_id: str = Field(foreign_key="secretariat.id")
    name: str
    process: str
    process_version: int
    behaviour: str
    launched_at: datetime
    hosts: list[str] = Field(sa_type=sa.JSON)


class GateRow(Base, table=True):
    """A fixed meeting day of an office."""

    __tablename__ = "gate"

    secretariat_id: str = Field(primary_key=True, foreign_key="secretariat.id")
    name: str = Field(primary_key=True)
    day: str = Field(primary_key=True)


class CaseRow(Base, table=True):
    """One organisation's review: what is asked of it in SQL as columns, the rest of its state as JSON."""

    __tablename__ = "review_case"
    __table_args__ = (sa.Index(None, "secretariat_id", "cycle_id"), sa.Index(None, "cycle_id"))

    id: str = Field(primary_key=True)
    secretariat_id: str = Field(foreign_key="secretariat.id")
    cycle_id: str = Field(foreign_key="cycle.id")
    subject_id: str
    process: str
    process_version: int
    behaviour: str
    version: int  # for compare-and-swap
    head_seq: int
    head_hash: str
    seq: int
    stage: str
    stage_since: datetime
    stage_seq: int
    closed: bool
    outcome: str | None
    paused: bool
    state: dict[str, Any] = Field(sa_type=sa.JSON)


class ParticipantRow(Base, table=True):
    """One person in one case, by the random key that is the only name in its history. Erased: no person.

    Checked at commit: a launch names its participants before it writes its case.
    """

    __tablename__ = "participant"
    __table_args__ = (
        sa.ForeignKeyConstraint(["case_id"], ["review_case.id"], deferrable=True, initially="DEFERRED"),
        sa.Index(None, "case_id"),
        sa.Index(None, "person_id"),
    )

    key: str = Field(primary_key=True)
    case_id: str
    person_id: str | None = Field(foreign_key="person.id", ondelete="SET NULL")


class TaskRow(Base, table=True):
    """One instance of a task. `current` is false for those of former rounds; `held`: open, and somebody may do it."""

    __tablename__ = "task"
    __table_args__ = (one_of("state", TaskState), CLUSTERED)

    case_id: str = Field(primary_key=True, foreign_key="review_case.id")
    key: str = Field(primary_key=True)
    position: int  # in the order in which they came into the case
    name: str
    state: str
    current: bool
    held: bool
    opened_at: datetime
    due_at: datetime | None
    done_at: datetime | None
    value: dict[str, Any] = Field(sa_type=sa.JSON)


class SeatRow(Base, table=True):
    """One candidate for, or holder of, a place in the panel."""

    __tablename__ = "seat"
    __table_args__ = (one_of("state", SeatState), CLUSTERED)

    case_id: str = Field(primary_key=True, foreign_key="review_case.id")
    key: str = Field(primary_key=True)
    position: int  # in the order in which they came into the case
    seat: str
    participant: str
    rank: int
    state: str
    seq: int
    since: datetime
    reserve: bool
    replaces: str | None
    reason: str


class DeadlineRow(Base, table=True):
    """A date that will have an effect. `idle` says why it does not fire for now: its case is paused, or it is stuck."""

    __tablename__ = "deadline"
    __table_args__ = (
        one_of("kind", DeadlineKind),
        sa.CheckConstraint("idle IN ('paused', 'stuck')", name="idle"),
        partial("ix_deadline_due", "due_at", "case_id", "rank", "declared", "instance", "key", where="idle IS NULL"),
        partial("ix_deadline_next_try", "next_try", where="next_try IS NOT NULL"),
        partial("ix_deadline_idle", "idle", where="idle IS NOT NULL"),
        CLUSTERED,
    )

    case_id: str = Field(primary_key=True, foreign_key="review_case.id")
    key: str = Field(primary_key=True)
    kind: str
    subject: str
    rung: int
    rule: str
    rank: int
    declared: int  # order in the definition
    instance: str
    term: int
    day: date  # with `clock`, the local truth from which `due_at` was derived
    clock: time | None
    due_at: datetime
    why: str
    clock_runs: bool
    provisional: bool
    idle: str | None
    attempts: int
    next_try: datetime | None
    last_error: str


class SignalRow(Base, table=True):
    """A word for another case, claimed once."""

    __tablename__ = "signal"
    __table_args__ = (partial("ix_signal_waiting", "effective_at", "key", where="NOT done"),)

    key: str = Field(primary_key=True)
    source: str
    target: str | None
    name: str
    effective_at: datetime
    data: dict[str, Any] = Field(sa_type=sa.JSON)
    done: bool


class SubmissionRow(Base, table=True):
    """Answers to a form; history knows the id and the salted hash."""

    __tablename__ = "submission"
    __table_args__ = (sa.Index(None, "case_id"),)

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="review_case.id")
    task: str
    form: str
    participant: str | None
    answers: dict[str, Any] = Field(sa_type=sa.JSON)
    salt: str
    hash: str
    at: datetime


class DocumentRow(Base, table=True):
    """A file, kept outside the database by its hash."""

    __tablename__ = "document"
    __table_args__ = (sa.Index(None, "case_id"),)

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="review_case.id")
    submission_id: str | None = Field(foreign_key="submission.id")
    name: str
    hash: str
    size: int
    media_type: str
    visibility: str  # the class of documents in the definition
    added_at: datetime


class HistoryRow(Base, table=True):
    """What happened, append-only: a stream per case, and some for what happens outside cases."""

    __tablename__ = "history"

    stream: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    hash: str
    previous: str  # the hash of the event before it
    kind: str
    recorded_at: datetime
    effective_at: datetime
    payload: str


class NoticeRow(Base, table=True):
    """Somebody must know something. `idle`: an ask of a paused case, withheld."""

    __tablename__ = "notice"
    __table_args__ = (
        sa.UniqueConstraint("case_id", "rule", "occurrence", "recipient"),
        sa.CheckConstraint("kind IN ('ask', 'tell')", name="kind"),
        one_of("state", NoticeState),
        sa.CheckConstraint("idle IN ('paused')", name="idle"),
        partial("ix_notice_waiting", "send_at", "id", where="state = 'waiting' AND idle IS NULL"),
        partial("ix_notice_recipient", "recipient", where="state = 'waiting' AND idle IS NULL"),
        partial("ix_notice_task", "case_id", "task", where="state IN ('waiting', 'composed')"),
        partial("ix_notice_message_id", "message_id", where="message_id IS NOT NULL"),
    )

    id: int | None = Field(default=None, primary_key=True)
    secretariat_id: str
    case_id: str = Field(foreign_key="review_case.id")
    template: str
    rule: str
    occurrence: str
    recipient: str
    kind: str
    send_at: datetime
    caused_at: datetime
    copy_: bool = Field(sa_column=sa.Column("copy", sa.Boolean, nullable=False))
    task: str | None
    bundle: bool
    only_if_asked: str | None
    not_after: datetime | None
    data: dict[str, Any] = Field(sa_type=sa.JSON)
    state: str
    reason: str
    idle: str | None
    message_id: str | None = Field(foreign_key="message.id")


class MessageRow(Base, table=True):
    """A mail as it will be sent, with a placeholder where each private link will stand."""

    __tablename__ = "message"
    __table_args__ = (
        one_of("state", MessageState),
        partial("ix_message_ready", "try_at", "created_at", "id", where="state = 'ready'"),
        partial("ix_message_sending", "lease_until", where="state = 'sending'"),
        sa.Index(None, "person_id", "local_day"),
    )

    id: str = Field(primary_key=True)
    secretariat_id: str
    person_id: str
    address: str
    language: str
    kind: str
    subject: str
    text: str
    html: str
    message_id: str
    references: str | None
    reply_to: str
    local_day: str
    reminder: bool
    asks: list[Any] = Field(sa_type=sa.JSON)
    legal: bool
    cases: list[str] = Field(sa_type=sa.JSON)
    created_at: datetime
    state: str
    attempts: int
    next_try: datetime | None
    try_at: datetime  # next_try, or when it was made
    lease_until: datetime | None
    last_error: str
    sent_at: datetime | None
    wording: str


class DeliveryRow(Base, table=True):
    """How one attempt to send ended."""

    __tablename__ = "delivery"
    __table_args__ = (
        sa.CheckConstraint("outcome IN ('sent', 'refused', 'retry', 'unknown')", name="outcome"),
        sa.Index(None, "message_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    message_id: str = Field(foreign_key="message.id")
    at: datetime
    outcome: str
    code: int | None
    answer: str


class LinkRow(Base, table=True):
    """A private link: opens one task instance for one participant. Its token is never stored."""

    __tablename__ = "link"
    __table_args__ = (sa.UniqueConstraint("case_id", "participant", "task"),)

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="review_case.id")
    participant: str
    task: str
    generation: int
    revoked: bool
