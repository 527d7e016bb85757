"""Does a named date lie in its window? Asked when it is set, and again when the day from which the window counts moves.

A date that was agreed with people is never moved by the engine: whoever answers for the case is asked for another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from engine.arrows import positions, too_late, used_up
from engine.case import Task
from engine.definition import TransitionDef
from engine.draft import Draft
from engine.expressions import At, Base, Between, DateExpr, EndOf, Line, NextGate, Ref, Window
from engine.moments import resolve

ACCEPTED = "outside:"
"""Facts of a case: the day of a date that somebody set outside its window on purpose, and that window."""
NOTHING: Mapping[str, Ref] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """A date that was set, and its window, which does not hold that day."""

    name: str
    day: date  # its first, of several
    first: date
    last: date


def line_of(day: Ref, window: Window, owner: str | None, sets: Mapping[str, Ref] = NOTHING) -> Line:
    """What is asked of a day before it becomes that of a date with a window; the owner of the case may waive it.

    `sets`: what the same deed sets, from which the window then counts already.
    """
    text = f"{day} between {window.first.text} and {window.last.text}"
    first, last = (replace(end, base=_as_set(end.base, sets)) for end in (window.first, window.last))
    return Line(Between(DateExpr(At(day), text=str(day)), first, last), text, owner)


def _as_set(base: Base, sets: Mapping[str, Ref]) -> Base:
    match base:
        case At():
            return At(sets.get(str(base.ref), base.ref))
        case EndOf():
            return replace(base, ref=sets.get(str(base.ref), base.ref))
        case NextGate():
            return replace(base, base=_as_set(base.base, sets))
        case _:
            return base


def outside(draft: Draft) -> Iterator[Outside]:
    """The dates that lie outside their windows; not those that somebody has set there on purpose.

    A window that counts from a provisional day says nothing yet (language.md, Dates 6).
    """
    for name in () if draft.definition.stages[draft.stage].end else draft.definition.dates:
        found = lies_outside(draft, name, provisional=False)
        if found is not None and draft.facts.get(f"{ACCEPTED}{name}") != _text(found):
            yield found


def outside_ahead(draft: Draft) -> Iterator[Outside]:
    """Those of them that have yet to come."""
    return (each for each in outside(draft) if each.day >= draft.today)


def lies_outside(draft: Draft, name: str, *, provisional: bool = True) -> Outside | None:
    """Where a date lies outside its window; None where it does not, or one of these is not known.

    `provisional`: also where the window counts from a day that is not fixed yet.
    """
    window, moment = draft.definition.dates[name].window, draft.moments.get(name)
    if window is None or moment is None or moment.day is None:
        return None
    first, last = resolve(draft, window.first), resolve(draft, window.last)
    if first is None or last is None or first.point.day <= moment.day <= last.point.day:
        return None
    if not provisional and (first.provisional or last.provisional):
        return None
    return Outside(name=name, day=moment.day, first=first.point.day, last=last.point.day)


def note(draft: Draft, name: str) -> None:
    """A date was set: where its window was set aside for that, it lies outside on purpose."""
    named = draft.definition.dates.get(name)
    if named is None or named.window is None or not draft.waivers:
        return
    ways = [arrow.sets[name] for arrow in draft.definition.transitions.values() if name in arrow.sets]
    lines = {line_of(day, named.window, None).text for day in ways}
    found = lies_outside(draft, name)
    if found is not None and any(waiver.line in lines for waiver in draft.waivers.values()):
        draft.put("facts", f"{ACCEPTED}{name}", _text(found))


def setters(draft: Draft, name: str) -> Iterator[TransitionDef | Task]:
    """What sets a date anew as the case stands: transitions that somebody may take now, and open tasks that ask it."""
    tasks = [task for task in draft.tasks.values() if task.is_open]
    for track, state, _, holding in positions(draft):
        for arrow in draft.plan.arrows.get((track, state), ()):
            if name not in arrow.sets or used_up(draft, arrow, holding) or too_late(draft, arrow):
                continue
            ref = arrow.sets[name]
            if ref.name == "chosen":
                yield arrow
            else:
                yield from (task for task in tasks if task.name == ref.name)


def _text(found: Outside) -> str:
    return f"{found.day} {found.first} {found.last}"
