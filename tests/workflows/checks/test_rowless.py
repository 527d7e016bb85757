"""A case does not pass by work on rows only because there are none."""

from __future__ import annotations

import pytest

from engine.definition import Definition
from tests.builders.engine import unchecked
from workflows.checks.rowless import rowless

PROCESS = """
stages: {busy: {}, mending: {}, over: {end: true}}
transitions:
  mend: {from: busy, to: mending, when: judge.done}
  finish: {from: mending, to: over, when: repair.done}
tasks:
  judge: {for: contact, opens: busy, form: judgement}
  repair: {for: contact, each: judge.rows, opens: mending, form: page, due: {at: judge.by}}
"""
LIST = "{defects: {type: rows, columns: {what: {type: text}, by: {type: date}}}}"


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("", "", True),
        ("due: {at: judge.by}", "due: {at: judge.by + 2w}", True),
        ("due: {at: judge.by}", "due: {at: opened + 2w}", False),  # answers to remarks, of which there may be none
        ("when: judge.done", "when: judge.done, if: [number of judge.defects > 0]", False),
        ("when: repair.done", "when: mending + 4w", False),
    ],
)
def test_work_by_the_days_in_rows_is_waited_for_only_where_there_is_a_row(old: str, new: str, *, found: bool) -> None:
    told = [(each.kind, each.item, each.severity, each.message) for each in rowless(_process(old, new, LIST))]
    message = (
        "`finish` waits for `repair`, one for each row of `judge.defects`, which may stay empty: then it is done at "
        "once. Ask for a row (`required`, `required_if`, `least`), or how many there are (`number of judge.defects`)."
    )
    assert told == ([("no_rows", ("task", "repair"), "warning", message)] if found else [])


@pytest.mark.parametrize("asks", ["required: true", "least: 1", "required_if: [stage is busy]"])
def test_a_list_that_asks_for_a_row_is_left_alone(asks: str) -> None:
    assert list(rowless(_process("", "", LIST.replace("type: rows", f"type: rows, {asks}")))) == []


def _process(old: str, new: str, fields: str) -> Definition:
    return unchecked(PROCESS.replace(old, new, 1) if old else PROCESS, judgement=fields)
