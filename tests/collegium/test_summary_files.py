"""Are the workbook and the PDF of a summary as good as its page? Days, formulas, tags, and the same bytes again."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO, StringIO

import pikepdf
import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from collegium.bootstrap import Application
from collegium.summaries import Summary, file_name, render_file
from collegium.summaries.blocks import Cell, Line, Page, Section, Table
from collegium.summaries.facts import NothingToSummarise
from collegium.summaries.pages import page_of
from collegium.summaries.paper import pdf_of
from collegium.summaries.rendering import UnknownFormat, picture
from collegium.summaries.sheets import _tables, safe, workbook_of
from engine.summary import Audience
from tests.collegium.reviews import case_of, the_office, told

EVIL = ('=cmd|"/c calc"!A1', "+31 30 123", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1", " =1+1")
MARKUP = '#panic("owned") $x$ *bold* <b>&amp; `raw` \\ @ref // /* "quote" ["] #import "x"'


@pytest.fixture(scope="module")
def office() -> Application:
    return the_office()


def a_page(*texts: str, title: str = "Title") -> Page:
    """A page with one table whose rows begin with these texts."""
    table = Table(caption="Caption", head=("Text", *texts), rows=tuple((Cell(text=text),) for text in texts))
    table = replace(table, head=("Text",))
    return Page(
        language="en", title=title, subtitle="", made_at=datetime(2027, 3, 2, 9, tzinfo=UTC), author="Office",
        intro=texts, sections=(Section(title=title, blocks=(table,)),),
    )  # fmt: skip


def opened(data: bytes) -> Workbook:
    return load_workbook(BytesIO(data))


# workbooks ------------------------------------------------------------------------------------------------------------


def test_a_workbook_has_a_sheet_for_each_table_with_a_frozen_heading(office: Application) -> None:
    book = opened(render_file(told(office, "office"), "nl", "xlsx"))
    assert book.sheetnames[0] == "Over dit overzicht"
    assert "Lopende zaken" in book.sheetnames
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "A2"
        assert all(cell.font.bold for cell in sheet[1])
        assert all(len(name) <= 31 for name in book.sheetnames)
        assert all(9 <= column.width <= 60 for column in sheet.column_dimensions.values())


def test_days_and_numbers_are_real_and_say_what_the_page_says(office: Application) -> None:
    book = opened(render_file(told(office, "office"), "nl", "xlsx"))
    sheet = book["Lopende zaken"]
    els = next(row for row in sheet.iter_rows(min_row=2) if row[0].value == "De Els")
    assert els[5].value == datetime(2027, 4, 5)  # noqa: DTZ001 - a sheet knows no zones
    assert els[5].number_format == '[$-413]d mmmm yyyy" (voorlopig)"'


def test_a_text_that_looks_like_a_formula_stays_a_text() -> None:
    book = opened(workbook_of(a_page(*EVIL)))
    cells = [row[0] for row in book["Title"].iter_rows(min_row=2)]
    assert [cell.data_type for cell in cells] == ["s"] * len(EVIL)
    assert [str(cell.value)[0] for cell in cells] == ["'"] * len(EVIL)
    first = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value is not None]
    assert [cell for cell in first if cell.data_type == "f"] == []


def test_a_sheet_saved_as_csv_holds_no_formula() -> None:
    text = StringIO()
    csv.writer(text).writerows(opened(workbook_of(a_page(*EVIL)))["Title"].iter_rows(values_only=True))
    read = list(csv.reader(StringIO(text.getvalue())))
    assert [row[0] for row in read if row[0].lstrip()[:1] in tuple("=+-@")] == []


def test_an_ordinary_text_is_left_as_it_is() -> None:
    assert [safe(text) for text in ("De Linde", "a=b", "2-3", "é", "")] == ["De Linde", "a=b", "2-3", "é", ""]


def test_signs_that_no_sheet_can_hold_are_left_out() -> None:
    book = opened(workbook_of(a_page("a\x00b\x0bc", title="A/B: [x]* ? 'long' title of more than so many signs")))
    assert book.sheetnames[1] == "A B x 'long' title of more than"
    assert book.worksheets[1]["A2"].value == "abc"


def test_sheets_of_one_title_get_names_of_their_own() -> None:
    page = a_page("x")
    book = opened(workbook_of(replace(page, sections=page.sections * 3)))
    assert book.sheetnames[1:] == ["Title", "Title 2", "Title 3"]


# PDF ------------------------------------------------------------------------------------------------------------------


def elements(node: pikepdf.Object) -> list[pikepdf.Object]:
    """Every element of the tree of tags below a node."""
    found: list[pikepdf.Object] = []
    children = node.get("/K", pikepdf.Array())
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            found += [child, *elements(child)]
    return found


def test_a_pdf_is_tagged_with_language_title_and_words_for_its_picture(office: Application) -> None:
    told_ = told(office, "partnership", case=case_of(office, "linde"))
    with pikepdf.open(BytesIO(render_file(told_, "nl", "pdf"))) as pdf:
        assert str(pdf.Root.Lang) == "nl"
        assert bool(pdf.Root.MarkInfo.Marked)
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        with pdf.open_metadata() as meta:
            assert (meta["pdfuaid:part"], meta["dc:title"]) == ("1", "Stand van zaken: De Linde")
        found = elements(pdf.Root.StructTreeRoot)
        kinds = {str(each.S) for each in found}
        assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/L", "/LI", "/Figure", "/Caption"} <= kinds
        alts = [str(each.Alt) for each in found if str(each.S) == "/Figure"]
        assert len(alts) == 1
        assert alts[0].startswith("Tijdlijn van 11 januari 2027 tot 1 juli 2027. stap 1, Voorgesteld")


def test_what_people_wrote_is_no_command_of_the_typesetter() -> None:
    data = pdf_of(a_page(MARKUP, *EVIL, title=MARKUP), picture)
    with pikepdf.open(BytesIO(data)) as pdf, pdf.open_metadata() as meta:
        assert meta["dc:title"] == MARKUP


def test_letters_of_many_languages_are_printed() -> None:
    assert pdf_of(a_page("Łódź ĳ é ž ş — “ ” € ✓ ‼", title="Ž"), picture)[:5] == b"%PDF-"


# both -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", ["md", "html", "xlsx", "pdf"])
def test_the_same_facts_give_the_same_bytes(office: Application, format_: str) -> None:
    told_ = told(office, "office")
    assert render_file(told_, "nl", format_) == render_file(told(office, "office"), "nl", format_)
    assert render_file(told_, "nl", format_) != render_file(told_, "en", format_)


def test_a_file_is_named_after_its_audience_and_whom_it_is_about(office: Application) -> None:
    summaries: list[Summary] = [
        told(office, "office"), told(office, "region", region="Duinrand"),
        told(office, "partnership", case=case_of(office, "iep")),
    ]  # fmt: skip
    assert [file_name(each, "nl", "pdf") for each in summaries] == [
        "office.nl.pdf", "region-duinrand.nl.pdf", "partnership-de-iep-zuid.nl.pdf",
    ]  # fmt: skip


def test_another_format_is_refused(office: Application) -> None:
    with pytest.raises(UnknownFormat):
        render_file(told(office, "office"), "nl", "doc")
    with pytest.raises(NothingToSummarise):
        told(office, "partnership")


@pytest.mark.parametrize("audience", ["office", "region", "cycle", "partnership", "reviewer"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_sheet_of_a_summary_has_a_name_that_is_cut(office: Application, audience: Audience, language: str) -> None:
    case = case_of(office, "els") if audience == "partnership" else None
    person = "contact-els" if audience == "reviewer" else None
    summary = told(office, audience, case=case, person=person)
    names = opened(render_file(summary, language, "xlsx")).sheetnames
    whole = [" ".join(re.sub(r"[?:]", " ", title).split()) for title, _ in _tables(page_of(summary, language).sections)]
    assert names[1:] == whole
    if audience == "region":
        assert {"nl": "Bezoeken bij anderen", "en": "Visits to others"}[language] in names
    if (audience, language) == ("office", "nl"):
        assert "Waar de zaken staan Ronde 2027" in names


def pages_of(node: pikepdf.Object) -> set[tuple[int, int]]:
    """The pages on which what stands below a node of the tree of tags is shown."""
    found = {node.Pg.objgen} if "/Pg" in node else set()
    children = node.get("/K", pikepdf.Array())
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary):
            found |= pages_of(child)
    return found


def test_a_small_table_stays_on_one_page_and_a_long_one_goes_on() -> None:
    def tables_on(filling: int, rows: int) -> int:
        table = Table(caption="few", head=("first",), rows=tuple((Cell(text=f"row {n}"),) for n in range(rows)))
        before = Section(title="Before", blocks=tuple(Line(text=f"line {n}") for n in range(filling)))
        page = replace(a_page("x"), sections=(before, Section(title="Table", blocks=(table,))))
        with pikepdf.open(BytesIO(pdf_of(page, picture))) as pdf:
            (found,) = [each for each in elements(pdf.Root.StructTreeRoot) if str(each.S) == "/Table"]
            return len(pages_of(found))

    assert {tables_on(filling, rows=4) for filling in range(24, 40)} == {1}
    assert {tables_on(filling, rows=60) for filling in (24, 39)} == {2, 3}
