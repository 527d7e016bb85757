"""What is due, when is the next, what is stuck? Each one indexed query whose cost follows what is due."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from engine.ports import DueRow, StuckRow
from storage import mapping
from storage.database import Prepared
from storage.tables import DeadlineRow, table

DEADLINE = table(DeadlineRow)

_LIVE = DEADLINE.c.idle.is_(None)

# Rows that failed and wait for their next try are few, and have an index of their own; the others go by their date.
_first_live = (
    sa.select(DEADLINE.c.due_at)
    .where(_LIVE, DEADLINE.c.next_try.is_(None))
    .order_by(DEADLINE.c.due_at)
    .limit(sa.literal_column("1"))
    .scalar_subquery()
    .label("first")
)
_first_try = (
    sa.select(sa.func.min(DEADLINE.c.next_try))
    .where(_LIVE, DEADLINE.c.next_try.is_not(None))
    .scalar_subquery()
    .label("again")
)
_next_due = Prepared(lambda dialect: sa.select(_first_live, _first_try))

_now = sa.bindparam("now", type_=DEADLINE.c.due_at.type)
_due = Prepared(
    lambda dialect: (
        sa.select(DEADLINE)
        .where(
            _LIVE,
            DEADLINE.c.due_at <= _now,
            sa.or_(DEADLINE.c.next_try.is_(None), DEADLINE.c.next_try <= _now),
        )
        .order_by(
            DEADLINE.c.due_at,
            DEADLINE.c.case_id,
            DEADLINE.c.rank,
            DEADLINE.c.declared,
            DEADLINE.c.instance,
            DEADLINE.c.key,
        )
        .limit(sa.bindparam("limit", type_=sa.Integer))
    )
)


def next_due(connection: sa.Connection) -> datetime | None:
    """The earliest moment at which a deadline row is to be applied or tried again."""
    found = _next_due.one(connection, {}) or {}
    return min((moment for moment in found.values() if moment is not None), default=None)


def due(connection: sa.Connection, now: datetime, limit: int) -> list[DueRow]:
    """Rows to be applied now, in the clock's order."""
    rows = _due.rows(connection, {"now": now, "limit": limit})
    return [DueRow(case=row["case_id"], deadline=mapping.deadline_of(row), attempts=row["attempts"]) for row in rows]


def stuck(connection: sa.Connection) -> list[StuckRow]:
    """Rules that failed too often."""
    query = sa.select(DEADLINE).where(DEADLINE.c.idle == "stuck").order_by(DEADLINE.c.case_id, DEADLINE.c.key)
    return [
        StuckRow(
            case=row.case_id,
            deadline=row.key,
            rule=row.rule,
            attempts=row.attempts,
            last_error=row.last_error,
        )
        for row in connection.execute(query)
    ]
