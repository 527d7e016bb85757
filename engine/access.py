"""May this reader see that answer now? A condition over reader, document and case, asked on each read."""

from __future__ import annotations

import re
from typing import Literal

from engine import conditions
from engine.case import Task
from engine.definition import DocumentDef
from engine.draft import Draft
from engine.events import Submission
from engine.instance_keys import task_of
from engine.moments import Scope
from engine.saying import said
from engine.task import participants

_KEY = re.compile(r"(?P<name>[^:]+):(?P<round>\d+)(?:@(?P<holding>[^/]+))?(?:/(?P<row>.+))?")


def document_of(draft: Draft, task: Task) -> DocumentDef | None:
    """The rule for a task's answers: one for the task itself before one for its form."""
    definition = draft.definition.tasks.get(task.name)
    form = definition.form if definition is not None else None  # None: a task of a version that the case has left
    return draft.definition.documents.get(task.name) or draft.definition.documents.get(form or "")


def instance_of(draft: Draft, given: Submission) -> Task:
    """The instance of a task that gave these answers, as it is; or as it was then, where others have replaced it."""
    task = draft.tasks.get(given.task)
    if task is not None and task.answer == given.id:
        return task
    found = _KEY.fullmatch(given.task)
    assert found is not None
    name = task_of(draft, given.task)
    if name not in draft.definition.tasks:  # which is that of the version by which they were given
        name = found["name"]
    return Task(
        key=given.task, name=name, round=int(found["round"]), holding=found["holding"], row=found["row"],
        state="done", opened=given.at, submitted=given.at, submitted_by=given.participant, answer=given.id,
    )  # fmt: skip


def hidden(draft: Draft, reader: str, task: Task) -> list[str]:
    """Why a participant may not see the answers of a task instance; empty: they may.

    Nobody but the author sees a document, unless its definition says so. Nothing is remembered as "was visible":
    who has lost a seat or role has lost its access. What holds for a document holds for its place in counts, lists,
    searches and exports.
    """
    if reader in (task.submitted_by, task.done_by):
        return []
    document = document_of(draft, task)
    if document is None:
        return ["only its author sees it"]
    reasons: list[str] = []
    for who, rule in document.see.items():
        if who == "author" or reader not in participants(draft, (who,)):
            continue
        if rule is True:
            return []
        if rule is False:
            reasons.append(said("it is not for {who:role}", who=who))
            continue
        failures = conditions.failing(draft, rule, Scope(holding=_own_holding(draft, reader)))
        if not failures:
            return []
        reasons += [failure.reason for failure in failures]
    return reasons or [said("it is for {who:role}", who=tuple(name for name, rule in document.see.items() if rule))]


def seen_by(draft: Draft, given: Submission, of: Literal["secretariat", "host"]) -> bool:
    """Whether somebody of the office, or of the organisation under review, may see these answers."""
    readers = participants(draft, [name for name, role in draft.definition.roles.items() if role.of == of])
    return any(not hidden(draft, reader, instance_of(draft, given)) for reader in readers)


def visible(draft: Draft, reader: str) -> list[Task]:
    """The task instances of the case whose answers a participant may see, in the order in which they were opened."""
    given = [task for task in draft.tasks.values() if task.submitted is not None]
    return [task for task in given if not hidden(draft, reader, task)]


def _own_holding(draft: Draft, reader: str) -> str | None:
    for held in draft.holdings.values():
        if held.participant == reader and held.state == "seated":
            return held.key
    return reader
