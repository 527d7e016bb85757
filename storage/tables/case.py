"""Which tables hold a case: its state, tasks, seats, dates, answers, files and history?"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from engine.case import DeadlineKind, SeatState, TaskState
from storage.tables.base import CLUSTERED, Base, later, one_of, partial


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
    __table_args__ = (partial("ix_signal_waiting", "effective_at", "seq", "key", where="NOT done"),)

    key: str = Field(primary_key=True)
    source: str
    target: str | None
    name: str
    effective_at: datetime
    data: dict[str, Any] = Field(sa_type=sa.JSON)
    done: bool
    seq: int = Field(sa_column_kwargs=later("0"))


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
    removed_at: datetime | None


class UnfinishedRow(Base, table=True):
    """Answers to an open task that are not handed in yet. No history knows of them."""

    __tablename__ = "unfinished"
    __table_args__ = (CLUSTERED,)

    case_id: str = Field(primary_key=True, foreign_key="review_case.id")
    task: str = Field(primary_key=True)
    participant: str
    answers: dict[str, Any] = Field(sa_type=sa.JSON)
    version: int  # for compare-and-swap
    at: datetime


class RetentionHoldRow(Base, table=True):
    """A case of which nothing is removed."""

    __tablename__ = "retention_hold"

    case_id: str = Field(primary_key=True, foreign_key="review_case.id")
    reason: str
    since: datetime


class KeptFileRow(Base, table=True):
    """A file that was handed in with answers (`submission_id`), or is kept with unfinished ones. Erased: no content."""

    __tablename__ = "kept_file"
    __table_args__ = (sa.Index(None, "case_id"), sa.Index(None, "submission_id"))

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="review_case.id")
    task: str
    submission_id: str | None = Field(foreign_key="submission.id")
    participant: str | None
    name: str
    type: str
    size: int
    sha256: str
    at: datetime
    content: bytes | None  # last: what is read without it need not go past it


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
