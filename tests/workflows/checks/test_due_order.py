"""Is work due before what builds on it?"""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.due_order import due_order

PROCESS = """
dates: {visit: {else: asked_at_launch}}
deadlines: {last: {at: visit - 1w}}
stages: {reading: {}, meeting: {}, ready: {}, seen: {}, over: {end: true}}
tracks: {extra: {during: [reading, meeting], states: {none: {}, asked: {}}}}
transitions:
  read_on: {from: reading, to: meeting, READ}
  skip: {from: reading, to: meeting, by: office}
  prepared: {from: meeting, to: ready, by: office}
  go_anyway: {from: [reading, meeting], to: ready, by: office}
  ask: {from: extra.none, to: extra.asked, when: read.done}
  arrive: {from: ready, to: seen, when: visit}
  finish: {from: seen, to: over, by: office}
tasks:
  read: {for: contact, form: answer, opens: reading, due: DUE, MORE}
  meet: {for: contact, form: note, OPENS, due: MEET}
  release: {for: office, opens: meeting, does: [prepared, go_anyway], due: {at: visit - 1d}}
"""
EARLY, LATE = "{at: visit - 4w}", "{at: visit - 4d}"
MEET = "{at: visit - 2w}"
READ_LATE = [("task", "read")]


def told(
    due: str,
    *,
    read: str = "when: read.done",
    opens: str = "opens: meeting",
    meet: str = MEET,
    more: str = "with: owner",
) -> list[tuple[str, str]]:
    """At what something is told."""
    values = {"DUE": due, "READ": read, "OPENS": opens, "MEET": meet, "MORE": more}
    text = PROCESS
    for word, value in values.items():
        text = text.replace(f" {word}", f" {value}", 1)
    found = list(due_order(unchecked(text)))
    assert {(each.kind, each.severity) for each in found} <= {("due_order", "warning")}
    return [each.item for each in found]


@pytest.mark.parametrize(
    ("due", "found"),
    [
        (EARLY, []),
        (MEET, []),
        (LATE, READ_LATE),
        ("{at: visit - 4wd}", READ_LATE),  # without holidays
        ("{at: visit - 10wd}", []),
        ("{at: last}", READ_LATE),
        ("{at: visit - 4w, not_before: opened + 5wd}", []),
        ("{at: visit - 4d, not_after: case.launched + 1y}", []),
        ("{at: visit - 4d, not_after: visit - 3w}", []),
        ("{at: case.launched + 1y}", []),
        ("{at: opened + 1y}", []),
        ("[{if: [round of reading > 1], at: visit - 4d}, {at: visit - 4w}]", []),  # a later round has its own term
        ("[{if: [case is child], at: visit - 4d}, {at: visit - 4w}]", READ_LATE),
    ],
)
def test_work_is_due_before_what_follows_it(due: str, found: list[tuple[str, str]]) -> None:
    assert told(due) == found


@pytest.mark.parametrize(
    ("read", "found"),
    [
        ("when: read.done", True),
        ("when: read.due", True),
        ("when: [read.done, read.expired]", True),
        ("auto: true, if: [read is done]", True),
        ("auto: true, if: [1 contact answered read]", True),
        ("auto: true, if: [read.answer is yes]", True),
        ("auto: true, if: [{any: [read is done, read is expired]}]", True),
        ("auto: true, if: [extra is asked]", True),
        ("when: extra.asked", True),
        ("when: [read.done, case.launched + 1mo]", False),
        ("auto: true, if: [{any: [read is done, case is child]}]", False),
        ("auto: true, if: [read.answer is not yes]", False),
        ("auto: true, if: [no contact answered read]", False),
        ("when: case.launched + 1mo", False),
        ("by: office", False),
    ],
)
def test_what_follows_is_told_by_moments_and_conditions(read: str, *, found: bool) -> None:
    assert told(LATE, read=read) == (READ_LATE if found else [])


@pytest.mark.parametrize(
    ("opens", "found"),
    [
        ("opens: read.done", True),
        ("opens: read.due + 1d", True),
        ("opens: read.opened", False),
        ("opens: read.due - 3w", False),
        ("opens: extra.asked", True),
        ("opens: extra.none", False),
        ("opens: ask", True),
        ("opens: [read.done, reading]", False),
        ("opens: reading", False),
        ("opens: reading, if: [read is done]", True),
        ("opens: meeting + 1d", True),
        ("opens: reading, does: read_on", False),
    ],
)
def test_a_task_builds_on_what_is_over_before_it_opens(opens: str, *, found: bool) -> None:
    assert told(LATE, opens=opens) == (READ_LATE if found else [])


@pytest.mark.parametrize(("asked", "found"), [(", if: [now >= read.due]", READ_LATE), ("", [])])
def test_a_step_by_hand_after_a_due_date_builds_on_that(asked: str, found: list[tuple[str, str]]) -> None:
    text = PROCESS.replace("DUE, MORE", LATE).replace("MEET", MEET).replace("OPENS", "opens: meeting")
    text = text.replace("to: meeting, by: office}", f"to: meeting, by: office{asked}}}").replace(
        "READ}", "when: read.done}"
    )
    asking = text.replace("release:", "skipping: {for: office, opens: reading, does: skip}\n  release:")
    assert [each.item for each in due_order(unchecked(asking))] == found


@pytest.mark.parametrize(
    ("meet", "found"),
    [
        ("{at: visit - 4w, not_before: opened + 2d}", True),
        ("{at: visit - 4w, not_before: read.due + 2d}", False),
        ("{at: visit - 4w, not_before: visit - 2w}", False),
        ("{at: visit - 1w, not_after: visit - 4w}", True),
        ("{at: read.done + 1d}", False),
    ],
)
def test_a_day_that_another_puts_off_to_that_of_what_goes_before_is_no_early_day(meet: str, *, found: bool) -> None:
    assert told("{at: visit - 3w}", meet=meet) == (READ_LATE if found else [])


def test_days_of_one_stage_are_compared_where_a_step_asks_for_the_work_of_another() -> None:
    text = PROCESS.replace("DUE, MORE", "{at: opened + 10wd}").replace("OPENS", "opens: reading, does: read_on")
    text = text.replace("MEET", "{at: opened + 1wd}").replace("READ}", "by: contact, if: [read is done or expired]}")
    assert [each.item for each in due_order(unchecked(text))] == READ_LATE


@pytest.mark.parametrize(("sign", "found"), [("submitted + 3d", []), ("submitted + 3w", READ_LATE)])
def test_work_is_signed_before_what_follows_it(sign: str, found: list[tuple[str, str]]) -> None:
    more = f"sign: {{by: signatory, due: {{at: {sign}}}}}"
    assert told(EARLY, more=more) == found
    assert told(EARLY, more=more, opens="opens: read.submitted") == []


def test_a_day_comes_after_the_work_that_it_follows() -> None:
    late = "{at: visit + 1d}"
    text = PROCESS.replace("visit - 1d", "visit + 1w").replace("DUE, MORE", EARLY).replace("MEET", MEET)
    text = text.replace("OPENS", "opens: meeting").replace("READ}", "when: read.done}")
    told_of = list(due_order(unchecked(text)))
    assert [(each.item, "`arrive` (`visit`)" in each.message) for each in told_of] == [(("task", "release"), True)]
    assert told(late) == READ_LATE


def test_of_much_that_follows_only_the_next_is_named_and_of_much_that_goes_before_the_last() -> None:
    text = PROCESS.replace("MEET}", f"{MEET}}}\n  more: {{for: contact, form: note, opens: meet.done, due: {MEET}}}")
    text = text.replace("OPENS", "opens: meeting").replace("READ}", "when: read.done}")
    (late,) = due_order(unchecked(text.replace("DUE, MORE", LATE)))
    assert late.message == (
        "`read` is due `visit - 4d`, and what builds on it comes before that: `meet` (`visit - 2w`). Let it be due "
        "earlier, or that come later."
    )
    early = text.replace("DUE, MORE", "{at: visit - 3w}").replace(
        "meet.done, due: {at: visit - 2w}", "meet.done, due: {at: visit - 6w}"
    )
    (soon,) = due_order(unchecked(early))
    assert soon.message == (
        "`more` comes at `visit - 6w`, and builds on what is due only after that: `meet` (`visit - 2w`). Let it come "
        "later, or that be due earlier."
    )


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ("opens: visit - 5d, if: [read is not done], form: note", True),
        ("opens: visit - 5d, if: [{any: [case is child, read is not done]}], form: note", True),
        ("opens: visit - 5d, if: [extra is not asked], form: note", True),
        ("opens: visit - 5d, does: go_anyway", True),
        ("opens: visit - 5d, does: prepared", False),  # the ordinary step
        ("opens: visit - 3d, if: [read is not done], form: note", False),
        ("opens: visit - 3d, does: go_anyway", False),
        ("opens: meeting, does: go_anyway", False),
        ("opens: case.launched + 1w, if: [read is not done], form: note", False),
        ("opens: visit - 5d, if: [read is not expired], form: note", True),
        ("opens: visit - 5d, if: [stage is reading], form: note", False),
    ],
)
def test_nobody_is_asked_to_go_on_without_work_for_which_there_is_still_time(more: str, *, found: bool) -> None:
    text = PROCESS.replace("DUE, MORE", LATE).replace(
        "MEET}", "{at: visit - 2d}}\n  worry: {for: office, W, due: {at: visit}}"
    )
    text = text.replace("OPENS", "opens: meeting").replace("READ}", "when: read.done}").replace(" W,", f" {more},")
    text = text.replace("visit - 1d", "visit - 2d")
    if "go_anyway" in more and "visit - 3d" in more:
        text = text.replace("visit - 2d", "visit - 4d")
    assert [each.item for each in due_order(unchecked(text))] == ([("task", "worry")] if found else [])
