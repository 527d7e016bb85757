"""How is the record kept? Appending sealed events to a stream, and reading them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.actions import Actor
from engine.events import Event, Sealed
from engine.history import seal
from storage import mapping
from storage.database import inserting
from storage.tables import HistoryRow, table

HISTORY = table(HistoryRow)

_insert = inserting(HISTORY)


def stream_of(case: str) -> str:
    """The stream of a case; other streams have no such prefix."""
    return f"case:{case}"


def outside_event(stream: str, kind: str, data: Mapping[str, Any], now: datetime) -> Event:
    """Something that happened outside any case."""
    return Event(
        kind=kind, name=stream, actor=Actor(kind="operator"), effective_at=now, recorded_at=now, data=dict(data)
    )


def append(connection: sa.Connection, stream: str, head: tuple[int, str], events: Sequence[Sealed]) -> None:
    """Write events that were sealed after `head`."""
    rows, previous = [], head[1]
    for event in events:
        rows.append(mapping.history_row(stream, event, previous))
        previous = event.hash
    _insert.run(connection, rows)


def record(connection: sa.Connection, stream: str, kind: str, data: Mapping[str, Any], now: datetime) -> None:
    """Seal and append one event to a stream outside cases."""
    last = connection.execute(
        sa.select(HISTORY.c.seq, HISTORY.c.hash)
        .where(HISTORY.c.stream == stream)
        .order_by(HISTORY.c.seq.desc())
        .limit(1)
    ).first()
    head = (last.seq, last.hash) if last else (0, "")
    append(connection, stream, head, seal(head, [outside_event(stream, kind, data, now)]))


def read_stream(connection: sa.Connection, stream: str) -> list[Sealed]:
    query = (
        sa.select(HISTORY.c.seq, HISTORY.c.hash, HISTORY.c.payload)
        .where(HISTORY.c.stream == stream)
        .order_by(HISTORY.c.seq)
    )
    return [mapping.sealed_of(row) for row in connection.execute(query).mappings()]


def streams(connection: sa.Connection) -> list[str]:
    """The names of all streams."""
    return list(connection.scalars(sa.select(HISTORY.c.stream).distinct().order_by(HISTORY.c.stream)))
