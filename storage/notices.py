"""What must be told? Notices come in with the change that caused them, wait, stand in a message, or are withdrawn.

A message that is still `ready` can be taken back: it is cancelled, and those of its notices that still hold wait again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence, Set
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.asking import CLOSED, OF_OTHERS, asks_no_more
from engine.case import Case, Task
from engine.events import Notice, Withdrawal
from engine.mail import NoticeState, StoredNotice
from storage import mail_mapping, mapping, sending
from storage.database import Prepared, inserting_or_ignoring
from storage.tables import CaseRow, MessageRow, NoticeRow, ParticipantRow, TaskRow, table

NOTICE, MESSAGE, PARTICIPANT = table(NoticeRow), table(MessageRow), table(ParticipantRow)
CASE, TASK = table(CaseRow), table(TaskRow)

# Words written out, not bound: a partial index is used only where the query says the same.
WAITING = sa.and_(NOTICE.c.state == sa.literal_column("'waiting'"), NOTICE.c.idle.is_(None))
NOT_DROPPED = NOTICE.c.state.in_([sa.literal_column("'waiting'"), sa.literal_column("'composed'")])
READY = MESSAGE.c.state == sa.literal_column("'ready'")

_STORED = sa.select(NOTICE, PARTICIPANT.c.person_id).outerjoin(PARTICIPANT, PARTICIPANT.c.key == NOTICE.c.recipient)
_next_moment = Prepared(
    lambda dialect: (
        sa.select(NOTICE.c.send_at).where(WAITING).order_by(NOTICE.c.send_at, NOTICE.c.id).limit(sa.literal_column("1"))
    )
)
_waiting = Prepared(
    lambda dialect: (
        _STORED.where(WAITING, NOTICE.c.send_at <= sa.bindparam("now", type_=NOTICE.c.send_at.type))
        .order_by(NOTICE.c.send_at, NOTICE.c.id)
        .limit(sa.bindparam("limit", type_=sa.Integer))
    )
)
_compose = Prepared(
    lambda dialect: (
        sa.update(NOTICE)
        .where(
            NOTICE.c.id == sa.bindparam("notice", type_=sa.Integer), NOTICE.c.state == sa.literal_column("'waiting'")
        )
        .values(
            state=sa.literal_column("'composed'"),
            reason=sa.literal_column("''"),
            message_id=sa.bindparam("message", type_=sa.String),
        )
    )
)
_unsent_asks = Prepared(
    lambda dialect: (
        sa.select(NOTICE.c.id, NOTICE.c.recipient, NOTICE.c.rule, NOTICE.c.message_id)
        .outerjoin(MESSAGE, MESSAGE.c.id == NOTICE.c.message_id)
        .where(
            NOTICE.c.case_id == sa.bindparam("case"),
            NOTICE.c.task == sa.bindparam("of"),
            NOTICE.c.kind == sa.literal_column("'ask'"),
            NOT_DROPPED,
            sa.or_(NOTICE.c.message_id.is_(None), READY),
        )
    )
)
_WITHHELD_AGAIN = sa.and_(
    NOTICE.c.kind == "ask",
    sa.exists().where(CASE.c.id == NOTICE.c.case_id, CASE.c.paused),
    sa.not_(
        sa.exists().where(
            TASK.c.case_id == NOTICE.c.case_id, TASK.c.key == NOTICE.c.task, TASK.c.name == sending.RESUME
        )
    ),
)

_insert = inserting_or_ignoring(NOTICE, "case_id", "rule", "occurrence", "recipient")
_withdraw = Prepared(
    lambda dialect: (
        sa.update(NOTICE)
        .where(NOTICE.c.id == sa.bindparam("notice", type_=sa.Integer))
        .values(
            state=sa.literal_column("'withdrawn'"), reason=sa.bindparam("why", type_=sa.String), message_id=sa.null()
        )
    )
)


def of_tasks(pairs: Collection[tuple[str, str | None]]) -> sa.ColumnElement[bool]:
    """Rows of tasks that may be one of these (case, key); SQLite looks up no pairs in an index: others come along."""
    cases, keys = sorted({case for case, _ in pairs}), sorted({key for _, key in pairs if key})
    return sa.and_(TASK.c.case_id.in_(cases), TASK.c.key.in_(keys))


class SqlNotices:
    """The notices of the outbox."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def insert(self, notices: Sequence[Notice], secretariat: str, case: Case) -> None:
        """Add the notices of a step of that case; one with the same key stays as it is."""
        rows = []
        for notice in notices:
            idle = "paused" if case.paused and sending.withheld(notice, case.tasks) else None
            rows.append(mail_mapping.notice_row(notice, secretariat, idle))
        _insert.run(self._connection, rows)

    def withdraw(self, withdrawals: Sequence[Withdrawal]) -> None:
        """Take back what was not sent: waiting asks, and composed ones whose message is still ready."""
        gone: dict[int, str] = {}
        messages: set[str] = set()
        for case, task in dict.fromkeys((one.case, one.task) for one in withdrawals):
            for id, recipient, rule, message in _unsent_asks.read(self._connection, {"case": case, "of": task}):
                reason = sending.withdrawn_because(withdrawals, case=case, task=task, recipient=recipient, rule=rule)
                if reason is not None:
                    gone[id] = reason
                if message and (reason or sending.written_anew(withdrawals, case=case, task=task, rule=rule)):
                    messages.add(message)
        self._take_back(messages, gone, sending.joined(gone.values() or [one.reason for one in withdrawals]))

    def withhold(self, case: str) -> None:
        """The case is paused: its asks wait, also those in a message that is not on its way yet."""
        asks = (NOTICE.c.case_id == case, NOTICE.c.kind == "ask")
        composed = sa.select(NOTICE.c.message_id).where(*asks, NOTICE.c.message_id == MESSAGE.c.id, READY)
        self._take_back(set(self._connection.scalars(composed)), {}, sending.PAUSED)
        waiting = sa.update(NOTICE).where(*asks, NOTICE.c.state == sa.literal_column("'waiting'"))
        self._connection.execute(waiting.values(idle="paused"))

    def release(self, case: str) -> None:
        """The case goes on: what was withheld waits again."""
        held = sa.update(NOTICE).where(NOTICE.c.case_id == case, NOTICE.c.idle == "paused")
        self._connection.execute(held.values(idle=None))

    def next_moment(self) -> datetime | None:
        found = _next_moment.one(self._connection, {})
        return found["send_at"] if found else None

    def waiting(self, now: datetime, limit: int) -> list[StoredNotice]:
        return [mail_mapping.notice_of(row) for row in _waiting.rows(self._connection, {"now": now, "limit": limit})]

    def waiting_of(self, persons: Collection[str], now: datetime) -> list[StoredNotice]:
        query = _STORED.where(WAITING, NOTICE.c.send_at <= now, PARTICIPANT.c.person_id.in_(sorted(persons)))
        rows = self._connection.execute(query.order_by(NOTICE.c.send_at, NOTICE.c.id)).mappings()
        return [mail_mapping.notice_of(row) for row in rows]

    def number_waiting(self, secretariat: str, now: datetime) -> int:
        own = (WAITING, NOTICE.c.send_at <= now, NOTICE.c.secretariat_id == secretariat)
        return self._connection.scalar(sa.select(sa.func.count()).select_from(NOTICE).where(*own)) or 0

    def all(self, state: NoticeState | None, case: str | None) -> list[StoredNotice]:
        query = _STORED.order_by(NOTICE.c.id)
        if state is not None:
            query = query.where(NOTICE.c.state == state)
        if case is not None:
            query = query.where(NOTICE.c.case_id == case)
        return [mail_mapping.notice_of(row) for row in self._connection.execute(query).mappings()]

    def of_message(self, message: str) -> list[StoredNotice]:
        query = _STORED.where(NOTICE.c.message_id == message).order_by(NOTICE.c.id)
        return [mail_mapping.notice_of(row) for row in self._connection.execute(query).mappings()]

    def readers(self, secretariat: str, template: str, caused_at: datetime) -> int:
        query = (
            sa.select(sa.func.count(sa.distinct(PARTICIPANT.c.person_id)))
            .select_from(NOTICE)
            .join(PARTICIPANT, PARTICIPANT.c.key == NOTICE.c.recipient)
            .where(
                NOTICE.c.caused_at == caused_at, NOTICE.c.template == template, NOTICE.c.secretariat_id == secretariat
            )
        )
        return int(self._connection.execute(query).scalar_one())

    def change(self, notices: Sequence[int], **values: Any) -> None:
        """Of those that still wait, set these columns."""
        if notices:
            waiting = sa.update(NOTICE).where(NOTICE.c.id.in_(notices), NOTICE.c.state == "waiting")
            self._connection.execute(waiting.values(values))

    def explain(self, message: str, reason: str) -> None:
        """Why those in that message are not told."""
        told = sa.update(NOTICE).where(NOTICE.c.message_id == message)
        self._connection.execute(told.values(reason=reason))

    def compose(self, notices: Sequence[int], message: str) -> None:
        """They stand in that message now."""
        _compose.run(self._connection, [{"notice": id, "message": message} for id in notices])

    def lapse(self, message: str, lapse: sending.Lapse) -> None:
        """Cancel a message that must not leave; what holds no more of its notices is withdrawn, the rest wait again."""
        gone = dict(lapse.gone)
        if lapse.closed:
            query = sa.select(NOTICE.c.id, NOTICE.c.case_id, NOTICE.c.task).where(
                NOTICE.c.message_id == message, NOTICE.c.kind == "ask"
            )
            asks = self._connection.execute(query).all()
            gone |= {row.id: CLOSED for row in asks if (row.case_id, row.task) in lapse.closed}
        self._take_back({message}, gone, lapse.reason)

    def asking_no_more(self, messages: Collection[str]) -> dict[str, dict[int, str]]:
        """Of these messages, those whose reader need not do any more what a notice in them asks for, and why."""
        asking = NOTICE.c.task.is_not(None) | NOTICE.c.copy
        query = _STORED.where(NOTICE.c.message_id.in_(sorted(messages)), asking)
        found = [mail_mapping.notice_of(row) for row in self._connection.execute(query).mappings()]
        pairs = {(one.notice.case, one.notice.task or one.notice.data.get(OF_OTHERS, "")) for one in found}
        own = self._tasks(of_tasks(pairs)) if pairs else {}
        gone: dict[str, dict[int, str]] = {}
        for one in found:
            reason = asks_no_more(one.notice, own.get(one.notice.case, {}))
            if reason is not None and one.notice.kind == "tell":  # others that opened with it may still be open
                reason = asks_no_more(one.notice, self._tasks(TASK.c.case_id == one.notice.case)[one.notice.case])
            if reason is not None and one.message is not None:
                gone.setdefault(one.message, {})[one.id] = reason
        return gone

    def _tasks(self, which: sa.ColumnElement[bool]) -> dict[str, dict[str, Task]]:
        """The present tasks of cases, by case and key."""
        rows = self._connection.execute(sa.select(TASK.c.case_id, TASK.c.value).where(which, TASK.c.current))
        found: dict[str, dict[str, Task]] = defaultdict(dict)
        for row in rows.mappings():
            task = mapping.task_of(dict(row))
            found[row["case_id"]][task.key] = task
        return found

    def take_back(self, message: str, reason: str) -> list[StoredNotice]:
        """Cancel a ready message; those of its notices that still wait after that."""
        query = sa.select(NOTICE.c.id).join(MESSAGE, MESSAGE.c.id == NOTICE.c.message_id)
        held = list(self._connection.scalars(query.where(MESSAGE.c.id == message, READY)))
        self._take_back({message} if held else set(), {}, reason)
        waiting = _STORED.where(NOTICE.c.id.in_(held), WAITING).order_by(NOTICE.c.id)
        return [mail_mapping.notice_of(row) for row in self._connection.execute(waiting).mappings()]

    def _take_back(self, messages: Set[str], gone: Mapping[int, str], reason: str) -> None:
        """Cancel messages and let their notices wait again, but for those that are gone."""
        if messages:
            mails = sa.update(MESSAGE).where(MESSAGE.c.id.in_(sorted(messages)))
            self._connection.execute(mails.values(state="cancelled", last_error=reason))
            idle = sa.case((_WITHHELD_AGAIN, sa.literal_column("'paused'")), else_=sa.null())
            back = sa.update(NOTICE).where(NOTICE.c.message_id.in_(sorted(messages)))
            self._connection.execute(back.values(state="waiting", message_id=None, idle=idle))
        _withdraw.run(self._connection, [{"notice": id, "why": why} for id, why in gone.items()])
