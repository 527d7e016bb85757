"""What is proposed as an answer to a form? What was answered before, cut to what the form asks now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.definition import Definition
from engine.events import Submission
from engine.forms import choices
from engine.questions import FINDINGS, FieldDef, FormDef


def proposed(
    definition: Definition, form: FormDef, before: Sequence[Submission], rows: Sequence[str], case: str,
    findings: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:  # fmt: skip
    """Answers to propose: of each field with `prefill`, the latest answer to the question that it names, or `findings`.

    `before` is what was answered, the oldest first, and only what the reader may see; `rows` are the rows of the rubric
    in scope. Nothing of it is checked: whoever answers keeps or changes it, and `forms.validate` has the last word.
    People named in another case than `case` are left out, for their keys mean nothing in this one.
    """
    found: dict[str, Any] = {}
    for field in form.fields:
        if field.prefill is not None and field.prefill.name == FINDINGS and findings:
            found[field.name] = [_row(definition, field, each, people=False) for each in findings]
        answers = list(_answers(field, before))
        if answers:
            submission, value = answers[-1]
            fitted = _fitted(definition, field, value, rows, people=submission.case == case)
            if fitted not in (None, "", [], {}):
                found[field.name] = fitted
    return found


def _answers(field: FieldDef, before: Sequence[Submission]) -> Iterator[tuple[Submission, Any]]:
    """What was answered to the question that a field takes its proposal from."""
    if field.prefill is not None and (part := field.prefill.part) is not None:
        for each in before:
            if each.form == field.prefill.name and part in each.answers:
                yield each, each.answers[part]


def _fitted(definition: Definition, field: FieldDef, value: Any, rows: Sequence[str], *, people: bool) -> Any:
    """An answer as far as it is one to this field; None where nothing of it is."""
    if field.per is not None:
        given = value if isinstance(value, Mapping) else {}
        cut = {row: _one(definition, field, given[row], people=people) for row in rows if row in given}
        return {row: answer for row, answer in cut.items() if answer is not None}
    if field.type == "rows":
        lines = value if isinstance(value, list | tuple) else ()
        return [_row(definition, field, each, people=people) for each in lines if isinstance(each, Mapping)]
    return _one(definition, field, value, people=people)


def _row(definition: Definition, field: FieldDef, given: Mapping[str, Any], *, people: bool) -> dict[str, Any]:
    cut = {
        column.name: _one(definition, column, given[column.name], people=people)
        for column in field.columns
        if column.name in given
    }
    return {name: answer for name, answer in cut.items() if answer is not None}


def _one(definition: Definition, field: FieldDef, value: Any, *, people: bool) -> Any:
    if field.many != isinstance(value, list | tuple) or isinstance(value, Mapping):
        return None
    if field.type == "person" and not people:
        return None
    if field.type == "choice":
        known = choices(definition, field)
        if field.many:
            return [each for each in value if each in known]
        return value if value in known else None
    return value
