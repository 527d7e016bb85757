"""Judgements come from a task in which there are some, and work is counted of those who have it."""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.sources import sources

Told = tuple[tuple[str, str], str, str]
SCORE = "score: {type: choice, choices: [good, bad], per: safeguards}"


def told(text: str, **forms: str) -> list[Told]:
    definition = unchecked(text, **forms)
    return [(each.item, each.severity, each.message) for each in sources(definition)]


def counting(line: str, work: str) -> str:
    return f"""
seats: {{chair: {{count: 1}}, peer: {{count: 2}}}}
groups: {{panel: [chair, peer], party: [panel, contact]}}
transitions: {{finish: {{from: busy, to: over, by: office, if: [{line}]}}}}
tasks: {{work: {{{work}, opens: busy, form: note}}}}
"""


def test_work_of_those_who_never_have_it_is_told() -> None:
    assert told(counting("1 contact done work", "each: panel")) == [(
        ("transition", "finish"), "warning",
        "`finish` counts `contact` who did `work`, and they never have that task, which is for each of `chair`, "
        "`peer`: count those.",
    )]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "work", "found"),
    [
        ("all peer agreed work", "each: chair", True),
        ("{any: [1 contact answered work, 1 peer done work]}", "each: peer", True),
        ("1 chair done work", "each: panel", False),
        ("75% of party done work", "each: chair", False),
        ("1 contact done work", "for: office", False),
        ("1 contact seated", "each: panel", False),
    ],
)
def test_work_is_theirs_where_the_task_is_for_each_of_them_or_for_all(line: str, work: str, *, found: bool) -> None:
    assert bool(told(counting(line, work))) is found


def deciding(source: str) -> str:
    return f"""
rubric: {{file: small}}
seats: {{peer: {{count: 2, votes: true}}}}
tasks:
  work: {{each: peer, opens: busy, form: note{source}}}
  decide: {{for: contact, opens: busy, form: note, decides: {{rows: rubric.safeguards, from: work}}}}
"""


def test_a_decision_from_a_task_in_which_nobody_judges_is_told() -> None:
    assert told(deciding("")) == [(
        ("task", "decide"), "warning",
        "`decide` decides from `work`, in which nobody judges safeguards: ask a question there with `per: safeguards`, "
        "or name another task under `from`.",
    )]  # fmt: skip


def test_judgements_are_asked_by_a_form_or_given_row_by_row() -> None:
    assert told(deciding(""), note=SCORE) == []
    assert told(deciding(", by_row: rubric.safeguards")) == []


LATER = """
rubric: {file: small, pinned: PINNED}
seats: {peer: {count: 2, votes: true}}
stages: {early: {}, busy: {}, late: {}, over: {end: true}}
transitions:
  begin: {from: early, to: busy, by: office}
  go_on: {from: busy, to: late, by: office}
  finish: {from: late, to: over, by: office}
  MORE
tasks:
  work: {each: peer, opens: JUDGED, form: note}
  decide: {for: contact, opens: busy, form: page, decides: {rows: rubric.safeguards, from: work}}
"""


def in_time(pinned: str = "case.launched", judged: str = "busy", more: str = "") -> list[str]:
    text = LATER.replace("PINNED", pinned).replace("JUDGED", judged).replace("MORE", more)
    return [each.kind for each in sources(unchecked(text, note=SCORE))]


@pytest.mark.parametrize(
    ("judged", "found"), [("late", True), ("busy", False), ("early", False), ("case.launched + 2w", False)]
)
def test_a_decision_from_judgements_that_come_only_later_is_told(judged: str, *, found: bool) -> None:
    assert in_time(judged=judged) == (["no_judgements"] if found else [])


@pytest.mark.parametrize(
    ("pinned", "found"),
    [
        ("over", ["pinned_late"]),
        ("late", ["pinned_late"]),
        ("case.launched", []),
        ("busy", []),
        ("begin", ["never_pinned"]),
        ("case.closed", ["never_pinned"]),
        ("decide.done", ["never_pinned"]),
    ],
)
def test_the_rubric_stays_with_a_case_before_all_is_judged(pinned: str, found: list[str]) -> None:
    assert in_time(pinned) == found


def test_a_rubric_may_be_pinned_later_where_a_way_leads_back_to_judging() -> None:
    assert in_time("late", more="again: {from: late, to: busy, by: office}") == []
