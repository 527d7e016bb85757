"""What is being sent, and how did it end? Messages, deliveries and private links, over the notices that they carry."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.case import Case
from engine.events import Notice
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
    outbox_stream,
)
from storage import attachments, bulks, deliveries, links, mail_mapping, mails, reminders, reports, sending
from storage.database import Prepared, inserting
from storage.history import record
from storage.notices import NOT_DROPPED, NOTICE, READY, SqlNotices, of_tasks
from storage.tables import CaseRow, MessageRow, PersonRow, SecretariatRow, TaskRow, table

MESSAGE = table(MessageRow)
CASE, TASK, PERSON, SECRETARIAT = table(CaseRow), table(TaskRow), table(PersonRow), table(SecretariatRow)


MANY = 500
"""How many messages are looked at by one query."""


_next_try = Prepared(
    lambda dialect: sa.select(MESSAGE.c.try_at).where(READY).order_by(MESSAGE.c.try_at).limit(sa.literal_column("1"))
)
_message = Prepared(lambda dialect: sa.select(MESSAGE).where(MESSAGE.c.id == sa.bindparam("of")))
_OUTCOME = ("state", "attempts", "next_try", "try_at", "lease_until", "last_error", "sent_at")
_decide = Prepared(
    lambda dialect: (
        sa.update(MESSAGE)
        .where(MESSAGE.c.id == sa.bindparam("of"))
        .values({name: sa.bindparam(f"new_{name}", type_=MESSAGE.c[name].type) for name in _OUTCOME})
    )
)
_insert_message = inserting(MESSAGE)


def _elsewhere(domain: str) -> sa.ColumnElement[bool]:
    """Messages to other domains than this one."""
    return sa.not_(MESSAGE.c.address.iendswith(f"@{domain}", autoescape=True))


def _to_lease(full: Collection[str], paused: Collection[str] = ()) -> sa.Select[Any]:
    """What may leave now, to other domains and of other offices than these, with whether its reader can be reached."""
    now = sa.bindparam("now", type_=MESSAGE.c.try_at.type)
    return (
        sa.select(MESSAGE, PERSON.c.reachable)
        .outerjoin(PERSON, PERSON.c.id == MESSAGE.c.person_id)
        .where(READY, MESSAGE.c.try_at <= now, sa.or_(MESSAGE.c.until.is_(None), MESSAGE.c.until >= now))
        .where(*map(_elsewhere, sorted(full)), *(MESSAGE.c.secretariat_id != office for office in paused))
        .order_by(MESSAGE.c.try_at, MESSAGE.c.created_at, MESSAGE.c.id)
        .limit(sa.bindparam("limit", type_=sa.Integer))
    )


_any_to_lease = Prepared(lambda dialect: _to_lease(()))


class SqlOutbox:
    """Implements engine.outbox.Outbox."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._notices = SqlNotices(connection)

    # notices ----------------------------------------------------------------------------------------------------------

    def next_moment(self, full: Collection[str] = ()) -> datetime | None:
        moments = (self._notices.next_moment(), self._next_try(full))
        return min((moment for moment in moments if moment is not None), default=None)

    def _next_try(self, full: Collection[str]) -> datetime | None:
        if full:
            query = sa.select(sa.func.min(MESSAGE.c.try_at)).where(READY, *map(_elsewhere, sorted(full)))
            found: datetime | None = self._connection.execute(query).scalar()
            return found
        ready = _next_try.one(self._connection, {})
        return ready["try_at"] if ready else None

    def waiting(self, now: datetime, limit: int) -> list[StoredNotice]:
        return self._notices.waiting(now, limit)

    def waiting_of(self, persons: Collection[str], now: datetime) -> list[StoredNotice]:
        return self._notices.waiting_of(persons, now)

    def pending(self, secretariat: str, now: datetime) -> tuple[int, int]:
        return mails.ready(self._connection, secretariat), self._notices.number_waiting(secretariat, now)

    def notices(self, state: NoticeState | None = None, case: str | None = None) -> list[StoredNotice]:
        return self._notices.all(state, case)

    def tell(self, notices: Sequence[Notice], secretariat: str, case: Case) -> None:
        self._notices.insert(notices, secretariat, case)

    def postpone(self, notices: Sequence[int], send_at: datetime, reason: str | None = None) -> None:
        said = {} if reason is None else {"reason": reason}
        self._notices.change(notices, send_at=send_at, **said)

    def close_notices(self, notices: Sequence[int], state: NoticeState, reason: str) -> None:
        self._notices.change(notices, state=state, reason=reason)

    def asked(self, case: str, task: str, person: str, *, reminded: bool = False) -> bool:
        query = sa.select(sa.literal(1)).where(
            NOTICE.c.case_id == case,
            NOTICE.c.task == task,
            NOT_DROPPED,
            sa.or_(NOTICE.c.message_id == MESSAGE.c.id, NOTICE.c.message_id == MESSAGE.c.resends),
            MESSAGE.c.person_id == person,
            MESSAGE.c.state.in_(sending.HANDED_OVER),
        )
        if reminded:
            query = query.where(NOTICE.c.template.in_(sending.AGAIN))
        return self._connection.execute(query.limit(1)).first() is not None

    # messages ---------------------------------------------------------------------------------------------------------

    def reminder_mail_on(self, person: str, local_day: str) -> bool:
        return reminders.is_there(self._connection, person, local_day)

    def reminder_mail_elsewhere(self, persons: Collection[str], local_day: str) -> bool:
        return reminders.goes_out(self._connection, persons, local_day)

    def missed(self, now: datetime) -> list[Message]:
        return mails.missed(self._connection, now)

    def move(self, message: str, at: datetime, until: datetime, local_day: str) -> bool:
        return self._change(message, ("ready",), next_try=at, try_at=at, until=until, local_day=local_day)

    def take_back(self, message: str, reason: str) -> list[StoredNotice]:
        return self._notices.take_back(message, reason)

    def add(self, message: Message, notices: Sequence[int]) -> None:
        _insert_message.run(self._connection, [mail_mapping.message_row(message)])
        attachments.add(self._connection, message)
        self._notices.compose(notices, message.id)

    def lease(
        self, now: datetime, limit: int, until: datetime, room: Mapping[str, int] | None = None,
        most: int | None = None, paused: Collection[str] = (),
    ) -> list[Message]:  # fmt: skip
        leased: list[Message] = []
        left = sending.Room(room or {}, most)
        while not leased:
            found, leased = self._lease_of(now, limit, left, sorted(paused))
            if not found:
                break
        if leased:
            self._connection.execute(
                sa.update(MESSAGE)
                .where(MESSAGE.c.id.in_([message.id for message in leased]))
                .values(state="sending", lease_until=until)
            )
        return leased

    def _lease_of(
        self, now: datetime, limit: int, room: sending.Room, paused: Sequence[str]
    ) -> tuple[int, list[Message]]:
        """How many were ready, and those of them that may go; the others are not ready any more, or have no room."""
        full = room.full()
        query = Prepared(lambda dialect: _to_lease(full, paused)) if full or paused else _any_to_lease
        rows = query.rows(self._connection, {"now": now, "limit": limit})
        messages = attachments.with_files(self._connection, rows)
        lapses = self._lapses(messages, {row["person_id"]: row["reachable"] for row in rows})
        leased = []
        for message in messages:
            lapse = lapses.get(message.id)
            if lapse is None:
                leased += [sending.sending(message)] if room.take(message.address) else []
            elif lapse.refused:
                self._record(message, sending.UNREACHABLE, now)
            else:
                self._notices.lapse(message.id, lapse)
        return len(messages), leased

    def lapsing(self, messages: Collection[Message]) -> dict[str, str]:
        unsent = [message for message in messages if message.state in sending.UNSENT]
        found: dict[str, str] = {}
        for first in range(0, len(unsent), MANY):
            some = unsent[first : first + MANY]
            people = sorted({message.person for message in some})
            query = sa.select(PERSON.c.id, PERSON.c.reachable).where(PERSON.c.id.in_(people))
            reachable = {row.id: row.reachable for row in self._connection.execute(query)}
            found |= {id: lapse.reason for id, lapse in self._lapses(some, reachable).items()}
        return found

    def _lapses(self, messages: Sequence[Message], reachable: Mapping[str, bool | None]) -> dict[str, sending.Lapse]:
        """Those of these messages that end instead of leaving."""
        standing = self._standing({ask for message in messages for ask in message.asks})
        over = self._notices.asking_no_more({message.resends or message.id for message in messages})
        lapses = {
            message.id: sending.lapse_of(
                message, reachable=reachable.get(message.person), standing=standing,
                over=over.get(message.resends or message.id, {}),
            )
            for message in messages
        }  # fmt: skip
        return {id: lapse for id, lapse in lapses.items() if lapse is not None}

    def record(self, message: str, delivery: Delivery, now: datetime) -> None:
        found = self._one(message)
        if found is not None:
            self._record(found, delivery, now)

    def settle(self, message: str) -> bool:
        at = deliveries.doubted_at(self._connection, message)
        return self._change(message, ("unknown",), state="sent", sent_at=at, last_error="")

    def rescue(self, now: datetime) -> list[Message]:
        late = mails.expired(self._connection, now)
        for message in late:
            self._record(message, sending.LEASE_RAN_OUT, now)
        return [sending.delivered(message, sending.LEASE_RAN_OUT, now) for message in late]

    def messages(
        self, state: MessageState | None = None, person: str | None = None, made_after: datetime | None = None
    ) -> list[Message]:
        query = sa.select(MESSAGE).order_by(MESSAGE.c.created_at, MESSAGE.c.id)
        if state is not None:
            query = query.where(MESSAGE.c.state == state)
        if person is not None:
            query = query.where(MESSAGE.c.person_id == person)
        if made_after is not None:
            query = query.where(MESSAGE.c.created_at > made_after)
        return self._found(query)

    def newest(
        self, secretariat: str, limit: int | None, *, state: MessageState | None = None, person: str | None = None,
        case: str | None = None,
    ) -> tuple[list[Message], int]:  # fmt: skip
        return mails.newest(self._connection, secretariat, limit, state, person, case)

    def message(self, id: str) -> Message | None:
        return self._one(id)

    def messages_named(self, prefix: str, limit: int) -> list[Message]:
        query = sa.select(MESSAGE).where(MESSAGE.c.id.startswith(prefix, autoescape=True))
        return self._found(query.order_by(MESSAGE.c.id).limit(limit))

    def notices_in(self, message: str) -> list[StoredNotice]:
        return self._notices.of_message(message)

    def resent(self, message: str) -> list[Message]:
        query = sa.select(MESSAGE).where(MESSAGE.c.resends == message)
        return self._found(query.order_by(MESSAGE.c.created_at, MESSAGE.c.id))

    def kept(self, why: str) -> list[Message]:
        query = sa.select(MESSAGE).where(MESSAGE.c.state == "held", MESSAGE.c.hold == why)
        return self._found(query.order_by(MESSAGE.c.created_at, MESSAGE.c.id))

    def hold(self, message: str, why: str) -> bool:
        return self._change(message, ("ready", "held"), state="held", hold=why)

    def release(self, message: str) -> bool:
        return self._change(message, ("held",), state="ready", hold="")

    def cancel(self, message: str, why: str) -> bool:
        if not self._change(message, sending.UNSENT, state="cancelled", hold="", last_error=why):
            return False
        self._notices.explain(message, why)
        return True

    def readdress(self, message: str, address: str, files: Sequence[Attachment]) -> bool:
        if not self._change(message, sending.NOT_OUT, address=address):
            return False
        attachments.replace(self._connection, message, files)
        return True

    def edit(self, message: str, *, subject: str, text: str, html: str) -> bool:
        return self._change(message, ("ready", "held"), subject=subject, text=text, html=html, edited=True)

    def _change(self, message: str, states: Sequence[MessageState], **values: Any) -> bool:
        wanted = sa.update(MESSAGE).where(MESSAGE.c.id == message, MESSAGE.c.state.in_(states))
        return self._connection.execute(wanted.values(values)).rowcount > 0

    def deliveries(self, message: str) -> list[Attempt]:
        return deliveries.of(self._connection, message)

    def handed_over_since(self, moment: datetime) -> Mapping[str, int]:
        return deliveries.handed_over_since(self._connection, moment)

    def put_off_since(self, moment: datetime) -> list[tuple[str, int, str]]:
        return deliveries.put_off_since(self._connection, moment)

    def outage(self) -> Outage | None:
        return deliveries.outage(self._connection)

    def doubted(self) -> list[Message]:
        return mails.doubted(self._connection)

    def readers(self, secretariat: str, template: str, caused_at: datetime) -> int:
        return self._notices.readers(secretariat, template, caused_at)

    def bulk(self, id: str) -> Bulk | None:
        return bulks.one(self._connection, id)

    def bulks(self, secretariat: str) -> list[Bulk]:
        return bulks.of(self._connection, secretariat)

    def put_bulk(self, bulk: Bulk) -> None:
        bulks.put(self._connection, bulk)

    def add_report(self, report: MailReport) -> bool:
        return reports.add(self._connection, report)

    def refused_without_report(self) -> list[Message]:
        return mails.refused_without_report(self._connection)

    def reports(
        self, *, message: str | None = None, person: str | None = None, since: datetime | None = None
    ) -> list[MailReport]:
        return reports.of(self._connection, message, person, since)

    def report(self, id: str) -> MailReport | None:
        return reports.one(self._connection, id)

    def counts(self) -> Mapping[tuple[str, str], int]:
        query = sa.select(MESSAGE.c.kind, MESSAGE.c.state, sa.func.count()).group_by(MESSAGE.c.kind, MESSAGE.c.state)
        return {(kind, state): number for kind, state, number in self._connection.execute(query)}

    def _one(self, message: str) -> Message | None:
        row = _message.one(self._connection, {"of": message})
        return attachments.with_files(self._connection, [row])[0] if row else None

    def _found(self, query: sa.Select[Any]) -> list[Message]:
        return attachments.with_files(self._connection, self._connection.execute(query).mappings().all())

    def _record(self, message: Message, delivery: Delivery, now: datetime) -> None:
        """An attempt that is reported twice, or after the message was decided, leaves a delivery and no change."""
        deliveries.add(self._connection, message, delivery, now)
        if message.state not in sending.UNDECIDED:
            return
        after = sending.delivered(message, delivery, now)
        row: dict[str, Any] = {f"new_{name}": getattr(after, name, None) for name in _OUTCOME}
        row |= {"of": message.id, "new_try_at": after.next_try or after.created_at, "new_lease_until": None}
        _decide.run(self._connection, [row])
        if after.state in ("refused", "unknown"):
            stream = outbox_stream(message.secretariat)
            record(self._connection, stream, f"mail_{after.state}", sending.undelivered(message, delivery), now)

    def _standing(self, asks: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
        """Of each task that is asked for and still open: "open", or "paused" with its case."""
        if not asks:
            return {}
        query = (
            sa.select(TASK.c.case_id, TASK.c.key, TASK.c.name, CASE.c.paused)
            .join(CASE, CASE.c.id == TASK.c.case_id)
            .where(
                of_tasks(asks),
                TASK.c.current,
                TASK.c.state.in_(("open", "signing")),
            )
        )
        return {
            (row.case_id, row.key): sending.PAUSED if row.paused and row.name != sending.RESUME else "open"
            for row in self._connection.execute(query)
            if (row.case_id, row.key) in asks
        }

    # links ------------------------------------------------------------------------------------------------------------

    def link(self, case: str, participant: str, task: str) -> Link:
        return links.of_task(self._connection, case, participant, task)

    def find_link(self, id: str) -> Link | None:
        return links.one(self._connection, id)

    def revoke_link(self, id: str) -> None:
        links.revoke(self._connection, id)
