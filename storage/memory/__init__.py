"""What if nothing need be kept? A store in memory with the same behaviour, for tests and rehearsals."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from threading import RLock
from types import TracebackType
from typing import Any, Self

from engine.events import Sealed
from engine.outbox import Outbox
from engine.ports import CalendarEntries, Cases, Definitions, Digests, Files, Keeping, People, UnfinishedAnswers
from storage.memory.cases import MemoryCases
from storage.memory.files import MemoryFiles
from storage.memory.journal import Journal
from storage.memory.keeping import MemoryKeeping
from storage.memory.outbox import MemoryOutbox, record
from storage.memory.people import MemoryDefinitions, MemoryPeople
from storage.memory.shelves import Shelves
from storage.memory.telling import MemoryCalendarEntries, MemoryDigests
from storage.memory.unfinished import MemoryUnfinishedAnswers

log = logging.getLogger(__name__)


class MemoryStore:
    """Implements engine.ports.Store. One unit of work at a time, also of readers; others wait."""

    def __init__(self) -> None:
        self.shelves = Shelves()
        self.after_commit: list[Callable[[], None]] = []
        self.turn = RLock()

    def read(self) -> MemoryUnitOfWork:
        return MemoryUnitOfWork(self, writing=False)

    def write(self) -> MemoryUnitOfWork:
        return MemoryUnitOfWork(self, writing=True)

    def copy(self) -> MemoryStore:
        made = MemoryStore()
        with self.turn:
            made.shelves = self.shelves.copied()
        return made

    def version(self) -> int:
        """Nobody else can change it."""
        return 0

    def close(self) -> None:
        """There is nothing to close."""

    def committed(self) -> None:
        for hook in self.after_commit:
            try:
                hook()
            except Exception:
                log.exception("What follows a commit failed: %r", hook)


class MemoryUnitOfWork:
    """Implements engine.ports.UnitOfWork."""

    cases: Cases
    unfinished: UnfinishedAnswers
    files: Files
    outbox: Outbox
    people: People
    definitions: Definitions
    calendar_entries: CalendarEntries
    digests: Digests
    keeping: Keeping

    def __init__(self, store: MemoryStore, *, writing: bool) -> None:
        self._store = store
        self._writing = writing
        self._committed = False
        self._journal = Journal(writing=writing)

    def __enter__(self) -> Self:
        self._store.turn.acquire()
        shelves, journal = self._store.shelves, self._journal
        self.outbox = MemoryOutbox(shelves, journal)
        self.cases = MemoryCases(shelves, journal)
        self.files = MemoryFiles(shelves, journal)
        self.unfinished = MemoryUnfinishedAnswers(shelves, journal)
        self.people = MemoryPeople(shelves, journal)
        self.definitions = MemoryDefinitions(shelves, journal)
        self.calendar_entries = MemoryCalendarEntries(shelves, journal)
        self.digests = MemoryDigests(shelves, journal)
        self.keeping = MemoryKeeping(shelves, journal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.rollback()
        finally:
            self._store.turn.release()
        if self._committed:
            self._store.committed()

    def commit(self) -> None:
        self._journal.forget()
        self._committed = self._writing

    def rollback(self) -> None:
        self._journal.back_to(0)

    def savepoint(self) -> MemorySavepoint:
        return MemorySavepoint(self._journal)

    def record(self, stream: str, kind: str, data: Mapping[str, Any], now: datetime) -> None:
        record(self._store.shelves, self._journal, stream, kind, data, now)

    def stream(self, name: str) -> list[Sealed]:
        return list(self._store.shelves.streams.get(name, ()))

    def streams(self) -> list[str]:
        return sorted(name for name, rows in self._store.shelves.streams.items() if rows)


class MemorySavepoint:
    """Implements engine.ports.Savepoint."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def __enter__(self) -> Self:
        self._mark = self._journal.mark()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._journal.back_to(self._mark)
