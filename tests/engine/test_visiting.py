"""In a ring an organisation of the round visits: only its people sit in the panel, and another can take its place."""

from __future__ import annotations

import pytest

from engine.actions import ChangeVisitor
from engine.errors import NotAllowed, Refused
from engine.world import World
from tests.builders.engine import Review, a_folder, a_person, a_world, launched, promises_broken
from workflows.loader import load_files

RING = """
launch: {by: office, ring: {pairs: false}}
stages: {busy: {}, over: {end: true}}
tracks: {composition: {during: busy, states: [recruiting, complete]}}
transitions:
  panel_full: {from: composition.recruiting, to: composition.complete, auto: true, if: [of_visitor]}
  panel_short: {from: composition.complete, to: composition.recruiting, auto: true, unless: [of_visitor]}
  finish: {from: busy, to: over, by: office}
conditions: {of_visitor: [2 peer with organisation = subject.visitor seated]}
seats: {peer: {count: 2..4}, guest: {count: 0..1}}
groups: {panel: [peer, guest]}
invitations: {form: answer, due: {at: invited + 5wd}, ask_per_seat: 1, bars: [not_of_visitor]}
tasks: {read_it: {each: peer, opens: busy, form: note, due: {at: opened + 10wd}, until: over}}
"""


def around() -> World:
    here = {"n1": "north", "n2": "north", "n3": "north", "n4": "north", "s1": "south", "s2": "south", "e1": "east"}
    return a_world(*(a_person(key, organisation=where) for key, where in here.items()))


def a_ring(text: str = RING) -> Review:
    return launched(text, visitor="north", world=around())


def change(review: Review, visitor: str, by: str = "olga", reason: str = "north dropped out") -> Review:
    review.apply(ChangeVisitor(visitor=visitor, reason=reason), by)
    return review


def test_only_people_of_the_organisation_that_visits_are_proposed_unless_the_bar_is_set_aside() -> None:
    review = a_ring()
    with pytest.raises(Refused, match="s1 does not work for the organisation that visits"):
        review.assign("peer", "n1", "s1")
    review.seat("peer", "n1", "n2", places=2)
    assert review.tracks() == {"composition": "complete"}
    review.assign("guest", "e1", waive={"e1": "she knows the method"}).answer("guest-1")
    assert review.seats() == {"peer-1": "seated", "peer-2": "seated", "guest-1": "seated"}


def test_where_nobody_visits_yet_nobody_is_proposed_and_it_is_said_what_helps() -> None:
    review = launched(RING, world=around())
    with pytest.raises(Refused, match="s1: no organisation visits yet, name one with `act CASE visitor`"):
        review.assign("peer", "s1")
    change(review, "south").assign("peer", "s1")


def test_when_another_organisation_visits_those_of_the_former_leave_and_the_panel_is_completed_anew() -> None:
    review = a_ring().seat("peer", "n1", "n2", places=4).assign("peer", "n3", "n4").answer("peer-3", accepts=False)
    review.assign("guest", "e1", waive={"e1": "she knows the method"}).answer("guest-1")
    change(review, "south")
    assert review.seats() == {
        "peer-1": "left", "peer-2": "left", "peer-3": "declined", "peer-4": "left", "guest-1": "seated",
    }  # fmt: skip
    assert (review.tracks(), promises_broken(review)) == ({"composition": "recruiting"}, [])
    assert review.happened("visitor_changed") == [("visitor_changed", "south")]
    assert review.told() == [("opened", "owen"), ("seat_closed", "n4"), ("not_needed", "n1"), ("not_needed", "n2")]
    assert [item.about for item in review.case.open_tasks() if item.name == "next_step"] == ["seat:peer"]
    with pytest.raises(Refused, match="n1 does not work for the organisation that visits"):
        review.assign("peer", "n1")
    review.seat("peer", "s1", "s2", places=2)
    assert review.tracks() == {"composition": "complete"}


def test_those_who_leave_at_once_are_each_told_once_and_who_goes_on_is_not() -> None:
    notices = "notices: {gone: {when: [peer.left, guest.left], to: who_left}}\n"
    review = a_ring(RING + notices).seat("peer", "n1", "n2", places=4).assign("peer", "n3")
    review.assign("guest", "e1", waive={"e1": "she knows the method"}).answer("guest-1")
    change(review, "south")
    told = [(template, who) for template, who in review.told() if who != "owen"]
    assert told == [("gone", "n1"), ("gone", "n2"), ("seat_closed", "n3")]


def test_where_nothing_bars_others_the_panel_stays_and_the_conditions_tell() -> None:
    review = a_ring(RING.replace(", bars: [not_of_visitor]", "")).seat("peer", "n1", "n2", places=2)
    change(review, "south")
    assert review.seats() == {"peer-1": "seated", "peer-2": "seated"}
    assert review.tracks() == {"composition": "recruiting"}


def test_who_visits_is_the_offices_to_say_with_a_reason_and_never_the_host_or_the_same_one() -> None:
    review = a_ring()
    with pytest.raises(NotAllowed):
        change(review, "south", by="carl")
    for visitor, why in (("host", "can't visit itself"), ("north", "it is the one that visits already")):
        with pytest.raises(Refused, match=why):
            change(review, visitor)
    with pytest.raises(Refused, match="reason: an answer is needed"):
        change(review, "south", reason=" ")
    with pytest.raises(Refused, match="in this process no organisation visits another"):
        change(launched(""), "south")
    with pytest.raises(Refused, match="the case has ended"):
        change(review.take("finish", "olga"), "south")


def test_a_bar_that_asks_who_visits_wants_a_ring() -> None:
    found = load_files(a_folder(RING.replace("launch: {by: office, ring: {pairs: false}}", ""))).errors
    assert [each.message for each in found] == ["`not_of_visitor` asks who visits: give `launch` a `ring`."]
