"""How is a database opened, and how does a transaction begin? All that SQLite and PostgreSQL do differently is here."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlmodel import UTCDateTime

from engine.errors import CollegiumError

BUSY_TIMEOUT = 30.0  # seconds that a writer waits for another process

Row: TypeAlias = Mapping[Any, Any]  # what SQLAlchemy gives and what is written are both addressed by column names


class Busy(CollegiumError):
    """Somebody else has been writing for too long; try again in a moment."""


class CannotCopy(CollegiumError):
    """Only an SQLite database can be copied to try something on."""


class Encoded(str):
    """JSON that is already text: written into a JSON column as it stands."""

    __slots__ = ()


_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def encode(value: Any) -> str:
    """The text of a JSON column."""
    return value if type(value) is Encoded else _encode(value)


def open_engine(url: str, **driver: Any) -> sa.Engine:
    """An engine for `sqlite:///path` or `postgresql+psycopg://...`; `driver` holds more options of its driver.

    A connection with the execution option `writing` begins each transaction as a writer.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return sa.create_engine(parsed, json_serializer=encode, connect_args=driver)
    ours = {"timeout": BUSY_TIMEOUT, "check_same_thread": False, "isolation_level": None}
    engine = sa.create_engine(parsed, json_serializer=encode, connect_args={**ours, **driver})
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL", "cache_size=-16000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    # A reader that turns writer gets SQLITE_BUSY at once, whatever the timeout: writers say so when they begin.
    writing = connection.get_execution_options().get("writing", False)
    cursor = connection.connection.cursor()
    try:
        cursor.execute("BEGIN IMMEDIATE" if writing else "BEGIN")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            raise Busy from error
        raise sa.exc.DBAPIError.instance("BEGIN", None, error, sqlite3.Error) from error
    finally:
        cursor.close()


def for_reading(connection: sa.Connection) -> sa.Connection:
    """A connection that refuses to write: what is written without being committed would be lost in silence."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA query_only=ON")
        connection.rollback()
    else:
        connection.execution_options(postgresql_readonly=True)
    return connection


def data_version(connection: sa.Connection) -> int:
    """A number that changes when another connection changes the file (SQLite); elsewhere always 0."""
    if connection.dialect.name != "sqlite":
        return 0
    return int(connection.exec_driver_sql("PRAGMA data_version").scalar_one())


def duplicate(engine: sa.Engine, path: Path) -> None:
    """The whole database in another file, as it is at one moment; nobody who writes has to wait. Raises CannotCopy."""
    if engine.dialect.name != "sqlite":
        raise CannotCopy
    with engine.connect() as connection, closing(sqlite3.connect(path)) as target:
        source: Any = connection.connection.driver_connection
        source.backup(target)


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the tables to the newest version, making them where there are none."""
    from storage.migrations import run  # noqa: PLC0415 - Alembic costs a tenth of a second, and only this needs it

    run(url, revision, down=False)


def downgrade(url: str, revision: str) -> None:
    """Take the tables back to an earlier version; "base" drops them."""
    from storage.migrations import run  # noqa: PLC0415 - as above

    run(url, revision, down=True)


class Prepared:
    """A Core statement, compiled once per dialect and then handed to the driver with as little work as possible.

    SQLAlchemy's own path costs ten times what SQLite itself needs for a small statement, and a step is a dozen of them.
    """

    def __init__(self, build: Callable[[Dialect], sa.Executable]) -> None:
        self.statement = build
        self._compiled: dict[str, _Compiled] = {}

    def run(self, connection: sa.Connection, rows: Sequence[Row]) -> int:
        """Run it once per row; returns how many rows of the table it touched."""
        if not rows:
            return 0
        compiled = self._for(connection)
        with _Cursor(connection, compiled.sql) as cursor:
            if len(rows) == 1:
                cursor.execute(compiled.sql, compiled.values(rows[0]))
            else:
                cursor.executemany(compiled.sql, [compiled.values(row) for row in rows])
            return int(cursor.rowcount)

    def read(self, connection: sa.Connection, row: Row) -> Sequence[Any]:
        """What it selects: words and numbers only, since the driver's values are not converted."""
        compiled = self._for(connection)
        with _Cursor(connection, compiled.sql) as cursor:
            cursor.execute(compiled.sql, compiled.values(row))
            found: Sequence[Any] = cursor.fetchall()
            return found

    def rows(self, connection: sa.Connection, row: Row) -> list[dict[str, Any]]:
        """What it selects, by the names of the columns, as values of their types."""
        compiled = self._for(connection)
        with _Cursor(connection, compiled.sql) as cursor:
            cursor.execute(compiled.sql, compiled.values(row))
            return [compiled.result(found) for found in cursor.fetchall()]

    def named(self, connection: sa.Connection, found: Sequence[Any]) -> dict[str, Any]:
        """One row of what `read` gave, as `rows` gives it."""
        return self._for(connection).result(found)

    def one(self, connection: sa.Connection, row: Row) -> dict[str, Any] | None:
        """The first row that it selects, if any."""
        compiled = self._for(connection)
        with _Cursor(connection, compiled.sql) as cursor:
            cursor.execute(compiled.sql, compiled.values(row))
            found = cursor.fetchone()
            return None if found is None else compiled.result(found)

    def _for(self, connection: sa.Connection) -> _Compiled:
        compiled = self._compiled.get(connection.dialect.name)
        if compiled is None:
            compiled = self._compiled[connection.dialect.name] = _Compiled(self.statement, connection.dialect)
        return compiled


class _Compiled:
    def __init__(self, build: Callable[[Dialect], sa.Executable], dialect: Dialect) -> None:
        statement: Any = build(dialect)
        compiled: Any = statement.compile(dialect=dialect)
        self.sql = str(compiled)
        self._names = tuple(compiled.positiontup if dialect.positional else compiled.binds)
        self._named = not dialect.positional
        # What the statement says by itself, such as the offset 0 that SQLite wants beside every limit.
        self._given = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        processes = [_processor(compiled.binds[name].type, dialect) for name in self._names]
        self._processes = [(at, process) for at, process in enumerate(processes) if process is not None]
        selected = list(statement.selected_columns) if isinstance(statement, sa.Select) else []
        self._columns = tuple(column.name for column in selected)
        readings = [_reading(column.type, dialect) for column in selected]
        self._readings = [(at, reading) for at, reading in enumerate(readings) if reading is not None]

    def values(self, row: Row) -> Any:
        row = {**self._given, **row} if self._given else row
        values = [row[name] for name in self._names]
        for at, process in self._processes:
            values[at] = process(values[at])
        return dict(zip(self._names, values, strict=True)) if self._named else tuple(values)

    def result(self, found: Sequence[Any]) -> dict[str, Any]:
        values = list(found)
        for at, reading in self._readings:
            values[at] = reading(values[at])
        return dict(zip(self._columns, values, strict=True))


class _Cursor:
    """A cursor of the driver within the transaction of the connection; its errors become SQLAlchemy's."""

    __slots__ = ("_connection", "_cursor", "_sql")

    def __init__(self, connection: sa.Connection, sql: str) -> None:
        if not connection.in_transaction():
            connection.begin()
        self._connection = connection
        self._sql = sql
        self._cursor: Any = connection.connection.cursor()

    def __enter__(self) -> Any:
        return self._cursor

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cursor.close()
        driver = self._connection.dialect.loaded_dbapi
        if isinstance(error, driver.Error):
            raise sa.exc.DBAPIError.instance(self._sql, None, error, driver.Error) from error


def send(connection: sa.Connection, sql: str) -> None:
    """One statement without values, straight to the driver; a savepoint of SQLAlchemy costs more than a small step."""
    with _Cursor(connection, sql) as cursor:
        cursor.execute(sql)


def _processor(kind: sa.types.TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """How a value of this type is handed to the driver; dates are remembered: one step writes few different ones."""
    if isinstance(kind, sa.Boolean):
        return None  # both drivers take a bool as it is
    process = kind.dialect_impl(dialect).bind_processor(dialect)
    if process is not None and isinstance(kind, (UTCDateTime, sa.Date, sa.Time)):
        return lru_cache(maxsize=1024)(process)
    return process


def _reading(kind: sa.types.TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """How a value of this type is made of what the driver gives; dates are remembered, as above."""
    process = kind.dialect_impl(dialect).result_processor(dialect, None)
    if process is not None and dialect.name == "sqlite" and isinstance(kind, (UTCDateTime, sa.Date, sa.Time)):
        return lru_cache(maxsize=4096)(process)
    return process


def inserting(table: sa.Table) -> Prepared:
    """Insert rows; a double is an error. A serial key is left out."""
    return Prepared(lambda dialect: table.insert().values(_values(table)))


def inserting_or_ignoring(table: sa.Table, *key: str) -> Prepared:
    """Insert rows unless there is one with that unique key."""

    def build(dialect: Dialect) -> sa.Executable:
        found: sa.Executable = _insert(dialect, table).on_conflict_do_nothing(index_elements=key)
        return found

    return Prepared(build)


def upserting(table: sa.Table, *keep: str) -> Prepared:
    """Insert rows, or overwrite the one with the same primary key, but for the columns to keep."""

    def build(dialect: Dialect) -> sa.Executable:
        insert = _insert(dialect, table)
        keys = [column.name for column in table.primary_key]
        rest = {
            column.name: insert.excluded[column.name]
            for column in table.columns
            if column.name not in keys and column.name not in keep
        }
        found: sa.Executable = (
            insert.on_conflict_do_update(index_elements=keys, set_=rest)
            if rest
            else insert.on_conflict_do_nothing(index_elements=keys)
        )
        return found

    return Prepared(build)


def _values(table: sa.Table) -> dict[str, sa.BindParameter[Any]]:
    serial = table.autoincrement_column
    return {
        column.name: sa.bindparam(column.name, type_=column.type) for column in table.columns if column is not serial
    }


def _insert(dialect: Dialect, table: sa.Table) -> Any:
    """An insert that can say what to do about a double: both dialects have it, each with a class of its own."""
    return (postgresql if dialect.name == "postgresql" else sqlite).insert(table).values(_values(table))
