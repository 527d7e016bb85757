"""Is it told at a launch that a case begins late, that the days of a gate run out, that dates collapse?"""

from __future__ import annotations

import pytest

from engine.lead_time import Caution, Collapse, cautions, collapses
from tests.builders.engine import a_draft, a_world, day, days_off, launched

LEAD = """
dates: {latest: {else: asked_at_launch}}
launch: {by: office, when: latest - 52w, lead_time: {advised: latest - 26w}}
"""
GATE = """
gates: {board_day: {dates: DAYS, at_least_ahead: 12mo}}
tasks: {work: {for: contact, opens: busy, form: note, due: {at: next board_day from opened + 5wd}}}
"""


@pytest.mark.parametrize(
    ("latest", "found"),
    [
        ("2027-08-30", []),
        ("2028-02-28", []),
        ("2028-02-29", [Caution("early", "", day("2027-03-02"), day("2027-03-01"))]),
        ("2027-08-29", [Caution("late", "", day("2027-02-28"), day("2027-03-01"))]),
    ],
)
def test_a_case_that_begins_later_than_is_advised_or_earlier_than_is_meant_is_told(
    latest: str, found: list[Caution]
) -> None:
    review = launched(LEAD, dates={"latest": latest})
    assert list(cautions(a_draft(review.case, review.definition))) == found


@pytest.mark.parametrize(
    ("listed", "found"),
    [
        (("2027-05-01", "2028-03-01"), []),
        (("2027-05-01", "2028-02-29"), [Caution("gate", "board_day", day("2028-02-29"), day("2028-03-01"))]),
        ((), [Caution("gate", "board_day", None, day("2028-03-01"))]),
    ],
)
def test_days_of_a_gate_that_are_not_listed_as_far_ahead_as_is_asked_are_told(
    listed: tuple[str, ...], found: list[Caution]
) -> None:
    world = a_world(gates={"board_day": tuple(map(day, listed))})
    review = launched(GATE.replace("DAYS", "listed_by_office"), world=world)
    assert list(cautions(a_draft(review.case, review.definition, world))) == found


def test_days_of_each_year_never_run_out() -> None:
    review = launched(GATE.replace("DAYS", "[02-01]"))
    assert list(cautions(a_draft(review.case, review.definition))) == []


# V9: free days bring two dates together -------------------------------------------------------------------------------

APART = """
calendars: {office: [weekend], host: [office, school-holidays(host)]}
dates: {visit: {set_by: [finish], provisional: case.launched + LATERw}, latest: {else: asked_at_launch}}
transitions: {finish: {from: busy, to: over, by: office, asks: {day: date}, sets: {visit: chosen.day}}}
tasks:
  early: {for: contact, opens: busy, form: note, due: {at: visit - 12w, calendar: host}}
  later: {for: contact, opens: busy, form: note, due: {at: visit - 8w, calendar: host}}
  last: {for: contact, opens: busy, form: note, due: {at: visit - 4w, calendar: host}}
  near: {for: contact, opens: busy, form: note, due: {at: visit - 53d, calendar: host}}
  other: {for: contact, opens: busy, form: note, due: {at: latest - 1d, calendar: host}}
  apart: {for: contact, opens: busy, form: note, due: [{if: [stage is over], at: visit - 1w}, {at: opened + 1wd}]}
"""
SUMMER = a_world(school={"host": (days_off("2027-07-10", "2027-08-22"),)})


@pytest.mark.parametrize(
    ("weeks", "found"),
    [
        (32, [  # the visit on 11 October: twelve weeks before is 19 July, eight 16 August
            Collapse("early", "later", day("2027-07-09"), day("2027-07-09")),
            Collapse("early", "near", day("2027-07-09"), day("2027-07-09")),
        ]),
        (20, []),
    ],
)  # fmt: skip
def test_due_dates_meant_weeks_apart_that_free_days_bring_together_are_told(weeks: int, found: list[Collapse]) -> None:
    review = launched(APART.replace("LATER", str(weeks)), world=SUMMER, dates={"latest": "2027-07-20"})
    assert collapses(a_draft(review.case, review.definition, SUMMER)) == found


def test_due_dates_that_free_days_turn_round_are_told_with_both_days() -> None:
    text = APART.replace("LATER", "32").replace(
        "due: {at: visit - 12w, calendar: host}", "due: {at: visit - 12w, calendar: host, roll: forward}"
    )
    review = launched(text, world=SUMMER, dates={"latest": "2027-07-20"})
    assert collapses(a_draft(review.case, review.definition, SUMMER)) == [
        Collapse("early", "later", day("2027-08-23"), day("2027-07-09")),
        Collapse("early", "near", day("2027-08-23"), day("2027-07-09")),
    ]
