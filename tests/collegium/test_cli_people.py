"""`people`: does an office get its people in and out again, from the lists that it has?"""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from collegium.demo import people_workbook
from storage.unit_of_work import SqlStore
from tests.builders.definitions import SMALL_REVIEW
from tests.collegium.command_line import HOST, SHEETS, Office, a_new_office, a_writing_office, an_office_with_a_case
from tests.collegium.workbooks import Cells, save

PEOPLE = list(SHEETS["Personen"])
CONTACTS = ["Organisatie", "Soort", "Voornaam", "Achternaam", "E-mail", "Rol"]


def with_people(folder: Path, *rows: list[object]) -> Path:
    """The office's own workbook with some more rows of people."""
    return save(folder, {**SHEETS, "Personen": [*PEOPLE, *rows]})


def in_csv(folder: Path, *lines: str, encoding: str = "cp1252", name: str = "lijst.csv") -> Path:
    """A list as a Dutch Excel saves it."""
    path = folder / name
    path.write_bytes("\r\n".join([*lines, ""]).encode(encoding))
    return path


def test_the_same_workbook_twice_changes_nothing(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    path = save(tmp_path, SHEETS)
    assert office.lines("people", "import", path) == [
        "Organisations: 0 created, 0 changed, 3 unchanged",
        "People: 0 created, 0 changed, 6 unchanged",
        "Memberships: 0 created, 0 changed, 7 unchanged",
        "Nothing changed: all of it was known already.",
    ]
    facts = office.json("people", "import", path)
    assert (facts["imported"], facts["counts"]["people"]) == (False, {"created": 0, "changed": 0, "unchanged": 6})
    assert [facts[part] for part in ("created", "changed", "asked", "refused", "not_in_file", "cases")] == [[]] * 6


def test_a_dry_run_tells_and_changes_nothing(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    path = with_people(tmp_path, ["Nieuw", "nieuw@linde.example"])
    for _ in range(2):
        lines = office.lines("people", "import", path, "--dry-run")
        assert "People: 1 created, 0 changed, 6 unchanged" in lines
        assert lines[-1] == "This was a dry run: nothing was changed."
    office.run("people", "import", path)
    assert "People: 0 created, 0 changed, 7 unchanged" in office.lines("people", "import", path, "--dry-run")


def test_a_workbook_with_three_bad_rows_among_two_hundred_names_them_and_imports_nothing(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    rows: list[list[object]] = [[f"Persoon {number}", f"persoon{number}@school.example"] for number in range(200)]
    rows[20][1] = "persoon20(at)school.example"
    rows[90][0] = ""
    rows[150][1] = "PERSOON10@school.example"
    path = with_people(tmp_path, *rows)
    found = office.run("people", "import", path, "--language", "nl", code=1)
    assert [line.strip().partition(":")[0] for line in found.stderr.splitlines() if "Personen" in line] == [
        "Personen, rij 28, E-mailadres (B28)",
        "Personen, rij 98, Naam (A98)",
        "Personen, rij 158, E-mailadres (B158)",
    ]
    assert found.stdout.splitlines()[-1].startswith("Er is niets ingelezen.")
    assert len(office.json("people", "list")) == 6
    office.run("people", "import", path, "--good-rows")
    assert len(office.json("people", "list")) == 6 + 197


def test_an_organisation_whose_first_row_is_bad_comes_from_its_next_row(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    rows = [
        CONTACTS,
        ["Org A", "partnerschap", "Anna", "Bos", "geen adres", "contactpersoon"],
        ["Org A", "partnerschap", "Piet", "Vos", "piet@a.example", "contactpersoon"],
    ]
    path = save(tmp_path, {"Contacten": rows})
    for words in (["--dry-run"], []):
        found = office.run("people", "import", path, *words, code=1)
        assert [line.strip() for line in found.stderr.splitlines() if "row" in line and "Contacten" in line] == [
            "Contacten, row 2, E-mail (E2): “geen adres” is no e-mail address to which mail can go. "
            "An address looks like name@school.nl, without blanks or accents."
        ]
    assert len(office.json("people", "list")) == 6
    facts = office.json("people", "import", path, "--good-rows")
    assert [(each["kind"], each["who"], each["row"]) for each in facts["created"]] == [
        ("organisations", "Org A", 3), ("people", "Piet Vos", 3), ("memberships", "Piet Vos, contact, Org A", 3),
    ]  # fmt: skip
    assert office.json("people", "show", "piet@a.example")["functions"] == ["contact, Org A"]
    assert len(office.json("people", "list")) == 6 + 1


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_contact_list_with_three_bad_rows_among_two_hundred_names_them_and_imports_nothing(
    tmp_path: Path, kind: str
) -> None:
    office = a_new_office(tmp_path)
    rows = [
        [f"School {at // 20}", "opleidingsschool", "Persoon", f"Nummer{at}", f"persoon{at}@school.example", "schrijver"]
        for at in range(200)
    ]
    rows[0][4] = "geen adres"  # the first row of its school
    rows[40][5] = "directeur"  # so is this one
    rows[150][4] = ""
    if kind == "xlsx":
        path, sheet = save(tmp_path, {"Contacten": [CONTACTS, *rows]}), "Contacten"
    else:
        path, sheet = in_csv(tmp_path, *(";".join(row) for row in [CONTACTS, *rows])), "lijst.csv"
    for words in (["--dry-run"], []):
        found = office.run("people", "import", path, "--language", "nl", *words, code=1)
        assert [line.strip().partition(":")[0] for line in found.stderr.splitlines() if f"{sheet}, rij" in line] == [
            f"{sheet}, rij 2, E-mail (E2)", f"{sheet}, rij 42, Rol (F42)", f"{sheet}, rij 152, E-mail (E152)",
        ]  # fmt: skip
    assert found.stdout.splitlines()[-1].startswith("Er is niets ingelezen.")
    assert len(office.json("people", "list")) == 6
    facts = office.json("people", "import", path, "--good-rows")
    assert {what: each["created"] for what, each in facts["counts"].items()} == {
        "organisations": 10, "people": 197, "memberships": 197,
    }  # fmt: skip
    assert len(office.json("people", "list")) == 6 + 197


def test_a_csv_from_a_dutch_excel_imports_as_it_is(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    path = in_csv(
        tmp_path,
        "Contactpersonen ronde 2027;;;;;",
        ";;;;;",
        "Opleidingsschool;Aanhef;Naam;E-mailadres;Mobiel;Tutoyeren",
        'De Iep;mevrouw;"Berg, Petra van der";Petra@Iep.example;06-12345678;ja',
        "De Iep;dhr.;René Café;rene@iep.example;;nee",
        ";;;;;",
        "* bijgewerkt op 1-9-2026;;;;;",
    )
    office.run("people", "import", path)
    people = {each["email"]: (each["name"], each["functions"]) for each in office.json("people", "list")}
    assert people["Petra@iep.example"] == ("Petra van der Berg", ["De Iep (contact)"])
    assert people["rene@iep.example"] == ("René Café", ["De Iep (contact)"])
    assert office.lines("people", "import", path)[-1] == "Nothing changed: all of it was known already."


def test_a_changed_address_is_the_same_person_and_another_place_is_asked_about(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    path = in_csv(
        tmp_path,
        "Organisatie;Naam;E-mail",
        f"{HOST};Anna Bos;anna.bos@nieuw.example",
        "De Iep;Bram Vos;bram@iep.example",
    )
    facts = office.json("people", "import", path, code=1)
    assert [(each["who"], each["changes"][0]["old"], each["changes"][0]["new"]) for each in facts["changed"]] == [
        ("Anna Bos", "anna@linde.example", "anna.bos@nieuw.example")
    ]
    assert [(each["who"], each["answer"], each["could_be"]) for each in facts["asked"]] == [
        ("Bram Vos", "3", [{"name": "Bram Vos", "email": "bram@wulp.example", "works_at": "Partnerschap De Wulp"}])
    ]
    office.run("people", "import", path, "--same", "3=bram@wulp.example")
    shown = office.json("people", "show", "bram@iep.example")
    assert shown["functions"] == [
        "contact, Partnerschap De Wulp until 2027-02-28",
        "contact, De Iep from 2027-03-01",
    ]
    again = office.json("people", "import", path)
    assert (again["imported"], again["counts"]["people"]["unchanged"]) == (False, 2)


def test_an_answer_that_fits_no_row_is_refused(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    path = in_csv(tmp_path, "Organisatie;Naam;E-mail", "De Iep;Bram Vos;bram@iep.example")
    assert office.refused("people", "import", path, "--new", "12") == ["'12' is no row of people in these files"]
    assert office.refused("people", "import", path, "--same", "2") == [
        "Say who it is: 2=ADDRESS, such as 12=anna@school.nl"
    ]


def test_the_report_is_also_a_workbook(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    path = with_people(tmp_path, ["=cmd|' /C calc'!A0", "piet"], ["Nieuw", "nieuw@linde.example"])
    report = tmp_path / "report.xlsx"
    office.run("people", "import", path, "--report", report, "--language", "nl", code=1)
    rows = [[cell for cell in row if cell] for row in load_workbook(report).worksheets[0].iter_rows(values_only=True)]
    assert rows[0][:4] == ["Wat", "Bestand", "Blad", "Rij"]
    assert [row[:6] for row in rows[1:3]] == [
        ["Geweigerd", "people.xlsx", "Personen", 8, "A8", "Naam"],
        ["Geweigerd", "people.xlsx", "Personen", 8, "B8", "E-mailadres"],
    ]
    assert [row[0] for row in rows[3:]] == ["Nieuw"]


def test_an_address_in_other_letters_is_found_and_shown_as_it_was_typed(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    typed, wire = "jan@straße.example", "jan@xn--strae-oqa.example"
    path = in_csv(tmp_path, "Organisatie;Naam;E-mail;Functie", f"{HOST};Jan Straat;{typed};schrijver")
    office.run("people", "import", path)
    for address in (typed, wire, "JAN@STRASSE.example".replace("SS", "ß")):
        assert office.lines("people", "show", address)[0] == f"Jan Straat <{typed}>"
        assert office.json("people", "show", address)["email"] == wire
    assert any(typed in line for line in office.lines("people", "list"))
    assert office.refused("people", "show", "jen@straße.example") == [
        f"Nobody has the address 'jen@straße.example'. Did you mean {typed}?"
    ]


def test_a_bare_number_in_a_csv_is_no_day(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    path = in_csv(tmp_path, "E-mail;Organisatie;Functie;Vanaf", f"anna@linde.example;{HOST};schrijver;46000")
    refused = office.run("people", "import", path, code=1, env={"COLLEGIUM_LANGUAGE": "nl"})
    told = " ".join((refused.stdout + refused.stderr).split())
    assert "“46000” is een getal en geen dag. In een rekenblad zou het 2025-12-09 zijn" in told


def test_an_export_can_be_imported_again(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    office.run("people", "away", "anna@linde.example", "2027-04-01", "2027-04-09", "--substitute", "sam@linde.example")
    for language in ("nl", "en"):
        file = tmp_path / f"{language}.xlsx"
        office.run("people", "export", file, "--language", language)
        assert office.lines("people", "import", file)[-1] == "Nothing changed: all of it was known already."
    office.run("people", "export", tmp_path / "nl.xlsx", code=2)
    office.run("people", "export", tmp_path / "nl.csv", code=2)


def test_the_template_imports_nothing(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    file = tmp_path / "template.xlsx"
    office.run("people", "template", file, "--language", "en")
    assert office.lines("people", "import", file) == ["Nothing changed: all of it was known already."]


def test_a_role_of_a_process_has_its_label_in_reports_and_lists_and_is_found_by_it(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    rows = [["E-mailadres", "Organisatie", "Functie"], ["olga@bureau.example", "Bureau Peerreview", "Liaison officer"]]
    file = save(tmp_path, {"Functies": rows})
    created = "Functies, rij 2: Olga Ooms, verbindingsfunctionaris, Bureau Peerreview"
    assert created in office.lines("people", "import", file, "--language", "nl", "--dry-run")
    assert "Functies, row 2: Olga Ooms, liaison officer, Bureau Peerreview" in office.lines("people", "import", file)
    for word in ("liaison_officer", "Verbindingsfunctionaris", "liaison officer"):
        (olga,) = office.json("people", "list", "--role", word)
        assert sorted(olga["functions"]) == ["Bureau Peerreview (liaison officer)", "Bureau Peerreview (office)"]
    assert "functies: verbindingsfunctionaris, Bureau Peerreview" in " ".join(
        office.lines("--language", "nl", "people", "show", "Olga Ooms")
    )


def test_a_word_that_is_nearly_a_role_is_asked_for_by_its_label(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    rows = [["E-mailadres", "Organisatie", "Functie"], ["olga@bureau.example", "Bureau Peerreview", "zorgcoordinator"]]
    file = save(tmp_path, {"Functies": rows})
    told = office.run("people", "import", file, "--language", "nl", code=1).stderr
    assert "“zorgcoordinator” is niet bekend. Bedoelt u “procescoördinator”?" in told


def test_what_a_row_is_refused_for_leads_to_what_helps(tmp_path: Path) -> None:
    office = Office(folder=tmp_path)
    office.run("init", "--name", "Bureau Peerreview", "--email", "bureau@bureau.example")
    place = "Partnerschap De Linde"
    rows: list[list[object]] = [
        ["E-mailadres", "Organisatie", "Functie", "Vanaf"],
        ["olga@bureau.example", "Bureau Peerreview", "medewerker bureau", None],
        ["wie@linde.example", place, "contactpersoon", None],
        ["ana@linde.example", place, "contactpersoon", None],
        ["anna@linde.example", place, "schrijver", "2026-08-01"],
        ["anna@linde.example", place, "schrijver", "2026-10-01"],
    ]
    people = [["Naam", "E-mailadres"], ["Anna Bos", "anna@linde.example"], ["Olga Ooms", "olga@bureau.example"]]
    sheets: dict[str, Cells] = {
        "Organisaties": [["Naam", "Soort"], [place, "partnerschap"]],
        "Personen": people,
        "Functies": rows,
    }
    found = office.run("people", "import", save(tmp_path, sheets), "--language", "nl", code=1).stderr
    assert [line.strip().partition(": ")[2] for line in found.splitlines() if "rij " in line] == [
        "Het bureau zelf heeft ook een rij nodig: geef “Bureau Peerreview” een rij op het blad Organisaties, met "
        "Soort bureau.",
        "Er is niemand met het adres “wie@linde.example”. Bekend zijn: anna@linde.example, olga@bureau.example. Of "
        "geef de persoon een rij op het blad Personen.",
        "Er is niemand met het adres “ana@linde.example”. Bedoelt u “anna@linde.example”? Of geef de persoon een "
        "rij op het blad Personen.",
        "Deze functie staat ook op rij 5, in een periode die hiermee overlapt. Vul bij de eerste Tot en met in, of "
        "haal een van beide rijen weg.",
    ]


def test_a_word_that_is_no_role_is_refused_with_the_roles_there_are(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    rows = [["E-mailadres", "Organisatie", "Functie"], ["olga@bureau.example", "Bureau Peerreview", "kok"]]
    told = office.run("people", "import", save(tmp_path, {"Functies": rows}), "--language", "nl", code=1).stderr
    assert "“kok” is niet bekend. Bekend zijn: contactpersoon, bestuurlijk verantwoordelijke, schrijver, " in told


def test_people_are_listed_by_role_place_and_what_is_the_matter(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    office.run("people", "change", "bram@wulp.example", "--unreachable", "--mail-language", "en")
    office.run("people", "away", "anna@linde.example", "2027-03-01", "2027-03-05")

    def names(*words: str) -> list[str]:
        return sorted(each["name"] for each in office.json("people", "list", *words))

    assert names("--role", "contact") == ["Anna Bos", "Bram Vos"]
    assert names("--organisation", "De Linde") == ["Anna Bos", "Sam Smit"]
    assert names("--organisation", "De Linde", "--role", "contactpersoon") == ["Anna Bos"]
    assert names("--unreachable") == names("--mail-language", "en") == ["Bram Vos"]
    assert names("--away") == ["Anna Bos"]
    assert office.lines("people", "list", "--role", "chair") == ["There is nobody like that."]
    assert office.refused("people", "list", "--role", "contatc") == [
        "There is no role 'contatc'. Did you mean contact?"
    ]


def test_whoever_goes_away_learns_what_stands_in_their_calendar_meanwhile(tmp_path: Path) -> None:
    office, folder = a_new_office(tmp_path), shutil.copytree(SMALL_REVIEW, tmp_path / "small_review")
    process = folder / "process.yaml"
    text = process.read_text(encoding="utf-8")
    assert text.count("asks: reflection,") == 1
    process.write_text(text.replace("asks: reflection,", "asks: reflection, invite: visit,"), encoding="utf-8")
    office.run("launch", folder, "--name", "R", "--hosts", HOST)
    office.run("act", HOST, "take", "begin", "--answer", "day=2027-06-15")
    for who, last, found in (("anna", "2027-06-15", True), ("anna", "2027-06-14", False), ("sam", "2027-06-15", False)):
        lines = office.lines("people", "away", f"{who}@linde.example", "2027-06-14", last)
        assert any("Day of the visit is on Tue 2027-06-15" in line for line in lines) is found


def test_a_row_of_a_list_that_says_what_another_one_said_is_named(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    row = f"{HOST};Wim Achterberg;wim@linde.example;schrijver"
    other = f"{HOST};Ria Blok;ria@linde.example;schrijver"  # of the same organisation: that is no repetition
    path = in_csv(tmp_path, "Organisatie;Naam;E-mail;Functie", row, other, row, row.replace("schrijver", "peer"))
    facts = office.json("people", "import", path, "--dry-run")
    assert [(each["row"], each["says"]) for each in facts["good_to_know"] if each["row"]] == [
        (4, "This row says the same as row 2: together they count as one.")
    ]
    assert facts["counts"]["memberships"] == {"created": 3, "changed": 0, "unchanged": 0}


def test_a_leave_that_is_imported_tells_what_falls_in_it_as_the_command_does(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    sheet = {
        "Afwezigheid": [["E-mail", "Eerste dag", "Laatste dag"], ["anna@linde.example", "2027-05-17", "2027-05-18"]]
    }
    path = save(tmp_path, sheet)
    (said,) = [line for line in office.lines("people", "import", path, "--dry-run") if " is away from " in line]
    told = office.lines("people", "away", "anna@linde.example", "2027-05-17", "2027-05-18")
    assert said == f"Anna Bos is away from Mon 2027-05-17 to Tue 2027-05-18: {told[1]}"
    assert "Write a short reflection is due on Tue 2027-05-18" in said
    assert not [line for line in office.lines("people", "import", path) if " is away from " in line]  # it is known


def test_a_new_address_counts_as_reachable_again(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    office.run("people", "change", "anna@linde.example", "--unreachable")
    assert office.lines("people", "change", "anna@linde.example", "--email", "anna@nieuw.example") == [
        "email: anna@linde.example -> anna@nieuw.example",
        "Anna Bos was changed.",
    ]
    assert office.json("people", "show", "anna@nieuw.example")["mail"] == "reaches this address"
    assert office.refused("people", "change", "anna@nieuw.example", "--email", "bram@wulp.example") == [
        "Can't change Anna Bos:", "- The address bram@wulp.example is that of Bram Vos",
    ]  # fmt: skip
    office.run("people", "change", "anna@nieuw.example", code=2)


def test_whoever_goes_away_learns_which_tasks_are_due_meanwhile_and_can_come_back(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    lines = office.lines("people", "away", "anna@linde.example", "2027-03-01", "2027-03-31", "--why", "verlof")
    assert lines[0] == "Anna Bos is away from Mon 2027-03-01 to Wed 2027-03-31."
    assert lines[1].startswith(f"Takes part in 1 more running case, in which nothing is due meanwhile: {HOST} (")
    assert lines[-1].startswith("Dates stay as they are until: collegium act CASE recalculate")
    assert office.at("2027-03-10T09:00").lines("people", "back", "anna@linde.example") == [
        "Anna Bos is back: the absence of Mon 2027-03-01 to Wed 2027-03-31 is over."
    ]
    assert office.json("people", "show", "anna@linde.example")["absences"] == [
        "away Mon 2027-03-01 to Tue 2027-03-09 (verlof)"
    ]
    assert office.refused("people", "back", "sam@linde.example") == ["Sam Smit is not away today"]
    assert office.refused("people", "away", "anna@linde.example", "2027-03-05", "2027-03-01")[1] == (
        "- the last day (Mon 2027-03-01) lies before the first (Fri 2027-03-05)"
    )


def test_a_new_employer_names_the_running_cases(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    path = in_csv(tmp_path, "Organisatie;Naam;E-mail", "De Iep;Anna Bos;anna@linde.example")
    facts = office.json("people", "import", path, "--dry-run", "--language", "nl")
    assert facts["cases"] == [f"Anna Bos doet mee in de lopende zaak van {HOST}."]
    assert [each["says"] for each in facts["created"] if each["kind"] == "memberships"] == [
        [f"Nieuwe werkgever vanaf 2027-03-01: dezelfde functie bij “{HOST}” eindigt op 2027-02-28."]
    ]


def test_who_may_no_longer_sit_on_a_panel_is_named_before_anything_is_imported(tmp_path: Path) -> None:
    office, host = Office(folder=tmp_path), "Partnerschap De Meidoorn"
    office.run("init", "--name", "Bureau Peerreview", "--email", "bureau@bureau.example")
    office.run("people", "import", people_workbook())
    office.run("launch", "development-review", "--name", "Ronde", "--hosts", host)
    address = "wim.achterberg@partnerschap-de-walnoot.example"
    office.run("act", host, "assign", "peer", address)
    path = in_csv(tmp_path, "Organisatie;Naam;E-mail;Functie", f"{host};Wim Achterberg;{address};peer")
    facts = office.json("people", "import", path, "--dry-run", "--language", "nl")
    begin = f"Let op: Wim Achterberg is lid van of kandidaat voor het panel van {host}, en mag dat niet meer zijn: "
    assert facts["cases"] == [
        f"{begin}werkt bij de ontvanger.",
        f"{begin}werkt in de onderwijsregio van de ontvanger.",
    ]
    assert office.json("people", "show", address)["functions"] == [
        "peer, Partnerschap De Walnoot", "reserve member, Partnerschap De Walnoot",
    ]  # fmt: skip


def test_what_mail_has_flagged_stays_flagged_until_there_is_a_new_address(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    with closing(SqlStore(f"sqlite:///{office.database}")) as store, store.write() as work:
        anna = next(each for each in work.people.persons("office") if each.email == "anna@linde.example")
        since = datetime(2027, 2, 1, 9, tzinfo=UTC)
        dead = replace(anna, reachable=False, unreachable_since=since, unreachable_why="5.1.1")
        work.people.put_person(dead)
        work.commit()
    path = in_csv(tmp_path, "Naam;E-mailadres;Bereikbaar", "Anna Bos;anna@linde.example;ja")
    assert "Blijft onbereikbaar" in office.run("people", "import", path, "--language", "nl").stdout
    assert office.json("people", "show", "anna@linde.example")["mail"] == (
        "no mail reaches this address since Mon 2027-02-01: 5.1.1"
    )
    path = in_csv(tmp_path, "Organisatie;Naam;E-mailadres", f"{HOST};Anna Bos;anna@nieuw.example")
    office.run("people", "import", path)
    assert office.json("people", "show", "anna@nieuw.example")["mail"] == "reaches this address"


def test_the_history_keeps_numbers_and_nobodys_name(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    path = with_people(tmp_path, ["Geheim Persoon", "geheim@linde.example"])
    office.run("people", "import", path)
    with closing(SqlStore(f"sqlite:///{office.database}")) as store, store.read() as work:
        event = work.stream("import:office")[-1].event
    assert event.data == {
        "files": 1,
        "left_out": 0,
        "organisations": {"created": 0, "changed": 0, "unchanged": 3},
        "people": {"created": 1, "changed": 0, "unchanged": 6},
        "memberships": {"created": 0, "changed": 0, "unchanged": 7},
    }
    office.run("verify")


def test_several_files_are_read_as_one(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    people = in_csv(tmp_path, "Naam,E-mailadres", "Cor Das,cor@iep.example", encoding="utf-8", name="personen.csv")
    functions = in_csv(
        tmp_path, "E-mail\tOrganisatie\tFunctie", f"cor@iep.example\t{HOST}\tschrijver", encoding="utf-16", name="f.csv"
    )
    office.run("people", "import", people, functions)
    assert office.json("people", "show", "cor das")["functions"] == [f"writer, {HOST}"]
    bad = in_csv(tmp_path, "Naam;E-mailadres", "Cor Das;cor", name="bad.csv")
    assert office.run("people", "import", bad, functions, code=1).stderr.splitlines()[2].startswith(
        "  bad.csv, row 2, E-mailadres (B2): “cor” is no e-mail address"
    )  # fmt: skip


def test_each_case_of_somebody_who_goes_away_is_told_once_and_the_same_tasks_together(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    lines = office.lines("--language", "nl", "people", "away", "anna@linde.example", "2027-05-01", "2027-05-31")
    assert lines[0] == "Anna Bos is afwezig van za 2027-05-01 tot en met ma 2027-05-31."
    assert lines[1].startswith(f"{HOST} (")
    assert lines[1].endswith("): Korte reflectie schrijven moet af op di 2027-05-18")
    assert len(lines) == 3


def test_whoever_goes_away_with_something_late_hears_that_too(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path).at("2027-05-24T09:00")
    lines = office.lines("people", "away", "anna@linde.example", "2027-06-01", "2027-06-11")
    assert lines[1].endswith("): Write a short reflection is due on Tue 2027-05-18 (late)")
    assert not any("nothing is due" in line for line in lines)


def test_two_people_of_one_name_are_both_named_with_what_tells_them_apart(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    office.run("people", "change", "bram@wulp.example", "--name", "Anna Bos")
    who = f"Anna Bos <anna@linde.example>, {HOST}; Anna Bos <bram@wulp.example>, Partnerschap De Wulp"
    (told,) = office.refused("people", "show", "anna bos")
    assert told == f"2 people are called “anna bos”: {who}. Name one by the e-mail address."
    (dutch,) = office.refused("--language", "nl", "people", "show", "Anna Bos")
    assert dutch == f"2 personen heten “Anna Bos”: {who}. Noem er een met het e-mailadres."
    assert office.json("people", "show", "bram@wulp.example")["email"] == "bram@wulp.example"
    (part,) = office.refused("people", "show", "Bos")
    assert part == f"“Bos” could be 2 people: {who}. Name one by the whole name or the e-mail address."
