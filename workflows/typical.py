"""When does what happen in the ordinary case? Days from the launch if everybody does their work on its last day.

Counted in plain weeks, without holidays, along the first arrow of each stage that leads on to an end. A drawing of what
to expect, not a forecast: that one runs the engine over a real case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from engine.definition import Definition, TaskDef, TransitionDef
from engine.expressions import (
    At,
    Count,
    DateExpr,
    EndOf,
    IsState,
    Lines,
    Named,
    NextGate,
    Period,
    Ref,
    Unit,
)
from engine.plan import is_event

DAYS: dict[Unit, float] = {
    "h": 1 / 24, "d": 1, "wd": 7 / 5, "sd": 7 / 5, "w": 7, "mo": 365 / 12, "q": 365 / 4, "y": 365, "sy": 365,
}  # fmt: skip
PERIODS: dict[Period, float] = {"month": 365 / 12, "quarter": 365 / 4, "year": 365, "school year": 365}
LAUNCHED = Ref("case", "launched")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A stage, from the day on which the case enters it to that on which it leaves; an end is never left."""

    stage: str
    first: float
    last: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A task with the stage in which it is due."""

    task: str
    stage: str
    due: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Typical:
    """The ordinary case; days from its launch."""

    stays: tuple[Stay, ...]
    work: tuple[Work, ...]
    days: tuple[tuple[str, float], ...]  # named days that lie within it


def typical(definition: Definition) -> Typical:
    """The ordinary case of a process; a task whose day cannot be told from the launch is left out."""
    return _Walk(definition).walked()


def ordinary_days(definition: Definition, moments: Iterable[DateExpr]) -> tuple[float | None, ...]:
    """On which days from its launch moments come in the ordinary case; None for what cannot be told from the launch."""
    walk = _Walk(definition)
    walk.walked()
    return tuple(walk.day(moment) for moment in moments)


@dataclass
class _Walk:
    definition: Definition
    entered: dict[str, float] = field(default_factory=dict)
    left: dict[str, float] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)  # what is being looked for: two days that wait for each other
    ways: dict[tuple[str | None, str], list[TransitionDef]] = field(default_factory=dict)  # what was found to lead on

    def walked(self) -> Typical:
        stage, day = self.definition.first_stage, 0.0
        while stage not in self.entered:
            self.entered[stage] = day
            arrow = self._onward(stage)
            if arrow is None or arrow.target is None:
                break
            day = max(day, self._taken(arrow) or day)
            self.left[stage] = day
            stage = arrow.target
        stays = tuple(Stay(stage=name, first=first, last=self.left.get(name)) for name, first in self.entered.items())
        last = max(stay.last or stay.first for stay in stays)
        days = ((name, self._date(name)) for name in self.definition.dates if self._stands_out(name))
        known = tuple((name, day) for name, day in days if day is not None and 0 <= day <= last)
        return Typical(stays=stays, work=tuple(self._work(stays)), days=known)

    def day(self, moment: DateExpr) -> float | None:
        """The day of a moment, once the way has been walked."""
        return self._day(moment)

    def _stands_out(self, name: str) -> bool:
        """Whether a date is shown: one that moves, not where somebody chooses it with nothing that tells it before."""
        date = self.definition.dates[name]
        return date.moves and (date.provisional is not None or date.source is not None)

    def _work(self, stays: tuple[Stay, ...]) -> Iterator[Work]:
        for task in self.definition.tasks.values():
            due, opened = self._due(task), self._opened(task)
            if task.built_in or task.optional or due is None or opened is None or due < 0:
                continue
            if self._asked_for(task, opened):
                home = next((stay for stay in stays if stay.first <= due <= (stay.last or due)), stays[-1])
                yield Work(task=task.name, stage=home.stage, due=due)

    # the way ----------------------------------------------------------------------------------------------------------

    def _asked_for(self, task: TaskDef, opened: float) -> bool:
        """Whether the stage of the ordinary case at that moment is one for which the task is meant."""
        now = [stage for stage, first in self.entered.items() if first <= opened][-1]
        return all(
            (now in line.test.words) is not line.test.negated
            for line in task.condition
            if isinstance(line.test, IsState) and line.test.ref == Ref("stage")
        )

    def _onward(self, state: str, track: str | None = None) -> TransitionDef | None:
        """The first arrow from which the way leads to an end without going back.

        Not one that ends the case for silence or from everywhere; one that nobody is asked to take only where there is
        no other.
        """
        ways = self._forward(state, track)
        return next((arrow for arrow in ways if not self._is_free(arrow)), next(iter(ways), None))

    def _forward(self, state: str, track: str | None) -> list[TransitionDef]:
        if (track, state) not in self.ways:
            self.ways[track, state] = self._leading(state, track)
        return self.ways[track, state]

    def _leading(self, state: str, track: str | None) -> list[TransitionDef]:
        order, ends = self._machine(track)
        found = []
        for arrow in self.definition.transitions.values():
            if arrow.track != track or state not in arrow.sources or arrow.target is None:
                continue
            everywhere = len(arrow.sources) >= len(order) - len(ends) > 1
            given_up = track is None and arrow.target in ends and (everywhere or self._is_term(arrow))
            if given_up or order.index(arrow.target) <= order.index(state):
                continue
            if arrow.target in ends or self._forward(arrow.target, track):
                found.append(arrow)
        return found

    def _machine(self, track: str | None) -> tuple[list[str], set[str]]:
        """The states of the spine or of a track in their order, and those that are ends."""
        if track is None:
            return list(self.definition.stages), {name for name, each in self.definition.stages.items() if each.end}
        defined = self.definition.tracks[track]
        left = {
            source for arrow in self.definition.transitions.values()
            if arrow.track == track and arrow.target for source in arrow.sources
        }  # fmt: skip
        ends = {state for state in defined.states if state in defined.ends or state not in left}
        return list(defined.states), ends or {defined.states[-1]}

    def _is_term(self, arrow: TransitionDef) -> bool:
        return bool(arrow.when) and not any(is_event(self.definition, moment) for moment in arrow.when)

    def _is_free(self, arrow: TransitionDef) -> bool:
        """Whether somebody may take it, and no task asks for it."""
        asked = any(arrow.name in task.does for task in self.definition.tasks.values())
        return not (arrow.when or arrow.auto or asked)

    # days -------------------------------------------------------------------------------------------------------------

    def _once(self, key: str, find: Callable[[], float | None]) -> float | None:
        """None where a day waits for itself."""
        if key in self.asked:
            return None
        self.asked.add(key)
        try:
            return find()
        finally:
            self.asked.discard(key)

    def _taken(self, arrow: TransitionDef) -> float | None:
        return self._once(f"arrow {arrow.name}", lambda: self._latest(self._causes(arrow)))

    def _causes(self, arrow: TransitionDef) -> Iterator[float | None]:
        """The first of its moments; the conditions; the tasks by which somebody takes it."""
        yield next((day for moment in arrow.when if (day := self._day(moment)) is not None), None)
        yield from self._held(arrow.condition)
        for task in self.definition.tasks.values():
            if arrow.name in task.does:
                yield self._due(task)

    def _held(self, lines: Lines) -> Iterator[float | None]:
        """The days from which conditions hold: work that is done, tracks that are in a state."""
        for line in lines:
            match line.test:
                case Named(name):
                    yield from self._held(self.definition.conditions[name])
                case IsState(ref, False, words):
                    if ref.name in self.definition.tasks:
                        yield self._done(self.definition.tasks[ref.name])
                    elif ref.name in self.definition.tracks:
                        yield self._in_state(ref.name, words[0])
                case Count() as count if count.verb.ref is not None:
                    if count.verb.ref.name in self.definition.tasks:
                        yield self._done(self.definition.tasks[count.verb.ref.name])

    def _in_state(self, track: str, state: str) -> float | None:
        return self._once(f"state {track}.{state}", lambda: self._state(track, state))

    def _state(self, track: str, state: str) -> float | None:
        """The day on which a track comes to a state on its own ordinary way; None for a state beside it."""
        defined = self.definition.tracks[track]
        day = next((self.entered[stage] for stage in defined.during if stage in self.entered), None)
        at = defined.states[0]
        while at != state:
            arrow = self._onward(at, track)
            if arrow is None or arrow.target is None:
                return None
            day = self._latest((day, self._taken(arrow)))
            at = arrow.target
        return day

    def _opened(self, task: TaskDef) -> float | None:
        return next((day for moment in task.opens if (day := self._day(moment)) is not None), None)

    def _due(self, task: TaskDef) -> float | None:
        return self._once(f"task {task.name}", lambda: self._on_last_day(task))

    def _on_last_day(self, task: TaskDef) -> float | None:
        opened = self._opened(task)
        if not task.due:
            return opened
        rule = task.due[-1]
        day = self._day(rule.at, opened)
        if day is None:
            return None
        earliest = self._day(rule.not_before, opened) if rule.not_before is not None else None
        latest = self._day(rule.not_after, opened) if rule.not_after is not None else None
        day = max(day, earliest if earliest is not None else day)
        return min(day, latest if latest is not None else day)

    def _done(self, task: TaskDef) -> float | None:
        """The day on which the answer counts: with a second person's name below it, where the task asks for one."""
        due = self._due(task)
        if due is None or task.sign is None:
            return due
        rule = task.sign.due
        days = (self._day(each, due) for each in (rule.at, rule.not_before) if each is not None)
        return self._latest((due, *days))

    def _date(self, name: str) -> float | None:
        return self._once(f"date {name}", lambda: self._dated(name))

    def _dated(self, name: str) -> float | None:
        date = self.definition.dates[name]
        for expr in (date.provisional, date.source):
            if expr is not None and (day := self._day(expr)) is not None:
                return day
        set_by = [self.definition.transitions[each] for each in date.set_by]
        taken = next((day for arrow in set_by if (day := self._taken(arrow)) is not None), None)
        return self._by_launch(name) if taken is None else taken

    def _by_launch(self, name: str) -> float | None:
        """The day of what only the organisation knows: a case is launched when its process says, or as it advises."""
        launch = self.definition.launch
        for expr in (launch.when, launch.advised, launch.least):
            if expr is not None and expr.base == At(Ref(name)) and (apart := _apart(expr)) is not None:
                return -apart
        return None

    def _day(self, expr: DateExpr, opened: float | None = None) -> float | None:
        base = expr.base
        if isinstance(base, At):
            day = self._of(base.ref, opened)
        elif isinstance(base, EndOf):
            day = self._of(base.ref, opened)
            day = None if day is None else day + base.ordinal * PERIODS[base.period]
        elif isinstance(base, NextGate):
            day = self._day(DateExpr(base.base, base.shifts), opened)
        else:
            return None
        apart = _apart(expr)
        return None if day is None or apart is None else day + apart

    def _of(self, ref: Ref, opened: float | None) -> float | None:
        name, part, definition = ref.name, ref.part, self.definition
        if ref == LAUNCHED:
            return 0.0
        if part is None and name in ("opened", "submitted"):
            return opened
        if name in definition.dates:
            return self._date(name)
        if name in definition.deadlines:
            return self._day(definition.deadlines[name].at)
        if name in definition.stages:
            return (self.left if part else self.entered).get(name)
        if name in definition.tracks and part is not None:
            return self._in_state(name, part)
        if name in definition.tasks:
            days = {"opened": self._opened, "due": self._due, "submitted": self._due}
            return days.get(part or "", self._done)(definition.tasks[name])
        if name in definition.transitions:
            return self._of_arrow(definition.transitions[name])
        return None

    def _of_arrow(self, arrow: TransitionDef) -> float | None:
        """The day of an arrow of the way; of another one, the day on which it would be taken."""
        passed = [self.left[source] for source in arrow.sources if source in self.left]
        if arrow.track is None:
            return passed[0] if passed and arrow.target in self.entered else None
        return self._taken(arrow)

    @staticmethod
    def _latest(days: Iterable[float | None]) -> float | None:
        return max((day for day in days if day is not None), default=None)


def _apart(expr: DateExpr) -> float | None:
    """How many days an expression lies after its base; None where that hangs on the case."""
    days = 0.0
    for step in expr.shifts:
        if not isinstance(step.amount, int):
            return None
        days += step.sign * step.amount * DAYS[step.unit]
    return days
