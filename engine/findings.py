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
from engine.listed_days import marks_of
from engine.questions import FINDINGS, FieldDef, FormDef
from engine.task import TOOK_EFFECT

SHOWN = 2  # columns of text that name one: its number and subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One row of a report that is followed up."""

    key: str  # "6513270e-mission_report-recommendations-3f2a": the case, the form, the list, the mark of its text
    case: str
    number: str  # which row of its list it is: what names it to who may not see its text
    row: Mapping[str, Any]
    text: str  # what names it: its first columns of text, or else its number
    given: Submission  # the answers that have this row
    since: datetime  # when it came to its state
    is_open: bool = True
    listed: bool = True  # False: its list does not have it any more, and somebody has said before how it stands
    state: str = ""  # the choice, as "form.field.choice"; empty: nobody has said yet
    said_in: str = ""  # the case in which it came to that state
    said_by: str = ""  # the behaviour of its process, which knows what the choice is called


def of_organisation(
    known: Iterable[tuple[Definition, Case, Sequence[Submission]]],
) -> tuple[Finding, ...]:
    """The findings of all cases of one organisation, in the order in which they were made.

    Who answers a task again replaces its findings, of which each is known again by its text; what waits for a
    signature, or was taken back, makes none, and of several tasks with one form only the last in the file does: a draft
    is no report yet. What was said of a row that is gone since, or has another text, stands at the end as not listed.
    """
    cases = list(known)
    given = sorted(
        ((each, definition, case) for definition, case, answers in cases for each in answers), key=lambda one: one[0].at
    )
    answered = [
        (form, each, case, definition)
        for each, definition, case in given
        if (form := definition.forms.get(each.form)) is not None
    ]
    found: dict[str, Finding] = {}
    ever: dict[str, Finding] = {}
    for form, each, case, definition in answered:
        if task_of(case, each.task) == last_with(definition, form.name):
            for begin, rows in _made(form, each, case):
                ever |= rows
                if _counts(case, each):
                    _listed(found, begin, rows)
    for form, each, case, _ in answered:  # afterwards: of answers of one moment it is not known which came first
        if _counts(case, each):
            _moved(found, ever, form, each, case)
    return tuple(found.values())


def _counts(case: Case, given: Submission) -> bool:
    item = case.tasks.get(given.task)
    if item is None:
        return case.facts.get(f"{TOOK_EFFECT}{given.task}") == given.id
    return item.state == "done" and item.answer == given.id


def _made(form: FormDef, given: Submission, case: Case) -> Iterator[tuple[str, dict[str, Finding]]]:
    """Of each list of findings in some answers: how the keys of its rows begin, and these rows."""
    for field in lists(form):
        begin = f"{case.id[:8]}-{form.name}-{field.name}-"
        answer = given.answers.get(field.name)  # perhaps one to the question of an earlier version
        rows = [row for row in answer if isinstance(row, Mapping)] if isinstance(answer, list | tuple) else []
        texts = [_text(field, row) for row in rows]
        marks = marks_of(case.id, f"{form.name}.{field.name}", [" ".join(each.split()) for each in texts])
        yield begin, {
            f"{begin}{mark}": Finding(
                key=f"{begin}{mark}", case=case.id, number=str(number), row=row, text=text or str(number), given=given,
                since=given.at,
            )
            for number, (row, text, mark) in enumerate(zip(rows, texts, marks, strict=True), 1)
        }  # fmt: skip


def _listed(found: dict[str, Finding], begin: str, rows: Mapping[str, Finding]) -> None:
    """The rows of a list in place of those that it had; one that it had before is open since then."""
    before = {key: found.pop(key) for key in list(found) if key.startswith(begin)}
    found |= {key: replace(row, since=before[key].since) if key in before else row for key, row in rows.items()}


def _text(field: FieldDef, row: Mapping[str, Any]) -> str:
    """Keys of choices, people and files mean nothing to who reads another case."""
    named = [row[column.name] for column in field.columns if column.type == "text" and row.get(column.name)]
    return " - ".join(map(str, named[:SHOWN]))


def _moved(
    found: dict[str, Finding], ever: Mapping[str, Finding], form: FormDef, given: Submission, case: Case
) -> None:
    key = given.task.partition("/")[2]
    for field in states(form):
        choice = given.answers.get(field.name)
        if key in ever and choice is not None:
            known = found[key] if key in found else replace(ever[key], listed=False)
            found[key] = replace(
                known, state=f"{form.name}.{field.name}.{choice}", is_open=known.listed and choice not in field.closes,
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
