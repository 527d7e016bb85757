"""When does the clock of one task stand still, and what does it get back? As long as the other side is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from engine.case import Task
from engine.draft import Draft
from engine.due_dates import calendar_name, rule_of
from engine.moments import calendar, scope_of
from engine.offsets import local
from engine.paused_time import later


def follow(draft: Draft) -> None:
    """Stop the clocks of tasks whose term waits for a task that is open now, and let the others run again."""
    if not draft.plan.stops:
        return
    going = {task.name for task in draft.tasks.values() if task.is_open}
    for task in [item for item in draft.tasks.values() if item.is_open and item.name in draft.plan.stops]:
        rule = rule_of(draft, task)
        stops = rule is not None and not going.isdisjoint(rule.stops_while)
        if stops and task.still_since is None:
            draft.emit("clock_stopped", task.key)
            draft.update_task(task, still_since=draft.at)
        elif not stops and task.still_since is not None:
            _run(draft, task)


def goes_on(draft: Draft, task: Task) -> datetime | None:
    """Since when the clock of an instance that is opened again stands still; None where that stop is over.

    Work that was closed waited for nothing: a stop that ended, or that another one followed, gives it nothing back.
    """
    rule, since = rule_of(draft, task), task.still_since
    if rule is None or since is None:
        return None
    asked = [item for item in draft.tasks.values() if item.is_open and item.name in rule.stops_while]
    return since if any(item.opened <= since for item in asked) else None


def _run(draft: Draft, task: Task) -> None:
    """The time goes on, later by what it stood still; a day set by hand stays, and what was late then is late still.

    While the case is paused that is until the pause began: the pause gives the rest when it is over.
    """
    stopped = task.still_since
    assert stopped is not None
    until = draft.at if draft.paused is None else draft.paused.since
    first, last = (local(at, draft.plan.zone).day for at in (stopped, until))
    draft.emit("clock_runs", task.key, stopped_days=max((last - first).days, 0))
    task = draft.update_task(task, still_since=None)
    rule, due = rule_of(draft, task), task.due
    if rule is None or due is None or due.pinned or due.at < stopped or last <= first:
        return
    cal = calendar(draft, calendar_name(draft, task), scope_of(task))
    moved = replace(task, due=later(draft, task, due, first, last, cal, rule), term=task.term + 1, rungs=(), repeats=0)
    if task.closes is not None:
        moved = replace(moved, closes=later(draft, task, task.closes, first, last, cal, rule))
    draft.put("tasks", task.key, moved)
    draft.touched.add(f"{task.name}.due")
