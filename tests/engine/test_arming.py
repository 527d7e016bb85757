"""Has a date come at which a transition is taken by itself? Of whom, where several seats have the same date."""

from __future__ import annotations

from engine.actions import Expire
from tests.builders.engine import launched, moment

SEATS = """
seats: {peer: {count: 0..3}}
groups: {panel: [peer]}
invitations: {form: answer, due: {at: invited + 5wd}}
tracks: {start: {each: panel, during: seated, states: [waiting, ready]}}
transitions:
  begin: {from: start.waiting, to: start.ready, when: seated + 3d}
  finish: {from: busy, to: over, when: case.launched + 5d}
"""


def test_the_moment_of_a_seat_is_that_of_no_other_which_waits_for_its_own_row() -> None:
    review = launched(SEATS).seat("peer", "p1", "p2")
    review.now = moment("2027-03-04 00:00")
    review.apply(Expire(deadline="transition:begin@peer-2:0"), "clock")
    assert review.tracks() == {"start@peer-1": "waiting", "start@peer-2": "ready"}
    review.apply(Expire(deadline="transition:begin@peer-1:0"), "clock")
    assert review.tracks() == {"start@peer-1": "ready", "start@peer-2": "ready"}


def test_a_moment_of_the_case_is_that_of_no_seat() -> None:
    assert launched(SEATS).until("2027-03-06").case.stage == "over"
