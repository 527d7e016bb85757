"""What would a calendar file change in the closing days of an organisation, or in somebody's absences?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, TypeAlias, get_args

from collegium.importing.day_files import Days, merged
from engine.directory import Absence
from workflows import calendars

NEAR = timedelta(days=21)  # an event of the same name that comes so soon before or after was moved
LONG = 5  # days from which closing days look like school holidays
Fate: TypeAlias = Literal["new", "changed", "unchanged", "kept", "removed"]
FATES: tuple[Fate, ...] = get_args(Fate)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report: what becomes of these days; `was` is how they stood there."""

    fate: Fate
    days: Days
    was: Days | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All lines in the order of their days. `kept` ones are known, and the file does not name them."""

    lines: tuple[Line, ...]

    @property
    def changes(self) -> bool:
        return any(line.fate in ("new", "changed", "removed") for line in self.lines)

    @property
    def result(self) -> list[Days]:
        """What is known afterwards."""
        return sorted(line.days for line in self.lines if line.fate != "removed")

    def count(self, fate: Fate) -> int:
        return sum(line.fate == fate for line in self.lines)


def compare(known: Iterable[Days], read: Iterable[Days], *, remove: bool = False) -> Comparison:
    """Match what is known with what a file says: the same days; the same name nearby; the same days with another name.

    What the file does not name is kept, unless it is to be removed and begins in the period that the file covers.
    Matching its own result with the same file again yields no change.
    """
    before, named = sorted(set(known)), sorted(set(read))
    lines = [Line("unchanged", days) for days in named if days in before]
    left, fresh = [days for days in before if days not in named], [days for days in named if days not in before]
    for days in fresh:
        was = _same_event(days, left)
        if was is not None:
            left.remove(was)
        lines.append(Line("changed" if was else "new", days, was))
    for days in left:
        lines.append(Line("removed" if remove and _covers(named, days) else "kept", days))
    return Comparison(tuple(sorted(lines, key=lambda line: (line.days, line.fate))))


def _covers(named: Sequence[Days], days: Days) -> bool:
    """Whether these days begin in the period of which a file speaks."""
    return bool(named) and named[0].first <= days.first <= max(each.last for each in named)


def _same_event(days: Days, known: Sequence[Days]) -> Days | None:
    alike = [each for each in known if each.name == days.name and _apart(each, days) <= NEAR]
    alike = alike or [each for each in known if (each.first, each.last) == (days.first, days.last)]
    return min(alike, key=lambda each: (abs(each.first - days.first), each), default=None)


def _apart(one: Days, other: Days) -> timedelta:
    """How many days lie between two; none where they overlap."""
    return max(one.first - other.last, other.first - one.last, timedelta(0))


def compare_absences(known: Iterable[Absence], read: Iterable[Days], *, remove: bool = False) -> Comparison:
    """The same for absences, which have no name: days that are away already are known, what overlaps was changed."""
    spans = sorted(Days(each.first, each.last) for each in known)
    named, lines, left = merged(read), list[Line](), list(spans)
    # Where some days of the file reach beyond a stretch, that stretch has changed and covers no others any more.
    stay = [span for span in spans if all(_holds(span, days) or not _overlap(span, days) for days in named)]
    for days in named:
        within = next((span for span in stay if _holds(span, days)), None)
        if within is not None:
            lines += [Line("unchanged", within)] if within in left else []
            left = [span for span in left if span != within]
            continue
        over = [span for span in left if _overlap(span, days)]
        lines.append(Line("changed" if over else "new", days, over[0] if over else None))
        lines += [Line("removed", span) for span in over[1:]]
        left = [span for span in left if span not in over]
    for span in left:
        lines.append(Line("removed" if remove and _covers(named, span) else "kept", span))
    return Comparison(tuple(sorted(lines, key=lambda line: (line.days, line.fate))))


def _holds(span: Days, days: Days) -> bool:
    return span.first <= days.first and days.last <= span.last


def _overlap(one: Days, other: Days) -> bool:
    return one.first <= other.last and other.first <= one.last


def absences_after(known: Sequence[Absence], comparison: Comparison) -> tuple[Absence, ...]:
    """What is known afterwards; reason and substitute go along with days that were changed."""
    before = {Days(each.first, each.last): each for each in known}
    found = []
    for line in comparison.lines:
        if line.fate == "removed":
            continue
        old = before.get(line.was or line.days)
        found.append(
            replace(old, first=line.days.first, last=line.days.last)
            if old is not None
            else Absence(first=line.days.first, last=line.days.last)
        )
    return tuple(found)


def closing_days_after(comparison: Comparison) -> tuple[tuple[date, date, str], ...]:
    """What is known afterwards of an organisation."""
    return tuple((days.first, days.last, days.name) for days in comparison.result)


def hints(days: Iterable[Days]) -> list[str]:
    """What looks wrong in closing days that look like school holidays: most begin on a Saturday, end on a Sunday."""
    found: list[str] = []
    for each in days:
        known = next((name for name in calendars.SCHOOL_HOLIDAYS if name.casefold() in each.name.casefold()), None)
        if known is None and (each.last - each.first).days + 1 < LONG:
            continue
        name = known or each.name or "This holiday"
        year = each.first.year if each.first.month >= 9 else each.first.year - 1
        found += calendars.break_faults([calendars.SchoolBreak(name, year, each.first, each.last)])
    return found
