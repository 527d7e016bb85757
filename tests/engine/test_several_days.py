"""How long does a date last, and what hangs on its last day? A visit of two or three days."""

from __future__ import annotations

from datetime import date

import pytest

from engine.errors import Refused
from engine.expressions import Ref
from engine.moments import resolve_ref
from engine.named_days import provisional_doubts
from tests.builders.engine import Review, a_draft, launched

VISIT = """
dates: {visit: {set_by: [fix, move, longer], provisional: case.launched + 26w, lasts: 2..3, moves: true}}
transitions:
  fix:
    {from: busy, by: office, asks: {day: date, last_day: date}, sets: {visit: chosen.day, visit.end: chosen.last_day}}
  move: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day}}
  longer: {from: busy, by: office, asks: {last_day: date}, sets: {visit.end: chosen.last_day}}
  finish: {from: busy, to: over, by: office}
tasks: {work: {for: contact, opens: busy, form: note, due: {at: visit.end + 4w, roll: none}}}
"""


def days_of(review: Review) -> tuple[date | None, date | None]:
    visit = review.case.moments["visit"]
    return visit.day, visit.last_day


def test_a_chosen_last_day_is_kept_and_counted_from() -> None:
    review = launched(VISIT).take("fix", day="2028-04-11", last_day="2028-04-13")
    assert days_of(review) == (date(2028, 4, 11), date(2028, 4, 13))
    assert review.due("work") == "2028-05-11"


@pytest.mark.parametrize(("last", "days"), [("2028-04-11", 1), ("2028-04-14", 4), ("2028-04-10", 0)])
def test_a_visit_that_is_too_short_or_too_long_is_refused(last: str, days: int) -> None:
    review = launched(VISIT)
    with pytest.raises(Refused, match=f"visit lasts 2 to 3 days: from 2028-04-11 to {last} are {days}"):
        review.take("fix", day="2028-04-11", last_day=last)
    assert "visit" not in review.case.moments


def test_a_date_without_a_last_day_lasts_as_few_days_as_it_may() -> None:
    review = launched(VISIT).take("move", day="2028-04-11")
    assert days_of(review) == (date(2028, 4, 11), date(2028, 4, 12))


def test_a_visit_that_moves_keeps_its_length() -> None:
    review = launched(VISIT).take("fix", day="2028-04-11", last_day="2028-04-13").take("move", day="2028-04-18")
    assert days_of(review) == (date(2028, 4, 18), date(2028, 4, 20))
    assert review.due("work") == "2028-05-18"


def test_a_last_day_can_be_set_by_itself() -> None:
    review = launched(VISIT).take("move", day="2028-04-11").take("longer", last_day="2028-04-13")
    assert days_of(review) == (date(2028, 4, 11), date(2028, 4, 13))
    with pytest.raises(Refused, match="are 4"):
        review.take("longer", last_day="2028-04-14")


def test_a_provisional_day_has_a_last_one_too() -> None:
    review = launched(VISIT)
    draft = a_draft(review.case, review.definition)
    first, last = resolve_ref(draft, Ref("visit")), resolve_ref(draft, Ref("visit", "end"))
    assert first is not None
    assert last is not None
    assert ((last.point.day - first.point.day).days, last.provisional) == (1, True)


def test_the_last_of_provisional_days_is_asked_about_as_the_first_is() -> None:
    process = """
dates: {visit: {set_by: [fix], provisional: case.launched + 26w, lasts: 2..3, moves: true}}
transitions:
  fix:
    from: busy
    by: office
    asks: {day: date, last_day: date}
    if: [chosen.day is a working day in office, chosen.last_day is a working day in office]
    sets: {visit: chosen.day, visit.end: chosen.last_day}
  finish: {from: busy, to: over, by: office}
"""
    fine = launched(process, at="2027-03-01 10:00")  # a Monday and a Tuesday
    assert list(provisional_doubts(a_draft(fine.case, fine.definition))) == []
    friday = launched(process, at="2027-03-05 10:00")
    (doubt,) = provisional_doubts(a_draft(friday.case, friday.definition, at="2027-03-05 10:00"))
    assert (doubt.day, len(doubt.reasons)) == (date(2027, 9, 3), 1)
