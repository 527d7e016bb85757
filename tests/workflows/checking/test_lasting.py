"""A case does not wait for the day that ends it only because no way out of its stage admits how it stands."""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checking.exploring import explore
from workflows.checking.lasting import lasting
from workflows.checking.model import model_of
from workflows.checking.questions import prove

COURSE = """
stages: {busy: {}, again: {}, over: {end: true}, lapsed: {end: true}}
tracks: {protest: {during: [busy], states: [possible, none, heard], ends: [none, heard]}}
transitions:
  protest_none: {from: protest.possible, to: protest.none, when: busy + 6w}
  protest_heard: {from: protest.possible, to: protest.heard, by: office}
  retry: {from: busy, to: again, when: plan.done, if: [protest is none or heard]}
  finish: {from: again, to: over, by: office}
  run_out: {from: busy, to: lapsed, when: busy + 2y}
tasks:
  plan: {for: contact, opens: busy, form: asked, due: {at: opened + 10wd}}
  end_it: {for: office, opens: again, does: finish, due: {at: opened + 10wd}}
"""
FORM = "{wanted: {type: yes_no, required: true}}"


def told(old: str = "", new: str = "", form: str = FORM) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    definition = unchecked(COURSE.replace(old, new, 1) if old else COURSE, asked=form)
    return [
        (one.stage, tuple(f"{stand.aspect[1]} {stand.value}" for stand in one.stands), one.last)
        for one in lasting(explore(model_of(definition)))
    ]


def test_a_rest_state_that_no_way_out_admits_is_told_with_the_way_there() -> None:
    definition = unchecked(COURSE.replace("protest is none or heard", "protest is none"), asked=FORM)
    (found,) = prove(definition).findings
    assert (found.finding.kind, found.finding.item, found.finding.severity) == (
        "only_day",
        ("stage", "busy"),
        "warning",
    )
    assert found.finding.message == (
        "In the stage `busy` only `run_out` leads on once `protest` is `heard`: the case waits for that, and ends. "
        "Let `retry` admit it too, or give it a way on of its own."
    )
    assert found.story == "the case begins (busy); somebody takes `protest_heard` (busy)"


RETRY = "when: plan.done, if: [protest is none or heard]"
HEARD = [("busy", ("protest heard",), ("run_out",))]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("", "", []),
        (RETRY, "when: protest.none", HEARD),
        (RETRY, "when: [protest.none, protest.heard]", []),
        (RETRY, "when: plan.done, unless: [protest is heard]", HEARD),
        (RETRY, "when: plan.done, if: [{that: protest is none, waive: office}]", []),
        (RETRY, "when: plan.done, if: [any: [protest is none, 1 contact seated]]", []),  # nobody knows who sits there
    ],
)
def test_every_rest_state_leaves_a_way_on(old: str, new: str, found: list[object]) -> None:
    assert told(old, new) == found


def test_giving_up_by_hand_is_no_way_on_unless_somebody_is_asked_to() -> None:
    give_up = "when: plan.done, if: [protest is none]}\n  stop: {from: busy, to: lapsed, by: contact"
    assert told(RETRY, give_up) == [("busy", ("protest heard",), ("stop", "run_out"))]
    asked = "tasks:\n  quit: {for: contact, opens: protest.heard, does: stop, due: {at: opened + 10wd}}"
    text = COURSE.replace(RETRY, give_up)
    definition = unchecked(text.replace("tasks:", asked, 1), asked=FORM)
    assert list(lasting(explore(model_of(definition)))) == []


@pytest.mark.parametrize(
    ("retry", "found"),
    [
        ("if: [plan.wanted is yes]", [("busy", ("plan.wanted no",), ("run_out",))]),
        ("if: [plan.wanted is yes or no]", []),
        ("if: [plan.wanted is yes]}\n  no: {from: busy, to: over, when: plan.done, if: [plan.wanted is no]", []),
        ("if: [plan.wanted is yes]}\n  no: {from: busy, to: lapsed, when: plan.done, if: [plan.wanted is no]", []),
        (
            "if: [plan.wanted is yes]}\n"
            "  no: {from: busy, to: over, when: plan.done, if: [plan.wanted is no, case is not child]",
            [("busy", ("plan.wanted no", "case child"), ("run_out",))],
        ),
    ],
)
def test_every_answer_leaves_a_way_on(retry: str, found: list[object]) -> None:
    assert told(RETRY, f"when: plan.done, {retry}") == found


def test_a_choice_that_was_added_to_a_form_leaves_a_way_on() -> None:
    form = "{wanted: {type: choice, required: true, choices: {yes: {en: Yes}, no: {en: No}, later: {en: Later}}}}"
    ways = "if: [plan.wanted is yes]}\n  no: {from: busy, to: over, when: plan.done, if: [plan.wanted is no]"
    assert told(RETRY, f"when: plan.done, {ways}", form) == [("busy", ("plan.wanted later",), ("run_out",))]


def test_two_things_together_are_told_where_neither_is_by_itself() -> None:
    ways = (
        "when: plan.done, if: [protest is heard]}\n"
        "  go: {from: busy, to: over, when: plan.done, if: [protest is none, plan.wanted is yes]"
    )
    assert told(RETRY, ways) == [("busy", ("protest none", "plan.wanted no"), ("run_out",))]


def test_a_stage_that_ends_on_a_day_only_is_left_alone() -> None:
    assert told(f"  retry: {{from: busy, to: again, {RETRY}}}\n", "") == []


def test_a_day_that_leads_to_the_same_end_as_another_way_is_no_last_resort() -> None:
    early = "to: lapsed, auto: true, if: [protest is none]"
    assert told(f"to: again, {RETRY}", early) == []
