"""What is told and sent, in memory? The same rules as in SQL (storage/sending.py), over dictionaries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from engine.asking import CLOSED, asks_no_more
from engine.case import Case, Task
from engine.events import Notice, Withdrawal
from engine.history import seal
from engine.mail import (
    Attachment,
    Attempt,
    Bulk,
    Cause,
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
from storage.memory.journal import Journal
from storage.memory.shelves import HeldMessage, HeldNotice, Shelves


def record(shelves: Shelves, journal: Journal, stream: str, kind: str, data: Mapping[str, Any], now: datetime) -> None:
    """Seal and append one event to a stream outside cases."""
    rows = shelves.streams.setdefault(stream, [])
    head = (rows[-1].seq, rows[-1].hash) if rows else (0, "")
    for event in seal(head, [outside_event(stream, kind, data, now)]):
        journal.append(rows, event)


class MemoryOutbox:
    """Implements engine.ports.Outbox."""

    def __init__(self, shelves: Shelves, journal: Journal) -> None:
        self._shelves = shelves
        self._journal = journal

    # with the change of a case ----------------------------------------------------------------------------------------

    def insert(self, notices: Sequence[Notice], secretariat: str, case: Case) -> None:
        shelves, journal = self._shelves, self._journal
        for notice in notices:
            if notice.key in shelves.notice_keys:
                continue
            id = len(shelves.notices) + 1
            stored = StoredNotice(id=id, notice=notice, secretariat=secretariat, person=None, state="waiting")
            idle = case.paused is not None and sending.withheld(notice, case.tasks)
            journal.put(shelves.notice_keys, notice.key, id)
            journal.append(shelves.notices_of.setdefault(notice.case, []), id)
            cause = (secretariat, notice.template, notice.caused_at)
            journal.append(shelves.notices_caused.setdefault(cause, []), id)
            if notice.task is not None:
                journal.append(shelves.notices_about.setdefault((notice.case, notice.task), []), id)
            self._keep(HeldNotice(stored=stored, idle=idle))

    def tell(self, notices: Sequence[Notice], secretariat: str, case: Case) -> None:
        self.insert(notices, secretariat, case)

    def withdraw(self, withdrawals: Sequence[Withdrawal]) -> None:
        gone: dict[int, str] = {}
        for case, task in dict.fromkeys((one.case, one.task) for one in withdrawals):
            for id in self._shelves.notices_about.get((case, task), ()):
                told = self._shelves.notices[id].stored
                reason = sending.withdrawn_because(
                    withdrawals, case=case, task=task, recipient=told.notice.recipient, rule=told.notice.rule
                )
                if reason is not None and told.notice.kind == "ask" and self._unsent(told):
                    gone[id] = reason
        messages = {message for id in gone if (message := self._shelves.notices[id].stored.message) is not None}
        self._take_back(messages, gone, sending.joined(gone.values()))

    def withhold_asks(self, case: str) -> None:
        asks = [held for held in self._of(case) if held.stored.notice.kind == "ask" and self._unsent(held.stored)]
        self._take_back({held.stored.message for held in asks if held.stored.message}, {}, sending.PAUSED)
        for held in asks:
            self._keep(self._shelves.notices[held.stored.id].changed(idle=True))

    def release_asks(self, case: str) -> None:
        for held in self._of(case):
            if held.idle:
                self._keep(held.changed(idle=False))

    # notices ----------------------------------------------------------------------------------------------------------

    def next_moment(self, full: Collection[str] = ()) -> datetime | None:
        firsts = [self._shelves.queue[0][0]] if self._shelves.queue else []
        may_go = (at for at, _, id in self._shelves.ready if domain_of(self._message(id).address) not in full)
        return min([*firsts, *islice(may_go, 1)], default=None)

    def _message(self, id: str) -> Message:
        return self._shelves.messages[id].message

    def waiting(self, now: datetime, limit: int) -> list[StoredNotice]:
        found: list[StoredNotice] = []
        for send_at, id in self._shelves.queue:
            if send_at > now or len(found) == limit:
                break
            found.append(self._known(self._shelves.notices[id]))
        return found

    def waiting_of(self, persons: Collection[str], now: datetime) -> list[StoredNotice]:
        return [told for told in self.waiting(now, len(self._shelves.queue)) if told.person in persons]

    def notices(self, state: NoticeState | None = None, case: str | None = None) -> list[StoredNotice]:
        held = self._of(case) if case is not None else self._shelves.notices.values()
        return [self._known(one) for one in held if state in (None, one.stored.state)]

    def postpone(self, notices: Sequence[int], send_at: datetime, reason: str | None = None) -> None:
        for held in self._still_waiting(notices):
            said = held.stored.reason if reason is None else reason
            self._keep(held.changed(notice=replace(held.stored.notice, send_at=send_at), reason=said))

    def close_notices(self, notices: Sequence[int], state: NoticeState, reason: str) -> None:
        for held in self._still_waiting(notices):
            self._keep(held.changed(state=state, reason=reason))

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
        found = (self._shelves.messages[id].message for id in self._shelves.mails_on.get((person, local_day), ()))
        meant = (message for message in found if message.local_day == local_day)
        return any(message.reminder and message.state != "cancelled" for message in meant)

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
        if self._shelves.messages[message].message.state != "ready":
            return []
        held = sorted(self._shelves.notices_in.get(message, ()))
        self._take_back([message], {}, reason)
        return [self._known(self._shelves.notices[id]) for id in held if self._shelves.notices[id].waits]

    def add(self, message: Message, notices: Sequence[int]) -> None:
        composed = self._still_waiting(notices)
        for held in composed:
            self._keep(held.changed(state="composed", reason="", message=message.id))
        self._journal.put(self._shelves.notices_in, message.id, tuple(held.stored.id for held in composed))
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
            if lapse is not None:
                self._lapse(message, lapse, now)
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
            over=self._asking_no_more(message.resends or message.id),
        )

    def record(self, message: str, delivery: Delivery, now: datetime) -> None:
        held = self._shelves.messages.get(message)
        if held is not None:
            self._record(held.message, delivery, now)

    def settle(self, message: str) -> bool:
        tried = [one.at for one in self.deliveries(message) if one.delivery.outcome == "unknown"]
        at = max(tried, default=None)
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

    def messages(self, state: MessageState | None = None, person: str | None = None) -> list[Message]:
        found = (held.message for held in self._shelves.messages.values())
        chosen = (one for one in found if state in (None, one.state) and person in (None, one.person))
        return sorted(chosen, key=lambda one: (one.created_at, one.id))

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
        return [self._known(self._shelves.notices[id]) for id in sorted(self._shelves.notices_in.get(message, ()))]

    def resent(self, message: str) -> list[Message]:
        return [self._message(id) for id in self._shelves.resends.get(message, ())]

    def hold(self, message: str, why: str) -> bool:
        return self._changed(message, ("ready", "held"), state="held", hold=why)

    def release(self, message: str) -> bool:
        return self._changed(message, ("held",), state="ready", hold="")

    def cancel(self, message: str, why: str) -> bool:
        if not self._changed(message, sending.UNSENT, state="cancelled", hold="", last_error=why):
            return False
        for id in self._shelves.notices_in.get(message, ()):
            self._keep(self._shelves.notices[id].changed(reason=why))
        return True

    def readdress(self, message: str, address: str, files: Sequence[Attachment]) -> bool:
        return self._changed(message, sending.NOT_OUT, address=address, attachments=tuple(files))

    def edit(self, message: str, *, subject: str, text: str, html: str) -> bool:
        return self._changed(message, ("ready", "held"), subject=subject, text=text, html=html, edited=True)

    def _changed(self, id: str, states: Sequence[MessageState], **changes: Any) -> bool:
        message = self.message(id)
        if message is None or message.state not in states:
            return False
        self._put(HeldMessage(message=replace(message, **changes)))
        return True

    def deliveries(self, message: str) -> list[Attempt]:
        return [Attempt(at=at, delivery=one) for id, one, at in self._shelves.deliveries if id == message]

    def handed_over_since(self, moment: datetime) -> Mapping[str, int]:
        found = [id for id, one, at in self._shelves.deliveries if at >= moment and one.outcome in sending.TAKEN]
        return Counter(domain_of(self._shelves.messages[id].message.address) for id in found)

    def put_off_since(self, moment: datetime) -> list[tuple[str, int, str]]:
        found = {
            (domain_of(self._message(id).address), one.code, one.answer)
            for id, one, at in self._shelves.deliveries
            if at >= moment and one.outcome == "retry" and not one.unreachable and one.code is not None
        }
        return sorted(found)

    def outage(self) -> Outage | None:
        vain: list[tuple[datetime, Cause, str]] = []
        for _, one, at in reversed(self._shelves.deliveries):
            cause = sending.cause_of(one)
            if cause:
                vain.append((at, cause, one.answer))
            elif one.code is not None:
                break
        return sending.outage_of(vain[::-1])

    def doubted(self) -> list[Message]:
        held = (held.message for held in self._shelves.messages.values())
        return sorted((one for one in held if one.state == "unknown" and one.legal), key=lambda one: one.id)

    def readers(self, secretariat: str, template: str, caused_at: datetime) -> int:
        alike = self._shelves.notices_caused.get((secretariat, template, caused_at), ())
        people = {self._known(self._shelves.notices[id]).person for id in alike}
        return len(people - {None})

    def bulk(self, id: str) -> Bulk | None:
        return self._shelves.bulks.get(id)

    def bulks(self, secretariat: str) -> list[Bulk]:
        own = [one for one in self._shelves.bulks.values() if one.secretariat == secretariat]
        return sorted(own, key=lambda one: (one.caused_at, one.id))

    def put_bulk(self, bulk: Bulk) -> None:
        self._journal.put(self._shelves.bulks, bulk.id, bulk)

    def add_report(self, report: MailReport) -> bool:
        if report.id in self._shelves.reports:
            return False
        self._journal.put(self._shelves.reports, report.id, report)
        return True

    def refused_without_report(self) -> list[Message]:
        if not self._shelves.refused:
            return []
        told = {report.message for report in self._shelves.reports.values()}
        return [self._shelves.messages[id].message for id in sorted(self._shelves.refused) if id not in told]

    def reports(self, *, message: str | None = None, person: str | None = None) -> list[MailReport]:
        found = [one for one in self._shelves.reports.values() if message in (None, one.message)]
        chosen = [one for one in found if person in (None, one.person)]
        return sorted(chosen, key=lambda one: (one.received_at, one.id))

    def counts(self) -> Mapping[tuple[str, str], int]:
        return Counter((held.message.kind, held.message.state) for held in self._shelves.messages.values())

    # links ------------------------------------------------------------------------------------------------------------

    def link(self, case: str, participant: str, task: str) -> Link:
        key = (case, participant, task)
        id = self._shelves.link_keys.get(key)
        known = self._shelves.links[id] if id is not None else None
        if known is not None and not known.revoked:
            return known
        if known is not None:
            made = replace(known, generation=known.generation + 1, revoked=False)
        else:
            made = Link(id=sending.new_link_id(), case=case, participant=participant, task=task)
            self._journal.put(self._shelves.link_keys, key, made.id)
        self._journal.put(self._shelves.links, made.id, made)
        return made

    def find_link(self, id: str) -> Link | None:
        return self._shelves.links.get(id)

    def revoke_link(self, id: str) -> None:
        if id in self._shelves.links:
            self._journal.put(self._shelves.links, id, replace(self._shelves.links[id], revoked=True))

    # writing ----------------------------------------------------------------------------------------------------------

    def _keep(self, held: HeldNotice) -> None:
        old = self._shelves.notices.get(held.stored.id)
        if old is not None:
            self._journal.discard(self._shelves.queue, old.place)
        self._journal.put(self._shelves.notices, held.stored.id, held)
        if held.waits:
            self._journal.add(self._shelves.queue, held.place)

    def _put(self, held: HeldMessage) -> None:
        old = self._shelves.messages.get(held.message.id)
        if old is not None:
            self._journal.discard(self._shelves.ready, old.place)
        self._journal.put(self._shelves.messages, held.message.id, held)
        if held.message.state == "ready":
            self._journal.add(self._shelves.ready, held.place)
        if held.message.state == "refused":
            self._journal.put(self._shelves.refused, held.message.id, True)

    def _record(self, message: Message, delivery: Delivery, now: datetime) -> None:
        kept = replace(delivery, cause=sending.cause_of(delivery) or None)
        self._journal.append(self._shelves.deliveries, (message.id, kept, now))
        if message.state not in sending.UNDECIDED:
            return
        after = sending.delivered(message, delivery, now)
        self._put(HeldMessage(message=after))
        if after.state in ("refused", "unknown"):
            stream, kind = outbox_stream(message.secretariat), f"mail_{after.state}"
            record(self._shelves, self._journal, stream, kind, sending.undelivered(message, delivery), now)

    def _take_back(self, messages: Iterable[str], gone: Mapping[int, str], reason: str) -> None:
        for id in messages:
            message = self._shelves.messages[id].message
            self._put(HeldMessage(message=replace(message, state="cancelled", last_error=reason)))
            for notice in self._shelves.notices_in.get(id, ()):
                held = self._shelves.notices[notice]
                self._keep(held.changed(state="waiting", message=None, idle=self._withheld(held.stored.notice)))
            self._journal.put(self._shelves.notices_in, id, ())
        for notice, why in gone.items():
            self._keep(self._shelves.notices[notice].changed(state="withdrawn", reason=why, message=None))

    def _lapse(self, message: Message, lapse: sending.Lapse, now: datetime) -> None:
        if lapse.refused:
            return self._record(message, sending.UNREACHABLE, now)
        gone = dict(lapse.gone)
        for id in self._shelves.notices_in.get(message.id, ()):
            notice = self._shelves.notices[id].stored.notice
            if notice.kind == "ask" and notice.task is not None and (notice.case, notice.task) in lapse.closed:
                gone[id] = CLOSED
        return self._take_back([message.id], gone, lapse.reason)

    def _asking_no_more(self, message: str) -> dict[int, str]:
        told = {id: self._shelves.notices[id].stored.notice for id in self._shelves.notices_in.get(message, ())}
        found = {id: asks_no_more(each, self._tasks(each.case)) for id, each in told.items()}
        return {id: reason for id, reason in found.items() if reason is not None}

    def _tasks(self, case: str) -> Mapping[str, Task]:
        found = self._shelves.cases.get(case)
        return found.tasks if found else {}

    # reading ----------------------------------------------------------------------------------------------------------

    def _of(self, case: str) -> list[HeldNotice]:
        return [self._shelves.notices[id] for id in self._shelves.notices_of.get(case, ())]

    def _still_waiting(self, notices: Sequence[int]) -> list[HeldNotice]:
        found = (self._shelves.notices[id] for id in notices if id in self._shelves.notices)
        return [held for held in found if held.stored.state == "waiting"]

    def _known(self, held: HeldNotice) -> StoredNotice:
        participant = self._shelves.participants.get(held.stored.notice.recipient)
        return replace(held.stored, person=participant.person if participant else None)

    def _unsent(self, told: StoredNotice) -> bool:
        if told.state == "composed" and told.message is not None:
            return self._shelves.messages[told.message].message.state == "ready"
        return told.state == "waiting"

    def _standing(self, case: str, task: str) -> str:
        found = self._shelves.cases.get(case)
        known = found.tasks.get(task) if found else None
        if found is None or known is None or not known.is_open:
            return CLOSED
        return sending.PAUSED if found.paused and known.name != sending.RESUME else "open"

    def _withheld(self, notice: Notice) -> bool:
        case = self._shelves.cases.get(notice.case)
        return case is not None and case.paused is not None and sending.withheld(notice, case.tasks)
