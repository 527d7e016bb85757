"""What must be done when somebody is on leave? A duty of the clock: reminders moved, and others told.

Each day, and whenever leave or free days change: reminders move out of them, and whoever looks after the work of people
on leave hears what cannot wait. No due date moves by it: that is for the office to see first. Doing it twice changes
nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from collegium.library import DefinitionLibrary
from collegium.worlds import StoredWorlds
from engine import machine
from engine.actions import CLOCK, Recalculate
from engine.case import Case
from engine.directory import PersonRecord, Secretariat
from engine.errors import CollegiumError
from engine.leave import handed_over
from engine.offsets import Point, instant
from engine.operations import Operations
from engine.ports import Store, UnitOfWork

log = logging.getLogger(__name__)

ANEW = Recalculate(reason="leave or free days", reminders_only=True)
ONE_DAY = timedelta(days=1)


class LeaveDuty:
    """Implements collegium.clock.Duty."""

    name = "absence"
    foreseen = True  # writes to the store alone, so a forecast plays it too

    def __init__(self, store: Store, operations: Operations, library: DefinitionLibrary, worlds: StoredWorlds) -> None:
        self._store = store
        self._operations = operations
        self._library = library
        self._worlds = worlds
        self._revision: int | None = None  # of the directory, when it was done last
        self._next: datetime | None = None  # when it is to be done again, while the directory stays as it is
        self._days: Mapping[str, Any] = {}  # person -> the days on which they cannot be reached; at first of nobody

    def next_moment(self, work: UnitOfWork, now: datetime) -> datetime | None:
        """At once after a change of the directory; else at the begin of the next day on which somebody is on leave."""
        return self._next if work.people.revision() == self._revision else now

    def run(self, now: datetime) -> None:
        with self._store.read() as work:
            revision = work.people.revision()
            if revision == self._revision and (self._next is None or now < self._next):
                return
            people = [(office, work.people.persons(office.id)) for office in work.people.secretariats()]
            days = dict(self._days_of(work, people, now))
        for case in self._cases_of({person for person in days if self._days.get(person) != days[person]}):
            self._remind_anew(case, now)
        for office, persons in people:
            self._hand_over(office, persons, now)
        self._next = min((moment for each in people for moment in _ahead(*each, now)), default=None)
        self._revision, self._days = revision, days

    def _days_of(
        self, work: UnitOfWork, people: list[tuple[Secretariat, list[PersonRecord]]], now: datetime
    ) -> Iterator[tuple[str, Any]]:
        """Of each person the leave that is not over, and the free days of where they work."""
        roster = self._worlds.roster
        roster.refresh(work)
        for office, persons in people:
            today = _today(office, now)
            for person in persons:
                entry = roster.entry(work, person.id)
                employer = roster.employer(work, entry, today) if entry else None
                free = (employer.school_region, employer.closing_days) if employer else None
                yield person.id, (tuple(each for each in person.absences if each.last >= today), free)

    # reminders moved --------------------------------------------------------------------------------------------------

    def _cases_of(self, persons: Collection[str]) -> list[str]:
        with self._store.read() as work:
            return [
                case
                for office in (work.people.secretariats() if persons else ())
                for case in work.cases.all_ids(office.id)
                if any(each.person in persons for each in work.people.participants(case))
            ]

    def _remind_anew(self, id: str, now: datetime) -> None:
        try:
            with self._store.read() as work:
                case = work.cases.load(id)
                if case.closed or case.paused is not None or not self._moves(work, case, now):
                    return
            self._operations.act(id, ANEW, CLOCK, now)
        except CollegiumError:
            log.exception("The reminders of case %s were not moved", id)

    def _moves(self, work: UnitOfWork, case: Case, now: datetime) -> bool:
        """Whether anything would change: what changes nothing is not written into the history."""
        world, definition = self._worlds.of(work, case, now), self._library.of(work, case)
        after = machine.apply(definition, case, ANEW, CLOCK, world, now).case
        return after.deadlines != case.deadlines

    # others told ------------------------------------------------------------------------------------------------------

    def _hand_over(self, office: Secretariat, persons: Collection[PersonRecord], now: datetime) -> None:
        today = _today(office, now)
        away = {one.id for one in persons if any(each.first <= today <= each.last for each in one.absences)}
        if not away:
            return
        with self._store.write() as work:
            for id in work.cases.all_ids(office.id):
                if any(each.person in away for each in work.people.participants(id)):
                    self._tell(work, office, work.cases.load(id), now)
            work.commit()

    def _tell(self, work: UnitOfWork, office: Secretariat, case: Case, now: datetime) -> None:
        try:
            notices = handed_over(self._library.of(work, case), case, self._worlds.of(work, case, now), now)
        except CollegiumError:
            log.exception("The work of people on leave in case %s was told to nobody", case.id)
            return
        work.outbox.tell(notices, office.id, case)


def _today(office: Secretariat, now: datetime) -> date:
    return now.astimezone(ZoneInfo(office.zone)).date()


def _ahead(office: Secretariat, persons: Collection[PersonRecord], now: datetime) -> Iterator[datetime]:
    """The begin of the next day on which each of them is on leave."""
    tomorrow = _today(office, now) + ONE_DAY
    for person in persons:
        for leave in person.absences:
            if leave.last >= tomorrow:
                yield instant(Point(max(leave.first, tomorrow)), ZoneInfo(office.zone), ends=False)
