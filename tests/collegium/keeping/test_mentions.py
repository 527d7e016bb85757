"""Is the office told which texts of others still name somebody who is erased?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from collegium.keeping.mentions import marks, names
from engine.directory import PersonRecord
from engine.mail import Attachment
from engine.unfinished import Unfinished
from tests.builders.storage import a_message
from tests.collegium.command_line import HOST
from tests.collegium.keeping.test_retention import a_finished_office, an_application

ANNA = "anna@linde.example"


def test_texts_of_others_that_name_an_erased_person_are_listed_and_left(tmp_path: Path) -> None:
    office = a_finished_office(tmp_path)
    office.run("people", "away", "bram@wulp.example", "2027-05-03", "2027-05-07", "--why", "ANNA  BOS valt in")
    office.run("retention", "exempt", HOST, "--reason", f"bezwaar van {ANNA}")
    with an_application(office) as app, app.store.write() as work:
        cora = next(each for each in work.people.persons("office") if each.name == "Cora Kok")
        now = datetime(2027, 3, 1, 9, tzinfo=UTC)
        folded = Attachment(name="a.ics", media_type="text/calendar", data=b"ATTENDEE;CN=Anna B\r\n os:mailto:x")
        mail = a_message("m-1", asks=(), person=cora.id, address=cora.email, created_at=now, subject="Let op")
        (finished,) = work.cases.all_ids("office")
        work.unfinished.put(
            Unfinished(case=finished, task="reflection:1", participant="nobody", answers={"text": "Met Anna Bos"},
                       version=1, at=now)
        )  # fmt: skip
        work.outbox.add(replace(mail, text="Anna Bos belde"), [])
        work.outbox.add(replace(mail, id="m-2", message_id="<m-2@x>", attachments=(folded,)), [])
        work.outbox.add(replace(mail, id="m-3", message_id="<m-3@x>", text="Anna en Bos"), [])
        work.commit()
    lines = office.lines("erase", ANNA, "--reason", "vraag", "--dry-run")
    told = office.json("erase", ANNA, "--reason", "vraag")
    (case,) = [row["case"] for row in office.json("cases", "--closed")]
    found = {(each["kind"], each["id"], each["about"]) for each in told["named_in"]}
    assert {
        ("mail", "m-1", "Let op"),
        ("mail", "m-2", "Let op"),
        ("exemption", case, ""),
        ("unfinished", case, "reflection:1"),
    } <= found
    assert {(kind, about) for kind, _, about in found} >= {("person", "Bram Vos"), ("history", "exempted")}
    assert "m-3" not in {id for _, id, _ in found}
    assert told["wiped"] is True
    assert "Texts of others that still name this person; look at them:" in lines
    assert "mail m-1: Let op" in lines
    assert lines[-2].startswith("What stays: backups and exports of before, returned mail in the mailbox")
    with an_application(office) as app, app.store.read() as work:
        left = {each.id: each.text for each in work.outbox.messages()}
    assert left["m-1"] == "Anna Bos belde"


def test_an_erasure_is_refused_whose_reason_would_keep_the_name(tmp_path: Path) -> None:
    office = a_finished_office(tmp_path)
    told = office.refused("erase", ANNA, "--reason", "Verzoek van anna bos")
    assert told == [
        "Can't erase Anna Bos:",
        "- the reason names who is to be erased, and it is kept: say it without name and address",
    ]


def test_addresses_of_before_and_the_phone_number_are_marks_and_what_is_short_is_none() -> None:
    person = PersonRecord(id="p", secretariat="office", name="Bo", email="bo@a.example", phone="06 12 34")
    known = marks(person.readdressed("bo@b.example"))
    assert known == ("bo@b.example", "bo@a.example", "06 12 34")
    assert names("Schreef BO@A.example al?", known)
    assert not names("Bo schreef", known)
