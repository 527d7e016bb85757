"""Which day does an expression stand for in this case, and how sure is it?"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from engine import answers
from engine.business_days import Calendar, CalendarError, DaySet, compose
from engine.case import Holding, Moment, Task
from engine.definition import CalendarPart
from engine.draft import Draft
from engine.expressions import At, DateExpr, Delta, EndOf, Fixed, NextGate, Now, Ref, Shift
from engine.offsets import Point, end_of, instant, local, shift


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """From whose point of view a name is read: a holding's, a task instance's, somebody's who sends or reads."""

    holding: str | None = None  # a holding's or participant's key
    task: Task | None = None
    reader: str | None = None  # participant whose calendar `assignee` means


@dataclass(frozen=True, slots=True)
class Found:
    """A resolved date: the local point, the exact instant where it is a moment, and what makes it unsure."""

    point: Point
    at: datetime | None = None
    provisional: bool = False
    unknown: tuple[str, ...] = ()
    last_shift: int = 0  # sign of the last step; 0: none


NOBODY = Scope()
HANG_ON_CASE = frozenset({"host", "panel", "assignee", "region"})  # whose school holidays
MOST = 10_000  # units that an answer may count on


def scope_of(task: Task) -> Scope:
    """How a task instance reads names: as its holding does, with moments of its own."""
    return Scope(holding=task.holding, task=task)


def calendar(draft: Draft, name: str | None, scope: Scope = NOBODY) -> Calendar:
    """The calendar of that name (None: the first one), as it is for this case and reader; composed once per world."""
    name = name or draft.definition.first_calendar
    panel = _panel(draft)
    reader = _reader(scope)
    key = (draft.definition.behaviour, name, panel, reader)
    found: Calendar | None = draft.world.calendars.get(key)
    if found is None:
        found = compose(
            draft.definition.calendars[name],
            draft.definition.calendars,
            lambda part: _day_sets(draft, part, panel, reader),
            name=name,
        )
        draft.world.calendars[key] = found
    return found


def _reader(scope: Scope) -> str | None:
    """One person's own days count for one person only: a team's task does not wait for a member's holiday."""
    if scope.reader is not None:
        return scope.reader
    if scope.task is not None and len(scope.task.assignees) == 1:
        return scope.task.assignees[0]
    return None


def _panel(draft: Draft) -> tuple[str, ...]:
    in_panel = draft.definition.groups.get("panel", tuple(draft.definition.seats))
    return tuple(sorted({held.participant for held in draft.holdings.values() if _counts(held, in_panel)}))


def _counts(held: Holding, seats: tuple[str, ...]) -> bool:
    return held.seat in seats and (held.state == "seated" or (held.state == "accepted" and not held.reserve))


def _day_sets(draft: Draft, part: CalendarPart, panel: tuple[str, ...], reader: str | None) -> tuple[DaySet, ...]:
    world = draft.world
    if part.kind in ("public-holidays", "equated-days"):
        return world.general[f"{part.kind}({part.argument})"]
    if part.kind == "absence":
        return world.absences.get(reader, ()) if reader else ()
    if part.argument not in HANG_ON_CASE:
        return world.general[f"{part.kind}({part.argument})"]
    if part.argument == "panel":
        return tuple(days for member in panel for days in world.school.get(member, ()))
    if part.argument == "assignee":
        return world.school.get(reader, ()) if reader else ()
    return world.school.get(part.argument, ())


def resolve(draft: Draft, expr: DateExpr, scope: Scope = NOBODY, cal: Calendar | None = None) -> Found | None:
    """The day of an expression; None where its anchor is not known and has no provisional value, or a gate runs out."""
    cal = cal or calendar(draft, None, scope)
    base = _base(draft, expr, scope, cal)
    if base is None:
        return None
    found = _shifted(draft, base, expr.shifts, scope, cal)
    if found is not None and expr.clock is not None:
        found = replace(found, point=Point(found.point.day, expr.clock), at=None)
    return found


def _base(draft: Draft, expr: DateExpr, scope: Scope, cal: Calendar) -> Found | None:
    base = expr.base
    if isinstance(base, Now):
        return Found(Point(_local_day(draft, draft.now)), draft.now)
    if isinstance(base, Fixed):
        return Found(Point(base.day))
    if isinstance(base, At):
        return resolve_ref(draft, base.ref, scope)
    if isinstance(base, EndOf):
        start = resolve_ref(draft, base.ref, scope)
        if start is None:
            return None
        day = end_of(base.period, base.ordinal, start.point.day, after=base.after)
        return Found(Point(day), provisional=start.provisional, unknown=start.unknown)
    assert isinstance(base, NextGate)
    start = resolve(draft, DateExpr(base.base, base.shifts), scope, cal)
    if start is None:
        return None
    listed = _gate_day(draft, base.gate, start.point.day)
    return None if listed is None else replace(start, point=Point(listed), at=None)


def _gate_day(draft: Draft, gate: str, day: date) -> date | None:
    """The first day of a gate on or after a day; None where none is listed that far ahead."""
    definition = draft.definition.gates[gate]
    if definition.yearly:
        options = [option for year in range(day.year, day.year + 9) for option in days_of(year, definition.yearly)]
    else:
        options = list(draft.world.gates.get(gate, ()))
    return min((option for option in options if option >= day), default=None)


def days_of(year: int, yearly: tuple[tuple[int, int], ...]) -> list[date]:
    """The days of a gate in one year; 29 February is a day in leap years only."""
    return [date(year, month, day) for month, day in yearly if day <= monthrange(year, month)[1]]


def _shifted(draft: Draft, found: Found, shifts: tuple[Shift, ...], scope: Scope, cal: Calendar) -> Found | None:
    for step in shifts:
        amount = step.amount if isinstance(step.amount, int) else _amount(draft, step.amount)
        if amount is None:
            return None
        start = found.point
        if step.unit == "h" and found.at is not None:
            start = local(found.at, draft.plan.zone)
        try:
            point = shift(start, step.sign, amount, step.unit, calendar=cal, school=cal, zone=draft.plan.zone)
        except CalendarError:
            if isinstance(step.amount, int):
                raise
            return None  # no answer of a person makes a case fail
        unknown = found.unknown
        if step.unit in ("wd", "sd"):
            first, last = sorted((start.day, point.day))
            unknown = tuple(dict.fromkeys((*unknown, *cal.unknown(first, last))))
        found = Found(point, None, found.provisional, unknown, step.sign)
    return found


def _amount(draft: Draft, ref: Ref) -> int | None:
    """The whole number of an answer, of what was asked or of the subject; None: not answered, or out of all bounds."""
    if ref.name == "subject":
        number = answers.whole(draft.world.host.facts.get(ref.part or ""))
    elif ref.name == "chosen":
        number = answers.whole(draft.chosen.get(ref.part or ""))
    else:
        number = answers.whole(draft.facts.get(str(ref)))
    return number if number is not None and abs(number) <= MOST else None


def resolve_ref(draft: Draft, ref: Ref, scope: Scope = NOBODY) -> Found | None:
    """The day or moment that a name stands for, seen from `scope`."""
    name = ref.name
    if ref.part is None and scope.task is not None and (own := _own_moment(scope.task, name)) is not None:
        return _of_moment(draft, own) if isinstance(own, datetime) else own
    if name == "chosen" and ref.part is not None:
        return _of_answer(draft, draft.chosen.get(ref.part))
    if name == "subject" and ref.part is not None:
        return _of_answer(draft, draft.world.host.facts.get(ref.part))
    if name in draft.definition.dates and ref.part in (None, "end"):
        return _of_date(draft, name, ref.part == "end", scope)
    if name in draft.definition.deadlines:
        return _of_deadline(draft, name)
    if ref.part == "due":
        return _of_due(draft, name, scope)
    if scope.task is not None and scope.task.row and draft.definition.tasks[scope.task.name].each_row_of == name:
        moment = draft.moments.get(f"{ref}/{scope.task.row}")
        if moment is not None:
            return _found(draft, moment)
    return _of_name(draft, str(ref), scope)


def _own_moment(task: Task, name: str) -> datetime | Found | None:
    if name == "opened":
        return task.opened
    if name == "submitted":
        return task.submitted
    if name == "due" and task.due is not None:
        return Found(Point(task.due.day, task.due.clock), task.due.at, task.due.provisional, task.due.unknown)
    return None


def _of_name(draft: Draft, name: str, scope: Scope) -> Found | None:
    moments = draft.moments
    owner = scope.holding or (scope.task.holding if scope.task else None)
    if scope.task is not None and scope.task.about and f"{name}@{scope.task.about}" in moments:
        owner = scope.task.about
    moment = moments.get(f"{name}@{owner}") if owner else None
    moment = moment or moments.get(name)
    return None if moment is None else _found(draft, moment)


def _of_date(draft: Draft, name: str, end: bool, scope: Scope) -> Found | None:
    definition = draft.definition.dates[name]
    moment = draft.moments.get(name)
    if moment is not None:
        found = _found(draft, moment)
        return replace(found, point=Point(moment.last_day)) if end and moment.last_day else found
    more = timedelta(days=definition.days[0] - 1 if end else 0)
    if definition.source is not None:
        found_source = resolve(draft, definition.source, scope)
        if found_source is not None:
            return _later(found_source, more)
    if definition.provisional is not None:
        guess = resolve(draft, definition.provisional, scope)
        return None if guess is None else replace(_later(guess, more), provisional=True)
    return None


def _later(found: Found, more: timedelta) -> Found:
    return replace(found, point=Point(found.point.day + more)) if more else found


def _of_deadline(draft: Draft, name: str) -> Found | None:
    from engine.due_dates import due_of_rule  # noqa: PLC0415  # a deadline is a due date whose parts are dates again

    due = due_of_rule(draft, draft.definition.deadlines[name], NOBODY)
    return None if due is None else Found(Point(due.day, due.clock), due.at, due.provisional, due.unknown)


def _of_due(draft: Draft, name: str, scope: Scope) -> Found | None:
    dues = [task.due for task in draft.tasks.values() if task.name == name and task.due is not None]
    own = [t.due for t in draft.tasks.values() if t.name == name and t.due and t.holding and t.holding == scope.holding]
    chosen = own or dues
    if not chosen:
        return None
    last = max(chosen, key=lambda due: due.at)
    return Found(Point(last.day, last.clock), last.at, last.provisional, last.unknown)


def _found(draft: Draft, moment: Moment) -> Found:
    if moment.day is not None:
        return Found(Point(moment.day, moment.clock), None, moment.provisional)
    return _of_moment(draft, moment.at)


def _of_moment(draft: Draft, at: datetime) -> Found:
    return Found(Point(_local_day(draft, at)), at)


def _of_answer(draft: Draft, value: Any) -> Found | None:
    if isinstance(value, datetime):
        return _of_moment(draft, value)
    day = answers.day(value)
    return None if day is None else Found(Point(day))


def _local_day(draft: Draft, at: datetime) -> date:
    return at.astimezone(draft.plan.zone).date()


def due_instant(draft: Draft, found: Found) -> datetime:
    """The end of the day, or its stated time, as a due date means it."""
    return instant(found.point, draft.plan.zone, ends=True)


def start_instant(draft: Draft, found: Found) -> datetime:
    """The start of the day, or its stated time, as `when`, `opens` and windows mean it."""
    if found.point.clock is None and found.at is not None and found.last_shift == 0:
        return found.at
    return instant(found.point, draft.plan.zone, ends=False)


def shift_delta(draft: Draft, day: date, delta: Delta, cal: Calendar) -> Point:
    """A point at a distance from a day: reminders before it, late steps after it."""
    start = Point(day)
    moved = shift(start, delta.sign, delta.amount, delta.unit, calendar=cal, school=cal, zone=draft.plan.zone)
    return Point(moved.day, delta.clock or moved.clock)
