"""What does a window ask of the stages around its date: none ends at once, and none leaves the date behind?"""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.windows import left_behind, windows

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


LINKED = """
dates:
  visit: {set_by: MOVERS, provisional: case.launched + 8w}
  middle: {from: visit + 1w}
  talk: {set_by: SETTERS, WINDOW}
stages: {busy: {}, ready: {}, talking: {}, over: {end: true}}
tracks: {day: {during: [busy, ready], states: [asking, agreed]}}
transitions:
  fix: {from: FIX, by: office, asks: {day: date}, sets: {visit: chosen.day}}
  settle: {SETTLE, by: office, asks: {day: date}, sets: {talk: chosen.day}}
  go: {from: busy, to: ready, by: office}
  begin: {from: ready, to: talking, when: talk}
  finish: {from: [busy, ready, talking], to: over, by: office}
"""
COUNTS = "window: visit + 2w .. visit + 6w"


@pytest.mark.parametrize(
    ("fix", "settle", "window", "stages"),
    [
        ("[busy, ready]", "from: busy", COUNTS, "`ready`"),
        ("[busy, ready]", "from: [busy, ready]", COUNTS, ""),
        ("busy", "from: busy", COUNTS, ""),
        ("[busy, ready]", "from: busy", "window: middle .. middle + 6w", "`ready`"),
        ("[busy, ready]", "from: busy", "window: case.launched .. case.launched + 1y", ""),
        ("talking", "from: busy", COUNTS, ""),  # the talk has come by then
        ("busy", "from: ready", COUNTS, ""),  # it is not set before that
        ("[busy, ready]", "from: busy, to: ready", COUNTS, "`ready`"),
        ("[busy, ready]", "from: ready, times: 1", COUNTS, "`ready`"),
        ("[busy, ready]", "from: day.asking, to: day.agreed", COUNTS, "`busy`, `ready`"),
        ("[busy, ready]", "from: [day.asking, day.agreed], to: day.agreed", COUNTS, ""),
    ],
)
def test_a_date_can_be_set_anew_wherever_the_one_from_which_its_window_counts_moves(
    fix: str, settle: str, window: str, stages: str
) -> None:
    text = LINKED.replace("MOVERS", "fix").replace("SETTERS", "settle").replace("WINDOW", window)
    text = text.replace("FIX", fix).replace("SETTLE", settle)
    told = [(each.item, str(each.message).partition(", and from")[0]) for each in left_behind(unchecked(text))]
    assert told == ([(("transition", "fix"), f"`fix` moves `visit` in {stages}")] if stages else [])


def test_a_date_that_is_asked_at_the_launch_alone_follows_nothing() -> None:
    text = LINKED.replace("MOVERS", "fix").replace("set_by: SETTERS", "else: asked_at_launch").replace("WINDOW", COUNTS)
    text = text.replace("FIX", "[busy, ready, talking]").replace("SETTLE", "from: busy").replace("talk: chosen.day", "")
    told = [str(each.message).partition(", and from")[0] for each in left_behind(unchecked(text))]
    assert told == ["`fix` moves `visit` in `busy`, `ready`"]
