"""When is something, and when is it due? Calendars, days that come back, named days and due dates of a definition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from engine.expressions import DateExpr, Delta, Lines, Window

DueRoll: TypeAlias = Literal["back", "forward", "nearest", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPart:
    """Days that do not count: a kind and its argument (``school-holidays``, ``host``), or another calendar."""

    kind: Literal["weekend", "public-holidays", "equated-days", "school-holidays", "absence", "calendar"]
    argument: str = ""  # country code; host, panel, assignee, region; the other calendar's name


@dataclass(frozen=True, slots=True, kw_only=True)
class GateDef:
    """Fixed days on which something can happen: listed by the office, or the same month and day each year."""

    name: str
    yearly: tuple[tuple[int, int], ...] = ()  # (month, day); empty: listed by the office
    at_least_ahead: Delta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DateDef:
    """A named day: computed from another, asked at launch, or set by transitions; provisional until then."""

    name: str
    source: DateExpr | None = None
    asked_at_launch: bool = False
    set_by: tuple[str, ...] = ()
    provisional: DateExpr | None = None
    window: Window | None = None
    days: tuple[int, int] = (1, 1)  # how long it lasts, at least and at most
    moves: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRule:
    """One way to compute a due date; the first whose `condition` holds is taken."""

    at: DateExpr
    condition: Lines = ()
    calendar: str | None = None
    roll: DueRoll | None = None
    atw: bool = False  # Algemene termijnenwet, art. 1 and 2
    not_before: DateExpr | None = None
    not_after: DateExpr | None = None
    closes: DateExpr | None = None
    clock_runs: bool = False
    stops_in: str | None = None  # a calendar: days that do not count in it are added to the term
    stops_while: tuple[str, ...] = ()  # tasks: as long as one of them is open the clock of this one stands still
    room: Delta | None = None
    warn_after: DateExpr | None = None
