"""Is an erased person gone from every byte: the file, a new backup, and all that could be derived from an address?"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import md5, sha1, sha256
from pathlib import Path
from uuid import NAMESPACE_DNS, NAMESPACE_OID, NAMESPACE_URL, UUID, uuid3, uuid5
from zipfile import ZipFile

import pytest

from collegium import bootstrap
from collegium.bootstrap import Application
from collegium.clock import Driven, Driver, VirtualClock
from collegium.settings import Settings
from engine.digests import DigestIssue, Subscription
from tests.builders.definitions import SMALL_REVIEW
from tests.collegium.command_line import HOST, NOW, SHEETS, Office
from tests.collegium.street import Server, answer_to, report_on
from tests.collegium.workbooks import Cells, save

NAME, PHONE = "Zephyrine Quispel", "0698765432"
FIRST, SECOND, LAST = "zq.eerste@merk.example", "zq.tweede@merk.example", "zq.derde@merk.example"
ADDRESSES = (FIRST, SECOND, LAST)
MARKS = ("zephyrine", "quispel", PHONE, "+31698765432", "31698765432", *ADDRESSES, "zq.", "merk.example")
IMPORTED = uuid5(NAMESPACE_URL, "urn:collegium:import")  # of which ids were made once
START = datetime.fromisoformat(NOW + "+01:00").astimezone(UTC)


def people_with(address: str, previous: str | None = None) -> dict[str, Cells]:
    """The people of the office; one of them is marked, in place of Anna Bos."""
    head = ["Naam", "E-mailadres", "Telefoon", "Vorig e-mailadres"]
    rows = [[*row, None, None] for row in SHEETS["Personen"][1:] if row[0] != "Anna Bos"]
    functions = [[address if cell == "anna@linde.example" else cell for cell in row] for row in SHEETS["Functies"]]
    return {**SHEETS, "Personen": [head, [NAME, address, PHONE, previous], *rows], "Functies": functions}


@contextmanager
def running(office: Office) -> Iterator[tuple[Application, Server, Path]]:
    """The application over the office's database, with a server that takes mail and a box to which it comes back."""
    box = office.folder / "returned"
    for part in ("tmp", "new", "cur"):
        (box / part).mkdir(parents=True, exist_ok=True)
    server = Server()
    settings = Settings(
        database=f"sqlite:///{office.database}", sender="collegium@review.example",
        bounces="bounces@review.example", mailbox=f"maildir:{box}",
    )  # fmt: skip
    with bootstrap.build(settings, sender=server) as app:
        app.mailroom.start()
        yield app, server, box


def go_on(app: Application, since: datetime, until: datetime) -> None:
    driver = Driver(store=app.store, operations=app.operations, mailroom=app.mailroom, duties=app.duties)
    driver.drive(VirtualClock(since), until, Driven())


def an_office_that_knows_them_well(folder: Path) -> Office:
    """A round in which the marked person was asked, mailed, bounced, away, copied, digested and finished their work."""
    office = Office(folder=folder)
    office.run("init", "--name", "Bureau Peerreview", "--email", "bureau@bureau.example")
    office.run("people", "import", save(folder, people_with(FIRST)))
    office.run("people", "import", save(folder, people_with(SECOND, FIRST)))
    office.run("launch", SMALL_REVIEW, "--name", "Ronde 2027", "--hosts", HOST)
    office.run("act", HOST, "take", "begin", "--answer", "day=2027-06-15")
    office.run("people", "away", SECOND, "2027-07-01", "2027-07-09", "--substitute", "bram@wulp.example")
    office.run("people", "away", "bram@wulp.example", "2027-08-02", "2027-08-06", "--substitute", SECOND)
    office.run("calendar", "feed", NAME, "--renew")
    days = folder / "verlof-zephyrine-quispel.ics"
    days.write_text(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20270101T000000Z\r\n"
        "DTSTART;VALUE=DATE:20270901\r\nDTEND;VALUE=DATE:20270903\r\nSUMMARY:Verlof\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    office.run("calendar", "import", days, "--person", NAME)
    end = START + timedelta(days=20)
    with running(office) as (app, server, box):
        go_on(app, START, end - timedelta(days=2))
        mail = next(one for one in server.taken if one.recipient == SECOND)
        away = answer_to(
            mail, subject=f"Automatic reply: {NAME} is away", text=f"{NAME} is back on 1 April 2027. Call {PHONE}.",
            headers="Auto-Submitted: auto-replied\n",
        )  # fmt: skip
        (box / "new" / "1.away").write_text(away)
        go_on(app, end - timedelta(days=2), end - timedelta(days=1))
        bounced = report_on(mail, "5.1.1", f"550 5.1.1 <{SECOND}>: {NAME} does not work here")
        (box / "new" / "2.bounce").write_text(bounced)
        stray = report_on(mail, "5.1.1", f"{NAME} unknown").replace(mail.sender, "bounces@review.example")
        (box / "new" / "3.stray").write_text(stray.replace(mail.message, "nothing").replace(SECOND, FIRST))
        go_on(app, end - timedelta(days=1), end)
        with app.store.write() as work:
            person = next(each for each in work.people.persons("office") if each.name == NAME)
            assert not person.reachable
            work.digests.put_subscription(Subscription(person=person.id, kind="partnership"))
            work.digests.put_issue(
                DigestIssue(secretariat="office", person=person.id, kind="partnership", period="2027-03",
                            facts="f", message=mail.message, at=end)
            )  # fmt: skip
            work.commit()
    later = office.at("2027-03-22T09:00")
    later.run("people", "change", NAME, "--email", LAST)
    later.run("outbox", "to-me", mail.message, "--as", "cora@bureau.example")
    later.run("outbox", "resend", mail.message, "--as", "cora@bureau.example", "--reason", "Nieuw adres")
    with running(later) as (app, _, _):
        go_on(app, datetime(2027, 3, 22, 8, tzinfo=UTC), datetime(2027, 3, 22, 12, tzinfo=UTC))
    answers = ("--answer", "text=Het gaat goed hier", "--answer", "grade=far")
    later.run("act", HOST, "submit", "reflection", "--as", LAST, *answers)
    return later


def derived(id: str) -> set[str]:
    """All that somebody who knows the addresses could look for: name-based ids and hashes, and the id of the row."""
    texts = {NAME, NAME.casefold(), PHONE}
    for address in ADDRESSES:
        texts |= {address, f"office\nperson\n{address}", f"mailto:{address}"}
    spaces = (IMPORTED, NAMESPACE_URL, NAMESPACE_DNS, NAMESPACE_OID)
    ids: set[UUID] = {make(space, text) for make in (uuid3, uuid5) for space in spaces for text in texts}
    hashes = {make(text.encode()).hexdigest()[:12] for make in (md5, sha1, sha256) for text in texts}
    return {str(each) for each in ids} | {each.hex for each in ids} | hashes


def found_in(data: bytes, wanted: set[str] | tuple[str, ...]) -> list[str]:
    folded = data.lower()
    return sorted(each for each in wanted if each.lower().encode() in folded)


def rows_of(database: Path) -> str:
    with closing(sqlite3.connect(database)) as connection:
        return "\n".join(connection.iterdump())


@pytest.fixture(scope="module")
def erased(tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, str, list[str]]:
    """The office after the erasure, the id that the person had, and what was in the file before."""
    office = an_office_that_knows_them_well(tmp_path_factory.mktemp("erasure"))
    with closing(sqlite3.connect(office.database)) as connection:
        ((id, former),) = connection.execute("SELECT id, former FROM person WHERE name = ?", [NAME]).fetchall()
    assert json.loads(former) == [FIRST, SECOND]
    before = found_in(office.database.read_bytes() + rows_of(office.database).encode(), MARKS)
    office.run("erase", LAST, "--reason", "Verzoek van 22 maart")
    return office, id, before


def test_no_byte_of_the_file_or_of_a_new_backup_names_an_erased_person(
    erased: tuple[Office, str, list[str]], tmp_path: Path
) -> None:
    office, _, before = erased
    assert set(before) >= {"zephyrine", "quispel", PHONE, *ADDRESSES}
    kept = [path for path in office.folder.iterdir() if path.name.startswith("office.")]
    assert {path.name: found_in(path.read_bytes(), MARKS) for path in kept} == {path.name: [] for path in kept}
    assert found_in(rows_of(office.database).encode(), MARKS) == []
    office.run("backup", tmp_path / "after.zip")
    with ZipFile(tmp_path / "after.zip") as archive:
        assert {name: found_in(archive.read(name), MARKS) for name in archive.namelist()} == {
            name: [] for name in archive.namelist()
        }


def test_nothing_that_is_left_can_be_derived_from_an_address_or_a_name(erased: tuple[Office, str, list[str]]) -> None:
    office, id, _ = erased
    left = office.database.read_bytes() + rows_of(office.database).encode()
    assert found_in(left, derived(id)) == []
    assert id not in derived(id)


def test_the_histories_are_whole_after_an_erasure_and_the_file_too(erased: tuple[Office, str, list[str]]) -> None:
    office, _, _ = erased
    assert office.lines("verify")[-1].endswith("all is whole.")
    with closing(sqlite3.connect(office.database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert office.json("cases", "--closed") != []


def test_somebody_who_was_erased_is_new_to_an_import(erased: tuple[Office, str, list[str]], tmp_path: Path) -> None:
    office, id, _ = erased
    (tmp_path / "office.db").write_bytes(office.database.read_bytes())
    again = Office(folder=tmp_path)
    told = again.json("people", "import", save(tmp_path, people_with(FIRST)))
    assert told["counts"]["people"]["created"] == 1
    with closing(sqlite3.connect(again.database)) as connection:
        assert connection.execute("SELECT id FROM person WHERE name = ?", [NAME]).fetchone() != (id,)
