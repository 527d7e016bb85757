"""Are the lists of offices read as they are: CSV of every kind, titles, notes, merged cells, groups of columns?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from collegium.importing.cells import informal, number, phone
from collegium.importing.cells import reference as own_number
from collegium.importing.columns import contacts, normal, not_kept, sheets
from collegium.importing.dates import could_be_american, day
from collegium.importing.delimited import decoded, delimiter_of
from collegium.importing.problems import CellRefused
from collegium.workbook import Reading, read
from tests.collegium.workbooks import Cells, save

LIST = "Organisatie;Naam;E-mailadres\r\nDe Linde;Ré Bos;re@linde.example\r\n"


def text(folder: Path, content: str | bytes, encoding: str = "utf-8", name: str = "lijst.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def people(reading: Reading) -> list[tuple[str | None, str | None]]:
    assert reading.good is not None, [str(each) for each in reading.problems]
    return [(row.text("name"), row.text("email")) for row in reading.good.people]


def organisations(reading: Reading) -> list[tuple[str | None, str | None, str | None]]:
    assert reading.good is not None, [str(each) for each in reading.problems]
    return [(row.text("name"), row.text("part_of"), row.text("school_region")) for row in reading.good.organisations]


def functions(reading: Reading) -> list[tuple[str | None, str | None, str | None]]:
    assert reading.good is not None, [str(each) for each in reading.problems]
    return [(row.text("person"), row.text("organisation"), row.text("role")) for row in reading.good.memberships]


def told(reading: Reading) -> list[tuple[str, str]]:
    return [(each.place(), each.key) for each in (*reading.problems, *reading.remarks) if each.key != "taken_as"]


# CSV ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_encoding_and_delimiter_are_found(tmp_path: Path, encoding: str, delimiter: str) -> None:
    reading = read(text(tmp_path, LIST.replace(";", delimiter), encoding))
    assert (people(reading), told(reading)) == ([("Ré Bos", "re@linde.example")], [])


def test_a_line_that_says_the_delimiter_is_believed_and_counts_as_a_row(tmp_path: Path) -> None:
    reading = read(text(tmp_path, "sep=|\r\nNaam|E-mailadres\r\nAnna; Bos, dr.|anna\r\n"))
    assert told(reading) == [("lijst.csv, row 3, E-mailadres (B3)", "bad_address")]


def test_commas_in_names_do_not_divide_a_list_with_semicolons() -> None:
    lines = 'Lijst van mensen, scholen, adressen\nNaam;E-mailadres\n"Berg, P.";p@x.nl\nVos, J.;j@x.nl\n'
    assert delimiter_of(lines) == ";"


def test_a_cell_may_hold_a_line_break_and_quotation_marks(tmp_path: Path) -> None:
    content = 'Naam;E-mailadres;Opmerking\r\n"Anna\r\nBos";anna@x.example;"zei: ""ja"""\r\nBram Vos;bram;\r\n'
    reading = read(text(tmp_path, content))
    assert told(reading) == [("lijst.csv, row 3, E-mailadres (B3)", "bad_address")]
    assert people(reading) == [("Anna Bos", "anna@x.example")]


@pytest.mark.parametrize("word", ["RenÃ©", "Ren‚e", "donâ€™t"])
def test_letters_that_were_damaged_before_are_refused(tmp_path: Path, word: str) -> None:
    reading = read(text(tmp_path, f"Naam;E-mailadres\r\n{word} Bos;re@x.example\r\n"))
    assert [each.key for each in reading.problems] == ["garbled"]
    assert f"“{word} Bos”" in reading.problems[0].says()


def test_what_is_no_text_is_no_list(tmp_path: Path) -> None:
    for content, key in (
        (b"\x00\x01\x02 binary \x81\x8d", "file_unreadable"), (b"%PDF-1.7", "file_unreadable"),
        (b"<html><table>", "file_unreadable"), (b"\xd0\xcf\x11\xe0\xa1\xb1", "file_old_or_locked"),
        (b"", "nothing_there"), (b";;;\r\n", "nothing_there"), (b"hallo\r\nallemaal\r\n", "unknown_table"),
    ):  # fmt: skip
        assert [each.key for each in read(text(tmp_path, content)).problems] == [key], content
    assert decoded(b"caf\xe9 \x80 5") == "café € 5"


def test_text_under_the_name_of_a_workbook_is_told_as_no_workbook(tmp_path: Path) -> None:
    for name in ("leden.xlsx", "LEDEN.XLSM"):
        (problem,) = read(text(tmp_path, "hallo\r\nallemaal\r\n", name=name)).problems
        assert problem.says("en") == (
            f"{name} is no Excel workbook (.xlsx) or CSV that can be opened. Save it from your spreadsheet program as "
            "Excel workbook (.xlsx)."
        )


def test_the_name_of_a_file_may_say_what_it_holds(tmp_path: Path) -> None:
    assert told(read(text(tmp_path, "Naam\r\nDe Linde\r\n", name="organisaties.csv"))) == []


# layout ---------------------------------------------------------------------------------------------------------------


def test_titles_blanks_notes_and_repeated_headings_are_passed_over(tmp_path: Path) -> None:
    rows: Cells = [
        ["Contactpersonen per 1 september 2026"],
        [],
        [None, "Naam", None, "E-mailadres", None, None],
        [None, "Anna Bos", None, "anna@x.example", "  ", "\u00a0"],
        [],
        [None, "Naam", None, "E-mailadres"],
        [None, "Bram Vos", None, "bram@x.example"],
        [],
        [None, "* = op proef"],
        [None, "Totaal: 2"],
    ]
    reading = read(save(tmp_path, {"Personen": rows}))
    assert people(reading) == [("Anna Bos", "anna@x.example"), ("Bram Vos", "bram@x.example")]
    assert told(reading) == [
        ("Personen, row 1 (A1)", "title_above"), ("Personen, row 9 (B9)", "note_beneath"),
        ("Personen, row 10 (B10)", "note_beneath"),
    ]  # fmt: skip


def test_a_person_without_an_address_at_the_end_is_no_note(tmp_path: Path) -> None:
    rows: Cells = [["Naam", "E-mailadres"], ["Anna Bos", "anna@x.example"], [], ["Cor Das"]]
    assert told(read(save(tmp_path, {"Personen": rows}))) == [("Personen, row 4, E-mailadres (B4)", "address_missing")]


def test_an_organisation_that_stands_alone_in_its_row_is_no_note(tmp_path: Path) -> None:
    rows: Cells = [
        ["Naam", "Sector"],
        ["De Linde 2"],
        [],
        ["De Wulp"],
        [],
        ["Openbaar onderwijs in regio 3"],
        [],
        ["Totaal: 3"],
    ]
    reading = read(save(tmp_path, {"Organisaties": rows}))
    assert reading.good is not None
    assert [row.text("name") for row in reading.good.organisations] == [
        "De Linde 2", "De Wulp", "Openbaar onderwijs in regio 3",
    ]  # fmt: skip


def test_hidden_sheets_are_not_read_and_it_is_said(tmp_path: Path) -> None:
    path = save(tmp_path, {"Personen": [["Naam", "E-mail"], ["A Bos", "a@x.example"]], "Lijsten": [["ja"], ["nee"]]})
    book = load_workbook(path)
    book["Lijsten"].sheet_state = "hidden"
    book.save(path)
    assert told(read(path)) == [("Lijsten", "hidden_sheet")]


def test_an_organisation_merged_over_several_rows_counts_for_each(tmp_path: Path) -> None:
    rows: Cells = [
        ["Partnerschap", "Naam", "E-mail"],
        ["De Linde", "Anna Bos", "anna@x.example"],
        [None, "Bram Vos", "bram@x.example"],
        [None, "Cor Das", "cor@x.example"],
    ]
    path = save(tmp_path, {"Blad1": rows})
    assert told(read(path)) == [
        ("Blad1, row 3, Partnerschap (A3)", "organisation_missing"),
        ("Blad1, row 4, Partnerschap (A4)", "organisation_missing"),
    ]
    book = load_workbook(path)
    book["Blad1"].merge_cells("A2:A4")
    book.save(path)
    assert [each[:2] for each in functions(read(path))] == [
        ("anna@x.example", "De Linde"), ("bram@x.example", "De Linde"), ("cor@x.example", "De Linde"),
    ]  # fmt: skip


def test_columns_that_are_not_kept_are_said_and_unknown_ones_can_be_left_out(tmp_path: Path) -> None:
    rows: Cells = [["Naam", "E-mail", "Postcode", "Schoenmaat"], ["Anna Bos", "anna@x.example", "1234 AB", 38]]
    path = save(tmp_path, {"Personen": rows, "Kladblok": [["iets"]]})
    assert told(read(path)) == [
        ("Personen, row 1, Schoenmaat (D1)", "unknown_heading"),
        ("Kladblok", "unknown_sheet"),
        ("Personen", "not_kept"),
    ]
    assert told(read(path, without=["schoenmaat", "kladblok"])) == [("Personen", "not_kept")]


def test_an_example_row_is_not_read(tmp_path: Path) -> None:
    rows: Cells = [["Naam", "E-mail", "Opmerking"], ["Anna Bos", "anna@x.example", "voorbeeld, wordt niet ingelezen"]]
    assert people(read(save(tmp_path, {"Personen": rows}))) == []


# one list of everything -----------------------------------------------------------------------------------------------


def test_several_people_stand_in_numbered_columns_or_in_columns_of_a_role(tmp_path: Path) -> None:
    numbered = "Organisatie;Contactpersoon 1;E-mail 1;Contactpersoon 2;E-mail 2;Functie 2\r\n"
    numbered += (
        "De Linde;Anna Bos;anna@x.example;Bram Vos;bram@x.example;schrijver\r\nDe Wulp;Cor Das;cor@x.example\r\n"
    )
    assert functions(read(text(tmp_path, numbered))) == [
        ("anna@x.example", "De Linde", "contact"),
        ("cor@x.example", "De Wulp", "contact"),
        ("bram@x.example", "De Linde", "writer"),
    ]
    by_role = "Partnerschap;Contactpersoon;E-mail;Penvoerder;E-mail penvoerder\r\n"
    by_role += "De Linde;Anna Bos;anna@x.example;Bram Vos;bram@x.example\r\n"
    assert functions(read(text(tmp_path, by_role))) == [
        ("anna@x.example", "De Linde", "contact"), ("bram@x.example", "De Linde", "signatory"),
    ]  # fmt: skip


def test_one_person_in_several_organisations_and_the_other_way_round(tmp_path: Path) -> None:
    content = LIST + "De Wulp;Ré Bos;RE@linde.example\r\nDe Linde;Bram Vos;bram@x.example\r\n"
    reading = read(text(tmp_path, content))
    assert people(reading) == [("Ré Bos", "re@linde.example"), ("Bram Vos", "bram@x.example")]
    assert [each[1] for each in functions(reading)] == ["De Linde", "De Wulp", "De Linde"]
    assert told(reading) == []


def test_rows_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    content = "Organisatie;Vakantieregio;Naam;E-mail\r\nDe Linde;Noord;Anna Bos;a@x.example\r\n"
    content += "De Linde;Zuid;Bram Vos;b@x.example\r\nDe Wulp;;Cor Das;A@x.example\r\n"
    reading = read(text(tmp_path, content))
    assert told(reading) == [
        ("lijst.csv, row 3, Vakantieregio (B3)", "contradicts"), ("lijst.csv, row 4, E-mail (D4)", "address_twice"),
    ]  # fmt: skip
    assert functions(reading) == [("a@x.example", "De Linde", "contact")]


def test_a_bad_cell_makes_its_whole_row_bad(tmp_path: Path) -> None:
    content = "Organisatie;Naam;E-mail;Functie\r\nDe Linde;Anna Bos;a@x.example;directeur\r\n"
    content += "De Linde;Bram Vos;b@x.example;schrijver\r\n"
    reading = read(text(tmp_path, content))
    assert told(reading) == [("lijst.csv, row 2, Functie (D2)", "bad_choice")]
    assert (people(reading), len(functions(reading))) == ([("Bram Vos", "b@x.example")], 1)
    assert len(functions(read(text(tmp_path, content), without=["Functie"]))) == 2


def test_somebody_whose_first_row_is_bad_comes_from_the_next(tmp_path: Path) -> None:
    content = "Organisatie;Naam;E-mail;Functie\r\nDe Linde;Anna Bos;a@x.example;directeur\r\n"
    content += "De Wulp;Anna Bos;a@x.example;schrijver\r\n"
    reading = read(text(tmp_path, content))
    assert told(reading) == [("lijst.csv, row 2, Functie (D2)", "bad_choice")]
    assert (organisations(reading), people(reading)) == ([("De Wulp", None, None)], [("Anna Bos", "a@x.example")])
    assert functions(reading) == [("a@x.example", "De Wulp", "writer")]


def test_rows_that_are_right_complete_each_other_and_a_bad_one_adds_nothing(tmp_path: Path) -> None:
    content = "Organisatie;Hoort bij;Vakantieregio;Naam;E-mail\r\nDe Iep;;;Cor Das;c@x.example\r\n"
    content += "De Linde;De Eik;;Anna Bos;a@x.example\r\nDe Linde;;Noord;Bram Vos;b@x\r\n"
    content += "De Linde;;;Dirk Mol;d@x.example\r\nDe Linde;De Iep;;Eva Kok;e@x.example\r\n"
    content += "De Wulp;;;Fie Bos;f@x.example\r\nDe Wulp;;Midden;Gijs Vos;g@x.example\r\n"
    reading = read(text(tmp_path, content))
    assert told(reading) == [
        ("lijst.csv, row 3, Hoort bij (B3)", "unknown_organisation"),
        ("lijst.csv, row 4, E-mail (E4)", "bad_address"),
        ("lijst.csv, row 6, Hoort bij (B6)", "contradicts"),
    ]
    assert organisations(reading) == [("De Iep", None, None), ("De Linde", None, None), ("De Wulp", None, "Midden")]
    assert [email for _, email in people(reading)] == ["c@x.example", "d@x.example", "f@x.example", "g@x.example"]


@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["A", "a", "B"]),
            st.sampled_from(["", "", "A", "D"]),
            st.sampled_from(["", "Noord", "Noord", "West"]),
            st.just("Anna Bos"),
            st.sampled_from(["a@x.example", "b@x.example", "c@x.example", "d@"]),
            st.sampled_from(["", "schrijver", "directeur"]),
        ),
        max_size=6,
    )
)
@example(rows=[("A", "", "", "Anna Bos", "d@", ""), ("a", "", "", "Bram Vos", "b@x.example", "")])
def test_whatever_is_wrong_the_good_rows_name_nobody_who_is_not_there(rows: list[tuple[str, ...]]) -> None:
    with TemporaryDirectory() as folder:
        lines = [("Organisatie", "Hoort bij", "Vakantieregio", "Naam", "E-mail", "Functie"), *rows]
        reading = read(text(Path(folder), "\r\n".join(map(";".join, lines))))
    if reading.good is None:
        return
    names = [normal(name or "") for name, _, _ in organisations(reading)]
    addresses = [email for _, email in people(reading)]
    assert (len(set(names)), len(set(addresses))) == (len(names), len(addresses))
    assert {normal(above) for _, above, _ in organisations(reading) if above} <= set(names)
    assert {(normal(place or ""), email) for email, place, _ in functions(reading)} <= set(product(names, addresses))
    bad = {each.row for each in (*reading.problems, *reading.dropped)}
    said = {normal(row[0]): at for at, row in enumerate(rows, start=2) if row[0] and at not in bad}
    assert set(said) <= set(names)


# cells ----------------------------------------------------------------------------------------------------------------


def test_days_are_read_day_first_and_doubtful_ones_are_said(tmp_path: Path) -> None:
    head = "E-mail;Organisatie;Functie;Vanaf\r\n"
    rows = "".join(f"a@x.example;De Linde;peer;{day}\r\n" for day in ("01/09/2027", "09/22/2028"))
    reading = read([text(tmp_path, LIST + "De Linde;A Bos;a@x.example\r\n"), text(tmp_path, head + rows, name="f.csv")])
    assert told(reading) == [
        ("f.csv, row 3, Vanaf (D3)", "month_first"), ("f.csv, row 2, Vanaf (D2)", "day_first"),
    ]  # fmt: skip
    assert "“01/09/2027” was read as 2027-09-01" in reading.remarks[-1].says()
    assert [could_be_american(each) for each in ("01-09-2027", "1/1/2027", "13/1/2027", "1/9/2027")] == [
        False, False, False, True,
    ]  # fmt: skip


def test_a_day_kept_as_a_number_follows_the_calendar_of_its_workbook(tmp_path: Path) -> None:
    rows: Cells = [["Vergadering", "Datum"], ["commissievergadering", 46499]]
    path = save(tmp_path, {"Vergaderdagen": rows})
    for shift, expected in ((False, date(2027, 4, 22)), (True, date(2031, 4, 23))):
        book = load_workbook(path)
        if shift:
            book.epoch = CALENDAR_MAC_1904
        book.save(path)
        reading = read(path)
        assert reading.workbook is not None
        assert reading.workbook.meetings[0].day("day") == expected


def test_a_formula_is_read_by_the_value_that_was_saved_with_it(tmp_path: Path) -> None:
    path = save(tmp_path, {"Personen": [["Naam", "E-mail"], ["Anna Bos", '=LOWER("A@X.EXAMPLE")']]})
    assert told(read(path)) == [("Personen, row 2, E-mail (B2)", "formula_without_value")]
    packed = {name: ZipFile(path).read(name) for name in ZipFile(path).namelist()}
    sheet = (
        packed["xl/worksheets/sheet1.xml"]
        .replace(b"<v />", b"<v>a@x.example</v>")
        .replace(b"<v></v>", b"<v>a@x.example</v>")
    )
    sheet = sheet.replace(b'<c r="B2">', b'<c r="B2" t="str">')
    with ZipFile(path, "w") as target:
        for name, content in (packed | {"xl/worksheets/sheet1.xml": sheet}).items():
            target.writestr(name, content)
    assert people(read(path)) == [("Anna Bos", "a@x.example")]


def test_numbers_that_excel_made_of_phones_and_ids_are_mended_or_refused() -> None:
    assert [phone(cell) for cell in (612345678.0, 31612345678, "06-12345678", "+31 (0)6 123 456 78 tst. 12")] == [
        "0612345678", "+31612345678", "06-12345678", "+31 (0)6 123 456 78 tst. 12",
    ]  # fmt: skip
    assert [own_number(cell) for cell in (1001.0, 1001, "1001,0", "A-12", "007")] == [
        "1001",
        "1001",
        "1001",
        "A-12",
        "007",
    ]
    assert [number(cell) for cell in ("1.200", "120,0", "120,00", 7.0)] == [1200, 120, 120, 7]
    assert [informal(cell) for cell in ("je", "u", "ja", "nee", True)] == [True, False, True, False, True]
    bad: Sequence[tuple[Callable[[object], object], object]] = (
        (own_number, "1,00123E+05"), (phone, "06-12345678 / 030-1234567"), (phone, "bellen!"), (number, "1,200"),
        (number, "12,5"), (informal, "soms"), (day, 12.5), (day, "1-9-27"),
    )  # fmt: skip
    for reads, cell in bad:
        with pytest.raises(CellRefused):
            reads(cell)


def test_several_addresses_in_a_cell_are_refused_with_a_sentence_of_their_own(tmp_path: Path) -> None:
    for cell in ("a@x.example; b@x.example", "a@x.example,b@x.example", "a@x.example of b@x.example", "a@x.nl b@x.nl"):
        reading = read(save(tmp_path, {"Personen": [["Naam", "E-mail"], ["A Bos", cell]]}))
        assert [each.key for each in reading.problems] == ["several_addresses"], cell


# bounds ---------------------------------------------------------------------------------------------------------------


def test_a_workbook_that_unpacks_to_too_much_is_refused_unopened(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with ZipFile(path, "w", ZIP_DEFLATED) as target, target.open("xl/worksheets/sheet1.xml", "w") as sheet:
        for _ in range(60):
            sheet.write(b"0" * 1024 * 1024)
    assert path.stat().st_size < 100_000
    assert [each.key for each in read(path).problems] == ["file_too_large"]


def test_entities_that_multiply_are_refused(tmp_path: Path) -> None:
    path = save(tmp_path, {"Personen": [["Naam", "E-mail"], ["A Bos", "a@x.example"]]})
    packed = {name: ZipFile(path).read(name) for name in ZipFile(path).namelist()}
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "0123456789">{entities}]><x>&e9;</x>'
    with ZipFile(path, "w") as target:
        for name, content in (packed | {"xl/worksheets/sheet1.xml": bomb.encode()}).items():
            target.writestr(name, content)
    assert [each.key for each in read(path).problems] == ["file_unreadable"]


def test_a_cell_far_to_the_right_or_far_below_costs_nothing(tmp_path: Path) -> None:
    book = Workbook()
    page = book.worksheets[0]
    page.title = "Personen"
    for row in [["Naam", "E-mail"], ["Anna Bos", "a@x.example"]]:
        page.append(row)
    page.cell(row=3, column=16384).value = "x"
    page.cell(row=1_048_576, column=1).value = "* einde"
    book.save(tmp_path / "wide.xlsx")
    reading = read(tmp_path / "wide.xlsx")
    assert (people(reading), told(reading)) == (
        [("Anna Bos", "a@x.example")], [("Personen, row 1048576 (A1048576)", "note_beneath")],
    )  # fmt: skip


def test_the_list_of_everything_has_no_double_words_and_nothing_is_both_kept_and_not() -> None:
    words = [normal(word) for column in contacts().columns for word in {normal(each) for each in column.words}]
    assert len(words) == len(set(words))
    known = {normal(word) for sheet in (*sheets(), contacts()) for column in sheet.columns for word in column.words}
    assert known & not_kept() == set()


# ja and nee below a role ----------------------------------------------------------------------------------------------


def test_a_column_of_a_role_with_ja_and_nee_says_who_has_it(tmp_path: Path) -> None:
    content = "Organisatie;Voornaam;Achternaam;E-mailadres;Contactpersoon;Penvoerder?;Functie\r\n"
    content += "De Linde;Anna;Bos;anna@x.example;ja;nee;\r\nDe Linde;Bram;Vos;bram@x.example;nee;x;schrijver\r\n"
    content += "De Linde;Cor;Das;cor@x.example;ja;ja;contact\r\nDe Linde;Dia;Ree;dia@x.example;nee;;\r\n"
    reading = read(text(tmp_path, content))
    assert functions(reading) == [
        ("anna@x.example", "De Linde", "contact"),
        ("bram@x.example", "De Linde", "writer"), ("bram@x.example", "De Linde", "signatory"),
        ("cor@x.example", "De Linde", "contact"), ("cor@x.example", "De Linde", "signatory"),
    ]  # fmt: skip
    assert len(people(reading)) == 4
    (remark,) = [each for each in reading.remarks if each.key == "no_function"]
    assert (remark.row, str(remark.values["who"])) == (5, "“Dia Ree”")


def test_nobody_is_called_ja(tmp_path: Path) -> None:
    content = "Partnerschap;Contactpersoon;E-mailadres\r\nDe Linde;ja;anna@x.example\r\nDe Linde;nee;bram@x.example\r\n"
    assert [where for where, key in told(read(text(tmp_path, content))) if key == "heading_missing"] != []


def test_who_of_several_in_one_row_has_a_role_cannot_be_ticked(tmp_path: Path) -> None:
    content = "Organisatie;Contactpersoon 1;E-mail 1;Contactpersoon 2;E-mail 2;Penvoerder\r\n"
    content += "De Linde;Anna Bos;anna@x.example;Bram Vos;bram@x.example;ja\r\n"
    assert [key for _, key in told(read(text(tmp_path, content)))] == ["ticks_for_several"]


def test_a_cell_below_a_role_that_is_neither_ja_nor_nee_is_named_and_so_is_a_ja_of_nobody(tmp_path: Path) -> None:
    content = "Organisatie;Naam;E-mailadres;Penvoerder\r\nDe Linde;Anna Bos;anna@x.example;ja\r\n"
    content += "De Linde;Bram Vos;bram@x.example;misschien\r\nDe Linde;;;ja\r\n"
    assert told(read(text(tmp_path, content))) == [
        ("lijst.csv, row 3, Penvoerder (D3)", "bad_yes_no"), ("lijst.csv, row 4, Penvoerder (D4)", "tick_of_nobody"),
    ]  # fmt: skip


def test_a_column_of_a_role_that_is_still_empty_hinders_nobody(tmp_path: Path) -> None:
    content = "Organisatie;Naam;E-mailadres;Functie;Penvoerder\r\nDe Linde;Anna Bos;anna@x.example;schrijver;\r\n"
    assert functions(read(text(tmp_path, content))) == [("anna@x.example", "De Linde", "writer")]


@pytest.mark.parametrize("cell", ["Penvoerder, voorzitter", "penvoerder en voorzitter", "Penvoerder / voorzitter"])
def test_several_functions_may_stand_in_one_cell(tmp_path: Path, cell: str) -> None:
    content = f"Organisatie;Naam;E-mail;Functie\r\nDe Linde;Anna Bos;anna@x.example;{cell}\r\n"
    assert functions(read(text(tmp_path, content))) == [
        ("anna@x.example", "De Linde", "signatory"), ("anna@x.example", "De Linde", "chair"),
    ]  # fmt: skip


def test_a_cell_with_a_function_that_is_not_known_is_refused_whole(tmp_path: Path) -> None:
    content = "Organisatie;Naam;E-mail;Functie\r\nDe Linde;Anna Bos;anna@x.example;Penvoerder, tuinman\r\n"
    reading = read(text(tmp_path, content))
    assert [key for _, key in told(reading)] == ["bad_choice"]
    assert "Penvoerder, tuinman" in str(reading.problems[0])
