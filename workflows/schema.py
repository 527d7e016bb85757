"""What may stand in a process file: the shape of `process.yaml`. Names and expressions are read later, by `compiling`.

From these models the JSON Schemas are made that editors use (`schema_files`).
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from workflows.schema_parts import NO_ITEMS, NOTHING, Conditions, Item, Many, Part, Span, Texts, one_or_more, short_for
from workflows.yaml_reading import Text

Roll: TypeAlias = Literal["back", "forward", "none"]
DueRoll: TypeAlias = Literal["back", "forward", "nearest", "none"]
Silence: TypeAlias = Literal["waits", "agrees", "nothing"]


class RubricUse(Part):
    """Which rubric, and from which moment its version stays."""

    file: Text
    pinned: Text | None = None


class Gate(Item):
    """Fixed days on which something can happen."""

    dates: Many = Field(description="`listed_by_office`, or days of the year as MM-DD")
    at_least_ahead: Text | None = None


class NamedDate(Item):
    """A named day from which others are counted."""

    source: Text | None = Field(None, alias="from")
    otherwise: Literal["asked_at_launch"] | None = Field(None, alias="else")
    set_by: Many = NOTHING
    provisional: Text | None = None
    window: Text | None = None
    lasts: Span | None = None
    moves: bool = False


class Due(Part):
    """One way to compute a due date."""

    at: Text
    condition: Conditions = Field([], alias="if")
    calendar: Text | None = None
    roll: DueRoll | None = None
    atw: bool = False
    not_before: Text | None = None
    not_after: Text | None = None
    closes: Text | None = None
    clock: Literal["stops", "runs"] = "stops"
    stops_in: Text | None = None
    stops_while: Many = NOTHING
    room: Text | None = None
    warn_after: Text | None = None


class Deadline(Item, Due):
    """A moment that belongs to no task, such as the end of a term for appeal."""


Dues: TypeAlias = Annotated[list[Due], one_or_more(Due)]


class LeadTime(Part):
    """How long before the visit a case must be launched."""

    advised: Text | None = None
    least: Text | None = None
    waive: Text | None = None


class Ring(Part):
    """Each organisation of a round is visited by another one of it."""

    pairs: bool = True


class Launch(Part):
    """The way in."""

    by: Many
    when: Text | None = None
    subject_has: Many = NOTHING
    lead_time: LeadTime | None = None
    ring: Ring | None = None


class Role(Item):
    """A role held by people of an organisation or body."""

    of: Literal["secretariat", "host", "region", "committee", "pool", "minister", "outside"]
    count: Span | None = None
    owner: bool = False
    account: bool = True
    sees: Text | None = None
    not_in: Many = Field([], alias="not")
    bars: Many = NOTHING


class Seat(Item):
    """A kind of place in the panel."""

    count: Span
    votes: bool = False
    has: Many = NOTHING


class Objection(Part):
    """Who may object to a candidate, and who decides."""

    by: Text
    form: Text
    due: Due
    remind: Many = NOTHING
    silence: Silence = "agrees"
    decides: Text


class Replace(Part):
    """Who may replace the holder of a seat, and what becomes of the open tasks."""

    by: Many
    tasks: Literal["move_open", "redo_own"]
    due: Due
    until: Text | None = None


class Invitations(Part):
    """Settings of the built-in life cycle of a seat."""

    form: Text
    due: Due
    remind: Many = NOTHING
    ask_per_seat: Annotated[int, Field(ge=1)] | None = None
    overbook: Text | None = Field(None, description="a share of the free places, such as 150%")
    bars: Many = NOTHING
    objection: Objection | None = None
    replace: Replace | None = None


class Ask(Item):
    """What a deed asks of the one who does it."""

    type: Literal["text", "date", "moment", "seat", "document"]


Asks: TypeAlias = dict[Text, Annotated[Ask, short_for(Ask, "type")]]


class MayDiffer(Part):
    """Who may set a derived value otherwise, and what must be said."""

    by: Text
    asks: Asks = NO_ITEMS


class Value(Item):
    """A derived fact: the first choice whose conditions hold."""

    choice: dict[Text, Texts]
    first_of: list[dict[Text, Conditions]] = NOTHING
    drawn: Text | None = None
    may_differ: MayDiffer | None = None


class Stage(Item):
    """A step of the spine."""

    phase: Text | None = None
    end: bool = False
    drops: Literal["children"] | None = None


class Track(Item):
    """A small flat machine beside the spine."""

    states: dict[Text, Texts]
    during: Many
    each: Text | None = None
    ends: Many = NOTHING
    keeps: bool = False


class Transition(Item):
    """An arrow: taken by a person (by, by_all), at a moment (when), or as soon as its conditions hold (auto)."""

    sources: Many = Field(alias="from")
    target: Text | None = Field(None, alias="to")
    by: Many = NOTHING
    by_all: Many = NOTHING
    when: Many = NOTHING
    auto: bool = False
    condition: Conditions = Field([], alias="if")
    unless: Conditions = NOTHING
    asks: Asks = NO_ITEMS
    sets: dict[Text, Text] = NO_ITEMS
    vacates: Text | None = None
    times: Annotated[int, Field(ge=1)] | None = None
    until: Text | None = None


class Pause(Part):
    """Who may stop the clocks."""

    by: Many
    asks: Asks = NO_ITEMS
    at_most: Text | None = None


class Late(Part):
    """One rung of the ladder after a due date."""

    after: Text | None = None
    at: Text | None = None
    tell: Text | None = None
    notice: Text | None = None
    task: Text | None = None


class Extend(Part):
    """Who may give more time."""

    by: Many
    at_most: Text
    times: Annotated[int, Field(ge=1)] = 1
    not_after: Text | None = None


class Sign(Part):
    """A second person signs what was submitted."""

    by: Text
    due: Due


class Decides(Part):
    """How individual judgements become one per row of the rubric."""

    rows: Text
    source: Text = Field(alias="from")
    reach: Literal["consensus"] = "consensus"
    otherwise: Literal["majority"] = Field("majority", alias="else")
    quorum: Conditions = NOTHING
    votes: Many = NOTHING
    tie: Text | None = None
    minority_note: bool = False


class Task(Item):
    """A piece of work."""

    performers: Many = Field([], alias="for")
    each: Many = NOTHING
    helpers: Many = Field([], alias="with")
    only: Literal["present"] | None = None
    by_row: Text | None = None
    about: Text | None = None
    opens: Many = NOTHING
    form: Text | None = None
    does: Many = NOTHING
    condition: Conditions = Field([], alias="if")
    skip_if: Conditions = NOTHING
    due: Dues = NOTHING
    window: Text | None = None
    remind: Many | None = None
    late: list[Late] | None = None
    extend: Extend | None = None
    sign: Sign | None = None
    silence: Silence = "waits"
    done_if: Conditions = NOTHING
    decides: Decides | None = None
    recuse: Many = NOTHING
    repeat: Text | None = None
    until: Many = NOTHING
    optional: bool = False


class Child(Item):
    """Another case that this one calls into life."""

    process: Text
    opens: Many = NOTHING
    each: Text | None = None
    by: Many = NOTHING
    condition: Conditions = Field([], alias="if")
    scope: dict[Text, Text] = NO_ITEMS
    seats: Many = NOTHING
    dates: dict[Text, Text] = NO_ITEMS
    shares: Many = NOTHING
    await_: Literal["all", "any", "none"] = Field("none", alias="await")
    many: bool = False


class Notice(Item):
    """Something that must be told when a moment comes."""

    when: Many
    to: Many
    cc: Many = NOTHING
    condition: Conditions = Field([], alias="if")
    invite: Text | None = None
    attach: Text | None = None
    asks: Many = NOTHING


class Publish(Part):
    """When a document becomes public."""

    when: Many
    condition: Conditions = Field([], alias="if")
    without: Many = NOTHING


class DocumentClass(Part):
    """What documents of one class have in common."""

    says: Texts | None = None
    see: dict[Text, bool | Conditions] = NO_ITEMS
    keep: Text | None = None


class Document(Item):
    """Who may see the answers to a form or task, and how long they are kept."""

    visibility: Text | None = Field(None, alias="class")
    see: dict[Text, bool | Conditions] = NO_ITEMS
    publish: Publish | None = None
    keep: Text | None = None


class Sending(Part):
    """When mail may reach a reader."""

    calendar: Text | None = None
    between: Text | None = Field(None, description="HH:MM-HH:MM")
    roll: Roll = "forward"
    or_earlier: Literal["before due", "never"] = "before due"
    bundle: Literal["day", "none"] = "day"


class Defaults(Part):
    """What holds where a task says nothing."""

    shortest: Text | None = None
    remind: Many = NOTHING
    late: list[Late] = NOTHING
    repeat: Text | None = None
    sending: Sending | None = None


class Replaces(Part):
    """The version whose running cases may move to this one, and what became of the names that it had."""

    version: Annotated[int, Field(ge=1)]
    renamed: dict[Text, Text] = Field(default_factory=dict, alias="as")
    drops: Many = NOTHING


class Process(Part):
    """A process of peer review: what people do, when, and what they are told."""

    process: Text
    version: Annotated[int, Field(ge=1)]
    replaces: Replaces | None = None
    languages: Annotated[list[Text], Field(min_length=1)]
    title: Texts
    in_sentences: Texts | None = None
    zone: Text
    rubric: RubricUse | None = None
    calendars: Annotated[dict[Text, Many], Field(min_length=1)]
    gates: dict[Text, Gate] = NO_ITEMS
    dates: dict[Text, NamedDate] = NO_ITEMS
    deadlines: dict[Text, Deadline] = NO_ITEMS
    launch: Launch
    people: Annotated[dict[Text, Role], Field(min_length=1)]
    seats: dict[Text, Seat] = NO_ITEMS
    groups: dict[Text, Many] = NO_ITEMS
    invitations: Invitations | None = None
    conditions: dict[Text, Conditions] = NO_ITEMS
    values: dict[Text, Value] = NO_ITEMS
    phases: dict[Text, Texts] = NO_ITEMS
    stages: Annotated[dict[Text, Stage], Field(min_length=1)]
    tracks: dict[Text, Track] = NO_ITEMS
    transitions: Annotated[dict[Text, Transition], Field(min_length=1)]
    pause: Pause | None = None
    tasks: dict[Text, Task] = NO_ITEMS
    children: dict[Text, Child] = NO_ITEMS
    notices: dict[Text, Notice] = NO_ITEMS
    classes: dict[Text, DocumentClass] = NO_ITEMS
    documents: dict[Text, Document] = NO_ITEMS
    defaults: Defaults = Field(default_factory=Defaults)
