"""Does a case begin as early as its process advises, and are the days of its gates listed as far ahead as it asks?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from engine.draft import Draft
from engine.moments import calendar, resolve, shift_delta


@dataclass(frozen=True, slots=True)
class Advice:
    """Something that does not hinder a case, but that whoever launches it ought to know."""

    kind: Literal["lead_time", "gate"]
    name: str  # of the gate
    day: date | None  # the last day on which it was in time, or the last that is listed; None: none is
    wanted: date  # today, or up to when days are to be listed


def advice(draft: Draft) -> Iterator[Advice]:
    """What is short at a launch: time, where `lead_time.advised` has passed; listed days, under `at_least_ahead`."""
    advised = draft.definition.launch.advised
    found = None if advised is None else resolve(draft, advised)
    if found is not None and found.point.day < draft.today:
        yield Advice("lead_time", "", found.point.day, draft.today)
    yield from gates_running_out(draft)


def gates_running_out(draft: Draft) -> Iterator[Advice]:
    """The gates of which fewer days are listed than the process asks for."""
    for name, gate in draft.definition.gates.items():
        if gate.at_least_ahead is None or gate.yearly:
            continue
        wanted = shift_delta(draft, draft.today, gate.at_least_ahead, calendar(draft, None)).day
        last = max(draft.world.gates.get(name, ()), default=None)
        if last is None or last < wanted:
            yield Advice("gate", name, last, wanted)
