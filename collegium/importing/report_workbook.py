"""How does an office keep the report of an import? As a workbook with a row for each remark, to sort and to hand on."""

from __future__ import annotations

from collections.abc import Iterator

from openpyxl import Workbook
from openpyxl.styles import Font

from collegium.importing.cells import shown
from collegium.importing.problems import WorkbookProblem
from collegium.importing.report import Entry, Report
from collegium.importing.telling import answer_lines, people_texts, say_in
from collegium.importing.template import put, saved

WIDTHS = (20, 22, 18, 8, 8, 22, 40, 28, 28, 90)


def report_workbook(report: Report, language: str) -> bytes:
    """The whole report: first what needs somebody, then what changes, then what is only to be known."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = say_in(language, "report_sheet")
    rows = [people_texts()["report_headings"][language], *_rows(report, language)]
    for number, row in enumerate(rows, start=1):
        for position, value in enumerate(row, start=1):
            put(page, number, position, value)
    for cell in page[1]:
        cell.font = Font(bold=True)
    for letter, width in zip("ABCDEFGHIJ", WIDTHS, strict=True):
        page.column_dimensions[letter].width = width
    page.freeze_panes = "A2"
    page.auto_filter.ref = page.dimensions
    return saved(book)


def _rows(report: Report, language: str) -> Iterator[list[object]]:
    for key, problems in (("refused", report.refused), ("dropped", report.dropped)):
        for problem in problems:
            yield _about(say_in(language, key), problem, "", language)
    for what in ("asked", "waiting", "changed", "created"):
        for entry in report.of(what):
            yield from _entry(say_in(language, what), entry, language)
    for remark in report.remarks:
        yield _about(say_in(language, "good_to_know"), remark, "", language)
    for entry in report.of("unchanged"):
        for sentence in entry.sentences:
            yield _about(say_in(language, "good_to_know"), sentence, entry.about(language), language)
    for person in report.not_in_file:
        name = f"{person.name} <{person.email}>"
        yield [say_in(language, "not_named"), "", "", "", "", "", name]


def _entry(what: str, entry: Entry, language: str) -> Iterator[list[object]]:
    place, who = entry.place, entry.about(language)
    says = " ".join(each.says(language) for each in entry.sentences)
    if entry.question is not None:
        says = " | ".join([says, *answer_lines(entry.question, language)])
    if not entry.changes:
        yield [what, place.file, place.sheet, place.row, "", "", who, "", "", says]
    for change in entry.changes:
        old, new = (shown(change.column, each, language) for each in (change.old, change.new))
        heading = change.column.says[language]
        yield [what, place.file, place.sheet, place.row, change.cell, heading, who, old, new, says]


def _about(what: str, problem: WorkbookProblem, who: str, language: str) -> list[object]:
    place = [problem.file, problem.sheet, problem.row or "", problem.cell, problem.column]
    return [what, *place, who, "", "", problem.says(language)]
