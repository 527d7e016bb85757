"""Who visits whom, as a file of the office says it? Row by row; what is wrong with a cell says where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from collegium.importing.cells import value_of
from collegium.importing.columns import ring
from collegium.importing.found import FoundSheet, Line
from collegium.importing.problems import CellRefused, WorkbookProblem, quoted
from collegium.importing.sheets import open_as

HOST, VISITOR = "organisation", "visitor"


@dataclass(frozen=True, slots=True, kw_only=True)
class RingRow:
    """Which organisation is visited by which, and where that stands: sheet, row and column."""

    host: str
    visitor: str
    at_host: WorkbookProblem
    at_visitor: WorkbookProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class RingReading:
    """The rows of a file, and all that is wrong with its cells."""

    rows: tuple[RingRow, ...]
    problems: tuple[WorkbookProblem, ...]


def read_ring(path: Path) -> RingReading:
    """Read a workbook or a text with delimiters; with any problem its rows are not all there."""
    opened = open_as(path, ring())
    rows: list[RingRow] = []
    problems = list(opened.problems)
    for table in opened.found if not problems else ():
        for line in table.lines:
            wrong = list(_wrong(table, line))
            problems += wrong
            if not wrong:
                rows.append(_row(table, line))
    return RingReading(rows=tuple(rows), problems=tuple(problems))


def _row(table: FoundSheet, line: Line) -> RingRow:
    host, visitor = (str(value_of(table.columns[name][0], line.cells[name], {})) for name in (HOST, VISITOR))
    return RingRow(
        host=host, visitor=visitor, at_host=table.problem("", line.number, HOST),
        at_visitor=table.problem("", line.number, VISITOR),
    )  # fmt: skip


def _wrong(table: FoundSheet, line: Line) -> Iterator[WorkbookProblem]:
    for name in (HOST, VISITOR):
        column, _, heading = table.columns[name]
        if name not in line.cells:
            yield table.problem("empty", line.number, name, word=quoted(heading))
            continue
        try:
            value_of(column, line.cells[name], {})
        except CellRefused as refused:
            yield table.problem(refused.key, line.number, name, **refused.values)
