"""Does a case sit with the panel, and on the days, of the case that called it, and go on doing so?"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.actions import Assign, Substitute
from engine.errors import Refused
from engine.history import replay
from engine.outlook import options
from tests.builders.engine import Review, a_definition, launched, promises_broken

PARENT = """
dates: {visit: {set_by: [fix], moves: true, lasts: 1..3}}
seats: {chair: {count: 1}, peer: {count: 1..3}}
groups: {panel: [chair, peer]}
invitations: {form: answer, due: {at: invited + 5wd}}
stages: {busy: {}, over: {end: true}}
transitions:
  fix:
    {from: busy, by: office, asks: {day: date, last: {type: date, says: {en: Last}}},
     sets: {visit: chosen.day, visit.end: chosen.last}}
  call: {from: busy, by: office}
  finish: {from: busy, to: over, by: office}
children:
  unit: {process: small, opens: call, shares: [panel, visit], many: true}
"""
CHILD = """
dates: {visit: {else: asked_at_launch, moves: true, lasts: 1..3}}
seats: {chair: {count: 1}, peer: {count: 1..3}}
groups: {panel: [chair, peer]}
invitations: {form: answer, due: {at: invited + 5wd}, replace: {by: office, tasks: move_open, due: {at: due}}}
tasks:
  read: {each: peer, opens: busy, form: note, due: {at: visit - 5wd}}
"""
TOLD: dict[str, Any] = {"seats": {"chair": ["a1"], "peer": ["b1", "b2"]}, "dates": {"visit": {"day": "2027-06-01"}}}


def a_parent() -> Review:
    review = launched(a_definition(PARENT)).seat("chair", "a1").seat("peer", "b1", "b2")
    return review.take("fix", day="2027-06-01", last="2027-06-02")


def called(review: Review, number: int = 1, case: str = "unit-1") -> Review:
    """The parent has called another case, and heard which it is."""
    return review.take("call").hear("unit", begun=case, number=number)


def a_child(told: dict[str, Any] = TOLD) -> Review:
    return launched(a_definition(CHILD), shared=told)


def words(review: Review) -> list[tuple[str | None, Any]]:
    """What was told of the panel and the days, and to which case."""
    return [(each.target, each.data) for each in review.signals if each.name == "shared"]


def test_a_case_is_called_with_the_panel_and_the_days_that_it_shares() -> None:
    shared = {
        "seats": {"chair": ["a1"], "peer": ["b1", "b2"]},
        "dates": {"visit": {"day": "2027-06-01", "last_day": "2027-06-02"}},
    }
    review = called(a_parent())
    assert [(each.name, each.data["shared"]) for each in review.signals] == [("unit", shared)]
    assert words(review) == []  # nothing has changed since


def test_what_changes_in_the_panel_or_the_days_is_told_once_to_each_case_that_is_open() -> None:
    review = called(called(a_parent()), 2, "unit-2").hear("unit.over", number=2)
    review.substitute("peer-2", "c1").take("fix", day="2027-06-08", last="2027-06-08")
    seats = {"chair": ["a1"], "peer": ["b1", "c1"]}
    assert words(review) == [
        ("unit-1", {"seats": seats, "dates": {"visit": {"day": "2027-06-01", "last_day": "2027-06-02"}}}),
        ("unit-1", {"seats": seats, "dates": {"visit": {"day": "2027-06-08"}}}),
    ]
    assert replay(review.history) == review.case
    assert promises_broken(review) == []


def test_what_changed_before_the_called_case_was_made_is_told_when_it_has_begun() -> None:
    review = a_parent().take("call").substitute("peer-1", None)
    assert words(review) == []
    review.hear("unit", begun="unit-1", number=1)
    assert [(target, told["seats"]["peer"]) for target, told in words(review)] == [("unit-1", ["b2"])]


def test_a_case_that_goes_on_after_all_hears_what_it_missed() -> None:
    review = called(a_parent()).hear("unit.over").substitute("peer-2", "c1")
    assert words(review) == []
    review.hear("unit", goes_on=True)
    assert [told["seats"]["peer"] for _, told in words(review)] == [["b1", "c1"]]


def test_who_sits_in_the_calling_case_sits_at_once_and_is_asked_for_nothing_but_the_work() -> None:
    review = a_child()
    assert review.seats() == {"chair-1": "seated", "peer-1": "seated", "peer-2": "seated"}
    assert review.open() == {"read:1@peer-1": ("b1",), "read:1@peer-2": ("b2",)}
    assert review.due("read:1@peer-1") == "2027-05-25"
    assert promises_broken(review) == []


def test_a_successor_there_takes_over_the_open_work_here_and_a_moved_visit_moves_its_dates() -> None:
    review = a_child()
    told = {"seats": {"chair": ["a1"], "peer": ["b1", "c1"]}, "dates": {"visit": {"day": "2027-06-15"}}}
    review.hear("shared", **told)
    assert review.seats() == {"chair-1": "seated", "peer-1": "seated", "peer-2": "left", "peer-3": "seated"}
    assert review.case.holdings["peer-3"].replaces == "peer-2"
    assert review.due("read:1@peer-1") == "2027-06-08"
    assert review.open() == {"read:1@peer-1": ("b1",), "read:1@peer-3": ("c1",)}
    assert replay(review.history) == review.case
    assert promises_broken(review) == []


def test_a_shared_seat_is_filled_there_and_not_here() -> None:
    review = a_child()
    why = "peer is shared with the case that called this one: name people there"
    for action in (
        Assign(name="peer", participants=("c1",)), Substitute(holding="peer-1", successor="c1", reason="ill")
    ):  # fmt: skip
        with pytest.raises(Refused) as refusal:
            review.apply(action, "olga")
        assert [str(reason) for reason in refusal.value.reasons] == [why]
    assert [each.kind for each in options(review.definition, review.case, review.world, review.now)] == [
        "take",
        "submit",
        "submit",
    ]


def test_a_case_that_has_ended_keeps_the_panel_that_it_had() -> None:
    review = a_child().take("finish")
    before = review.seats()
    review.hear("shared", seats={"chair": [], "peer": []}, dates={"visit": {"day": "2028-01-03"}})
    assert (review.seats(), str(review.case.moments["visit"].day)) == (before, "2027-06-01")


def test_who_left_in_one_case_only_is_not_seated_there_again_by_the_next_word() -> None:
    review = launched(a_definition(CHILD, note="{tie: {type: yes_no, marks: conflict}}"), shared=TOLD)
    review.submit("read", "b1", tie="no").submit("read", "b2", tie="yes").submit(
        "decide_conflict", "owen", upheld="yes"
    )
    panel = {"chair-1": "seated", "peer-1": "seated", "peer-2": "left"}
    review.hear("shared", **{**TOLD, "dates": {"visit": {"day": "2027-06-15"}}})
    assert review.seats() == panel
    review.hear("shared", seats={"chair": ["a1"], "peer": ["b1", "b2", "c1"]}, dates={})
    assert review.seats() == {**panel, "peer-3": "seated"}
    for people in (["b1", "c1"], ["b1", "c1", "b2"]):  # let go there, and named once more
        review.hear("shared", seats={"chair": ["a1"], "peer": people}, dates={})
    assert review.seats() == {**panel, "peer-3": "seated", "peer-4": "seated"}
    assert review.case.holdings["peer-4"].participant == "b2"
    assert review.case.holdings["peer-2"].reason == "conflict of interest"
    assert replay(review.history) == review.case
    assert promises_broken(review) == []


PEOPLE = st.lists(st.sampled_from(["b1", "b2", "b3", "c1"]), unique=True, max_size=3)


@given(steps=st.lists(PEOPLE, max_size=5))
def test_whatever_the_panel_becomes_the_same_people_sit_in_both(steps: list[list[str]]) -> None:
    review = a_child()
    for people in steps:
        review.hear("shared", seats={"chair": ["a1"], "peer": people}, dates={})
        assert {held.participant for held in review.case.holders("peer")} == set(people)
    assert replay(review.history) == review.case
