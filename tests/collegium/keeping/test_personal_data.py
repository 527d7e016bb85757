"""What is told of one person, and what is left once they are erased?"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from engine.appointments import CalendarEntry
from engine.digests import DigestIssue
from engine.history import chained
from engine.mail import Delivery, MailReport
from tests.builders.storage import a_message
from tests.collegium.command_line import HOST, Office, a_writing_office
from tests.collegium.keeping.test_retention import a_finished_office, an_application

ANNA = "anna@linde.example"


def exported(office: Office, *words: str) -> Any:
    path = office.folder / f"export-{len(words)}-{words[1].replace(' ', '')}.json"
    office.run("export", *words, "--out", path)
    assert path.stat().st_mode & 0o077 == 0
    return json.loads(path.read_text(encoding="utf-8"))


def everything(office: Office) -> str:
    """Every text in the database, as one."""
    with closing(sqlite3.connect(office.database)) as connection:
        return "\n".join(connection.iterdump())


def test_all_that_is_known_of_a_person_is_told(tmp_path: Path) -> None:
    told = exported(a_finished_office(tmp_path), "--person", ANNA)
    assert (told["person"]["name"], told["person"]["email"]) == ("Anna Bos", ANNA)
    assert [(one["organisation"], one["role"]) for one in told["memberships"]] == [(HOST, "contact")]
    (case,) = told["cases"]
    assert (case["host"], case["roles"]) == (HOST, ["Contact person"])
    assert case["answers"][0]["answers"] == {"text": "Het gaat goed hier", "grade": "far"}
    assert [(one["task"], one["state"]) for one in case["tasks"]] == [("Write a short reflection", "done")]
    assert ("answers_given", "reflection:1") in [(deed["kind"], deed["name"]) for deed in case["deeds"]]


def test_what_states_are_called_is_told_in_the_language_of_the_reader(tmp_path: Path) -> None:
    told = exported(a_finished_office(tmp_path), "--person", ANNA, "--language", "nl")
    (case,) = told["cases"]
    assert [(one["state"], one["state_label"]) for one in case["tasks"]] == [("done", "klaar")]
    assert ("waiting", "wacht") in {(one["state"], one["state_label"]) for one in case["notices"]}


def test_what_they_were_told_and_did_outside_the_cases_is_told_too(tmp_path: Path) -> None:
    office = a_finished_office(tmp_path)
    now = datetime(2027, 3, 1, 9, tzinfo=UTC)
    with an_application(office) as app, app.store.write() as work:
        anna = next(each for each in work.people.persons("office") if each.email == ANNA)
        (key, case) = next((each.key, each.case) for each in work.people.participations(anna.id))
        link = work.outbox.link(case, key, "reflection:1")
        work.digests.put_issue(
            DigestIssue(secretariat="office", person=anna.id, kind="partnership", period="2027-03", facts="",
                        message=None, at=now)
        )  # fmt: skip
        day = datetime.fromisoformat("2027-06-15T00:00")
        work.calendar_entries.put(
            CalendarEntry(case=case, participant=key, date="day", uid="u-1", sequence=0, first=day, last=day,
                          all_day=True)
        )  # fmt: skip
        for by, to in ((anna.id, None), ("operator", anna.id), ("operator", None)):
            deed = {"message": "m-1", "by": by, "reason": "Gebeld"}
            work.record("outbox:office", "mail_copied", {**deed, "to": to} if to else deed, now)
        work.commit()
    told = exported(office, "--person", ANNA)
    (there,) = told["cases"]
    assert {"template", "from", "state", "state_label"} == set().union(*there["notices"])
    assert {"task": "reflection:1", "revoked": False} in there["links"]
    assert link.id not in json.dumps(told)
    moment = "2027-06-15T00:00:00"
    assert {"date": "day", "first": moment, "last": moment, "state": "asked"} in there["calendar"]
    assert told["digests"] == [{"kind": "partnership", "period": "2027-03", "made": "2027-03-01T09:00:00+00:00"}]
    deed = {"at": "2027-03-01T09:00:00+00:00", "kind": "mail_copied", "message": "m-1", "reason": "Gebeld"}
    assert told["outbox_deeds"] == [deed, deed]


def test_answers_of_others_are_not_told(tmp_path: Path) -> None:
    told = exported(a_finished_office(tmp_path), "--person", "sam@linde.example")
    assert [case["answers"] for case in told["cases"]] == [[]]
    assert "Het gaat goed hier" not in json.dumps(told)


def test_nobody_is_erased_who_has_work_in_an_open_case(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    told = office.refused("erase", ANNA, "--reason", "vraag")
    assert told[0] == "Can't erase Anna Bos:"
    assert told[1].startswith(f"- takes part in the open case of {HOST}")
    assert told[1].endswith("(Contact person and Write a short reflection): somebody else must take over first")


def test_an_erased_person_stands_nowhere_any_more_and_the_histories_are_whole(tmp_path: Path) -> None:
    office = a_finished_office(tmp_path)
    assert "Anna Bos" in everything(office)
    assert office.run("erase", ANNA, "--reason", "vraag", "--dry-run").stdout.endswith("nothing was changed.\n")
    assert "Anna Bos" in everything(office)
    office.run("erase", ANNA, "--reason", "vraag")
    left = everything(office)
    assert ("Anna Bos" in left, ANNA in left) == (False, False)
    assert office.lines("verify")[-1].endswith("all is whole.")
    assert office.json("cases", "--closed")
    assert office.refused("erase", ANNA, "--reason", "vraag")[0].startswith("Nobody has the address")


def test_a_refusal_that_named_the_reader_leaves_no_name_behind(tmp_path: Path) -> None:
    office = a_finished_office(tmp_path)
    now = datetime(2027, 3, 1, 9, tzinfo=UTC)
    answer = f"RCPT: 550 5.1.1 <{ANNA}>: Anna Bos has left"
    with an_application(office) as app, app.store.write() as work:
        anna = next(each for each in work.people.persons("office") if each.email == ANNA)
        work.outbox.add(a_message("m-1", asks=(), person=anna.id, address=ANNA, created_at=now), [])
        work.outbox.lease(now, 10, now + timedelta(minutes=30))
        work.outbox.record("m-1", Delivery(outcome="refused", code=550, answer=answer), now)
        stray = MailReport(
            id="r-1", kind="hard", address="Anna@Linde.example", diagnostic=answer, received_at=now, recorded_at=now
        )
        work.outbox.add_report(stray)
        work.commit()
    assert answer in everything(office)
    office.run("erase", ANNA, "--reason", "vraag")
    left = everything(office)
    assert ("Anna Bos" in left, ANNA.casefold() in left.casefold()) == (False, False)
    with an_application(office) as app, app.store.read() as work:
        (told,) = [each.event.data for each in work.stream("outbox:office") if each.event.kind == "mail_refused"]
    assert (told["message"], told["code"], told["status_code"]) == ("m-1", 550, "5.1.1")
    assert office.lines("verify")[-1].endswith("all is whole.")


def test_the_file_of_a_case_can_be_checked_without_us(tmp_path: Path) -> None:
    told = exported(a_finished_office(tmp_path), "--case", HOST)
    assert (told["host"], told["closed"], told["stage"]) == (HOST, True, "Finished")
    assert set(told["participants"].values()) == {"Anna Bos", "Sam Smit", "Cora Kok", "Olga Ooms"}
    assert "Anna Bos" not in json.dumps([told["state"], told["history"]])
    assert [chained(row["previous"], row["payload"]) for row in told["history"]] == [
        row["hash"] for row in told["history"]
    ]
    assert [row["previous"] for row in told["history"]] == ["", *(row["hash"] for row in told["history"][:-1])]


def test_an_export_overwrites_nothing_and_is_of_one_thing(tmp_path: Path) -> None:
    office = a_finished_office(tmp_path)
    path = tmp_path / "there.json"
    path.write_text("mine")
    assert office.refused("export", "--case", HOST, "--out", path)[0] == "Can't write the export:"
    assert path.read_text() == "mine"
    office.run("export", code=2)
    office.run("export", "--case", HOST, "--person", ANNA, code=2)
