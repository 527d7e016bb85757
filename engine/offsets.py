"""Which day, and which moment, is a shift away from another? Local points, periods, and the instants they stand for."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import combinations
from typing import TypeAlias
from zoneinfo import ZoneInfo

from engine.business_days import Calendar, CalendarError
from engine.expressions import Period, Unit

Zone: TypeAlias = str | tzinfo  # "Europe/Amsterdam", or the zone itself

DAY_ENDS = time(23, 59, 59)
DAY_STARTS = time(0)
MONTHS: dict[Unit, int] = {"mo": 1, "q": 3, "y": 12, "sy": 12}
PERIODS: dict[Period, int] = {"month": 1, "quarter": 3, "year": 12, "school year": 12}
LONGEST: dict[Unit, int] = {"d": 90, "wd": 90, "sd": 90, "w": 12, "mo": 3, "q": 1}  # Atw art. 4


@dataclass(frozen=True, slots=True)
class Point:
    """A local day, perhaps with a time; without one it is the end of the day as a due date, else its start.

    Points have no order of their own, since that depends on this: compare days, or instants.
    """

    day: date
    clock: time | None = None  # its `fold` says which of two equal local times is meant

    def __str__(self) -> str:
        return str(self.day) if self.clock is None else f"{self.day} {self.clock:%H:%M}"


def shift(
    point: Point,
    sign: int,
    amount: int,
    unit: Unit,
    *,
    calendar: Calendar,
    school: Calendar | None,
    zone: Zone,
) -> Point:
    """One step along the calendar: `amount` units after (sign +1) or before (-1) a point.

    Months, quarters, years and school years keep the day of the month, or take the last one that there is. `wd` counts
    days that count in `calendar`, `sd` in `school`. Only hours look at the instant (a point without a time is the start
    of its day) and give a time; every other unit keeps the local time as it is, and none stays none.
    """
    n = sign * amount
    if unit == "h":
        return _hours(point, n, zone)
    try:
        return Point(_days(point.day, n, unit, calendar, school), point.clock)
    except (OverflowError, ValueError) as error:
        raise _beyond(point, n, unit) from error


def add_months(day: date, n: int) -> date:
    """The same day n months on, or the last day of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def end_of(period: Period, ordinal: int, day: date, *, after: bool) -> date:
    """The last day of the n-th period: the first is the one that contains the day, or (`after`) that begins after it.

    A school year runs from 1 August up to and including 31 July.
    """
    if ordinal < 1:
        raise CalendarError(f"Can't take the end of {period} number {ordinal}: the first is number 1")
    periods = ordinal + 1 if after else ordinal
    try:
        return add_months(_begin_of(period, day), PERIODS[period] * periods) - timedelta(days=1)
    except (OverflowError, ValueError) as error:
        raise CalendarError(
            f"Can't take the end of {period} number {ordinal} of {day}: beyond the year 9999"
        ) from error


def instant(point: Point, zone: Zone, *, ends: bool) -> datetime:
    """The moment in UTC that a local point stands for.

    Without a time: 23:59:59 if it `ends`, else 00:00. A local time that does not exist (a clock put forward) is the
    first instant after it; one that exists twice is the later if it `ends` or says so itself (fold), else the earlier.
    """
    where = _zone(zone)
    clock = point.clock if point.clock is not None else (DAY_ENDS if ends else DAY_STARTS)
    try:
        first = datetime.combine(point.day, clock.replace(fold=0), where)
        second = first.replace(fold=1)
        before, after = _offset(first), _offset(second)
        if before < after:
            return _gap_end(first.astimezone(UTC), second.astimezone(UTC), where, before)
        return (second if ends or clock.fold else first).astimezone(UTC)
    except OverflowError as error:
        raise CalendarError(f"Can't find the instant of {point}: it lies beyond the years 1 to 9999") from error


def local(moment: datetime, zone: Zone) -> Point:
    """The local day and time of an aware instant."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone: instants are aware")
    there = moment.astimezone(_zone(zone))
    return Point(there.date(), there.time())


def atw(first_day: date, raw: date, calendar: Calendar, *, amount: int, unit: Unit) -> date:
    """The last day of a term set by law, after the Algemene termijnenwet (Atw).

    `first_day` is the first day of the term (the day after the event), `raw` its last as counted; in `calendar`
    Saturdays, Sundays, holidays (art. 3 lid 1), Goede Vrijdag (lid 2) and equated days (lid 3) do not count, all
    others do. Art. 1 lid 1: a term that ends on such a day runs on to the first that is none; lid 2: not a term that is
    found by counting back (`raw` before `first_day`), which is left as it is. Art. 2: a term of at least three days is
    extended until it holds at least two days that are none. Art. 4: not for terms in hours, of more than 90 days,
    12 weeks or 3 months, or in years. Only for terms in a law or AMvB.
    """
    if raw < first_day or amount > LONGEST.get(unit, 0):
        return raw
    end = calendar.roll(raw, "forward")
    if unit in ("d", "wd", "sd") and amount < 3:
        return end
    return max(end, calendar.add(first_day - timedelta(days=1), 2))


def collapsed(dates: Sequence[tuple[str, date, date]]) -> tuple[tuple[str, str], ...]:
    """Pairs whose order was lost, from (name, day as counted, day in the end): the earlier name first.

    They were asked for on different days, and have come to lie on one day or the other way round.
    """
    ordered = sorted(dates, key=lambda row: row[1])
    pairs = combinations(ordered, 2)
    return tuple((a[0], b[0]) for a, b in pairs if a[1] < b[1] and a[2] >= b[2])


def _days(day: date, n: int, unit: Unit, calendar: Calendar, school: Calendar | None) -> date:
    if unit == "wd":
        return calendar.add(day, n)
    if unit == "sd":
        if school is None:
            raise CalendarError(f"Can't count school days from {day}: no calendar of school days is given")
        return school.add(day, n)
    if unit in MONTHS:
        return add_months(day, n * MONTHS[unit])
    return day + timedelta(days=n * 7 if unit == "w" else n)


def _hours(point: Point, n: int, zone: Zone) -> Point:
    begin = instant(point, zone, ends=False)
    try:
        return local(begin + timedelta(hours=n), zone)
    except (OverflowError, ValueError) as error:
        raise _beyond(point, n, "h") from error


def _beyond(point: Point, n: int, unit: Unit) -> CalendarError:
    return CalendarError(f"Can't go {n:+}{unit} from {point}: that lies beyond the years 1 to 9999")


def _begin_of(period: Period, day: date) -> date:
    if period == "school year":
        return date(day.year if day.month >= 8 else day.year - 1, 8, 1)
    months = PERIODS[period]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _zone(zone: Zone) -> tzinfo:
    return ZoneInfo(zone) if isinstance(zone, str) else zone


def _offset(moment: datetime) -> timedelta:
    offset = moment.utcoffset()
    assert offset is not None
    return offset


def _gap_end(high: datetime, low: datetime, zone: tzinfo, before: timedelta) -> datetime:
    """The second at which the clock is put forward: after `low`, at or before `high`."""
    low, high = low.replace(microsecond=0), high.replace(microsecond=0)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if _offset(middle.astimezone(zone)) == before:
            low = middle
        else:
            high = middle
    return high
