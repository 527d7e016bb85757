"""When is a task due, and when does it close? Rules, bounds and the shortest term, in the order of the language.

Order: the first rule whose condition holds; shifts from left to right; days on which the term stands still; Algemene
termijnenwet; roll; not_before (rolled
forward); not_after (rolled back). Where the bounds cross, not_after wins and the date is squeezed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from engine import conditions
from engine.business_days import Calendar
from engine.case import Due, Task
from engine.definition import DueRule
from engine.draft import Draft
from engine.expressions import At, DateExpr
from engine.moments import NOBODY, Found, Scope, calendar, due_instant, resolve, scope_of, shift_delta
from engine.offsets import Point, atw, instant, local


def due_of_rule(draft: Draft, rule: DueRule, scope: Scope = NOBODY) -> Due | None:
    """The due date that one rule gives; None where its anchor is unknown and has no provisional value."""
    cal = calendar(draft, rule.calendar, scope)
    found = resolve(draft, rule.at, scope, cal)
    if found is None:
        return None
    if rule.stops_in is not None:
        found = _without_days(draft, rule, found, cal, scope)
    if rule.atw:
        found = _by_law(draft, rule, found, cal, scope)
    rolled = cal.roll(found.point.day, rule.roll or ("back" if found.last_shift < 0 else "forward"))
    point, squeezed, provisional = _bounded(draft, rule, Point(rolled, found.point.clock), cal, scope)
    first, *_, last = sorted((found.point.day, rolled, point.day))
    unknown = tuple(dict.fromkeys((*found.unknown, *cal.unknown(first, last))))
    result = replace(found, point=point, provisional=found.provisional or provisional, unknown=unknown)
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


def _without_days(draft: Draft, rule: DueRule, found: Found, cal: Calendar, scope: Scope) -> Found:
    """A term that stands still on some days: so many days longer that as many count as it is long."""
    start = resolve(draft, replace(rule.at, shifts=(), clock=None), scope, cal)
    if start is None:
        return found
    days, first, last = calendar(draft, rule.stops_in, scope), start.point.day, found.point.day
    day = days.add(last, (last - first).days - days.between(first, last))
    unknown = tuple(dict.fromkeys((*found.unknown, *days.unknown(first, day))))
    return replace(found, point=Point(day, found.point.clock), at=None, unknown=unknown)


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
    earliest = cal.roll(low.point.day, "forward") if low is not None else None
    if low is not None and earliest is not None and earliest > point.day:
        point = Point(earliest, low.point.clock)
        provisional = low.provisional
    high = resolve(draft, rule.not_after, scope, cal) if rule.not_after else None
    if high is not None and cal.roll(high.point.day, "back") < point.day:
        point = Point(cal.roll(high.point.day, "back"), high.point.clock)
        squeezed = earliest is not None and earliest > point.day
        provisional = high.provisional
    return point, squeezed, provisional


def dates_of(draft: Draft, task: Task) -> tuple[Due | None, Due | None]:
    """The due and closing date of an open task instance, as they follow from the case now.

    A pinned date stays. A date that was already past when the task opened becomes the shortest term (born late).
    """
    definition = draft.definition.tasks[task.name]
    scope = scope_of(task)
    rule = rule_of(draft, task)
    if rule is None:
        return task.due, task.closes
    if task.inherited is not None:
        scope = replace(scope, task=replace(task, due=task.inherited))
    if task.due is not None and (task.due.pinned or (task.due.shifted and not _anchor_moved(draft, rule))):
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


def dates_ahead(draft: Draft, task: Task) -> tuple[Due | None, Due | None]:
    """The same where another version of the process says them: no term that runs comes to have passed by that.

    It gets the shortest term from now, and keeps it; so does its closing, at which silence has an effect.
    """
    due, closes = dates_of(draft, task)
    rule = rule_of(draft, task)
    if due is not None and rule is not None and _passes_now(draft, task.due, due):
        due = _from_now(draft, task, due, rule)
        closes = _closes(draft, task, due, rule)
    if closes is not None and rule is not None and _passes_now(draft, task.closes, closes):
        closes = _from_now(draft, task, closes, rule)
    return due, closes


def _passes_now(draft: Draft, before: Due | None, after: Due) -> bool:
    """Whether a date that lay ahead lies behind."""
    return before is not None and after.at < draft.now <= before.at


def _from_now(draft: Draft, task: Task, due: Due, rule: DueRule) -> Due:
    cal = calendar(draft, rule.calendar, scope_of(task))
    day = cal.roll(shift_delta(draft, draft.today, draft.definition.defaults.shortest, cal).day, "forward")
    at = instant(Point(day), draft.plan.zone, ends=True)
    return replace(due, day=day, clock=None, at=at, born_late=True, shifted=True)


def _anchor_moved(draft: Draft, rule: DueRule) -> bool:
    """Whether a named day from which the rule counts is given anew in this step: then an extension is over."""
    names = draft.plan.names_of(draft.definition, rule.at)
    return any(name in draft.touched for name in names if name in draft.definition.dates)


def calendar_name(draft: Draft, task: Task) -> str | None:
    """The calendar in which the term of a task is counted; None: the first of the definition."""
    if task.due is not None and task.due.calendar in draft.definition.calendars:
        return task.due.calendar
    return None


def rule_of(draft: Draft, task: Task) -> DueRule | None:
    """The rule of an instance now: of its signature, of a seat taken over, or the first whose condition holds."""
    definition = draft.definition.tasks[task.name]
    if task.state == "signing" and definition.sign is not None:
        return definition.sign.due
    if task.inherited is not None and draft.definition.invitations and draft.definition.invitations.replace:
        return draft.definition.invitations.replace.due
    for rule in definition.due:
        if conditions.holds(draft, rule.condition, scope_of(task)):
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
    cal = calendar(draft, rule.calendar, scope_of(task))
    closes = due
    if rule.closes is not None:
        found = resolve(draft, rule.closes, scope_of(replace(task, due=due)), cal)
        if found is None:
            return None
        day = max(cal.roll(found.point.day, "forward"), due.day)
        closes = _due(draft, replace(found, point=Point(day, found.point.clock)), rule.closes, cal)
    least = _shortest(draft, task, cal).day
    if closes.day < least:
        closes = replace(closes, day=least, clock=None, at=instant(Point(least), draft.plan.zone, ends=True))
    given = task.closes  # a move to another version gave it that day
    return given if given is not None and given.shifted and closes.at < given.at else closes


def misplaced(draft: Draft, task: Task, due: Due) -> bool:
    """Whether a date set by hand lies on the wrong side of the day from which its rule counts."""
    rule = rule_of(draft, task)
    if not due.pinned or rule is None or not isinstance(rule.at.base, At) or not rule.at.shifts:
        return False
    if rule.at.base.ref.name not in draft.definition.dates:
        return False
    anchor = resolve(draft, replace(rule.at, shifts=()))
    if anchor is None:
        return False
    return due.day > anchor.point.day if rule.at.shifts[-1].sign < 0 else due.day < anchor.point.day


def leaves_room(draft: Draft, task: Task, due: Due) -> bool:
    """Whether the time between opening and due date is what the rule's `room` demands."""
    rule = rule_of(draft, task)
    if rule is None or rule.room is None:
        return True
    cal = calendar(draft, rule.calendar, scope_of(task))
    return shift_delta(draft, local(task.opened, draft.plan.zone).day, rule.room, cal).day <= due.day


def warned(draft: Draft, task: Task, due: Due) -> bool:
    """Whether a due date lies beyond the day from which the definition wants an alarm."""
    rule = rule_of(draft, task)
    if rule is None or rule.warn_after is None:
        return False
    found = resolve(draft, rule.warn_after, scope_of(task))
    return found is not None and not found.provisional and due.day > found.point.day
