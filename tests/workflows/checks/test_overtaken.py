"""Is a task due after the work of others with which its stage, or the state of its track, is left?"""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.overtaken import overtaken

ADVISED = """
tracks: {paper: {during: [busy], states: {asked: {}, told: {}}}}
transitions:
  tell: {from: paper.asked, to: paper.told, by: office}
  met: {from: busy, to: over, when: decision.done, if: [decision.answer is yes]}
  failed: {from: busy, to: over, when: decision.done, if: [decision.answer is no], MORE}
  lapse: {from: busy, to: over, when: busy + 3y}
  withdraw: {from: busy, to: over, by: contact}
tasks:
  decision: {for: office, opens: busy, form: answer, due: {at: opened + 3mo}}
  advice: {for: contact, opens: busy, form: note, TASK}
"""


def told(text: str) -> list[str]:
    """The tasks that are due after what leads on."""
    found = list(overtaken(unchecked(text)))
    assert {(each.kind, each.item[0], each.severity) for each in found} <= {("over_before_due", "task", "warning")}
    return [each.item[1] for each in found]


@pytest.mark.parametrize(
    ("task", "found"),
    [
        ("due: {at: opened + 6mo}", True),
        ("due: {at: busy + 6mo}", True),
        ("due: {at: opened + 6mo}, optional: true", True),
        ("due: {at: opened + 6mo}, until: over", True),
        ("due: {at: opened + 6mo}, until: busy.left", True),
        ("due: {at: opened + 6mo}, until: [met, failed]", True),
        ("due: {at: opened + 6mo}, until: met", False),
        ("due: {at: opened + 6mo}, until: case.closed", False),  # it goes on after the stage
        ("due: {at: opened + 6w}", False),
        ("due: {at: opened + 10w}, sign: {by: office, due: {at: submitted + 2mo}}", True),
        ("due: {at: opened + 6w}, sign: {by: office, due: {at: submitted + 5wd}}", False),
        ("due: {at: case.launched + 6mo}", False),  # counted from something else
        ("due: {at: opened + 6mo}, if: [decision is not done]", False),  # asked for only as others are late
    ],
)
def test_a_task_is_due_before_the_work_of_others_closes_it(task: str, *, found: bool) -> None:
    assert told(ADVISED.replace(", MORE", "").replace("TASK", task)) == (["advice"] if found else [])


@pytest.mark.parametrize("more", ["unless: [advice is not done]", "unless: [paper is asked]"])
def test_nothing_is_told_where_a_way_on_waits_for_the_task_or_for_more(more: str) -> None:
    text = ADVISED.replace("MORE", more).replace("TASK", "due: {at: opened + 6mo}")
    assert told(text) == []


def test_a_step_by_which_somebody_leads_on_is_due_too() -> None:
    text = """
transitions: {finish: {from: busy, to: over, by: office}}
tasks:
  decision: {for: office, opens: busy, does: finish, due: {at: opened + 3mo}}
  advice: {for: contact, opens: busy, form: note, due: {at: opened + 6mo}}
"""
    assert told(text) == ["advice"]


def test_nothing_is_told_of_a_task_that_opens_after_that_day() -> None:
    text = ADVISED.replace(", MORE", "").replace("opens: busy, form: note, TASK", "opens: busy + 4mo, form: note, DUE")
    assert told(text.replace("DUE", "due: {at: busy + 6mo}")) == []


@pytest.mark.parametrize(("days", "found"), [("2w", ["advice"]), ("2d", [])])
def test_a_state_of_a_track_is_left_by_work_too(days: str, found: list[str]) -> None:
    text = f"""
tracks: {{paper: {{during: [busy], states: {{asked: {{}}, told: {{}}}}}}}}
transitions:
  tell: {{from: paper.asked, to: paper.told, when: work.done}}
  finish: {{from: busy, to: over, by: office}}
tasks:
  work: {{for: office, opens: paper.asked, form: note, due: {{at: busy + 1w}}}}
  advice: {{for: contact, opens: paper.asked, form: note, due: {{at: busy + {days}}}}}
"""
    assert told(text) == found
