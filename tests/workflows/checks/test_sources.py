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
