"""What comes next in a case, what is late, whose turn is it? Read from its state and dates at one moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal, TypeAlias, get_args

from engine.actions import CLOCK
from engine.business_days import Calendar
from engine.case import Case, Deadline, Due, Task
from engine.counting import awaited
from engine.definition import Definition
from engine.draft import Draft
from engine.expressions import At, Ref
from engine.moments import calendar, resolve_ref
from engine.offsets import local
from engine.outlook import is_late, performers
from engine.watch import OWN
from engine.windows import Outside, outside
from engine.world import World

Party: TypeAlias = Literal["host", "panel", "secretariat", "outside"]
State: TypeAlias = Literal["on_schedule", "at_risk", "late"]
Cause: TypeAlias = Literal["overdue", "soon", "squeezed", "born_late", "blocked"]

PARTIES: tuple[Party, ...] = get_args(Party)
STATES: tuple[State, ...] = get_args(State)
CAUSES: tuple[Cause, ...] = get_args(Cause)  # the gravest last
SOON = 5  # working days
ASKED_OF_OTHERS = ("invitation", "objection")  # the engine's own tasks that are no question to the office
ENGINE_WORRIES = OWN | {"stuck", "resume"}  # the engine's own tasks that say: this does not go on by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day that lies ahead or has been, and how sure it is."""

    day: date
    clock: time | None = None
    last_day: date | None = None
    provisional: bool = False
    unknown: tuple[str, ...] = ()  # calendars that are not known that far


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """The next thing with a date: a task, a named date, a step that the case takes by itself, the end of a pause.

    `stage` is the work of others, for those who may not know which.
    """

    kind: Literal["task", "date", "deadline", "transition", "pause", "stage"]
    name: str
    on: Day
    party: Party | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Whether a case is on schedule; if not, by how many working days it is late, whose turn it is, and why."""

    state: State
    days: int = 0
    party: Party | None = None
    cause: Cause | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What a case waits for: the open instances of one task, or another case. `name` None: not for this audience."""

    party: Party
    kind: Literal["task", "child"]
    name: str | None
    on: Day | None = None  # the first of their due dates
    last: Day | None = None  # and the last, where that is another
    late: int | None = None  # working days of the one that is most late; None: not late
    number: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The last thing that became of the case, in words that everybody may read."""

    kind: Literal["stage", "date", "paused", "resumed"]
    name: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LateTask:
    """An open task after its date, and whom to ring about it."""

    task: str
    name: str
    row: str | None
    party: Party
    due: date
    days: int
    people: tuple[str, ...]  # participants


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something that waits for a decision of whoever answers for the case: the case does not go on by itself."""

    name: str  # of the engine's own task
    since: date
    people: tuple[str, ...]  # participants
    outside: Outside | None = None  # the date for which another day is asked


def party_of(definition: Definition, case: Case, task: Task) -> Party:
    """Who must act: of the roles and seats that may do a task, the first that one of its assignees holds."""
    names = [leaf for name in performers(definition, case, task) for leaf in definition.members(name)]
    seats = {held.seat for held in case.holdings.values() if held.participant in task.assignees}
    for name in names:
        if name in seats or set(case.roles.get(name, ())) & set(task.assignees):
            return _party(definition, name)
    if not task.assignees:
        return _party(definition, names[0]) if names else "secretariat"
    if seats:
        return "panel"
    held = [name for name, people in case.roles.items() if set(people) & set(task.assignees)]
    return _party(definition, held[0]) if held else "secretariat"


def _party(definition: Definition, name: str) -> Party:
    if name in definition.seats:
        return "panel"
    of = definition.roles[name].of if name in definition.roles else ""
    return next((party for party in PARTIES if party == of), "outside")


class Standing:
    """One case at one moment. While it is paused, time stands still for what is late."""

    def __init__(self, definition: Definition, case: Case, world: World, now: datetime) -> None:
        self.definition = definition
        self.case = case
        self.draft = Draft(definition, case, world, CLOCK, now)
        self.now = case.paused.since if case.paused else now
        self.today = self.day(now)
        self.still = self.day(self.now)
        self.ended = definition.stages[case.stage].end
        self.calendar: Calendar = calendar(self.draft, None)
        self._open = self._opened()
        self._parties: dict[str, Party] = {}
        self._days: dict[str, Day | None] = {}

    def day(self, moment: datetime) -> date:
        return local(moment, self.draft.plan.zone).day

    def party(self, task: Task) -> Party:
        if task.key not in self._parties:
            self._parties[task.key] = party_of(self.definition, self.case, task)
        return self._parties[task.key]

    def open_tasks(self) -> list[Task]:
        """Those that the case needs, the first due first."""
        return self._open

    def _opened(self) -> list[Task]:
        tasks = [
            task for task in self.case.tasks.values()
            if task.is_open and not task.quiet and not self.definition.tasks[task.name].optional
        ]  # fmt: skip
        far = date.max
        return sorted(tasks, key=lambda task: (task.due.day if task.due else far, self._order(task.name), task.key))

    def _order(self, name: str) -> int:
        return self.definition.tasks[name].order

    def days_late(self, task: Task) -> int:
        assert task.due is not None
        return max(self.calendar.between(task.due.day, self.still), 0)

    def late_tasks(self) -> Iterator[LateTask]:
        for task in self.open_tasks():
            if is_late(task, self.now) and task.due is not None:
                yield LateTask(
                    task=task.key, name=task.name, row=task.row, party=self.party(task), due=task.due.day,
                    days=self.days_late(task), people=task.assignees,
                )  # fmt: skip

    def questions(self) -> Iterator[Question]:
        """The engine's own open questions."""
        misfits = {f"window:{each.name}": each for each in outside(self.draft)}
        for task in self.open_tasks():
            if self.definition.tasks[task.name].built_in and task.name not in ASKED_OF_OTHERS:
                yield Question(
                    name=task.name, since=self.day(task.opened), people=task.assignees,
                    outside=misfits.get(task.about or ""),
                )  # fmt: skip

    # ahead ------------------------------------------------------------------------------------------------------------

    def milestone(self) -> Milestone | None:
        """What happens first: a due that lies ahead, a date of the definition, a deadline, a step by itself."""
        paused = self.case.paused
        if paused is not None:
            return Milestone(kind="pause", name="", on=Day(day=paused.until)) if paused.until else None
        if self.case.closed:
            return None
        found = [*self._due_ahead(), *self._dates_ahead(), *self._deadlines_ahead(), *self._steps_ahead()]
        return min(found, key=lambda each: by_day(each.on), default=None)

    def _due_ahead(self) -> Iterator[Milestone]:
        for task in self.open_tasks():
            if task.due is not None and task.due.at >= self.now:
                yield Milestone(kind="task", name=task.name, on=day_of(task.due), party=self.party(task))

    def _dates_ahead(self) -> Iterator[Milestone]:
        for name, own in self.definition.dates.items():
            on = self._named(name) if own.set_by and not self.ended else None
            if on is not None and on.day >= self.today:
                yield Milestone(kind="date", name=name, on=on)

    def _deadlines_ahead(self) -> Iterator[Milestone]:
        for row in self.case.deadlines.values():
            for name in self._names_behind(row):
                on = self._named(name)
                if on is not None and on.day >= self.today:
                    yield Milestone(kind="deadline", name=name, on=on)

    def _steps_ahead(self) -> Iterator[Milestone]:
        """What the case does by itself on a day of its own, such as lapsing."""
        for row in self.case.deadlines.values():
            if row.kind == "transition" and row.at >= self.now and not any(self._names_behind(row)):
                yield Milestone(kind="transition", name=row.subject, on=_day_of_row(row))

    def end_ahead(self) -> Milestone | None:
        """The end that comes by itself if nobody does anything, with the day that is known for it by now."""
        if self.case.paused is not None or self.case.closed:
            return None
        stages, arrows = self.definition.stages, self.definition.transitions
        ends = [
            Milestone(kind="transition", name=row.subject, on=_day_of_row(row))
            for row in self.case.deadlines.values()
            if row.kind == "transition" and row.at >= self.now and arrows[row.subject].track is None
            and (target := arrows[row.subject].target) and stages[target].end
        ]  # fmt: skip
        return min(ends, key=lambda each: by_day(each.on), default=None)

    def _names_behind(self, row: Deadline) -> Iterator[str]:
        """The deadlines of the definition for which a transition out of the present state waits."""
        arrow = self.definition.transitions.get(row.subject) if row.kind == "transition" else None
        for expr in arrow.when if arrow else ():
            if isinstance(expr.base, At) and not expr.shifts and expr.base.ref.name in self.definition.deadlines:
                yield expr.base.ref.name

    def _named(self, name: str) -> Day | None:
        if name not in self._days:
            self._days[name] = self._resolved(name)
        return self._days[name]

    def _resolved(self, name: str) -> Day | None:
        found = resolve_ref(self.draft, Ref(name))
        if found is None:
            return None
        last = self.case.moments[name].last_day if name in self.case.moments else None
        return Day(
            day=found.point.day, clock=found.point.clock, last_day=last if last != found.point.day else None,
            provisional=found.provisional, unknown=found.unknown,
        )  # fmt: skip

    def visit(self) -> tuple[str, Day] | None:
        name = next((name for name, own in self.definition.dates.items() if own.moves), None)
        on = self._named(name) if name else None
        if name is None or on is None or (self.ended and on.day >= self.day(self.case.stage_since)):
            return None
        return name, on

    def waits_for(self) -> Iterator[Waiting]:
        """Open tasks, the instances of one together; then cases that this one waits for."""
        together: dict[tuple[str, Party], list[Task]] = {}
        for task in self.open_tasks():
            together.setdefault((task.name, self.party(task)), []).append(task)
        for (name, party), tasks in together.items():
            days = [day_of(task.due) for task in tasks if task.due]
            last = max(days, key=by_day, default=None)
            late = [self.days_late(task) for task in tasks if is_late(task, self.now)]
            yield Waiting(
                party=party, kind="task", name=name, on=days[0] if days else None,
                last=last if last not in days[:1] else None, late=max(late, default=None), number=len(tasks),
            )  # fmt: skip
        for name in self.definition.children if not self.ended else ():
            running = awaited(self.draft, name)
            if running:
                yield Waiting(party="outside", kind="child", name=name, number=len(running))

    # how it goes ------------------------------------------------------------------------------------------------------

    def schedule(self) -> Schedule | None:
        """Late where a task is; at risk where something is due soon and not begun, has little time, or is blocked."""
        if self.ended or self.case.paused is not None:
            return None
        late = max(self.late_tasks(), key=lambda each: each.days, default=None)
        if late is not None:
            return Schedule(state="late", days=late.days, party=late.party, cause="overdue")
        risks = [(cause, task) for task in self.open_tasks() if (cause := self._risk(task)) is not None]
        if risks:
            cause, task = max(risks, key=lambda pair: CAUSES.index(pair[0]))
            return Schedule(state="at_risk", party=self.party(task), cause=cause)
        return Schedule(state="on_schedule")

    def _risk(self, task: Task) -> Cause | None:
        if task.name in ENGINE_WORRIES:
            return "blocked"
        if task.due is None:
            return None
        if task.due.born_late:
            return "born_late"
        if task.due.squeezed:
            return "squeezed"
        return "soon" if self._soon(task, task.due) else None

    def _soon(self, task: Task, due: Due) -> bool:
        """Within five working days and past the middle of its term: a short term is not at risk from the start."""
        if task.state != "open" or self.calendar.between(self.today, due.day) > SOON:
            return False
        return self.now - task.opened >= due.at - self.now

    def reached(self) -> Iterator[tuple[str, date]]:
        entered = [(self.case.moments[name], name) for name in self.definition.stages if name in self.case.moments]
        for moment, name in sorted(entered, key=lambda pair: pair[0].seq):
            yield name, self.day(moment.at)

    def changed(self) -> Change:
        moments = self.case.moments
        found: list[tuple[int, Change]] = [
            (self.case.stage_seq, Change(kind="stage", name=self.case.stage, on=self.day(self.case.stage_since)))
        ]
        for name in self.definition.dates:
            if name in moments and moments[name].day is not None:
                found.append((moments[name].seq, Change(kind="date", name=name, on=self.day(moments[name].at))))
        for name in ("case.paused", "case.resumed"):
            if name in moments:
                kind: Literal["paused", "resumed"] = "paused" if name == "case.paused" else "resumed"
                found.append((moments[name].seq, Change(kind=kind, name="", on=self.day(moments[name].at))))
        return max(found, key=lambda pair: pair[0])[1]


def day_of(due: Due) -> Day:
    """A due date, as a day."""
    return Day(day=due.day, clock=due.clock, provisional=due.provisional, unknown=due.unknown)


def _day_of_row(row: Deadline) -> Day:
    return Day(day=row.day, clock=row.clock, provisional=row.provisional)


def by_day(on: Day) -> tuple[date, time]:
    """Sorts days; one without a time is meant until its end."""
    return on.day, on.clock or time.max
