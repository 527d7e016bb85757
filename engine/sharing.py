"""Which seats and dates of a case are also those of the cases that it called, and how do these keep in step with it?

What is shared is told as data: who holds the seats, and the days. A child is told when it is called, and again when
something of it changes, as long as it has not come to its end (`following` is its side of it).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from engine import counting, task
from engine.definition import ChildDef
from engine.draft import Draft
from engine.expressions import Ref
from engine.moments import resolve_ref

SHARED = "shared"  # the word, and the fact of a seat that is filled in the case that called this one


def state(draft: Draft, child: ChildDef) -> dict[str, Any]:
    """What a child shares now, as plain data; a date that is provisional or not known is not told."""
    days = {name: day for name in child.shared_dates if (day := _day(draft, name)) is not None}
    return {"seats": {name: list(task.participants(draft, (name,))) for name in child.shared_seats}, "dates": days}


def _day(draft: Draft, name: str) -> dict[str, str] | None:
    first, last = resolve_ref(draft, Ref(name)), resolve_ref(draft, Ref(name, "end"))
    if first is None or first.provisional:
        return None
    told = {"day": first.point.day.isoformat()}
    if first.point.clock is not None:
        told["clock"] = first.point.clock.isoformat()
    if last is not None and last.point.day != first.point.day:
        told["last_day"] = last.point.day.isoformat()
    return told


def tell(draft: Draft) -> None:
    """Tell each child that is open what it shares, where that is not what it was told last."""
    for child in draft.definition.children.values():
        if not (child.shared_seats or child.shared_dates):
            continue
        told = state(draft, child)
        for number in counting.called(draft, child.name):
            key = f"{child.name}:{number}"
            target = draft.facts.get(f"case:{key}")
            if target is None or counting.end_of(draft, child.name, str(number)) is not None:
                continue
            if draft.facts.get(f"{SHARED}:{key}") == _text(told):
                continue
            draft.emit("sharing_told", child.name, number=number if child.each is not None else None)
            remember(draft, child, number, told)
            number_told = draft.count(f"{SHARED}:{key}")
            draft.word(f"{SHARED}:{key}:{number_told}", SHARED, told, target=target)


def remember(draft: Draft, child: ChildDef, number: int, told: Mapping[str, Any]) -> None:
    """What a child was told last."""
    draft.put("facts", f"{SHARED}:{child.name}:{number}", _text(told))


def _text(told: Mapping[str, Any]) -> str:
    return json.dumps(told, sort_keys=True)


def is_shared(draft: Draft, name: str) -> bool:
    """Whether a seat is filled in the case that called this one."""
    return f"{SHARED}:{name}" in draft.facts
