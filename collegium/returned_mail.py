"""What becomes of a mail that comes back? Read, recorded once, and made into work: the duty that looks after addresses.

A report and what it does to an address are one transaction; the cases hear of it after that, from what is stored, so
that after a crash at any point they hear of it in the next round.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from collegium.own_failures import is_own
from engine.actions import CLOCK, Action, Reached, Unreached, WroteBack
from engine.case import Case
from engine.directory import PersonRecord
from engine.errors import CollegiumError
from engine.mail import MailReport, MailReportKind, Message
from engine.operations import Operations
from engine.ports import Store, UnitOfWork
from engine.reaching import concerned, misses, told
from notifications.bounces.following import WINDOW, Follow, follows, is_dead
from notifications.bounces.matching import Match, match
from notifications.bounces.reading import read_report
from notifications.bounces.report import ReadReport
from notifications.bounces.status import meaning, status_in
from notifications.mailboxes import DONE, TO_READ, Mailbox
from notifications.mime import ADDRESS, Service
from storage.sending import UNREACHABLE

log = logging.getLogger(__name__)
WHY = 300  # characters of a server's words that are kept with a person


@dataclass(slots=True, kw_only=True)
class Seen:
    """What a look at the mailbox has found."""

    read: int = 0
    new: int = 0
    to_read: int = 0  # put into the folder of mails that a person reads


class ReturnedMail:
    """The duty. Without a mailbox it still sees what servers refused while we spoke to them, and mended addresses."""

    name = "returned mail"

    def __init__(
        self, store: Store, operations: Operations, service: Service, mailbox: Mailbox | None,
        every: timedelta = timedelta(minutes=1),
    ) -> None:  # fmt: skip
        self._store = store
        self._operations = operations
        self._service = service
        self.mailbox = mailbox
        self._every = every
        self._read_at: datetime | None = None
        self._left: set[str] = set()

    def next_moment(self, work: UnitOfWork, now: datetime) -> datetime | None:
        """Now where something waits that the last round did not leave; nobody can say when the next mail comes back."""
        return now if self._waiting(work) - self._left else None

    def _waiting(self, work: UnitOfWork, *, flagged: bool = True) -> set[str]:
        """What is to be done; without the flagged where it is known that all of them were told."""
        near = self.mailbox is not None and self.mailbox.is_near and not self.mailbox.is_empty()
        refused = {message.id for message in work.outbox.refused_without_report()}
        to_tell = {person.id for person in work.people.flagged() if _to_tell(work, person)} if flagged else set()
        return {"mailbox"} | refused | to_tell if near else refused | to_tell

    def run(self, now: datetime) -> None:
        """What a round leaves, since it fails, is tried again in every later one, and calls for none."""
        try:
            if self.mailbox is not None and self._is_due(now):
                self.read(now)
        finally:  # a mailbox that cannot be read holds up neither refusals nor mended addresses
            self._see_refused(now)
            told = self._tell_cases(now)
            with self._store.read() as work:
                self._left = self._waiting(work, flagged=told)

    def _is_due(self, now: datetime) -> bool:
        near = self.mailbox is not None and self.mailbox.is_near
        return near or self._read_at is None or now - self._read_at >= self._every

    # the mailbox ------------------------------------------------------------------------------------------------------

    def read(self, now: datetime) -> Seen:
        """Read what lies in the mailbox: record each mail, then put it aside. Raises BadMailbox."""
        seen = Seen()
        if self.mailbox is None:
            return seen
        self._read_at = now
        for item in self.mailbox.items():
            report = read_report(item.data, today=now.date())
            with self._store.write() as work:
                found = self._match(work, report, now)
                follow = follows(report.kind, sure=found.sure)
                new = self._record(work, _stored(report, found, now), found.message, follow, now)
                work.commit()
            to_read = follow.to_read
            self.mailbox.put_aside(item, TO_READ if to_read else DONE)
            seen.read, seen.new, seen.to_read = seen.read + 1, seen.new + new, seen.to_read + to_read
        return seen

    def _match(self, work: UnitOfWork, report: ReadReport, now: datetime) -> Match:
        def sent_to(address: str) -> Iterable[Message]:
            for person in _with_address(work, address):
                yield from work.outbox.messages(person=person.id)

        return match(report, self._service, work.outbox.message, sent_to, now)

    # refused while we spoke to the server -----------------------------------------------------------------------------

    def _see_refused(self, now: datetime) -> None:
        with self._store.read() as work:
            refused = work.outbox.refused_without_report()
        for message in refused:
            with self._store.write() as work:
                answers = [each.delivery for each in work.outbox.deliveries(message.id)]
                report = _of_refusal(message, now, spoken=any(each.code is not None for each in answers[-1:]))
                self._record(work, report, message, follows(report.kind, sure=True), now)
                work.commit()

    # what follows -----------------------------------------------------------------------------------------------------

    def _record(
        self, work: UnitOfWork, report: MailReport, message: Message | None, follow: Follow, now: datetime
    ) -> bool:
        """The report, once, with all that follows from it at once."""
        if not work.outbox.add_report(report):
            return False
        if message is None:
            return True
        person = work.people.person(message.person)
        if person is not None and person.email.casefold() == message.address.casefold():
            self._flag(work, person, report, follow, now)
        for case, participant in _places(work, message.person):
            self._tell_of(work, case, participant, report, message, follow, now)
        if follow.to_read:
            self._give_to_read(work, report, message, now)
        return True

    def _flag(self, work: UnitOfWork, person: PersonRecord, report: MailReport, follow: Follow, now: datetime) -> None:
        if person.reachable and (follow.flags or (follow.counts and _is_dead(work, person.id, now))):
            why = " ".join(f"{report.status_code} {report.diagnostic}".split())[:WHY]
            work.people.put_person(replace(person, reachable=False, unreachable_since=now, unreachable_why=why))
            data = {"person": person.id, "mail_report": report.id, "code": report.status_code}
            work.record(f"address:{person.secretariat}", "address_flagged", data, now)

    def _tell_of(
        self, work: UnitOfWork, case: Case, participant: str, report: MailReport, message: Message, follow: Follow,
        now: datetime,
    ) -> None:  # fmt: skip
        if follow.tells is None or (follow.where == "its cases" and case.id not in message.cases):
            return
        back_on = datetime.fromisoformat(report.back_on).date() if report.back_on else None
        if follow.tells == "away" and (not misses(case, participant, back_on) or _seen_to(case, participant, report)):
            return
        self._operations.tell(work, case.id, Unreached(participant=participant, why=follow.tells, back_on=back_on), now)

    def _give_to_read(self, work: UnitOfWork, report: MailReport, message: Message, now: datetime) -> None:
        """One task, in the first case of which the mail spoke that is still open."""
        for case, participant in _places(work, message.person):
            if case.id in message.cases:
                self._operations.tell(work, case.id, WroteBack(participant=participant, report=report.id), now)
                return

    # cases hear of addresses ------------------------------------------------------------------------------------------

    def _tell_cases(self, now: datetime) -> bool:
        """Dead and mended addresses, told to every case that does not know of them; False where there were none."""
        with self._store.read() as work:
            flagged = [each for each in work.people.flagged() if _to_tell(work, each)]
        for person in flagged:
            with self._store.write() as work:
                current = _looked_after(work, person.id, now)
                actions = list(_to_hear(work, current)) if current is not None else []
                work.commit()
            for case, action in actions:
                try:
                    self._operations.act(case, action, CLOCK, now)
                except CollegiumError:
                    log.exception("A case could not be told of an address: %s", case)
            if current is not None and current.reachable:
                self._settle(current, now)
        return bool(flagged)

    def _settle(self, person: PersonRecord, now: datetime) -> None:
        """All cases know that the address works."""
        with self._store.write() as work:
            current = work.people.person(person.id)
            if current is not None and current.reachable:
                work.people.put_person(replace(current, unreachable_since=None, unreachable_why=""))
                data = {"person": person.id}
                work.record(f"address:{person.secretariat}", "address_mended", data, now)
                work.commit()


def _looked_after(work: UnitOfWork, id: str, now: datetime) -> PersonRecord | None:
    """The person as they are now: a flag gets its date, and goes where there is another address."""
    person = work.people.person(id)
    if person is None:
        return None
    found = person
    if not person.reachable and person.unreachable_since is None:
        found = replace(person, unreachable_since=now)
    elif not person.reachable and _has_another_address(work, person):
        found = replace(person, reachable=True).reached_anew(person, now)
    if found != person:
        work.people.put_person(found)
    return found


def _is_dead(work: UnitOfWork, person: str, now: datetime) -> bool:
    """Whether the last mails to somebody failed; what came back before the window is about mails before it."""
    return is_dead(work.outbox.reports(person=person, since=now - WINDOW), work.outbox.messages(person=person), now)


def _has_another_address(work: UnitOfWork, person: PersonRecord) -> bool:
    """Whether the address is not the one that died."""
    for report in reversed(work.outbox.reports(person=person.id)):
        message = work.outbox.message(report.message) if report.message and report.kind in ("hard", "soft") else None
        if message is not None:
            return message.address.casefold() != person.email.casefold() and bool(person.email)
    return False


def _to_tell(work: UnitOfWork, person: PersonRecord) -> bool:
    """Whether something is to be done about this flagged person."""
    if person.reachable or person.unreachable_since is None or _has_another_address(work, person):
        return True
    return any(True for _ in _to_hear(work, person))


def _to_hear(work: UnitOfWork, person: PersonRecord) -> Iterator[tuple[str, Action]]:
    """Which cases do not know how it is with the address, and what they must hear."""
    for case, participant in _places(work, person.id):
        if person.reachable and told(case, participant):
            yield case.id, Reached(participant=participant)
        elif not person.reachable and not told(case, participant):
            yield case.id, Unreached(participant=participant, why="dead_address")


def _places(work: UnitOfWork, person: str) -> Iterator[tuple[Case, str]]:
    """The open cases that have to do with a person, and who the person is there."""
    for participant in work.people.participations(person):
        case = work.cases.load(participant.case)
        if not case.closed and concerned(case, participant.key):
            yield case, participant.key


def _with_address(work: UnitOfWork, address: str) -> Iterator[PersonRecord]:
    for office in work.people.secretariats():
        for person in work.people.persons(office.id):
            if address and person.email.casefold() == address.casefold():
                yield person


def _seen_to(case: Case, participant: str, report: MailReport) -> bool:
    """Whether the office has seen to this absence: filters answer every mail anew."""
    done = [each.done_at for each in case.tasks.values() if (each.name, each.about) == ("unreached", participant)]
    return any(moment is not None and moment.date().isoformat() < report.back_on for moment in done)


def _stored(report: ReadReport, found: Match, now: datetime) -> MailReport:
    message = found.message
    said = f"{report.subject}: {report.diagnostic}" if report.kind in ("reply", "unsure") else report.diagnostic
    return MailReport(
        id=report.key,
        kind=report.kind,
        secretariat=message.secretariat if message else None,
        message=message.id if message else None,
        person=message.person if message else None,
        address=next(iter(report.addresses), report.sender),
        status_code=report.status,
        diagnostic=said,
        matched_by=found.by,
        back_on=report.back_on.isoformat() if report.back_on else "",
        received_at=min(report.sent_at or now, now),
        recorded_at=now,
    )


def _of_refusal(message: Message, now: datetime, *, spoken: bool) -> MailReport:
    """What a server said to us itself, in the form of a report; a failure of our own says nothing of the address."""
    words = message.last_error
    status = status_in(words)
    kind: MailReportKind = meaning(status, words)
    if words == UNREACHABLE.answer:
        kind = "other"
    elif not ADDRESS.fullmatch(message.address):
        kind = "hard"
    elif is_own(message, spoken=spoken):
        kind = "other"
    return MailReport(
        id=f"refused-{message.id}",
        kind=kind,
        secretariat=message.secretariat,
        message=message.id,
        person=message.person,
        address=message.address,
        status_code=status,
        diagnostic=words[:WHY],
        matched_by="server",
        received_at=now,
        recorded_at=now,
    )
