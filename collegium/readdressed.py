"""Whose calendar is at another address now? A duty of the clock: one mail there with the dates that stand."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import token_hex

from collegium.appointments import LOST, AppointmentWords, change_of
from collegium.letters import reader_of
from collegium.library import DefinitionLibrary
from collegium.worlds import StoredWorlds
from engine.actions import CLOCK
from engine.appointments import TEMPLATE, CalendarEntry
from engine.directory import PersonRecord, Secretariat
from engine.draft import Draft
from engine.errors import CollegiumError
from engine.mail import Attachment, Message
from engine.offsets import local
from engine.ports import Store, UnitOfWork
from engine.sending import Window, office_window
from notifications.catalogue import texts
from notifications.composing import TEMPLATE_FAULTS, compose_words
from notifications.ical import Entry, Party, invitation
from notifications.letters import Letter, Office
from notifications.mime import Service
from notifications.preparing import mailbox
from notifications.reminded import with_origins

ONE_DAY = timedelta(days=1)  # no zone's day began longer ago
FAULTS = (CollegiumError, *TEMPLATE_FAULTS)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """A date that ought to stand in somebody's calendar, with its words."""

    row: CalendarEntry
    shown: Entry
    line: str
    window: Window


class Readdressed:
    """Implements collegium.clock.Duty: whoever has another address gets there what stands, in one mail, once.

    What was told where is read from the mails themselves: the mail to the new address is the next one that told of
    these dates, so nothing is left to be told, however often the address is imported.
    """

    name = "calendars at new addresses"
    foreseen = True  # writes to the store alone, so a forecast plays it too

    def __init__(self, store: Store, library: DefinitionLibrary, worlds: StoredWorlds, service: Service) -> None:
        self._store = store
        self._library = library
        self._worlds = worlds
        self._service = service
        self._failed: set[str] = set()  # people; tried again by the next life

    def next_moment(self, work: UnitOfWork, now: datetime) -> datetime | None:
        """When the office of the first reader may write."""
        return min((_opens(standing, now) for _, standing in self._waiting(work, now)), default=None)

    def run(self, now: datetime) -> None:
        with self._store.read() as work:
            if not any(_opens(standing, now) <= now for _, standing in self._waiting(work, now)):
                return
        with self._store.write() as work:
            for person, standing in list(self._waiting(work, now)):
                if _opens(standing, now) <= now:
                    self._tell(work, person, standing, now)
            work.commit()

    def _tell(self, work: UnitOfWork, person: PersonRecord, standing: list[_Standing], now: datetime) -> None:
        try:
            message = self._message(work, person, standing, now)
        except FAULTS:
            log.exception("The dates of %s could not be told at the new address", person.id)
            self._failed.add(person.id)
            return
        work.outbox.add(message, [])
        for each in standing:  # at the new address nothing stood before
            work.calendar_entries.put(replace(each.row, message=message.id, stood=None))

    # who, and what ----------------------------------------------------------------------------------------------------

    def _waiting(self, work: UnitOfWork, now: datetime) -> Iterator[tuple[PersonRecord, list[_Standing]]]:
        found: dict[str, list[CalendarEntry]] = {}
        for id, entry in work.calendar_entries.elsewhere(now.date() - ONE_DAY):
            found.setdefault(id, []).append(entry)
        for id, entries in found.items():
            person = work.people.person(id)
            if person is None or id in self._failed:
                continue
            told = _told_there(work, person)
            standing = [self._standing(work, person, each, now) for each in entries if each.message not in told]
            if any(standing):
                yield person, [each for each in standing if each is not None]

    def _standing(
        self, work: UnitOfWork, person: PersonRecord, entry: CalendarEntry, now: datetime
    ) -> _Standing | None:
        """None where it is not to stand any more: what takes it back is a mail of its own."""
        case = work.cases.load(entry.case)
        definition = self._library.of(work, case)
        draft = Draft(definition, case, self._worlds.of(work, case, now), CLOCK, now)
        change = change_of(work, draft, entry.participant, entry.date, self._service.domain)
        row = change.own if change.known else change.new
        if row is None or row.state == "cancelled":
            return None
        language = person.language if person.language in definition.languages else definition.languages[0]
        words = AppointmentWords(
            definition, self._library.wording(work, case), language, host=draft.world.host.name,
            office=_office(work, person),
        )  # fmt: skip
        says = texts(language, informal=person.informal)
        line = says["calendar_anew_line"].format(
            label=words.label(row.date), host=draft.world.host.name, when=words.when(row)
        )
        return _Standing(row=row, shown=words.entry(row), line=line, window=office_window(draft))

    # the mail ---------------------------------------------------------------------------------------------------------

    def _message(self, work: UnitOfWork, person: PersonRecord, standing: list[_Standing], now: datetime) -> Message:
        office = _office(work, person)
        language = person.language if person.language in office.languages else office.languages[0]
        says = texts(language, informal=person.informal)
        number = len(standing)
        letter = Letter(
            reader=reader_of(person, language), process="", host="", stage="", phase="",
            office=Office(name=office.name, email=office.email, phone=office.phone), why=says["calendar_anew_why"],
        )  # fmt: skip
        lines = "\n".join(each.line for each in standing)
        text = "\n\n".join((says["calendar_anew"], lines, says.counted("calendar_anew_files", number)))
        words = compose_words(letter, says.counted("calendar_anew_subject", number), text)
        id, window = token_hex(16), standing[0].window
        return Message(
            id=id,
            secretariat=person.secretariat,
            person=person.id,
            address=person.email,
            language=language,
            kind=TEMPLATE,
            subject=words.subject,
            text=words.text,
            html=words.html,
            message_id=self._service.message_id(id),
            references=None,
            reply_to=mailbox(office.name, office.email),
            local_day=local(now, window.zone).day.isoformat(),
            reminder=False,
            asks=(),
            cases=tuple(dict.fromkeys(each.row.case for each in standing)),
            created_at=now,
            until=window.end(now),
            attachments=tuple(self._files(person, office, standing, now)),
        )

    def _files(
        self, person: PersonRecord, office: Secretariat, standing: list[_Standing], now: datetime
    ) -> Iterator[Attachment]:
        organiser = Party(name=office.name, address=self._service.address)
        for number, each in enumerate(standing, 1):
            file = invitation(
                each.shown, organiser=organiser, attendee=Party(name=person.name, address=person.email), at=now
            )
            yield file if len(standing) == 1 else replace(file, name=f"invite-{number}.ics")


def _opens(standing: list[_Standing], now: datetime) -> datetime:
    return standing[0].window.next(now)


def _office(work: UnitOfWork, person: PersonRecord) -> Secretariat:
    return next(each for each in work.people.secretariats() if each.id == person.secretariat)


def _told_there(work: UnitOfWork, person: PersonRecord) -> set[str]:
    """The mails that the office has sent again, by itself, to the address that this person has now."""
    own = work.outbox.messages(person=person.id)
    there = (one for one in own if one.address.casefold() == person.email.casefold() and one.state not in LOST)
    return {origin.id for one in there for origin in with_origins(work, one)}
