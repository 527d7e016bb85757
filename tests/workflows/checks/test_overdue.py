"""Is a task due before a day that brings the state in which it opens?"""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.overdue import overdue

PROCESS = """
dates: {visit: {else: asked_at_launch}}
stages: {busy: {}, later: {}, over: {end: true}}
tracks: {comments: {during: [busy, later], states: {uncalled: {}, called: {}}}}
transitions:
  call: {from: comments.uncalled, to: comments.called, CALL}
  go_on: {from: busy, to: later, when: visit - 2mo}
  finish: {from: later, to: over, by: office}
tasks: {work: {for: contact, form: note, opens: OPENS, due: {at: visit - DUE}}}
"""
DAY = "when: visit - 2mo"


@pytest.mark.parametrize(
    ("opens", "call", "due", "found"),
    [
        ("comments.called", DAY, "6mo, not_before: opened + 5wd", True),
        ("comments.called", DAY, "6mo", True),
        ("call", DAY, "6mo", True),
        ("comments.called + 1w", DAY, "8w", True),
        ("later", DAY, "6mo, not_before: opened + 5wd", True),
        ("later", DAY, "6mo", False),  # told by what compares it with its stage
        ("visit - 2mo", DAY, "6mo, not_before: opened + 5wd", True),
        ("visit - 2mo", DAY, "6mo", False),  # told by what compares its days
        ("comments.called", DAY, "1mo, not_before: opened + 5wd", False),
        ("comments.called", "when: visit - 8mo", "6mo", False),
        ("comments.called", f"by: office, {DAY}", "6mo", False),
        ("comments.called", "by: office", "6mo", False),
        ("comments.uncalled", DAY, "6mo", False),
        ("[comments.called, busy]", DAY, "6mo", False),
    ],
)
def test_a_task_is_due_after_the_day_that_opens_it(opens: str, call: str, due: str, *, found: bool) -> None:
    text = PROCESS.replace("CALL", call).replace("OPENS", opens).replace("DUE", due)
    told = [(each.kind, each.item, each.severity) for each in overdue(unchecked(text))]
    assert told == ([("due_early", ("task", "work"), "warning")] if found else [])
