"""`outbox`, `release`, `approve` and `resume` say when a mail leaves, and of one that will lapse that it will not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from collegium.bootstrap import build
from collegium.settings import Settings
from storage.unit_of_work import SqlStore
from tests.collegium.command_line import HOST, Office, a_writing_office, an_office_with_a_case
from tests.collegium.test_cli_act import ANSWERS
from tests.collegium.test_cli_oversight import START, an_office_with_mails, row_of

DUTCH = {"COLLEGIUM_LANGUAGE": "nl"}


def dead(office: Office, person: str) -> None:
    """Mail to somebody comes back."""
    store = SqlStore(f"sqlite:///{office.database}")
    with store.write() as work:
        (found,) = [one for one in work.people.persons("office") if one.name == person]
        work.people.put_person(replace(found, reachable=False))
        work.commit()
    store.close()


def test_a_held_mail_that_asks_for_what_is_over_says_that_it_will_not_leave(tmp_path: Path) -> None:
    office, id = an_office_with_mails(tmp_path)
    assert row_of(office, id)["lapses"] == ""
    office.run("outbox", "hold", id, "--reason", "Eerst bellen")
    office.run("act", HOST, "submit", "reflection", "--as", "anna@linde.example", *ANSWERS)
    assert row_of(office, id)["lapses"] == "what it asks for need not be done any more"
    listed = " ".join(office.run("outbox", "--state", "held", env={**DUTCH, "COLUMNS": "400"}).stdout.split())
    why = "gaat niet uit, want wat erin gevraagd wordt, hoeft niet meer"
    assert f"Eerst bellen; {why}" in listed
    assert f"Stand: vastgehouden (Eerst bellen; {why})" in office.run("outbox", "show", id, env=DUTCH).stdout


def test_a_reason_that_somebody_typed_is_told_as_it_was_typed(tmp_path: Path) -> None:
    office, id = an_office_with_mails(tmp_path)
    office.run("outbox", "hold", id, "--reason", "closed")
    assert row_of(office, id)["held_because"] == "closed"
    assert office.run("outbox", "hold", id, "--reason", "x", code=1).stderr.count("it is held already: closed") == 1
    office.run("outbox", "cancel", id, "--reason", "paused")
    assert row_of(office, id)["error"] == "paused"


def test_a_mail_to_an_address_that_does_not_work_says_that_it_will_not_leave(tmp_path: Path) -> None:
    office, id = an_office_with_mails(tmp_path)
    dead(office, "Anna Bos")
    assert {row["to"]: row["lapses"] for row in office.json("outbox")} == {
        "Anna Bos": "the address of its reader does not work", "Sam Smit": "",
    }  # fmt: skip
    assert "State: ready (will not leave: the address of its reader does not work)" in office.lines(
        "outbox", "show", id
    )


def released(office: Office, id: str, *more: str) -> str:
    office.run("outbox", "hold", id, "--reason", "Eerst bellen")
    (line,) = office.lines("outbox", "release", id, *more)
    return line.rpartition("; ")[2]


def test_a_mail_that_is_released_says_when_it_leaves(tmp_path: Path) -> None:
    office, id = an_office_with_mails(tmp_path)
    assert released(office, id) == "leaves now"
    assert released(office.at("2027-03-01T21:00"), id) == "leaves from Tue 2027-03-02 08:30 on"
    assert released(office.at("2027-03-05T18:00"), id) == "leaves from Mon 2027-03-08 08:30 on"
    office.run("outbox", "pause", "--reason", "Eerst lezen")
    assert released(office, id) == "leaves when the mail goes on (collegium outbox resume)"
    office.run("outbox", "resume")
    dead(office, "Anna Bos")
    assert released(office, id) == "will not leave: the address of its reader does not work"
    office.run("outbox", "hold", id, "--reason", "x")
    (row,) = office.json("outbox", "release", id)
    assert (row["leaves"], row["lapses"]) == (None, "the address of its reader does not work")


def test_mail_that_may_leave_again_says_when(tmp_path: Path) -> None:
    office, _ = an_office_with_mails(tmp_path)
    office.run("outbox", "pause", "--reason", "Eerst lezen")
    evening = office.at("2027-03-01T21:00")
    dead(office, "Anna Bos")
    assert evening.lines("outbox", "resume") == [
        "Mail leaves again; 2 mails are ready.",
        "1 mail leaves from Tue 2027-03-02 08:30 on.",
        "1 mail will not leave: the address of its reader does not work.",
    ]
    assert office.json("outbox", "pause", "--reason", "Nog eens") == {
        "paused": "2027-03-01T16:00:00+01:00", "ready": 2, "unwritten": 0,
    }  # fmt: skip
    assert evening.json("outbox", "resume") == {
        "ready": 2,
        "unwritten": 0,
        "departures": [
            {"number": 1, "leaves": "2027-03-02T08:30:00+01:00", "paused": False, "lapses": "", "stays": ""},
            {
                "number": 1,
                "leaves": None,
                "paused": False,
                "lapses": "the address of its reader does not work",
                "stays": "",
            },
        ],
    }


def test_what_is_not_written_as_a_mail_yet_is_counted_when_mail_is_paused_and_when_it_goes_on(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path).at("2027-03-01T12:00")
    unwritten = "1 notice more waits: it is not written as a mail yet."
    assert office.lines("outbox", "pause", "--reason", "Eerst lezen")[-2:] == ["0 mails are ready.", unwritten]
    assert office.notes("outbox")[0].endswith(unwritten)
    assert office.lines("outbox", "resume")[:2] == ["Mail leaves again; 0 mails are ready.", unwritten]
    assert office.json("outbox", "pause", "--reason", "Nog eens")["unwritten"] == 1
    assert office.json("outbox", "resume") == {"ready": 0, "unwritten": 1, "departures": []}


def test_mails_that_are_approved_say_when_they_leave(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    with build(Settings(database=f"sqlite:///{office.database}", bulk_from=1)) as app:
        app.mailroom.compose(START + timedelta(hours=1))
    evening = office.at("2027-03-01T21:00")
    bulk = office.json("outbox")[0]["bulk"]
    shown = evening.lines("outbox", "approve", bulk)
    assert shown[-3:-1] == ["If they are approved now:", "2 mails leave from Tue 2027-03-02 08:30 on."]
    assert evening.lines("outbox", "approve", bulk, "--mails", "2") == [
        "Approved: 2 mails.", "2 mails leave from Tue 2027-03-02 08:30 on.",
    ]  # fmt: skip
