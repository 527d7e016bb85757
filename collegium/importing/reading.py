"""What does a workbook of organisations and people say? Everything that is wrong is named in one run.

With any problem there is no workbook; told to skip bad rows, the workbook holds the rows that are right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from collegium.importing.cells import Known, value_of
from collegium.importing.columns import normal
from collegium.importing.problems import CellRefused, Hint, WorkbookProblem, hint, quoted
from collegium.importing.rules import NAMED_BY, Row, broken_rules
from collegium.importing.sheets import FoundSheet, Line, open_sheets
from engine.ports import People

MOST_HINTS = 25  # looking for the nearest name takes time


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Who is known already, so that a workbook may refer to them without repeating their rows."""

    organisations: frozenset[str] = frozenset()  # names
    addresses: frozenset[str] = frozenset()

    @classmethod
    def of(cls, people: People, secretariat: str) -> Directory:
        """Everybody whom that secretariat has."""
        return cls(
            organisations=frozenset(each.name for each in people.organisations(secretariat)),
            addresses=frozenset(each.email for each in people.persons(secretariat)),
        )


@dataclass(frozen=True, slots=True)
class Workbook:
    """The rows of a workbook that are right, by sheet."""

    organisations: tuple[Row, ...] = ()
    people: tuple[Row, ...] = ()
    memberships: tuple[Row, ...] = ()
    ties: tuple[Row, ...] = ()
    absences: tuple[Row, ...] = ()
    meetings: tuple[Row, ...] = ()

    def __len__(self) -> int:
        return sum(
            map(len, (self.organisations, self.people, self.memberships, self.ties, self.absences, self.meetings))
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading: a workbook (None: nothing may be imported), and all that is wrong."""

    workbook: Workbook | None
    problems: tuple[WorkbookProblem, ...] = ()


@dataclass(slots=True)
class _Names:
    """The organisations or people that rows may refer to: normalised -> as written."""

    stored: frozenset[str]
    known: dict[str, str] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)  # named only in rows that are not right

    def __post_init__(self) -> None:
        self.known |= {normal(name): name for name in self.stored}

    def learn(self, rows: Sequence[Row], key: str) -> None:
        """What rows name can be referred to, also where a row is not right: that is told once, there."""
        named = [(row, word) for row in rows if (word := row.text(key)) is not None]
        self.known = {normal(word): word for _, word in named} | self.known
        right = {normal(word) for row, word in named if not row.bad} | {normal(name) for name in self.stored}
        self.dropped = {normal(word) for _, word in named} - right


def read(
    path: Path, *, known: Directory | None = None, more: Known | None = None, skip_bad_rows: bool = False
) -> Reading:
    """Read a workbook. `more` gives further words per list of choices: ``{"roles": [...], "expertise": [...]}``.

    What is wrong with the file, a sheet or a heading cannot be skipped.
    """
    found, problems = open_sheets(path)
    if problems and skip_bad_rows:
        return Reading(None, tuple(problems))
    known = known or Directory()
    names = {"organisation": _Names(known.organisations), "person": _Names(known.addresses)}
    rows: dict[str, tuple[Row, ...]] = {}
    for sheet in found:
        reader = _SheetReader(sheet, names, more or {}, skip_bad_rows)
        rows[sheet.sheet.key] = reader.rows()
        problems += reader.problems
    ordered = tuple(problems)
    return Reading(None if ordered and not skip_bad_rows else Workbook(**rows), ordered)


@dataclass(slots=True)
class _SheetReader:
    """Reads one sheet; organisations and people are read first, and what they name is known to the others."""

    found: FoundSheet
    names: Mapping[str, _Names]  # by the kind of column that refers to them
    more: Known
    skip: bool
    problems: list[WorkbookProblem] = field(default_factory=list)
    hints: int = 0

    def rows(self) -> tuple[Row, ...]:
        """The rows that are right; what is wrong with the others is in `problems`."""
        rows = [self._row(line) for line in self.found.lines]
        for row, problem in list(broken_rules(self.found, rows)):
            row.bad = True
            self.problems.append(problem)
        self._learn(rows)
        checked: set[int] = set()
        while bad := [row for row in rows if row.number not in checked and self._refers_badly(row)]:
            checked |= {row.number for row in bad}
            for row in bad:
                row.bad = True
            if not self.skip:
                break
            self._learn(rows)  # an organisation that is dropped takes with it those that belong to it
        self.problems.sort(key=lambda each: each.row)
        return tuple(row for row in rows if not row.bad)

    def _learn(self, rows: Sequence[Row]) -> None:
        key = NAMED_BY.get(self.found.sheet.key)
        if key is not None:
            self.names["organisation" if key == "name" else "person"].learn(rows, key)

    def _row(self, line: Line) -> Row:
        row = Row(line.number, {})
        for name, (column, _, heading) in self.found.columns.items():
            if column.kind == "note":
                continue
            if name not in line.cells:
                if column.required:
                    row.bad = True
                    self.problems.append(self._empty(line, name, heading))
                continue
            try:
                row.values[name] = value_of(column, line.cells[name], self.more)
            except CellRefused as refused:
                row.bad = True
                self.problems.append(self.found.problem(refused.key, line.number, name, **refused.values))
        return row

    def _empty(self, line: Line, name: str, heading: str) -> WorkbookProblem:
        if name == "email" and "name" in line.cells:
            return self.found.problem("address_missing", line.number, name, who=quoted(line.cells["name"]))
        return self.found.problem("empty", line.number, name, word=quoted(heading))

    def _refers_badly(self, row: Row) -> bool:
        """Whether the row names somebody who is not there; if so, that is a problem."""
        bad = False
        for name, (column, _, _) in self.found.columns.items():
            word = row.values.get(name)
            if column.kind not in {"organisation", "person"} or not isinstance(word, str):
                continue
            names = self.names[column.kind]
            if normal(word) not in names.known:
                self.hints += 1
                near = hint(word, names.known.values() if self.hints <= MOST_HINTS else ())
                values: dict[str, str | int | Hint] = {"word": quoted(word), "hint": near}
                self.problems.append(self.found.problem(f"unknown_{column.kind}", row.number, name, **values))
            elif self.skip and normal(word) in names.dropped:
                self.problems.append(self.found.problem(f"dropped_{column.kind}", row.number, name, word=quoted(word)))
            else:
                continue
            bad = True
        return bad
