"""From what is a date counted in the end: through named deadlines and days, due dates, and the opening of its task?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeAlias

from engine.definition import Definition, DueRule, TaskDef
from engine.expressions import At, DateExpr
from workflows.checks.spans import Order, may_lie, order_of
from workflows.compiling.scope import SEAT_BARE, TASK_BARE
from workflows.typical import DAYS

Dated: TypeAlias = tuple[DateExpr, TaskDef | None]  # a date, and the task whose it is
A_DAY = 1.0  # by which two days must lie apart where the calendar decides


def surely_after(definition: Definition, one: DateExpr, two: DateExpr, task: TaskDef | None = None) -> bool:
    """Whether one date lies behind another by every calendar, wherever both are counted from the same in the end.

    `task`: whose dates they are, so that `opened` is its opening.
    """
    return order(definition, (one, task), (two, task)) == "after"


def may_be_after(
    definition: Definition, one: DateExpr, two: DateExpr, task: TaskDef | None = None, *, same: bool = False
) -> bool:
    """Whether one date can lie behind another, or (`same`) on its day, by the lengths of months."""
    if (found := order(definition, (one, task), (two, task))) is not None:
        return found == "after" or (same and found == "same")
    ours, theirs = _comparable(definition, (one, task), (two, task))
    told = [ways for each in ours for other in theirs if (ways := may_lie(each, other))]
    return bool(told) and all("after" in ways or (same and "same" in ways) for ways in told)


def ordinarily(definition: Definition, one: Dated, two: Dated) -> Order | None:
    """The same without holidays, where the calendar decides: a working day is a fifth of a week."""
    if (found := order(definition, one, two)) is not None:
        return found
    ours, theirs = _comparable(definition, one, two)
    later = [days for each in theirs if (days := _days(each)) is not None]
    for anchor, number in (days for each in ours if (days := _days(each)) is not None):
        apart = next((number - other for name, other in later if name == anchor), None)
        if apart is not None:
            return "after" if apart > A_DAY else "before" if apart < -A_DAY else None
    return None


def _days(date: DateExpr) -> tuple[str, float] | None:
    """From which moment a date is counted, and how many days on without holidays."""
    if not isinstance(date.base, At) or any(not isinstance(shift.amount, int) for shift in date.shifts):
        return None
    days = (shift.sign * shift.amount * DAYS[shift.unit] for shift in date.shifts if isinstance(shift.amount, int))
    return str(date.base.ref), sum(days)


def order(definition: Definition, one: Dated, two: Dated) -> Order | None:
    """How one date lies to another, each with the task whose date it is; None: not so, or the calendar decides."""
    ours, theirs = _comparable(definition, one, two)
    found = (order_of(each, other) for each in ours for other in theirs)
    return next((each for each in found if each is not None), None)


def _comparable(definition: Definition, one: Dated, two: Dated) -> tuple[list[DateExpr], list[DateExpr]]:
    """Both dates as they may be said; of two tasks not by what happens to each of them, such as its opening."""
    ours, theirs = list(counted(definition, *one)), list(counted(definition, *two))
    if one[1] is two[1]:
        return ours, theirs
    return [each for each in ours if not _is_own(each)], [each for each in theirs if not _is_own(each)]


def _is_own(date: DateExpr) -> bool:
    return isinstance(date.base, At) and date.base.ref.part is None and date.base.ref.name in TASK_BARE | SEAT_BARE


def counted(definition: Definition, date: DateExpr, task: TaskDef | None = None) -> Iterator[DateExpr]:
    """The same date as it is said, and as it is counted from whatever lies behind that."""
    seen: set[str] = set()
    while True:
        yield date
        name = str(date.base.ref) if isinstance(date.base, At) else ""
        found = None if name in seen else _behind(definition, name, task)
        if found is None or not isinstance(found[0].base, At):
            return
        seen.add(name)
        before, task = found
        date = replace(date, base=before.base, shifts=(*before.shifts, *date.shifts))


def _behind(definition: Definition, name: str, task: TaskDef | None) -> tuple[DateExpr, TaskDef | None] | None:
    """What a moment stands for, and the task of which that is said; None where it stands for itself."""
    if name == "opened":
        return (task.opens[0], None) if task is not None and len(task.opens) == 1 and not task.opens[0].clock else None
    if name in definition.deadlines:
        rule = definition.deadlines[name]
        return (rule.at, None) if _is_plain(rule) else None
    if name in definition.dates:
        day = definition.dates[name]
        fixed = day.source is not None and not (day.set_by or day.asked_at_launch or day.window)
        return (day.source, None) if fixed and day.source is not None else None
    due = definition.tasks.get(name.removesuffix(".due")) if name.endswith(".due") else None
    if due is None or due.built_in or due.window is not None or len(due.due) != 1 or not _is_plain(due.due[0]):
        return None
    return due.due[0].at, due


def _is_plain(rule: DueRule) -> bool:
    """Whether the date is always the one that a rule says, and no other day bounds it."""
    return not (rule.condition or rule.not_before or rule.not_after or rule.stops_in or rule.stops_while)
