"""Is it told that a case begins late, or that the days of a gate run out?"""

from __future__ import annotations

import pytest

from engine.lead_time import Caution, cautions
from tests.builders.engine import a_draft, a_world, day, launched

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
