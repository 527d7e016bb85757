"""Does an export say what was known? Imported again it changes nothing, and fills an empty place alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from collegium.importing.cells import shown, value_of
from collegium.importing.columns import sheets
from collegium.importing.template import workbook_bytes
from collegium.workbook import Directory, apply, export, plan, read
from engine.directory import PersonRecord
from storage.definitions import SqlDefinitions
from storage.people import SqlPeople
from tests.collegium.workbooks import OFFICE, directory

TODAY = date(2027, 3, 1)
Rows = dict[str, list[dict[str, Any]]]
CHOICES = {f"{sheet.key}.{column.field}": [choice.id for choice in column.choices] for sheet in sheets()
           for column in sheet.columns if column.choices}  # fmt: skip
COLUMNS = {f"{sheet.key}.{column.field}": column for sheet in sheets() for column in sheet.columns}
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
WORDS = st.sampled_from(
    ["=1+1", "+31", "-5", "@SUM(A1)", "'t Hart", "Ré Bos", "a;b", 'zei "ja"', "1e", "ja", "Zoë & Co", "_x0041_", "<b>"]
)
TEXTS = st.builds(lambda word, number: f"{word} {number}", WORDS, st.integers(0, 99))


def the_cell(name: str, value: Any) -> Any:
    return shown(COLUMNS[name], value, "nl")


def chosen(name: str) -> st.SearchStrategy[Any]:
    return st.none() | st.sampled_from(CHOICES[name]).map(lambda each: the_cell(name, each))


@st.composite
def directories(draw: st.DrawFn) -> Rows:
    """The rows of a workbook that is right, with cells of every kind."""
    names = draw(st.lists(TEXTS, min_size=1, max_size=4, unique_by=lambda name: " ".join(name.casefold().split())))
    addresses = [f"p{number}@school.example" for number in range(draw(st.integers(1, 5)))]
    organisations = [
        {
            "name": name, "kind": draw(chosen("organisations.kind")), "sector": draw(chosen("organisations.sector")),
            "reference": draw(st.none() | st.just(f"O-{at}")),
            "school_region": draw(chosen("organisations.school_region")),
            "part_of": draw(st.sampled_from([None, *names[:at]])),
            "facts.previous_visit": draw(st.none() | DAYS),
            "facts.students_served": draw(st.none() | st.integers(0, 999)),
            "facts.board": draw(st.none() | TEXTS),
        }
        for at, name in enumerate(names)
    ]  # fmt: skip
    people = [
        {
            "name": draw(TEXTS), "email": address, "title": draw(st.sampled_from([None, "mevrouw", "de heer", "dr."])),
            "given": draw(st.none() | TEXTS), "infix": draw(st.sampled_from([None, "van der", "’t"])),
            "family": draw(st.none() | TEXTS), "phone": draw(st.sampled_from([None, "+31 6 12345678", "0612345678"])),
            "reference": draw(st.none() | st.just(f"P-{at}")), "language": draw(chosen("people.language")),
            "informal": draw(st.sampled_from([None, "je", "u"])),
            "reachable": draw(st.sampled_from([None, "ja", "nee"])),
            "expertise": draw(st.sampled_from([None, "inductie, onderzoek", "onderzoek"])),
            "trainings.training": draw(st.none() | DAYS | st.just("ja")),
            "trainings.first_aid": draw(st.none() | DAYS | st.just("ja")),
        }
        for at, address in enumerate(addresses)
    ]  # fmt: skip
    pairs = [(person, organisation) for person in addresses for organisation in names]
    held = draw(st.lists(st.sampled_from(pairs), max_size=5, unique=True))
    return {
        "organisations": organisations,
        "people": people,
        "memberships": [_membership(draw, person, organisation) for person, organisation in held],
        "ties": [
            {"person": person, "organisation": organisation, "reason": draw(TEXTS), "until": draw(st.none() | DAYS)}
            for person, organisation in held[:2]
        ],
        "absences": [_absence(draw, addresses, person) for person in addresses[:2]],
    }


def _membership(draw: st.DrawFn, person: str, organisation: str) -> dict[str, Any]:
    since, until = draw(st.none() | DAYS), draw(st.none() | DAYS)
    since, until = (until, since) if since and until and since > until else (since, until)
    role = the_cell("memberships.role", draw(st.sampled_from(CHOICES["memberships.role"])))
    return {"person": person, "organisation": organisation, "role": role, "since": since, "until": until}


def _absence(draw: st.DrawFn, addresses: list[str], person: str) -> dict[str, Any]:
    others = [each for each in addresses if each != person]
    first = draw(DAYS)
    return {
        "person": person, "first": first, "last": min(date.max, first.replace(day=28) if first.day < 28 else first),
        "why": draw(st.none() | TEXTS), "substitute": draw(st.sampled_from([None, *others])),
    }  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A directory of its own, and a folder for its files."""

    people: SqlPeople
    gates: SqlDefinitions
    folder: Path

    def known(self) -> Directory:
        return Directory.of(self.people, OFFICE.id, gates=self.gates, named=["committee_day"])

    def bring_in(self, content: bytes) -> int:
        """How many records an import of this workbook creates or changes."""
        path = self.folder / "people.xlsx"
        path.write_bytes(content)
        reading = read(path, known=self.known())
        assert reading.workbook is not None, [str(each) for each in reading.problems]
        return apply(reading.workbook, self.people, OFFICE.id, today=TODAY, gates=self.gates).changes


@contextmanager
def a_place() -> Iterator[Place]:
    with directory() as (people, gates), TemporaryDirectory() as folder:
        yield Place(people, gates, Path(folder))


@settings(max_examples=20, deadline=None, phases=set(Phase) - {Phase.shrink, Phase.explain})
@given(directories(), st.sampled_from(["nl", "en"]))
def test_an_import_of_the_export_changes_nothing_and_fills_an_empty_place_alike(rows: Rows, language: str) -> None:
    with a_place() as place, a_place() as other:
        place.bring_in(workbook_bytes(rows, "nl"))
        before = place.known()
        content = export(before, language)
        assert place.bring_in(content) == 0
        assert place.known() == before
        other.bring_in(content)
        assert by_names(other.known()) == by_names(before)
        assert export(other.known(), language) == content


def by_names(known: Directory) -> dict[str, Any]:
    """A directory without its ids: those come from the names and addresses of the first import."""
    names = {each.id: each.name for each in known.organisations.values()}
    address = {each.id: each.email for each in known.persons.values()}
    return {
        "organisations": {
            each.name: replace(each, id="", part_of=names.get(each.part_of or ""))
            for each in known.organisations.values()
        },
        "people": {each.email: _without_ids(each, address) for each in known.persons.values()},
        "memberships": {
            (address[each.person], names[each.organisation], each.role, each.since, each.until)
            for held in known.memberships.values() for each in held
        },
        "ties": {
            (address[each.person], names[each.organisation], each.until, each.reason)
            for ties in known.ties.values() for each in ties
        },
    }  # fmt: skip


def _without_ids(person: PersonRecord, address: dict[str, str]) -> PersonRecord:
    away = tuple(replace(each, substitute=address.get(each.substitute or "")) for each in person.absences)
    return replace(person, id="", absences=away)


VALUES: dict[str, Callable[[str], st.SearchStrategy[Any]]] = {
    "choice": lambda name: st.sampled_from(CHOICES[name]),
    "list": lambda name: st.lists(st.sampled_from(CHOICES[name]), min_size=1, unique=True).map(tuple),
    "date": lambda name: DAYS,
    "validity": lambda name: DAYS | st.booleans(),
    "yes_no": lambda name: st.booleans(),
    "informal": lambda name: st.booleans(),
    "number": lambda name: st.integers(0, 10**9),
    "text": lambda name: TEXTS,
}


@given(st.data(), st.sampled_from(["nl", "en"]))
def test_a_value_reads_back_from_the_cell_that_shows_it(data: st.DataObject, language: str) -> None:
    name = data.draw(st.sampled_from([name for name, column in COLUMNS.items() if column.kind in VALUES]))
    value = data.draw(VALUES[COLUMNS[name].kind](name))
    assert value_of(COLUMNS[name], shown(COLUMNS[name], value, language), {}) == value


def test_a_cell_that_looks_like_a_formula_is_text_and_stays_so_when_it_is_edited(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    path.write_bytes(workbook_bytes({"people": [{"name": "=1+1", "email": "a@x.example"}]}, "nl"))
    cell = load_workbook(path)["Personen"]["A2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+1", "s", True)


def test_what_is_planned_is_not_written(tmp_path: Path) -> None:
    with a_place() as place:
        path = tmp_path / "people.xlsx"
        path.write_bytes(workbook_bytes({"people": [{"name": "Anna Bos", "email": "a@x.example"}]}, "nl"))
        reading = read(path)
        assert reading.workbook is not None
        revision = place.people.revision()
        planned = plan(reading.workbook, place.known(), secretariat=OFFICE.id, today=TODAY)
        assert (planned.report.changes, place.people.revision(), place.known().persons) == (1, revision, {})
