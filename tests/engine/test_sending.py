"""When may a mail reach its reader? Working hours, working days, and the reader's own free days for reminders."""

from __future__ import annotations

import pytest

from engine.actions import CLOCK
from engine.case import Due
from engine.draft import Draft
from engine.sending import earliest
from tests.builders.engine import a_world, day, days_off, launched, local_text, moment, person

RULE = """
calendars: {office: [weekend], theirs: [office, absence(assignee)]}
defaults: {sending: {calendar: theirs, between: 08:30-17:30, roll: forward, or_earlier: EARLIER}}
"""


def sent_at(now: str, *, by: str = "clock", reminder: bool = False, due: str | None = None) -> str:
    review = launched(
        RULE.replace("EARLIER", "before due"),
        world=a_world(absences={"carl": (days_off("2027-03-02", "2027-03-03"),)}),
    )
    actor = CLOCK if by == "clock" else person(by)
    draft = Draft(review.definition, review.case, review.world, actor, moment(now))
    limit = Due(day=day(due), at=moment(f"{due} 23:59:59")) if due else None
    return local_text(earliest(draft, "carl", reminder=reminder, due=limit))


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


def test_what_a_person_causes_goes_at_once_but_a_reminder_never() -> None:
    assert sent_at("2027-03-06 23:00", by="olga") == "2027-03-06 23:00"
    assert sent_at("2027-03-06 23:00", by="olga", reminder=True) == "2027-03-08 08:30"


def test_a_reminder_waits_for_the_end_of_its_readers_free_days_unless_its_due_date_comes_first() -> None:
    assert sent_at("2027-03-02 09:00", reminder=True) == "2027-03-04 08:30"
    assert sent_at("2027-03-02 09:00", reminder=True, due="2027-03-05") == "2027-03-04 08:30"
    assert sent_at("2027-03-02 09:00", reminder=True, due="2027-03-03") == "2027-03-02 09:00"
