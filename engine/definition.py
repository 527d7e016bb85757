"""What is a process? The compiled, immutable form of one definition folder: behaviour here, texts in ``wording``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from types import MappingProxyType
from typing import Literal, TypeAlias

from engine.date_rules import CalendarPart as CalendarPart
from engine.date_rules import DateDef as DateDef
from engine.date_rules import DueRoll as DueRoll
from engine.date_rules import DueRule as DueRule
from engine.date_rules import GateDef as GateDef
from engine.expressions import DateExpr, Delta, Lines, Ref, Window
from engine.questions import FieldDef as FieldDef
from engine.questions import FormDef as FormDef
from engine.questions import Rubric as Rubric

EMPTY: Mapping[str, str] = MappingProxyType({})
Silence: TypeAlias = Literal["waits", "agrees", "nothing"]
Roll: TypeAlias = Literal["back", "forward", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LateStep:
    """One rung of the ladder after a due date: tell somebody, or open a task."""

    at: Delta | DateExpr
    tell: str | None = None
    notice: str | None = None
    task: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendRule:
    """Who may give more time, how much, how often, and until when."""

    by: tuple[str, ...]
    at_most: Delta
    times: int = 1
    not_after: DateExpr | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignRule:
    """A second person signs what was submitted, before a date of its own."""

    by: str
    due: DueRule


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidesRule:
    """How individual judgements become one per row of the rubric."""

    rows: str  # the rubric's plural noun
    source: str  # the task with the individual judgements
    reach: Literal["consensus"] = "consensus"
    otherwise: Literal["majority"] = "majority"
    quorum: Lines = ()
    votes: tuple[str, ...] = ()  # roles and seats whose votes count; none: the seats that have a vote
    tie: str | None = None  # the role whose vote breaks a tie
    minority_note: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDef:
    """A piece of work: who, when it opens, when it is due, what happens while nobody does it."""

    name: str
    order: int
    performers: tuple[str, ...] = ()  # `for`: one task that any of these may do
    each: tuple[str, ...] = ()  # one task per holder of these
    each_row_of: str | None = None  # one task per row of that task's answers
    helpers: tuple[str, ...] = ()  # `with`: may write along, do not submit
    only_present: bool = False
    by_row: str | None = None  # answers are given per row of the rubric
    about: str | None = None
    opens: tuple[DateExpr, ...] = ()
    form: str | None = None
    does: tuple[str, ...] = ()
    condition: Lines = ()
    skip_if: Lines = ()
    due: tuple[DueRule, ...] = ()
    window: Window | None = None
    remind: tuple[Delta | DateExpr, ...] = ()
    late: tuple[LateStep, ...] = ()
    extend: ExtendRule | None = None
    sign: SignRule | None = None
    silence: Silence = "waits"
    done_if: Lines = ()
    decides: DecidesRule | None = None
    recuse_tie: Delta | None = None
    repeat: Delta | None = None
    until: tuple[DateExpr, ...] = ()
    optional: bool = False
    built_in: bool = False  # one of the engine's own tasks


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleDef:
    """A role held by people of an organisation or body."""

    name: str
    of: str  # secretariat, host, region, committee, pool, minister, outside
    least: int = 0
    most: int | None = None
    owner: bool = False
    account: bool = True
    sees: str | None = None
    not_in: tuple[str, ...] = ()
    bars: tuple[BarRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BarRule:
    """A reason why somebody may not sit on a panel: the engine's own names; `window` for ties."""

    kind: Literal["same_organisation", "same_region", "tie", "own_review_this_round", "not_of_visitor"]
    window: Delta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatDef:
    """A kind of place in the panel, and how many there are."""

    name: str
    least: int
    most: int
    votes: bool = False
    qualifications: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionRule:
    """Who may object to a candidate, how long, what silence means, who decides."""

    by: str
    form: str
    due: DueRule
    remind: tuple[Delta | DateExpr, ...] = ()
    silence: Silence = "agrees"
    decides: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceRule:
    """Who may replace a seat's holder, until when, and what becomes of the open tasks."""

    by: tuple[str, ...]
    tasks: Literal["move_open", "redo_own"]
    due: DueRule
    until: DateExpr | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRule:
    """The settings of the built-in life cycle of a seat."""

    form: str
    due: DueRule
    remind: tuple[Delta | DateExpr, ...] = ()
    ask_per_seat: int = 1
    overbook: int | None = None  # percent of the free places; in place of `ask_per_seat`
    bars: tuple[BarRule, ...] = ()
    objection: ObjectionRule | None = None
    replace: ReplaceRule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueDef:
    """A derived fact: the first choice whose lines hold; somebody may differ with a reason."""

    name: str
    choices: tuple[str, ...]
    first_of: tuple[tuple[str, Lines], ...]  # empty lines: otherwise
    drawn: int | None = None  # per cent of a round to whom the first choice falls by lot; the last falls to the others
    differ_by: str | None = None
    differ_asks: Mapping[str, str] = field(default_factory=lambda: EMPTY)


@dataclass(frozen=True, slots=True, kw_only=True)
class StageDef:
    """A step of the spine."""

    name: str
    order: int
    phase: str = ""
    end: bool = False
    drops_children: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackDef:
    """A small flat machine beside the spine, alive during stages or as long as a seat is held."""

    name: str
    order: int
    states: tuple[str, ...]  # the first is where it starts
    during: tuple[str, ...] = ()  # stages; empty: as long as a seat is held
    each: str | None = None  # a group: one machine per holding
    ends: frozenset[str] = frozenset()
    keeps: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitionDef:
    """An arrow of the spine (`track` None) or of a track; one of by, by_all, when, auto (by with when: either)."""

    name: str
    order: int
    track: str | None
    sources: tuple[str, ...]
    target: str | None = None  # None: stays where it is
    by: tuple[str, ...] = ()
    by_all: tuple[str, ...] = ()
    when: tuple[DateExpr, ...] = ()
    auto: bool = False
    condition: Lines = ()
    unless: Lines = ()
    asks: Mapping[str, str] = field(default_factory=lambda: EMPTY)  # name -> text, date, seat, document
    sets: Mapping[str, Ref] = field(default_factory=lambda: MappingProxyType({}))
    ends: Mapping[str, Ref] = field(default_factory=lambda: MappingProxyType({}))  # date -> its last day
    vacates: Ref | None = None
    times: int | None = None
    until: DateExpr | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseRule:
    """Who may stop the clocks, and what they must say."""

    by: tuple[str, ...]
    asks: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    at_most: Delta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildDef:
    """Another case that this one calls into life, and perhaps waits for."""

    name: str
    order: int
    process: str
    opens: tuple[DateExpr, ...] = ()
    each: Ref | None = None  # TASK.FIELD: one for each row of that answer
    column: str = ""  # of those rows: the one whose text names a row
    by: tuple[str, ...] = ()
    condition: Lines = ()
    scope: tuple[str, Lines] | None = None  # (rubric's plural noun, which rows: one Count line)
    seats: tuple[str, ...] = ()  # whose holders come first on the lists of the same seats there
    dates: Mapping[str, DateExpr] = field(default_factory=lambda: MappingProxyType({}))
    shared_seats: tuple[str, ...] = ()  # who sits here sits there
    shared_dates: tuple[str, ...] = ()  # and they have the days of here
    await_: Literal["all", "any", "none"] = "none"
    many: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDef:
    """Something that must be told when a moment comes; `asks`: it takes the place of those tasks' opening mail."""

    name: str
    order: int
    when: tuple[DateExpr, ...]
    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    condition: Lines = ()
    invite: str | None = None
    attach: str | None = None
    asks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishRule:
    """When a document becomes public, under which conditions, and which of its fields do not."""

    when: tuple[DateExpr, ...]
    condition: Lines = ()
    without: tuple[str, ...] = ()  # fields, and columns as `FIELD.COLUMN`


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentDef:
    """Who may see the answers to a form or task, and how long they are kept."""

    name: str
    visibility: str | None = None  # its class; `see` and `keep` of that are in these already
    see: Mapping[str, bool | Lines] = field(default_factory=lambda: MappingProxyType({}))
    publish: PublishRule | None = None
    keep: Delta | DateExpr | None = None  # from the close of the case, or until a date


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingRule:
    """When mail may reach a reader: days, hours, and bundling."""

    calendar: str | None = None
    opens: time = time(8, 30)
    closes: time = time(17, 30)
    roll: Roll = "forward"
    or_earlier: bool = True
    bundle: Literal["day", "none"] = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What holds where a task says nothing."""

    shortest: Delta
    repeat: Delta | None = None
    sending: SendingRule = field(default_factory=SendingRule)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchRule:
    """The way in: who, when, what the subject must have, how much time is needed."""

    by: tuple[str, ...]
    when: DateExpr | None = None
    subject_has: tuple[str, ...] = ()
    advised: DateExpr | None = None
    least: DateExpr | None = None
    waive: str | None = None
    ring: RingRule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RingRule:
    """Each organisation of a round is visited by another one of it; `pairs`: two may visit one another."""

    pairs: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaces:
    """Whose running cases may move to this version: stages, states, tasks and the like by the names that they had."""

    version: int
    renamed: Mapping[str, str] = field(default_factory=lambda: EMPTY)  # "planning" or "reflection.writing" -> here
    drops: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One version of one process, compiled: every name resolved, every expression read."""

    name: str
    version: int
    behaviour: str  # hash of process, form fields and rubric
    languages: tuple[str, ...]
    zone: str
    rubric: Rubric | None
    rubric_pinned: Ref | None
    calendars: Mapping[str, tuple[CalendarPart, ...]]
    gates: Mapping[str, GateDef]
    dates: Mapping[str, DateDef]
    deadlines: Mapping[str, DueRule]
    launch: LaunchRule
    roles: Mapping[str, RoleDef]
    seats: Mapping[str, SeatDef]
    groups: Mapping[str, tuple[str, ...]]  # expanded to roles and seats
    invitations: InvitationRule | None
    conditions: Mapping[str, Lines]
    values: Mapping[str, ValueDef]
    stages: Mapping[str, StageDef]
    tracks: Mapping[str, TrackDef]
    transitions: Mapping[str, TransitionDef]
    pause: PauseRule | None
    tasks: Mapping[str, TaskDef]  # the engine's own tasks among them
    children: Mapping[str, ChildDef]
    notices: Mapping[str, NoticeDef]
    documents: Mapping[str, DocumentDef]
    defaults: Defaults
    forms: Mapping[str, FormDef]
    replaces: Replaces | None = None

    @property
    def first_stage(self) -> str:
        return next(iter(self.stages))

    @property
    def owner(self) -> str:
        """The role that answers for a case when nobody else does."""
        return next(name for name, role in self.roles.items() if role.owner)

    @property
    def first_calendar(self) -> str:
        return next(iter(self.calendars))

    def members(self, name: str) -> tuple[str, ...]:
        """The roles and seats behind a role, a seat or a group."""
        return self.groups.get(name, (name,))
