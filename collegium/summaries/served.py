"""Who has been present at a visit to somebody else? Counted per organisation and per person."""

from __future__ import annotations

from datetime import date, datetime

from collegium.summaries.texts import settings
from engine.case import Case
from engine.offsets import add_months, local
from engine.world import World

ZONE = "UTC"  # visits are counted by the day; an hour more or less decides nothing


def period(moment: datetime) -> tuple[date, date]:
    """The years up to a moment in which visits to others count: the first and the last day."""
    today = local(moment, ZONE).day
    return add_months(today, -12 * settings()["served_years"]), today


def present(case: Case, visit: date | None, moment: datetime) -> set[str]:
    """The participants who held a seat and were there, of a visit in the years that count.

    Who was present is read from answers given on or after the day of the visit.
    """
    first, today = period(moment)
    if visit is None or not first < visit <= today:
        return set()
    seated = {held.participant for held in case.holdings.values()}
    there: set[str] = set()
    for task, mark in case.present.items():
        done = case.moments.get(f"{task}.done")
        if done is not None and local(done.at, ZONE).day >= visit:
            there |= set(mark.participants) & seated
    return there


def visitors(case: Case, there: set[str], world: World) -> set[str]:
    """Organisations of those who were there; the host itself is none of them."""
    people = [world.people[who] for who in there if who in world.people]
    return {own for person in people if (own := person.organisation) is not None and own != case.subject}
