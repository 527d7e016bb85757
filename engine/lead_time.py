"""Does a case begin when its process wants it, and are the days of its gates listed as far ahead as it asks?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from engine.draft import Draft
from engine.moments import calendar, resolve, shift_delta


@dataclass(frozen=True, slots=True)
class Caution:
    """Something that does not hinder a case, but that whoever launches it ought to know."""

    kind: Literal["late", "early", "gate"]
    name: str  # of the gate
    day: date | None  # the last day that was in time, the first, or the last that is listed; None: none is
    wanted: date  # today, or up to when days are to be listed


def cautions(draft: Draft) -> Iterator[Caution]:
    """What is amiss at a launch: after `lead_time.advised` or before `when`; or fewer days than `at_least_ahead`."""
    rule = draft.definition.launch
    advised = None if rule.advised is None else resolve(draft, rule.advised)
    if advised is not None and advised.point.day < draft.today:
        yield Caution("late", "", advised.point.day, draft.today)
    first = None if rule.when is None else resolve(draft, rule.when)
    if first is not None and first.point.day > draft.today:
        yield Caution("early", "", first.point.day, draft.today)
    yield from gates_running_out(draft)


def gates_running_out(draft: Draft) -> Iterator[Caution]:
    """The gates of which fewer days are listed than the process asks for."""
    for name, gate in draft.definition.gates.items():
        if gate.at_least_ahead is None or gate.yearly:
            continue
        wanted = shift_delta(draft, draft.today, gate.at_least_ahead, calendar(draft, None)).day
        last = max(draft.world.gates.get(name, ()), default=None)
        if last is None or last < wanted:
            yield Caution("gate", name, last, wanted)
