"""How does a database of an earlier version come to the newest tables?"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from collegium.keeping import backup
from storage.database import downgrade, upgrade
from storage.locks import RunLock
from tests.collegium.command_line import Office, an_office_with_a_case


def of_the_first_version(folder: Path) -> Office:
    """A database whose tables are those of the first migration, with a case in it."""
    office = an_office_with_a_case(folder)
    downgrade(f"sqlite:///{office.database}", "0001")
    return office


def test_older_tables_are_not_touched_unasked(tmp_path: Path) -> None:
    office = of_the_first_version(tmp_path)
    assert office.refused("cases") == [
        f"The tables in sqlite:///{office.database} are of version 0001, this software needs 0002: "
        "`collegium upgrade` makes a backup and brings them up to date."
    ]


def test_an_upgrade_makes_a_backup_first_and_keeps_all(tmp_path: Path) -> None:
    office = of_the_first_version(tmp_path)
    assert office.json("upgrade", "--dry-run")["steps"] == [
        {
            "revision": "0002",
            "does": "What mail manners, calendars, bounces, digests, names of people, unfinished answers "
            "and kept files need.",
        }
    ]
    told = office.json("upgrade")
    assert (told["since"], told["to"]) == ("0001", "0002")
    assert backup.faults(Path(told["backup"])) == []
    assert backup.read_contents(Path(told["backup"])).revision == "0001"
    assert office.lines("verify")[-1].endswith("all is whole.")
    assert len(office.json("cases")) == 1
    assert office.lines("upgrade") == ["The tables are those of this software already (0002)."]


def test_a_backup_of_before_can_be_restored_into_the_newest_tables(tmp_path: Path) -> None:
    office = of_the_first_version(tmp_path)
    made = office.json("upgrade")["backup"]
    elsewhere = Office(folder=tmp_path / "new")
    assert "Its tables were brought up to date." in elsewhere.lines("restore", made)
    assert elsewhere.json("cases") == office.json("cases")


def test_nothing_is_upgraded_while_somebody_runs(tmp_path: Path) -> None:
    office = of_the_first_version(tmp_path)
    with RunLock(f"sqlite:///{office.database}"):
        assert "runs on it already. Stop that one first." in office.refused("upgrade")[0]
    with closing(sqlite3.connect(office.database)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]


def test_tables_of_later_software_are_left_alone(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    with closing(sqlite3.connect(office.database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    told = ["The tables are of version 9999, which is newer than this software: install a newer one."]
    assert (office.refused("cases"), office.refused("upgrade")) == (told, told)


def test_a_new_database_has_the_newest_tables(tmp_path: Path) -> None:
    office = Office(folder=tmp_path)
    office.run("init", "--name", "Bureau", "--email", "bureau@bureau.example")
    upgrade(f"sqlite:///{office.database}")
    assert office.json("upgrade")["steps"] == []
