"""What does an empty workbook look like, and what may stand in it? Both made from the table of columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
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

from collegium.importing.cells import shown
from collegium.importing.columns import NO_SHEETS, Column, Sheet, example_texts, explanation, sheets

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
        "reference": "nummer of tekst",
        "title": "mevrouw, de heer, dr. ...",
        "informal": "je of u",
        "phone": "telefoonnummer",
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
        "reference": "number or text",
        "title": "mevrouw, de heer, dr. ...",
        "informal": "je or u",
        "phone": "phone number",
    },
}
REFERENCE = {
    "nl": ("Kolom", "Verplicht", "Wat erin staat", "Uitleg", "ja", "Zelf toe te voegen: {heading} NAAM"),
    "en": ("Column", "Required", "What it holds", "Help", "yes", "To add yourself: {heading} NAME"),
}


FORMULA_MARKS = frozenset("=+-@\t\r")
SHEET = {"nl": "Blad", "en": "Sheet"}


def template(language: str) -> bytes:
    """A workbook to fill in: explanation, headings with help, lists of choices, and examples that show how."""
    book = _book(_examples(language), language)
    _explanation(book, language)
    return saved(book)


def workbook_bytes(rows: Mapping[str, Sequence[Mapping[str, Any]]], language: str) -> bytes:
    """A workbook with these rows (sheet -> field -> value as a cell shows it); the same rows give the same bytes."""
    return saved(_book(rows, language))


def _book(rows: Mapping[str, Sequence[Mapping[str, Any]]], language: str) -> NewWorkbook:
    book = NewWorkbook()
    book.remove(book.worksheets[0])
    for sheet in sheets():
        page = book.create_sheet(sheet.says[language])
        own = rows.get(sheet.key, ())
        columns = [*sheet.columns, *_own_columns(sheet, own, language)]
        _head(page, columns, language)
        for number, row in enumerate(own, start=2):
            for position, column in enumerate(columns, start=1):
                put(page, number, position, row.get(column.field))
        _widths(page)
    return book


def put(page: Worksheet, row: int, position: int, value: object) -> None:
    """Write a cell. A text that a spreadsheet would take for a formula stays text, and reads back as it was."""
    if value in (None, ""):
        return
    cell = page.cell(row=row, column=position)
    cell.value = value  # type: ignore[assignment]  # texts, numbers and days
    if isinstance(value, str) and value[0] in FORMULA_MARKS:
        cell.data_type = "s"
        cell.quotePrefix = True  # also after somebody has edited it (ECMA-376, 18.8.45)


def _own_columns(sheet: Sheet, rows: Sequence[Mapping[str, Any]], language: str) -> Iterator[Column]:
    """Columns of the office's own that rows fill: `facts.board` stands under the heading `Kenmerk board`."""
    declared = {column.field for column in sheet.columns}
    for field in sorted({field for row in rows for field in row} - declared):
        mapping, _, name = field.partition(".")
        own = sheet.more[mapping]
        heading = f"{own.says[language]} {name.replace('_', ' ')}"
        yield replace(own, field=field, says={**own.says, language: heading})


def _examples(language: str) -> dict[str, list[dict[str, Any]]]:
    """The declared example of each sheet, marked as one."""
    return {
        sheet.key: [{**{name: _cell(sheet, name, language) for name in sheet.example},
                     "note": example_texts()[language]}]
        for sheet in sheets() if sheet.example
    }  # fmt: skip


def _cell(sheet: Sheet, field: str, language: str) -> Any:
    value = sheet.example[field]
    value = value[language] if isinstance(value, Mapping) else value
    dated = any(column.field == field and column.kind == "date" for column in sheet.columns)
    return date.fromisoformat(value) if dated else value


def _explanation(book: NewWorkbook, language: str) -> None:
    """The first sheet: for readers, with nothing to import."""
    page = book.create_sheet(NO_SHEETS[language], 0)
    for text in explanation()[language]:
        page.append([text])
    page.append([])
    heading, required, holds, explained, yes, _ = REFERENCE[language]
    page.append([SHEET[language], heading, required, holds, explained])
    for cell in page[page.max_row]:
        cell.font = Font(bold=True)
    for sheet in sheets():
        for column in sheet.columns:
            need = yes if column.required else ""
            page.append(
                [sheet.says[language], column.says[language], need, _takes(column, language), column.help[language]]
            )
    page["A1"].font = Font(bold=True, size=14)
    for letter, width in zip("ABCDE", (16, 30, 10, 50, 90), strict=True):
        page.column_dimensions[letter].width = width


def reference(language: str) -> str:
    """The page that describes sheets and columns, in Markdown."""
    return "\n".join(line for sheet in sheets() for line in _described(sheet, language))


def _head(page: Worksheet, columns: Sequence[Column], language: str) -> None:
    page.append([column.says[language] for column in columns])
    page.freeze_panes = "A2"
    for position, column in enumerate(columns, start=1):
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
        if column.kind in {"yes_no", "informal"}:
            words = ", ".join(str(shown(column, each, language)) for each in (True, False))
        if column.kind in {"choice", "yes_no", "informal"} and 0 < len(words) + 2 <= LONGEST_LIST:
            listed = DataValidation(type="list", formula1='"' + words.replace(", ", ",") + '"', allow_blank=True)
            listed.showErrorMessage = not column.open
            listed.add(f"{letter}2:{letter}{ROWS_WITH_A_LIST}")
            page.add_data_validation(listed)


def _widths(page: Worksheet) -> None:
    for number, cells in enumerate(page.columns, start=1):
        longest = max((len(str(cell.value)) for cell in cells if cell.value is not None), default=0)
        page.column_dimensions[get_column_letter(number)].width = min(max(12, longest + 2), 60)
        for cell in cells[1:]:
            if isinstance(cell.value, date):
                cell.number_format = "yyyy-mm-dd"


def saved(book: NewWorkbook) -> bytes:
    """The bytes of a workbook, without the moment at which it was saved."""
    written, fixed = BytesIO(), BytesIO()
    book.properties.creator = "Collegium"
    book.save(written)
    with ZipFile(written) as packed, ZipFile(fixed, "w") as target:
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
