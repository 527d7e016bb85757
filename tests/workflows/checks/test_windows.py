"""Does a day end a stage that begins only on a date whose window allows later days?"""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.windows import windows

PROCESS = """
dates:
  first: {else: asked_at_launch}
  visit: {set_by: fix, provisional: first + 30mo, window: first + 2y .. first + 3y}
stages: {busy: {}, visiting: {}, writing: {}, over: {end: true}}
transitions:
  fix: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day}}
  begin: {from: busy, to: visiting, BEGIN}
  leave: {from: visiting, to: writing, by: office}
  finish: {from: writing, to: over, by: office}
  lapse: {from: FROM, to: over, LAPSE}
"""


@pytest.mark.parametrize(
    ("begin", "source", "lapse", "found"),
    [
        ("when: visit", "visiting", "when: first + 2y", True),
        ("when: visit", "visiting", "when: first + 1y", True),
        ("when: visit + 1w", "[busy, writing]", "when: first + 30mo", True),
        ("when: visit", "writing", "when: first + 36mo", False),
        ("when: visit", "writing", "when: first + 4y", False),
        ("when: visit", "writing", "when: visit + 1mo", False),
        ("when: visit", "writing", "when: first + 2y, if: [1 contact seated]", False),
        ("when: visit", "busy", "when: first + 2y", False),
        ("when: visit - 1w", "visiting", "when: first + 2y", False),
        ("when: visit, by: office", "visiting", "when: first + 2y", False),
    ],
)
def test_a_stage_that_begins_on_a_date_lasts_whichever_day_that_is(
    begin: str, source: str, lapse: str, *, found: bool
) -> None:
    text = PROCESS.replace("BEGIN", begin).replace("FROM", source).replace("LAPSE", lapse)
    told = [(each.kind, each.item, each.severity) for each in windows(unchecked(text))]
    assert told == ([("ends_at_once", ("transition", "lapse"), "warning")] if found else [])
