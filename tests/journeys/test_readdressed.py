"""Whoever has another address gets there what stands in the calendar: in one mail, once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from collegium.forecast import end_of, forecast
from collegium.readdressed import Readdressed
from engine.appointments import TEMPLATE, CalendarEntry
from engine.mail import Message
from notifications.ical import uids
from tests.journeys.journey import OF_A_CASE, ZONE, Journey
from tests.notifications.ical_files import read_ical

PROCESS = "development-review"
NEW = "new@address.example"


@pytest.fixture
def story() -> Iterator[Journey]:
    """A review whose visit everybody knows, at midnight."""
    with Journey(PROCESS, duties=(*OF_A_CASE, Readdressed.name)) as round_:
        round_.until("reading")
        yield round_.until_day(round_.today + timedelta(days=3))


def chair_of(story: Journey) -> str:
    return story.person(story.case.holders("chair")[0].participant) or ""


def readdress(story: Journey, person: str, address: str, *, reachable: bool = True) -> None:
    """As the import of a workbook does it, or the office by hand."""
    with story.app.store.write() as work:
        record = work.people.person(person)
        assert record is not None
        work.people.put_person(replace(record.readdressed(address), reachable=reachable))
        work.commit()


def told(story: Journey, address: str = NEW) -> list[Message]:
    with story.app.store.read() as work:
        return [one for one in work.outbox.messages() if one.kind == TEMPLATE and one.address == address]


def row_of(story: Journey, person: str) -> CalendarEntry:
    with story.app.store.read() as work:
        entries = work.calendar_entries.of_case(story.id)
    (found,) = [one for one in entries if story.person(one.participant) == person]
    return found


def a_week_later(story: Journey) -> Journey:
    return story.until_day(story.today + timedelta(days=7))


def test_a_new_address_gets_the_date_as_it_stands_once_however_often_it_is_imported(story: Journey) -> None:
    chair = chair_of(story)
    before = row_of(story, chair)
    readdress(story, chair, NEW)
    a_week_later(story)
    readdress(story, chair, NEW)
    a_week_later(story)
    (mail,) = told(story)
    assert (mail.person, mail.state) == (chair, "sent")
    assert row_of(story, chair) == replace(before, message=mail.id, stood=None)
    (file,) = mail.attachments
    calendar = read_ical(file.data)
    (event,) = calendar.of("VEVENT")
    assert calendar.value("METHOD") == "REQUEST"
    assert (event.value("UID"), event.value("SEQUENCE")) == (before.uid, str(before.sequence))
    assert event.value("ATTENDEE") == f"mailto:{NEW}"


def test_it_goes_in_the_hours_of_the_office_and_is_forecast(story: Journey) -> None:
    chair = chair_of(story)
    readdress(story, chair, NEW)
    until = end_of(story.today + timedelta(days=6), ZONE.key)
    foreseen = [each for each in forecast(story.app, "office", story.now, until).mails if each.message.kind == TEMPLATE]
    assert told(story) == []
    a_week_later(story)
    (mail,) = told(story)
    assert [(each.at, each.message.address, each.message.subject) for each in foreseen] == [
        (mail.sent_at, NEW, mail.subject)
    ]
    assert mail.sent_at is not None
    assert 8 <= mail.sent_at.astimezone(ZONE).hour < 18


def test_an_address_that_does_not_work_gets_nothing_until_it_is_mended(story: Journey) -> None:
    chair = chair_of(story)
    readdress(story, chair, NEW, reachable=False)
    a_week_later(story)
    assert told(story) == []
    readdress(story, chair, "mended@address.example")
    a_week_later(story)
    assert len(told(story, "mended@address.example")) == 1


def test_whoever_is_back_at_the_old_address_before_anything_left_is_told_nothing(story: Journey) -> None:
    chair = chair_of(story)
    with story.app.store.read() as work:
        record = work.people.person(chair)
    assert record is not None
    readdress(story, chair, NEW)
    readdress(story, chair, record.email)
    a_week_later(story)
    assert told(story) == told(story, record.email) == []


def test_whoever_has_dates_in_several_reviews_gets_them_in_one_mail() -> None:
    with Journey(PROCESS, hosts=2, duties=(*OF_A_CASE, Readdressed.name)) as story:
        story.until("reading").until_day(story.today + timedelta(days=3))
        chair = chair_of(story)
        with story.app.store.write() as work:  # the same person is chair of the other review
            own = row_of(story, chair)
            other = work.cases.load(story.ids[1]).holders("chair")[0].participant
            known = work.people.participant(other)
            (row,) = [one for one in work.calendar_entries.of_case(story.ids[1]) if one.participant == other]
            assert known is not None
            work.people.add_participant(replace(known, person=chair))
            work.calendar_entries.put(replace(row, message=own.message))
            work.commit()
        readdress(story, chair, NEW)
        a_week_later(story)
        (mail,) = told(story)
        assert mail.state == "sent"
        assert [file.name for file in mail.attachments] == ["invite-1.ics", "invite-2.ics"]
        assert [uids(file) for file in mail.attachments] == [
            {each} for _, each in sorted([(story.ids[0], own.uid), (story.ids[1], row.uid)])
        ]
