"""Workbooks and directories for tests: a few lines of cells become a file, a file becomes a directory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from openpyxl import Workbook

from engine.directory import Secretariat
from storage.database import open_engine
from storage.definitions import SqlDefinitions
from storage.people import SqlPeople
from storage.tables import Base

Cells = Sequence[Sequence[object]]
OFFICE = Secretariat(id="office", name="Bureau", email="bureau@bureau.example")

ORGANISATIONS: Cells = [
    ["Naam", "Soort", "Hoort bij", "Vakantieregio", "Sector"],
    ["Onderwijsregio Duinrand", "onderwijsregio", None, "Midden", None],
    ["Partnerschap De Linde", "partnerschap", "Onderwijsregio Duinrand", "Midden", "po"],
    ["Partnerschap De Wulp", None, None, "Noord", "vo"],
]
PEOPLE: Cells = [
    ["Naam", "E-mailadres"],
    ["Anna Bos", "anna.bos@linde.example"],
    ["Bram Vos", "bram.vos@wulp.example"],
]
MEMBERSHIPS: Cells = [
    ["E-mailadres", "Organisatie", "Functie"],
    ["anna.bos@linde.example", "Partnerschap De Linde", "contactpersoon"],
    ["bram.vos@wulp.example", "Partnerschap De Wulp", "peer"],
]
SMALL: Mapping[str, Cells] = {"Organisaties": ORGANISATIONS, "Personen": PEOPLE, "Functies": MEMBERSHIPS}


def save(folder: Path, sheets: Mapping[str, Cells]) -> Path:
    """A workbook with these sheets."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(list(row))
    path = folder / "people.xlsx"
    book.save(path)
    return path


@contextmanager
def directory() -> Iterator[tuple[SqlPeople, SqlDefinitions]]:
    """A directory that knows one office and nobody else, and the place of its meetings."""
    database = open_engine("sqlite:///:memory:")
    try:
        Base.metadata.create_all(database)
        with database.connect() as connection:
            people = SqlPeople(connection)
            people.put_secretariat(OFFICE)
            yield people, SqlDefinitions(connection)
    finally:
        database.dispose()
