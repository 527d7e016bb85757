"""What is told and sent, in memory? The same rules as in SQL (storage/sending.py), over dictionaries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from engine.asking import CLOSED
from engine.case import Case
from engine.events import Notice
from engine.history import seal
from engine.mail import (
    Attachment,
    Attempt,
    Bulk,
    Delivery,
    Link,
    MailReport,
    Message,
    MessageState,
    NoticeState,
    Outage,
    StoredNotice,
    domain_of,
    outbox_stream,
)
from storage import sending
from storage.history import outside_event
from storage.memory import bulks, deliveries, links, placing, reports
from storage.memory.journal import Journal
from storage.memory.notices import MemoryNotices
from storage.memory.shelves import HeldMessage, Shelves


def record(shelves: Shelves, journal: Journal, stream: str, kind: str, data: Mapping[str, Any], now: datetime) -> None:
    """Seal and append one event to a stream outside cases."""
    rows = shelves.streams.setdefault(stream, [])
    head = (rows[-1].seq, rows[-1].hash) if rows else (0, "")
    for event in seal(head, [outside_event(stream, kind, data, now)]):
        journal.append(rows, event)


class MemoryOutbox:
    """Implements engine.outbox.Outbox."""

    def __init__(self, shelves: Shelves, journal: Journal) -> None:
        self._shelves = shelves
        self._journal = journal
        self._notices = MemoryNotices(shelves, journal)

    # notices ----------------------------------------------------------------------------------------------------------

    def next_moment(self, full: Collection[str] = ()) -> datetime | None:
        first = self._notices.next_moment()
        may_go = (at for at, _, id in self._shelves.ready if domain_of(self._message(id).address) not in full)
        return min([*([first] if first else []), *islice(may_go, 1)], default=None)

    def _message(self, id: str) -> Message:
        return self._shelves.messages[id].message

    def waiting(self, now: datetime, limit: int) -> list[StoredNotice]:
        return self._notices.waiting(now, limit)

    def pending(self, secretariat: str, now: datetime) -> tuple[int, int]:
        ready = sum(one.secretariat == secretariat for one in self.messages("ready"))
        return ready, self._notices.number_waiting(secretariat, now)

    def waiting_of(self, persons: Collection[str], now: datetime) -> list[StoredNotice]:
        return self._notices.waiting_of(persons, now)

    def notices(self, state: NoticeState | None = None, case: str | None = None) -> list[StoredNotice]:
        return self._notices.all(state, case)

    def tell(self, notices: Sequence[Notice], secretariat: str, case: Case) -> None:
        self._notices.insert(notices, secretariat, case)

    def postpone(self, notices: Sequence[int], send_at: datetime, reason: str | None = None) -> None:
        self._notices.postpone(notices, send_at, reason)

    def close_notices(self, notices: Sequence[int], state: NoticeState, reason: str) -> None:
        self._notices.change(notices, state=state, reason=reason)

    def asked(self, case: str, task: str, person: str, *, reminded: bool = False) -> bool:
        for id in self._shelves.notices_about.get((case, task), ()):
            stored = self._shelves.notices[id].stored
            message = stored.message
            if message is not None and not (reminded and stored.notice.template not in sending.AGAIN):
                for found in (self._message(message), *self.resent(message)):
                    if found.person == person and found.state in sending.HANDED_OVER:
                        return True
        return False

    # messages ---------------------------------------------------------------------------------------------------------

    def reminder_mail_on(self, person: str, local_day: str) -> bool:
        return any(message.state != "cancelled" for message in self._reminder_mails(person, local_day))

    def reminder_mail_elsewhere(self, persons: Collection[str], local_day: str) -> bool:
        found = (message for person in persons for message in self._reminder_mails(person, local_day))
        return any(message.state in sending.HANDED_OVER or self._may_leave(message) for message in found)

    def _reminder_mails(self, person: str, local_day: str) -> list[Message]:
        found = (self._shelves.messages[id].message for id in self._shelves.mails_on.get((person, local_day), ()))
        return [message for message in found if message.reminder and message.local_day == local_day]

    def _may_leave(self, message: Message) -> bool:
        office = self._shelves.secretariats.get(message.secretariat)
        return message.state in sending.UNSENT and (office is None or office.paused_at is None)

    def missed(self, now: datetime) -> list[Message]:
        ready = ((try_at, self._shelves.messages[id].message) for try_at, _, id in self._shelves.ready)
        found = [one for at, one in ready if one.until is not None and one.until < max(now, at)]
        return sorted(found, key=lambda one: (one.created_at, one.id))

    def move(self, message: str, at: datetime, until: datetime, local_day: str) -> bool:
        if not self._changed(message, ("ready",), next_try=at, until=until, local_day=local_day):
            return False
        mails = self._shelves.mails_on.setdefault((self._message(message).person, local_day), [])
        self._journal.append(mails, message)
        return True

    def take_back(self, message: str, reason: str) -> list[StoredNotice]:
        return self._notices.take_back(message, reason)

    def add(self, message: Message, notices: Sequence[int]) -> None:
        self._notices.compose(notices, message.id)
        mails = self._shelves.mails_on.setdefault((message.person, message.local_day), [])
        self._journal.append(mails, message.id)
        if message.resends is not None:
            self._journal.append(self._shelves.resends.setdefault(message.resends, []), message.id)
        self._put(HeldMessage(message=message))

    def lease(
        self, now: datetime, limit: int, until: datetime, room: Mapping[str, int] | None = None,
        most: int | None = None, paused: Collection[str] = (),
    ) -> list[Message]:  # fmt: skip
        leased: list[Message] = []
        left = sending.Room(room or {}, most)
        for try_at, _, id in list(self._shelves.ready):
            if try_at > now or len(leased) == limit:
                break
            message = self._shelves.messages[id].message
            if message.secretariat in paused or (message.until is not None and message.until < now):
                continue
            lapse = self._lapse_of(message)
            if lapse is not None and lapse.refused:
                self._record(message, sending.UNREACHABLE, now)
            elif lapse is not None:
                self._notices.lapse(id, lapse)
            elif left.take(message.address):
                leased.append(sending.sending(message))
                self._put(HeldMessage(message=leased[-1], lease_until=until))
        return leased

    def lapsing(self, messages: Collection[Message]) -> dict[str, str]:
        unsent = [message for message in messages if message.state in sending.UNSENT]
        return {one.id: lapse.reason for one in unsent if (lapse := self._lapse_of(one)) is not None}

    def _lapse_of(self, message: Message) -> sending.Lapse | None:
        person = self._shelves.persons.get(message.person)
        return sending.lapse_of(
            message,
            reachable=person.reachable if person is not None else None,
            standing={ask: self._standing(*ask) for ask in message.asks},
            over=self._notices.asking_no_more(message.resends or message.id),
        )

    def record(self, message: str, delivery: Delivery, now: datetime) -> None:
        held = self._shelves.messages.get(message)
        if held is not None:
            self._record(held.message, delivery, now)

    def settle(self, message: str) -> bool:
        at = deliveries.doubted_at(self._shelves, message)
        return self._changed(message, ("unknown",), state="sent", sent_at=at, last_error="")

    def rescue(self, now: datetime) -> list[Message]:
        late = [
            (held.lease_until, held.message.id, held.message)
            for held in self._shelves.messages.values()
            if held.message.state == "sending" and held.lease_until is not None and held.lease_until <= now
        ]
        for _, _, message in sorted(late):
            self._record(message, sending.LEASE_RAN_OUT, now)
        return [self._shelves.messages[id].message for _, id, _ in sorted(late)]

    def messages(
        self, state: MessageState | None = None, person: str | None = None, made_after: datetime | None = None
    ) -> list[Message]:
        found = (held.message for held in self._shelves.messages.values())
        chosen = (one for one in found if state in (None, one.state) and person in (None, one.person))
        recent = (one for one in chosen if made_after is None or one.created_at > made_after)
        return sorted(recent, key=lambda one: (one.created_at, one.id))

    def newest(
        self, secretariat: str, limit: int | None, *, state: MessageState | None = None, person: str | None = None,
        case: str | None = None,
    ) -> tuple[list[Message], int]:  # fmt: skip
        found = [
            one
            for one in self.messages(state, person)
            if one.secretariat == secretariat and (case is None or case in one.cases)
        ]
        return found[::-1][:limit], len(found)

    def message(self, id: str) -> Message | None:
        held = self._shelves.messages.get(id)
        return held.message if held else None

    def messages_named(self, prefix: str, limit: int) -> list[Message]:
        found = sorted(id for id in self._shelves.messages if id.startswith(prefix))
        return [self._message(id) for id in found[:limit]]

    def notices_in(self, message: str) -> list[StoredNotice]:
        return self._notices.of_message(message)

    def resent(self, message: str) -> list[Message]:
        return [self._message(id) for id in self._shelves.resends.get(message, ())]

    def kept(self, why: str) -> list[Message]:
        return [message for message in self.messages("held") if message.hold == why]

    def hold(self, message: str, why: str) -> bool:
        return self._changed(message, ("ready", "held"), state="held", hold=why)

    def release(self, message: str) -> bool:
        return self._changed(message, ("held",), state="ready", hold="")

    def cancel(self, message: str, why: str) -> bool:
        if not self._changed(message, sending.UNSENT, state="cancelled", hold="", last_error=why):
            return False
        self._notices.explain(message, why)
        return True

    def readdress(self, message: str, address: str, files: Sequence[Attachment]) -> bool:
        return self._changed(message, sending.NOT_OUT, address=address, attachments=tuple(files))

    def edit(self, message: str, *, subject: str, text: str, html: str) -> bool:
        return self._changed(message, ("ready", "held"), subject=subject, text=text, html=html, edited=True)

    def _changed(self, id: str, states: Sequence[MessageState], **changes: Any) -> bool:
        held = self._shelves.messages.get(id)
        if held is None or held.message.state not in states:
            return False
        self._put(replace(held, message=replace(held.message, **changes)))
        return True

    def deliveries(self, message: str) -> list[Attempt]:
        return deliveries.of(self._shelves, message)

    def handed_over_since(self, moment: datetime) -> Mapping[str, int]:
        return deliveries.handed_over_since(self._shelves, moment)

    def put_off_since(self, moment: datetime) -> list[tuple[str, int, str]]:
        return deliveries.put_off_since(self._shelves, moment)

    def outage(self) -> Outage | None:
        return deliveries.outage(self._shelves)

    def doubted(self) -> list[Message]:
        held = (held.message for held in self._shelves.messages.values())
        return sorted((one for one in held if one.state == "unknown" and one.legal), key=lambda one: one.id)

    def readers(self, secretariat: str, template: str, caused_at: datetime) -> int:
        return self._notices.readers(secretariat, template, caused_at)

    def bulk(self, id: str) -> Bulk | None:
        return self._shelves.bulks.get(id)

    def bulks(self, secretariat: str) -> list[Bulk]:
        return bulks.of(self._shelves, secretariat)

    def put_bulk(self, bulk: Bulk) -> None:
        self._journal.put(self._shelves.bulks, bulk.id, bulk)

    def add_report(self, report: MailReport) -> bool:
        return reports.add(self._shelves, self._journal, report)

    def refused_without_report(self) -> list[Message]:
        return reports.refused_without(self._shelves)

    def reports(
        self, *, message: str | None = None, person: str | None = None, since: datetime | None = None
    ) -> list[MailReport]:
        return reports.of(self._shelves, message, person, since)

    def report(self, id: str) -> MailReport | None:
        return self._shelves.reports.get(id)

    def counts(self) -> Mapping[tuple[str, str], int]:
        return Counter((held.message.kind, held.message.state) for held in self._shelves.messages.values())

    # links ------------------------------------------------------------------------------------------------------------

    def link(self, case: str, participant: str, task: str) -> Link:
        return links.of_task(self._shelves, self._journal, case, participant, task)

    def find_link(self, id: str) -> Link | None:
        return self._shelves.links.get(id)

    def revoke_link(self, id: str) -> None:
        links.revoke(self._shelves, self._journal, id)

    # writing ----------------------------------------------------------------------------------------------------------

    def _put(self, held: HeldMessage) -> None:
        placing.put(self._shelves, self._journal, held)

    def _record(self, message: Message, delivery: Delivery, now: datetime) -> None:
        deliveries.add(self._shelves, self._journal, message, delivery, now)
        if message.state not in sending.UNDECIDED:
            return
        after = sending.delivered(message, delivery, now)
        self._put(HeldMessage(message=after))
        if after.state in ("refused", "unknown"):
            stream, kind = outbox_stream(message.secretariat), f"mail_{after.state}"
            record(self._shelves, self._journal, stream, kind, sending.undelivered(message, delivery), now)

    # reading ----------------------------------------------------------------------------------------------------------

    def _standing(self, case: str, task: str) -> str:
        found = self._shelves.cases.get(case)
        known = found.tasks.get(task) if found else None
        if found is None or known is None or not known.is_open:
            return CLOSED
        return sending.PAUSED if found.paused and known.name != sending.RESUME else "open"
