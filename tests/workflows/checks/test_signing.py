"""Is there time to sign what was handed in on its last day?"""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.ending import ending
from workflows.checks.past import past
from workflows.checks.signing import signing
from workflows.checks.times import times

PROCESS = """
dates: {visit: {else: asked_at_launch}}
deadlines: {handed: {at: visit - 6w}}
transitions:
  finish: {from: busy, to: over, by: office}
  lapse: {from: busy, to: over, LAPSE}
tasks: {work: {for: contact, form: answer, opens: busy, due: {DUE}, sign: {by: signatory, due: {SIGN}}}}
"""


def a_process(due: str, sign: str, lapse: str = "by: office") -> str:
    return PROCESS.replace("DUE", due).replace("SIGN", sign).replace("LAPSE", lapse)


@pytest.mark.parametrize(
    ("due", "sign", "found"),
    [
        ("at: visit - 2w", "at: visit - 4w", True),
        ("at: visit - 2w", "at: visit - 4w, not_before: submitted + 2wd", True),
        ("at: visit - 2w", "at: visit - 2w, not_before: submitted + 2wd", False),
        ("at: visit - 4w", "at: visit - 2w", False),
        ("at: visit - 2w", "at: submitted + 5wd", False),
        ("at: visit - 2w", "at: visit - 4w, not_before: visit - 2w", False),
        ("at: visit - 2w", "at: submitted + 5wd, not_after: visit - 4w", True),
        ("at: visit - 2w, not_after: case.launched + 1y", "at: visit - 4w", False),
        ("at: visit - 2w, not_after: visit - 3w", "at: visit - 4w", True),
        ("at: visit - 2w", "at: handed", True),
        ("at: handed", "at: visit - 7w", True),
        ("at: opened + 10wd", "at: opened + 5wd", True),
        ("at: opened + 2w", "at: opened + 3wd", True),  # without holidays
        ("at: opened + 2w", "at: opened + 10wd", False),
        ("at: opened + 2w", "at: visit - 4w", False),
    ],
)
def test_a_task_is_signed_no_earlier_than_it_is_due(due: str, sign: str, *, found: bool) -> None:
    told = [(each.kind, each.item, each.severity) for each in signing(unchecked(a_process(due, sign)))]
    assert told == ([("signed_early", ("task", "work"), "warning")] if found else [])


@pytest.mark.parametrize(
    ("due", "sign", "lapse", "found"),
    [
        ("at: visit - 2w", "at: submitted + 5d", "when: visit - 2w", True),
        ("at: visit - 2w", "at: visit - 1w, not_before: submitted + 2d", "when: visit - 10d", True),
        ("at: visit - 2w", "at: submitted + 5d", "when: visit - 9d", False),
        ("at: visit - 2w", "at: submitted + 5d, not_after: visit - 2w", "when: visit - 13d", False),
        ("at: visit - 2w, not_after: visit - 3w", "at: submitted + 5d", "when: visit - 2w", False),
        ("at: visit - 2w", "at: submitted + 5d", "when: visit - 13d, unless: [work.answer is no]", False),
        ("at: visit - 2w", "at: submitted + 5d", "when: case.launched + 1y", False),
    ],
)
def test_no_day_ends_a_task_before_it_is_to_be_signed(due: str, sign: str, lapse: str, *, found: bool) -> None:
    told = [(each.kind, each.item) for each in ending(unchecked(a_process(due, sign, lapse)))]
    assert told == ([("over_before_due", ("transition", "lapse"))] if found else [])


@pytest.mark.parametrize(("until", "found"), [("visit - 2w", True), ("visit - 9d", False), ("visit - 3w", True)])
def test_nor_does_a_task_go_by_then(until: str, *, found: bool) -> None:
    text = a_process("at: visit - 2w", "at: submitted + 5d").replace("opens: busy", f"opens: busy, until: {until}")
    told = [(each.kind, each.item) for each in ending(unchecked(text))]
    assert told == ([("over_before_due", ("task", "work"))] if found else [])


def test_the_bounds_of_a_signature_are_compared_too() -> None:
    definition = unchecked(a_process("at: visit - 2w", "at: visit, not_before: visit + 1w, not_after: visit - 1w"))
    assert [(each.kind, each.item) for each in times(definition)] == [("bounds", ("task", "work"))]


def test_a_signature_is_not_due_before_the_handing_in() -> None:
    definition = unchecked(a_process("at: visit - 2w", "at: submitted - 3wd"))
    assert [(each.kind, each.item) for each in past(definition)] == [("past", ("task", "work"))]
