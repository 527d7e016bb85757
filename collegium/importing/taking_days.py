"""How do days from a calendar file come into the directory, and which running reviews do they concern?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from collegium.bootstrap import Application
from collegium.importing import days
from collegium.importing.day_files import DayReading, Days, read_days
from engine import machine
from engine.actions import OPERATOR, Recalculate
from engine.case import Case
from engine.directory import OrganisationRecord, PersonRecord
from engine.errors import CollegiumError
from engine.ports import UnitOfWork

BACK = timedelta(days=366)
AHEAD = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerned:
    """A running review whose calendars these days belong to. `moves`: its open dates that come on another day when it
    is recalculated; None where that cannot be said, as while it is paused."""

    case: str
    host: str
    moves: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenDays:
    """What became of the days of a file."""

    whose: str
    comparison: days.Comparison
    reading: DayReading
    hints: list[str]
    cases: list[Concerned]

    def counts(self) -> dict[str, int]:
        """How many days became what; nothing of whose they are, since a history keeps it."""
        return {fate: self.comparison.count(fate) for fate in days.FATES}


def take_closing_days(
    app: Application, work: UnitOfWork, organisation: OrganisationRecord, data: bytes, now: datetime,
    *, zone: str, remove: bool = False,
) -> TakenDays:  # fmt: skip
    """Put the days of a file among those on which an organisation is closed; the caller commits, or does not.

    Raises UnreadableCalendar where the file as a whole cannot be read.
    """
    reading = _read(data, zone, now, reachable_is_free=False)
    known = [Days(first, last, why) for first, last, why in organisation.closing_days]
    comparison = days.compare(known, reading.days, remove=remove)
    if comparison.changes:
        work.people.put_organisation(replace(organisation, closing_days=days.closing_days_after(comparison)))
    touched = [line.days for line in comparison.lines if line.fate in ("new", "changed")]
    cases = [
        case for case in _running(work, organisation.secretariat) if _belongs(app, work, case, organisation.id, now)
    ]
    return TakenDays(
        whose=organisation.name, comparison=comparison, reading=reading, hints=days.hints(touched),
        cases=_concerned(app, work, cases if comparison.changes else [], now),
    )  # fmt: skip


def take_absences(
    app: Application, work: UnitOfWork, person: PersonRecord, data: bytes, now: datetime, *, zone: str,
    remove: bool = False,
) -> TakenDays:  # fmt: skip
    """The same for the days on which somebody is away.

    What these are called is not kept: that may be a matter of health (AVG art. 9), and dates need the days only.
    """
    reading = _read(data, zone, now, reachable_is_free=True)
    comparison = days.compare_absences(person.absences, reading.days, remove=remove)
    if comparison.changes:
        work.people.put_person(replace(person, absences=days.absences_after(person.absences, comparison)))
    own = {each.case for each in work.people.participations(person.id)}
    cases = [case for case in _running(work, person.secretariat) if case.id in own]
    return TakenDays(
        whose=person.name, comparison=comparison, reading=reading, hints=[],
        cases=_concerned(app, work, cases if comparison.changes else [], now),
    )  # fmt: skip


def _read(data: bytes, zone: str, now: datetime, *, reachable_is_free: bool) -> DayReading:
    today = now.astimezone(ZoneInfo(zone)).date()
    return read_days(data, zone=zone, first=today - BACK, last=today + AHEAD, reachable_is_free=reachable_is_free)


def _running(work: UnitOfWork, secretariat: str) -> list[Case]:
    return [case for case in work.cases.load_all(secretariat) if not case.closed]


def _belongs(app: Application, work: UnitOfWork, case: Case, organisation: str, now: datetime) -> bool:
    """Whether it is the one under review, or somebody who takes part works there."""
    world = app.worlds.of(work, case, now)
    return world.host.id == organisation or any(each.organisation == organisation for each in world.people.values())


def _concerned(app: Application, work: UnitOfWork, cases: Iterable[Case], now: datetime) -> list[Concerned]:
    app.worlds.roster.refresh(work)
    found = []
    for case in cases:
        world = app.worlds.of(work, case, now)
        found.append(Concerned(case=case.id, host=world.host.name, moves=_moves(app, work, case, now)))
    return sorted(found, key=lambda each: (each.host, each.case))


def _moves(app: Application, work: UnitOfWork, case: Case, now: datetime) -> int | None:
    definition, world = app.library.of(work, case), app.worlds.of(work, case, now)
    try:
        after = machine.apply(definition, case, Recalculate(reason="preview"), OPERATOR, world, now).case
    except CollegiumError:
        return None
    return sum(
        task.due is not None and case.tasks[key].due is not None and task.due.day != case.tasks[key].due.day  # type: ignore[union-attr]  # asked just before
        for key, task in after.tasks.items()
        if key in case.tasks and task.is_open
    )
