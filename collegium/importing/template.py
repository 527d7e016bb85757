"""What does an empty workbook look like, and what may stand in it? Both made from the table of columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook as NewWorkbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from collegium.importing.columns import Column, Sheet, sheets

ROWS_WITH_A_LIST = 1000
LONGEST_LIST = 255  # characters of a list of choices that a spreadsheet accepts
REQUIRED = {"nl": "Verplicht.", "en": "Required."}
TAKES: Mapping[str, Mapping[str, str]] = {
    "nl": {
        "text": "tekst",
        "email": "e-mailadres",
        "date": "dag",
        "number": "heel getal",
        "yes_no": "ja of nee",
        "choice": "keuze",
        "list": "keuzes, met een komma ertussen",
        "validity": "dag, ja of nee",
        "fact": "dag, getal of tekst",
        "organisation": "naam van een organisatie",
        "person": "e-mailadres van een persoon",
        "note": "vrij",
    },
    "en": {
        "text": "text",
        "email": "e-mail address",
        "date": "day",
        "number": "whole number",
        "yes_no": "yes or no",
        "choice": "choice",
        "list": "choices, with a comma between them",
        "validity": "day, yes or no",
        "fact": "day, number or text",
        "organisation": "name of an organisation",
        "person": "e-mail address of a person",
        "note": "free",
    },
}
REFERENCE = {
    "nl": ("Kolom", "Verplicht", "Wat erin staat", "Uitleg", "ja", "Zelf toe te voegen: {heading} NAAM"),
    "en": ("Column", "Required", "What it holds", "Help", "yes", "To add yourself: {heading} NAME"),
}


def template(language: str) -> bytes:
    """An empty workbook in that language: headings with help as comments, and lists of what can be chosen."""
    return workbook_bytes({}, language)


def workbook_bytes(rows: Mapping[str, Sequence[Mapping[str, Any]]], language: str) -> bytes:
    """A workbook with these rows (sheet -> field -> value as a cell shows it); the same rows give the same bytes."""
    book = NewWorkbook()
    book.remove(book.worksheets[0])
    for sheet in sheets():
        page = book.create_sheet(sheet.says[language])
        _head(page, sheet, language)
        for row in rows.get(sheet.key, ()):
            page.append([row.get(column.field) for column in sheet.columns])
        _widths(page)
    return _reproducible(book)


def reference(language: str) -> str:
    """The page that describes sheets and columns, in Markdown."""
    return "\n".join(line for sheet in sheets() for line in _described(sheet, language))


def _head(page: Worksheet, sheet: Sheet, language: str) -> None:
    page.append([column.says[language] for column in sheet.columns])
    page.freeze_panes = "A2"
    for position, column in enumerate(sheet.columns, start=1):
        cell = page.cell(row=1, column=position)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        if column.required:
            cell.fill = PatternFill("solid", fgColor="FFE8B0")
        text = " ".join([REQUIRED[language]] * column.required + [column.help[language]])
        words = ", ".join(choice.says[language] for choice in column.choices)
        cell.comment = Comment(f"{text}\n({words})" if words else text, "Collegium", height=120, width=320)
        letter = get_column_letter(position)
        if column.kind in {"date", "validity"}:
            page.column_dimensions[letter].number_format = "yyyy-mm-dd"
        if column.kind == "choice" and not column.open and len(words) + 2 <= LONGEST_LIST:
            listed = DataValidation(type="list", formula1='"' + words.replace(", ", ",") + '"', allow_blank=True)
            listed.add(f"{letter}2:{letter}{ROWS_WITH_A_LIST}")
            page.add_data_validation(listed)


def _widths(page: Worksheet) -> None:
    for number, cells in enumerate(page.columns, start=1):
        longest = max((len(str(cell.value)) for cell in cells if cell.value is not None), default=0)
        page.column_dimensions[get_column_letter(number)].width = min(max(12, longest + 2), 60)
        for cell in cells[1:]:
            if isinstance(cell.value, date):
                cell.number_format = "yyyy-mm-dd"


def _reproducible(book: NewWorkbook) -> bytes:
    """The workbook without the moment at which it was saved."""
    saved, fixed = BytesIO(), BytesIO()
    book.properties.creator = "Collegium"
    book.save(saved)
    with ZipFile(saved) as packed, ZipFile(fixed, "w") as target:
        for name in packed.namelist():
            content = packed.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2026-01-01T00:00:00Z", content)
            entry = ZipInfo(name)
            entry.compress_type = ZIP_DEFLATED
            target.writestr(entry, content)
    return fixed.getvalue()


def _described(sheet: Sheet, language: str) -> Iterator[str]:
    column, required, holds, explained, yes, own = REFERENCE[language]
    yield f"## {sheet.says[language]}\n\n{sheet.help[language]}\n"
    yield f"| {column} | {required} | {holds} | {explained} |\n|---|---|---|---|"
    for each in sheet.columns:
        need = yes if each.required else ""
        yield f"| {each.says[language]} | {need} | {_takes(each, language)} | {each.help[language]} |"
    for each in sheet.more.values():
        heading = own.format(heading=each.says[language])
        yield f"| {heading} | | {_takes(each, language)} | {each.help[language]} |"
    yield ""


def _takes(column: Column, language: str) -> str:
    words = ", ".join(choice.says[language] for choice in column.choices)
    return TAKES[language][column.kind] + (f": {words}" if words else "")
