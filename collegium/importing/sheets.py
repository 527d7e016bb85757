"""Which tables do the files hold? Headings are matched with the declared columns, lines with the headings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from zipfile import is_zipfile

from openpyxl.utils import get_column_letter

from collegium.importing import pages
from collegium.importing.cells import is_yes_no
from collegium.importing.columns import (
    LANGUAGES,
    NO_SHEETS,
    Column,
    Sheet,
    contacts,
    example_texts,
    normal,
    sheet_named,
    sheets,
)
from collegium.importing.contact_list import Grouped, split
from collegium.importing.delimited import read_delimited
from collegium.importing.found import FoundSheet, Line, heading_text
from collegium.importing.headings import (
    heading_of,
    heading_row,
    is_known_but_not_kept,
    is_note,
    kind_of,
    missing,
    ticked,
)
from collegium.importing.pages import Cells, Contents, Lines, Page, refused
from collegium.importing.problems import Values, WorkbookProblem, hint, quoted
from collegium.importing.spreadsheets import read_spreadsheet

OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"  # the compound file of old Excel, and of workbooks with a password
NOT_ASKED = frozenset({"unknown_heading", "content_without_heading"})
NO_TABLE = (b"%PDF", b"<", b"{\\rtf")
WORKBOOK = (".xlsx", ".xlsm")  # the name of a workbook: what is none under it was not meant as a list in text


@dataclass(slots=True)
class Opened:
    """The tables of some files, what is wrong with them, and what was decided about them and should be known."""

    found: list[FoundSheet] = field(default_factory=list)
    problems: list[WorkbookProblem] = field(default_factory=list)
    remarks: list[WorkbookProblem] = field(default_factory=list)


def open_files(files: Sequence[Path], without: Collection[str] = ()) -> Opened:
    """All tables in the declared order of their kinds. `without` names sheets and columns that are left out."""
    opened = Opened()
    left_out = {normal(word) for word in without}
    for path in files:
        contents = _contents(path)
        opened.problems += contents.problems
        shown = [page for page in contents.pages if normal(page.title) not in left_out]
        if len(files) > 1:
            shown = [replace(page, label=f"{page.file}: {page.title}" if page.named else page.file) for page in shown]
        _SheetsOf(opened, shown, left_out).take()
        if not contents.pages and not contents.problems:
            opened.problems.append(_nothing_there(path))
    order = [sheet.key for sheet in sheets()]
    opened.found.sort(key=lambda each: order.index(each.sheet.key))
    return opened


def open_as(path: Path, sheet: Sheet) -> Opened:
    """The one table of a file that is of that kind: of several pages the first with its headings. Others are left."""
    contents = _contents(path)
    opened = Opened(problems=list(contents.problems))
    shown = [
        page for page in contents.pages if not page.hidden and normal(page.title) not in map(normal, NO_SHEETS.values())
    ]
    if not shown:
        opened.problems += [] if contents.problems else [_nothing_there(path)]
        return opened
    fits = [page for page in shown if not missing(sheet, _fields(page, sheet))]
    reader = _Filling((fits or shown)[0], sheet, ())
    reader.read()
    opened.problems += [each for each in reader.problems if each.key not in NOT_ASKED]
    opened.found += reader.found
    return opened


def _fields(page: Page, sheet: Sheet) -> set[str]:
    words = map(heading_text, page.rows[heading_row(page.rows, sheet)][1].values())
    return {found.column.field for word in words if (found := heading_of(sheet, word)) is not None}


def _contents(path: Path) -> Contents:
    if not path.is_file():
        return refused("file_missing", path)
    if is_zipfile(path):
        return read_spreadsheet(path)
    with path.open("rb") as source:
        begin = source.read(16)
    if begin.startswith(OLD_OR_LOCKED):
        return refused("file_old_or_locked", path)
    if begin.startswith(NO_TABLE) or path.suffix.casefold() in WORKBOOK:
        return refused("file_unreadable", path)
    return read_delimited(path)


def _nothing_there(path: Path) -> WorkbookProblem:
    names = {language: [each.says[language] for each in sheets()] for language in LANGUAGES}
    return WorkbookProblem(key="nothing_there", values={"file": path.name, "known": hint("", (), names)})


@dataclass(slots=True)
class _SheetsOf:
    """Takes the pages of one file."""

    opened: Opened
    pages: Sequence[Page]
    left_out: Collection[str]
    titles: dict[str, str] = field(default_factory=dict)  # kind of sheet -> the page that has its name

    def take(self) -> None:
        named = [(page, sheet_named(page.title)) for page in self.pages]
        kinds = {sheet.key for _, sheet in named if sheet is not None}
        for page, sheet in named:
            if page.hidden:
                self._remark("hidden_sheet", page)
            elif sheet is not None:
                self._take_named(page, sheet)
            elif normal(page.title) not in map(normal, NO_SHEETS.values()):
                self._take_by_headings(page, kinds)

    def _take_named(self, page: Page, sheet: Sheet) -> None:
        if sheet.key in self.titles:
            values: Values = {"word": quoted(page.title), "other": quoted(self.titles[sheet.key])}
            self.opened.problems.append(_about(page, "sheet_twice", values))
            return
        self.titles[sheet.key] = page.title
        found = kind_of(page.rows[heading_row(page.rows, sheet)][1])
        listed = found is not None and found.key == "contacts" and sheet.key in ("people", "organisations")
        self._fill(page, contacts() if listed else sheet)

    def _take_by_headings(self, page: Page, kinds: Collection[str]) -> None:
        sheet = kind_of(page.rows[heading_row(page.rows, None)][1])
        if sheet is not None and sheet.key not in kinds:
            self._remark("taken_as", page, {language: sheet.says[language] for language in LANGUAGES})
            self._fill(page, sheet)
            return
        names = {language: [each.says[language] for each in sheets()] for language in LANGUAGES}
        near = hint(page.title, [name for each in names.values() for name in each], names)
        values: Values = {"word": quoted(page.title), "hint": near}
        self.opened.problems.append(_about(page, "unknown_sheet" if page.named else "unknown_table", values))

    def _fill(self, page: Page, sheet: Sheet) -> None:
        reader = _Filling(page, sheet, self.left_out)
        reader.read()
        self.opened.problems += reader.problems
        self.opened.remarks += reader.remarks
        self.opened.found += reader.found

    def _remark(self, key: str, page: Page, names: dict[str, str] | None = None) -> None:
        values: Values = {"word": quoted(page.shown), **{f"as_{name}": word for name, word in (names or {}).items()}}
        self.opened.remarks.append(_about(page, key, values))


def _about(page: Page, key: str, values: Values, row: int = 0, at: int = 0, column: str = "") -> WorkbookProblem:
    cell = f"{get_column_letter(at)}{row}" if at else ""
    return WorkbookProblem(
        key=key, file=page.file, sheet=page.shown, row=row, column=column, cell=cell, position=at, values=values
    )


@dataclass(slots=True)
class _Filling:
    """Reads one page as one kind of sheet."""

    page: Page
    sheet: Sheet
    left_out: Collection[str]
    grouped: list[Grouped] = field(default_factory=list)
    found: list[FoundSheet] = field(default_factory=list)
    problems: list[WorkbookProblem] = field(default_factory=list)
    remarks: list[WorkbookProblem] = field(default_factory=list)

    def read(self) -> None:
        at = heading_row(self.page.rows, self.sheet)
        number, cells = self.page.rows[at]
        for above, row in self.page.rows[:at]:
            position, words = next(iter(row)), " ".join(heading_text(cell) for cell in row.values())
            self.remarks.append(_about(self.page, "title_above", {"word": quoted(words)}, above, position))
        headings = {position: heading_text(cell) for position, cell in cells.items()}
        skipped = self._read_headings(number, headings, _answered(self.page.rows[at + 1 :], headings))
        lines = self._without_notes(self.page.rows[at + 1 :], number, cells)
        if len(lines) > pages.MOST_ROWS:
            self.problems.append(_about(self.page, "too_many_rows", {"most": pages.MOST_ROWS}, lines[-1][0]))
        read = [(number, {at: cell for at, cell in row.items() if at not in skipped}) for number, row in lines]
        self.found = self._tables(read)
        for each in self.found:
            lacking = missing(each.sheet, each.columns)
            self.problems += [self._missing(column, number) for column in lacking]
        for position in sorted({each for _, row in lines for each in row} - set(headings)):
            self.problems.append(_about(self.page, "content_without_heading", {}, number, position))

    def _tables(self, lines: Lines) -> list[FoundSheet]:
        if self.sheet.key == "contacts":
            listed = split(self.page, self.sheet, self.grouped, lines)
            self.problems += listed.problems
            self.remarks += listed.remarks
            return listed.found
        table = FoundSheet(sheet=self.sheet, page=self.page)
        for each in self.grouped:
            table.columns[each.heading.column.field] = (each.heading.column, each.position, each.text)
        fields = {position: name for name, (_, position, _) in table.columns.items()}
        note = next((at for at, name in fields.items() if name == "note"), 0)
        examples = {normal(text) for text in example_texts().values()}
        table.lines = [
            Line(number, {fields[at]: cell for at, cell in cells.items() if at in fields})
            for number, cells in lines
            if normal(str(cells.get(note, ""))) not in examples
        ]
        return [table]

    def _read_headings(self, number: int, headings: dict[int, str], answered: Collection[int]) -> set[int]:
        """Take the columns; returns the positions of those that are left out. `answered` hold ja and nee."""
        seen: dict[tuple[str, str, int], int] = {}
        not_kept: dict[int, str] = {}
        left_out: set[int] = set()
        groups = Counter(each.role for text in headings.values() if (each := heading_of(self.sheet, text)) is not None)
        for position, text in headings.items():
            tick = ticked(self.sheet, text) if position in answered and self.sheet.key == "contacts" else None
            tick = None if tick is not None and groups[tick.role] > 1 else tick  # there is an address of its own
            heading = (tick or heading_of(self.sheet, text)) if normal(text) not in self.left_out else None
            if normal(text) in self.left_out:
                left_out.add(position)
            elif heading is None and is_known_but_not_kept(text):
                not_kept[position] = text
            elif heading is None:
                self._unknown(number, position, text)
            elif (key := (heading.column.field, heading.role, heading.number)) in seen:
                values: Values = {"word": quoted(text), "other": f"{get_column_letter(seen[key])}{number}"}
                self.problems.append(_about(self.page, "heading_twice", values, number, position, text))
            else:
                seen[key] = position
                self.grouped.append(Grouped(heading, position, text))
        if not_kept:
            self.remarks.append(_about(self.page, "not_kept", {"words": ", ".join(map(quoted, not_kept.values()))}))
        return left_out | set(not_kept)

    def _unknown(self, number: int, position: int, text: str) -> None:
        listed = {language: [each.says[language] for each in self.sheet.columns] for language in LANGUAGES}
        words = [word for each in self.sheet.columns for word in each.words]
        values: Values = {"word": quoted(text), "hint": hint(text, words, listed)}
        self.problems.append(_about(self.page, "unknown_heading", values, number, position, text))

    def _missing(self, column: Column, number: int) -> WorkbookProblem:
        ways = ", ".join(quoted(word) for word in column.words)
        return _about(self.page, "heading_missing", {"word": quoted(column.says["nl"]), "words": ways}, number)

    def _could_be_a_row(self, cells: Cells, fields: dict[int, str]) -> bool:
        """Whether a row has all that a row needs; in a list of everything an organisation may stand alone."""
        there = {fields[at] for at in cells if at in fields}
        if self.sheet.key == "contacts":
            return "organisations.name" in there
        return bool(there) and not missing(self.sheet, there)

    def _without_notes(self, lines: Lines, row: int, headings: Cells) -> Lines:
        """The rows beneath the headings, without headings that come again and notes beneath the table."""
        same: Callable[[Cells], bool] = lambda cells: all(  # noqa: E731
            heading_text(cell) == heading_text(headings.get(at)) for at, cell in cells.items()
        )
        kept = [(number, cells) for number, cells in lines if not same(cells)]
        last = len(kept)
        fields = {each.position: each.heading.column.field for each in self.grouped}
        while last and is_note(kept[last - 1][1], could_be_a_row=self._could_be_a_row(kept[last - 1][1], fields)):
            last -= 1
        first_note = next(_after_a_blank(kept, last, row), len(kept))
        for number, cells in kept[first_note:]:
            at, cell = next(iter(cells.items()))
            self.remarks.append(_about(self.page, "note_beneath", {"word": quoted(cell)}, number, at))
        return kept[:first_note]


def _answered(lines: Lines, positions: Collection[int]) -> set[int]:
    """Which of these columns hold ja and nee, in most of their cells or because all are empty still."""
    answers: dict[int, list[bool]] = {position: [] for position in positions}
    for _, cells in lines:
        for position in answers.keys() & cells.keys():
            answers[position].append(is_yes_no(cells[position]))
    return {position for position, each in answers.items() if 2 * sum(each) >= len(each)}


def _after_a_blank(lines: Lines, last: int, headings: int) -> Iterator[int]:
    """From where on the notes at the end stand apart from the table: an empty row lies between."""
    for index in range(last, len(lines)):
        before = lines[index - 1][0] if index else headings
        if lines[index][0] - before > 1:
            yield index
