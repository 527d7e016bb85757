"""Which state does an arrow lead to? Sources and targets of the spine and of tracks; positions share nothing."""

from __future__ import annotations

import pytest

from engine.errors import Refused, UnknownName
from engine.positions import step
from tests.builders.engine import a_definition, launched

TEXT = """
stages: {busy: {}, second: {}, over: {end: true}}
tracks: {side: {during: [busy, second], states: [left, right]}}
transitions:
  advance: {from: busy, to: second, by: office}
  note_it: {from: [busy, second], by: office}
  restart: {from: [busy, second], to: busy, by: office}
  move: {from: side.left, to: side.right, by: office}
  remark: {from: side.right, by: office}
  finish: {from: [busy, second], to: over, by: office}
"""


def after(arrow: str, state: str, text: str = TEXT) -> str:
    definition = a_definition(text)
    return step(definition, definition.transitions[arrow], state)


@pytest.mark.parametrize(
    ("arrow", "state", "then"),
    [
        ("advance", "busy", "second"),
        ("finish", "busy", "over"),
        ("finish", "second", "over"),
        ("restart", "second", "busy"),
        ("move", "left", "right"),
    ],
)
def test_an_arrow_leads_from_each_of_its_sources_to_its_target(arrow: str, state: str, then: str) -> None:
    assert after(arrow, state) == then


@pytest.mark.parametrize(("arrow", "state"), [("note_it", "busy"), ("note_it", "second"), ("remark", "right")])
def test_an_arrow_without_a_target_keeps_the_state(arrow: str, state: str) -> None:
    assert after(arrow, state) == state


def test_an_arrow_back_to_its_own_state_is_taken() -> None:
    assert after("restart", "busy") == "busy"


@pytest.mark.parametrize(
    ("arrow", "state", "message"),
    [
        ("advance", "second", "Can't take advance in second: it begins in busy"),
        ("finish", "over", "Can't take finish in over: it begins in busy, second"),
        ("move", "right", "Can't take move in right: it begins in left"),
    ],
)
def test_an_arrow_is_refused_where_it_does_not_begin(arrow: str, state: str, message: str) -> None:
    with pytest.raises(Refused) as refused:
        after(arrow, state)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("arrow", "state", "message"),
    [
        ("advance", "nowhere", "nowhere is no state of the stages of small"),
        ("move", "busy", "busy is no state of side of small"),
    ],
)
def test_a_state_that_the_machine_does_not_have_is_unknown(arrow: str, state: str, message: str) -> None:
    with pytest.raises(UnknownName) as unknown:
        after(arrow, state)
    assert str(unknown.value) == message


def test_a_refused_step_leaves_nothing_behind() -> None:
    with pytest.raises(Refused):
        after("advance", "second")
    assert [after("advance", "busy"), after("advance", "busy"), after("finish", "second")] == [
        "second", "second", "over",
    ]  # fmt: skip


def test_two_cases_of_one_definition_do_not_influence_each_other() -> None:
    definition = a_definition(TEXT)
    one, other = launched(definition), launched(definition)
    one.take("advance").take("move")
    assert (one.case.stage, one.tracks()) == ("second", {"side": "right"})
    assert (other.case.stage, other.tracks()) == ("busy", {"side": "left"})
    other.take("finish")
    assert (one.case.stage, other.case.stage) == ("second", "over")


def test_definitions_of_one_name_and_version_that_behave_differently_have_machines_of_their_own() -> None:
    other = TEXT.replace("note_it: {", "note_it: {to: second, ")
    assert (after("note_it", "busy"), after("note_it", "busy", other)) == ("busy", "second")
    assert after("note_it", "busy") == "busy"
