"""Which people on panels are expected in two places at once?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from engine.appointments import Appointment
from engine.clashes import Engagement, clashes, engagements
from tests.builders.engine import Review, a_draft
from tests.engine.test_appointments import DINNER, REVIEW, begun, fixed

VISIT = Appointment(name="visit", first=date(2027, 4, 22), last=date(2027, 4, 22))


def engaged(review: Review) -> list[tuple[str, str, str, bool]]:
    """Who has what ahead, from and until when, and whether by a place on the panel."""
    everybody = {held.participant: f"person of {held.participant}" for held in review.case.holdings.values()}
    persons = everybody | {"carl": "person of carl"}
    found = engagements(a_draft(review.case, review.definition, review.world), persons, {})
    return sorted(
        (each.person.removeprefix("person of "), each.appointment.name, f"{each.first:%d %H:%M} {each.last:%d %H:%M}",
         each.on_panel) for each in found
    )  # fmt: skip


def test_who_is_invited_to_a_date_has_it_and_so_has_who_was_asked_for_a_place_that_has() -> None:
    whole = "21 22:00 22 22:00"  # the 22nd in Amsterdam
    assert engaged(begun()) == []  # the day is provisional
    assert engaged(fixed()) == [
        ("carl", "visit", whole, False), ("p1", "visit", whole, True), ("p2", "visit", whole, True),
    ]  # fmt: skip
    asked = fixed().assign("peer", "p3", places=3)
    assert asked.case.holdings["peer-3"].state == "invited"
    assert engaged(asked)[-1] == ("p3", "visit", whole, True)
    assert ("p1", "dinner", "21 16:30 21 17:30", True) in engaged(fixed(DINNER))
    guests = REVIEW.replace("to: [contact, panel], cc: signatory", "to: [contact, guest], cc: signatory")
    seated = begun(guests).seat("guest", "g1").take("fix", by="olga", day=date(2027, 4, 22))
    assert ("g1", "visit", whole, False) in engaged(seated)


def on(
    case: str, hours: tuple[int, int], *, person: str = "kim", panel: bool = True, of: str | None = None
) -> Engagement:
    begin = datetime(2027, 4, 22, tzinfo=UTC)
    return Engagement(
        person=person, case=case, appointment=VISIT, first=begin + timedelta(hours=hours[0]),
        last=begin + timedelta(hours=hours[1]), on_panel=panel, of=(of or case, "visit"),
    )  # fmt: skip


DAY = (0, 24)


@pytest.mark.parametrize(
    ("other", "clash"),
    [
        (on("b", DAY), True),
        (on("b", (24, 48)), False),  # the next day
        (on("b", (9, 10)), True),  # a time of that day
        (on("a", DAY, of="c"), False),  # of the same case
        (on("b", DAY, of="a"), False),  # one day that two cases share
        (on("b", DAY, person="lou"), False),
        (on("b", DAY, panel=False), True),
    ],
)
def test_two_cases_ask_for_one_person_at_one_time(other: Engagement, clash: bool) -> None:
    found = clashes([on("a", DAY), other])
    assert [(each.person, each.first.case, each.second.case) for each in found] == (
        [("kim", "a", "b")] if clash else []
    )


def test_hours_are_compared_and_whoever_is_on_no_panel_is_left_alone() -> None:
    assert clashes([on("a", (9, 10)), on("b", (10, 11))]) == []
    assert len(clashes([on("a", (9, 10)), on("b", (9, 11))])) == 1
    assert clashes([on("a", DAY, panel=False), on("b", DAY, panel=False)]) == []


HOURS = some.tuples(some.integers(0, 40), some.integers(1, 30)).map(lambda each: (each[0], sum(each)))


@given(some.lists(some.builds(on, some.sampled_from("abc"), HOURS, panel=some.booleans()), max_size=6))
def test_a_clash_is_found_whichever_comes_first_and_never_without_an_overlap(found: list[Engagement]) -> None:
    told = clashes(found)
    assert {frozenset((each.first, each.second)) for each in told} == {
        frozenset((each.first, each.second)) for each in clashes(list(reversed(found)))
    }
    assert all(max(each.first.first, each.second.first) < min(each.first.last, each.second.last) for each in told)
    assert all(each.first.first <= each.second.first for each in told)
