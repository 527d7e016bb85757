"""Do launches, tasks and dates have the time that they ask for?"""

from __future__ import annotations

import pytest

from tests.builders.engine import a_definition, unchecked
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


WORK = """
dates: {visit: {set_by: fix, provisional: case.launched + 30w WINDOW}}
launch: {by: office, lead_time: {advised: visit - ADVISEDw, least: visit - 16w}}
transitions:
  fix: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day}}
  finish: {from: busy, to: over, by: office}
  lapse: {from: busy, to: over, LAPSE}
tasks: {work: {for: contact, form: note, TASK}}
"""


def told(
    task: str = "opens: busy", lapse: str = "by: owner", window: str = "", advised: int = 26
) -> list[tuple[str, tuple[str, str]]]:
    text = WORK.replace("TASK", task).replace("LAPSE", lapse).replace("ADVISED", str(advised))
    return [(each.kind, each.item) for each in times(unchecked(text.replace("WINDOW", window)))]


@pytest.mark.parametrize(
    ("task", "kind"),
    [
        ("opens: visit - 3w, due: {at: visit - 5w}", "due_early"),
        ("opens: visit - 3w, due: {at: visit - 5w, not_before: opened + 2wd}", None),
        ("opens: [busy, visit - 3w], due: {at: visit - 5w}", None),
        ("opens: visit - 3w, due: {at: visit - 2w}", None),
        ("opens: work.done, due: {at: visit - 2w}", None),  # a task that waits for itself is told elsewhere
        ("opens: busy, due: {at: visit + 12mo, closes: visit + 6mo}, silence: nothing", "closed_early"),
        ("opens: busy, due: {at: visit + 12mo, closes: visit + 14mo}, silence: nothing", None),
        ("opens: visit - 3w, due: {at: visit - 2w}, remind: [-2w]", "early_reminder"),
        ("opens: visit - 3w, due: {at: visit - 2w, not_before: opened + 2d}, remind: [-4w]", "early_reminder"),
        ("opens: visit - 3w, due: {at: visit - 2w, not_before: opened + 3w}, remind: [-2w]", None),
        ("opens: visit - 3w, due: {at: visit - 2w}, remind: [-5d]", None),
        ("opens: [visit - 3w, busy], due: {at: visit - 2w}, remind: [-2w]", None),
    ],
)
def test_the_dates_of_a_task_come_in_an_order_that_leaves_time(task: str, kind: str | None) -> None:
    assert told(task) == ([(kind, ("task", "work"))] if kind else [])


@pytest.mark.parametrize(
    ("window", "found"),
    [
        (", window: case.launched + 20w .. case.launched + 40w", False),
        (", window: case.launched + 31w .. case.launched + 40w", True),
        (", window: case.launched + 10w .. case.launched + 20w", True),
    ],
)
def test_a_provisional_date_lies_in_its_window(window: str, *, found: bool) -> None:
    assert told(window=window) == ([("bounds", ("date", "visit"))] if found else [])


@pytest.mark.parametrize(("advised", "found"), [(26, False), (16, False), (12, True)])
def test_a_launch_is_advised_before_it_is_refused(advised: int, *, found: bool) -> None:
    assert told(advised=advised) == ([("bounds", ("date", "visit"))] if found else [])
