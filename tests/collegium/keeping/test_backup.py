"""Is a backup whole, and does an installation that begins again from it mail nobody twice?"""

from __future__ import annotations

import json
import sqlite3
import threading
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collegium import bootstrap
from collegium.clock import Driver, VirtualClock
from collegium.keeping import backup, restoring
from collegium.keeping.backup import NoBackup
from collegium.settings import Settings
from storage.unit_of_work import SqlStore
from tests.builders.storage import NOW, a_message, a_sql_store, furnish
from tests.collegium.command_line import HOST, Office, a_writing_office, an_office_with_a_case
from tests.journeys.journey import ZONE, Postbox


def settings_of(office: Office) -> Settings:
    return Settings(database=f"sqlite:///{office.database}")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


def only_file(folder: Path) -> Path:
    (found,) = folder.iterdir()
    return found


def test_a_backup_brings_everything_back_into_a_fresh_place(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    told = office.run("backup", shelf).stdout
    made = only_file(shelf)
    assert f"{-(-made.stat().st_size // 1000)} kB, 1 case; written, read back and whole." in told
    assert made.stat().st_mode & 0o077 == 0
    elsewhere = Office(folder=tmp_path / "new")
    told = elsewhere.run("restore", made).stdout
    assert made.name == "collegium-2027-03-01T090000.zip"
    assert "is back as of Mon 2027-03-01 09:00: 1 case." in told
    assert elsewhere.lines("verify")[-1].endswith("all is whole.")
    assert elsewhere.json("cases") == office.json("cases")
    assert (tmp_path / "new" / "office.key").read_text() == (tmp_path / "office.key").read_text()


def test_a_restore_overwrites_nothing(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    office.run("backup", tmp_path / "made.zip")
    before = office.database.read_bytes()
    assert office.refused("restore", tmp_path / "made.zip") == [
        f"Can't restore: {office.database} exists already. Move it away, or name another place with --database."
    ]
    assert office.database.read_bytes() == before
    assert office.refused("backup", tmp_path / "made.zip") == [
        f"Can't write the backup: {tmp_path / 'made.zip'} exists already. Give another name."
    ]


def test_a_damaged_backup_is_not_restored(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    office.run("backup", tmp_path / "made.zip")
    with zipfile.ZipFile(tmp_path / "made.zip") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    page = bytearray(parts["collegium.db"])
    page[5000:5100] = b"x" * 100
    with zipfile.ZipFile(tmp_path / "damaged.zip", "w") as archive:
        for name, data in {**parts, "collegium.db": bytes(page)}.items():
            archive.writestr(name, data)
    elsewhere = Office(folder=tmp_path / "new")
    (told,) = elsewhere.refused("restore", tmp_path / "damaged.zip")
    assert "it is not whole: collegium.db is not what was packed" in told
    assert not (tmp_path / "new").exists()
    assert "is NOT whole" in office.run("backup", tmp_path / "damaged.zip", "--check", code=1).stdout
    assert "is whole" in office.run("backup", tmp_path / "made.zip", "--check").stdout


@pytest.mark.parametrize("content", [b"no archive", b""])
def test_what_is_no_backup_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "letter.zip").write_bytes(content)
    with pytest.raises(NoBackup, match=r"letter.zip is no backup of Collegium, or it is damaged"):
        backup.read_contents(tmp_path / "letter.zip")
    with pytest.raises(NoBackup, match="There is no file"):
        backup.read_contents(tmp_path / "none.zip")


def test_tampering_with_history_is_found_in_the_backup(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    with closing(sqlite3.connect(office.database)) as connection:
        connection.execute("UPDATE review_case SET stage = 'done'")
        connection.commit()
    with pytest.raises(NoBackup, match=r"is not whole.*stage: stored 'done'"):
        backup.make(settings_of(office), tmp_path / "made.zip", NOW)
    assert not (tmp_path / "made.zip").exists()


def test_a_backup_is_whole_while_others_write(tmp_path: Path) -> None:
    store = a_sql_store(tmp_path)
    furnish(store)
    settings = Settings(database=store.url)
    stop = threading.Event()
    written: list[int] = []

    def write() -> None:
        while not stop.is_set():
            with store.write() as work:
                for _ in range(20):
                    work.outbox.add(a_message(asks=()), [])
                work.record("import:office", "imported", {"n": len(written)}, NOW)
                work.commit()
            written.append(1)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [backup.make(settings, tmp_path / f"{n}.zip", NOW) for n in range(4)]
    finally:
        stop.set()
        writer.join()
    store.close()
    assert written
    assert [backup.faults(each.path) for each in made] == [[], [], [], []]


def test_mail_that_was_ready_is_held_after_a_restore(tmp_path: Path) -> None:
    store = a_sql_store(tmp_path)
    furnish(store)
    with store.write() as work:
        work.outbox.add(a_message("m-1", asks=()), [])
        work.outbox.add(a_message("m-2", asks=(), state="sent"), [])
        work.commit()
    store.close()
    made = backup.make(Settings(database=store.url), tmp_path / "made.zip", NOW).path
    done = restoring.restore(made, Settings(database=f"sqlite:///{tmp_path}/new/a.db"), NOW)
    moved = restoring.restore(made, Settings(database=f"sqlite:///{tmp_path}/moved/a.db"), NOW, mail_goes_on=True)
    assert (done.held, moved.held) == (1, 0)
    for where, state, until in (("new", "held", NOW), ("moved", "ready", None)):
        back = SqlStore(f"sqlite:///{tmp_path}/{where}/a.db")
        with back.read() as work:
            assert [each.state for each in work.outbox.messages()] == [state, "sent"]
            doubt = restoring.doubt(work)
            assert (doubt.until if doubt else None) == until
        back.close()


def test_what_fell_due_between_backup_and_restore_is_held_and_what_comes_later_goes(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)  # the reflection is due on 18 May; reminders on 3 May, 10 May and that day
    made = backup.make(settings_of(office), tmp_path / "made.zip", moment("2027-04-30T12:00")).path
    place = Settings(database=f"sqlite:///{tmp_path}/new/a.db")
    restoring.restore(made, place, moment("2027-05-12T12:00"))
    postbox = Postbox()
    with bootstrap.build(place, sender=postbox) as app, app.mailroom:
        driver = Driver(store=app.store, operations=app.operations, mailroom=app.mailroom)
        driver.drive(VirtualClock(moment("2027-05-12T15:00")), moment("2027-05-19T00:00"))
        with app.store.read() as work:
            mails = [(each.kind, each.local_day, each.state) for each in work.outbox.messages()]
        assert (
            [each for each in mails if each[2] == "held"] == [each for each in mails if each[1] <= "2027-05-13"] != []
        )
        assert ("today", "2027-05-18", "sent") in mails
    back = Office(folder=tmp_path / "new")
    with app.store.read() as work:
        ids = [each.id for each in work.outbox.messages("held")]
    (tmp_path / "new" / "a.db").rename(back.database)
    back.run("outbox", "cancel", *ids[:1], "--reason", "went out before")
    back.run("outbox", "release", *ids[1:])
    assert back.json("outbox", "--state", "held") == []


def test_a_backup_of_later_tables_is_refused(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    office.run("backup", tmp_path / "made.zip")
    with zipfile.ZipFile(tmp_path / "made.zip") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    told = {**json.loads(parts["contents.json"]), "revision": "9999"}
    with zipfile.ZipFile(tmp_path / "later.zip", "w") as archive:
        for name, data in {**parts, "contents.json": json.dumps(told).encode()}.items():
            archive.writestr(name, data)
    (said,) = Office(folder=tmp_path / "new").refused("restore", tmp_path / "later.zip")
    assert said.endswith("holds tables of version 9999, which is newer than this software.")


def test_the_case_is_in_the_backup_by_name(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    made = backup.make(settings_of(office), tmp_path, NOW)
    assert made.path.name == "collegium-2027-03-01T090000.zip"
    assert (made.contents.cases, made.contents.revision) == (1, "0002")
    assert HOST in json.dumps(office.json("cases"))
