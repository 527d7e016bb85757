"""How does a case keep in step with the one that called it, whose seats and dates it shares?

Nobody is asked: who sits in the one sits in the other, and who leaves the one leaves the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

from engine import seat
from engine.draft import Draft
from engine.settling import set_date
from engine.sharing import SHARED

REASON = "has left the panel of the case that called this one"


def follow(draft: Draft, told: Mapping[str, Any]) -> None:
    """Take over who sits and which days are; a case that has come to its end stays as it was."""
    if draft.definition.stages[draft.stage].end:
        return
    for name, people in told.get("seats", {}).items():
        if name in draft.definition.seats:
            before = draft.facts.get(f"{SHARED}:{name}", "").split()
            draft.put("facts", f"{SHARED}:{name}", " ".join(people))
            _sit(draft, name, people, before)
    for name, day in told.get("dates", {}).items():
        if name in draft.definition.dates:
            _set(draft, name, day)


def _sit(draft: Draft, name: str, people: Sequence[str], before: Sequence[str]) -> None:
    """Who newly sits takes the place, and the open work, of one who does not sit any more.

    Who was named by the word before, and does not sit, has left here alone: a conflict of interest was upheld, or a
    transition made the seat fall free. They stay away until the other case has let them go and names them again.
    """
    held = [each for each in draft.holdings.values() if each.seat == name and each.state in seat.LIVE]
    gone = [each for each in held if each.participant not in people or each.state != "seated"]
    for each in gone:
        seat.move(draft, each, "left", reason=REASON)
    left = [each.key for each in gone if each.state == "seated"]
    sitting = {each.participant for each in held if each.state == "seated"}
    for who in people:
        if who not in sitting and who not in before:
            seat.place(draft, name, who, left.pop(0) if left else None)


def _set(draft: Draft, name: str, told: Mapping[str, str]) -> None:
    known = draft.moments.get(name)
    day, clock = date.fromisoformat(told["day"]), time.fromisoformat(told["clock"]) if "clock" in told else None
    last = date.fromisoformat(told["last_day"]) if "last_day" in told else None
    if known is None or (known.day, known.clock, known.last_day) != (day, clock, last or day):
        if known is not None and known.day is not None and known.day != day:
            draft.told_data["old_date"] = known.day
        set_date(draft, name, day, clock, last or day)
