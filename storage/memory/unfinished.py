"""Which answers are kept in memory that are not handed in yet?"""

from __future__ import annotations

from collections.abc import Sequence

from engine.unfinished import Unfinished
from storage.memory import files
from storage.memory.journal import Journal
from storage.memory.shelves import Shelves


def end(shelves: Shelves, journal: Journal, case: str, tasks: Sequence[str]) -> None:
    """These tasks of a case are not open any more: what was kept for them goes, its files too."""
    files.end(shelves, journal, case, tasks)
    for key in tasks:
        journal.drop(shelves.unfinished, (case, key))


class MemoryUnfinishedAnswers:
    """Implements engine.ports.UnfinishedAnswers."""

    def __init__(self, shelves: Shelves, journal: Journal) -> None:
        self._shelves = shelves
        self._journal = journal

    def of_case(self, case: str) -> list[Unfinished]:
        return [each for key, each in sorted(self._shelves.unfinished.items()) if key[0] == case]

    def put(self, record: Unfinished) -> bool:
        key = (record.case, record.task)
        known = self._shelves.unfinished.get(key)
        if (known.version if known else 0) != record.version - 1:
            return False
        self._journal.put(self._shelves.unfinished, key, record)
        return True

    def drop(self, case: str, task: str) -> bool:
        known = (case, task) in self._shelves.unfinished
        end(self._shelves, self._journal, case, [task])
        return known
