"""How does a calendar file say what a zone's clocks do? VTIMEZONE (RFC 5545 section 3.6.5), from Python's zone data.

The package icalendar makes one too, but puts the start of summer time an hour late: an onset is written in the local
time that held before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ALIKE = 3  # years in which a change must follow one rule to be written as a rule
ONE_DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
NONE = timedelta(0)


@dataclass(frozen=True, slots=True)
class _Onset:
    """A change of the clocks: the local time before it at which it comes, and what it changes."""

    local: datetime
    before: timedelta
    after: timedelta
    name: str
    summer: bool

    @property
    def rule(self) -> tuple[int, int, int, timedelta]:
        """Month, weekday, which of the month (-1: the last), and the time of the day."""
        day = self.local
        last = (day + 7 * ONE_DAY).month != day.month
        time = timedelta(hours=day.hour, minutes=day.minute, seconds=day.second)
        return (day.month, day.weekday(), -1 if last else (day.day - 1) // 7 + 1, time)


def component(zone: str, first_year: int, last_year: int) -> Timezone:
    """The zone, right for every moment of those years: by yearly rules where it has them, else change by change."""
    made = Timezone()
    made.add("tzid", zone)
    years = range(first_year - 1, max(last_year, first_year + ALIKE - 1) + 1)
    onsets = {year: _onsets(zone, year) for year in years}
    first = onsets[years[0]]
    if first and all([each.rule for each in onsets[year]] == [each.rule for each in first] for year in years):
        for each in first:
            part = _part(each)
            month, weekday, which, _ = each.rule
            part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": f"{which}{DAYS[weekday]}"})
            made.add_component(part)
        return made
    made.add_component(_part(_begin(zone, years[0])))
    for year in years:
        for each in onsets[year]:
            made.add_component(_part(each))
    return made


def _part(onset: _Onset) -> TimezoneStandard | TimezoneDaylight:
    part = TimezoneDaylight() if onset.summer else TimezoneStandard()
    part.add("dtstart", onset.local)
    part.add("tzoffsetfrom", onset.before)
    part.add("tzoffsetto", onset.after)
    part.add("tzname", onset.name)
    return part


def _begin(zone: str, year: int) -> _Onset:
    """What holds at the beginning of a year, as a change that changes nothing."""
    here = datetime(year, 1, 1, tzinfo=ZoneInfo(zone))
    offset = here.utcoffset() or NONE
    return _Onset(here.replace(tzinfo=None), offset, offset, here.tzname() or zone, bool(here.dst()))


@lru_cache(maxsize=256)
def _onsets(zone: str, year: int) -> tuple[_Onset, ...]:
    """Every change of the clocks in a year, in order."""
    where = ZoneInfo(zone)
    found = []
    day = datetime(year, 1, 1, tzinfo=UTC)
    while day.year == year:
        if day.astimezone(where).utcoffset() != (day + ONE_DAY).astimezone(where).utcoffset():
            found.append(_onset(where, day, day + ONE_DAY))
        day += ONE_DAY
    return tuple(found)


def _onset(where: ZoneInfo, low: datetime, high: datetime) -> _Onset:
    """The change between two instants, to the second."""
    before = low.astimezone(where).utcoffset() or NONE
    while high - low > SECOND:
        middle = low + timedelta(seconds=(high - low) // (2 * SECOND))
        if middle.astimezone(where).utcoffset() == before:
            low = middle
        else:
            high = middle
    after = high.astimezone(where)
    local = (high + before).replace(tzinfo=None)
    return _Onset(local, before, after.utcoffset() or NONE, after.tzname() or where.key, bool(after.dst()))
