"""What is due, when is the next, what is stuck? Each one indexed query whose cost follows what is due."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from engine.ports import DueRow, StuckRow
from storage import mapping
from storage.tables import DeadlineRow, table

DEADLINE = table(DeadlineRow)

_LIVE = DEADLINE.c.idle.is_(None)

# Rows that failed and wait for their next try are few, and have an index of their own; the others go by their date.
_NEXT_DUE = sa.select(
    sa.select(DEADLINE.c.due_at)
    .where(_LIVE, DEADLINE.c.next_try.is_(None))
    .order_by(DEADLINE.c.due_at)
    .limit(1)
    .scalar_subquery(),
    sa.select(sa.func.min(DEADLINE.c.next_try)).where(_LIVE, DEADLINE.c.next_try.is_not(None)).scalar_subquery(),
)

_DUE = (
    sa.select(DEADLINE)
    .where(
        _LIVE,
        DEADLINE.c.due_at <= sa.bindparam("now", type_=DEADLINE.c.due_at.type),
        sa.or_(DEADLINE.c.next_try.is_(None), DEADLINE.c.next_try <= sa.bindparam("now", type_=DEADLINE.c.due_at.type)),
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


def next_due(connection: sa.Connection) -> datetime | None:
    """The earliest moment at which a deadline row is to be applied or tried again."""
    first, again = connection.execute(_NEXT_DUE).one()
    return min((moment for moment in (first, again) if moment is not None), default=None)


def due(connection: sa.Connection, now: datetime, limit: int) -> list[DueRow]:
    """Rows to be applied now, in the clock's order."""
    rows = connection.execute(_DUE, {"now": now, "limit": limit}).mappings()
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
