"""`bounces`: what came back is listed and told, the mailbox read by hand, an address called good."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from collegium.bootstrap import build
from collegium.settings import Settings
from engine.mail import Delivery
from tests.collegium.command_line import NOW, Office, a_writing_office

AT = datetime.fromisoformat(NOW).replace(tzinfo=UTC)


def a_refused_office(tmp_path: Path) -> Office:
    """Anna's mail was refused: the server does not know her."""
    office = a_writing_office(tmp_path)
    with build(Settings(database=f"sqlite:///{office.database}")) as app:
        app.mailroom.compose(AT)
        with app.store.write() as work:
            (anna,) = [one for one in work.outbox.messages() if one.address == "anna@linde.example"]
            work.outbox.record(anna.id, Delivery(outcome="refused", code=550, answer="RCPT: 550 5.1.1 unknown"), AT)
            work.commit()
        app.returned.run(AT)
    return office


def test_whom_mail_does_not_reach_is_listed_with_the_servers_words(tmp_path: Path) -> None:
    office = a_refused_office(tmp_path)
    found = office.json("bounces")
    assert [(row["who"], row["address"], row["why"]) for row in found["not_reached"]] == [
        ("Anna Bos", "anna@linde.example", "5.1.1 RCPT: 550 5.1.1 unknown"),
    ]  # fmt: skip
    assert [(row["kind"], row["who"], row["code"], row["found_by"]) for row in found["reports"]] == [
        ("hard", "Anna Bos", "5.1.1", "server")
    ]
    assert office.json("bounces", "--kind", "soft")["reports"] == []
    assert any("Anna Bos" in line for line in office.lines("bounces"))
    office.run("bounces", "--kind", "lost", code=2)


def test_one_report_is_told_with_the_mail_that_it_is_about(tmp_path: Path) -> None:
    office = a_refused_office(tmp_path)
    (row,) = office.json("bounces")["reports"]
    lines = office.lines("bounces", "show", row["id"][-8:])
    assert "Mail does not reach this person: nothing is sent." in lines
    assert office.refused("bounces", "show", "zzz") == ["There is no report 'zzz'"]


def test_the_case_says_who_is_not_reached_and_the_owner_has_a_task(tmp_path: Path) -> None:
    office = a_refused_office(tmp_path)
    facts = office.json("show", "De Linde")
    assert facts["not_reached"] == [{"who": "Anna Bos", "why": "the address does not work"}]
    assert "NOT REACHED BY MAIL" in office.lines("show", "De Linde")
    assert "Reach somebody who does not get our mail [Anna Bos]" in [task["label"] for task in facts["tasks"]]


def test_the_history_names_who_was_not_reached_in_the_language_of_the_answer(tmp_path: Path) -> None:
    office = a_refused_office(tmp_path)
    english = office.lines("show", "De Linde", "--history")
    dutch = office.lines("show", "De Linde", "--history", "--language", "nl")
    assert any(line.endswith("not reached: Anna Bos - the address does not work - the clock") for line in english)
    assert any(line.endswith("niet bereikt: Anna Bos - het adres werkt niet - de klok") for line in dutch)


def test_an_address_that_is_called_good_is_tried_again(tmp_path: Path) -> None:
    office = a_refused_office(tmp_path)
    assert office.lines("bounces", "clear", "Anna Bos") == ["Mail goes to Anna Bos at anna@linde.example again."]
    assert office.json("bounces")["not_reached"] == []
    assert office.json("show", "De Linde")["not_reached"] == []
    assert "nothing to clear" in office.lines("bounces", "clear", "Anna Bos")[0]


def test_without_a_mailbox_there_is_nothing_to_read(tmp_path: Path) -> None:
    assert "no mailbox to read" in a_writing_office(tmp_path).refused("bounces", "read")[0]


def test_the_mailbox_is_read_by_hand(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    (tmp_path / "box" / "new").mkdir(parents=True)
    (tmp_path / "box" / "new" / "1").write_text("From: x@y.example\nSubject: Hello\n\nHello\n")
    found = office.run("bounces", "read", env={"COLLEGIUM_MAILBOX": f"maildir:{tmp_path / 'box'}"})
    assert found.output.strip() == "1 mail read, 1 of them new. For a person to read: 1."


def test_the_mail_of_the_task_says_who_which_mail_why_and_what_to_do(tmp_path: Path) -> None:
    office = a_refused_office(tmp_path)
    with build(Settings(database=f"sqlite:///{office.database}")) as app:
        app.mailroom.compose(AT)
        with app.store.read() as work:
            texts = [one.text for one in work.outbox.messages() if "Iemand bereiken" in one.text]
    assert texts
    assert all(words in texts[0] for words in ("Anna Bos, anna@linde.example", "550 5.1.1 unknown", "Bel, en geef"))


def test_a_flag_goes_with_another_address(tmp_path: Path) -> None:
    office = a_refused_office(tmp_path)
    with build(Settings(database=f"sqlite:///{office.database}")) as app:
        with app.store.write() as work:
            (anna,) = work.people.flagged()
            work.people.put_person(replace(anna, email="anna.bos@linde.example"))
            work.commit()
        app.returned.run(AT)
    assert office.json("bounces")["not_reached"] == []
