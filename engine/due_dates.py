"""When is a task due, and when does it close? Rules, bounds and the shortest term, in the order of the language.

Order: the first rule whose condition holds; shifts from left to right; Algemene termijnenwet; roll; not_before (rolled
forward); not_after (rolled back). Where the bounds cross, not_after wins and the date is squeezed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from engine import conditions
from engine.business_days import Calendar
from engine.case import Due, Task
from engine.definition import DueRule
from engine.draft import Draft
from engine.expressions import At, DateExpr
from engine.moments import NOBODY, Found, Scope, calendar, due_instant, resolve, shift_delta
from engine.offsets import Point, atw, instant, local


def due_of_rule(draft: Draft, rule: DueRule, scope: Scope = NOBODY) -> Due | None:
    """The due date that one rule gives; None where its anchor is unknown and has no provisional value."""
    cal = calendar(draft, rule.calendar, scope)
    found = resolve(draft, rule.at, scope, cal)
    if found is None:
        return None
    if rule.atw:
        found = _by_law(draft, rule, found, cal, scope)
    point = Point(cal.roll(found.point.day, rule.roll or ("back" if found.last_shift < 0 else "forward")))
    point = Point(point.day, found.point.clock)
    point, squeezed, provisional = _bounded(draft, rule, point, cal, scope)
    result = replace(found, point=point, provisional=found.provisional or provisional)
    return _due(draft, result, rule.at, cal, squeezed=squeezed)


def _due(draft: Draft, found: Found, expr: DateExpr, cal: Calendar, *, squeezed: bool = False) -> Due:
    return Due(
        day=found.point.day,
        clock=found.point.clock,
        at=due_instant(draft, found),
        text=expr.text,
        calendar=cal.name,
        version=cal.version,
        provisional=found.provisional,
        squeezed=squeezed,
        unknown=found.unknown,
    )


def _by_law(draft: Draft, rule: DueRule, found: Found, cal: Calendar, scope: Scope) -> Found:
    """Awb terms: the law extends them; counted from the day after the anchor."""
    if not rule.at.shifts:
        return found
    start = resolve(draft, replace(rule.at, shifts=()), scope, cal)
    step = rule.at.shifts[-1]
    if start is None or not isinstance(step.amount, int):
        return found
    first = start.point.day + timedelta(days=1)
    day = atw(first, found.point.day, cal, amount=step.amount, unit=step.unit)
    return replace(found, point=Point(day, found.point.clock))


def _bounded(draft: Draft, rule: DueRule, point: Point, cal: Calendar, scope: Scope) -> tuple[Point, bool, bool]:
    """Inside not_before and not_after; whether they crossed; whether a bound that moved the date is provisional."""
    squeezed = provisional = False
    low = resolve(draft, rule.not_before, scope, cal) if rule.not_before else None
    if low is not None and cal.roll(low.point.day, "forward") > point.day:
        point = Point(cal.roll(low.point.day, "forward"), low.point.clock)
        provisional = low.provisional
    high = resolve(draft, rule.not_after, scope, cal) if rule.not_after else None
    if high is not None and cal.roll(high.point.day, "back") < point.day:
        squeezed = low is not None and low.point.day > high.point.day
        point = Point(cal.roll(high.point.day, "back"), high.point.clock)
        provisional = high.provisional
    return point, squeezed, provisional


def dates_of(draft: Draft, task: Task) -> tuple[Due | None, Due | None]:
    """The due and closing date of an open task instance, as they follow from the case now.

    A pinned date stays. A date that was already past when the task opened becomes the shortest term (born late).
    """
    definition = draft.definition.tasks[task.name]
    scope = Scope(holding=task.holding, task=task)
    rule = _rule(draft, task, scope)
    if rule is None:
        return task.due, task.closes
    if task.due is not None and (task.due.pinned or task.due.shifted):
        due: Due | None = task.due
    else:
        due = due_of_rule(draft, rule, scope)
        if due is not None and definition.window is not None:
            due = _in_window(draft, task, due, scope)
        if due is not None:
            due = _not_born_late(draft, task, due, rule, scope)
    if due is None:
        return None, None
    return due, _closes(draft, task, due, rule)


def _rule(draft: Draft, task: Task, scope: Scope) -> DueRule | None:
    definition = draft.definition.tasks[task.name]
    if task.state == "signing" and definition.sign is not None:
        return definition.sign.due
    if task.inherited is not None and draft.definition.invitations and draft.definition.invitations.replace:
        return draft.definition.invitations.replace.due
    for rule in definition.due:
        if not rule.condition or not conditions.failing(draft, rule.condition, scope):
            return rule
    return None


def _in_window(draft: Draft, task: Task, due: Due, scope: Scope) -> Due:
    window = draft.definition.tasks[task.name].window
    assert window is not None
    last = resolve(draft, window.last, scope)
    if last is None or last.point.day >= due.day:
        return due
    return replace(due, day=last.point.day, at=due_instant(draft, last), squeezed=True)


def _shortest(draft: Draft, task: Task, cal: Calendar) -> Point:
    opened = local(task.opened, draft.plan.zone).day
    return shift_delta(draft, opened, draft.definition.defaults.shortest, cal)


def _not_born_late(draft: Draft, task: Task, due: Due, rule: DueRule, scope: Scope) -> Due:
    if due.at > task.opened or task.state == "signing":
        return due
    cal = calendar(draft, rule.calendar, scope)
    day = cal.roll(_shortest(draft, task, cal).day, "forward")
    squeezed = False
    high = resolve(draft, rule.not_after, scope, cal) if rule.not_after else None
    if high is not None and high.point.day < day:
        day, squeezed = max(high.point.day, local(task.opened, draft.plan.zone).day), True
    at = instant(Point(day), draft.plan.zone, ends=True)
    return replace(due, day=day, clock=None, at=at, born_late=True, squeezed=squeezed)


def _closes(draft: Draft, task: Task, due: Due, rule: DueRule) -> Due | None:
    """When silence takes effect: at `closes`, else at the due date; never before the shortest term has run."""
    definition = draft.definition.tasks[task.name]
    if definition.silence == "waits" or task.state == "signing":
        return None
    cal = calendar(draft, rule.calendar, Scope(holding=task.holding, task=task))
    closes = due
    if rule.closes is not None:
        found = resolve(draft, rule.closes, Scope(holding=task.holding, task=replace(task, due=due)), cal)
        if found is None:
            return None
        day = max(cal.roll(found.point.day, "forward"), due.day)
        closes = _due(draft, replace(found, point=Point(day, found.point.clock)), rule.closes, cal)
    least = _shortest(draft, task, cal).day
    if closes.day < least:
        closes = replace(closes, day=least, clock=None, at=instant(Point(least), draft.plan.zone, ends=True))
    return closes


def leaves_room(draft: Draft, task: Task, due: Due) -> bool:
    """Whether the time between opening and due date is what the rule's `room` demands."""
    rule = _rule(draft, task, Scope(holding=task.holding, task=task))
    if rule is None or rule.room is None:
        return True
    cal = calendar(draft, rule.calendar, Scope(task=task))
    return shift_delta(draft, local(task.opened, draft.plan.zone).day, rule.room, cal).day <= due.day


def warned(draft: Draft, task: Task, due: Due) -> bool:
    """Whether a due date lies beyond the day from which the definition wants an alarm."""
    rule = _rule(draft, task, Scope(holding=task.holding, task=task))
    if rule is None or rule.warn_after is None:
        return False
    found = resolve(draft, rule.warn_after, Scope(holding=task.holding, task=task))
    return found is not None and not found.provisional and due.day > found.point.day


def depends_on_events_only(rule: DueRule) -> bool:
    """Whether a term counts from something that happened to the task itself, so that a pause gives its time back."""
    return isinstance(rule.at.base, At) and rule.at.base.ref.name in ("opened", "submitted", "invited", "seated")


def local_day(draft: Draft, task: Task) -> date:
    """The local day on which a task was opened."""
    return local(task.opened, draft.plan.zone).day
