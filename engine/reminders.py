"""On which day is somebody reminded? Each reader on a day of their own, and before the due date.

A reminder moves out of its reader's free days: forward, or back where that would be after the due date.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.case import Due, Task
from engine.definition import SendingRule
from engine.draft import Draft
from engine.due_dates import calendar_name
from engine.expressions import Delta
from engine.moments import calendar, resolve, scope_of, shift_delta
from engine.offsets import Point, local
from engine.sending import SPEAKS, Window, window_of


@dataclass(frozen=True, slots=True)
class Reminding:
    """One declared reminder: its place in the declaration, its first moment for anybody, and the rule in words."""

    index: int
    at: datetime
    text: str


def planned(draft: Draft, task: Task, due: Due) -> Iterator[Reminding]:
    """The reminders that lie ahead, each at the first moment of any of its readers; the others wait for their own."""
    texts = {index: text for index, _, text in _declared(draft, task, due)}
    own = [moments_of(draft, task, due, reader) for reader in task.assignees or (None,)]
    for index, text in texts.items():
        first = min((moments[index] for moments in own if index in moments), default=None)
        if first is not None and first > draft.now:
            yield Reminding(index, first, text)


def moments_of(draft: Draft, task: Task, due: Due, reader: str | None) -> Mapping[int, datetime]:
    """When one reader is reminded, by the place in the declaration.

    None on or before the day of the opening, which says it all; of two on one day the later declared survives.
    """
    opened = local(task.opened, draft.plan.zone).day
    window, rule = window_of(draft, reader), draft.definition.defaults.sending
    by_day: dict[object, tuple[int, datetime]] = {}
    for index, point, _ in _declared(draft, task, due):
        moment = fitting(window, rule, point, due.at)
        day = local(moment, draft.plan.zone).day if moment is not None else opened
        if moment is not None and day > opened:
            by_day[day] = (index, moment)
    return dict(by_day.values())


def fitting(window: Window, rule: SendingRule, point: Point, due: datetime) -> datetime | None:
    """The moment in a window for a reminder of that day; None where it cannot come before the due date."""
    days, clock = window.calendar, point.clock or SPEAKS
    moment = window.on(days.roll(point.day, rule.roll if rule.roll != "none" else "forward"), clock)
    if moment <= due:
        return moment
    if not rule.or_earlier:
        return None
    last = local(due, window.zone).day
    day = days.roll(min(point.day, last), "back")
    moment = window.on(day, clock)
    return moment if moment <= due else window.on(days.roll(day - timedelta(days=1), "back"), clock)


def _declared(draft: Draft, task: Task, due: Due) -> Iterator[tuple[int, Point, str]]:
    """The days that the definition names, whoever reads it."""
    scope = scope_of(task)
    days = calendar(draft, calendar_name(draft, task), scope)
    for index, when in enumerate(draft.definition.tasks[task.name].remind):
        if isinstance(when, Delta):
            yield index, shift_delta(draft, due.day, when, days), when.text
        elif (found := resolve(draft, when, scope, days)) is not None:
            yield index, found.point, when.text
