"""Has somebody a reminder mail of a day? One that was written, or only one that has gone or may still go."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from storage import sending
from storage.database import Prepared
from storage.tables import MessageRow, SecretariatRow, table

MESSAGE, SECRETARIAT = table(MessageRow), table(SecretariatRow)


def _of_day(which: sa.ColumnElement[bool]) -> Prepared:
    return Prepared(
        lambda dialect: (
            sa.select(MESSAGE.c.id)
            .where(
                MESSAGE.c.person_id == sa.bindparam("person"),
                MESSAGE.c.local_day == sa.bindparam("day"),
                MESSAGE.c.reminder,
                which,
            )
            .limit(sa.literal_column("1"))
        )
    )


_there = _of_day(MESSAGE.c.state != sa.literal_column("'cancelled'"))
_going = _of_day(
    sa.or_(
        MESSAGE.c.state.in_([sa.literal_column(f"'{state}'") for state in sending.HANDED_OVER]),
        sa.and_(
            MESSAGE.c.state.in_([sa.literal_column(f"'{state}'") for state in sending.UNSENT]),
            sa.select(SECRETARIAT.c.paused_at)
            .where(SECRETARIAT.c.id == MESSAGE.c.secretariat_id)
            .scalar_subquery()
            .is_(None),
        ),
    )
)


def is_there(connection: sa.Connection, person: str, local_day: str) -> bool:
    """Whether one was written, and not cancelled."""
    return bool(_there.read(connection, {"person": person, "day": local_day}))


def goes_out(connection: sa.Connection, persons: Collection[str], local_day: str) -> bool:
    """Whether one of theirs has gone, or may go: the office has not paused its mail."""
    return any(_going.read(connection, {"person": each, "day": local_day}) for each in sorted(persons))
