"""Does an import name all that is wrong, import nothing then, and change nothing the second time?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from importlib.resources import files
from itertools import count
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from collegium.importing.addresses import address
from collegium.importing.cells import fact, number, validity, yes_no
from collegium.importing.columns import LANGUAGES, NO_SHEETS, normal, problem_texts, sheets
from collegium.importing.dates import day
from collegium.importing.problems import CellRefused
from collegium.importing.telling import count_lines
from collegium.workbook import Directory, Reading, Report, apply, organisation_id, read, reference, template
from engine.directory import Membership, TieRecord
from storage.people import SqlPeople
from tests.collegium.workbooks import MEMBERSHIPS, ORGANISATIONS, PEOPLE, SMALL, Cells, directory, save

TODAY = date(2026, 9, 7)
ANNA = "p1"
LINDE = organisation_id("office", "Partnerschap De Linde")


def keys(reading: Reading) -> list[tuple[str, int, str, str]]:
    return [(each.sheet, each.row, each.column, each.key) for each in reading.problems]


def reading_of(folder: Path, changed: Mapping[str, Cells]) -> Reading:
    return read(save(folder, {**SMALL, **changed}))


def imported(folder: Path, people: SqlPeople, changed: Mapping[str, Cells]) -> Report:
    reading = read(save(folder, {**SMALL, **changed}), known=Directory.of(people, "office"))
    assert reading.workbook is not None, [str(each) for each in reading.problems]
    numbers = count(len(people.persons("office")) + 1)
    return apply(reading.workbook, people, "office", today=TODAY, new_id=lambda: f"p{next(numbers)}")


def test_a_row_without_an_address_is_named_and_nothing_is_imported(tmp_path: Path) -> None:
    reading = reading_of(tmp_path, {"Personen": [*PEOPLE, ["Cor Das", "  "]]})
    assert reading.workbook is None
    assert [(each.place(), each.says()) for each in reading.problems] == [
        (
            "Personen, row 4, E-mailadres (B4)",
            "“Cor Das” has no e-mail address, so no mail can reach him or her. "
            "Fill in the address or take out the row.",
        )
    ]
    assert reading.problems[0].says("nl").startswith("“Cor Das” heeft geen e-mailadres")
    assert reading.problems[0].place("nl") == "Personen, rij 4, E-mailadres (B4)"


def test_three_bad_rows_among_two_hundred_are_all_named(tmp_path: Path) -> None:
    rows = [[f"Persoon {number}", f"persoon{number}@school.example"] for number in range(200)]
    rows[20][1] = "persoon20(at)school.example"
    rows[90][0] = ""
    rows[150][1] = rows[10][1].upper()
    reading = reading_of(tmp_path, {"Personen": [*PEOPLE, *rows]})
    assert keys(reading) == [
        ("Personen", 24, "E-mailadres", "bad_address"),
        ("Personen", 94, "Naam", "empty"),
        ("Personen", 154, "E-mailadres", "address_twice"),
    ]
    assert reading.workbook is None


def test_bad_rows_can_be_skipped_with_what_refers_to_them(tmp_path: Path) -> None:
    organisations = [*ORGANISATIONS, ["De Iep", None, None, "Oost"], ["De Iep Zuid", "onderdeel", "De Iep"]]
    memberships = [*MEMBERSHIPS, ["anna.bos@linde.example", "De Iep", "schrijver"]]
    changed = {"Organisaties": organisations, "Functies": memberships}
    reading = reading_of(tmp_path, changed)
    assert keys(reading) == [("Organisaties", 5, "Vakantieregio", "bad_choice")]
    assert [(each.place(), each.key) for each in reading.dropped] == [
        ("Organisaties, row 6, Hoort bij (C6)", "dropped_organisation"),
        ("Functies, row 4, Organisatie (B4)", "dropped_organisation"),
    ]
    assert (reading.workbook, reading.good is not None) == (None, True)
    assert reading.good is not None
    assert [row.text("name") for row in reading.good.organisations] == [row[0] for row in ORGANISATIONS[1:]]
    assert len(reading.good.memberships) == 2


def test_a_name_that_stands_twice_keeps_its_first_row_when_bad_rows_are_skipped(tmp_path: Path) -> None:
    reading = reading_of(tmp_path, {"Organisaties": [*ORGANISATIONS, ["partnerschap de  linde"]]})
    assert keys(reading) == [("Organisaties", 5, "Naam", "organisation_twice")]
    assert reading.good is not None
    assert len(reading.good.memberships) == 2


def test_the_same_workbook_twice_changes_nothing(tmp_path: Path) -> None:
    with directory() as (people, _):
        first = imported(tmp_path, people, {})
        revision = people.revision()
        second = imported(tmp_path, people, {})
        assert first.data() == {
            "organisations": {"created": 3, "changed": 0, "unchanged": 0},
            "people": {"created": 2, "changed": 0, "unchanged": 0},
            "memberships": {"created": 2, "changed": 0, "unchanged": 0},
        }
        assert (second.changes, people.revision()) == (0, revision)
        assert next(count_lines(second, "nl")) == "Organisaties: 0 nieuw, 0 gewijzigd, 3 gelijk"


def test_a_typo_in_a_heading_or_sheet_suggests_the_nearest(tmp_path: Path) -> None:
    people = [["Naam", "Emialadres", "E-mailadres"], ["Anna Bos", "x", "anna.bos@linde.example"]]
    reading = read(save(tmp_path, {"Organisaties": ORGANISATIONS, "Personnen": people, "Personen": people}))
    assert [each.says() for each in reading.problems] == [
        "The sheet “Personnen” is not known, so it would not be imported. Did you mean “Personen”?",
        "The column “Emialadres” is not known, so its content would be lost. Did you mean “Emailadres”? "
        "Or leave it out with --without “Emialadres”.",
    ]


def test_headings_are_needed_once_each_and_above_all_content(tmp_path: Path) -> None:
    people: Cells = [["Naam", "Naam", None, "Taal"], ["Anna Bos", "Anna", "anna.bos@linde.example", "nl"]]
    reading = read(save(tmp_path, {"Personen": people}))
    assert [(each.key, each.cell) for each in reading.problems[:3]] == [
        ("heading_twice", "B1"),
        ("heading_missing", ""),
        ("content_without_heading", "C1"),
    ]


def test_unknown_organisations_people_and_words_come_with_the_nearest(tmp_path: Path) -> None:
    rows = [["anna.bos@linde.exmple", "Partnerschap De Lind", "contactpersoom", None, None]]
    reading = reading_of(tmp_path, {"Functies": [["E-mail", "Organisatie", "Rol"], *(row[:3] for row in rows)]})
    assert [each.says() for each in reading.problems] == [
        "“contactpersoom” is not known. Did you mean “contact”?",
        "There is nobody with the address “anna.bos@linde.exmple”. Did you mean “anna.bos@linde.example”? "
        "Or give the person a row on the sheet People.",
        "There is no organisation “Partnerschap De Lind”. Did you mean “Partnerschap De Linde”? "
        "Or give it a row on the sheet Organisations.",
    ]
    region = reading_of(tmp_path, {"Organisaties": [*ORGANISATIONS, ["De Iep", None, None, "Oost"]]})
    assert region.problems[0].says("nl") == "“Oost” is niet bekend. Bekend zijn: Noord, Midden, Zuid."


def test_further_roles_are_taken_from_the_caller(tmp_path: Path) -> None:
    path = save(tmp_path, {**SMALL, "Functies": [MEMBERSHIPS[0], [PEOPLE[1][1], "Partnerschap De Linde", "friend_of"]]})
    assert read(path).workbook is None
    assert read(path, more={"roles": {"friend_of": ()}}).workbook is not None


def test_a_role_may_be_named_by_its_label_in_a_process_and_is_refused_where_that_means_two(tmp_path: Path) -> None:
    row = [PEOPLE[1][1], "Partnerschap De Linde", "Gids"]
    path = save(tmp_path, {**SMALL, "Functies": [MEMBERSHIPS[0], row]})
    found = read(path, more={"roles": {"guide": ["gids", "Guide"]}}).good
    assert found is not None
    assert [each.values["role"] for each in found.memberships] == ["guide"]
    (problem,) = read(path, more={"roles": {"guide": ["gids"], "leader": ["Gids"]}}).problems
    assert problem.says("en") == "“Gids” may mean more than one thing. Write one of these names: guide, leader."


def test_english_names_of_sheets_and_columns_are_understood(tmp_path: Path) -> None:
    english = {
        "organisations": [["Name", "kind"], ["De Linde", "Partnership"]],
        "People": [["Name", "E-mail address", "Language"], ["Anna", "anna@linde.example", "English"]],
        "Memberships": [["Person", "Organisation", "Role"], ["anna@linde.example", "DE LINDE", "Contact"]],
    }
    reading = read(save(tmp_path, english))
    assert reading.problems == ()
    assert reading.workbook is not None
    assert reading.workbook.people[0].values["language"] == "en"


def test_periods_absences_and_circles_are_checked(tmp_path: Path) -> None:
    reading = reading_of(
        tmp_path,
        {
            "Organisaties": [*ORGANISATIONS, ["Noot", None, "Mies"], ["Mies", None, "Noot"]],
            "Functies": [
                ["E-mailadres", "Organisatie", "Functie", "Vanaf", "Tot en met"],
                ["anna.bos@linde.example", "Partnerschap De Linde", "peer", "1-9-2026", "1-8-2026"],
                ["anna.bos@linde.example", "Partnerschap De Linde", "contact", None, "2026-07-31"],
                ["anna.bos@linde.example", "Partnerschap De Linde", "contact", "2026-08-01", None],
                ["anna.bos@linde.example", "Partnerschap De Linde", "contact", "2027-01-01", None],
            ],
            "Afwezigheid": [
                ["E-mailadres", "Organisatie", "Eerste dag", "Laatste dag"],
                ["anna.bos@linde.example", "Partnerschap De Linde", "2027-01-04", None],
                [None, None, "2027-01-04", None],
                [None, "Partnerschap De Linde", "2027-01-04", "2072-01-08"],
            ],
        },
    )
    assert [(sheet, row, key) for sheet, row, _, key in keys(reading)] == [
        ("Organisaties", 5, "part_of_itself"),
        ("Organisaties", 6, "part_of_itself"),
        ("Functies", 2, "period_reversed"),
        ("Functies", 5, "periods_overlap"),
        ("Afwezigheid", 2, "one_of_two"),
        ("Afwezigheid", 3, "one_of_two"),
        ("Afwezigheid", 4, "period_too_long"),
    ]


def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "people.pdf"
    text.write_text("%PDF-1.7")
    packed = tmp_path / "people.zip.xlsx"
    with ZipFile(packed, "w") as target:
        target.writestr("a.txt", "nothing")
    assert [each.key for each in read(tmp_path / "none.xlsx").problems] == ["file_missing"]
    assert [each.key for each in read(text).problems] == ["file_unreadable"]
    assert [each.key for each in read(packed).problems] == ["file_unreadable"]
    assert [each.key for each in read(save(tmp_path, {"Organisaties": []})).problems] == ["nothing_there"]


def test_a_file_or_heading_that_is_wrong_cannot_be_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed: dict[str, Cells] = {
        "Personen": [["Naam", "E-mailadres", "Schoenmaat"], ["Anna Bos", "anna.bos@linde.example", 38]]
    }
    reading = reading_of(tmp_path, changed)
    assert (keys(reading), reading.good) == ([("Personen", 1, "Schoenmaat", "unknown_heading")], None)
    twice = read(save(tmp_path, {"Personen": PEOPLE, "People": PEOPLE}))
    assert [each.key for each in twice.problems] == ["sheet_twice"]
    monkeypatch.setattr("collegium.importing.pages.MOST_ROWS", 1)
    assert ("Functies", 3, "", "too_many_rows") in keys(reading_of(tmp_path, {}))
    monkeypatch.setattr("collegium.importing.pages.LARGEST_MB", 0)
    assert [each.key for each in reading_of(tmp_path, {}).problems] == ["file_too_large"]


def test_texts_have_a_length_and_days_a_range(tmp_path: Path) -> None:
    organisations = [*ORGANISATIONS, ["A" * 301, None, None, None]]
    away = [["Organisatie", "Eerste dag"], ["Partnerschap De Linde", "1-1-2207"], ["Partnerschap De Wulp", "snel"]]
    reading = reading_of(tmp_path, {"Organisaties": organisations, "Afwezigheid": away})
    assert keys(reading) == [
        ("Organisaties", 5, "Naam", "too_long"),
        ("Afwezigheid", 2, "Eerste dag", "date_out_of_range"),
        ("Afwezigheid", 3, "Eerste dag", "bad_date"),
    ]


def test_a_formula_is_not_evaluated(tmp_path: Path) -> None:
    reading = reading_of(tmp_path, {"Personen": [*PEOPLE, ["Cor Das", '="cor@das.example"'], ["#REF!", "x@y.example"]]})
    assert keys(reading) == [
        ("Personen", 4, "E-mailadres", "formula_without_value"),
        ("Personen", 5, "Naam", "formula_error"),
    ]


@pytest.mark.parametrize(
    "cell",
    [
        date(2027, 4, 22),
        datetime.combine(date(2027, 4, 22), time(0)),
        "2027-04-22",
        "22-4-2027",
        "22/04/2027",
        " 22 april 2027",
        46499,
        "April 22, 2027",
        "22-4-2027 0:00",
        "do 22 apr. 2027",
    ],
)
def test_a_day_may_be_written_in_many_ways(cell: object) -> None:
    assert day(cell) == date(2027, 4, 22)


@pytest.mark.parametrize(
    "cell", ["22-4-27", "31-2-2027", "2027", "46499", 999999, 46499.5, True, "22 foo 2027", "voorjaar", "1-1-1889"]
)
def test_what_is_no_day_is_not_guessed(cell: object) -> None:
    with pytest.raises(CellRefused):
        day(cell)


def test_a_number_in_a_text_is_refused_with_the_day_that_a_spreadsheet_would_make_of_it() -> None:
    with pytest.raises(CellRefused) as refused:
        day("46000")
    assert (refused.value.key, refused.value.values["day"]) == ("number_for_day", "2025-12-09")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("  Anna.Bos@Linde.EXAMPLE ", "Anna.Bos@linde.example"),
        ("mailto:a+b@c-d.example", "a+b@c-d.example"),
        ("Anna Bos <anna@linde.example>", "anna@linde.example"),
        ("anna@linde.example.", "anna@linde.example"),
        ("anna@linde.example;", "anna@linde.example"),
        ("anna@bücher.example", "anna@xn--bcher-kva.example"),
    ],
)
def test_an_address_is_trimmed_and_its_domain_lowered(cell: str, expected: str) -> None:
    assert address(cell) == expected


@pytest.mark.parametrize(
    "cell",
    [
        "anna",
        "anna@linde",
        "anna bos@linde.example",
        "anna@@linde.example",
        ".anna@linde.example",
        "anna@-linde.example",
        "anna@linde,example",
        "anné@linde.example",
        "anna@linde.example; bram@wulp.example",
        "a" * 65 + "@linde.example",
    ],
)
def test_what_is_no_address_is_refused(cell: str) -> None:
    with pytest.raises(CellRefused):
        address(cell)


def test_other_cells_hold_what_their_column_takes() -> None:
    assert [yes_no(cell) for cell in ("Ja", "nee", "YES", True, "x")] == [True, False, True, True, True]
    assert [validity(cell) for cell in ("ja", "nee", "2030-01-01")] == [True, False, date(2030, 1, 1)]
    assert [number(cell) for cell in (12, 12.0, " 12 ")] == [12, 12, 12]
    assert [fact(cell) for cell in ("12", "1-9-2026", "Stichting A")] == [12, date(2026, 9, 1), "Stichting A"]
    for refuses, cell in ((yes_no, "misschien"), (validity, "vaak"), (number, "-3"), (number, 1.5), (number, True)):
        with pytest.raises(CellRefused):
            refuses(cell)


def test_records_hold_what_the_cells_say(tmp_path: Path) -> None:
    headings = ["Naam", "Hoort bij", "Sector", "Vorig bezoek", "Aantal studenten", "Kenmerk bestuur"]
    people = ["Naam", "E-mailadres", "Taal", "Deskundigheid", "Paneltraining geldig tot", "Training ehbo", "Bereikbaar"]
    changed: dict[str, Cells] = {
        "Organisaties": [
            headings,
            ["Partnerschap De Linde", "Onderwijsregio Duinrand", "po", "15-4-2021", 120, "Stichting A"],
            ["Partnerschap De Wulp", None, None, None, None, None],
            ["Onderwijsregio Duinrand", None, None, None, None, None],
        ],
        "Personen": [
            people,
            ["Anna Bos", PEOPLE[1][1], "en", "inductie, onderzoek", "2030-01-01", "ja", "nee"],
            PEOPLE[2],
        ],
        "Banden": [["E-mail", "Organisatie", "Reden"], [PEOPLE[1][1], "Partnerschap De Wulp", "zus werkt er"]],
    }
    with directory() as (store, _):
        imported(tmp_path, store, changed)
        linde, anna = store.organisation(LINDE), store.person(ANNA)
        assert linde is not None
        assert linde.part_of == organisation_id("office", "Onderwijsregio Duinrand")
        assert linde.facts == {
            "previous_visit": date(2021, 4, 15),
            "students_served": 120,
            "bestuur": "Stichting A",
            "sector": "po",
        }
        assert anna is not None
        assert (anna.language, anna.reachable, anna.expertise) == ("en", False, ("induction", "research"))
        assert anna.trainings == {"training": date(2030, 1, 1), "ehbo": None}
        wulp = organisation_id("office", "Partnerschap De Wulp")
        assert store.ties(ANNA) == [TieRecord(person=ANNA, organisation=wulp, reason="zus werkt er")]


def test_the_region_is_a_fact_of_all_that_belongs_to_it(tmp_path: Path) -> None:
    with directory() as (people, _):
        imported(
            tmp_path, people, {"Organisaties": [*ORGANISATIONS, ["De Linde Oost", "onderdeel", ORGANISATIONS[2][0]]]}
        )
        facts = {each.name: each.facts.get("region") for each in people.organisations("office")}
        assert facts == {
            "Onderwijsregio Duinrand": "Onderwijsregio Duinrand",
            "Partnerschap De Linde": "Onderwijsregio Duinrand",
            "De Linde Oost": "Onderwijsregio Duinrand",
            "Partnerschap De Wulp": None,
        }


def test_an_empty_cell_leaves_what_is_stored(tmp_path: Path) -> None:
    rows: Cells = [
        ["Naam", "E-mailadres", "Taal", "Paneltraining geldig tot"],
        ["Anna Bos", PEOPLE[1][1], "en", "ja"],
        PEOPLE[2],
    ]
    with directory() as (people, _):
        imported(tmp_path, people, {"Personen": rows})
        assert imported(tmp_path, people, {}).changes == 0
        taken_back: Cells = [rows[0], ["Anna Bos", PEOPLE[1][1], None, "nee"], PEOPLE[2]]
        assert imported(tmp_path, people, {"Personen": taken_back}).data()["people"]["changed"] == 1
        anna = people.person(ANNA)
        assert anna is not None
        assert (anna.language, anna.trainings) == ("en", {})


def test_a_new_address_replaces_the_old_one_and_keeps_the_person(tmp_path: Path) -> None:
    memberships: Cells = [
        MEMBERSHIPS[0],
        ["anna@nieuw.example", "Partnerschap De Linde", "contactpersoon"],
        MEMBERSHIPS[2],
    ]
    moved: dict[str, Cells] = {
        "Personen": [
            ["Naam", "E-mailadres", "Vorig e-mailadres"],
            ["Anna Bos", "anna@nieuw.example", PEOPLE[1][1]],
            PEOPLE[2],
        ],
        "Functies": memberships,
    }
    with directory() as (people, _):
        imported(tmp_path, people, {})
        report = imported(tmp_path, people, moved)
        assert report.data()["people"] == {"created": 0, "changed": 1, "unchanged": 1}
        assert imported(tmp_path, people, moved).changes == 0
        anna = people.person(ANNA)
        assert anna is not None
        assert anna.email == "anna@nieuw.example"
        old = imported(tmp_path, people, {})  # a workbook of before does not bring the old address back
        kept = [(each.who, one.key) for each in old.entries for one in each.sentences]
        assert (old.changes, kept) == (0, [("Anna Bos", "address_kept")])


def test_a_name_that_was_changed_elsewhere_is_left_so(tmp_path: Path) -> None:
    with directory() as (people, _):
        imported(tmp_path, people, {})
        linde = people.organisation(LINDE)
        assert linde is not None
        people.put_organisation(replace(linde, name="Partnerschap De Lindeboom"))
        reading = read(save(tmp_path, SMALL))
        assert reading.workbook is not None
        report = apply(reading.workbook, people, "office", today=TODAY)
        assert report.changes == 0
        assert [one.says("en") for each in report.entries for one in each.sentences] == [
            "“Partnerschap De Linde” is called “Partnerschap De Lindeboom” by now; the name was left so."
        ]


def test_a_first_day_that_becomes_known_ends_what_stood_there(tmp_path: Path) -> None:
    dated: Cells = [[*MEMBERSHIPS[0], "Vanaf"], [*MEMBERSHIPS[1], "2026-08-01"], MEMBERSHIPS[2]]
    with directory() as (people, _):
        imported(tmp_path, people, {})
        imported(tmp_path, people, {"Functies": dated})
        assert imported(tmp_path, people, {"Functies": dated}).changes == 0
        before = Membership(person=ANNA, organisation=LINDE, role="contact", until=date(2026, 7, 31))
        now = replace(before, since=date(2026, 8, 1), until=None)
        assert people.memberships(person=ANNA) == [before, now]


def test_absences_and_meetings_are_added_and_taken_back(tmp_path: Path) -> None:
    def sheets_with(cancelled: str | None) -> Mapping[str, Cells]:
        away: Cells = [["Organisatie", "Eerste dag", "Laatste dag", "Reden", "Vervallen"]]
        meetings: Cells = [["Vergadering", "Datum", "Vervallen"], ["commissievergadering", "2026-09-24", None]]
        return {
            "Afwezigheid": [*away, ["Partnerschap De Linde", "2027-02-08", "2027-02-09", "Carnaval", cancelled]],
            "Vergaderdagen": [*meetings, ["committee_day", date(2026, 10, 22), cancelled]],
        }

    with directory() as (people, gates):
        for cancelled, changes, days in ((None, 3, 2), (None, 0, 2), ("ja", 2, 1)):
            reading = read(save(tmp_path, {**SMALL, **sheets_with(cancelled)}))
            assert reading.workbook is not None
            if changes == 3:
                imported(tmp_path, people, {})
            assert apply(reading.workbook, people, "office", today=TODAY, gates=gates).changes == changes
            assert len(gates.gate("office", "committee_day")) == days
            linde = people.organisation(LINDE)
            assert linde is not None
            assert len(linde.closing_days) == days - 1


def test_who_is_known_already_need_not_stand_in_the_workbook(tmp_path: Path) -> None:
    only = save(tmp_path, {"Functies": [MEMBERSHIPS[0], [PEOPLE[2][1], "Partnerschap De Linde", "schrijver"]]})
    with directory() as (people, _):
        assert [each.key for each in read(only).problems] == ["unknown_person", "unknown_organisation"]
        imported(tmp_path, people, {})
        only = save(tmp_path, {"Functies": [MEMBERSHIPS[0], [PEOPLE[2][1], "Partnerschap De Linde", "schrijver"]]})
        reading = read(only, known=Directory.of(people, "office"))
        assert reading.workbook is not None
        assert apply(reading.workbook, people, "office", today=TODAY).data() == {
            "memberships": {"created": 1, "changed": 0, "unchanged": 0}
        }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_template_has_every_column_and_reads_without_problems(tmp_path: Path, language: str) -> None:
    path = tmp_path / "template.xlsx"
    path.write_bytes(template(language))
    reading = read(path)
    assert reading.problems == ()
    assert reading.workbook is not None
    assert len(reading.workbook) == 0
    book = load_workbook(path)
    assert book.sheetnames == [NO_SHEETS[language], *(sheet.says[language] for sheet in sheets())]
    for sheet in sheets():
        head = next(book[sheet.says[language]].iter_rows(max_row=1))
        assert [cell.value for cell in head] == [column.says[language] for column in sheet.columns]
        assert all(cell.comment is not None for cell in head)


def test_the_shipped_template_is_that_of_the_table() -> None:
    shipped = load_workbook(str(files("collegium") / "data" / "template.xlsx"))
    assert [[cell.value for cell in page[1]] for page in shipped.worksheets[1:]] == [
        [column.says["nl"] for column in sheet.columns] for sheet in sheets()
    ]


def test_the_table_has_no_double_words_and_the_reference_names_every_column() -> None:
    for sheet in sheets():
        for language in LANGUAGES:
            assert all(f"| {column.says[language]} |" in reference(language) for column in sheet.columns)
        words = [normal(word) for column in sheet.columns for word in {normal(each) for each in column.words}]
        assert len(words) == len(set(words))
        for column in sheet.columns:
            names = [word for choice in column.choices for word in {normal(each) for each in choice.words}]
            assert len(names) == len(set(names)), column.field
    assert all(set(texts) == set(LANGUAGES) for texts in problem_texts().values())
