"""What do the files of an office say of organisations and people? Everything that is wrong is named in one run.

With any problem there is no workbook, but only the rows that are good, for those who want to import these all the same.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from collegium.importing.cells import Known, value_of
from collegium.importing.columns import Column, nearest_address, normal, sheets
from collegium.importing.dates import could_be_american
from collegium.importing.directory import Directory
from collegium.importing.found import FoundSheet, Line
from collegium.importing.names import nearest_name
from collegium.importing.problems import CellRefused, WorkbookProblem, hint, in_row_order, quoted
from collegium.importing.rules import NAMED_BY, Row, absorb, broken_rules, whole_repeats
from collegium.importing.sheets import open_files

MOST_HINTS = 25  # looking for the nearest name takes time
UNKNOWN = frozenset(
    {"unknown_person", "unknown_organisation", "own_office"}
)  # may follow from a sheet that could not be read
ROLES_BETWEEN = re.compile(r"[,;/+\n]| en | and | & ", re.IGNORECASE)
DAYS = frozenset({"date", "validity", "fact"})


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
    """What came of reading: the good rows (None: a file, sheet or heading is wrong), and all that is wrong."""

    good: Workbook | None
    problems: tuple[WorkbookProblem, ...] = ()
    dropped: tuple[WorkbookProblem, ...] = ()  # rows that are right, and fall with one that is not
    remarks: tuple[WorkbookProblem, ...] = ()  # what was decided and should be known

    @property
    def workbook(self) -> Workbook | None:
        """All rows; None where anything is wrong."""
        return self.good if not self.problems else None


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
    files: Path | Sequence[Path],
    *,
    known: Directory | None = None,
    more: Known | None = None,
    without: Collection[str] = (),
) -> Reading:
    """Read workbooks and texts with delimiters as one.

    `more` gives further words per list of choices: ``{"roles": {"guide": ["gids"]}}``; `without` names sheets and
    columns to leave out.
    """
    opened = open_files([files] if isinstance(files, Path) else files, without)
    known = known or Directory()
    names = {"organisation": _Names(known.names), "person": _Names(known.addresses)}
    rows: dict[str, tuple[Row, ...]] = {}
    problems, dropped, remarks = list(opened.problems), list[WorkbookProblem](), list(opened.remarks)
    bad = set[tuple[str, str, int]]()
    readers = []
    for sheet in sheets():
        sources = [each for each in opened.found if each.sheet.key == sheet.key]
        readers.append(_KindReader(sheet.key, sources, names, more or {}, bad, known.office))
        readers[-1].read_cells()
    for reader in readers:
        rows[reader.kind] = reader.good_rows()
        problems += [each for each in reader.problems if not opened.problems or each.key not in UNKNOWN]
        dropped += reader.dropped
        remarks += reader.remarks
    told = {(each.file, each.sheet, each.row) for each in (*opened.problems, *problems)}
    remarks += whole_repeats(row for reader in readers for row in reader.read if row.place not in told)
    return Reading(
        good=None if opened.problems else Workbook(**rows),
        problems=in_row_order(problems),
        dropped=in_row_order(dropped),
        remarks=in_row_order(remarks),
    )


@dataclass(slots=True)
class _KindReader:
    """Reads all sheets of one kind; organisations and people come first, and what they name is known to the others."""

    kind: str
    sources: Sequence[FoundSheet]
    names: Mapping[str, _Names]  # by the kind of column that refers to them
    more: Known
    bad: set[tuple[str, str, int]]  # rows of lists of which a part is not right
    office: str  # its own name
    problems: list[WorkbookProblem] = field(default_factory=list)
    dropped: list[WorkbookProblem] = field(default_factory=list)
    remarks: list[WorkbookProblem] = field(default_factory=list)
    hints: int = 0
    read: list[Row] = field(default_factory=list)

    def read_cells(self) -> None:
        """The rows with their values; where a cell of a list is wrong, the whole row is bad for all kinds."""
        self.read = [
            self._row(source, each)
            for source in self.sources
            for line in source.lines
            for each in self._one_function_each(source, line)
        ]
        self.bad |= {row.place for row in self.read if row.bad and row.source.repeats}

    def good_rows(self) -> tuple[Row, ...]:
        """The rows that are right; what is wrong with the others is in `problems`."""
        rows = self.read
        for row in rows:
            row.bad = row.bad or (row.source.repeats and row.place in self.bad)
        for row, problem in list(broken_rules(self.kind, rows)):
            row.bad = True
            self.problems.append(problem)
        self._learn(rows)
        checked: set[int] = set()
        while found := [row for row in rows if id(row) not in checked and self._refers_badly(row)]:
            checked |= {id(row) for row in found}
            for row in found:
                row.bad = True
            self._learn(rows)  # an organisation that is dropped takes with it those that belong to it
        pages = {(source.page.file, source.page.shown): at for at, source in enumerate(self.sources)}
        self.problems.sort(key=lambda each: (pages[each.file, each.sheet], each.row))
        self.bad |= {row.place for row in rows if row.bad and row.source.repeats}
        absorb(self.kind, rows)
        return tuple(row for row in rows if not row.bad and not row.absorbed)

    def _learn(self, rows: Sequence[Row]) -> None:
        key = NAMED_BY.get(self.kind)
        if key is not None:
            self.names["organisation" if key == "name" else "person"].learn(rows, key)

    def _one_function_each(self, source: FoundSheet, line: Line) -> Iterator[Line]:
        """The line once for each of the functions in its cell, where each of them is known; else as it is."""
        column, _, _ = source.columns.get("role", (None, 0, ""))
        words = [word for word in ROLES_BETWEEN.split(str(line.cells.get("role", ""))) if word.strip()]
        if column is None or len(words) < 2 or self._is_known(column, line.cells["role"]):
            yield line
        elif all(self._is_known(column, word) for word in words):
            ids = dict.fromkeys(value_of(column, word, self.more) for word in words)
            yield from (Line(line.number, {**line.cells, "role": id}) for id in ids)
        else:
            yield line

    def _is_known(self, column: Column, word: object) -> bool:
        try:
            value_of(column, word, self.more)
        except CellRefused:
            return False
        return True

    def _row(self, source: FoundSheet, line: Line) -> Row:
        row = Row(source, line.number, {})
        for name, (column, _, heading) in source.columns.items():
            if column.kind == "note":
                continue
            if name not in line.cells:
                if column.required and not any(each in line.cells for each in column.instead):
                    row.bad = True
                    self.problems += [] if name in source.echoes else [self._empty(row, line, name, heading)]
                continue
            self._value(row, line, name)
        return row

    def _value(self, row: Row, line: Line, name: str) -> None:
        column, raw = row.source.columns[name][0], line.cells[name]
        if column.kind in DAYS and isinstance(raw, int | float) and not isinstance(raw, bool) and column.kind != "fact":
            raw += row.source.page.days_later
        try:
            row.values[name] = value_of(column, raw, self.more)
        except CellRefused as refused:
            row.bad = True
            self.problems += [] if name in row.source.echoes else [row.problem(refused.key, name, **refused.values)]
            return
        if column.kind in DAYS and could_be_american(raw):
            self.remarks.append(row.problem("day_first", name, word=quoted(raw), day=str(row.values[name])))

    def _empty(self, row: Row, line: Line, name: str, heading: str) -> WorkbookProblem:
        who = next((line.cells[each] for each in ("name", "family", "given") if each in line.cells), None)
        if name == "email" and who is not None:
            return row.problem("address_missing", name, who=quoted(who))
        return row.problem("empty", name, word=quoted(heading))

    def _refers_badly(self, row: Row) -> bool:
        """Whether the row names somebody who is not there; if so, that is a problem."""
        bad = False
        for name, (column, _, _) in row.source.columns.items():
            word = row.values.get(name)
            if column.kind not in {"organisation", "person"} or not isinstance(word, str) or name in row.source.echoes:
                continue
            names = self.names[column.kind]
            if normal(word) not in names.known:
                self.hints += 1
                near = hint(
                    word, names.known.values() if self.hints <= MOST_HINTS else (),
                    look=nearest_name if column.kind == "organisation" else nearest_address,
                )  # fmt: skip
                key = "own_office" if normal(word) == normal(self.office) else f"unknown_{column.kind}"
                self.problems.append(row.problem(key, name, word=quoted(word), hint=near))
            elif normal(word) in names.dropped:
                self.dropped.append(row.problem(f"dropped_{column.kind}", name, word=quoted(word)))
            else:
                continue
            bad = True
        return bad
