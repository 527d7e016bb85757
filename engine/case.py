"""Where does one review stand? The values of a case: its stage, tracks, seats, tasks, dates, flags and facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, time
from typing import Any, Literal, TypeAlias

TaskState: TypeAlias = Literal["open", "signing", "done", "expired", "skipped", "closed"]
SeatState: TypeAlias = Literal["proposed", "invited", "accepted", "seated", "left", "declined", "expired", "refused"]
DeadlineKind: TypeAlias = Literal[
    "transition", "close", "until", "moment", "resume", "provisional", "open", "child", "late", "repeat", "remind",
    "notice",
]  # fmt: skip

RANK: Mapping[str, int] = {
    "transition": 0, "moment": 0, "close": 0, "until": 0, "resume": 0, "provisional": 0,
    "open": 1, "child": 1,
    "late": 2, "repeat": 2,
    "remind": 3, "notice": 3,
}  # fmt: skip
"""At one instant: closings, openings, late steps, reminders; so a reminder never overtakes the closing of its task."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When something happened, or is to happen: the instant (UTC) and, for a named date, its local day and time."""

    at: datetime
    seq: int  # the step of the case that recorded it
    day: date | None = None
    clock: time | None = None
    last_day: date | None = None  # of a date that lasts several days
    provisional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A computed date: the local day and time are the truth, `at` (UTC) follows; the rest explains it."""

    day: date
    at: datetime
    clock: time | None = None
    text: str = ""  # the expression of the definition
    calendar: str = ""
    version: str = ""  # of the calendar
    provisional: bool = False
    squeezed: bool = False
    born_late: bool = False
    pinned: str | None = None  # the reason of whom set it by hand
    shifted: bool = False  # got the time of a pause back: it is not computed again from its event
    unknown: tuple[str, ...] = ()  # calendars that are not known that far


def has_passed(due: datetime, still_since: datetime | None, at: datetime) -> bool:
    """Whether a due date had passed at a moment, or when the clock stopped that stands still at that moment."""
    return due < (still_since or at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One instance of a task: of a round, perhaps of one holding of a seat or one participant, perhaps of one row."""

    key: str
    name: str
    round: int
    holding: str | None = None  # whose instance, of an `each` task: a holding's key or a participant's key
    row: str | None = None
    state: TaskState = "open"
    scope: str = ""  # the stage or track state that it belongs to; of a per-seat track with its holding
    opened: datetime
    opened_seq: int = 0
    assignees: tuple[str, ...] = ()  # participants who may do it now
    due: Due | None = None
    closes: Due | None = None
    term: int = 1
    extensions: int = 0
    rungs: tuple[int, ...] = ()  # the late steps that have come, in this term
    repeats: int = 0  # later reminders of a late task, in this term
    still_since: datetime | None = None  # since when its clock stands still: a task for which it waits is open
    quiet: bool = False  # its completion rule already holds: not late, no reminders
    tacit: bool = False  # done by silence
    submitted: datetime | None = None
    submitted_by: str | None = None
    answer: str | None = None  # the submission's id
    done_by: str | None = None
    done_at: datetime | None = None
    about: str | None = None  # what an engine task is about: a transition, date, rule or holding
    inherited: Due | None = None  # of a task taken over with a seat: when it was due for the one before

    @property
    def is_open(self) -> bool:
        return self.state in ("open", "signing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One candidate for, or holder of, a place in the panel."""

    key: str  # "peer-3": the third ever proposed for this kind of seat
    seat: str
    participant: str
    rank: int
    state: SeatState
    seq: int = 0
    since: datetime
    reserve: bool = False  # accepted while no place was free
    replaces: str | None = None  # the holding before it
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A date that will have an effect: a row in the store as long as it lies ahead."""

    key: str
    kind: DeadlineKind
    subject: str  # task key, transition, notice, date or child
    index: int = 0  # which reminder, which rung
    rule: str = ""  # "tasks.intake.remind.0"
    order: int = 0  # as declared
    instance: str = ""
    term: int = 1
    day: date
    clock: time | None = None
    at: datetime  # UTC
    why: str = ""
    clock_runs: bool = False
    provisional: bool = False

    @property
    def rank(self) -> int:
        return RANK[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackState:
    """Where a track stands, since when, and in which step it came there."""

    state: str
    since: datetime
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """The clocks of the case stand still."""

    since: datetime
    by: str | None
    until: date | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A condition set aside with a reason, until the state is left."""

    line: str
    scope: str
    by: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A bar found or declared after somebody was proposed."""

    holding: str
    reason: str
    state: Literal["open", "waived", "upheld"] = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The panel's judgement of one row of the rubric."""

    row: str
    levels: Mapping[str, str]  # scale -> value
    how: Literal["consensus", "majority", "chair", "inherited"]
    motivated: bool
    minority: bool = False
    votes: Mapping[str, int] = field(default_factory=dict)  # value -> how many


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """Who was there, as one task's answer said: of which group, and the participants."""

    of: str
    participants: tuple[str, ...]
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RowOf:
    """Which row of which answers a case is about: its text is read where it is shown, and goes when they go."""

    submission: str
    field: str
    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """The case that called this one into life, as which of its children."""

    case: str
    child: str
    number: int = 1  # as the how manieth of these; of one for each row: the number of its row
    row: RowOf | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """A version of its process that a case followed before it moved to another, and until when."""

    version: int
    behaviour: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One organisation's review. Every mapping is replaced, never changed; values are frozen."""

    id: str
    cycle: str
    subject: str  # the organisation under review
    process: str
    process_version: int
    behaviour: str
    stage: str
    stage_since: datetime
    stage_seq: int = 0
    version: int = 0  # for compare-and-swap
    seq: int = 0  # counts the steps of the case
    head: tuple[int, str] = (0, "")  # of its history: number and hash of the last event
    closed: bool = False
    outcome: str | None = None  # the end stage
    paused: Pause | None = None
    parent: Parent | None = None
    former: tuple[Former, ...] = ()  # the versions that it followed before, the first one first
    rubric: str | None = None
    rows: tuple[str, ...] = ()  # the rubric's rows in scope
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # role -> participants
    tracks: Mapping[str, TrackState] = field(default_factory=dict)  # "date", "onboarding@peer-1"
    holdings: Mapping[str, Holding] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)  # seat -> how many are wanted
    tasks: Mapping[str, Task] = field(default_factory=dict)  # of the current round of each
    deadlines: Mapping[str, Deadline] = field(default_factory=dict)
    moments: Mapping[str, Moment] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)  # entries and firings over the life of the case
    facts: Mapping[str, str] = field(default_factory=dict)  # "decision.outcome" -> "positive"
    rounds: Mapping[str, int] = field(default_factory=dict)  # task -> its latest round
    waivers: Mapping[str, Waiver] = field(default_factory=dict)
    conflicts: Mapping[str, Conflict] = field(default_factory=dict)
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    present: Mapping[str, Present] = field(default_factory=dict)  # task -> who was there
    differs: Mapping[str, str] = field(default_factory=dict)  # value -> choice set by hand

    def open_tasks(self) -> list[Task]:
        return [task for task in self.tasks.values() if task.is_open]

    def holders(self, seat: str) -> list[Holding]:
        """Who sits on this kind of seat now, in the order of their places."""
        return [held for held in self.holdings.values() if held.seat == seat and held.state == "seated"]


SCALARS: tuple[str, ...] = (
    "stage", "stage_since", "stage_seq", "seq", "closed", "outcome", "paused", "rubric", "rows", "process_version",
    "behaviour", "former",
)  # fmt: skip
"""Fields of a case that an event sets as a whole."""

MAPPINGS: tuple[str, ...] = tuple(
    part.name for part in fields(Case) if part.name in {
        "roles", "tracks", "holdings", "places", "tasks", "deadlines", "moments", "counts", "facts", "rounds",
        "waivers", "conflicts", "decisions", "present", "differs",
    }
)  # fmt: skip
"""Fields of a case that an event changes entry by entry."""

ROWS: tuple[str, ...] = ("tasks", "deadlines", "holdings")
"""Mappings that the store keeps as rows of their own; the others stand in the case's own row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What must be written to bring the stored case up to date; of tasks, deadlines and holdings, only what changed."""

    put: Mapping[str, Mapping[str, Any]]  # "tasks" -> key -> value
    dropped: Mapping[str, tuple[str, ...]]  # "deadlines" -> keys
    state_changed: bool  # anything outside the rows


def difference(before: Case | None, after: Case) -> Difference:
    """Compare two versions of one case, by identity: values that were not replaced were not changed."""
    put: dict[str, dict[str, Any]] = {}
    dropped: dict[str, tuple[str, ...]] = {}
    for name in ROWS:
        new: Mapping[str, Any] = getattr(after, name)
        old: Mapping[str, Any] = getattr(before, name) if before else {}
        if new is old:
            continue
        put[name] = {key: value for key, value in new.items() if old.get(key) is not value}
        dropped[name] = tuple(key for key in old if key not in new)
    state_changed = before is None or any(
        getattr(before, part.name) is not getattr(after, part.name)
        for part in fields(Case)
        if part.name not in ROWS and part.name not in ("version", "head")
    )
    return Difference(put=put, dropped=dropped, state_changed=state_changed)


def with_head(case: Case, version: int, head: tuple[int, str]) -> Case:
    """The same case at its next version."""
    return replace(case, version=version, head=head)
