"""What would the very same statements cost without an engine? Records what a store sends to SQLite, and sends it again.

The replay is the bare driver: no SQLAlchemy, no values to make, no rows to read but those that SQLite hands over.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from benchmarks.measuring import Stopwatch

PRAGMAS = ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL", "cache_size=-16000")
Kind = Literal["one", "many", "commit", "rollback"]


@dataclass(slots=True)
class Tape:
    """Statements in the order in which they were sent, while it is on."""

    on: bool = False
    sent: list[tuple[Kind, str, Any]] = field(default_factory=list)

    def note(self, kind: Kind, sql: str = "", values: Any = ()) -> None:
        if self.on:
            self.sent.append((kind, sql, values))

    @property
    def statements(self) -> int:
        """How many there are, without begin, savepoints and commit."""
        frame = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")
        return sum(1 for kind, sql, _ in self.sent if kind in ("one", "many") and not sql.startswith(frame))


def recording(tape: Tape) -> Callable[..., sqlite3.Connection]:
    """What to give a store as the `factory` of its connections."""

    class Cursor(sqlite3.Cursor):
        def execute(self, sql: str, values: Any = (), /) -> Cursor:
            tape.note("one", sql, values)
            return super().execute(sql, values)

        def executemany(self, sql: str, values: Iterable[Any], /) -> Cursor:
            rows = list(values)
            tape.note("many", sql, rows)
            return super().executemany(sql, rows)

    class Connection(sqlite3.Connection):
        def cursor(self, factory: Any = None) -> Any:
            return super().cursor(Cursor)

        def commit(self) -> None:
            tape.note("commit")
            super().commit()

        def rollback(self) -> None:
            tape.note("rollback")
            super().rollback()

    return Connection


def bare(database: Path) -> sqlite3.Connection:
    """A connection of the driver, set as those of the store are."""
    connection = sqlite3.connect(database, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def replayed(database: Path, tape: Tape) -> Stopwatch:
    """The time for sending it all again, to a copy of the database as it was before."""
    watch = Stopwatch()
    with closing(bare(database)) as connection, watch.timing():
        _send(connection, tape.sent)
    return watch


def _send(connection: sqlite3.Connection, sent: Sequence[tuple[Kind, str, Any]]) -> None:
    for kind, sql, values in sent:
        if kind == "one":
            connection.execute(sql, values).fetchall()
        elif kind == "many":
            connection.executemany(sql, values)
        elif kind == "commit":
            connection.commit()
        else:
            connection.rollback()
