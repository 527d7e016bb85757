"""How far does a date lie from its anchor, at least and at most, in days? Enough to say what is certainly too late."""

from __future__ import annotations

from dataclasses import dataclass

from engine.expressions import At, DateExpr, Delta

LEAST = {"h": 0.0, "d": 1.0, "wd": 1.0, "sd": 1.0, "w": 7.0, "mo": 28.0, "q": 89.0, "y": 365.0, "sy": 300.0}
MOST = {"h": 1.0, "d": 1.0, "w": 7.0, "mo": 31.0, "q": 92.0, "y": 366.0, "sy": 400.0}
FEW_DAYS_OFF = 3.0  # so many times its number of working days a span may last, and a month for holidays in it
HOLIDAYS = 60.0
ROLL = 14.0  # days by which a date may roll over days that do not count


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
    first, second = span_of(one), span_of(two)
    if first is None or second is None or first.anchor != second.anchor:
        return False
    ours, theirs = _one_unit(one), _one_unit(two)
    if ours is not None and theirs is not None and ours[1] == theirs[1]:
        return ours[0] > theirs[0]  # the same steps along the same calendar
    return first.least > second.most + slack


def _one_unit(date: DateExpr) -> tuple[int, str] | None:
    if len(date.shifts) != 1:
        return None
    (shift,) = date.shifts
    if not isinstance(amount := shift.amount, int):
        return None
    return shift.sign * amount, shift.unit


def _days(amount: int, unit: str) -> tuple[float, float]:
    if unit in ("wd", "sd"):
        return amount * 1.0, amount * FEW_DAYS_OFF + HOLIDAYS if amount else 0.0
    return amount * LEAST[unit], amount * MOST[unit]
