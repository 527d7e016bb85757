"""How does a digest come into the outbox? Decided and written in one transaction, once per reader, kind and period."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from secrets import token_hex
from typing import TYPE_CHECKING

from collegium.digests.readers import Subscriber, subscribers
from collegium.digests.status import status_digest
from collegium.digests.week import week_digest
from collegium.keeping.restoring import doubt
from collegium.letters import reader_of
from collegium.summaries.facts import Gathered, gather
from engine.digests import Cause, DigestIssue, Due, Facts, due, next_regular, period_of, settled, standing_of
from engine.directory import Secretariat
from engine.mail import Message
from engine.offsets import local
from engine.ports import UnitOfWork
from notifications.addresses import mailbox
from notifications.composing import FAULTS, Composed, compose_digest
from notifications.doubt import RESTORED, Doubt
from notifications.letters import Letter, Office

if TYPE_CHECKING:
    from collegium.bootstrap import Application

FAR = datetime.max.replace(tzinfo=UTC)

log = logging.getLogger(__name__)


class _MadeBefore(Exception):
    """Another process has made this issue."""


@dataclass(frozen=True, slots=True)
class Look:
    """What came of looking: mails, and until when nothing can be due as long as nobody changes anything."""

    made: int
    quiet_until: datetime


def issue_due(app: Application, office: Secretariat, now: datetime) -> Look:
    """Make the digests that are due at `now`: decided and written in one turn, so that no other process is between."""
    with app.store.write() as work:
        seen = subscribers(app, work, office, now)
        found = list(_dues(seen, now))
        note_look(work, office, now)
        if not found:
            work.commit()
            return Look(0, _quiet_until(seen, now))
        gathered = facts_of(app, work, office, now, [to for to, _ in found])
        restored = doubt(work)
        made = sum(_issue(app, work, gathered, to, item, restored) for to, item in found)
        work.commit()
    return Look(made, now)


def has_looked(work: UnitOfWork, office: Secretariat, now: datetime) -> bool:
    """Whether somebody looked today, in this or an earlier life."""
    return work.digests.looked_on(office.id) == _today(office, now)


def note_look(work: UnitOfWork, office: Secretariat, now: datetime) -> None:
    """In the transaction of what was found: a look that was broken off is done again, one that was done is not."""
    work.digests.put_look(office.id, _today(office, now))


def _today(office: Secretariat, now: datetime) -> str:
    return local(now, office.zone).day.isoformat()


def facts_of(
    app: Application, work: UnitOfWork, office: Secretariat, now: datetime, of: Sequence[Subscriber]
) -> Gathered:
    """How the cases of these readers stand; names and lost mail are looked up when the office's own is written.

    Who follows several reviews is also told of visits to others, which only all cases together know.
    """
    own = {case.id for to in of for case in to.cases}
    if any(to.reader.kind != "partnership" for to in of):
        own = set(work.cases.all_ids(office.id))
    return gather(app, work, office, own, now, past=False, audience="region")


def _quiet_until(found: Sequence[Subscriber], now: datetime) -> datetime:
    moments = [next_regular(to.reader, now) for to in found]
    # What changed while somebody was away is told when they are back.
    moments += [to.reader.hours.next_opening(now) for to in found if not to.reader.hours.are_open(now)]
    return min((each for each in moments if each is not None), default=FAR)


def _dues(found: Iterable[Subscriber], now: datetime) -> Iterator[tuple[Subscriber, Due]]:
    for to in found:
        item = due(to.reader, to.course, to.last, now)
        if item is not None:
            yield to, item


def _issue(
    app: Application, work: UnitOfWork, gathered: Gathered, to: Subscriber, item: Due, restored: Doubt | None
) -> bool:
    """The message and its issue together, or neither: one that cannot be written holds up no other."""
    now = gathered.moment
    facts = Facts(course=to.course, standing=standing_of(to.may_see(gathered)))
    item = settled(item, to.reader, facts, to.last, now)
    message: Message | None = None
    if item.is_sent:
        try:
            message = message_of(app, work, gathered, to, item.cause)
            if restored is not None and _may_be_out(to, item, restored, now):
                message = replace(message, state="held", hold=RESTORED)
        except FAULTS:
            log.exception("The digest %s of %s could not be written", to.reader.kind, to.person.id)
            return False
    issue = DigestIssue(
        secretariat=gathered.office.id, person=to.person.id, kind=to.reader.kind, period=item.period,
        facts=str(facts), message=message.id if message else None, at=now,
    )  # fmt: skip
    try:
        with work.savepoint():
            if message is not None:
                _supersede(work, to.last)
                work.outbox.add(message, [])
            if not work.digests.put_issue(issue):
                raise _MadeBefore
    except _MadeBefore:
        return False
    return message is not None


def _may_be_out(to: Subscriber, item: Due, restored: Doubt, now: datetime) -> bool:
    """Whether the installation of before the restore may have sent it.

    It may where the period had begun; of a change nobody knows when it was, so the first one after a restore is held.
    """
    if item.cause == "change":
        return to.last is None or to.last.at <= restored.until
    hours = to.reader.hours
    return period_of(to.reader.kind, hours.day_of(now))[1] <= hours.day_of(restored.until)


def _supersede(work: UnitOfWork, last: DigestIssue | None) -> None:
    """After an outage the newest goes out alone."""
    before = work.outbox.message(last.message) if last is not None and last.message else None
    if before is not None and before.state == "ready":
        work.outbox.take_back(before.id, "a newer one takes its place")


def message_of(app: Application, work: UnitOfWork, gathered: Gathered, to: Subscriber, cause: Cause) -> Message:
    """The mail as it will be sent."""
    words = composed(work, gathered, to, cause)
    id = token_hex(16)
    return Message(
        id=id,
        secretariat=gathered.office.id,
        person=to.person.id,
        address=to.person.email,
        language=language_of(gathered, to),
        kind=f"digest_{to.reader.kind}",
        subject=words.subject,
        text=words.text,
        html=words.html,
        message_id=app.service.message_id(id),
        references=None,
        reply_to=mailbox(gathered.office.name, gathered.office.email),
        local_day=to.reader.hours.day_of(gathered.moment).isoformat(),
        reminder=False,
        asks=(),
        created_at=gathered.moment,
        digest=to.reader.kind,
        until=to.reader.hours.closing(to.reader.hours.day_of(gathered.moment)),
    )


def composed(work: UnitOfWork, gathered: Gathered, to: Subscriber, cause: Cause) -> Composed:
    """The words of a digest in its reader's language."""
    language = language_of(gathered, to)
    if to.reader.kind == "week":
        digest, why = week_digest(work, gathered, to, language)
    else:
        digest, why = status_digest(gathered, to, language, cause)
    office = Office(name=gathered.office.name, email=gathered.office.email, phone=gathered.office.phone)
    letter = Letter(
        reader=reader_of(to.person, language), office=office, process="", host="", stage="", phase="", why=why
    )
    return compose_digest(letter, digest)


def language_of(gathered: Gathered, to: Subscriber) -> str:
    """The reader's own, where the office writes in it."""
    offered = gathered.office.languages
    return to.person.language if to.person.language in offered else offered[0]
