"""A date in a calendar: what a client reads in the file that it gets, and in which order it must take two of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.ical import Entry, Party, feed, invitation
from tests.notifications.ical_files import Part, read_ical

AT = datetime(2027, 3, 8, 8, 0, 0, 123456, tzinfo=UTC)
OFFICE = Party(name="Bureau Peerreview", address="post@review.example")
ANKE = Party(name="Anke de Vries", address="anke@school.example")


def day(text: str) -> datetime:
    return datetime.fromisoformat(text)


def entry(**changes: Any) -> Entry:
    whole = Entry(
        uid="visit.case-1@review.example",
        sequence=2,
        begin=day("2027-04-22T00:00"),
        end=day("2027-04-22T00:00"),
        all_day=True,
        zone="Europe/Amsterdam",
        summary="Bezoekdag: Partnerschap Waterland",
        description="Ontwikkelingsgerichte peerreview.\n\nVragen? Bel ons, of mail; graag.",
    )
    return replace(whole, **changes)


def invited(told: Entry, attendee: Party = ANKE) -> Part:
    return read_ical(invitation(told, organiser=OFFICE, attendee=attendee, at=AT).data)


def event_of(calendar: Part) -> Part:
    (event,) = calendar.of("VEVENT")
    return event


def test_an_invitation_says_which_day_for_whom_by_whom_and_since_when() -> None:
    calendar = invited(entry())
    event = event_of(calendar)
    assert {name: calendar.value(name) for name in calendar.properties} == {
        "VERSION": "2.0",
        "PRODID": "-//Collegium//NONSGML Collegium//EN",
        "CALSCALE": "GREGORIAN",
        "METHOD": "REQUEST",
    }
    assert {name: event.text(name) for name in event.properties} == {
        "UID": "visit.case-1@review.example",
        "SEQUENCE": "2",
        "DTSTAMP": "20270308T080000Z",
        "DTSTART": "20270422",
        "DTEND": "20270423",
        "SUMMARY": "Bezoekdag: Partnerschap Waterland",
        "DESCRIPTION": "Ontwikkelingsgerichte peerreview.\n\nVragen? Bel ons, of mail; graag.",
        "ORGANIZER": "mailto:post@review.example",
        "ATTENDEE": "mailto:anke@school.example",
        "STATUS": "CONFIRMED",
        "TRANSP": "OPAQUE",
        "X-MICROSOFT-CDO-ALLDAYEVENT": "TRUE",
        "X-MICROSOFT-CDO-BUSYSTATUS": "BUSY",
        "X-MICROSOFT-CDO-INTENDEDSTATUS": "BUSY",
        "X-MICROSOFT-DISALLOW-COUNTER": "TRUE",
    }
    assert event.parameters("DTSTART") == event.parameters("DTEND") == {"VALUE": "DATE"}
    assert event.parameters("ORGANIZER") == {"CN": "Bureau Peerreview"}
    assert event.parameters("ATTENDEE") == {
        "CN": "Anke de Vries",
        "CUTYPE": "INDIVIDUAL",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "NEEDS-ACTION",
        "RSVP": "FALSE",
    }


def test_an_end_is_the_day_after_the_last() -> None:
    event = event_of(invited(entry(end=day("2027-04-23T00:00"))))
    assert (event.value("DTSTART"), event.value("DTEND")) == ("20270422", "20270424")


def test_a_cancellation_takes_the_entry_out_and_leaves_the_time_free() -> None:
    made = invitation(entry(cancelled=True), organiser=OFFICE, attendee=ANKE, at=AT)
    calendar = read_ical(made.data)
    event = event_of(calendar)
    assert (made.name, made.media_type, made.method) == ("invite.ics", "text/calendar", "CANCEL")
    assert calendar.value("METHOD") == "CANCEL"
    assert (event.value("STATUS"), event.value("TRANSP"), event.value("UID")) == (
        "CANCELLED", "TRANSPARENT", "visit.case-1@review.example",
    )  # fmt: skip


@pytest.mark.parametrize(("on", "utc"), [("2027-01-14", "15:30"), ("2027-07-14", "14:30")], ids=["winter", "summer"])
def test_a_time_is_local_and_its_zone_says_what_that_is(on: str, utc: str) -> None:
    told = entry(begin=day(f"{on}T16:30"), end=day(f"{on}T17:30"), all_day=False)
    calendar = invited(told)
    event = event_of(calendar)
    assert event.parameters("DTSTART") == event.parameters("DTEND") == {"TZID": "Europe/Amsterdam"}
    assert event.value("DTSTART") == f"{on.replace('-', '')}T163000"
    assert event.value("X-MICROSOFT-CDO-ALLDAYEVENT") == "FALSE"
    (zone,) = calendar.of("VTIMEZONE")
    assert zone.value("TZID") == "Europe/Amsterdam"
    # Another reader, with no other knowledge of the zone than what the file says.
    parsed = icalendar.Calendar.from_ical(invitation(told, organiser=OFFICE, attendee=ANKE, at=AT).data)
    (read,) = parsed.walk("VTIMEZONE")
    assert isinstance(read, icalendar.Timezone)
    moment = day(f"{on}T16:30").replace(tzinfo=read.to_tz(lookup_tzid=False))
    assert moment.astimezone(UTC) == datetime.fromisoformat(f"{on}T{utc}+00:00")


def test_whole_days_need_no_zone() -> None:
    assert invited(entry()).of("VTIMEZONE") == []


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=120),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60),
)
def test_whatever_somebody_typed_begins_no_line_of_the_file(text: str, name: str) -> None:
    data = invitation(
        entry(summary=text, description=text), organiser=OFFICE, attendee=Party(name=name, address="a@b.example"), at=AT
    ).data
    event = event_of(read_ical(data))
    assert set(event.properties) - {"DESCRIPTION"} == set(event_of(invited(entry())).properties) - {"DESCRIPTION"}
    assert icalendar.Calendar.from_ical(data).events[0].get("summary") == event.text("SUMMARY")


def test_a_feed_has_an_organiser_and_no_attendees() -> None:
    deadline = entry(uid="task.1@review.example", summary="Deadline: lezen", busy=False, tentative=True)
    calendar = read_ical(
        feed([entry(), deadline], organiser=OFFICE, name="Peerreviews", zone="Europe/Amsterdam", at=AT)
    )
    assert [calendar.value(name) for name in ("METHOD", "NAME", "X-WR-CALNAME", "X-WR-TIMEZONE")] == [
        "PUBLISH", "Peerreviews", "Peerreviews", "Europe/Amsterdam",
    ]  # fmt: skip
    assert (calendar.parameters("REFRESH-INTERVAL"), calendar.value("REFRESH-INTERVAL")) == (
        {"VALUE": "DURATION"}, "PT4H",
    )  # fmt: skip
    visit, task = calendar.of("VEVENT")
    assert [each for each in (visit, task) if "ATTENDEE" in each.properties] == []
    shown = ("STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS")
    assert [[each.value(name) for name in shown] for each in (visit, task)] == [
        ["CONFIRMED", "OPAQUE", "BUSY"], ["TENTATIVE", "TRANSPARENT", "FREE"],
    ]  # fmt: skip


def test_an_empty_feed_is_a_calendar_all_the_same() -> None:
    calendar = read_ical(feed([], organiser=OFFICE, name="Peerreviews", zone="Europe/Amsterdam", at=AT))
    assert calendar.parts == []


def test_the_package_reads_the_same_days() -> None:
    data = invitation(entry(end=day("2027-04-23T00:00")), organiser=OFFICE, attendee=ANKE, at=AT).data
    (event,) = icalendar.Calendar.from_ical(data).events
    assert (event.start, event.end, event.uid, event.get("sequence")) == (
        date(2027, 4, 22), date(2027, 4, 24), "visit.case-1@review.example", 2,
    )  # fmt: skip
