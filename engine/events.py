"""What has happened, who must be told, and what must be sent to other cases? The frozen values of an outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from engine.actions import Actor
from engine.case import Case

MOVED = "version_moved"
"""The kind of event by which a case follows another version of its process; its data say what names became."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened: `effects` are what it changed, so that replay needs no rule.

    An effect is (field, key, value): the field of the case, the entry (empty for a whole field), and the new value as
    plain JSON; of a task, seat or deadline that existed, only the changed parts; None where an entry went away.
    """

    kind: str  # "stage_entered", "task_opened", ...
    name: str  # of the stage, task key, transition, ...
    actor: Actor
    effective_at: datetime
    recorded_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    effects: tuple[tuple[str, str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """An event in its place in the history: number, hash, and the canonical text that was hashed."""

    seq: int
    hash: str
    payload: str
    event: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Somebody must know something. At most one per (case, rule, occurrence, recipient).

    An ask is about one open task; a tell is about an event. `send_at` is the earliest moment of sending, already moved
    into the reader's sending window; `not_after` the moment after which a dated word is no longer worth saying.
    """

    case: str
    template: str
    rule: str
    occurrence: str
    recipient: str  # participant key
    kind: Literal["ask", "tell"]
    send_at: datetime
    caused_at: datetime
    copy: bool = False  # cc
    task: str | None = None  # the task instance that is asked for
    bundle: bool = False  # may share one mail a day with others for the same reader
    only_if_asked: str | None = None  # a tell for those who had a mail about this task instance only
    not_after: datetime | None = None
    data: Mapping[str, Any] = field(default_factory=dict)  # asked, seat, person, successor, old_date, due: JSON values

    @property
    def key(self) -> tuple[str, str, str, str]:
        return (self.case, self.rule, self.occurrence, self.recipient)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """Unsent asks about a task instance must not go out any more (to one recipient, or to anybody).

    `rules` limits it to the notices of those rules (None: all of the task's). Where `first_stands`, the first word
    about the task does not go: it says what is asked when it leaves.
    """

    case: str
    task: str
    recipient: str | None
    reason: str  # done, closed, moved, paused, merged, changed hands
    rules: tuple[str, ...] | None = None
    first_stands: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A word for another case, or the call for a new one; claimed once, by its key."""

    key: str
    source: str
    target: str | None  # None: a child that is still to be made
    name: str  # "reassessment.recognised", or the child's name
    effective_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    seq: int = 0  # the step of its source: orders words of one moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """Answers to a form, to be kept in a row of their own; history knows the id and the salted hash."""

    id: str
    case: str
    task: str
    form: str
    participant: str | None
    answers: Mapping[str, Any]
    salt: str
    hash: str
    at: datetime
    removed_at: datetime | None = None  # the answers were taken out when their time had come


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """All that one action leads to. The store writes it in one transaction."""

    before: Case | None
    case: Case
    history: tuple[Sealed, ...] = ()
    notices: tuple[Notice, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()
    signals: tuple[Signal, ...] = ()
    submissions: tuple[Submission, ...] = ()
