"""Which dates does one person have, in all their reviews? A calendar to subscribe to, at a private address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from collegium.appointments import AppointmentWords, Listed, change_of
from collegium.bootstrap import Application
from collegium.offices import office_of
from engine.actions import CLOCK
from engine.appointments import CalendarEntry, wanted
from engine.case import Case, Task
from engine.directory import PersonRecord, Secretariat
from engine.draft import Draft
from engine.ports import UnitOfWork
from notifications import links
from notifications.catalogue import languages, texts
from notifications.ical import Entry, Party, feed

KEPT = timedelta(days=366)  # how long a day that has passed can still be seen
PATH = "/c/"
SUFFIX = ".ics"


def feed_of(app: Application, person: PersonRecord, now: datetime) -> bytes:
    """All dates of one person as an iCalendar file: visits and meetings, and until when their own tasks are asked.

    Nothing of what others have to do, no name of a person and no private link stands in it: an address is soon passed
    on. Raises nothing for a person without a review: a calendar may be empty.
    """
    with app.store.read() as work:
        office = office_of(work, person)
        entries = [
            entry
            for participant in work.people.participations(person.id)
            for entry in _Reader(app, work, person, office, now).entries(participant.case, participant.key)
        ]
    entries.sort(key=lambda entry: (entry.begin, entry.summary, entry.uid))
    language = person.language if person.language in languages() else languages()[0]
    return feed(
        entries,
        organiser=Party(name=office.name, address=app.service.address),
        name=texts(language)["feed_name"].format(office=office.name),
        zone=office.zone,
        at=now,
    )


def feed_at(app: Application, token: str, now: datetime) -> bytes | None:
    """The feed of whoever holds that token; None where it was not made here, was revoked, or names nobody."""
    try:
        id, generation = links.read(app.service.key, token, links.FEED)
    except links.InvalidLink:
        return None
    with app.store.read() as work:
        person = work.people.person(id)
    return feed_of(app, person, now) if person is not None and person.generation == generation else None


def address_of(app: Application, office: Secretariat, person: PersonRecord) -> str:
    """Where somebody's calendar can be subscribed to; another generation of the person has another address."""
    token = links.make(app.service.key, person.id, person.generation, links.FEED)
    return f"{office.base_url.rstrip('/')}{PATH}{token}{SUFFIX}"


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the dates of one person, case by case."""

    app: Application
    work: UnitOfWork
    person: PersonRecord
    office: Secretariat
    now: datetime

    def entries(self, id: str, participant: str) -> Iterator[Entry]:
        case = self.work.cases.load(id)
        definition = self.app.library.of(self.work, case)
        draft = Draft(definition, case, self.app.worlds.of(self.work, case, self.now), CLOCK, self.now)
        language = self.person.language if self.person.language in definition.languages else definition.languages[0]
        words = AppointmentWords(
            definition, self.app.library.wording(self.work, case), language, host=draft.world.host.name,
            office=self.office, listed=Listed(self.work, draft, participant),
        )  # fmt: skip
        yield from (words.entry(row) for row in self._appointments(draft, participant))
        yield from deadlines(words, case, participant, self.app.service.domain)

    def _appointments(self, draft: Draft, participant: str) -> Iterator[CalendarEntry]:
        """As the person's own calendar has them, or is about to be told; of those that have passed what was told."""
        told = {
            row.date: row
            for row in self.work.calendar_entries.of_case(draft.before.id)
            if row.participant == participant
        }
        for who, name in wanted(draft):
            if who == participant:
                change = change_of(self.work, draft, participant, name, self.app.service.domain)
                yield change.new or change.own or told[name]
        yield from (row for row in told.values() if _passed(row, draft.today))


def _passed(row: CalendarEntry, today: date) -> bool:
    return row.state == "asked" and today - KEPT <= row.last.date() < today


def deadlines(words: AppointmentWords, case: Case, participant: str, domain: str) -> Iterator[Entry]:
    """Until when somebody's open tasks are asked; instances of one task with one date stand there as one."""
    own = [task for task in case.open_tasks() if participant in task.assignees and task.due and not task.quiet]
    groups: dict[tuple[object, ...], list[Task]] = {}
    for task in sorted(own, key=lambda task: task.key):
        assert task.due is not None
        groups.setdefault((task.name, task.due.day, task.due.clock, task.due.provisional), []).append(task)
    for group in groups.values():
        uid = f"{group[0].key}.{participant}.{case.id}@{domain}"
        yield words.deadline(group[0], count=len(group), paused=case.paused is not None, uid=uid)
