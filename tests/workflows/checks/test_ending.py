"""Is a task over before it is due: by a day that ends its stage or track, also by way of a named deadline?"""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.ending import ending

WORK = """
dates: {visit: {set_by: fix, provisional: case.launched + 30w}}
transitions:
  fix: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day}}
  finish: {from: busy, to: over, by: office}
  lapse: {from: busy, to: over, LAPSE}
tasks: {work: {for: contact, form: note, TASK}}
"""


def told(text: str) -> list[str]:
    """The arrows that come before what they close is due."""
    found = list(ending(unchecked(text)))
    assert {(each.kind, each.item[0], each.severity) for each in found} <= {
        ("over_before_due", "transition", "warning")
    }
    return [each.item[1] for each in found]


@pytest.mark.parametrize(
    ("task", "lapse", "found"),
    [
        ("opens: busy, due: {at: case.launched + 10wd}", "when: case.launched + 1d", True),
        ("opens: busy, due: {at: opened + 3w}", "when: busy + 2w", True),
        ("opens: busy, due: {at: opened + 3w}", "when: case.launched + 2w", True),
        ("opens: busy, due: {at: opened + 3w}", "when: case.launched + 4w", False),
        ("opens: busy, due: {at: visit - 4w}, until: over", "when: visit - 6mo", True),
        ("opens: busy, due: {at: visit - 4w}, until: lapse", "when: visit - 6mo", True),
        ("opens: busy, due: {at: visit - 4w}, until: case.closed", "when: visit - 6mo", False),
        ("opens: busy, due: {at: visit - 4w}", "when: visit + 6mo", False),
        ("opens: busy, due: {at: visit - 4w}", "when: visit - 6mo, if: [1 contact seated]", False),
        ("opens: case.launched + 1w, due: {at: visit - 4w}", "when: visit - 6mo", False),
        ("opens: busy + 1w, if: [stage is busy], due: {at: visit - 4w}, until: over", "when: visit - 6mo", True),
        ("opens: busy, due: {at: visit - 8mo, not_before: visit - 4w}", "when: visit - 6mo", True),
        ("opens: busy, due: {at: visit - 8mo, not_before: visit - 4w, not_after: visit}", "when: visit - 6mo", True),
        (
            "opens: busy, due: {at: visit - 8mo, not_before: visit - 4w, not_after: case.launched + 1y}",
            "when: visit - 6mo",
            False,
        ),
    ],
)
def test_a_task_is_due_before_a_day_ends_its_stage(task: str, lapse: str, *, found: bool) -> None:
    text = WORK.replace("TASK", task).replace("LAPSE", lapse)
    assert told(text) == (["lapse"] if found else [])


@pytest.mark.parametrize(
    ("due", "lapse", "found"),
    [
        ("visit - 4w", "visit - 4w", True),  # due until the end of the day as which begins the arrow is taken
        ("visit - 4w", "visit - 27d", False),
        ("visit + 3mo", "visit + 90d", True),  # three months are 89 to 92 days
        ("visit + 3mo", "visit + 92d", True),
        ("visit + 3mo", "visit + 93d", False),
        ("visit + 1q", "visit + 13w", True),
        ("visit + 90d", "visit + 3mo", True),
        ("visit + 88d", "visit + 3mo", False),
        ("visit + 365d", "visit + 1y", True),
        ("visit + 1mo - 2d", "visit + 4w", True),
        ("visit + 60wd", "visit + 90d", False),  # working days: only the calendar knows
        ("visit + 3mo", "case.launched + 90d", False),
        ("term", "visit + 90d", True),
        ("visit + 13w", "term", True),  # of 89 to 92 days, and it ends with its day
        ("visit + 3mo", "term", False),
    ],
)
def test_a_task_is_due_on_the_day_that_ends_its_stage_or_may_be(due: str, lapse: str, *, found: bool) -> None:
    text = WORK.replace("TASK", f"opens: busy, due: {{at: {due}}}").replace("LAPSE", f"when: {lapse}")
    assert told(f"{text}deadlines: {{term: {{at: visit + 3mo}}}}") == (["lapse"] if found else [])


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("at: visit + 3mo, not_after: visit + 80d", False),
        ("at: visit + 3mo, not_after: visit + 90d", True),
        ("at: visit + 1w, not_before: visit + 3mo", True),
    ],
)
def test_the_bounds_of_a_due_date_count_there_too(rule: str, *, found: bool) -> None:
    text = WORK.replace("TASK", f"opens: busy, due: {{{rule}}}").replace("LAPSE", "when: visit + 90d")
    assert told(text) == (["lapse"] if found else [])


DECIDED = """
transitions:
  appoint: {from: busy, to: over, by: office}
  silent: {from: busy, to: over, SILENT}
tasks:
  objection: {for: contact, opens: busy, form: answer, due: {at: opened + 10wd}, silence: nothing}
  decide: {for: office, opens: busy, does: appoint, due: {at: case.launched + 14w, NOT_BEFORE}}
"""


@pytest.mark.parametrize(
    ("silent", "not_before", "found"),
    [
        ("when: objection.due, if: [objection is expired]", "not_before: objection.due + 2wd", True),
        ("when: objection.due, unless: [objection.answer is no]", "not_before: objection.due + 2wd", True),
        ("when: objection.due", "not_before: objection.due + 2wd", True),
        ("when: decide.due, if: [objection is expired]", "not_before: objection.due + 2wd", False),
        ("when: objection.due + 2wd, if: [objection is expired]", "not_before: objection.due + 2wd", False),
        ("when: objection.due, if: [decide is done]", "not_before: objection.due + 2wd", False),
        ("when: objection.due, if: [objection is expired]", "not_before: opened + 5wd", False),
    ],
)
def test_a_decision_is_due_before_silence_takes_its_place(silent: str, not_before: str, *, found: bool) -> None:
    text = DECIDED.replace("SILENT", silent).replace("NOT_BEFORE", not_before)
    assert told(text) == (["silent"] if found else [])


PUBLISHED = """
dates: {letter: {else: asked_at_launch}}
tracks: {paper: {during: [busy], states: {waiting: {}, public: {}, secret: {}, held: {}}}}
transitions:
  finish: {from: busy, to: over, by: office}
  publish: {from: paper.waiting, to: paper.public, PUBLISH}
  refuse: {from: paper.waiting, to: paper.secret, by: office}
  hold: {from: paper.waiting, to: paper.held, by: office}
tasks: {wish: {for: contact, opens: busy, form: answer, due: {at: letter + 75d}, until: UNTIL}}
"""
GONE = "[paper.public, paper.secret, paper.held]"


@pytest.mark.parametrize(
    ("publish", "until", "found"),
    [
        ("when: letter + 30d", GONE, True),
        ("when: letter + 30d, unless: [wish.answer is no]", GONE, True),  # not before it is answered
        ("when: letter + 30d", "[publish, paper.secret, paper.held]", True),
        ("when: letter + 30d, unless: [wish is not done]", GONE, False),
        ("when: letter + 30d, if: [wish.answer is yes]", GONE, False),
        ("when: letter + 90d", GONE, False),
        ("when: case.launched + 30d", GONE, False),
        ("when: letter + 30d", "[over]", False),
        ("when: letter + 30d", "[paper.public, paper.secret]", False),  # who holds it keeps the question open
    ],
)
def test_a_task_is_due_before_a_day_of_a_track_ends_it(publish: str, until: str, *, found: bool) -> None:
    text = PUBLISHED.replace("PUBLISH}", f"{publish}}}").replace("UNTIL", until)
    assert told(text) == (["publish"] if found else [])


CLOSES = "due: {at: letter + 75d, closes: CLOSES}, silence: SILENCE"


@pytest.mark.parametrize(
    ("closes", "silence", "publish", "found"),
    [
        ("due + 3w", "agrees", "when: letter + 90d", True),
        ("due + 3w", "nothing", "when: letter + 90d, unless: [wish.answer is no]", True),
        ("letter + 96d", "agrees", "when: letter + 90d", True),
        ("letter + 89d", "agrees", "when: letter + 90d", False),
        ("due + 14d", "agrees", "when: letter + 90d", False),
        ("due + 15d", "agrees", "when: letter + 90d", True),  # on that day itself, which begins it
        ("letter + 3mo", "agrees", "when: letter + 90d", True),  # 89 to 92 days
        ("letter + 3mo", "agrees", "when: letter + 93d", False),
        ("due + 3w", "waits", "when: letter + 90d", False),  # no day closes it
        ("due + 3w", "agrees", "when: letter + 90d, unless: [wish is not done]", False),
        ("due + 3w", "agrees", "when: case.launched + 90d", False),
        ("due + 3w, not_after: letter + 68d", "agrees", "when: letter + 90d", False),
        ("due + 3w, not_after: letter + 80d", "agrees", "when: letter + 90d", True),
    ],
)
def test_an_answer_counts_no_longer_than_a_day_that_ends_its_task(
    closes: str, silence: str, publish: str, *, found: bool
) -> None:
    due = CLOSES.replace("CLOSES", closes).replace("SILENCE", silence)
    text = PUBLISHED.replace("PUBLISH}", f"{publish}}}").replace("due: {at: letter + 75d}", due).replace("UNTIL", GONE)
    assert told(text) == (["publish"] if found else [])


@pytest.mark.parametrize(("closes", "found"), [("due + 3w", True), ("due + 2d", False)])
def test_a_task_does_not_go_before_the_last_day_on_which_an_answer_counts(closes: str, *, found: bool) -> None:
    due = f"due: {{at: opened + 10d, closes: {closes}}}"
    text = WORK.replace("TASK", f"opens: busy, silence: agrees, {due}, until: opened + 15d")
    found_there = [(each.kind, each.item) for each in ending(unchecked(text.replace("LAPSE", "by: office")))]
    assert found_there == ([("over_before_due", ("task", "work"))] if found else [])


TERMS = """
dates: {letter: {else: asked_at_launch}, answer_day: {from: letter + 3w}}
deadlines: {term: {at: AT}}
tracks: {appeal: {during: [busy], states: {possible: {}, pending: {}, none: {}, upheld: {}}}}
transitions:
  object: {from: appeal.possible, to: appeal.pending, by: contact}
  no_appeal: {from: appeal.possible, to: appeal.none, when: WHEN}
  decide: {from: appeal.pending, to: appeal.upheld, by: office}
  finish: {from: busy, to: over, by: office}
tasks: {publish: {for: office, form: note, TASK}}
"""
BARRED = "opens: busy, due: {at: letter + 2w}, until: [appeal.pending, appeal.none]"


@pytest.mark.parametrize(
    ("task", "when", "at", "found"),
    [
        (BARRED, "term", "letter + 6d", True),
        (BARRED, "term", "letter + 6w", False),
        (BARRED, "term", "letter + 2w", False),
        (BARRED, "term - 6d", "letter + 2w", True),
        (BARRED, "term", "letter + 6d, not_before: case.launched + 1w", False),  # another day may move it
        (BARRED, "term", "case.launched + 6d", False),
        (BARRED, "answer_day - 2w", "letter + 6w", True),
        (BARRED.replace("2w", "2mo"), "answer_day", "letter + 6w", True),
        ("opens: busy, due: {at: opened + 2w}, until: [appeal.pending, appeal.none]", "busy + 6d", "letter", True),
        ("opens: busy, due: {at: letter + 2w}, until: appeal.none", "term", "letter + 6d", False),  # pending keeps it
        ("opens: appeal.possible, due: {at: letter + 2w}", "term", "letter + 6d", True),  # goes with that state
        ("opens: appeal.pending, due: {at: letter + 2w}", "term", "letter + 6d", False),
        ("opens: busy, due: {at: letter + 2w}, until: appeal.upheld", "term", "letter + 6d", False),
        (f"{BARRED}, if: [appeal is possible]", "term", "letter + 6d", True),
        (f"{BARRED}, if: [appeal is upheld]", "term", "letter + 6d", False),  # no way leads on from there
        (f"{BARRED}, if: [appeal is not upheld or none]", "term", "letter + 6d", False),
        (BARRED.replace("busy", "letter + 1w"), "term", "letter + 6d", False),  # it opens when that is over
    ],
)
def test_a_named_term_ends_no_task_before_it_is_due(task: str, when: str, at: str, *, found: bool) -> None:
    text = TERMS.replace("TASK", task).replace("WHEN", when).replace("AT", at)
    assert told(text) == (["no_appeal"] if found else [])


@pytest.mark.parametrize(("days", "found"), [("6d", True), ("6w", False)])
def test_a_state_of_a_track_that_a_term_brings_ends_no_stage_before_its_work_is_due(days: str, *, found: bool) -> None:
    text = (
        TERMS.replace("TASK", "opens: busy, due: {at: letter + 2w}")
        .replace("WHEN", "term")
        .replace("finish: {from: busy, to: over, by: office}", "finish: {from: busy, to: over, when: appeal.none}")
    )
    assert told(text.replace("AT", f"letter + {days}")) == (["finish"] if found else [])


@pytest.mark.parametrize(("days", "found"), [("5wd", True), ("10wd", False), ("20wd", False)])
def test_a_task_does_not_go_before_it_is_due(days: str, *, found: bool) -> None:
    text = WORK.replace("TASK", f"opens: busy, due: {{at: opened + 10wd}}, until: opened + {days}")
    told = [(each.kind, each.item) for each in ending(unchecked(text.replace("LAPSE", "by: office")))]
    assert told == ([("over_before_due", ("task", "work"))] if found else [])
