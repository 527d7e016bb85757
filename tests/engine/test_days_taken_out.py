"""How long is a term of months out of which whole periods are taken?"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.offsets import add_months
from tests.builders.engine import Review, a_definition, a_folder, a_world, days_off, launched
from workflows.loader import load_files

TERM = """
calendars: {office: [weekend], holidays: [school-holidays(host)]}
dates: {visit: {else: asked_at_launch}}
tasks: {work: {for: contact, opens: busy, form: note, due: {at: RULE, stops_in: holidays, roll: none}}}
pause: {by: office, asks: {reason: text, until: date}}
"""
BEGUN = date(2027, 3, 1)


def a_term(rule: str, *free: tuple[str, str]) -> Review:
    """A case of 1 March 2027 whose host has these holidays, and a visit on 1 October."""
    world = a_world(school={"host": tuple(days_off(*days) for days in free)})
    return launched(a_definition(TERM.replace("RULE", rule)), world=world, dates={"visit": "2027-10-01"})


def due_of(review: Review) -> str:
    due = review.task("work").due
    assert due is not None
    return str(due.day)


@pytest.mark.parametrize(
    ("rule", "free", "expected"),
    [
        ("opened + 3mo", [], "2027-06-01"),
        ("opened + 3mo", [("2027-04-24", "2027-05-09")], "2027-06-17"),  # sixteen days
        ("opened + 3mo", [("2027-03-01", "2027-03-01")], "2027-06-01"),  # the day of the anchor never counts
        ("opened + 3mo", [("2027-06-01", "2027-06-01")], "2027-06-02"),
        ("opened + 3mo", [("2027-04-24", "2027-05-09"), ("2027-06-10", "2027-06-20")], "2027-06-28"),
        ("opened + 6w", [("2027-03-08", "2027-03-14")], "2027-04-19"),
        ("visit - 2mo", [("2027-07-17", "2027-08-29")], "2027-06-18"),
        ("opened + 1mo + 1mo", [("2027-03-10", "2027-03-19"), ("2027-04-10", "2027-04-14")], "2027-05-16"),
    ],
)
def test_days_of_a_holiday_are_added_also_those_that_fall_in_what_was_added(
    rule: str, free: list[tuple[str, str]], expected: str
) -> None:
    assert due_of(a_term(rule, *free)) == expected


def test_a_pause_gives_back_the_days_that_would_have_counted() -> None:
    review = a_term("opened + 3mo", ("2027-03-10", "2027-03-19"), ("2027-06-14", "2027-06-16"))
    assert due_of(review) == "2027-06-11"
    review.until("2027-03-08").pause("2027-04-01").until("2027-03-22").resume()
    assert due_of(review) == "2027-06-18"  # of fourteen days ten were free already; then three days more are


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 8), st.lists(st.tuples(st.integers(0, 300), st.integers(0, 40)), max_size=4))
def test_as_many_days_count_as_the_months_are_long(months: int, holidays: list[tuple[int, int]]) -> None:
    free = [(BEGUN + timedelta(days=first), BEGUN + timedelta(days=first + more)) for first, more in holidays]
    end = date.fromisoformat(due_of(a_term(f"opened + {months}mo", *((str(a), str(b)) for a, b in free))))
    off = {a + timedelta(days=n) for a, b in free for n in range((b - a).days + 1)}
    counted = [day for n in range(1, (end - BEGUN).days + 1) if (day := BEGUN + timedelta(days=n)) not in off]
    assert len(counted) == (add_months(BEGUN, months) - BEGUN).days
    assert end not in off


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("RULE", "opened + 10wd", "`opened + 10wd` has no days that could be taken out."),
        ("RULE", "visit", "`visit` has no days that could be taken out."),
        ("stops_in: holidays", "stops_in: holiday", "`stops_in` names `holiday`, which is no calendar."),
    ],
)
def test_days_that_cannot_be_taken_out_are_a_fault(old: str, new: str, said: str) -> None:
    found = load_files(a_folder(TERM.replace(old, new).replace("RULE", "opened + 3mo"))).errors
    assert [problem.message for problem in found if said in problem.message] != [], found
