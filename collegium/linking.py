"""What does a private link open, and for how long? Its own task instance, until some time after that was closed."""

from __future__ import annotations

from datetime import datetime, timedelta

from engine.actions import Action, Answer, Submit, Take
from engine.case import Case, Task
from engine.definition import Definition
from engine.instance_keys import task_of
from engine.ports import UnitOfWork
from engine.saying import said

AFTERWARDS = timedelta(days=14)  # so long a link still tells what became of its task


def refused_by_link(definition: Definition, case: Case, linked: str, action: Action) -> str | None:
    """Why the link of that task does not do this; None where it does."""
    item = case.tasks.get(linked)
    if item is not None and _opens(definition, item, action):
        return None
    return said("this link is for {task:task} and for nothing else", task=task_of(case, linked))


def _opens(definition: Definition, item: Task, action: Action) -> bool:
    match action:
        case Submit():
            return action.task == item.key
        case Answer():
            return item.name == "invitation" and action.holding == item.about
        case Take():
            # Who sets a line aside does more than the task asks; a link that was passed on must not.
            return action.transition in definition.tasks[item.name].does and not action.waive
        case _:
            return False


def has_ended(work: UnitOfWork, case: Case, linked: str, now: datetime) -> bool:
    """Whether the task of a link was closed too long ago, or has gone from the case."""
    item = case.tasks.get(linked)
    if item is None:
        return True
    if item.is_open:
        return False
    closed = item.done_at or _last_change(work, case, linked)
    return closed is None or now - closed > AFTERWARDS


def _last_change(work: UnitOfWork, case: Case, key: str) -> datetime | None:
    """When the history last says something of a task."""
    for sealed in reversed(work.cases.history(case.id)):
        if any(effect[:2] == ("tasks", key) for effect in sealed.event.effects):
            return sealed.event.effective_at
    return None
