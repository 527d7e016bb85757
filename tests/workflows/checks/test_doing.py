"""Can what a task `does` be done in each of the stages that its condition names?"""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.doing import doing

PROCESS = """
dates: {visit: {else: asked_at_launch}}
stages: {busy: {}, ready: {}, writing: {}, over: {end: true}}
tracks: {panel: {during: [writing], states: {small: {}, full: {}}}}
transitions:
  begin: {from: busy, to: ready, by: office}
  move: {from: FROM, by: office}
  leave: {from: ready, to: writing, by: office}
  fill: {from: panel.small, to: panel.full, by: office}
  finish: {from: writing, to: over, by: office}
tasks: {work: {for: office, opens: visit - 4wd, TASK}}
"""


@pytest.mark.parametrize(
    ("source", "task", "found"),
    [
        ("ready", "if: [stage is busy or ready], does: [move]", True),
        ("ready", "if: [stage is busy], does: [move]", True),
        ("[busy, ready]", "if: [stage is busy or ready], does: [move]", False),
        ("ready", "if: [stage is busy or ready], does: [move, begin]", False),
        ("ready", "if: [stage is ready], does: [move]", False),
        ("ready", "if: [stage is ready or writing], does: [move, fill]", False),
        ("ready", "if: [stage is not busy], does: [move]", False),
        ("ready", "does: [move]", False),
        ("ready", "if: [stage is busy or ready], form: note", False),
    ],
)
def test_a_step_that_a_task_asks_for_can_be_taken_there(source: str, task: str, *, found: bool) -> None:
    text = PROCESS.replace("FROM", source).replace("TASK", task)
    told = [(each.kind, each.item, each.severity) for each in doing(unchecked(text))]
    assert told == ([("not_there", ("task", "work"), "warning")] if found else [])
