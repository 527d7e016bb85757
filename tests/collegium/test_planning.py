"""What does an import change of organisations, functions and days, and what does it leave alone and say?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from collegium.importing.intended import Intended
from collegium.importing.report import Report
from collegium.workbook import Directory, plan, read, write
from engine.directory import Absence, Membership
from storage.people import SqlPeople
from tests.collegium.workbooks import SMALL, Cells, directory, save

TODAY = date(2027, 3, 1)
ANNA, BRAM = "anna.bos@linde.example", "bram.vos@wulp.example"
LINDE, WULP = "Partnerschap De Linde", "Partnerschap De Wulp"


@dataclass(frozen=True)
class Place:
    """A directory, and what imports say of it."""

    people: SqlPeople
    folder: Path

    def planned(self, sheets: Mapping[str, Cells]) -> Intended:
        known = Directory.of(self.people, "office")
        reading = read(save(self.folder, sheets), known=known)
        assert reading.workbook is not None, [str(each) for each in reading.problems]
        found = plan(reading.workbook, known, secretariat="office", today=TODAY)
        assert found.problems == ()
        return found.intended

    def bring_in(self, sheets: Mapping[str, Cells]) -> Report:
        intended = self.planned(sheets)
        write(intended, self.people, now=datetime.combine(TODAY, time(), UTC))
        return intended.report

    def functions(self, email: str) -> set[tuple[str, str, date | None, date | None]]:
        names = {each.id: each.name for each in self.people.organisations("office")}
        person = next(each for each in self.people.persons("office") if each.email == email)
        held = self.people.memberships(person=person.id)
        return {(each.role, names[each.organisation], each.since, each.until) for each in held}


@contextmanager
def a_place() -> Iterator[Place]:
    with directory() as (people, _), TemporaryDirectory() as folder:
        place = Place(people, Path(folder))
        place.bring_in(SMALL)
        yield place


def functions_of(*rows: tuple[object, ...]) -> dict[str, Cells]:
    head = ("E-mail", "Organisatie", "Functie", "Vanaf", "Tot en met")
    return {"Functies": [head, *rows]}


def keys(report: Report) -> list[tuple[str, str]]:
    return [(each.what, one.key) for each in report.entries for one in each.sentences]


def test_a_new_employer_ends_the_same_function_the_day_before() -> None:
    for since, last in ((None, date(2027, 2, 28)), (date(2027, 8, 1), date(2027, 7, 31))):
        with a_place() as place:
            report = place.bring_in(functions_of((ANNA, WULP, "contactpersoon", since)))
            assert place.functions(ANNA) == {
                ("contact", LINDE, None, last), ("contact", WULP, since or TODAY, None),
            }  # fmt: skip
            assert keys(report) == [("created", "moved")]
            assert place.bring_in(functions_of((ANNA, WULP, "contactpersoon", since))).changes == 0


def test_a_second_place_that_is_named_beside_the_first_ends_nothing() -> None:
    with a_place() as place:
        place.bring_in(functions_of((ANNA, LINDE, "contactpersoon"), (ANNA, WULP, "contactpersoon")))
        assert place.functions(ANNA) == {("contact", LINDE, None, None), ("contact", WULP, None, None)}


def test_another_function_or_a_body_ends_nothing() -> None:
    with a_place() as place:
        place.bring_in({"Organisaties": [["Naam", "Soort"], ["Commissie", "instelling"]]})
        place.bring_in(functions_of((ANNA, "Commissie", "contactpersoon"), (BRAM, LINDE, "kritische vriend")))
        assert ("contact", LINDE, None, None) in place.functions(ANNA)
        assert place.functions(BRAM) == {("peer", WULP, None, None), ("friend", LINDE, None, None)}


def test_other_functions_at_the_old_place_stay_and_are_named() -> None:
    with a_place() as place:
        place.bring_in(functions_of((ANNA, LINDE, "schrijver")))
        report = place.bring_in(functions_of((ANNA, WULP, "contactpersoon")))
        assert keys(report) == [("created", "moved"), ("created", "still_there")]
        assert ("writer", LINDE, None, None) in place.functions(ANNA)


def test_a_function_that_is_over_does_not_begin_again_by_itself() -> None:
    with a_place() as place:
        place.bring_in(functions_of((ANNA, LINDE, "contactpersoon", None, date(2027, 1, 31))))
        report = place.bring_in(functions_of((ANNA, LINDE, "contactpersoon")))
        assert (report.changes, keys(report)) == (0, [("unchanged", "function_is_over")])
        place.bring_in(functions_of((ANNA, LINDE, "contactpersoon", date(2027, 4, 1))))
        assert place.functions(ANNA) == {
            ("contact", LINDE, None, date(2027, 1, 31)), ("contact", LINDE, date(2027, 4, 1), None),
        }  # fmt: skip


def test_an_organisation_with_a_number_may_change_its_name() -> None:
    head = ["Naam", "Nummer"]
    with a_place() as place:
        place.bring_in({"Organisaties": [head, [LINDE, "1001"]]})
        report = place.bring_in({"Organisaties": [head, ["Partnerschap De Lindeboom", 1001]]})
        assert [(each.what, [change.says("nl") for change in each.changes]) for each in report.entries] == [
            ("changed", [f"Naam: {LINDE} -> Partnerschap De Lindeboom"])
        ]
        assert len(place.people.organisations("office")) == 3
        assert place.functions(ANNA) == {("contact", "Partnerschap De Lindeboom", None, None)}


def test_a_new_organisation_that_looks_like_a_known_one_is_told() -> None:
    with a_place() as place:
        report = place.bring_in({"Organisaties": [["Naam"], ["Partnerschap De Lynde"]]})
        assert keys(report) == [("created", "looks_like")]


@pytest.mark.parametrize("name", ["Partnerschap De Reiger", "De Brug", "Stichting De Reiger"])
def test_common_words_make_no_organisation_look_like_another(name: str) -> None:
    with a_place() as place:
        report = place.bring_in({"Organisaties": [["Naam"], [name]]})
        assert (report.data()["organisations"]["created"], keys(report)) == (1, [])


def test_who_is_not_in_the_file_is_counted_and_left_alone() -> None:
    with a_place() as place:
        before = place.people.persons("office")
        report = place.bring_in({"Personen": [["Naam", "E-mail"], ["Anna Bos", ANNA]]})
        assert [each.email for each in report.not_in_file] == [BRAM]
        assert place.people.persons("office") == before


def test_somebody_away_has_a_substitute_and_a_mobile_number_counts_without_a_phone() -> None:
    sheets: dict[str, Cells] = {
        "Personen": [["Naam", "E-mail", "Telefoon", "Mobiel"], ["Anna Bos", ANNA, None, 612345678.0]],
        "Afwezigheid": [["E-mail", "Eerste dag", "Laatste dag", "Vervanger"], [ANNA, "1-3-2027", "5-3-2027", BRAM]],
    }
    with a_place() as place:
        place.bring_in(sheets)
        assert place.bring_in(sheets).changes == 0
        people = {each.email: each for each in place.people.persons("office")}
        assert people[ANNA].phone == "0612345678"
        assert people[ANNA].absences == (
            Absence(first=date(2027, 3, 1), last=date(2027, 3, 5), substitute=people[BRAM].id),
        )


def test_a_name_in_parts_is_put_together_and_one_in_full_taken_apart() -> None:
    head = ["Aanhef", "Voornaam", "Voorletters", "Tussenvoegsel", "Achternaam", "Naam", "E-mail", "Tutoyeren"]
    rows: Cells = [
        head,
        ["Mw.", "Petra", "P.", "van der", "Berg", None, "a@x.example", "ja"],
        [None, None, "J.", None, "de Vries", None, "b@x.example", None],
        [None, None, None, None, None, "Hart, dr. Jan 't", "c@x.example", "nee"],
        [None, None, None, None, "Das", "Cor", "d@x.example", None],
    ]
    with a_place() as place:
        place.bring_in({"Personen": rows})
        people = {each.email[0]: each for each in place.people.persons("office") if each.email.endswith("x.example")}
        assert [
            (each.name, each.title, each.given, each.infix, each.family, each.informal)
            for each in (people[letter] for letter in "abcd")
        ] == [
            ("Petra van der Berg", "mevrouw", "Petra", "van der", "Berg", True),
            ("J. de Vries", "", "J.", "de", "Vries", False),
            ("Jan 't Hart", "dr.", "Jan", "'t", "Hart", False),
            ("Cor Das", "", "Cor", "", "Das", False),
        ]


def test_a_plan_holds_every_membership_that_it_will_write() -> None:
    with a_place() as place:
        intended = place.planned(functions_of((ANNA, WULP, "contactpersoon")))
        anna = intended.by_address[ANNA]
        old, new = intended.by_name[LINDE.casefold()], intended.by_name[WULP.casefold()]
        assert intended.memberships == [
            Membership(person=anna, organisation=old, role="contact", until=date(2027, 2, 28)),
            Membership(person=anna, organisation=new, role="contact", since=TODAY),
        ]
