"""Where does a case stand, for those who may know? Facts from state and dates only, cut to what an audience may see.

Never in them: judgements and votes, texts of forms and reports, reasons, and who sits or might sit on a panel.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias, get_args

from engine.case import Case
from engine.course import Course, Stay, following
from engine.definition import Definition
from engine.instance_keys import task_of
from engine.publishing import public_since
from engine.rings import VISITOR
from engine.standing import (
    PARTIES,
    STATES,
    Change,
    Day,
    LateTask,
    Milestone,
    Party,
    Question,
    Schedule,
    Standing,
    State,
    Waiting,
    by_day,
)
from engine.tally import Tally
from engine.watch import blocked
from engine.world import World

Audience: TypeAlias = Literal["office", "partnership", "region", "committee", "reviewer", "cycle"]
AUDIENCES: tuple[Audience, ...] = get_args(Audience)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the office alone may see of a case."""

    ask: tuple[str, ...] = ()  # participants who answer for the case
    late: tuple[LateTask, ...] = ()
    undelivered: int | None = 0  # mails that did not arrive; None: not known for a past moment
    stuck: int = 0  # rules that failed too often
    questions: tuple[Question, ...] = ()  # the engine's own questions to whoever answers for the case
    blocked: tuple[str, ...] = ()  # transitions whose moment has come while their conditions fail
    ends: Milestone | None = None  # the end that comes by itself if nobody does anything


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSummary:
    """One case at one moment. Names of stages, tasks and dates are those of the definition; texts are the caller's."""

    case: str
    cycle: str
    subject: str
    host: str
    process: str
    behaviour: str
    child: str | None  # as which child of another case
    parent: str | None = None  # and of which one
    visitor: str | None = None  # in a ring: the organisation that visits
    stage: str
    since: date
    phase: str | None
    phases: tuple[str, ...]  # in the order of the stages
    reached: tuple[tuple[str, date], ...]  # stages, each with the day on which it was last entered
    stays: tuple[Stay, ...] = ()  # in stages, in their order; without a history, the last of each
    phase_of: Mapping[str, str] = field(default_factory=dict)  # stage -> phase, of the stages that have one
    ended: bool  # the last stage is reached
    closed: bool  # and nothing is open any more
    outcome: str | None
    paused_until: date | None
    milestone: Milestone | None
    schedule: Schedule | None  # None: ended or paused
    visit: tuple[str, Day] | None  # the date that may move: its name and day
    changed: Change
    open_tasks: Mapping[Party, int]
    waits_for: tuple[Waiting, ...]
    tally: Tally
    public: tuple[tuple[str, date], ...] = ()  # tasks whose answers are public, since when
    desk: Desk | None = None

    @property
    def phase_number(self) -> int | None:
        return self.phases.index(self.phase) + 1 if self.phase in self.phases else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleSummary:
    """All cases of one round together."""

    cycle: str
    process: str
    behaviour: str
    cases: int
    children: int
    by_phase: tuple[tuple[str, int], ...]  # of those that have not ended, every phase in order
    by_outcome: tuple[tuple[str, int], ...]  # every end stage in order
    by_state: tuple[tuple[State, int], ...]
    paused: int
    tally: Tally = field(default_factory=Tally)


def case_summary(
    definition: Definition,
    case: Case,
    world: World,
    now: datetime,
    *,
    audience: Audience,
    tally: Tally | None = None,
    course: Course | None = None,
    undelivered: int | None = 0,
    stuck: int = 0,
) -> CaseSummary:
    """The facts of one case for one audience. What cannot be read from the case, the caller counts."""
    view = Standing(definition, case, world, now)
    waits_for = tuple(view.waits_for())
    reached = tuple(view.reached())
    milestone = view.milestone()
    schedule = view.schedule()
    whole = CaseSummary(
        case=case.id,
        cycle=case.cycle,
        subject=case.subject,
        host=world.host.name,
        process=case.process,
        behaviour=case.behaviour,
        child=case.parent.child if case.parent else None,
        parent=case.parent.case if case.parent else None,
        visitor=case.facts.get(VISITOR),
        stage=case.stage,
        since=view.day(case.stage_since),
        phase=definition.stages[case.stage].phase or None,
        phases=phases_of(definition),
        reached=reached,
        stays=tuple(following(reached)) if course is None else course.stays,
        phase_of=phase_of(definition),
        ended=view.ended,
        closed=case.closed,
        outcome=case.outcome or (case.stage if view.ended else None),
        paused_until=case.paused.until if case.paused else None,
        milestone=milestone,
        schedule=schedule,
        visit=view.visit(),
        changed=view.changed(),
        open_tasks=Counter(view.party(task) for task in view.open_tasks()),
        waits_for=waits_for,
        tally=tally or Tally(),
        public=tuple((task_of(case, key), view.day(at)) for key, at in public_since(case).items()),
        desk=_desk(view, undelivered, stuck),
    )
    return for_audience(whole, audience)


def _desk(view: Standing, undelivered: int | None, stuck: int) -> Desk:
    """What only the office reads."""
    case = view.case
    return Desk(
        ask=case.roles.get(view.definition.owner, ()),
        late=tuple(view.late_tasks()),
        undelivered=undelivered,
        stuck=stuck,
        questions=tuple(view.questions()),
        blocked=() if view.ended or case.paused else tuple(blocked(view.draft)),
        ends=view.end_ahead(),
    )


def for_audience(whole: CaseSummary, audience: Audience) -> CaseSummary:
    """The same facts for others than the office: tasks of others become "the panel, by that day", without their number.

    How many invitations or judgements are open, or that somebody decides on a conflict, would tell who said what.
    """
    if audience == "office":
        return whole
    waits_for: tuple[Waiting, ...] = ()
    if audience == "partnership":
        own = [each for each in whole.waits_for if each.party == "host" or each.kind == "child"]
        waits_for = (*own, *_by_party([each for each in whole.waits_for if each not in own]))
    milestone = whole.milestone
    if milestone is not None and milestone.kind == "task" and (audience != "partnership" or milestone.party != "host"):
        milestone = replace(milestone, kind="stage", name=whole.stage)
    own_tasks: dict[Party, int] = {}
    if audience == "partnership":
        own_tasks = {party: number for party, number in whole.open_tasks.items() if party == "host"}
    return replace(
        whole,
        desk=None,
        waits_for=waits_for,
        milestone=milestone,
        open_tasks=own_tasks,
    )


def _by_party(items: Sequence[Waiting]) -> Iterator[Waiting]:
    for party in PARTIES:
        own = [each for each in items if each.party == party]
        if own:
            first = min((each.on for each in own if each.on), key=by_day, default=None)
            late = max((each.late for each in own if each.late is not None), default=None)
            yield Waiting(party=party, kind="task", name=None, on=first, late=late)


def phases_of(definition: Definition) -> tuple[str, ...]:
    """The phases of a process, in the order of its stages."""
    return tuple(dict.fromkeys(stage.phase for stage in definition.stages.values() if stage.phase))


def phase_of(definition: Definition) -> dict[str, str]:
    """The phase of each stage that has one; with an end stage, no phase goes on."""
    return {name: stage.phase for name, stage in definition.stages.items() if stage.phase and not stage.end}


def cycle_summary(definition: Definition, cycle: str, cases: Sequence[CaseSummary]) -> CycleSummary:
    """Counts over the cases of a round; a child counts with the case that called it, its deadlines and deeds apart."""
    roots = [each for each in cases if each.child is None]
    phases = Counter(each.phase for each in roots if not each.ended)
    outcomes = Counter(each.outcome for each in roots if each.ended)
    states = Counter(each.schedule.state for each in roots if each.schedule)
    total = Tally()
    for each in cases:
        total += each.tally
    return CycleSummary(
        cycle=cycle,
        process=definition.name,
        behaviour=definition.behaviour,
        cases=len(roots),
        children=len(cases) - len(roots),
        by_phase=tuple((phase, phases[phase]) for phase in phases_of(definition)),
        by_outcome=tuple((name, outcomes[name]) for name, stage in definition.stages.items() if stage.end),
        by_state=tuple((state, states[state]) for state in STATES),
        paused=sum(each.paused_until is not None for each in roots),
        tally=total,
    )


def visits_ahead(cases: Iterable[CaseSummary], today: date, weeks: int | None) -> tuple[CaseSummary, ...]:
    """Cases whose visit lies within so many weeks from today (None: ever), the first one first."""
    last = today + timedelta(weeks=weeks) if weeks is not None else date.max
    found = [(each.visit[1], each) for each in cases if each.visit is not None and not each.ended]
    coming = [(on, each) for on, each in found if today <= on.day <= last]
    return tuple(each for on, each in sorted(coming, key=lambda pair: (pair[0].day, pair[1].host, pair[1].case)))
