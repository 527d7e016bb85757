"""Has a date come at which a transition is taken by itself? Which instant of its day is it?"""

from __future__ import annotations

from datetime import datetime

from engine.draft import Draft
from engine.expressions import At, DateExpr, EndOf
from engine.moments import Found, due_instant, start_instant


def armed_name(transition: str, holding: str | None) -> str:
    """The moment that says a timed transition's date has come."""
    return f"when:{transition}@{holding}" if holding else f"when:{transition}"


def has_come(draft: Draft, transition: str, holding: str | None, entered: int, at: datetime) -> bool:
    """Whether a dated moment of a transition has come since its state was entered, and was not moved ahead again."""
    mark = draft.moments.get(armed_name(transition, holding))
    return mark is not None and mark.seq > entered and at <= max(mark.at, draft.at)


def when_instant(draft: Draft, expr: DateExpr, found: Found) -> datetime:
    """The instant of a dated `when`."""
    return due_instant(draft, found) if means_end(draft, expr) else start_instant(draft, found)


def means_end(draft: Draft, expr: DateExpr) -> bool:
    """Whether a moment in `when` is the end of its day: `end of ...`, X.due and items of `deadlines` are."""
    if isinstance(expr.base, EndOf):
        return True
    if not isinstance(expr.base, At) or expr.shifts:
        return False
    return expr.base.ref.part == "due" or expr.base.ref.name in draft.definition.deadlines
