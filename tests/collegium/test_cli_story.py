"""`outbox`, `show` and `story`: who has decided and approved, and why a mail that lapsed was not sent."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from collegium.bootstrap import build
from collegium.settings import Settings
from engine.mail import Delivery
from storage.unit_of_work import SqlStore
from tests.collegium.command_line import HOST, Office, a_writing_office, an_office_with_a_case
from tests.collegium.test_cli_act import ANSWERS
from tests.collegium.test_cli_oversight import CORA, START, an_office_with_mails, ended, row_of

WIDE = {"COLUMNS": "400"}


def listed(office: Office, *words: str) -> str:
    return " ".join(office.run("outbox", *words, env=WIDE).stdout.split())


def test_a_mail_that_somebody_says_arrived_was_sent_at_the_attempt(tmp_path: Path) -> None:
    office, id = an_office_with_mails(tmp_path)
    ended(office, id, Delivery(outcome="unknown", answer="no answer after the final dot"))
    office.run("outbox", "decide", id, "sent", "--reason", "Gebeld", "--as", CORA)
    row = row_of(office, id)
    decided = {"how": "sent", "by": "Cora Kok", "on": "2027-03-01T16:00:00+01:00", "reason": "Gebeld"}
    assert (row["state"], row["sent"], row["attempts"], row["decided"]) == (
        "sent", "2027-03-01T11:00:00+01:00", 1, decided,
    )  # fmt: skip
    said = "decided by Cora Kok, Mon 2027-03-01 16:00: sent"
    assert said in listed(office)
    assert f"State: sent, Mon 2027-03-01 11:00 ({said})" in office.lines("outbox", "story", id)
    assert [(each["on"][11:16], each["what"]) for each in office.json("outbox", "story", id)["happened"]] == [
        ("10:00", "composed"), ("11:00", "attempt 1, unknown: no answer after the final dot"),
        ("16:00", "decided (sent) by Cora Kok: Gebeld"),
    ]  # fmt: skip


def test_a_mail_that_stays_unknown_says_what_the_office_has_done_about_it(tmp_path: Path) -> None:
    office, id = an_office_with_mails(tmp_path)
    ended(office, id, Delivery(outcome="unknown", answer="no answer after the final dot"))
    office.run("outbox", "decide", id, "by-phone", "--reason", "Gebeld")
    said = "no answer after the final dot; decided by an operator, Mon 2027-03-01 16:00: by phone"
    assert said in listed(office, "--state", "unknown")


def test_the_story_of_a_mail_that_lapsed_says_why_it_was_not_sent(tmp_path: Path) -> None:
    office, id = an_office_with_mails(tmp_path)
    office.run("act", HOST, "submit", "reflection", "--as", "anna@linde.example", *ANSWERS)
    store = SqlStore(f"sqlite:///{office.database}")
    with store.write() as work:
        work.outbox.lease(START + timedelta(hours=8), 9, START + timedelta(hours=9))
        work.commit()
    store.close()
    why = "what it asks for need not be done any more"
    assert office.json("outbox", "story", id)["happened"][-1] == {"on": None, "what": f"not sent: {why}"}
    lines = office.lines("outbox", "story", id)
    assert (f"State: cancelled ({why})" in lines, lines[-1]) == (True, f"-  not sent: {why}")
    dutch = office.run("outbox", "story", id, env={"COLLEGIUM_LANGUAGE": "nl"}).stdout
    assert "niet verstuurd: wat erin gevraagd wordt, hoeft niet meer" in dutch


def test_a_mail_that_was_written_anew_says_why_and_where_it_stands_now(tmp_path: Path) -> None:
    office, id = an_office_with_mails(tmp_path)
    before = office.json("outbox", "story", id)
    office.run("outbox", "revoke", id, "--reason", "Doorgestuurd")
    why, waits = "its private link was revoked", "comes in a mail from Mon 2027-03-01 09:00 on"
    assert f"State: written anew ({why}; {waits})" in office.lines("outbox", "show", id)
    with build(Settings(database=f"sqlite:///{office.database}")) as app:
        app.mailroom.compose(START + timedelta(hours=7))
    (anew,) = [row["id"] for row in office.json("outbox") if row["to"] == "Anna Bos" and row["state"] == "ready"]
    now = f"stands in {anew[:8]} (ready) now"
    assert f"State: written anew ({why}; {now})" in office.lines("outbox", "show", id)
    assert now in listed(office)
    told = office.json("outbox", "story", id)
    assert told["because"] == [{**each, "now": now} for each in before["because"]]
    assert [each["what"] for each in told["happened"]] == ["composed", f"taken back to be written anew: {why}"]
    assert f"tells what {id[:8]} was to tell" in [
        each["what"] for each in office.json("outbox", "story", anew)["happened"]
    ]


def test_of_what_the_office_has_cancelled_its_own_words_are_told_once(tmp_path: Path) -> None:
    office, id = an_office_with_mails(tmp_path)
    office.run("outbox", "cancel", id, "--reason", "ging al uit")
    told = [each["what"] for each in office.json("outbox", "story", id)["happened"]]
    assert told == ["composed", "cancelled by an operator: ging al uit"]


def test_a_mail_to_many_shows_who_approved_it(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    with build(Settings(database=f"sqlite:///{office.database}", bulk_from=1)) as app:
        app.mailroom.compose(START + timedelta(hours=1))
    office = office.at("2027-03-01T11:00")
    first = office.json("outbox")[0]
    assert office.json("outbox", "show", first["id"])["approved"] is None
    office.run("outbox", "approve", first["bulk"])
    office.run("outbox", "approve", first["bulk"], "--mails", "2", "--as", CORA)
    approved = {"by": "Cora Kok", "on": "2027-03-01T11:00:00+01:00", "mails": 2}
    assert office.json("outbox", "show", first["id"])["approved"] == approved
    line = "Approved: by Cora Kok, Mon 2027-03-01 11:00 (2 mails together)"
    assert line in office.lines("outbox", "show", first["id"])
    assert line in office.lines("outbox", "story", first["id"])


def test_what_became_no_mail_is_listed_with_why(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    assert office.lines("outbox", "--untold") == ["All is mailed, or will be."]
    office.run("act", HOST, "take", "begin", "--answer", "day=2027-06-15")
    rows = office.json("outbox", "--untold", "--case", "De Linde")
    assert [(row["to"], row["template"], row["state"], row["why"]) for row in rows] == [
        ("Cora Kok", "opened", "withdrawn", "what it asks for has been done")
    ]
    assert office.json("outbox", "--untold", "--to", CORA) == rows
    assert office.json("outbox", "--untold", "--to", "anna@linde.example") == []
    dutch = office.run("outbox", "--untold", env={**WIDE, "COLLEGIUM_LANGUAGE": "nl"}).stdout
    assert "wat erin gevraagd wordt, is al gedaan" in dutch
    assert dutch.splitlines()[-1] == "1 bericht is geen mail geworden."


def test_the_story_tells_what_was_done_once_and_nothing_that_the_engine_worked_out(tmp_path: Path) -> None:
    office, id = an_office_with_mails(tmp_path)
    ended(office, id, Delivery(outcome="sent", code=250, answer="content: 250 Kept"))
    dutch = office.run("outbox", "story", id, env={"COLLEGIUM_LANGUAGE": "nl"}).stdout
    causes = [line for line in dutch.splitlines() if line.strip().startswith("aanleiding: ")]
    assert causes
    assert len(set(causes)) == len(causes)
    assert not [line for line in causes if "datums berekend" in line or "gaat open" in line or "datum gezet" in line]
    assert "poging 1, verzonden; de mailserver antwoordde: 250 Kept" in dutch


def test_the_hints_of_a_case_name_what_is_to_be_filled_in_in_the_readers_language(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    assert "pause --until DAY --reason" in office.run("show", HOST).stdout
    assert "pause --until DAG --reason" in office.run("show", HOST, env={"COLLEGIUM_LANGUAGE": "nl"}).stdout
