"""Which earlier answers may be proposed to who fills in a form? What they may see, and what their organisation said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from collegium.findings import findings_of
from engine.access import hidden, instance_of, seen_by
from engine.actions import CLOCK
from engine.case import Case, Task
from engine.draft import Draft
from engine.events import Submission
from engine.instance_keys import task_of, was_dropped
from engine.ports import UnitOfWork
from engine.prefilling import proposed
from engine.questions import FINDINGS, FormDef

if TYPE_CHECKING:
    from collegium.bootstrap import Application


def proposals(
    app: Application, work: UnitOfWork, office: str, case: Case, task: Task, reader: str, now: datetime
) -> dict[str, Any]:
    """What the form of a task proposes to one participant; empty where it has no form, or nothing was answered before.

    What was handed in and given back unsigned comes whole. Out of this case comes what the reader may see now. Out of
    earlier cases of the same organisation comes what the organisation itself answered there, to somebody who does the
    task for that organisation; and, to whoever fills in a list of open findings, those that the organisation itself may
    see (decision 37).
    """
    definition = app.library.of(work, case)
    form = definition.forms.get(definition.tasks[task.name].form or "")
    if form is None:
        return {}
    back = _given_back(app, work, case, task, reader, now)
    if not any(field.prefill for field in form.fields):
        return dict(back)
    before = [*_earlier(app, work, office, case, reader), *_of_this_case(app, work, case, reader, now)]
    rows = [*_findings(app, work, case, reader, now)] if _wants_findings(form) else ()
    return {**proposed(definition, form, before, case.rows, case.id, rows), **back}


def _given_back(
    app: Application, work: UnitOfWork, case: Case, task: Task, reader: str, now: datetime
) -> Mapping[str, Any]:
    """What was handed in and not signed, for who goes on with it and may see it."""
    given = work.cases.submission(task.answer) if task.state == "open" and task.answer else None
    if given is None:
        return {}
    draft = Draft(app.library.of(work, case), case, app.worlds.of(work, case, now), CLOCK, now)
    return {} if hidden(draft, reader, task) else given.answers


def _wants_findings(form: FormDef) -> bool:
    return any(field.prefill is not None and field.prefill.name == FINDINGS for field in form.fields)


def _findings(
    app: Application, work: UnitOfWork, case: Case, reader: str, now: datetime
) -> Iterator[Mapping[str, Any]]:
    """The rows of open findings: of this case what the reader may see, of others what the organisation itself may."""
    for each in findings_of(work, app.library, case.subject, now):
        if each.is_open:
            other = case if each.case == case.id else work.cases.load(each.case)
            draft = Draft(app.library.of(work, other), other, app.worlds.of(work, other, now), CLOCK, now)
            own = other is case and not hidden(draft, reader, instance_of(draft, each.given))
            if own or (other is not case and seen_by(draft, each.given, "host")):
                yield each.row


def _of_this_case(app: Application, work: UnitOfWork, case: Case, reader: str, now: datetime) -> Iterator[Submission]:
    """Former rounds among them: a round that is over is seen as the one that came after it."""
    draft = Draft(app.library.of(work, case), case, app.worlds.of(work, case, now), CLOCK, now)
    newest = {item.name: item for item in case.tasks.values()}
    for each in sorted(work.cases.submissions(case.id), key=lambda one: one.at):
        item = case.tasks.get(each.task)
        if item is None and not was_dropped(case, each.task):
            item = newest.get(task_of(case, each.task))
        author = each.participant
        seen = item is not None and not hidden(draft, reader, replace(item, submitted_by=author, done_by=None))
        if author == reader or seen:
            yield each


def _earlier(app: Application, work: UnitOfWork, office: str, case: Case, reader: str) -> Iterator[Submission]:
    """What the organisation answered in cases that were launched before this one, the oldest first."""
    if reader not in _own_people(app, work, case):
        return
    cycles = [each for each in work.definitions.cycles(office) if case.subject in each.hosts]
    for cycle in sorted(cycles, key=lambda each: each.launched_at):
        for id in work.cases.all_ids(office, cycle.id):
            other = work.cases.load(id)
            if other.id == case.id or other.subject != case.subject or _launched(other) > _launched(case):
                continue
            own = _own_people(app, work, other)
            given = sorted(work.cases.submissions(other.id), key=lambda each: each.at)
            yield from (each for each in given if each.participant in own)


def _own_people(app: Application, work: UnitOfWork, case: Case) -> set[str]:
    """Who takes part for the organisation under review."""
    roles = app.library.of(work, case).roles
    return {key for name, keys in case.roles.items() if name in roles and roles[name].of == "host" for key in keys}


def _launched(case: Case) -> datetime:
    return case.moments["case.launched"].at
