"""How does one change become one transaction? A store opens units of work; leaving one without commit undoes it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa

from engine.events import Sealed
from engine.outbox import Outbox
from engine.ports import CalendarEntries, Cases, Definitions, Digests, Files, Keeping, People, UnfinishedAnswers
from storage import history
from storage.cache import CacheView, CaseCache
from storage.calendar_entries import SqlCalendarEntries
from storage.cases import SqlCases
from storage.database import BUSY_TIMEOUT, Busy, data_version, duplicate, for_reading, open_engine, send
from storage.definitions import SqlDefinitions
from storage.digests import SqlDigests
from storage.files import SqlFiles
from storage.keeping import SqlKeeping
from storage.outbox import SqlOutbox
from storage.people import SqlPeople
from storage.unfinished import SqlUnfinishedAnswers

log = logging.getLogger(__name__)


class SqlStore:
    """Implements engine.ports.Store over SQLite or PostgreSQL; the tables must exist (`storage.database.upgrade`).

    `after_commit` holds what is called after each commit of a change, when the transaction is over. `driver` holds
    options of the driver: tests give SQLite a `factory` of connections that break off at a chosen statement.
    """

    def __init__(self, url: str, *, cached_cases: int = 256, **driver: Any) -> None:
        self.url = url
        self.engine = open_engine(url, **driver)
        self.after_commit: list[Callable[[], None]] = []
        self.cache = CaseCache(cached_cases)
        # One writer at a time in this process: waiting for a lock is quicker and fairer than SQLite's polling.
        self._turn = Lock() if self.engine.dialect.name == "sqlite" else None
        self._watch: sa.Connection | None = None
        self._folder: TemporaryDirectory[str] | None = None  # of a copy
        self._idle: dict[bool, list[sa.Connection]] = {True: [], False: []}

    def read(self) -> SqlUnitOfWork:
        return SqlUnitOfWork(self, writing=False)

    def write(self) -> SqlUnitOfWork:
        return SqlUnitOfWork(self, writing=True)

    def copy(self) -> SqlStore:
        """On a file of its own, readable by its owner only, that goes when the copy is closed (SQLite)."""
        folder = TemporaryDirectory(prefix="collegium-copy-")
        path = Path(folder.name) / "copy.db"
        duplicate(self.engine, path)
        made = SqlStore(f"sqlite:///{path}")
        made._folder = folder
        return made

    def version(self) -> int:
        """A number that changes when another process changes the file; for polling (SQLite only)."""
        if self._watch is None:  # always the same connection: the number says what others did since it last looked
            self._watch = self.engine.connect()
        try:
            return data_version(self._watch)
        finally:
            self._watch.rollback()

    def close(self) -> None:
        for idle in self._idle.values():
            while idle:
                idle.pop().close()
        if self._watch is not None:
            self._watch.close()
        self.engine.dispose()
        if self._folder is not None:
            self._folder.cleanup()

    def wait_for_turn(self) -> None:
        if self._turn is not None and not self._turn.acquire(timeout=BUSY_TIMEOUT):
            raise Busy

    def end_turn(self) -> None:
        if self._turn is not None:
            self._turn.release()

    def take(self, *, writing: bool) -> sa.Connection:
        """A connection outside any transaction; kept between units of work, since opening one costs half a step."""
        idle = self._idle[writing]
        try:
            return idle.pop()
        except IndexError:
            made = self.engine.connect().execution_options(writing=writing)
            return made if writing else for_reading(made)

    def give_back(self, connection: sa.Connection, *, writing: bool) -> None:
        if connection.in_transaction():
            connection.rollback()
        if connection.invalidated or connection.closed:
            connection.close()
        else:
            self._idle[writing].append(connection)

    def committed(self) -> None:
        """Call the hooks: the change is made, whatever they do."""
        for hook in self.after_commit:
            try:
                hook()
            except Exception:
                log.exception("What follows a commit failed: %r", hook)


class SqlUnitOfWork:
    """Implements engine.ports.UnitOfWork. After a commit the next statement begins a new transaction."""

    cases: Cases
    unfinished: UnfinishedAnswers
    files: Files
    outbox: Outbox
    people: People
    definitions: Definitions
    calendar_entries: CalendarEntries
    digests: Digests
    keeping: Keeping

    def __init__(self, store: SqlStore, *, writing: bool) -> None:
        self._store = store
        self._writing = writing
        self._committed = False

    def __enter__(self) -> Self:
        if self._writing:
            self._store.wait_for_turn()
        try:
            self.connection = self._store.take(writing=self._writing)
            self.connection.begin()
        except BaseException:
            if self._writing:
                self._store.end_turn()
            raise
        self._cache = CacheView(self._store.cache)
        self.cases = SqlCases(self.connection, self._cache)
        self.files = SqlFiles(self.connection)
        self.unfinished = SqlUnfinishedAnswers(self.connection)
        self.outbox = SqlOutbox(self.connection)
        self.people = SqlPeople(self.connection)
        self.definitions = SqlDefinitions(self.connection)
        self.calendar_entries = SqlCalendarEntries(self.connection)
        self.digests = SqlDigests(self.connection)
        self.keeping = SqlKeeping(self.connection)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._store.give_back(self.connection, writing=self._writing)
        finally:
            if self._writing:
                self._store.end_turn()
        if self._committed:
            self._store.committed()

    def commit(self) -> None:
        self.connection.commit()
        self._cache.commit()
        self._committed = self._writing

    def rollback(self) -> None:
        self.connection.rollback()
        self._cache.rollback()

    def savepoint(self) -> SqlSavepoint:
        return SqlSavepoint(self.connection, self._cache)

    def record(self, stream: str, kind: str, data: Mapping[str, Any], now: datetime) -> None:
        history.record(self.connection, stream, kind, data, now)

    def stream(self, name: str) -> list[Sealed]:
        return history.read_stream(self.connection, name)

    def streams(self) -> list[str]:
        return history.streams(self.connection)


class SqlSavepoint:
    """Implements engine.ports.Savepoint; what was cached within it goes with it."""

    def __init__(self, connection: sa.Connection, cache: CacheView) -> None:
        self._connection = connection
        self._cache = cache

    def __enter__(self) -> Self:
        self._mark = self._cache.mark()
        send(self._connection, "SAVEPOINT part")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            send(self._connection, "RELEASE SAVEPOINT part")
            return
        self._cache.back_to(self._mark)
        if self._connection.in_transaction():
            send(self._connection, "ROLLBACK TO SAVEPOINT part")
            send(self._connection, "RELEASE SAVEPOINT part")
