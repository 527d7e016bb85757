"""Does a case lapse on the day on which it is meant to begin?"""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.children import children
from workflows.checks.lapsing import lapsing

PROCESS = """
process: other
dates: {visit: {else: asked_at_launch}}
launch: {by: office, when: visit + 2y}
transitions:
  finish: {from: busy, to: over, by: office}
  lapse: {from: busy, to: over, LAPSE}
"""
PARENT = """
dates: {review: {else: asked_at_launch}}
children: {unit: {process: other, opens: OPENS, dates: {visit: review + 6mo}}}
"""


@pytest.mark.parametrize(
    ("lapse", "found"),
    [
        ("when: visit + 2y", True),
        ("when: visit + 24mo", True),
        ("when: visit + 1y", True),
        ("when: visit + 25mo", False),
        ("when: case.launched + 1d", False),
        ("by: owner", False),
        ("when: visit + 1y, if: [1 contact seated]", False),
    ],
)
def test_a_launch_is_meant_before_the_day_that_ends_the_case(lapse: str, *, found: bool) -> None:
    told = [(each.kind, each.item, each.severity) for each in lapsing(unchecked(PROCESS.replace("LAPSE", lapse)))]
    assert told == ([("lapses_at_once", ("transition", "lapse"), "warning")] if found else [])


@pytest.mark.parametrize(
    ("opens", "lapse", "found"),
    [
        ("review + 4y", "when: visit + 42mo", True),  # six months and 42 are four years
        ("review + 5y", "when: visit + 42mo", True),
        ("review + 3y", "when: visit + 42mo", False),
        ("[finish, review + 5y]", "when: visit + 42mo", False),
        ("case.launched + 5y", "when: visit + 42mo", False),
        ("case.launched + 5y", "when: case.launched + 1y", False),  # its own launch, not that of the parent
    ],
)
def test_a_child_begins_before_the_day_that_ends_it(opens: str, lapse: str, *, found: bool) -> None:
    others = {"other": unchecked(PROCESS.replace("LAPSE", lapse))}
    told = [(each.kind, each.item) for each in children(unchecked(PARENT.replace("OPENS", opens)), others)]
    assert told == ([("lapses_at_once", ("child", "unit"))] if found else [])
