"""Who was there is recorded before it is asked."""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.asked import asked
from workflows.checks.meetings import meetings

ATTENDANCE = "there: {type: person, of: panel, many: true, marks: present}"
Told = tuple[tuple[str, str], str, str]


def told(finish: str, begin: str = "", *, opens: str = "busy", more: str = "", work: str = "") -> list[Told]:
    """What is told of two arrows with these conditions, of which a form notes who of the panel were there."""
    text = f"""
seats: {{chair: {{count: 1}}, peer: {{count: 2}}}}
groups: {{panel: [chair, peer], meeting: [chair, contact, peer]}}
stages: {{early: {{}}, busy: {{}}, over: {{end: true}}}}
transitions:
  begin: {{from: early, to: busy, by: office, if: [{begin}]}}
  finish: {{from: busy, to: over, by: office, if: [{finish}]}}
tasks: {{work: {{for: contact, opens: {opens}, form: attendance}}{work}}}
{more}
"""
    definition = unchecked(text, attendance=ATTENDANCE)
    return [(each.item, each.severity, each.message) for each in meetings(definition, asked(definition))]


def test_presence_that_no_form_records_is_told() -> None:
    assert told("1 contact present") == [(
        ("transition", "finish"), "warning",
        "`finish` counts `contact` who are present, and no form records which of them were: add a question "
        "`{type: person, of: contact, many: true, marks: present}`.",
    )]  # fmt: skip


def test_seats_that_no_record_covers_are_told_where_a_count_takes_them_for_absent() -> None:
    assert told("enough", more="conditions: {enough: [1/2 of meeting present]}") == [(
        ("condition", "enough"), "warning",
        "`enough` counts `meeting` who are present, and no form records whether `contact` were, who so count as "
        "absent: name them too under `of` of a question with `marks: present`, or count only the others.",
    )]  # fmt: skip


def test_a_task_for_those_who_were_there_keeps_away_of_whom_nothing_is_recorded() -> None:
    task = ", other: {{for: chair, with: [peer{}], only: present, opens: busy, form: page}}"
    assert told("", work=task.format("")) == []
    assert told("", work=task.format(", office")) == [(
        ("task", "other"), "warning",
        "`only: present` of the task `other` keeps `office` away from it, since no form records by then whether they "
        "were there: name them under `of` of a question with `marks: present`.",
    )]  # fmt: skip


def test_a_task_that_records_itself_who_was_there_is_for_nobody_before_that() -> None:
    assert [each[0] for each in told("", opens="busy, with: [peer], only: present")] == [("task", "work")]


def test_presence_that_is_asked_before_it_can_be_recorded_is_told() -> None:
    assert told("2 peer present", "1 chair present") == [(
        ("transition", "begin"), "warning",
        "`begin` counts `chair` who are present, and which of them were is recorded in `busy` at the earliest, which "
        "comes only later: ask for it there.",
    )]  # fmt: skip


def test_a_named_condition_is_told_once_where_it_stands_and_by_whom_asks_too_early() -> None:
    never, early = "conditions: {there: [1 contact present]}", "conditions: {there: [1 chair present]}"
    assert [each[0] for each in told("there", more=never)] == [("condition", "there")]
    assert [each[0] for each in told("there", "there", more=early)] == [("transition", "begin")]


@pytest.mark.parametrize(
    ("when", "found"), [("early", [("notice", "word")]), ("begin", []), ("case.launched + 2w", [])]
)
def test_a_notice_asks_for_presence_only_once_it_is_recorded(when: str, found: list[tuple[str, str]]) -> None:
    notice = f"notices: {{word: {{when: {when}, to: contact, if: [1 chair present]}}}}"
    assert [each[0] for each in told("", more=notice)] == found


@pytest.mark.parametrize("asks", ["if", "done_if", "skip_if"])
def test_a_task_asks_for_presence_only_once_it_is_recorded(asks: str) -> None:
    early = told("", work=f", other: {{for: contact, opens: early, form: page, {asks}: [1 chair present]}}")
    late = told("", work=f", other: {{for: contact, opens: busy, form: page, {asks}: [1 chair present]}}")
    assert ([each[0] for each in early], late) == ([("task", "other")], [])


@pytest.mark.parametrize(
    ("finish", "begin", "opens"),
    [
        ("1 chair present", "", "busy"),
        ("2 panel present", "", "begin"),
        ("", "1 chair present", "early"),
        ("", "1 chair present", "case.launched + 2w"),
        ("", "no chair present", "busy"),
        ("", "{that: 1 chair present, waive: owner}", "busy"),
        ("", "{any: [1 chair present, 1 contact seated]}", "busy"),
    ],
)
def test_presence_that_may_be_recorded_by_then_or_need_not_be_is_left_alone(
    finish: str, begin: str, opens: str
) -> None:
    assert told(finish, begin, opens=opens) == []
