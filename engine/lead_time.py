"""What ought somebody know who launches a case? Too late or early, days of gates that run out, dates that collapse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from engine.draft import Draft
from engine.due_dates import due_of_rule
from engine.expressions import At
from engine.moments import calendar, resolve, shift_delta
from engine.offsets import collapsed

A_WEEK = timedelta(weeks=1)


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


def too_late(draft: Draft) -> date | None:
    """The last day on which the case could be launched (`lead_time.least`), where that has passed."""
    least = draft.definition.launch.least
    found = resolve(draft, least) if least is not None else None
    return found.point.day if found is not None and found.point.day < draft.today else None


def gates_running_out(draft: Draft) -> Iterator[Caution]:
    """The gates of which fewer days are listed than the process asks for."""
    for name, gate in draft.definition.gates.items():
        if gate.at_least_ahead is None or gate.yearly:
            continue
        wanted = shift_delta(draft, draft.today, gate.at_least_ahead, calendar(draft, None)).day
        last = max(draft.world.gates.get(name, ()), default=None)
        if last is None or last < wanted:
            yield Caution("gate", name, last, wanted)


@dataclass(frozen=True, slots=True)
class Collapse:
    """Two tasks whose due dates free days bring together, or turn round, though a week or more was meant between."""

    first: str  # the task that was meant to be due earlier
    second: str
    day: date  # on which the first falls now
    follows: date  # on which the second falls now


def collapses(draft: Draft) -> list[Collapse]:
    """Due dates counted from one named day whose order is lost, as that day is known now (perhaps provisionally).

    Two that were meant less than a week apart are left out: a weekend is no news.
    """
    counted: dict[str, dict[str, tuple[date, date]]] = {}
    for name, task in draft.definition.tasks.items():
        rule = next((each for each in task.due if not each.condition), None)
        if rule is None or not isinstance(rule.at.base, At) or rule.at.base.ref.name not in draft.definition.dates:
            continue
        meant, found = resolve(draft, rule.at, cal=calendar(draft, rule.calendar)), due_of_rule(draft, rule)
        if meant is not None and found is not None:
            counted.setdefault(rule.at.base.ref.name, {})[name] = (meant.point.day, found.day)
    return [
        Collapse(first, second, rows[first][1], rows[second][1])
        for rows in counted.values()
        for first, second in collapsed([(name, *days) for name, days in rows.items()])
        if rows[second][0] - rows[first][0] >= A_WEEK
    ]
