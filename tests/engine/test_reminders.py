"""On which day is somebody reminded? Out of the free days of each reader, and before the due date."""

from __future__ import annotations

from datetime import date, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.actions import CLOCK, Recalculate
from engine.business_days import Calendar, DaySet
from engine.definition import SendingRule
from engine.offsets import Point
from engine.reminders import fitting
from engine.sending import Window
from tests.builders.engine import ZONE, Review, a_world, days_off, launched, local_text, moment

TASK = """
calendars: {office: [weekend], theirs: [office, absence(assignee), school-holidays(assignee)]}
defaults: {sending: {calendar: theirs, between: 08:30-17:30, roll: forward, or_earlier: before due}}
tasks: {work: {for: WHO, opens: busy, form: note, due: {at: opened + 10wd}, remind: [REMIND]}}
"""


def reminded(who: str, remind: str, **free: tuple[str, str]) -> Review:
    """Due on Monday 15 March; opened on the first."""
    days = {person: (days_off(first, last),) for person, (first, last) in free.items()}
    return launched(TASK.replace("WHO", who).replace("REMIND", remind), world=a_world(school=days))


def told(review: Review, template: str = "reminder") -> list[tuple[str, str]]:
    return [(local_text(each.send_at), each.recipient) for each in review.notices if each.template == template]


def test_a_reminder_that_falls_on_a_free_day_waits_for_the_end_of_them() -> None:
    review = reminded("contact", "-3wd", carl=("2027-03-09", "2027-03-11"))
    assert review.ahead("remind") == [("2027-03-12 09:00", "remind:work:1:0")]


def test_a_reminder_that_would_so_come_after_its_due_date_goes_out_on_the_last_day_before_the_free_days() -> None:
    review = reminded("contact", "-3wd", carl=("2027-03-08", "2027-03-19"))
    assert review.ahead("remind") == [("2027-03-05 09:00", "remind:work:1:0")]
    assert told(review.until("2027-03-20")) == [("2027-03-05 09:00", "carl")]


def test_each_reader_of_a_team_is_reminded_on_the_own_day() -> None:
    review = reminded("office", "-3wd", olga=("2027-03-08", "2027-03-19"), otto=("2027-03-10", "2027-03-10"))
    assert review.ahead("remind") == [("2027-03-05 09:00", "remind:work:1:0")]
    assert told(review.until("2027-03-05")) == [("2027-03-05 09:00", "olga"), ("2027-03-11 09:00", "otto")]


def test_two_reminders_that_fall_on_one_day_before_the_holidays_are_one() -> None:
    review = reminded("contact", "-4wd, -1wd, on the day", carl=("2027-03-08", "2027-03-19"))
    assert review.ahead("remind") == [("2027-03-05 09:00", "remind:work:1:2")]
    assert told(review.until("2027-03-20"), "today") == [("2027-03-05 09:00", "carl")]


def test_holidays_from_the_opening_until_after_the_due_date_leave_no_day_for_a_reminder() -> None:
    review = reminded("contact", "-3wd", carl=("2027-02-27", "2027-03-19"))
    assert review.ahead("remind") == []
    assert told(review, "opened") == [("2027-03-01 10:00", "carl")]


def test_a_reminder_at_an_hour_outside_the_window_is_moved_into_it() -> None:
    assert reminded("contact", "-3wd at 06:00").ahead("remind") == [("2027-03-10 09:00", "remind:work:1:0")]
    assert reminded("contact", "-3wd at 22:00").ahead("remind") == [("2027-03-10 17:30", "remind:work:1:0")]


def test_what_is_due_before_the_hour_of_speaking_is_reminded_of_the_day_before() -> None:
    text = TASK.replace("WHO", "contact").replace("REMIND", "on the day").replace("10wd}", "10wd at 08:00}")
    assert launched(text).ahead("remind") == [("2027-03-12 09:00", "remind:work:1:0")]


def test_free_days_that_became_known_too_late_leave_the_word_to_the_late_step() -> None:
    review = reminded("contact", "-3wd").until("2027-03-08")
    review.world = a_world(school={"carl": (days_off("2027-03-08", "2027-03-19"),)})
    review.until("2027-03-12")
    assert told(review) == []
    assert review.happened("reminder_skipped") == [("reminder_skipped", "tasks.work.remind.0")]


def test_free_days_that_become_known_move_the_reminders_ahead_and_no_due_date() -> None:
    text = TASK.replace("WHO", "contact").replace("REMIND", "-6d").replace("10wd}", "10wd, calendar: theirs}")
    review = launched(text)
    review.world = a_world(school={"carl": (days_off("2027-03-09", "2027-03-19"),)})
    review.apply(Recalculate(reason="holidays", reminders_only=True), CLOCK)
    assert review.due("work") == "2027-03-15"
    assert review.ahead("remind") == [("2027-03-08 09:00", "remind:work:1:0")]
    assert review.ahead("late") == launched(text).ahead("late")


@given(st.frozensets(st.integers(0, 60), max_size=50), st.integers(0, 60), st.integers(0, 30), st.booleans())
def test_whatever_the_free_days_a_reminder_comes_before_the_due_date_and_in_the_window(
    numbers: frozenset[int], nominal: int, ahead: int, clocked: bool
) -> None:
    first = date(2027, 3, 1)
    free = frozenset(first + timedelta(days=n) for n in numbers)
    window = Window(Calendar("c", True, (DaySet("free", str(sorted(free)), free),)), time(8, 30), time(17, 30), ZONE)
    due_day = first + timedelta(days=nominal + ahead)
    due = moment(f"{due_day} 07:00" if clocked else f"{due_day} 23:59:59")
    found = fitting(window, SendingRule(), Point(first + timedelta(days=nominal)), due)
    assert found is not None
    assert found <= due
    assert window.next(found) == found
