"""How far does a date lie from its anchor, in days, and which of two with one anchor comes first by every calendar?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date as Day
from datetime import timedelta
from functools import cache
from typing import Literal, TypeAlias

from engine.expressions import At, DateExpr, Delta
from engine.offsets import add_months

LEAST = {"h": 0.0, "d": 1.0, "wd": 1.0, "sd": 1.0, "w": 7.0, "mo": 28.0, "q": 89.0, "y": 365.0, "sy": 300.0}
MOST = {"h": 1.0, "d": 1.0, "w": 7.0, "mo": 31.0, "q": 92.0, "y": 366.0, "sy": 400.0}
FEW_DAYS_OFF = 3.0  # so many times its number of working days a span may last, and a month for holidays in it
HOLIDAYS = 60.0
SAME: dict[str, tuple[int, str]] = {
    "w": (7, "d"),
    "q": (3, "mo"),
    "y": (12, "mo"),
}  # units that are so many of another, on every day
ROLL = 14.0  # days by which a date may roll over days that do not count
SOME_DAY = Day(2024, 1, 1)
LAUNCHED = "case.launched"
HAPPENS = ("opened", "submitted", "done", "expired", "invited", "proposed", "seated")  # in the life of a case

Order: TypeAlias = Literal["before", "same", "after"]


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment, so many days on; `exact`: on the day, whatever the calendar."""

    anchor: str
    least: float
    most: float
    exact: bool = True


def span_of(date: DateExpr) -> Span | None:
    """None: not counted from one named moment by numbers, such as a gate or an end of a year."""
    if not isinstance(date.base, At):
        return None
    least = most = 0.0
    exact = True
    for shift in date.shifts:
        if not isinstance(shift.amount, int):
            return None
        low, high = _days(shift.amount, shift.unit)
        exact = exact and low == high
        least, most = (least + low, most + high) if shift.sign > 0 else (least - high, most - low)
    return Span(str(date.base.ref), least, most, exact)


def reach_of(delta: Delta) -> Span:
    """Of a distance from a due date."""
    low, high = _days(delta.amount, delta.unit)
    return Span("due", low, high, low == high) if delta.sign > 0 else Span("due", -high, -low, low == high)


def certainly_after(one: DateExpr, two: DateExpr, slack: float = ROLL) -> bool:
    """Whether one date lies behind another by every calendar. `slack`: days by which the other may roll forward."""
    return order_of(one, two, slack) == "after"


def never_before(one: DateExpr, two: DateExpr) -> bool:
    """Whether one date lies behind another or is the same day, by every calendar."""
    return order_of(one, two) in ("same", "after")


def order_of(one: DateExpr, two: DateExpr, slack: float = 0) -> Order | None:
    """How one date lies to another that is counted from the same moment; None: not so, or the calendar decides."""
    first, second = span_of(one), span_of(two)
    if first is None or second is None:
        return None
    if second.anchor == LAUNCHED and _happens(first.anchor):  # nothing happens in a case before its launch
        return "after" if first.least > second.most + slack else None
    if first.anchor != second.anchor:
        return None
    shared = next(
        (number for number, (ours, theirs) in enumerate(zip(one.shifts, two.shifts, strict=False)) if ours != theirs),
        min(len(one.shifts), len(two.shifts)),
    )
    if shared:  # the same steps lead to the same day
        return order_of(replace(one, shifts=one.shifts[shared:]), replace(two, shifts=two.shifts[shared:]), slack)
    ours, theirs = _one_unit(one), _one_unit(two)
    if ours is not None and theirs is not None and ours[1] == theirs[1]:  # the same steps along the same calendar
        return "after" if ours[0] > theirs[0] else "before" if ours[0] < theirs[0] else "same"
    if first.exact and second.exact and first.least == second.least:
        return "same"
    if first.least > second.most + slack:
        return "after"
    return "before" if second.least > first.most + slack else None


def may_lie(one: DateExpr, two: DateExpr) -> set[Order]:
    """How a date may lie to another in days and months from the same moment; none: not so.

    Months are as long as calendars have them, and a date does not roll: three months are 89 to 92 days.
    """
    if (found := order_of(one, two)) is not None:
        return {found}
    first, second = _ranged(one), _ranged(two)
    if first is None or second is None or first.anchor != second.anchor:
        return set()
    ways: dict[Order, bool] = {
        "before": first.least < second.most,
        "same": first.least <= second.most and second.least <= first.most,
        "after": first.most > second.least,
    }
    return {way for way, possible in ways.items() if possible}


def _ranged(date: DateExpr) -> Span | None:
    """Of a date in days and months alone, the fewest and most days that these can be."""
    if not isinstance(date.base, At):
        return None
    days = months = 0
    for shift in date.shifts:
        if not isinstance(shift.amount, int) or shift.unit not in ("d", "mo", *SAME):
            return None
        number, unit = SAME.get(shift.unit, (1, shift.unit))
        amount = shift.sign * shift.amount * number
        days, months = (days + amount, months) if unit == "d" else (days, months + amount)
    least, most = _lengths(months)
    return Span(str(date.base.ref), days + least, days + most)


@cache
def _lengths(months: int) -> tuple[int, int]:
    """The fewest and most days that so many months are, from any day of four years one of which is a leap year."""
    starts = [SOME_DAY + timedelta(days=number) for number in range(4 * 365 + 1)]
    lengths = {(add_months(day, months) - day).days for day in starts}
    return min(lengths), max(lengths)


def _happens(anchor: str) -> bool:
    """Whether an anchor is something that happens to a task or a seat, by its name."""
    return anchor.rpartition(".")[2] in HAPPENS


def _one_unit(date: DateExpr) -> tuple[int, str] | None:
    """How far a date lies from its moment in one unit, the end of a month aside; only days and months are added up."""
    steps = [(shift.sign * shift.amount, shift.unit) for shift in date.shifts if isinstance(shift.amount, int)]
    found = [(amount * SAME.get(unit, (1, unit))[0], SAME.get(unit, (1, unit))[1]) for amount, unit in steps]
    units = {unit for _, unit in found}
    if len(units) != 1 or len(found) < len(date.shifts) or (len(found) > 1 and not units & {"d", "mo"}):
        return None
    return sum(amount for amount, _ in found), units.pop()


def _days(amount: int, unit: str) -> tuple[float, float]:
    if unit in ("wd", "sd"):
        return amount * 1.0, amount * FEW_DAYS_OFF + HOLIDAYS if amount else 0.0
    return amount * LEAST[unit], amount * MOST[unit]
