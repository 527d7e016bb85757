"""How did the attempts to send end?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa

from engine.mail import Attempt, Delivery, Message, Outage, domain_of
from storage import mail_mapping, sending
from storage.database import Prepared, inserting
from storage.tables import DeliveryRow, table

DELIVERY = table(DeliveryRow)


def _written(words: Collection[str]) -> list[sa.ColumnElement[str]]:
    """Words written out, for a statement that is compiled once."""
    return [sa.literal_column(f"'{word}'") for word in sorted(words)]


_handed_over = Prepared(
    lambda dialect: (
        sa.select(DELIVERY.c.domain, sa.func.count().label("number"))
        .where(DELIVERY.c.at >= sa.bindparam("moment"), DELIVERY.c.outcome.in_(_written(sending.TAKEN)))
        .group_by(DELIVERY.c.domain)
    )
)
_put_off = Prepared(
    lambda dialect: (
        sa.select(DELIVERY.c.domain, DELIVERY.c.code, DELIVERY.c.answer)
        .where(DELIVERY.c.at >= sa.bindparam("moment"), DELIVERY.c.outcome == sa.literal_column("'retry'"))
        .where(DELIVERY.c.cause == sa.literal_column("''"), DELIVERY.c.code.is_not(None))
        .distinct()
        .order_by(DELIVERY.c.domain, DELIVERY.c.code, DELIVERY.c.answer)
    )
)
_insert = inserting(DELIVERY)


def add(connection: sa.Connection, message: Message, delivery: Delivery, now: datetime) -> None:
    attempt = {
        "message_id": message.id,
        "at": now,
        "outcome": delivery.outcome,
        "code": delivery.code,
        "answer": delivery.answer,
        "domain": domain_of(message.address),
        "cause": sending.cause_of(delivery),
    }
    _insert.run(connection, [attempt])


def of(connection: sa.Connection, message: str) -> list[Attempt]:
    """The attempts to send it, the first one first."""
    query = sa.select(DELIVERY).where(DELIVERY.c.message_id == message).order_by(DELIVERY.c.at, DELIVERY.c.id)
    return [mail_mapping.attempt_of(row) for row in connection.execute(query).mappings()]


def doubted_at(connection: sa.Connection, message: str) -> datetime | None:
    """When it was tried last of what nobody knows the end."""
    return max((one.at for one in of(connection, message) if one.delivery.outcome == "unknown"), default=None)


def handed_over_since(connection: sa.Connection, moment: datetime) -> Mapping[str, int]:
    """Domain -> mails that a server has, or may have."""
    return dict(_handed_over.read(connection, {"moment": moment}))


def put_off_since(connection: sa.Connection, moment: datetime) -> list[tuple[str, int, str]]:
    """(domain, reply code, answer) of what a server put off, each once."""
    return [(domain, code, answer) for domain, code, answer in _put_off.read(connection, {"moment": moment})]


def outage(connection: sa.Connection) -> Outage | None:
    """Since when no server could be spoken to."""
    spoken = sa.select(DELIVERY.c.id).where(DELIVERY.c.code.is_not(None), DELIVERY.c.cause == "")
    last = connection.execute(spoken.order_by(DELIVERY.c.id.desc()).limit(1)).scalar() or 0
    vain = sa.select(DELIVERY.c.at, DELIVERY.c.cause, DELIVERY.c.answer)
    vain = vain.where(DELIVERY.c.id > last, DELIVERY.c.cause != "").order_by(DELIVERY.c.id)
    return sending.outage_of([(row.at, row.cause, row.answer) for row in connection.execute(vain)])
