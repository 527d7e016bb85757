"""What stands in an Excel workbook? Its sheets with the values last computed; formulas are not evaluated."""

from __future__ import annotations

import re
import warnings
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from collegium.importing import pages
from collegium.importing.cells import is_empty
from collegium.importing.pages import Contents, NoValue, Page, refused

UNREADABLE = (
    BadZipFile, InvalidFileException, KeyError, IndexError, AttributeError, ValueError, TypeError, OSError, EOFError,
    ParseError, zlib.error,
)  # fmt: skip
SHIFT_1904 = 1462
MERGED = re.compile(rb'<mergeCell ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
FORMULA = re.compile(rb"<f[ >/]")


def read_spreadsheet(path: Path) -> Contents:
    """The sheets of a workbook. What cannot be opened, or unpacks to too much, is refused in a sentence."""
    try:
        with path.open("rb") as source, ZipFile(source) as packed:
            size = sum(each.file_size for each in packed.infolist())
            if size > pages.LARGEST_MB * 1024 * 1024:
                return refused("file_too_large", path, most=pages.LARGEST_MB)
            return Contents(pages=_pages(path, source, packed))
    except UNREADABLE:
        return refused("file_unreadable", path)


def _pages(path: Path, source: BinaryIO, packed: ZipFile) -> list[Page]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and validations that are not needed here
        book = load_workbook(source, read_only=True, data_only=True)  # the library leaves open what it opened itself
        try:
            found = [_page(path, book, sheet, packed) for sheet in book.worksheets]
        finally:
            book.close()
    return [page for page in found if page.rows]


def _page(path: Path, book: Workbook, sheet: Worksheet, packed: ZipFile) -> Page:
    source = packed.read(sheet._worksheet_path) if isinstance(sheet, ReadOnlyWorksheet) else b""
    rows = dict(islice(_filled(sheet), pages.MOST_ROWS + 2))
    for number, position, formula in _formulas(path, sheet.title) if FORMULA.search(source) else ():
        rows.setdefault(number, {}).setdefault(position, NoValue(formula))
    _spread(rows, source)
    return Page(
        file=path.name,
        title=sheet.title,
        rows=sorted(rows.items()),
        hidden=sheet.sheet_state != "visible",
        days_later=SHIFT_1904 if book.epoch == CALENDAR_MAC_1904 else 0,
    )


def _filled(sheet: Worksheet) -> Iterator[tuple[int, dict[int, object]]]:
    if isinstance(sheet, ReadOnlyWorksheet):
        sheet.reset_dimensions()  # some programs write a wrong one, and rows would be padded to it
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        cells: dict[int, object] = {
            at: cell for at, cell in enumerate(row[: pages.MOST_COLUMNS], start=1) if not is_empty(cell)
        }
        if cells:
            yield number, cells


def _formulas(path: Path, title: str) -> Iterator[tuple[int, int, str]]:
    """Row, position and text of every formula of a sheet."""
    with path.open("rb") as source:
        book = load_workbook(source, read_only=True)
        for number, cells in islice(_filled(book[title]), pages.MOST_ROWS + 2):
            for at, cell in cells.items():
                if isinstance(cell, ArrayFormula) or (isinstance(cell, str) and cell.startswith("=")):
                    yield number, at, str(cell.text if isinstance(cell, ArrayFormula) else cell)
        book.close()


def _spread(rows: dict[int, dict[int, object]], source: bytes) -> None:
    """A cell merged over several rows of one column speaks for each of them: one organisation, several people."""
    for found in MERGED.findall(source):
        left, top, right, bottom = (edge or 0 for edge in range_boundaries(found.decode("ascii")))
        value = rows.get(top, {}).get(left)
        if left != right or value is None or bottom - top > pages.MOST_ROWS:
            continue
        for number in range(top + 1, bottom + 1):
            if number in rows:
                rows[number].setdefault(left, value)
