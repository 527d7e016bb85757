"""By which day must a round have ended, who says so, what still runs, and what is planned later than that?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from engine.ports import Cycle, UnitOfWork
from engine.summary import CaseSummary

AHEAD = timedelta(weeks=8)
"""So long before its day a round is told of each week, as long as something of it runs."""


def set_end(work: UnitOfWork, cycle: Cycle, by: date | None, now: datetime) -> Cycle:
    """Give a round the day by which all of it must have ended, or take it back (None), and record it (decision 38)."""
    dated = replace(cycle, ends_by=by)
    work.definitions.put_cycle(dated)
    work.record(f"cycle:{cycle.id}", "round_ends", {"by": by.isoformat() if by else None}, now)
    return dated


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundEnd:
    """A round with the day by which all of it must have ended."""

    cycle: Cycle
    by: date
    running: tuple[str, ...]  # hosts of cases that have not ended, and of those called by cases that run
    later: tuple[str, ...]  # those of which something has a day after that already


def round_ends(cycles: Mapping[str, Cycle], cases: Iterable[CaseSummary]) -> Iterator[RoundEnd]:
    """The rounds that have such a day, the first one first; of cases as the office sees them."""
    found = list(cases)
    known = {each.case: each for each in found}
    dated = [(each.ends_by, each) for each in cycles.values() if each.ends_by is not None]
    for by, cycle in sorted(dated, key=lambda pair: (pair[0], pair[1].name, pair[1].id)):
        running = [each for each in found if not each.ended and cycle.id in (each.cycle, _round(each, known))]
        later = [each.host for each in running if any(day > by for day in _days(each))]
        yield RoundEnd(cycle=cycle, by=by, running=tuple(each.host for each in running), later=tuple(later))


def _round(case: CaseSummary, known: Mapping[str, CaseSummary]) -> str:
    """In which round is the case for which this one was called, itself or by another, as long as that one runs?"""
    above = known.get(case.parent or "")
    while above is not None and not above.ended:
        case, above = above, known.get(above.parent or "")
    return case.cycle


def _days(case: CaseSummary) -> Iterator[date]:
    """What is known of the days of a case: its visit, what comes next, and all that it waits for."""
    if case.visit is not None:
        yield case.visit[1].last_day or case.visit[1].day
    if case.milestone is not None and case.milestone.kind != "transition":
        yield case.milestone.on.day
    yield from (on.day for each in case.waits_for for on in (each.on, each.last) if on is not None)


def is_told(each: RoundEnd, today: date) -> bool:
    """Whether the office is reminded of it now."""
    return bool(each.running) and today >= each.by - AHEAD
