"""Silence that ends a task leads on where each answer to it does."""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checking.exploring import explore
from workflows.checking.model import model_of
from workflows.checking.questions import prove
from workflows.checking.unanswered import unanswered

COURSE = """
stages: {busy: {}, over: {end: true}}
conditions: {made: [ask is done]}
transitions:
  close: {from: busy, to: over, auto: true, if: [IF]}
  close_late: {from: busy, to: over, when: busy + 2y}
tasks:
  ask: {for: contact, opens: busy + 2w, form: asked, due: {at: opened + 10wd}, silence: nothing}
"""
FORM = "{wanted: {type: yes_no, required: true}}"
BOTH = "ask.wanted is yes]}\n  other: {from: busy, to: over, auto: true, if: [ask.wanted is no"


def told(condition: str, old: str = "", new: str = "") -> list[tuple[str, str, tuple[str, ...]]]:
    definition = unchecked(COURSE.replace("IF", condition).replace(old or "?", new), asked=FORM)
    return [(one.stage, one.task, one.days) for one in unanswered(explore(model_of(definition)))]


FOUND = [("busy", "ask", ("close_late",))]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("ask is done", FOUND),
        ("made", FOUND),
        ("any: [ask is done, ask.wanted is no]", FOUND),
        (BOTH, FOUND),
        ("ask is done or expired", []),
        ("any: [made, ask is expired]", []),
        ("ask.wanted is yes", []),  # who says no waits too
    ],
)
def test_silence_leads_on_where_each_answer_does(condition: str, found: list[object]) -> None:
    assert told(condition) == found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("silence: nothing", "silence: agrees"),
        ("silence: nothing", "silence: nothing, optional: true"),
        ("when: busy + 2y", "by: office"),
        ("when: busy + 2y", "when: [ask.expired, busy + 2y]"),
    ],
)
def test_silence_that_is_no_end_or_for_which_no_day_comes_is_left_alone(old: str, new: str) -> None:
    assert told("ask is done", old, new) == []


def test_it_says_which_way_must_admit_it() -> None:
    (found,) = prove(unchecked(COURSE.replace("IF", "ask is done"), asked=FORM)).findings
    assert (found.finding.kind, found.finding.item) == ("only_day", ("stage", "busy"))
    assert found.finding.message == (
        "In the stage `busy` each answer to `ask` leads on, and when nobody answers it in time only `close_late` does: "
        "the case waits for that day. Let `close` admit `ask is expired` too."
    )
