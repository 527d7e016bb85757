"""What would an import do, row by row? Entries with their place and, where something changes, the old and the new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from collegium.importing.cells import Value, shown
from collegium.importing.columns import Column, sheets
from collegium.importing.problems import Called, WorkbookProblem, in_words
from engine.directory import PersonRecord

What: TypeAlias = Literal["created", "changed", "unchanged", "asked", "waiting"]
COUNTED: tuple[What, ...] = ("created", "changed", "unchanged")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field of a record that gets another value."""

    column: Column
    cell: str = ""  # where the new value stands; empty where it follows from something else
    old: Value
    new: Value

    def says(self, language: str) -> str:
        """``E-mailadres: anna@oud.nl -> anna@nieuw.nl``"""
        old, new = (str(shown(self.column, each, language)) or "-" for each in (self.old, self.new))
        return f"{self.column.says[language]}: {old} -> {new}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Who is meant? Only the office can say."""

    key: str  # names the row in an answer
    candidates: tuple[tuple[PersonRecord, str], ...]  # with where they work
    new_is_possible: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What becomes of one row."""

    what: What
    kind: str  # of its sheet
    place: WorkbookProblem  # file, sheet, row
    who: str | Called
    changes: tuple[FieldChange, ...] = ()
    sentences: tuple[WorkbookProblem, ...] = ()
    question: Question | None = None

    def about(self, language: str) -> str:
        """Whom or what the row is about."""
        return str(in_words(self.who, language))


@dataclass(slots=True)
class Report:
    """What an import does, or would do."""

    entries: list[Entry] = field(default_factory=list)
    remarks: list[WorkbookProblem] = field(default_factory=list)
    refused: tuple[WorkbookProblem, ...] = ()
    dropped: tuple[WorkbookProblem, ...] = ()  # rows that are right, and fall with one that is not
    not_in_file: tuple[PersonRecord, ...] = ()  # known, and not named by the files

    @property
    def counts(self) -> Mapping[str, Counter[What]]:
        """How many of each kind of sheet became what."""
        found: dict[str, Counter[What]] = {}
        for each in self.entries:
            found.setdefault(each.kind, Counter())[each.what] += 1
        return found

    @property
    def changes(self) -> int:
        """How many records are created or changed."""
        return sum(each.what in ("created", "changed") for each in self.entries)

    @property
    def asked(self) -> list[Entry]:
        """The rows about which the office is asked."""
        return [each for each in self.entries if each.what == "asked"]

    def data(self) -> dict[str, dict[str, int]]:
        """The counts as plain values, for a history or a program."""
        counts = self.counts
        order = [sheet.key for sheet in sheets() if sheet.key in counts]
        return {kind: {what: counts[kind][what] for what in COUNTED} for kind in order}

    def of(self, *whats: What) -> Sequence[Entry]:
        """The entries that became one of these."""
        return [each for each in self.entries if each.what in whats]

    def plain(self, language: str) -> dict[str, Any]:
        """All of it as plain values, for a program."""
        return {
            "counts": self.data(),
            **{what: [_plain(each, language) for each in self.of(what)] for what in ("created", "changed", "asked")},
            "waiting": [_plain(each, language) for each in self.of("waiting")],
            "refused": [_placed(each, language) for each in self.refused],
            "dropped": [_placed(each, language) for each in self.dropped],
            "good_to_know": [_placed(each, language) for each in self.remarks],
            "not_in_file": [{"name": each.name, "email": each.email} for each in self.not_in_file],
        }


def _placed(problem: WorkbookProblem, language: str) -> dict[str, Any]:
    return {
        "file": problem.file,
        "sheet": problem.sheet,
        "row": problem.row,
        "cell": problem.cell,
        "column": problem.column,
        "key": problem.key,
        "says": problem.says(language),
    }


def _plain(entry: Entry, language: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "kind": entry.kind,
        "file": entry.place.file,
        "sheet": entry.place.sheet,
        "row": entry.place.row,
        "who": entry.about(language),
        "changes": [
            {
                "field": each.column.field,
                "cell": each.cell,
                "old": shown(each.column, each.old, language),
                "new": shown(each.column, each.new, language),
            }
            for each in entry.changes
        ],
        "says": [each.says(language) for each in entry.sentences],
    }
    if entry.question is not None:
        found["answer"] = entry.question.key
        found["could_be"] = [
            {"name": person.name, "email": person.email, "works_at": where}
            for person, where in entry.question.candidates
        ]
    return found
