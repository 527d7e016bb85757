"""What is to become public is written by then."""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.unwritten import unwritten

COURSE = """
stages: {early: {}, busy: {}, late: {}, over: {end: true}}
transitions:
  begin: {from: early, to: busy, by: office}
  go_on: {from: busy, to: late, by: office}
  finish: {from: late, to: over, by: office}
"""


def told(when: str, opens: str, more: str = "") -> list[tuple[str, tuple[str, str], str]]:
    text = (
        f"{COURSE}{more}\n"
        f"tasks: {{work: {{for: contact, opens: {opens}, form: note}}, "
        "other: {for: contact, opens: work.done, form: page}}\n"
        f"documents: {{note: {{see: {{office: true}}, publish: {{when: {when}}}}}, page: {{see: {{office: true}}}}}}\n"
    )
    definition = unchecked(text)
    return [(each.kind, each.item, each.message) for each in unwritten(definition)]


def test_a_document_that_becomes_public_before_it_is_written_is_told() -> None:
    assert told("early", "go_on") == [(
        "unwritten", ("document", "note"),
        "`note` becomes public when `early` begins, and is written in `late` at the earliest, after which `early` "
        "never begins: nothing is public then. Name a later moment under `publish`.",
    )]  # fmt: skip


@pytest.mark.parametrize(
    ("when", "opens", "found"),
    [
        ("busy", "busy", True),
        ("busy", "[busy, late]", True),
        ("[late, busy]", "busy", True),
        ("late", "busy", False),
        ("busy", "[early, late]", False),
        ("busy", "[late, case.launched + 2w]", False),
        ("busy + 2w", "busy", False),
        ("work.done", "late", False),
    ],
)
def test_a_stage_publishes_what_may_be_written_before_it_begins(when: str, opens: str, *, found: bool) -> None:
    assert bool(told(when, opens)) is found


def test_a_stage_that_begins_again_publishes_what_was_written_since() -> None:
    assert told("early", "late", "  again: {from: late, to: early, by: office}") == []


def test_a_task_that_another_one_opens_is_written_no_earlier_than_that() -> None:
    text = "documents: {page: {see: {office: true}, publish: {when: busy}}}\n"
    tasks = (
        "tasks: {work: {for: contact, opens: late, form: note}, other: {for: contact, opens: work.done, form: page}}"
    )
    definition = unchecked(f"{COURSE}{tasks}\n{text}")
    assert [each.item for each in unwritten(definition)] == [("document", "page")]


DAYS = """
dates: {day: {set_by: fix, provisional: case.launched + 10w}}
tracks: {side: {during: early, states: [begun, ended]}}
stages: {early: {}, busy: {}, late: {}, over: {end: true}}
transitions:
  fix: {from: early, by: office, asks: {day: date}, sets: {day: chosen.day}}
  begin: {from: early, to: busy, when: day}
  go_on: {from: busy, to: late, by: office}
  finish: {from: late, to: over, by: office}
  finish_side: {from: side.begun, to: side.ended, by: office}
"""


def of_days(publish: str, opens: str, keep: str = "7y", more: str = "", due: str = "") -> list[str]:
    """What is told of a document of a case in which a day leads to the second stage."""
    text = (
        f"{DAYS}{more}\ntasks: {{work: {{for: contact, opens: {opens}, form: note{due}}}}}\n"
        f"documents: {{note: {{see: {{office: true}}, keep: {keep}, publish: {{when: {publish}}}}}}}\n"
    )
    return [each.kind for each in unwritten(unchecked(text))]


@pytest.mark.parametrize(
    ("publish", "opens", "found"),
    [
        ("day - 2w", "late", True),
        ("day", "busy", True),
        ("day - 2w", "day - 1w", True),
        ("day - 2w", "early", False),
        ("day + 2w", "late", False),
        ("day - 2w", "[late, case.launched + 1w]", False),
        ("side.ended", "busy", True),
        ("side.ended", "early", False),
        ("begin", "busy", True),
        ("begin", "early", False),
        ("work.done", "busy", False),
    ],
)
def test_a_day_a_track_or_a_step_publishes_what_may_be_written_by_then(
    publish: str, opens: str, *, found: bool
) -> None:
    assert of_days(publish, opens) == (["unwritten"] if found else [])


def test_a_day_that_is_set_anew_publishes_what_was_written_since() -> None:
    again = "  put_off: {from: late, by: office, asks: {day: date}, sets: {day: chosen.day}}"
    assert of_days("day - 2w", "late", more=again) == []


@pytest.mark.parametrize(
    ("keep", "opens", "due", "found"),
    [
        ("day - 2w", "late", "", True),
        ("day - 2w", "early", ", due: {at: day + 4w}", True),
        ("day + 8w", "early", ", due: {at: day + 4w}", False),
        ("day + 2w", "late", "", False),
        ("4w", "late", "", False),
    ],
)
def test_an_answer_is_kept_until_it_was_given(keep: str, opens: str, due: str, *, found: bool) -> None:
    assert of_days("work.done", opens, keep=keep, due=due) == (["kept_short"] if found else [])
