"""Can two comparisons of moments both hold? Also by what is always so: no case is launched after now."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from engine.expressions import At, Base, Compare, DateExpr, Now, Ref

LAUNCHED = At(Ref("case", "launched"))


def out_of_order(one: Compare, two: Compare) -> bool:
    """Whether two comparisons put moments in orders of which each excludes the other."""
    for (early, late, strict), (soon, last, strictly) in product(_orders(one), _orders(two)):
        if late == soon and last == early and (strict or strictly):
            return True
        if strict and strictly and _never_after(late, soon) and _never_after(last, early):
            return True  # days and times are different orders, of which only what is strict in one holds in both
    return False


def _orders(test: Compare) -> tuple[tuple[DateExpr, DateExpr, bool], ...]:
    """What comes before what, and whether they may be the same."""
    if not isinstance(test.left, DateExpr) or not isinstance(test.right, DateExpr):
        return ()
    left, right = replace(test.left, text=""), replace(test.right, text="")
    forth, back = (left, right), (right, left)
    match test.operator:
        case "<" | "<=":
            return ((*forth, test.operator == "<"),)
        case ">" | ">=":
            return ((*back, test.operator == ">"),)
        case "=":
            return ((*forth, False), (*back, False))
    return ()


def _never_after(one: DateExpr, two: DateExpr) -> bool:
    """Whether the one moment is the other one, or comes before it in every case."""
    if one == two:
        return True
    ordered = _same_or_launch(one.base, two.base) and one.clock is None and two.clock is None
    earlier = all(shift.sign < 0 and isinstance(shift.amount, int) for shift in one.shifts)
    later = all(shift.sign > 0 and isinstance(shift.amount, int) for shift in two.shifts)
    return ordered and earlier and later


def _same_or_launch(one: Base, two: Base) -> bool:
    return one == two or (one == LAUNCHED and isinstance(two, Now))
