"""How does a summary become a workbook? One sheet for each table, with real days and numbers, and nothing that runs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from collegium.summaries.blocks import Cell, Facts, Line, Page, Section, Steps, Table
from collegium.summaries.texts import Texts

DAYS = {"nl": "[$-413]d mmmm yyyy", "en": "[$-809]d mmmm yyyy"}
LONGEST = 31  # of the name of a sheet
WIDEST, NARROWEST = 60, 9  # characters
FORMULA = re.compile(r"^\s*[=+\-@]|^[\t\r]")
"""What Excel or LibreOffice may take for a formula, from a cell or from a CSV file (OWASP, CSV injection)."""
UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")  # not allowed in XML 1.0


def workbook_of(page: Page) -> bytes:
    """The sheets of a page: what it is about on the first, then one for each table. The same page, the same bytes."""
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    texts = Texts(page.language)
    first.title = _named(texts("sheet_first"), [])
    tables = list(_tables(page.sections))
    names: list[str] = [first.title]
    for title, table in tables:
        sheet = book.create_sheet(_named(title, names))
        names.append(sheet.title)
        _fill(sheet, table, page.language)
    _introduce(first, page, [(name, table.caption) for name, (_, table) in zip(names[1:], tables, strict=True)])
    book.properties.title, book.properties.creator = safe(page.title), safe(page.author)
    book.properties.language = page.language
    moment = page.made_at.replace(tzinfo=None)
    book.properties.created = book.properties.modified = moment
    return _bytes(book, page)


def safe(text: str) -> str:
    """A text that no program takes for a formula: an apostrophe before it, as a person would type.

    >>> safe('=HYPERLINK("x")'), safe("De Linde")
    ('\\'=HYPERLINK("x")', 'De Linde')
    """
    clean = UNFIT.sub("", text)
    return f"'{clean}" if FORMULA.search(clean) else clean


def _tables(sections: Iterable[Section]) -> Iterator[tuple[str, Table]]:
    """Every table with the name for its sheet: its section's, or where that has several, its own as well."""
    above = ""
    for section in sections:
        found = [block for block in section.blocks if isinstance(block, Table)]
        if section.level == 2:
            above = section.sheet or section.title
        own = section.sheet or section.title
        for table in found:
            title = own if section.level == 2 or len(found) > 1 else f"{above} {own}"
            yield title if len(found) == 1 else f"{table.caption} {own}", table


def _named(title: str, taken: Sequence[str]) -> str:
    """A name that a sheet may have and no other has; one that is too long ends with a whole word."""
    clean = " ".join(re.sub(r"[\\/*?:\[\]]", " ", UNFIT.sub("", title)).split()).strip("'") or "-"
    name, number = _short(clean, LONGEST), 1
    while name.casefold() in {each.casefold() for each in taken}:
        number += 1
        name = f"{_short(clean, LONGEST - 3)} {number}"
    return name


def _short(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    whole = text[: most + 1].rpartition(" ")[0] or text[:most]
    return whole.strip("' ")


def _fill(sheet: Worksheet, table: Table, language: str) -> None:
    for column, text in enumerate(table.head, start=1):
        _write(sheet, 1, column, Cell(text=text), language).font = Font(bold=True)
    for number, row in enumerate(table.rows, start=2):
        for column, cell in enumerate(row, start=1):
            _write(sheet, number, column, cell, language)
    sheet.freeze_panes = "A2"
    if table.rows:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.head))}{len(table.rows) + 1}"
    for column, text in enumerate(table.head):
        longest = max([len(text) + 3, *(len(_text(row[column])) + 1 for row in table.rows)])
        sheet.column_dimensions[get_column_letter(column + 1)].width = min(max(longest, NARROWEST), WIDEST)


def _write(sheet: Worksheet, row: int, column: int, cell: Cell, language: str) -> SheetCell:
    """A day or a number as such, shown as the text says it; all else as text."""
    there = sheet.cell(row=row, column=column)
    assert isinstance(there, SheetCell)
    there.alignment = Alignment(vertical="top", wrap_text=True)
    if isinstance(cell.value, date):
        there.value = cell.value
        there.number_format = DAYS[language] + _quoted(cell.after)
    elif isinstance(cell.value, Decimal):
        there.value = cell.value
        there.number_format = _quoted(cell.before) + "#,##0.00"
    elif cell.value is not None:
        there.value = cell.value
        there.number_format = "0" + _quoted(cell.after)
    else:
        there.value = safe(_text(cell))
        there.data_type = "s"
    return there


def _quoted(text: str) -> str:
    """A text behind a value, as a number format writes it."""
    return "".join(f'"{part}"' if part != '"' else '\\"' for part in re.split('(")', UNFIT.sub("", text)) if part)


def _text(cell: Cell) -> str:
    return f"{cell.text}: {cell.more}" if cell.tone and cell.more else cell.text


def _introduce(sheet: Worksheet, page: Page, contents: Sequence[tuple[str, str]]) -> None:
    """What the workbook is about, the facts and sentences that stand in no table, and a list of the sheets."""
    texts = Texts(page.language)
    rows: list[tuple[Cell, ...]] = [(Cell(text=page.title),)]
    rows += [(Cell(text=line),) for line in (page.subtitle, *page.intro) if line]
    for section in page.sections:
        said = [row for block in section.blocks for row in _rows(block)]
        rows += [(), (Cell(text=section.title),), *said] if said else []
    rows += [(), (Cell(text=texts("sheet_contents")),)]
    rows += [(Cell(text=name), Cell(text=caption)) for name, caption in contents]
    titles = {section.title for section in page.sections} | {page.title, texts("sheet_contents")}
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row, start=1):
            written = _write(sheet, number, column, cell, page.language)
            written.alignment = Alignment(vertical="top", wrap_text=len(row) > 1, horizontal="left")
            if len(row) == 1 and cell.text in titles:
                written.font = Font(bold=True, size=14 if number == 1 else 12)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, WIDEST


def _rows(block: object) -> Iterator[tuple[Cell, ...]]:
    match block:
        case Facts():
            for label, cell in block.rows:
                yield Cell(text=label), cell
        case Line():
            yield (Cell(text=block.text),)
        case Steps():
            for step in block.steps:
                yield Cell(text=step.text), Cell(text=step.says)


def _bytes(book: Workbook, page: Page) -> bytes:
    """The file, with the moment of the summary in it and not that of writing."""
    raw, written = BytesIO(), BytesIO()
    book.save(raw)
    moment = page.made_at.timetuple()[:6]
    with ZipFile(raw) as source, ZipFile(written, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "docProps/core.xml":  # openpyxl writes the moment of saving
                stamp = page.made_at.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, data)
            info = ZipInfo(name, date_time=moment)
            info.compress_type = ZIP_DEFLATED
            target.writestr(info, data)
    return written.getvalue()
