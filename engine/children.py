"""Which other cases does this one call into life, and what do they tell each other?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine import conditions, counting, sharing, task
from engine.actions import Receive
from engine.case import RowOf
from engine.codec import plain
from engine.definition import ChildDef
from engine.draft import Draft
from engine.expressions import Count
from engine.moments import resolve

GOES_ON = "goes_on"
BEGUN = "begun"  # as which case; told of those that share something


def call(draft: Draft, name: str) -> None:
    """Ask for another case, or for one for each row that has none yet: words that are claimed like a date due at once.

    What was called keeps its number, whatever becomes of the rows.
    """
    definition = draft.definition.children[name]
    if definition.condition and not conditions.holds(draft, definition.condition):
        return
    for _ in _wanted(draft, definition):
        number = draft.count(f"child:{name}")
        draft.emit("child_called", name, number=number if definition.each is not None else None)
        told = _told(draft, definition, number)
        if sharing.SHARED in told:
            sharing.remember(draft, definition, number, told[sharing.SHARED])
        draft.word(f"child:{name}:{number}", name, told, target=None)


def _wanted(draft: Draft, definition: ChildDef) -> Iterable[int]:
    known = counting.called(draft, definition.name)
    if definition.each is not None:
        rows = conditions.number_of(draft, definition.each) or 0
        return range(len(known), rows)
    return range(1) if definition.many or not known else ()


def _told(draft: Draft, definition: ChildDef, number: int) -> dict[str, Any]:
    data: dict[str, Any] = {"process": definition.process, "dates": _dates(draft, definition)}
    if definition.await_ != "none" or definition.name in draft.plan.heard_children or definition.each is not None:
        data["hears"] = True
    if number > 1:
        data["number"] = number
    if (row := _row(draft, definition)) is not None:
        data["row"] = plain(row)
    if definition.scope is not None:
        data["rows"] = _scope_rows(draft, definition)
        data["inherit"] = [row for row in draft.rows if row not in data["rows"]]
    if definition.shared_seats or definition.shared_dates:
        data[sharing.SHARED] = sharing.state(draft, definition)
    if definition.seats:
        data["seats"] = {name: list(task.participants(draft, (name,))) for name in definition.seats}
    return data


def _dates(draft: Draft, definition: ChildDef) -> dict[str, str]:
    found = {key: resolve(draft, expr) for key, expr in definition.dates.items()}
    return {key: value.point.day.isoformat() for key, value in found.items() if value is not None}


def _row(draft: Draft, definition: ChildDef) -> RowOf | None:
    """Where the text of a row is kept: in the answers that were given last."""
    if definition.each is None or definition.each.part is None:
        return None
    given = [each for each in draft.tasks.values() if each.name == definition.each.name and each.answer is not None]
    last = max(given, key=lambda each: (each.submitted or each.opened, each.opened_seq), default=None)
    if last is None or last.answer is None:
        return None
    return RowOf(submission=last.answer, field=definition.each.part, column=definition.column)


def _scope_rows(draft: Draft, definition: ChildDef) -> list[str]:
    """The rows of the rubric that a scope line names: those that pass its filter."""
    assert definition.scope is not None
    test = definition.scope[1][0].test
    assert isinstance(test, Count)
    return [member.key for member in counting.members(draft, test.members)]


# what a child tells ---------------------------------------------------------------------------------------------------


def tell_end(draft: Draft) -> None:
    """The spine has come to an end: the parent hears of it."""
    _tell(draft, f"ended:{draft.stage}", {})


def tell_going_on(draft: Draft) -> None:
    """An end was taken back: the parent does not count on it any more."""
    _tell(draft, f"told:{GOES_ON}", {GOES_ON: True})


def _tell(draft: Draft, what: str, data: dict[str, Any]) -> None:
    parent = draft.parent
    if parent is None:
        return
    if parent.number > 1:
        data["number"] = parent.number
    name = parent.child if GOES_ON in data else f"{parent.child}.{draft.stage}"
    draft.word(f"{what}:{draft.count(what)}", name, data, target=parent.case)


def hear(draft: Draft, action: Receive) -> None:
    """A word from a child: it has begun, or goes on after all, or has come to an end; only the last is a moment."""
    name, _, end = action.name.partition(".")
    if BEGUN in action.data:
        draft.put("facts", f"case:{name}:{action.data.get('number', 1)}", str(action.data[BEGUN]))
        return
    known = f"child:{name}:{action.data.get('number', 1)}"
    if action.data.get(GOES_ON):
        draft.put("facts", known, "")
        return
    if name in draft.definition.children:
        draft.put("facts", known, end)
    draft.record(action.name)
