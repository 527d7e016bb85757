"""Which days count? Working-day arithmetic over named sets of days that do not, with what is known of each set.

Values in, values out: the sets come from ``workflows.calendars`` or from an organisation's own lists.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256
from types import MappingProxyType

from engine.definition import CalendarPart, DueRoll
from engine.errors import CollegiumError

LONGEST_GAP = 3660  # days in a row that do not count, after which a search is given up
ONE_DAY = timedelta(days=1)
REGIONS = ("Noord", "Midden", "Zuid")  # of the Dutch school holidays
WEEKEND = (6, 0)  # Saturday and Sunday as date.toordinal() % 7


class CalendarError(CollegiumError):
    """A date cannot be computed with this calendar."""


@dataclass(frozen=True, slots=True)
class DaySet:
    """Days that do not count; `known` are the periods in which every other day is known to count (None: always)."""

    name: str  # "public-holidays(NL)", "school-holidays(Midden)"
    version: str  # changes with `days` and `known`
    days: frozenset[date]
    known: tuple[tuple[date, date], ...] | None = None  # first and last day of each period
    labels: Mapping[date, str] = field(  # why a day does not count
        default_factory=lambda: MappingProxyType({}), compare=False, repr=False
    )

    def __post_init__(self) -> None:
        if self.known is not None:
            object.__setattr__(self, "known", tuple(sorted(self.known)))

    def __hash__(self) -> int:
        return hash((self.name, self.version))

    def covers(self, first: date, last: date) -> bool:
        """Whether it is known of every day from the first up to and including the last."""
        if self.known is None:
            return True
        unsure = first
        for begin, end in self.known:
            if begin <= unsure <= end:
                if last <= end:
                    return True
                unsure = end + ONE_DAY
        return False


@dataclass(frozen=True, slots=True)
class Calendar:
    """The union of sets of days that do not count, weekends among them where `weekend` is set."""

    name: str
    weekend: bool = True
    sets: tuple[DaySet, ...] = ()
    _off: frozenset[int] = field(init=False, repr=False, compare=False)
    _version: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        off, version = _compiled(self.weekend, self.sets)
        object.__setattr__(self, "_off", off)
        object.__setattr__(self, "_version", version)

    @classmethod
    def union(cls, name: str, *calendars: Calendar) -> Calendar:
        """A day counts where it counts in all of them."""
        sets = dict.fromkeys(days for calendar in calendars for days in calendar.sets)
        return cls(name, any(calendar.weekend for calendar in calendars), tuple(sets))

    @property
    def version(self) -> str:
        """Same version, same answers: 12 hexadecimal digits over the weekend flag and the versions of the sets."""
        return self._version

    def counts(self, day: date) -> bool:
        number = day.toordinal()
        return not (number in self._off or (self.weekend and number % 7 in WEEKEND))

    def why_not(self, day: date) -> str | None:
        """Why a day does not count: ``Tweede paasdag, public-holidays(NL)``; None where it counts."""
        for days in self.sets:
            if day in days.days:
                label = days.labels.get(day)
                return f"{label}, {days.name}" if label else days.name
        return None if self.counts(day) else "weekend"

    def add(self, day: date, n: int) -> date:
        """The n-th counting day after a day (n > 0) or before it (n < 0); 0 is the day itself.

        Raises CalendarError where 3,660 days in a row do not count, or beyond the years 1 to 9999.
        """
        step, left = (1, n) if n > 0 else (-1, -n)
        if left > date.max.toordinal():
            raise CalendarError(f"Can't count {n} days from {day}: the calendar ends on {date.max}")
        off, weekend = self._off, WEEKEND if self.weekend else ()
        number = day.toordinal()
        gap = 0
        while left:
            number += step
            if number % 7 in weekend or number in off:
                gap += 1
                if gap >= LONGEST_GAP:
                    raise self._nothing_counts(number - step * gap, number)
            else:
                left -= 1
                gap = 0
        return _day(number)

    def roll(self, day: date, direction: DueRoll) -> date:
        """The day itself where it counts, else the first one before (`back`) or after it (`forward`) that does.

        `nearest` takes the nearer of both, and the later where they are as far.
        """
        if direction == "none" or self.counts(day):
            return day
        if direction == "nearest":
            before, after = self.add(day, -1), self.add(day, 1)
            return before if day - before < after - day else after
        return self.add(day, 1 if direction == "forward" else -1)

    def between(self, first: date, last: date) -> int:
        """Counting days after the first up to and including the last, so that ``between(d, add(d, n)) == n``.

        Where the last lies before the first: those before the first down to and including the last, as a negative.
        """
        if last < first:
            return -self._count(last.toordinal(), first.toordinal())
        return self._count(first.toordinal() + 1, last.toordinal() + 1)

    def unknown(self, first: date, last: date) -> tuple[str, ...]:
        """The sets that are not known of every day between two days, both included, in either order."""
        first, last = min(first, last), max(first, last)
        return tuple(days.name for days in self.sets if not days.covers(first, last))

    def _count(self, start: int, stop: int) -> int:
        off, weekend = self._off, WEEKEND if self.weekend else ()
        return sum(1 for number in range(start, stop) if number % 7 not in weekend and number not in off)

    def _nothing_counts(self, start: int, stop: int) -> CalendarError:
        sets = ", ".join(days.name for days in self.sets)
        return CalendarError(
            f"Can't find a working day in calendar {self.name!r}: no day counts between {_edge(start)} and "
            f"{_edge(stop)} ({sets}). Shorten the absence or closing days there."
        )


def compose(
    parts: tuple[CalendarPart, ...],
    all_calendars: Mapping[str, tuple[CalendarPart, ...]],
    lookup: Callable[[CalendarPart], tuple[DaySet, ...]],
    *,
    name: str,
) -> Calendar:
    """A calendar from its declared parts; `lookup` gives the sets of every part but weekend and other calendars.

    Where nobody is meant yet (a panel without members) `lookup` gives no sets, and the rest of the parts remain.
    """
    flat = tuple(_flat(parts, all_calendars, ()))
    sets = dict.fromkeys(days for part in flat if part.kind != "weekend" for days in lookup(part))
    return Calendar(name, any(part.kind == "weekend" for part in flat), tuple(sets))


def _flat(
    parts: tuple[CalendarPart, ...], all_calendars: Mapping[str, tuple[CalendarPart, ...]], path: tuple[str, ...]
) -> list[CalendarPart]:
    flat: list[CalendarPart] = []
    for part in parts:
        if part.kind != "calendar":
            flat.append(part)
        elif part.argument in path:
            raise CalendarError(f"Calendars name each other in a circle: {' -> '.join((*path, part.argument))}")
        elif part.argument not in all_calendars:
            raise CalendarError(f"There is no calendar {part.argument!r}; there are: {', '.join(all_calendars)}")
        else:
            flat += _flat(all_calendars[part.argument], all_calendars, (*path, part.argument))
    return flat


@lru_cache(maxsize=64)
def _compiled(weekend: bool, sets: tuple[DaySet, ...]) -> tuple[frozenset[int], str]:
    numbers = frozenset(day.toordinal() for days in sets for day in days.days)
    identity = "\n".join([f"weekend={weekend}", *sorted(f"{days.name} {days.version}" for days in sets)])
    return numbers, sha256(identity.encode()).hexdigest()[:12]


def _day(number: int) -> date:
    if not 1 <= number <= date.max.toordinal():
        raise CalendarError(f"Can't reckon beyond the years {date.min.year} to {date.max.year}")
    return date.fromordinal(number)


def _edge(number: int) -> date:
    return date.fromordinal(min(max(number, 1), date.max.toordinal()))
