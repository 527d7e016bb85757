"""What stands in the cells of a workbook? Opened with bounds; headings are matched with the declared columns."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TypeAlias
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile, is_zipfile

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet.worksheet import Worksheet

from collegium.importing.cells import is_empty
from collegium.importing.columns import LANGUAGES, NO_SHEETS, Column, Sheet, normal, sheet_named, sheets
from collegium.importing.problems import Hint, Values, WorkbookProblem, hint, quoted

LARGEST_MB = 50
MOST_ROWS = 50_000
Cells: TypeAlias = Mapping[int, object]  # position -> what stands there, none of it empty
Page: TypeAlias = tuple[str, list[tuple[int, Cells]]]


@dataclass(frozen=True, slots=True)
class Line:
    """A row that holds something: its number, and the cells of known columns that are not empty."""

    number: int
    cells: dict[str, object]  # field -> what stands there


@dataclass(slots=True)
class FoundSheet:
    """A sheet of the workbook whose name is known."""

    sheet: Sheet
    title: str
    columns: dict[str, tuple[Column, int, str]] = field(default_factory=dict)  # field -> column, position, heading
    lines: list[Line] = field(default_factory=list)

    def problem(self, key: str, row: int, field_name: str = "", **values: str | int | Hint) -> WorkbookProblem:
        """A problem in a cell of this sheet."""
        _, position, heading = self.columns.get(field_name, (None, 0, ""))
        cell = f"{get_column_letter(position)}{row}" if position else ""
        return WorkbookProblem(key=key, sheet=self.title, row=row, column=heading, cell=cell, values=values)


def open_sheets(path: Path) -> tuple[list[FoundSheet], list[WorkbookProblem]]:
    """All known sheets with their lines in the declared order, and what is wrong with file, sheets and headings."""
    trouble = _trouble_with_file(path)
    if trouble is not None:
        return [], [trouble]
    try:
        pages = _pages(path)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, OSError, EOFError, ParseError):
        return [], [WorkbookProblem(key="file_unreadable", values={"file": path.name})]
    return _sheets_of(pages)


def _trouble_with_file(path: Path) -> WorkbookProblem | None:
    if not path.is_file():
        return WorkbookProblem(key="file_missing", values={"file": path.name})
    if not is_zipfile(path):
        return WorkbookProblem(key="file_unreadable", values={"file": path.name})
    with ZipFile(path) as packed:
        size = sum(each.file_size for each in packed.infolist())
    if size > LARGEST_MB * 1024 * 1024:
        return WorkbookProblem(key="file_too_large", values={"file": path.name, "most": LARGEST_MB})
    return None


def _pages(path: Path) -> list[Page]:
    """Each sheet that holds something: its title, and the cells that are not empty, row by row."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and validations that are not needed here
        opened = load_workbook(path, read_only=True, data_only=True)
        try:
            pages = [(sheet.title, list(islice(_filled(sheet), MOST_ROWS + 2))) for sheet in opened.worksheets]
        finally:
            opened.close()
    return [(title, rows) for title, rows in pages if rows]


def _filled(sheet: Worksheet) -> Iterator[tuple[int, Cells]]:
    if isinstance(sheet, ReadOnlyWorksheet):
        sheet.reset_dimensions()  # some programs write a wrong one, and rows would be padded to it
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        cells = {at: cell for at, cell in enumerate(row, start=1) if not is_empty(cell)}
        if cells:
            yield number, cells


def _sheets_of(pages: Sequence[Page]) -> tuple[list[FoundSheet], list[WorkbookProblem]]:
    found: dict[str, FoundSheet] = {}
    problems: list[WorkbookProblem] = []
    names = {language: [each.says[language] for each in sheets()] for language in LANGUAGES}
    for title, rows in pages:
        sheet = sheet_named(title)
        if sheet is None:
            if normal(title) not in NO_SHEETS:
                near = hint(title, [name for each in names.values() for name in each], names)
                values: Values = {"word": quoted(title), "hint": near}
                problems.append(WorkbookProblem(key="unknown_sheet", sheet=title, values=values))
        elif sheet.key in found:
            values = {"word": quoted(title), "other": quoted(found[sheet.key].title)}
            problems.append(WorkbookProblem(key="sheet_twice", sheet=title, values=values))
        else:
            found[sheet.key] = FoundSheet(sheet, title)
            problems += _fill(found[sheet.key], rows)
    if not found and not problems:
        problems.append(WorkbookProblem(key="nothing_there", values={"known": hint("", (), names)}))
    return [found[sheet.key] for sheet in sheets() if sheet.key in found], problems


def _fill(found: FoundSheet, rows: Sequence[tuple[int, Cells]]) -> list[WorkbookProblem]:
    """Take headings and lines into the sheet; returns what is wrong with the headings."""
    (at_row, headings), *lines = rows
    problems = _read_headings(found, at_row, headings)
    fields = {position: name for name, (_, position, _) in found.columns.items()}
    found.lines = [
        Line(number, {fields[at]: cell for at, cell in cells.items() if at in fields}) for number, cells in lines
    ]
    for position in sorted({at for _, cells in lines for at in cells} - set(headings)):
        at = f"{get_column_letter(position)}{at_row}"
        problems.append(WorkbookProblem(key="content_without_heading", sheet=found.title, row=at_row, cell=at))
    if len(lines) > MOST_ROWS:
        problems.append(found.problem("too_many_rows", lines[-1][0], most=MOST_ROWS))
    return problems


def _read_headings(found: FoundSheet, number: int, cells: Cells) -> list[WorkbookProblem]:
    problems: list[WorkbookProblem] = []
    listed = {language: [each.says[language] for each in found.sheet.columns] for language in LANGUAGES}
    words = [word for each in found.sheet.columns for word in each.words]
    for position, cell in cells.items():
        heading = " ".join(str(cell).split())
        column = found.sheet.column(heading)
        values: Values = {"word": quoted(heading)}
        if column is None:
            key, values = "unknown_heading", {**values, "hint": hint(heading, words, listed)}
        elif column.field in found.columns:
            other = get_column_letter(found.columns[column.field][1])
            key, values = "heading_twice", {**values, "other": f"{other}{number}"}
        else:
            found.columns[column.field] = (column, position, heading)
            continue
        at = f"{get_column_letter(position)}{number}"
        problems.append(WorkbookProblem(key=key, sheet=found.title, row=number, column=heading, cell=at, values=values))
    for column in found.sheet.columns:
        if column.required and column.field not in found.columns:
            ways = ", ".join(quoted(word) for word in column.words)
            problems.append(found.problem("heading_missing", number, word=quoted(column.says["nl"]), words=ways))
    return problems
