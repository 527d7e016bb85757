"""Which cases are in memory already? Values by id, valid only while the stored version and head are the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock

from engine.case import Case
from storage.mapping import StateText


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A case as it stands in the database, with its office and the pieces of its state's text."""

    case: Case
    secretariat: str
    text: StateText = field(default_factory=StateText)


class CaseCache:
    """The cases used last, of all units of work of one store; holds committed values only."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._held: OrderedDict[str, Loaded] = OrderedDict()
        self._lock = Lock()

    def get(self, case: str) -> Loaded | None:
        with self._lock:
            found = self._held.get(case)
            if found is not None:
                self._held.move_to_end(case)
            return found

    def put(self, loaded: Iterable[Loaded]) -> None:
        with self._lock:
            for one in loaded:
                self._held[one.case.id] = one
                self._held.move_to_end(one.case.id)
            while len(self._held) > self._size:
                self._held.popitem(last=False)


class CacheView:
    """The cache as one transaction sees it: what it wrote itself is shown to others only after its commit."""

    def __init__(self, shared: CaseCache) -> None:
        self._shared = shared
        self._written: dict[str, Loaded] = {}
        self._seen: dict[str, Loaded] = {}

    def known(self, case: str) -> Loaded | None:
        """What this transaction itself has read or written: nobody else changes that under its eyes."""
        return self._written.get(case) or self._seen.get(case)

    def get(self, case: str) -> Loaded | None:
        """What may be in the database; to be checked against the stored version."""
        return self._written.get(case) or self._shared.get(case)

    def read(self, loaded: Loaded) -> None:
        """What was read of a case that this transaction did not write."""
        self._shared.put([loaded])
        self.checked(loaded)

    def checked(self, loaded: Loaded) -> None:
        """What turned out to be as it stands in the database."""
        self._seen[loaded.case.id] = loaded

    def wrote(self, loaded: Loaded) -> None:
        self._written[loaded.case.id] = loaded
        self._seen.pop(loaded.case.id, None)

    def mark(self) -> dict[str, Loaded]:
        """The point to which `back_to` returns."""
        return dict(self._written)

    def back_to(self, mark: dict[str, Loaded]) -> None:
        self._written = mark

    def commit(self) -> None:
        self._shared.put(self._written.values())
        self.rollback()

    def rollback(self) -> None:
        self._written, self._seen = {}, {}
