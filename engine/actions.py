"""What can be done to a case, and by whom? The small fixed set of actions, and the actor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeAlias

from engine.definition import Definition


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts: a person (by participant key), the clock, somebody outside, or an operator of the system."""

    kind: Literal["person", "clock", "outside", "operator"]
    participant: str | None = None
    capacity: str | None = None  # the role under which
    on_behalf_of: str | None = None  # a participant for whom the actor acts
    via: Literal["cli", "web", "link", "api", "clock", "import"] = "cli"


CLOCK = Actor(kind="clock", via="clock")
OPERATOR = Actor(kind="operator", via="cli")


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """Take a transition that the definition names, with what it asks; `waive` maps failing lines to reasons."""

    transition: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    waive: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submit:
    """Do a task: answers to its form; a second person's signature is a `Submit` on a task that waits for it."""

    task: str  # the instance's key
    answers: Mapping[str, Any] = field(default_factory=dict)
    submission: str = ""  # id of the row that will hold the answers
    salt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Answer an invitation to the panel."""

    holding: str
    accepts: bool
    answers: Mapping[str, Any] = field(default_factory=dict)
    submission: str = ""
    salt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign:
    """Name people for a seat (a ranked list) or for a role; `waive` gives a reason per barred participant."""

    name: str  # a seat or a role
    participants: tuple[str, ...]
    places: int | None = None
    waive: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitute:
    """Replace the holder of a seat; without a successor the seat falls free (somebody resigned)."""

    holding: str
    successor: str | None
    reason: str
    waive: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extend:
    """Give a task a later due date."""

    task: str
    until: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseCase:
    """Stop the clocks of the case."""

    reason: str
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeCase:
    """Let the clocks run again; `dates` gives new days to named dates that would lie in the past.

    `waive`: line -> reason, of lines that speak against such a day.
    """

    reason: str = ""
    dates: Mapping[str, date] = field(default_factory=dict)
    waive: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waive:
    """Set one failing line aside until its state is left."""

    line: str
    scope: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """Set the due date of an open task by hand; it no longer follows its anchor."""

    task: str
    day: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Differ:
    """Set a derived value by hand, with a reason."""

    value: str
    choice: str
    answers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeVisitor:
    """Let another organisation of the ring visit the host: those who came from the former one leave the panel."""

    visitor: str  # an organisation
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct:
    """A manual override: put the case into a stage or a track into a state, or reopen or close a task; always shown."""

    reason: str
    state: str | None = None  # "planning", "reflection.writing", "onboarding.ready@peer-1"
    task: str | None = None
    to: Literal["open", "done", "closed"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalculate:
    """Compute the open dates anew with today's calendars and absences; or the days of reminders only, which tell
    nobody another date."""

    reason: str
    reminders_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """Another case with which one shares seats or dates, or for which it waits: called as `child` by one of the two."""

    case: str
    child: str
    definition: Definition
    called_us: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveVersion:
    """Let the case follow another version of its process; the plan is what that version `replaces`.

    `given` are the answers that stand, by their ids; `kin` are the cases that this one called or was called by.
    """

    to: Definition
    reason: str
    given: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    kin: tuple[Kin, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expire:
    """A date has come: apply its effect."""

    deadline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receive:
    """A word from another case: its child or parent reached something."""

    name: str  # "reassessment.recognised"
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleStuck:
    """A rule failed five times: it becomes the office's task."""

    deadline: str
    error: str


Obstacle: TypeAlias = Literal["dead_address", "policy", "challenge", "gone", "away"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreached:
    """Mail does not reach somebody: a dead address, a server or filter that wants none, or nobody there to read it."""

    participant: str
    why: Obstacle
    back_on: date | None = None  # of somebody who is away


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """The address of somebody works again."""

    participant: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WroteBack:
    """Somebody wrote to the machine in words of their own: no answer to any task."""

    participant: str
    report: str  # which mail it was


@dataclass(frozen=True, slots=True, kw_only=True)
class MailDoubted:
    """Nobody knows whether a mail with legal effect arrived: the office decides within a day."""

    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettled:
    """The office has decided about such a mail."""

    message: str


Action: TypeAlias = (
    Take | Submit | Answer | Assign | Substitute | Extend | PauseCase | ResumeCase | Waive | Pin | Differ
    | ChangeVisitor | Correct | Recalculate | MoveVersion | Expire | Receive | RuleStuck | Unreached | Reached
    | WroteBack | MailDoubted | MailSettled
)  # fmt: skip

CLOCKWORK = (Expire, Receive, RuleStuck, Unreached, Reached, WroteBack, MailDoubted, MailSettled)
"""What only the machinery does: dates that come, and what comes from outside."""
