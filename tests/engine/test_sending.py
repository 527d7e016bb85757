"""When may a mail reach its reader? Working hours, working days, and the reader's own free days and leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.actions import CLOCK
from engine.business_days import Calendar, DaySet
from engine.draft import Draft
from engine.sending import Kind, Window, earliest, is_away, leaves_until, office_window, send_at
from tests.builders.engine import ZONE, a_world, day, days_off, launched, local_text, moment, person

RULE = """
calendars: {office: [weekend], theirs: [office, school-holidays(assignee), absence(assignee)]}
defaults: {sending: {calendar: theirs, between: 08:30-17:30, roll: forward, or_earlier: before due}}
"""
FREE = days_off("2027-03-02", "2027-03-03")
KINDS: tuple[Kind, ...] = ("tell", "ask", "opening", "reminder", "late")


def sent_at(now: str, kind: Kind = "tell", *, by: str = "clock", due: str | None = None, why: str = "absences") -> str:
    review = launched(RULE, world=a_world(**{why: {"carl": (FREE,)}}))
    actor = CLOCK if by == "clock" else person(by)
    draft = Draft(review.definition, review.case, review.world, actor, moment(now))
    found = earliest(draft, "carl", kind, moment(f"{due} 23:59:59") if due else None)
    return local_text(found) if found else "not any more"


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2027-03-01 10:00", "2027-03-01 10:00"),
        ("2027-03-01 07:00", "2027-03-01 08:30"),
        ("2027-03-01 18:00", "2027-03-02 08:30"),
        ("2027-03-05 18:00", "2027-03-08 08:30"),
        ("2027-03-06 12:00", "2027-03-08 08:30"),
    ],
)
def test_what_the_clock_causes_goes_out_in_working_hours_of_the_office(now: str, expected: str) -> None:
    assert sent_at(now) == expected


def test_what_a_person_causes_at_night_waits_for_the_morning_like_all_else() -> None:
    assert sent_at("2027-03-06 23:00", by="olga") == "2027-03-08 08:30"
    assert sent_at("2027-03-06 23:00", "ask", by="olga") == "2027-03-08 08:30"
    assert sent_at("2027-03-05 12:00", "ask", by="olga") == "2027-03-05 12:00"
    assert sent_at("2027-03-06 23:00", "reminder", by="olga") == "2027-03-08 09:00"


def test_a_reminder_waits_for_the_end_of_its_readers_free_days_and_is_not_sent_after_its_due_date() -> None:
    assert sent_at("2027-03-02 09:00", "reminder") == "2027-03-04 09:00"
    assert sent_at("2027-03-02 09:00", "reminder", due="2027-03-05") == "2027-03-04 09:00"
    assert sent_at("2027-03-02 09:00", "reminder", due="2027-03-03") == "not any more"
    assert sent_at("2027-03-02 09:00", "late", due="2027-03-01") == "2027-03-04 09:00"


def test_an_opening_in_the_readers_holidays_waits_for_their_end_or_else_for_the_offices_hours() -> None:
    assert sent_at("2027-03-02 07:00", "opening", due="2027-03-05", why="school") == "2027-03-04 09:00"
    assert sent_at("2027-03-02 07:00", "opening", due="2027-03-03", why="school") == "2027-03-02 09:00"
    assert sent_at("2027-03-02 18:00", "opening", due="2027-03-02", why="school") == "2027-03-04 09:00"


def test_nothing_is_asked_of_somebody_on_leave_but_what_happened_is_told() -> None:
    assert sent_at("2027-03-02 07:00", "opening", due="2027-03-03") == "2027-03-04 09:00"
    assert sent_at("2027-03-02 10:00", "ask", by="olga", due="2027-03-03") == "2027-03-04 09:00"
    assert sent_at("2027-03-02 10:00", "tell", by="olga") == "2027-03-02 10:00"


def test_nobody_gets_the_mail_of_the_day_before_nine_when_the_reminders_of_the_day_speak() -> None:
    assert sent_at("2027-03-01 08:35", "opening", by="olga") == "2027-03-01 09:00"
    assert sent_at("2027-03-01 08:35", by="olga") == "2027-03-01 08:35"


def test_leave_counts_also_where_the_definition_names_no_calendar_for_sending() -> None:
    review = launched(world=a_world(absences={"carl": (FREE,)}))
    draft = Draft(review.definition, review.case, review.world, CLOCK, moment("2027-03-02 10:00"))
    assert is_away(draft, "carl", day("2027-03-03"))
    assert earliest(draft, "carl", "late") == moment("2027-03-04 09:00")


def test_the_window_of_a_day_closes_on_that_day() -> None:
    window = Window(Calendar("office"), time(8, 30), time(17, 30), ZONE)
    assert local_text(window.end(moment("2027-03-01 10:00"))) == "2027-03-01 17:30"


# whatever the calendar ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Life:
    """A reader's free days, a moment and a due date."""

    own: Window
    office: Window
    now: datetime
    due: datetime
    on_leave: bool


@st.composite
def lives(draw: st.DrawFn) -> Life:
    first = date(2027, 3, 1)
    numbers = st.frozensets(st.integers(0, 40), max_size=25)
    free = frozenset(first + timedelta(days=n) for n in draw(numbers))
    holidays = DaySet("holidays", str(sorted(free)), free)
    opens, closes = draw(st.sampled_from([(time(8, 30), time(17, 30)), (time(7), time(12)), (time(0), time(23, 59))]))
    own, office = (Calendar("c", True, sets) for sets in ((holidays,), ()))
    now = moment("2027-03-01 00:00") + timedelta(minutes=draw(st.integers(0, 30 * 24 * 60)))
    due = now + timedelta(minutes=draw(st.integers(-5 * 24 * 60, 20 * 24 * 60)))
    return Life(
        own=Window(own, opens, closes, ZONE),
        office=Window(office, opens, closes, ZONE),
        now=now,
        due=due,
        on_leave=draw(st.booleans()) and not own.counts(now.astimezone(ZONE).date()),
    )


def inside(window: Window, at: datetime) -> bool:
    return window.next(at) == at


@given(lives(), st.sampled_from(KINDS))
def test_whatever_the_calendar_nothing_that_the_clock_causes_goes_out_outside_working_hours(
    life: Life, kind: Kind
) -> None:
    at = send_at(kind, life.now, own=life.own, office=life.office, on_leave=life.on_leave, due=life.due)
    assert at is None or (at >= life.now and inside(life.office, at))
    if kind in ("reminder", "late") and at is not None:
        assert inside(life.own, at)
    if life.on_leave and kind != "tell" and at is not None:
        assert inside(life.own, at)


@given(lives())
def test_whatever_the_calendar_a_reminder_comes_before_its_due_date_and_an_opening_is_never_given_up(
    life: Life,
) -> None:
    found = {
        kind: send_at(kind, life.now, own=life.own, office=life.office, on_leave=life.on_leave, due=life.due)
        for kind in KINDS
    }
    reminder = found.pop("reminder")
    assert reminder is None or life.due < life.now or reminder <= life.due
    assert None not in found.values()


def leaves(now: str) -> str | None:
    review = launched(RULE)
    office = office_window(Draft(review.definition, review.case, review.world, CLOCK, moment(now)))
    found = leaves_until(moment(now), office)
    return None if found is None else local_text(found)


def test_in_the_hours_of_the_office_a_mail_leaves_until_they_close() -> None:
    assert leaves("2027-03-02 09:00") == "2027-03-02 17:30"
    assert leaves("2027-03-01 08:30") == "2027-03-01 17:30"
    assert leaves("2027-03-02 17:30") == "2027-03-02 17:30"


@pytest.mark.parametrize("now", ["2027-03-02 08:29", "2027-03-02 22:00", "2027-03-07 12:00", "2027-03-06 10:00"])
def test_outside_of_them_nothing_leaves_whatever_caused_it(now: str) -> None:
    assert leaves(now) is None


@given(lives())
def test_whatever_the_calendar_what_is_put_off_is_put_off_into_the_hours(life: Life) -> None:
    until = leaves_until(life.now, life.office)
    if until is None:
        assert not inside(life.office, life.now)
        assert inside(life.office, life.office.next(life.now))
    else:
        assert until >= life.now
        assert inside(life.office, life.now)
