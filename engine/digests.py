"""Which digest is due for whom? Pure rules over the last issue, the facts that a reader may know, and the moment.

Each reader, kind and period has one issue at most. A digest leaves in its reader's hours: those of the office, on days
that count for the office and on which the reader is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Literal, Self, TypeAlias, get_args
from zoneinfo import ZoneInfo

from engine.business_days import LONGEST_GAP, Calendar
from engine.case import Case
from engine.definition import Definition
from engine.offsets import Point, add_months, instant, local
from engine.summary import CaseSummary

DigestKind: TypeAlias = Literal["week", "partnership", "region"]
Cause: TypeAlias = Literal["week", "month", "change", "replaced"]

KINDS: tuple[DigestKind, ...] = get_args(DigestKind)
ONE_DAY = timedelta(days=1)
DIGITS = 16  # of a hash: enough to see that something differs
MONTH = len("2027-03")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Whether a person gets one kind of digest; without a row the default of that kind holds."""

    person: str
    kind: str
    off_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestIssue:
    """A digest that was made, once per reader, kind and period."""

    secretariat: str
    person: str
    kind: str
    period: str  # "2027-W09", "2027-03", "2027-03-11"
    facts: str  # hash of the facts that it told
    message: str | None  # None: there was nobody to send it to
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When somebody may be written to without being asked for anything."""

    zone: ZoneInfo
    opens: time
    closes: time
    calendar: Calendar

    def day_of(self, now: datetime) -> date:
        return local(now, self.zone).day

    def opening(self, day: date) -> datetime:
        """The instant at which the hours of that day begin."""
        return instant(Point(day, self.opens), self.zone, ends=False)

    def closing(self, day: date) -> datetime:
        """The instant at which the hours of that day end."""
        return instant(Point(day, self.closes), self.zone, ends=False)

    def are_open(self, now: datetime) -> bool:
        here = local(now, self.zone)
        return here.clock is not None and self.opens <= here.clock <= self.closes and self.calendar.counts(here.day)

    def first_day(self, first: date, last: date) -> date | None:
        """The first day that counts in a period; None where none does."""
        day = first
        while day <= last:
            if self.calendar.counts(day):
                return day
            day += ONE_DAY
        return None

    def next_opening(self, now: datetime) -> datetime | None:
        """The first opening later than now; None where so long no day counts that nobody will wait for it."""
        today = self.day_of(now)
        for n in range(LONGEST_GAP):
            day = today + timedelta(days=n)
            if self.calendar.counts(day) and self.opening(day) > now:
                return self.opening(day)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a summary tells, as two hashes: what is told as soon as it changes, and what else waits for the month."""

    course: str
    standing: str

    @classmethod
    def read(cls, text: str) -> Self:
        course, _, standing = text.partition(".")
        return cls(course=course, standing=standing)

    def __str__(self) -> str:
        return f"{self.course}.{self.standing}"


def course_of(cases: Iterable[tuple[Definition, Case]]) -> str:
    """Phase, fixed visit, pause and outcome of somebody's cases: a change of these is told at once.

    Their order does not matter. It is read from the cases alone, so that most looks need no more.
    """
    return _hash(sorted(_course(definition, case) for definition, case in cases))


def standing_of(cases: Iterable[CaseSummary]) -> str:
    """Steps, next dates and lateness of cases that were cut to what their reader may see.

    They change often or by the passing of time, and who must act hears of them in mails of their own.
    """
    return _hash(sorted(_standing(each) for each in cases))


def _course(definition: Definition, case: Case) -> tuple[str, ...]:
    stage = definition.stages[case.stage]
    visits = [case.moments[name] for name, own in definition.dates.items() if own.moves and name in case.moments]
    fixed = [f"{each.day}/{each.last_day}" for each in visits if not each.provisional]
    paused = str(case.paused.until) if case.paused else ""
    ended = (case.outcome or case.stage) if stage.end else ""
    return case.id, stage.phase or "", " ".join(fixed), paused, ended


def _standing(case: CaseSummary) -> tuple[str, ...]:
    schedule, following = case.schedule, case.milestone
    how = f"{schedule.state} {schedule.party}" if schedule else ""
    what = f"{following.kind} {following.name} {following.on.day}" if following else ""
    return case.case, case.stage, how, what


def _hash(parts: Iterable[tuple[str, ...]]) -> str:
    return sha256("\n".join("\t".join(part) for part in parts).encode()).hexdigest()[:DIGITS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody to whom a kind of digest belongs, and what decides whether one goes out."""

    person: str
    kind: DigestKind
    hours: Hours
    wanted: bool = True  # not switched off, and there is an address that works
    since: datetime | None = None  # when the first of the cases began that still run; None: none runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A digest to be made now. `replaced` makes none: it notes that the month's was not needed."""

    period: str  # "2027-W09", "2027-03", "2027-03-11"
    cause: Cause

    @property
    def is_sent(self) -> bool:
        return self.cause != "replaced"


def due(reader: Reader, course: str, last: DigestIssue | None, now: datetime) -> Due | None:
    """What this reader gets at `now`, given the newest issue of that kind; None where nothing is due.

    `course` is that of the reader's cases. Once all facts are known `settled` says whether a month can be left out.
    """
    if not reader.wanted or not reader.hours.are_open(now):
        return None
    return _week(reader, last, now) if reader.kind == "week" else _status(reader, course, last, now)


def settled(item: Due, reader: Reader, facts: Facts, last: DigestIssue | None, now: datetime) -> Due:
    """The month's digest becomes `replaced` where it would say what the last one of this quarter has said.

    The first month of a quarter is left out only where a change that was told in the month before has said it.
    """
    if item.cause != "month" or last is None or last.facts != str(facts):
        return item
    first, told = period_of(reader.kind, reader.hours.day_of(now))[1], reader.hours.day_of(last.at)
    by_change = len(last.period) > MONTH and told >= add_months(first, -1)
    return Due(period=item.period, cause="replaced") if by_change or _quarter(told) == _quarter(first) else item


def next_due(reader: Reader, facts: Facts, last: DigestIssue | None, now: datetime, *, looked: bool) -> datetime | None:
    """When the next digest goes out if nothing changes: at the next look where one was missed or something has changed.

    A month that would be left out, since it has nothing new to say, is passed over. `looked`: somebody has looked today
    already, so that the next look is on another day.
    """
    look = now if reader.hours.are_open(now) and not looked else reader.hours.next_opening(now)
    if look is not None and (item := due(reader, facts.course, last, look)) is not None:
        if settled(item, reader, facts, last, look).is_sent:
            return look
        last = _left_out(item, last, facts, look)
    for moment in _regular(reader, now):
        item = Due(period=period_of(reader.kind, reader.hours.day_of(moment))[0], cause=_by_itself(reader))
        if settled(item, reader, facts, last, moment).is_sent:
            return moment
        last = _left_out(item, last, facts, moment)
    return None


def _by_itself(reader: Reader) -> Cause:
    return "week" if reader.kind == "week" else "month"


def _left_out(item: Due, last: DigestIssue | None, facts: Facts, at: datetime) -> DigestIssue | None:
    """What is noted of a month that has nothing new to say."""
    return None if last is None else replace(last, period=item.period, facts=str(facts), message=None, at=at)


def next_regular(reader: Reader, now: datetime) -> datetime | None:
    """When the next weekly or monthly digest is due if the office keeps its calendar; None: none while no case runs."""
    return next(_regular(reader, now), None)


def _regular(reader: Reader, now: datetime) -> Iterator[datetime]:
    if not reader.wanted or reader.since is None:
        return
    first, last = period_of(reader.kind, reader.hours.day_of(now))[1:]
    for _ in range(14):
        day = reader.hours.first_day(first, last)
        if day is not None and reader.hours.opening(day) > max(now, reader.since):
            yield reader.hours.opening(day)
        first, last = period_of(reader.kind, last + ONE_DAY)[1:]


def period_of(kind: DigestKind, day: date) -> tuple[str, date, date]:
    """The week (ISO 8601) or month in which a day lies: its name, first and last day."""
    if kind == "week":
        year, week, number = day.isocalendar()
        monday = day - timedelta(days=number - 1)
        return f"{year}-W{week:02d}", monday, monday + timedelta(days=6)
    first = day.replace(day=1)
    return f"{day:%Y-%m}", first, add_months(first, 1) - ONE_DAY


def _quarter(day: date) -> tuple[int, int]:
    return day.year, (day.month - 1) // 3


def _has_begun(reader: Reader, first: date, last: date, now: datetime) -> bool:
    """Whether the first day of a period has come, for a reader whose cases ran before it."""
    day = reader.hours.first_day(first, last)
    if day is None or reader.since is None:
        return False
    return reader.since < reader.hours.opening(day) <= now


def _week(reader: Reader, last: DigestIssue | None, now: datetime) -> Due | None:
    period, monday, sunday = period_of("week", reader.hours.day_of(now))
    if (last is not None and last.period == period) or not _has_begun(reader, monday, sunday, now):
        return None
    return Due(period=period, cause="week")


def _status(reader: Reader, course: str, last: DigestIssue | None, now: datetime) -> Due | None:
    today = reader.hours.day_of(now)
    period, first, final = period_of(reader.kind, today)
    told = reader.hours.day_of(last.at) if last is not None else None
    if (told is None or told < first) and _has_begun(reader, first, final, now):
        return Due(period=period, cause="month")
    if last is None or told is None or told >= today or Facts.read(last.facts).course == course:
        return None
    return Due(period=today.isoformat(), cause="change")
