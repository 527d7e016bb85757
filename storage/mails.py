"""Which mails wait for something to be done, and which are the newest? Read as messages with their files."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.mail import Message, MessageState
from storage import attachments, reports
from storage.database import Prepared
from storage.notices import READY
from storage.tables import MessageRow, table

MESSAGE = table(MessageRow)

_expired = Prepared(  # in the order of the partial index: by id alone SQLite reads the whole table
    lambda dialect: (
        sa.select(MESSAGE)
        .where(MESSAGE.c.state == sa.literal_column("'sending'"), MESSAGE.c.lease_until <= sa.bindparam("now"))
        .order_by(MESSAGE.c.lease_until, MESSAGE.c.id)
    )
)
_missed = Prepared(
    lambda dialect: (
        sa.select(MESSAGE)
        .where(READY, sa.or_(MESSAGE.c.until < sa.bindparam("now"), MESSAGE.c.until < MESSAGE.c.try_at))
        .order_by(MESSAGE.c.created_at, MESSAGE.c.id)
    )
)
_refused = Prepared(
    lambda dialect: (
        sa.select(MESSAGE)
        .where(MESSAGE.c.state == sa.literal_column("'refused'"), reports.NONE_OF)
        .order_by(MESSAGE.c.id)
    )
)
_doubted = Prepared(
    lambda dialect: (
        sa.select(MESSAGE)
        .where(MESSAGE.c.state == sa.literal_column("'unknown'"), MESSAGE.c.legal)
        .order_by(MESSAGE.c.id)
    )
)


def expired(connection: sa.Connection, now: datetime) -> list[Message]:
    """Those that somebody began to send and did not finish, the oldest lease first."""
    return _rows(connection, _expired, now=now)


def ready(connection: sa.Connection, secretariat: str) -> int:
    """How many of an office are ready."""
    own = (READY, MESSAGE.c.secretariat_id == secretariat)
    return connection.scalar(sa.select(sa.func.count()).select_from(MESSAGE).where(*own)) or 0


def missed(connection: sa.Connection, now: datetime) -> list[Message]:
    """Those that are ready and may not leave any more."""
    return _rows(connection, _missed, now=now)


def refused_without_report(connection: sa.Connection) -> list[Message]:
    """Those that a server refused while we spoke to it, and of which no report was made."""
    return _rows(connection, _refused)


def doubted(connection: sa.Connection) -> list[Message]:
    """Those with legal effect of which nobody knows whether they arrived."""
    return _rows(connection, _doubted)


def newest(
    connection: sa.Connection, secretariat: str, limit: int | None, state: MessageState | None, person: str | None,
    case: str | None,
) -> tuple[list[Message], int]:  # fmt: skip
    """The newest ones of an office, the newest first, and how many there are in all."""
    wanted = [MESSAGE.c.secretariat_id == secretariat]
    if state is not None:
        wanted.append(MESSAGE.c.state == state)
    if person is not None:
        wanted.append(MESSAGE.c.person_id == person)
    if case is not None:  # as it stands in the JSON of the row, its quotes included
        wanted.append(sa.cast(MESSAGE.c.cases, sa.String).contains(json.dumps(case), autoescape=True))
    query = sa.select(MESSAGE).where(*wanted).order_by(MESSAGE.c.created_at.desc(), MESSAGE.c.id.desc())
    number = connection.scalar(sa.select(sa.func.count()).select_from(MESSAGE).where(*wanted))
    rows = connection.execute(query.limit(limit)).mappings().all()
    return attachments.with_files(connection, rows), int(number or 0)


def _rows(connection: sa.Connection, query: Prepared, **values: Any) -> list[Message]:
    return attachments.with_files(connection, query.rows(connection, values))
