"""When are digests made? At the first sign of life on each working day of an office, in its hours."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from collegium.digests.hours import hours_of
from collegium.digests.issuing import has_looked, issue_due, note_look
from engine.digests import Hours
from engine.directory import Secretariat
from engine.ports import UnitOfWork

if TYPE_CHECKING:
    from collegium.bootstrap import Application


LATER = timedelta(minutes=15)


class DigestDuty:
    """Implements collegium.clock.Duty. What was sent, and when somebody looked last, stands in the store.

    Who looked again after a crash in the middle of a day would tell a change in two mails that belongs in one.
    """

    name = "digests"
    foreseen = True  # it only writes to the store, so that what goes out tomorrow can be told by playing it

    def __init__(self, app: Application) -> None:
        self._app = app
        self._next: datetime | None = None
        self._quiet: dict[str, tuple[tuple[object, ...], datetime]] = {}
        self._kept: dict[str, tuple[tuple[object, ...], Hours]] = {}

    def next_moment(self, work: UnitOfWork, now: datetime) -> datetime | None:
        """The next opening of an office at which nobody has looked yet; None where no round was ever launched."""
        if self._next is None or self._next <= now:
            moments = [self._moment(work, office, now) for office in work.people.secretariats()]
            self._next = min((each for each in moments if each is not None), default=None)
        return self._next

    def run(self, now: datetime) -> None:
        if self._next is not None and now < self._next:
            return
        with self._app.store.read() as work:
            offices = [each for each in work.people.secretariats() if self._is_due(work, each, now)]
        for office in offices:
            self._look(office, now)
        self._next = None

    def _look(self, office: Secretariat, now: datetime) -> None:
        """On most days nothing has changed since the last look, and no week or month begins."""
        self._next = now + LATER  # kept where this fails: then it is tried again, and not at once
        with self._app.store.read() as work:
            cases = [(case.id, case.version) for case in work.cases.load_all(office.id)]
            seen = (work.people.revision(), *cases, *work.digests.subscriptions())
        kept, quiet_until = self._quiet.get(office.id, (None, now))
        if seen != kept or quiet_until <= now:
            self._quiet[office.id] = (seen, issue_due(self._app, office, now).quiet_until)
            return
        with self._app.store.write() as work:
            note_look(work, office, now)
            work.commit()

    def _moment(self, work: UnitOfWork, office: Secretariat, now: datetime) -> datetime | None:
        hours = self._hours(work, office)
        if hours is None:
            return None
        return now if self._is_due(work, office, now) else hours.next_opening(now)

    def _is_due(self, work: UnitOfWork, office: Secretariat, now: datetime) -> bool:
        hours = self._hours(work, office)
        return hours is not None and hours.are_open(now) and not has_looked(work, office, now)

    def _hours(self, work: UnitOfWork, office: Secretariat) -> Hours | None:
        """Those of all processes of which the office has launched a round."""
        cycles = sorted(
            {(each.process, each.process_version, each.behaviour) for each in work.definitions.cycles(office.id)}
        )
        if not cycles:
            return None
        key = (work.people.revision(), *cycles)
        kept = self._kept.get(office.id)
        if kept is None or kept[0] != key:
            definitions = [self._app.library.get(work, *each)[0] for each in cycles]
            desks = [each for each in work.people.organisations(office.id) if each.kind == "office"]
            kept = self._kept[office.id] = (key, hours_of(office, definitions, desks))
        return kept[1]
