"""What did somebody's calendar miss while mail did not reach them, or went elsewhere? A duty of the clock."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from collegium.appointments import AppointmentWords, Change, Listed, change_of
from collegium.calendar_mail import Missed, calendar_mail
from collegium.library import DefinitionLibrary
from collegium.offices import office_of
from collegium.worlds import StoredWorlds
from engine import appointments
from engine.actions import CLOCK
from engine.appointments import CARRIES, TEMPLATE, CalendarEntry, span_of
from engine.directory import PersonRecord
from engine.draft import Draft
from engine.mail import Message
from engine.offsets import Point, instant, local
from engine.ports import Store, UnitOfWork
from engine.sending import office_window
from notifications.bulk import bulk_id, bulk_of, in_bulk
from notifications.catalogue import texts
from notifications.composing import FAULTS
from notifications.doubt import RESTORED, Doubt
from notifications.mime import Service
from notifications.overtaken import let_lapse
from notifications.readdressing import at_present_address, is_elsewhere

EVER = datetime.max.replace(tzinfo=UTC)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What was told to somebody's calendar, beside what ought to stand there."""

    person: PersonRecord
    missed: tuple[Missed, ...] = ()
    overtaken: tuple[str, ...] = ()  # mails that have not left, and would tell what does not hold any more
    waits: bool = False  # a notice that waits tells of a date: it comes first
    under_way: bool = False  # a mail that has not left tells of a date
    misdirected: tuple[Message, ...] = ()  # mails that have not left, to another address
    opens: datetime = EVER  # when the office may tell what was missed

    @property
    def settled(self) -> bool:
        """Whether nothing is left to be told."""
        return not (self.missed or self.waits or self.under_way)

    @property
    def many(self) -> tuple[str, datetime | None]:
        """Those whom one deed made reachable belong together."""
        return (self.person.secretariat, self.person.calendar_unsure_since)

    def is_due(self, now: datetime) -> bool:
        """Whether something is to be done now."""
        return self.settled or bool(self.misdirected) or (bool(self.missed) and self.opens <= now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """A comparison that holds as long as nothing was written that it depends on, and until a moment."""

    trace: frozenset[str]
    until: datetime  # the end of the day, or when the office may tell what was missed; now, where something is due
    compared: Compared


class CalendarDuty:
    """Implements collegium.clock.Duty: whoever can be reached elsewhere than before, or again, is told what was missed.

    Their mark (`PersonRecord.calendar_unsure_since`) stays until all that ought to stand in their calendar was told by
    mails that have left. Whoever has no mark is told by the notices of each step, and is not looked at. Whoever waits
    is compared again once a day, and where something of theirs was written: a mail to many may be held for days.
    """

    name = "calendars"
    foreseen = True  # writes to the store alone, so a forecast plays it too

    def __init__(
        self, store: Store, library: DefinitionLibrary, worlds: StoredWorlds, service: Service, *, bulk_from: int = 0,
        doubt: Callable[[UnitOfWork], Doubt | None] = lambda work: None,
    ) -> None:  # fmt: skip
        self._store = store
        self._library = library
        self._worlds = worlds
        self._service = service
        self._bulk_from = bulk_from
        self._doubt = doubt
        self._failed: set[str] = set()  # people; tried again by the next life
        self._kept: dict[str, _Kept] = {}  # by person

    def next_moment(self, work: UnitOfWork, now: datetime) -> datetime | None:
        """When the office of the first reader may write."""
        return min((each.opens for each in self._all(work, now) if each.missed), default=None)

    def run(self, now: datetime) -> None:
        with self._store.read() as work:
            if not any(each.is_due(now) for each in self._all(work, now)):
                return
        with self._store.write() as work:
            found = list(self._all(work, now))
            many = Counter(each.many for each in found if each.missed or each.waits)
            for each in found:
                self._see_to(work, each, many[each.many], now)
            work.commit()

    def _see_to(self, work: UnitOfWork, compared: Compared, alike: int, now: datetime) -> None:
        for message in compared.misdirected:
            at_present_address(work, message, now)
        if compared.settled:
            work.people.put_person(replace(compared.person, calendar_unsure_since=None))
        elif compared.missed and compared.opens <= now:
            # What is written anew waits as a notice, which tells of its date itself: look again after that.
            if any(let_lapse(work, id, now) for id in compared.overtaken):
                return
            self._tell(work, compared, alike, now)

    def _tell(self, work: UnitOfWork, compared: Compared, alike: int, now: datetime) -> None:
        person = compared.person
        try:
            message = calendar_mail(person, office_of(work, person), compared.missed, self._service, now)
        except FAULTS:
            self._fail(person)
            return
        message = self._held(work, message, person, alike)
        work.outbox.add(message, [])
        for each in compared.missed:
            work.calendar_entries.put(replace(each.row, message=message.id))

    def _held(self, work: UnitOfWork, message: Message, person: PersonRecord, alike: int) -> Message:
        """The mail, held where it may have gone out before, or is one of many that nobody has approved yet."""
        since, doubt = person.calendar_unsure_since, self._doubt(work)
        assert since is not None
        if doubt is not None and since <= doubt.until:
            return replace(message, state="held", hold=RESTORED)
        if not self._bulk_from:
            return message
        known = work.outbox.bulk(bulk_id(person.secretariat, TEMPLATE, since))
        if known is None and alike <= self._bulk_from:
            return message
        return in_bulk(message, known or bulk_of(work, person.secretariat, TEMPLATE, since, alike))

    # who, and what ----------------------------------------------------------------------------------------------------

    def _all(self, work: UnitOfWork, now: datetime) -> Iterator[Compared]:
        marked = [person for person in work.people.unsure() if person.id not in self._failed]
        traces = work.people.unsure_traces() if marked else {}
        self._kept = {person.id: self._kept[person.id] for person in marked if person.id in self._kept}
        for person in marked:
            kept, trace = self._kept.get(person.id), traces.get(person.id, frozenset())
            if kept is None or (kept.trace, kept.compared.person) != (trace, person) or kept.until <= now:
                try:
                    kept = self._kept[person.id] = self._looked(work, person, trace, now)
                except FAULTS:
                    self._fail(person)
                    continue
            yield kept.compared

    def _looked(self, work: UnitOfWork, person: PersonRecord, trace: frozenset[str], now: datetime) -> _Kept:
        compared = self._compared(work, person, now)
        zone = ZoneInfo(office_of(work, person).zone)
        midnight = instant(Point(local(now, zone).day + timedelta(days=1)), zone, ends=False)
        until = now if compared.is_due(now) else min(midnight, compared.opens)
        return _Kept(trace=trace, until=until, compared=compared)

    def _fail(self, person: PersonRecord) -> None:
        log.exception("What the calendar of %s has missed could not be told", person.id)
        self._failed.add(person.id)

    def _compared(self, work: UnitOfWork, person: PersonRecord, now: datetime) -> Compared:
        waiting = [each.notice for each in work.outbox.waiting_of([person.id], EVER)]
        carried = {(each.case, each.data[CARRIES]) for each in waiting if CARRIES in each.data}
        unsent = [one for state in ("ready", "held") for one in work.outbox.messages(state, person.id)]
        missed: list[Missed] = []
        overtaken: list[str] = []
        waits = under_way = False
        for draft, who, date in self._dates(work, person, now):
            if (draft.id, date) in carried:
                waits = True
                continue
            change = change_of(work, draft, who, date, self._service.domain)
            row = _to_tell(change, person)
            if row is not None:
                missed.append(self._missed(work, person, draft, change, row))
                overtaken += [change.overtaken.id] if change.overtaken is not None else []
            under_way = under_way or change.under_way
        return Compared(
            person=person, missed=tuple(missed), overtaken=tuple(dict.fromkeys(overtaken)), waits=waits,
            under_way=under_way, misdirected=tuple(one for one in unsent if is_elsewhere(one, person)),
            opens=missed[0].window.next(now) if missed else EVER,
        )  # fmt: skip

    def _dates(self, work: UnitOfWork, person: PersonRecord, now: datetime) -> Iterator[tuple[Draft, str, str]]:
        """The dates that somebody's calendar ought to show, or was told to: the case, who they are there, the date."""
        for place in work.people.participations(person.id):
            case = work.cases.load(place.case)
            definition = self._library.of(work, case)
            told = [each for each in work.calendar_entries.of_case(case.id) if each.participant == place.key]
            if case.closed and not told:
                continue
            draft = Draft(definition, case, self._worlds.of(work, case, now), CLOCK, now)
            ahead = {each.date for each in told if each.last.date() >= draft.today}
            for name in sorted(ahead | {name for who, name in appointments.wanted(draft) if who == place.key}):
                yield draft, place.key, name

    def _missed(
        self, work: UnitOfWork, person: PersonRecord, draft: Draft, change: Change, row: CalendarEntry
    ) -> Missed:
        definition = draft.definition
        language = person.language if person.language in definition.languages else definition.languages[0]
        words = AppointmentWords(
            definition, self._library.wording(work, draft.before), language, host=draft.world.host.name,
            office=office_of(work, person), listed=Listed(work, draft, row.participant),
        )  # fmt: skip
        told, text = words.change(row, change.own)
        name = "cancelled" if text.cancelled else "moved" if text.old else "stands"
        line = texts(language, informal=person.informal)[f"calendar_missed_{name}"].format(
            label=text.label, host=draft.world.host.name, when=text.when, old=text.old
        )
        return Missed(row=told.row, shown=told.shown, line=line, window=office_window(draft))


def _to_tell(change: Change, person: PersonRecord) -> CalendarEntry | None:
    """What a calendar must be told of a date; None where it was, or where that was in vain since the mark was set.

    What is known elsewhere is told as it is, with its number: it is the same appointment. What the office did not want
    to be told, by cancelling the mail of it, is told at no other address either, as long as the date stands so.
    """
    if change.withheld:
        return None
    since = person.calendar_unsure_since
    if since is not None and change.in_vain is not None and change.in_vain >= since:
        return None
    if change.new is not None:
        return change.new
    if change.own is None or not change.known or change.here:
        return None
    return replace(change.own, stood=span_of(change.own))
