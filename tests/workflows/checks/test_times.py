"""Does a launch ever have the time that it asks for?"""

from __future__ import annotations

import pytest

from tests.builders.engine import a_definition
from workflows.checks.times import times

PROCESS = """
launch: {by: office, lead_time: {least: LEAST}}
dates: {visit: {provisional: PROVISIONAL, set_by: fix}}
transitions:
  fix: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day}}
  finish: {from: busy, to: over, by: office}
"""


@pytest.mark.parametrize(
    ("provisional", "least", "found"),
    [
        ("case.launched + 12w", "visit - 16w", True),
        ("case.launched + 16w", "visit - 16w", False),
        ("case.launched + 26w", "visit - 16w", False),
        ("case.launched + 1mo", "visit - 29d", False),  # a month may have 31 days
        ("case.launched + 1mo", "visit - 32d", True),
    ],
)
def test_a_provisional_date_leaves_the_time_that_a_launch_asks(provisional: str, least: str, *, found: bool) -> None:
    definition = a_definition(PROCESS.replace("PROVISIONAL", provisional).replace("LEAST", least))
    told = [(each.kind, each.item, each.severity) for each in times(definition)]
    assert told == ([("no_lead_time", ("date", "visit"), "warning")] if found else [])
