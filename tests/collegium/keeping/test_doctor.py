"""Does the doctor find what is wrong, and say what to do?"""

from __future__ import annotations

import socket
import sqlite3
import ssl
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from collegium.catch_all import CatchAll
from collegium.keeping.checks.calendars import known_until
from collegium.keeping.doctor import CHECKS
from collegium.speech import catalogue
from engine.business_days import DaySet
from storage.locks import RunLock
from storage.unit_of_work import SqlStore
from tests.collegium.command_line import HOST, Office, an_office_with_a_case
from tests.wire.certificates import GOOD, Authority


def examined(office: Office, *words: str, code: int = 0) -> dict[str, list[tuple[str, str]]]:
    """Check -> grade and sentence of each finding."""
    found: dict[str, list[tuple[str, str]]] = {}
    told: Any = office.json("doctor", *(words or ("--offline",)), code=code)
    for one in told["findings"]:
        assert one["grade"] == "well" or one["remedy"]
        found.setdefault(one["check"], []).append((one["grade"], one["says"]))
    return found


def test_a_well_installation_is_told_so_check_by_check(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    office.run("backup", tmp_path / "made.zip")
    with RunLock(f"sqlite:///{office.database}"):
        found = examined(office)
    assert list(found) == [name for name in CHECKS if name != "mail_server"]
    assert {name: grades for name, grades in found.items() if grades[0][0] == "wrong"} == {}
    assert found["runs"] == [("well", "somebody runs the clock")]
    assert found["backup"] == [("well", "there is a recent backup")]


def test_a_date_that_waits_for_nobody_is_wrong(tmp_path: Path) -> None:
    found = examined(an_office_with_a_case(tmp_path).at("2027-06-01T09:00"), code=1)
    assert found["runs"] == [("wrong", "nobody runs on this database, and a date of Fri 2027-03-05 09:00 waits")]
    assert found["backup"] == [("look", "no backup was ever made")]


def test_a_clock_that_was_put_back_is_wrong(tmp_path: Path) -> None:
    found = examined(an_office_with_a_case(tmp_path).at("2027-02-01T09:00"), code=1)
    assert found["clock"] == [
        (
            "wrong",
            "the clock says Mon 2027-02-01 09:00, but something was recorded at Mon 2027-03-01 09:00: "
            f"case launched ({HOST}), by an operator",
        )
    ]


def test_what_was_tried_out_on_another_day_is_named_with_both_causes(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    office.at("2027-03-02T10:00").run(
        "act", HOST, "take", "begin", "--answer", "day=2027-06-15", "--as", "cora@bureau.example"
    )
    (clock,) = [each for each in office.json("doctor", "--offline", code=1)["findings"] if each["check"] == "clock"]
    assert "recorded at Tue 2027-03-02 10:00" in clock["says"]
    assert f": transition taken: Begin ({HOST}), by Cora Kok" in clock["says"]
    assert "--now" in clock["remedy"]
    assert "NTP" in clock["remedy"]


def test_a_history_that_was_tampered_with_is_wrong(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    with closing(sqlite3.connect(office.database)) as connection:
        connection.execute("UPDATE history SET payload = replace(payload, 'proposed', 'done')")
        connection.commit()
    ((grade, says), *_) = examined(office, code=1)["history"]
    assert (grade, "does not fit its hash" in says) == ("wrong", True)


def test_a_key_that_others_may_read_is_wrong(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    (tmp_path / "office.key").chmod(0o644)
    assert examined(office, code=1)["key"] == [("wrong", f"others on this machine may read {tmp_path / 'office.key'}")]


def test_a_process_of_the_office_that_cannot_be_read_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = an_office_with_a_case(tmp_path)
    (tmp_path / "own" / "mine").mkdir(parents=True)
    (tmp_path / "own" / "mine" / "process.yaml").write_text("process: mine\nstages: 3\n")
    told = office.run("doctor", "--offline", code=1, env={"COLLEGIUM_DEFINITIONS": str(tmp_path / "own")}).stdout
    assert "wrong Processes: " in told
    assert f"-> `collegium check {tmp_path / 'own' / 'mine'}` names every error." in told


def test_holidays_that_run_out_are_told_a_year_ahead(tmp_path: Path) -> None:
    found = examined(an_office_with_a_case(tmp_path).at("2028-03-01T09:00"), code=1)
    assert ("look", "the equated days are known only up to Sun 2028-12-31") in found["holidays"]
    later = examined(an_office_with_a_case(tmp_path).at("2029-03-01T09:00"), code=1)
    assert ("wrong", "the equated days are not known for today") in later["holidays"]


def test_what_is_known_without_a_gap_is_known_until_its_end() -> None:
    def known(*periods: tuple[date, date]) -> DaySet:
        return DaySet("x", "1", frozenset(), periods)

    first, second = (date(2026, 1, 1), date(2026, 12, 31)), (date(2027, 1, 1), date(2027, 12, 31))
    today = date(2026, 6, 1)
    assert known_until(known(first, second), today) == date(2027, 12, 31)
    assert known_until(known(first, (date(2027, 2, 1), date(2027, 12, 31))), today) == date(2026, 12, 31)
    assert known_until(known(second), today) == date(2026, 5, 31)
    assert known_until(DaySet("x", "1", frozenset()), today) is None


def test_each_check_has_a_name_in_the_language_of_the_reader(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    told = office.run("doctor", "--offline", env={"COLLEGIUM_LANGUAGE": "nl"}).stdout.splitlines()
    names = {line[6:].partition(":")[0] for line in told[:-1] if not line.startswith("      ")}
    assert {"Klok", "Vrije dagen", "Oude gegevens"} <= names
    assert [name for name in CHECKS if f"check.{name}" not in catalogue()] == []


def test_a_mail_server_that_is_away_is_wrong_and_one_that_answers_is_well(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    with CatchAll("127.0.0.1", 0, tmp_path / "mail") as server:
        where = {"COLLEGIUM_SMTP_HOST": "127.0.0.1", "COLLEGIUM_SMTP_PORT": str(server.port)}
        assert "well  Mail server" in office.run("doctor", env=where).stdout
    told = office.run("doctor", env=where, code=1).stdout
    assert f"wrong Mail server: the mail server 127.0.0.1:{server.port} does not let us in" in told


@pytest.mark.debian
def test_a_server_that_is_not_asked_is_not_said_to_be_well(tmp_path: Path) -> None:
    told = an_office_with_a_case(tmp_path).json("doctor", "--offline")["findings"]
    assert "mail_server" not in {one["check"] for one in told}


def test_a_mail_server_whose_authority_the_office_named_is_well(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    (tmp_path / "authority").mkdir()
    authority = Authority(tmp_path / "authority").make()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(authority.chain(GOOD))
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    server = Controller(Sink(), "127.0.0.1", port, ssl_context=context)
    where = {"COLLEGIUM_SMTP_HOST": "127.0.0.1", "COLLEGIUM_SMTP_PORT": str(port), "COLLEGIUM_SMTP_TLS": "tls"}
    server.start()
    try:
        told = office.run("doctor", env={**where, "COLLEGIUM_SMTP_CA": str(authority.ca)}).stdout
        strange = office.run("doctor", env=where, code=1).stdout
    finally:
        server.stop()
    assert "well  Mail server" in told
    assert f"wrong Mail server: the mail server 127.0.0.1:{port} does not let us in" in strange


def test_the_backup_from_which_a_database_came_counts_and_is_as_old_as_it_is(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    office.run("backup", tmp_path / "made.zip")
    elsewhere = Office(folder=tmp_path / "new").at("2027-03-05T09:00")
    elsewhere.run("restore", tmp_path / "made.zip")
    assert examined(elsewhere)["backup"] == [("well", "there is a recent backup")]
    later = examined(elsewhere.at("2027-03-09T09:00"), code=1)
    assert later["backup"] == [("look", "the newest backup is of Mon 2027-03-01")]


def test_a_check_that_breaks_is_a_finding_and_holds_up_no_other(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    with closing(sqlite3.connect(office.database)) as connection:
        connection.execute("UPDATE history SET payload = 'no JSON' WHERE stream LIKE 'office:%'")
        connection.commit()
    found = examined(office, code=1)
    assert [grade for grade, _ in found["clock"]] == ["wrong"]
    assert found["clock"][0][1].startswith("this could not be looked at: ")
    assert found["key"] == [("well", "nobody else can read the database and the key")]


def test_a_key_for_signing_that_cannot_be_used_is_wrong(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    assert examined(office)["signing"] == [("well", "mails can be signed as it is set")]
    told = office.run("doctor", "--offline", env={"COLLEGIUM_DKIM_KEY": "nowhere.pem"}, code=1).stdout
    assert "wrong Signing: Can't sign mails: dkim_selector must name the key in DNS" in told


def test_an_outage_of_the_mail_server_is_wrong_until_it_ends(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    now = datetime(2027, 3, 1, 8, tzinfo=UTC)
    data = {"since": now.isoformat(), "until": now.isoformat(), "cause": "away", "answer": "refused", "waited": 3}
    store = SqlStore(f"sqlite:///{office.database}")

    def recorded(kind: str) -> None:
        with store.write() as work:
            work.record("outbox:office", kind, data, now)
            work.commit()

    recorded("mail_server_away")
    ((grade, says),) = examined(office, code=1)["outbox"]
    assert (grade, says) == (
        "wrong",
        "No mail goes out since Mon 2027-03-01 09:00: the mail server cannot be reached (refused). 0 mails wait.",
    )
    recorded("mail_server_back")
    assert examined(office)["outbox"] == [("well", "nothing in the outbox waits for the office")]
    store.close()
