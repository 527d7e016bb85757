"""The zone in a calendar file tells the same time as the zone data of the machine: in both halves of the year, and at
the very moments at which the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from notifications import timezones
from tests.notifications.ical_files import Part, read_ical

ZONES = (
    "Europe/Amsterdam", "Europe/London", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata", "Australia/Lord_Howe",
    "Africa/Casablanca", "America/Curacao",
)  # fmt: skip
HALF_HOUR = timedelta(minutes=30)


def read(zone: str, first: int, last: int) -> Part:
    data = b"BEGIN:VCALENDAR\r\n" + timezones.component(zone, first, last).to_ical() + b"END:VCALENDAR\r\n"
    (found,) = read_ical(data).of("VTIMEZONE")
    return found


def offset(text: str) -> timedelta:
    hours, minutes = int(text[1:3]), int(text[3:5])
    return (1 if text[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes)


def onsets(part: Part, until: int) -> list[datetime]:
    """When a change comes, in UTC (RFC 5545 section 3.6.5: local to the offset before it); RRULEs of one kind only."""
    begin = datetime.strptime(part.value("DTSTART"), "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    before = offset(part.value("TZOFFSETFROM"))
    if "RRULE" not in part.properties:
        return [begin - before]
    rule = dict(one.split("=") for one in part.value("RRULE").split(";"))
    assert rule["FREQ"] == "YEARLY"
    weekday = ("MO", "TU", "WE", "TH", "FR", "SA", "SU").index(rule["BYDAY"][-2:])
    which = int(rule["BYDAY"][:-2])
    found = []
    for year in range(begin.year, until + 1):
        days = [begin.replace(year=year, month=int(rule["BYMONTH"]), day=1) + timedelta(days=n) for n in range(31)]
        days = [day for day in days if day.month == int(rule["BYMONTH"]) and day.weekday() == weekday]
        found.append(days[which - 1 if which > 0 else which] - before)
    return found


def offset_at(zone: Part, moment: datetime) -> timedelta:
    """What a program that knows no zones concludes: the change that came last is in force."""
    changes = [(onset, offset(part.value("TZOFFSETTO"))) for part in zone.parts for onset in onsets(part, moment.year)]
    return max(change for change in changes if change[0] <= moment)[1]


@pytest.mark.parametrize("name", ZONES)
def test_the_file_tells_the_time_of_the_zone_at_each_half_hour_of_its_years(name: str) -> None:
    zone, where = read(name, 2027, 2028), ZoneInfo(name)
    moment, wrong = datetime(2027, 1, 1, 12, tzinfo=UTC), []
    changes = sorted((onset, offset(part.value("TZOFFSETTO"))) for part in zone.parts for onset in onsets(part, 2029))
    while moment.year < 2029:
        told = [after for onset, after in changes if onset <= moment][-1]
        if told != moment.astimezone(where).utcoffset():
            wrong.append(moment)
        moment += HALF_HOUR
    assert wrong == []


def test_summer_time_begins_at_two_and_ends_at_three() -> None:
    zone = read("Europe/Amsterdam", 2027, 2027)
    told = {part.name: (part.value("DTSTART")[-6:], part.value("RRULE"), part.value("TZNAME")) for part in zone.parts}
    assert told == {
        "DAYLIGHT": ("020000", "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3", "CEST"),
        "STANDARD": ("030000", "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", "CET"),
    }
    spring = datetime(2027, 3, 28, 1, 0, tzinfo=UTC)
    assert [offset_at(zone, spring + timedelta(seconds=n)) for n in (-1, 0)] == [timedelta(hours=1), timedelta(hours=2)]


def test_a_zone_without_summer_time_has_one_offset() -> None:
    zone = read("Asia/Kolkata", 2027, 2027)
    assert [(part.name, part.value("TZOFFSETTO")) for part in zone.parts] == [("STANDARD", "+0530")]
