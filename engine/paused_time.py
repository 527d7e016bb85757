"""What does a pause give back? Terms counted on from an event get its time, in their own unit and calendar.

Dates that are counted from a named date follow that date; those whose clock runs never stopped.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from engine.answers import row_day
from engine.business_days import Calendar
from engine.case import Due, Moment, Task
from engine.definition import DueRule
from engine.draft import Draft
from engine.due_dates import calendar_name, rule_of
from engine.expressions import DateExpr
from engine.moments import Found, Scope, calendar, resolve, scope_of
from engine.offsets import Point, instant, local
from engine.plan import refs_of_date


def note_pause(draft: Draft, since: datetime) -> None:
    """Remember a pause that is over: dates of transitions and openings are counted with it."""
    number = draft.count("pauses")
    first, last = local(since, draft.plan.zone).day, local(draft.now, draft.plan.zone).day
    draft.put("moments", f"pause:{number}", Moment(at=draft.now, seq=draft.step(), day=first, last_day=last))


def counted(draft: Draft, expr: DateExpr, scope: Scope) -> Found | None:
    """The day of a timed step; counted from an event, it comes later by the pauses that fell in its term."""
    found = resolve(draft, expr, scope)
    if found is None or not draft.counts.get("pauses") or not expr.shifts or not rests_on_events(draft, expr):
        return found
    anchor = resolve(draft, replace(expr, shifts=()), scope)
    assert anchor is not None
    day, cal = found.point.day, calendar(draft, None, scope)
    for number in range(1, draft.counts["pauses"] + 1):
        pause = draft.moments[f"pause:{number}"]
        assert pause.day is not None
        assert pause.last_day is not None
        first = max(pause.day, anchor.point.day)
        if first <= day and first < pause.last_day:
            day = _on(day, first, pause.last_day, cal, expr)
    return replace(found, point=Point(day, found.point.clock), at=None) if day != found.point.day else found


def _on(day: date, first: date, last: date, cal: Calendar, expr: DateExpr) -> date:
    """A day, later by the time between two others: in days that count where the term is, else in plain days."""
    if expr.shifts and expr.shifts[-1].unit in ("wd", "sd"):
        return cal.add(day, max(cal.between(first, last), 0))
    return day + (last - first)


def rests_on_events(draft: Draft, expr: DateExpr) -> bool:
    """Whether a date is counted from what happened, and not from a named date or another term."""
    definition = draft.definition
    refs = refs_of_date(expr)
    named = any(
        ref.name in definition.dates or ref.name in definition.deadlines or row_day(definition, ref) for ref in refs
    )
    return bool(refs) and not named and not any(ref.part == "due" or ref.name == "subject" for ref in refs)


def give_back(draft: Draft, since: datetime) -> None:
    """After a pause: open terms counted from an event get its time back; a date set by hand (pinned) stays.

    A clock that stands still for a task gets what came before that; the rest when that is over.
    """
    zone = draft.plan.zone
    for task in [item for item in draft.tasks.values() if item.is_open and item.due is not None]:
        rule = rule_of(draft, task)
        if (
            task.due is None
            or task.due.pinned
            or rule is None
            or rule.clock_runs
            or not rests_on_events(draft, rule.at)
        ):
            continue
        first, last = (local(at, zone).day for at in (max(since, task.opened), task.still_since or draft.now))
        if task.still_since is not None and last <= first:
            continue
        cal = calendar(draft, calendar_name(draft, task), scope_of(task))
        changes: dict[str, Any] = {"due": later(draft, task, task.due, first, last, cal, rule)}
        if task.closes is not None:
            changes["closes"] = later(draft, task, task.closes, first, last, cal, rule)
        draft.emit("date_moved", task.key, paused_days=(last - first).days)
        draft.update_task(task, **changes, term=task.term + 1, rungs=(), repeats=0)


def later(draft: Draft, task: Task, due: Due, first: date, last: date, cal: Calendar, rule: DueRule) -> Due:
    """A due date, later by the days that its clock stood still."""
    if rule.stops_in is None:
        day = _on(due.day, first, last, cal, rule.at)
    else:
        days = calendar(draft, rule.stops_in, scope_of(task))
        day = days.add(due.day, max(days.between(first, last), 0))
    day = cal.roll(day, rule.roll or "forward")
    high = resolve(draft, rule.not_after, scope_of(task), cal) if rule.not_after else None
    squeezed = high is not None and high.point.day < day
    if high is not None and squeezed:
        day = max(cal.roll(high.point.day, "back"), due.day)
    at = instant(Point(day, due.clock), draft.plan.zone, ends=True)
    text = f"{due.text.removesuffix(STOOD_STILL)}{STOOD_STILL}"
    return replace(due, day=day, at=at, text=text, shifted=True, squeezed=squeezed)


STOOD_STILL = " (and the time that the clock stood still)"
