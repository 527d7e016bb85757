"""Which findings does an organisation have, and how does each stand? Rows of reports that live on over cases.

A row of a list that `marks: finding` is a finding of the organisation under review, open until somebody answers in a
task `each: findings`, perhaps years later and of another process, that it has come to another state. Nothing of it is
kept besides these answers: the list is reckoned anew from them (decision 37).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.case import Case
from engine.definition import Definition
from engine.events import Submission
from engine.instance_keys import task_of
from engine.questions import FINDINGS, FieldDef, FormDef
from engine.task import TOOK_EFFECT

SHOWN = 2  # columns of text that name one: its number and subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One row of a report that is followed up."""

    key: str  # "6513270e-mission_report-recommendations-3": the case, the form, the list, the row
    case: str
    row: Mapping[str, Any]
    text: str  # what names it: its first columns of text, or else its number
    given: Submission  # the answers that have this row
    since: datetime  # when it came to its state
    is_open: bool = True
    state: str = ""  # the choice, as "form.field.choice"; empty: nobody has said yet
    said_in: str = ""  # the case in which it came to that state
    said_by: str = ""  # the behaviour of its process, which knows what the choice is called

    @property
    def number(self) -> str:
        """Which row of its list it is: what names it to who may not see its text."""
        return self.key.rpartition("-")[2]


def of_organisation(
    known: Iterable[tuple[Definition, Case, Sequence[Submission]]],
) -> tuple[Finding, ...]:
    """The findings of all cases of one organisation, in the order in which they were made.

    Who answers a task again replaces its findings row by row; what waits for a signature, or was taken back, makes
    none, and of several tasks with one form only the last in the file does: a draft is no report yet.
    """
    given = [(each, definition, case) for definition, case, answers in known for each in answers if _counts(case, each)]
    found: dict[str, Finding] = {}
    answered = [
        (form, each, case, definition)
        for each, definition, case in sorted(given, key=lambda one: one[0].at)
        if (form := definition.forms.get(each.form)) is not None
    ]
    for form, each, case, definition in answered:
        if task_of(case, each.task) == last_with(definition, form.name):
            _made(found, form, each, case)
    for form, each, case, _ in answered:  # afterwards: of answers of one moment it is not known which came first
        _moved(found, form, each, case)
    return tuple(found.values())


def _counts(case: Case, given: Submission) -> bool:
    item = case.tasks.get(given.task)
    if item is None:
        return case.facts.get(f"{TOOK_EFFECT}{given.task}") == given.id
    return item.state == "done" and item.answer == given.id


def _made(found: dict[str, Finding], form: FormDef, given: Submission, case: Case) -> None:
    for field in lists(form):
        begin = f"{case.id[:8]}-{form.name}-{field.name}-"
        rows = given.answers.get(field.name) or ()
        for number, row in enumerate(rows, 1):
            key = f"{begin}{number}"
            text = _text(field, row) or str(number)
            made = Finding(key=key, case=case.id, row=row, text=text, given=given, since=given.at)
            found[key] = replace(found[key], row=row, text=text, given=given) if key in found else made
        for key in [key for key in found if key.startswith(begin) and int(key.removeprefix(begin)) > len(rows)]:
            del found[key]


def _text(field: FieldDef, row: Mapping[str, Any]) -> str:
    """Keys of choices, people and files mean nothing to who reads another case."""
    named = [row[column.name] for column in field.columns if column.type == "text" and row.get(column.name)]
    return " - ".join(map(str, named[:SHOWN]))


def _moved(found: dict[str, Finding], form: FormDef, given: Submission, case: Case) -> None:
    key = given.task.partition("/")[2]
    for field in states(form):
        choice = given.answers.get(field.name)
        if key in found and choice is not None:
            found[key] = replace(
                found[key], state=f"{form.name}.{field.name}.{choice}", is_open=choice not in field.closes,
                since=given.at, said_in=given.case, said_by=case.behaviour,
            )  # fmt: skip


def last_with(definition: Definition, form: str) -> str | None:
    """The task whose answers make the findings of a form: the last in the file that has it."""
    return next((task.name for task in reversed(tuple(definition.tasks.values())) if task.form == form), None)


def lists(form: FormDef) -> Iterator[FieldDef]:
    """The questions of a form whose rows are findings."""
    return (field for field in form.fields if field.marks == "finding" and field.type == "rows")


def states(form: FormDef) -> Iterator[FieldDef]:
    """The questions of a form that say how a finding stands."""
    return (field for field in form.fields if field.marks == "finding" and field.type == "choice")


def makes(definition: Definition) -> bool:
    """Whether cases of a process have findings, or follow those of others."""
    return follows(definition) or any(any(lists(form)) for form in definition.forms.values())


def follows(definition: Definition) -> bool:
    """Whether a process asks what became of the findings of an organisation."""
    asked = any(task.each_row_of == FINDINGS for task in definition.tasks.values())
    filled = (field.prefill for form in definition.forms.values() for field in form.fields)
    return asked or any(ref is not None and ref.name == FINDINGS for ref in filled)
