"""In which hours may a mail leave that could not leave when it was written? By what it tells, from stored rows."""

from __future__ import annotations

from datetime import datetime

from collegium.digests.hours import hours_of
from collegium.library import DefinitionLibrary
from collegium.worlds import StoredWorlds
from engine.actions import CLOCK
from engine.draft import Draft
from engine.errors import CollegiumError
from engine.mail import Message
from engine.offsets import local
from engine.ports import UnitOfWork
from engine.sending import Window, office_window, window_of
from notifications.letters import Hours
from notifications.oversight import COPY
from notifications.reminded import is_reminder, with_origins


class SendingHours:
    """The hours of stored mails: of the reader for reminders, digests and copies, of the office for all else."""

    def __init__(self, library: DefinitionLibrary, worlds: StoredWorlds) -> None:
        self._library = library
        self._worlds = worlds

    def of(self, work: UnitOfWork, message: Message, moment: datetime) -> Hours:
        """The first ones in which that moment, or a later one, lies. Raises CollegiumError where nobody can say."""
        apart = bool(message.digest) or message.kind == COPY
        window = self._of_digest(work, message, moment) if apart else self._of_case(work, message, moment)
        opens = window.next(moment)
        return Hours(day=local(opens, window.zone).day.isoformat(), opens=opens, closes=window.end(opens))

    def _of_case(self, work: UnitOfWork, message: Message, moment: datetime) -> Window:
        """What is sent again keeps the hours of what was sent first."""
        told = [each.notice for one in with_origins(work, message) for each in work.outbox.notices_in(one.id)]
        if not told and not message.cases:
            raise CollegiumError(f"The mail {message.id} is about no case: nobody can say when it may leave")
        case = work.cases.load(told[0].case if told else message.cases[0])
        definition = self._library.of(work, case)
        draft = Draft(definition, case, self._worlds.of(work, case, moment), CLOCK, moment)
        return window_of(draft, told[0].recipient) if told and is_reminder(work, message) else office_window(draft)

    def _of_digest(self, work: UnitOfWork, message: Message, moment: datetime) -> Window:
        roster = self._worlds.roster
        roster.refresh(work)
        office, entry = roster.office(work, message.secretariat), roster.entry(work, message.person)
        if entry is None:
            raise CollegiumError(f"The reader of the mail {message.id} is not known any more")
        rounds = {(each.process, each.process_version, each.behaviour) for each in work.definitions.cycles(office.id)}
        desks = [each for each in work.people.organisations(office.id) if each.kind == "office"]
        hours = hours_of(
            office, [self._library.get(work, *each)[0] for each in sorted(rounds)], desks, entry.person,
            roster.employer(work, entry, local(moment, office.zone).day),
        )  # fmt: skip
        return Window(hours.calendar, hours.opens, hours.closes, hours.zone)
