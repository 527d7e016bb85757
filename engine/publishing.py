"""What of a case is public, since when, and how much of it? Publication is an event; nothing takes it back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine import conditions
from engine.access import document_of, hidden, instance_of
from engine.case import Case, Moment, Task
from engine.definition import Definition, DocumentDef, FieldDef, FormDef, PublishRule
from engine.draft import Draft
from engine.events import Submission
from engine.moments import NOBODY
from engine.plan import days, moments

PUBLIC = "public:"
"""Facts and moments of a case: which answers to a task are public, and since when."""

DATED = "publish:"
"""Moments of a case: a day has come on which a document is to become public."""


def publish(draft: Draft) -> None:
    """After a settled step: what waits for a moment that has come becomes public, if its conditions hold then.

    Public are the answers that are done at that moment: of several tasks that answer one form, those of the last of
    them, and no draft. What is answered later is not public, until the moment comes again.
    """
    heard = {moment for moment, _ in draft.heard}
    for document in draft.definition.documents.values():
        rule = document.publish
        if rule is None or not heard & _awaited(draft.definition, document.name, rule):
            continue
        if not conditions.holds(draft, rule.condition, NOBODY):
            continue
        done = [each for each in draft.tasks.values() if each.state == "done" and each.answer]
        own = [each for each in done if document_of(draft, each) is document]
        last = max(own, key=lambda each: each.opened_seq, default=None)
        for task in own:
            if last is not None and task.name == last.name:
                _make_public(draft, task)


def _awaited(definition: Definition, name: str, rule: PublishRule) -> set[str]:
    dated = {f"{DATED}{name}"} if days(definition, rule.when) else set()
    return {*moments(definition, rule.when), *dated}


def _make_public(draft: Draft, task: Task) -> None:
    name = f"{PUBLIC}{task.key}"
    if draft.facts.get(name) == task.answer:
        return
    draft.emit("made_public", task.key, submission=task.answer)
    draft.put("facts", name, task.answer)
    draft.put("moments", name, Moment(at=draft.at, seq=draft.step()))


def public_since(case: Case) -> Mapping[str, datetime]:
    """Task instance -> since when its answers are public, the first one first; also those of rounds that are over."""
    found = {key.removeprefix(PUBLIC): each.at for key, each in case.moments.items() if key.startswith(PUBLIC)}
    return dict(sorted(found.items(), key=lambda item: (item[1], item[0])))


def is_public(case: Case, given: Submission) -> bool:
    """Whether just these answers are public: those that were published, whatever was answered since."""
    return case.facts.get(f"{PUBLIC}{given.task}") == given.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What of some answers their reader sees: all of it, the public part, or nothing and why."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    whole: bool = False
    reasons: tuple[str, ...] = ()


def readable(draft: Draft, readers: Collection[str], given: Submission) -> Reading:
    """What some reader may see of answers.

    Who may see a document sees it whole; anybody (`readers` is empty) sees of what is public all but the fields that
    its process leaves out, and people.
    """
    task = instance_of(draft, given)
    reasons: dict[str, None] = {}
    for reader in readers:
        why = hidden(draft, reader, task)
        if not why:
            return Reading(answers=given.answers, whole=True)
        reasons |= dict.fromkeys(why)
    form = _form_of(draft, task, given)
    if form is not None and is_public(draft.before, given):
        return Reading(answers=public_part(document_of(draft, task), form, given.answers))
    return Reading(reasons=tuple(reasons) or ("it is not public",))


def _form_of(draft: Draft, task: Task, given: Submission) -> FormDef | None:
    """The form of some answers; where a later version calls it otherwise, that which the task has now."""
    own = draft.definition.tasks.get(task.name)
    return draft.definition.forms.get(given.form) or draft.definition.forms.get((own.form if own else None) or "")


def public_part(document: DocumentDef | None, form: FormDef, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers without people, and without what the process leaves out (`FIELD`, `FIELD.COLUMN`)."""
    rule = document.publish if document is not None else None
    without = frozenset(rule.without) if rule is not None else frozenset[str]()
    found: dict[str, Any] = {}
    for one in _public(form.fields, "", without):
        value = answers.get(one.name)
        if one.type == "rows" and isinstance(value, list | tuple):
            columns = [each.name for each in _public(one.columns, f"{one.name}.", without)]
            found[one.name] = [{name: row[name] for name in columns if name in row} for row in value]
        elif value is not None:
            found[one.name] = value
    return found


def _public(fields: Collection[FieldDef], above: str, without: Collection[str]) -> Iterator[FieldDef]:
    return (each for each in fields if each.type != "person" and f"{above}{each.name}" not in without)
