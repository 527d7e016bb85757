"""How is a single due date changed by hand? Extensions, also after the date, and dates that are pinned."""

from __future__ import annotations

from datetime import date
from typing import Any

from engine.actions import Extend, Pin
from engine.case import Due, Task
from engine.draft import Draft
from engine.due_dates import calendar_name
from engine.errors import Refused, UnknownName
from engine.moments import calendar, resolve, scope_of, shift_delta
from engine.offsets import Point, instant
from engine.reopening import reopen
from engine.saying import said


def extend(draft: Draft, action: Extend) -> None:
    """Give a task more time; where silence has closed it already, it is opened again first."""
    item = draft.tasks.get(action.task)
    if item is None:
        raise UnknownName(said("This case has no task {name!r}", name=action.task))
    if item.state == "expired":
        item = reopen(draft, item)
    reasons = _extension_problems(draft, item, action.until)
    if reasons:
        raise Refused(said("Can't extend {task:task}", task=item.name), reasons)
    draft.emit("extended", item.key, until=action.until)
    _set_by_hand(draft, item, action.until, f"extended: {action.reason}", pinned=None, extensions=item.extensions + 1)


def _extension_problems(draft: Draft, item: Task, until: date) -> list[str]:
    rule = draft.definition.tasks[item.name].extend
    if not item.is_open or item.due is None:
        return [said("it is {state:task_state}", state=item.state)]
    if rule is None:
        return ["the process allows no extension of it; the office may set its date by hand (pin)"]
    reasons: list[str] = []
    if item.extensions >= rule.times:
        reasons.append(said("it was extended {n} of {times} times", n=item.extensions, times=rule.times))
    cal = calendar(draft, calendar_name(draft, item), scope_of(item))
    furthest = shift_delta(draft, item.due.day, rule.at_most, cal).day
    if until > furthest:
        reasons.append(said("at most {most}, that is until {day}", most=rule.at_most, day=furthest))
    if rule.not_after is not None:
        bound = resolve(draft, rule.not_after, scope_of(item))
        if bound is not None and until > bound.point.day:
            reasons.append(said("not after {day} ({rule})", day=bound.point.day, rule=rule.not_after))
    if until <= item.due.day:
        reasons.append(said("it is due on {day} already", day=item.due.day))
    elif until < draft.today:
        reasons.append(said("{day} is past", day=until))
    return reasons


def _set_by_hand(draft: Draft, item: Task, day: date, text: str, *, pinned: str | None, **parts: Any) -> None:
    at = instant(Point(day), draft.plan.zone, ends=True)
    old = item.due
    due = Due(
        day=day, at=at, text=text, calendar=old.calendar if old else "", version=old.version if old else "",
        pinned=pinned, shifted=pinned is None,
    )  # fmt: skip
    draft.telling.append(("extended", item.key, old or due))
    draft.update_task(item, due=due, term=item.term + 1, rungs=(), repeats=0, **parts)
    draft.touched.add(f"{item.name}.due")


def pin(draft: Draft, action: Pin) -> None:
    """Set the due date of an open task; it does not follow its anchor any more."""
    item = draft.tasks.get(action.task)
    if item is None or not item.is_open:
        raise Refused("Can't set the date by hand", [said("{task:task} is not open", task=action.task)])
    if action.day < draft.today:
        raise Refused("Can't set the date by hand", [said("{day} is not ahead", day=action.day)])
    draft.emit("pinned", item.key, until=action.day)
    _set_by_hand(draft, item, action.day, f"set by hand: {action.reason}", pinned=action.reason)
