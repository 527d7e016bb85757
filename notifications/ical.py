"""How is a date told to a calendar? Invitations, their cancellation, and a feed (RFC 5545, RFC 5546, RFC 6047)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vDuration, vText

from engine.mail import Attachment
from notifications import timezones
from notifications.paragraphs import CONTROL

PRODUCT = "-//Collegium//NONSGML Collegium//EN"
INVITATION = "invite.ics"
MEDIA_TYPE = "text/calendar"
REFRESH = timedelta(hours=4)  # how often a calendar is asked to look again
ONE_DAY = timedelta(days=1)
Method = Literal["REQUEST", "CANCEL", "PUBLISH"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A name and a mail address."""

    name: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a calendar shows of one date, in its owner's language. Times are local to the zone."""

    uid: str
    sequence: int = 0
    begin: datetime  # without a zone; midnight where whole days are meant
    end: datetime  # of whole days the last day itself, included
    all_day: bool
    zone: str
    summary: str
    description: str = ""
    cancelled: bool = False
    tentative: bool = False
    busy: bool = True  # False: a deadline, which takes no time


def invitation(entry: Entry, *, organiser: Party, attendee: Party, at: datetime) -> Attachment:
    """The file that puts one date into one person's calendar, changes it there, or takes it out again.

    RFC 5546 sections 3.2.2 and 3.2.5: a later SEQUENCE with the same UID moves the entry. The only attendee named is
    the reader: who else comes is not told by way of a calendar. `at` is when it was made, which is DTSTAMP (RFC 5545
    section 3.8.7.2).
    """
    method: Method = "CANCEL" if entry.cancelled else "REQUEST"
    event = _event(entry, organiser, at)
    event.add("attendee", _attendee(attendee))
    event.add("x-microsoft-disallow-counter", "TRUE")  # a proposal of another time would be read by nobody
    data = _calendar(method, [entry], [event]).to_ical()
    return Attachment(name=INVITATION, media_type=MEDIA_TYPE, data=data, method=method)


def readdressed(file: Attachment, attendee: Party) -> Attachment:
    """The same invitation for the same person at another address: the calendar there knows whom it is for."""
    calendar = Calendar.from_ical(file.data)
    for event in calendar.walk("VEVENT"):
        event["ATTENDEE"] = _attendee(attendee)
    return replace(file, data=calendar.to_ical())


def uids(file: Attachment) -> frozenset[str]:
    """Which entries of a calendar a file is about (RFC 5545 section 3.8.4.7)."""
    return frozenset(str(event["UID"]) for event in Calendar.from_ical(file.data).walk("VEVENT"))


def feed(entries: Sequence[Entry], *, organiser: Party, name: str, zone: str, at: datetime) -> bytes:
    """A calendar to subscribe to (RFC 5546 section 3.2.1: with an organiser, without attendees)."""
    calendar = _calendar("PUBLISH", entries, [_event(entry, organiser, at) for entry in entries])
    title = _clean(name)
    for key, value in (("name", title), ("x-wr-calname", title), ("x-wr-timezone", zone)):
        calendar.add(key, value)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})  # RFC 7986 section 5.7
    calendar.add("x-published-ttl", vDuration(REFRESH))
    return bytes(calendar.to_ical())


def _calendar(method: Method, entries: Iterable[Entry], events: Iterable[Event]) -> Calendar:
    calendar = Calendar()
    for name, value in (("prodid", PRODUCT), ("version", "2.0"), ("calscale", "GREGORIAN"), ("method", method)):
        calendar.add(name, value)
    timed = [entry for entry in entries if not entry.all_day]
    for zone in sorted({entry.zone for entry in timed}):  # RFC 5545 section 3.6.5: one for each TZID that is named
        years = [moment.year for entry in timed if entry.zone == zone for moment in (entry.begin, entry.end)]
        calendar.add_component(timezones.component(zone, min(years), max(years)))
    for event in events:
        calendar.add_component(event)
    return calendar


def _event(entry: Entry, organiser: Party, at: datetime) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", _moment(entry, entry.begin))
    event.add("dtend", _end(entry))
    event.add("summary", _clean(entry.summary))
    if entry.description:
        event.add("description", "\n".join(_clean(line) for line in entry.description.splitlines()))
    event.add("organizer", _address(organiser))
    event["STATUS"] = vText("CANCELLED" if entry.cancelled else "TENTATIVE" if entry.tentative else "CONFIRMED")
    busy = entry.busy and not entry.cancelled
    event.add("transp", "OPAQUE" if busy else "TRANSPARENT")
    # MS-OXCICAL 2.1.3.1.1.20: without these Outlook shows whole days as free.
    event.add("x-microsoft-cdo-busystatus", _busy_status(entry, busy))
    event.add("x-microsoft-cdo-intendedstatus", _busy_status(entry, busy))
    event.add("x-microsoft-cdo-alldayevent", "TRUE" if entry.all_day else "FALSE")
    return event


def _busy_status(entry: Entry, busy: bool) -> str:
    return ("TENTATIVE" if entry.tentative else "BUSY") if busy else "FREE"


def _moment(entry: Entry, moment: datetime) -> date | datetime:
    return moment.date() if entry.all_day else moment.replace(tzinfo=ZoneInfo(entry.zone))


def _end(entry: Entry) -> date | datetime:
    """RFC 5545 section 3.6.1: of whole days the day after the last."""
    return entry.end.date() + ONE_DAY if entry.all_day else _moment(entry, entry.end)


def _address(party: Party) -> vCalAddress:
    address = vCalAddress(f"mailto:{party.address}")
    if name := _clean(party.name).replace('"', "'"):
        address.params["CN"] = name
    return address


def _attendee(party: Party) -> vCalAddress:
    """Nobody need answer: who cannot come says so to the office, in words (decision 0016)."""
    address = _address(party)
    address.params["CUTYPE"] = "INDIVIDUAL"
    address.params["ROLE"] = "REQ-PARTICIPANT"
    address.params["PARTSTAT"] = "NEEDS-ACTION"
    address.params["RSVP"] = "FALSE"
    return address


def _clean(text: str) -> str:
    """One line: what somebody typed must begin no line of the file."""
    return CONTROL.sub(" ", text).strip()
