"""Which days does a calendar file name? iCalendar as Outlook, Google and Apple export it, made into whole days."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

from collegium.importing import recurrences
from engine.errors import CollegiumError
from engine.saying import said
from notifications.paragraphs import CONTROL

MOST_BYTES = 5_000_000
MOST_EVENTS = 5_000
MOST_SERIES = 500
MOST_OCCURRENCES = 10_000  # of events that repeat, in the period
LONGEST = 366  # days of one event
LONGEST_NAME = 120
DAY_BEGINS, DAY_ENDS = time(8), time(18)
ENOUGH = timedelta(hours=6)  # of these hours, for a day to count
ONE_DAY = timedelta(days=1)
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
EXPORT = "Export the calendar as iCalendar (.ics): Outlook calls it Save Calendar, Google Export, Apple Export."
LINE = re.compile(r"[A-Za-z0-9-]+[;:]")  # RFC 5545 section 3.1: a name, then parameters or the value
FREE = ("FREE", "WORKINGELSEWHERE")
SERIES = ("RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")


class UnreadableCalendar(CollegiumError):
    """A file cannot be read as a calendar; the message says what would help."""


@dataclass(frozen=True, slots=True, order=True)
class Days:
    """Whole days, the last one included, and what the event is called."""

    first: date
    last: date
    name: str = ""


@dataclass(frozen=True, slots=True)
class RefusedEvent:
    """An event that cannot be taken in, and why."""

    name: str
    when: str
    why: str


@dataclass(slots=True, kw_only=True)
class DayReading:
    """What a file holds, in the order of its days."""

    days: list[Days] = field(default_factory=list)
    refused: list[RefusedEvent] = field(default_factory=list)
    cancelled: int = 0
    free: int = 0  # events during which one can be reached
    partly: int = 0  # events that leave enough of each day
    outside: int = 0  # before or after the period that is looked at


def read_days(data: bytes, *, zone: str, first: date, last: date, reachable_is_free: bool) -> DayReading:
    """The days of every event that touches the period from `first` up to and including `last`.

    A time without a zone is one of `zone`, in which days begin and end; DTEND is exclusive (RFC 5545 section 3.6.1). An
    event with times counts for the days of which it takes six hours between eight and six. `reachable_is_free`: events
    that leave somebody free are no absence. Raises UnreadableCalendar for the file as a whole.
    """
    reader = _Reader(ZoneInfo(zone), first, last, reachable_is_free)
    events = list(_events(data))
    for _, same in groupby(sorted(events, key=_uid), key=_uid):
        reader.series(list(same))
    reader.reading.days = sorted(set(reader.reading.days))
    return reader.reading


def _events(data: bytes) -> Iterator[icalendar.Event]:
    if len(data) > MOST_BYTES:
        raise UnreadableCalendar(
            said(
                "This file has {n} MB, and {most} MB is the most that is read. "
                "Export only the calendar that is meant, or a shorter period.",
                n=round(len(data) / 1e6),
                most=round(MOST_BYTES / 1e6),
            )
        )
    text = _text(data)
    if "BEGIN:VCALENDAR" not in text.upper():
        raise UnreadableCalendar(
            said("This is no calendar file: it has no line BEGIN:VCALENDAR. {export}", export=EXPORT)
        )
    number = sum(line.strip().upper() == "BEGIN:VEVENT" for line in text.split("\n"))
    if number > MOST_EVENTS:
        raise UnreadableCalendar(
            said(
                "This calendar has {n} events, and {most} is the most that is read. Export a shorter period.",
                n=number,
                most=MOST_EVENTS,
            )
        )
    try:
        calendars = icalendar.Calendar.from_ical(text, multiple=True)
    except ValueError as error:
        words = CONTROL.sub(" ", str(error))[:200]
        raise UnreadableCalendar(_damaged(text, words)) from error
    events = [each for calendar in calendars for each in calendar.walk("VEVENT") if isinstance(each, icalendar.Event)]
    if len(events) != number:
        raise UnreadableCalendar("This calendar breaks off in the middle of an event. Export it once more.")
    yield from events


def _damaged(text: str, words: str) -> str:
    """Where a calendar cannot be read and what helps; the words of the library, which are English, at the end."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip() and not line.startswith((" ", "\t")) and not LINE.match(line):
            return said(
                "Line {n} of this calendar is none that a calendar can hold, so nothing of it is read. "
                "{export} ({error})", n=number, export=EXPORT, error=words,
            )  # fmt: skip
    return said(
        "This calendar is damaged: its events cannot be told apart, so nothing of it is read. {export} ({error})",
        export=EXPORT, error=words,
    )  # fmt: skip


def _text(data: bytes) -> str:
    encoding = next((name for mark, name in MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")  # RFC 5545 wants UTF-8; older programs wrote what they had
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _uid(event: icalendar.Event) -> str:
    return str(event.get("UID") or f"without {id(event)}")


@dataclass(slots=True)
class _Reader:
    """Turns events into days."""

    zone: ZoneInfo
    first: date
    last: date
    reachable_is_free: bool
    reading: DayReading = field(default_factory=DayReading)
    found: int = 0
    repeated: int = 0

    def series(self, events: list[icalendar.Event]) -> None:
        """The events of one UID: one, or one that repeats with its exceptions."""
        if len(events) == 1 and not any(name in events[0] for name in SERIES):
            self.event(events[0], once=True)
            return
        self.repeated += 1
        if self.repeated > MOST_SERIES:
            raise UnreadableCalendar(
                said(
                    "This calendar has more than {n} events that repeat. Export only the calendar that is meant.",
                    n=MOST_SERIES,
                )
            )
        reason = next((why for event in events if (why := recurrences.objection(event))), None)
        if reason is not None:
            return self._refuse(events[0], reason)
        calendar = icalendar.Calendar()
        for event in events:
            calendar.add_component(event)
        try:
            occurrences = recurring_ical_events.of(calendar).between(self.first, self.last + ONE_DAY)
        except (ValueError, TypeError, OverflowError) as error:
            why = said(
                "its repetition cannot be worked out: write its days as events of their own ({error})",
                error=type(error).__name__,
            )
            return self._refuse(events[0], why)
        self.found += len(occurrences)
        if self.found > MOST_OCCURRENCES:
            raise UnreadableCalendar(
                said(
                    "The events of this calendar come back more than {n} times in six years. "
                    "Export only the calendar that is meant.",
                    n=MOST_OCCURRENCES,
                )
            )
        for occurrence in occurrences:
            self.event(occurrence, once=False)

    def event(self, event: Any, *, once: bool) -> None:
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            self.reading.cancelled += 1
        elif self.reachable_is_free and _leaves_free(event):
            self.reading.free += 1
        else:
            self._take(event, once)

    def _take(self, event: Any, once: bool) -> None:
        try:
            begin, end = _span(event)
        except ValueError as error:
            return self._refuse(event, error.args[0])
        days = self._days(begin, end)
        if not days:
            self.reading.partly += 1
            return None
        if (days[-1] - days[0]).days >= LONGEST:
            return self._refuse(event, "it is longer than a year")
        if days[-1] < self.first or days[0] > self.last:
            self.reading.outside += once
            return None
        self.reading.days.append(Days(days[0], days[-1], name_of(event)))
        return None

    def _days(self, begin: date | datetime, end: date | datetime) -> tuple[date, ...]:
        """The first and the last day that count; empty where none does."""
        if not isinstance(begin, datetime) or not isinstance(end, datetime):
            return (begin, max(begin, end - ONE_DAY))
        here, there = self._local(begin), self._local(end)
        days = [here.date(), there.date()]
        while days[0] <= days[1] and not _fills(days[0], here, there):
            days[0] += ONE_DAY
        while days[0] <= days[1] and not _fills(days[1], here, there):
            days[1] -= ONE_DAY
        return tuple(days) if days[0] <= days[1] else ()

    def _local(self, moment: datetime) -> datetime:
        return (moment if moment.tzinfo is None else moment.astimezone(self.zone)).replace(tzinfo=None)

    def _refuse(self, event: Any, why: str) -> None:
        self.reading.refused.append(RefusedEvent(name_of(event), _when(event), why))


def _span(event: Any) -> tuple[date | datetime, date | datetime]:
    """Begin and end as RFC 5545 section 3.6.1 has them. Raises ValueError with the reason."""
    if event.get("DTSTART") is None:
        raise ValueError("it has no begin")
    begin, end, length = (_value(event, name) for name in ("DTSTART", "DTEND", "DURATION"))
    if end is None:
        whole_day = ONE_DAY if not isinstance(begin, datetime) else timedelta(0)
        end = begin + (length if isinstance(length, timedelta) else whole_day)
    if isinstance(begin, datetime) != isinstance(end, datetime):
        raise ValueError("it begins on a day and ends at a time, or the other way round")
    if isinstance(begin, datetime) and (begin.tzinfo is None) != (end.tzinfo is None):
        begin, end = begin.replace(tzinfo=None), end.replace(tzinfo=None)
    if end < begin:
        raise ValueError("it ends before it begins")
    return begin, end


def _value(event: Any, name: str) -> Any:
    prop = event.get(name)
    if isinstance(prop, list):
        raise ValueError(said("it has more than one {name}", name=name))
    try:
        return prop.dt if prop is not None else None
    except ValueError as error:
        raise ValueError(said("its {name} cannot be read", name=name)) from error


def _fills(day: date, begin: datetime, end: datetime) -> bool:
    """Whether somebody who has this has no day left."""
    opens, closes = datetime.combine(day, DAY_BEGINS), datetime.combine(day, DAY_ENDS)
    return min(end, closes) - max(begin, opens) >= ENOUGH


def _leaves_free(event: Any) -> bool:
    shown = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper()
    return shown in FREE if shown else str(event.get("TRANSP", "")).upper() == "TRANSPARENT"


def name_of(event: Any) -> str:
    """What the event is called, on one line."""
    return " ".join(CONTROL.sub(" ", str(event.get("SUMMARY") or "")).split())[:LONGEST_NAME]


def _when(event: Any) -> str:
    begin = event.get("DTSTART")
    try:
        return str(begin.dt)
    except (ValueError, AttributeError):
        return CONTROL.sub(" ", str(begin))[:LONGEST_NAME] if begin is not None else "no date"


def merged(days: Iterable[Days]) -> list[Days]:
    """Without names, and what touches or overlaps as one."""
    found: list[Days] = []
    for each in sorted(days):
        if found and each.first <= found[-1].last + ONE_DAY:
            found[-1] = Days(found[-1].first, max(found[-1].last, each.last))
        else:
            found.append(Days(each.first, each.last))
    return found
