"""Which files were handed in, in memory?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.events import Submission
from engine.files import KeptFile, files_in
from storage.memory.journal import Journal
from storage.memory.shelves import Shelves


def handed_in(shelves: Shelves, journal: Journal, submissions: Iterable[Submission]) -> None:
    """The files that these answers hold belong to them from now on."""
    for given in submissions:
        for each in files_in(given.answers):
            known = shelves.files.get(each["file"])
            if known is not None and known[0].case == given.case and known[0].submission is None:
                journal.put(shelves.files, known[0].id, (replace(known[0], submission=given.id), known[1]))


def end(shelves: Shelves, journal: Journal, case: str, tasks: Sequence[str]) -> int:
    """Nobody goes on with answers to these tasks: files that were kept for them and not handed in go; how many."""
    return _drop(shelves, journal, [one for one in _loose(shelves) if one.case == case and one.task in tasks])


def drop_of(shelves: Shelves, journal: Journal, submissions: Sequence[str]) -> None:
    """The answers that hold these files were taken out."""
    _drop(shelves, journal, [one for one, _ in shelves.files.values() if one.submission in submissions])


def forget(shelves: Shelves, journal: Journal, participants: Sequence[str]) -> int:
    """What these participants put in loses its name and content; what no answers of anybody hold goes whole.

    Unfinished answers that they kept last are gone by now; a file in those of a colleague keeps its place in them.
    """
    own = [one for one, _ in shelves.files.values() if one.participant in participants]
    for one in own:
        if one.submission is None and (one.case, one.task) not in shelves.unfinished:
            _drop(shelves, journal, [one])
        else:
            journal.put(shelves.files, one.id, (replace(one, name="", gone=True), b""))
    return len(own)


def _loose(shelves: Shelves) -> list[KeptFile]:
    return [one for one, _ in shelves.files.values() if one.submission is None]


def _drop(shelves: Shelves, journal: Journal, gone: Sequence[KeptFile]) -> int:
    for one in gone:
        journal.drop(shelves.files, one.id)
    return len(gone)


class MemoryFiles:
    """Implements engine.ports.Files."""

    def __init__(self, shelves: Shelves, journal: Journal) -> None:
        self._shelves = shelves
        self._journal = journal

    def put(self, record: KeptFile, content: bytes) -> None:
        self._journal.put(self._shelves.files, record.id, (record, content))

    def of_case(self, case: str) -> list[KeptFile]:
        found = (one for one, _ in self._shelves.files.values() if one.case == case)
        return sorted(found, key=lambda one: (one.at, one.id))

    def content(self, id: str) -> bytes | None:
        known = self._shelves.files.get(id)
        return known[1] if known is not None and not known[0].gone else None

    def drop(self, ids: Sequence[str]) -> int:
        return _drop(self._shelves, self._journal, [one for one in _loose(self._shelves) if one.id in ids])
