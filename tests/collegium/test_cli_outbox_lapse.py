"""`outbox` and `outbox show`: a mail that will lapse says so before it does, and why, in a sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from storage.unit_of_work import SqlStore
from tests.collegium.command_line import HOST, Office
from tests.collegium.test_cli_act import ANSWERS
from tests.collegium.test_cli_oversight import an_office_with_mails, row_of

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


def test_a_mail_to_an_address_that_does_not_work_says_that_it_will_not_leave(tmp_path: Path) -> None:
    office, id = an_office_with_mails(tmp_path)
    dead(office, "Anna Bos")
    assert {row["to"]: row["lapses"] for row in office.json("outbox")} == {
        "Anna Bos": "the address of its reader does not work", "Sam Smit": "",
    }  # fmt: skip
    assert "State: ready (will not leave: the address of its reader does not work)" in office.lines(
        "outbox", "show", id
    )
