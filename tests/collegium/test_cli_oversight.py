"""`outbox hold` to `outbox story`: what an office does with its mails, as it does it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from collegium.bootstrap import build
from collegium.calendar_duty import CalendarDuty
from collegium.settings import Settings
from engine.mail import Bulk, Delivery
from notifications.bulk import bulk_id
from notifications.doubt import RESTORED, TOO_LATE
from notifications.missing import MISSED
from notifications.oversight import FOR_APPROVAL
from storage.unit_of_work import SqlStore
from tests.builders.definitions import SMALL_REVIEW
from tests.collegium.command_line import (
    HOST,
    NOW,
    Office,
    a_new_office,
    a_writing_office,
    an_office_with_a_case,
    kept_once,
)  # fmt: skip
from tests.collegium.reviews import Accepted

START = datetime.fromisoformat(NOW).replace(tzinfo=UTC) - timedelta(hours=1)
HOSTS = ("--hosts", "De Linde", "--hosts", "De Wulp", "--date", "latest=2028-06-01")
CORA, OLGA, ANNA = "cora@bureau.example", "olga@bureau.example", "anna@linde.example"


def an_office_with_mails(folder: Path) -> tuple[Office, str]:
    """Two mails are ready; the id of the one that asks something."""
    office = _composed(folder).at("2027-03-01T16:00")
    return office, next(row["id"] for row in office.json("outbox") if row["to"] == "Anna Bos")


@kept_once
def _composed(folder: Path) -> Office:
    office = a_writing_office(folder)
    with build(Settings(database=f"sqlite:///{office.database}")) as app:
        app.mailroom.compose(START + timedelta(hours=1))
    return office


def ended(office: Office, id: str, delivery: Delivery) -> None:
    store = SqlStore(f"sqlite:///{office.database}")
    with store.write() as work:
        work.outbox.lease(START + timedelta(hours=2), 9, START + timedelta(hours=3))
        work.outbox.record(id, delivery, START + timedelta(hours=2))
        work.commit()
    store.close()


def row_of(office: Office, id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in office.json("outbox") if row["id"] == id)
    return found


def test_a_mail_is_held_and_let_go(tmp_path: Path) -> None:
    office, id = an_office_with_mails(tmp_path)
    later = office.at("2027-03-01T15:07")
    (line,) = later.lines("outbox", "hold", id[:8], "--reason", "Eerst bellen", "--as", CORA)
    assert line.startswith(f"Held: {id[:8]} “Kleine review")
    assert (row_of(office, id)["state"], row_of(office, id)["held_because"]) == ("held", "Eerst bellen")
    assert any("Eerst bellen" in line for line in office.lines("outbox", "--state", "held"))
    head = office.notes("outbox")[0]
    assert head.startswith("! 1 mail is held, since Mon 2027-03-01 15:07")
    assert head.endswith(": collegium outbox --state held")
    office.run("outbox", "release", id[:8])
    assert row_of(office, id)["state"] == "ready"
    assert office.refused("outbox", "release", id[:8]) == ["Can't release this mail:", "- it will still go out"]


def test_a_cancelled_mail_tells_who_did_it_and_why(tmp_path: Path) -> None:
    office, id = an_office_with_mails(tmp_path)
    office.run("outbox", "cancel", id, "--reason", "ging al uit", "--as", CORA)
    last = office.json("outbox", "story", id)["happened"][-1]["what"]
    assert last.startswith("cancelled by Cora")
    assert last.endswith(": ging al uit")


def test_the_offices_own_people_change_what_a_mail_says(tmp_path: Path) -> None:
    office, id = an_office_with_mails(tmp_path)
    path = tmp_path / "mail.txt"
    office.run("outbox", "show", id, "--source", "--out", path)
    source = path.read_text(encoding="utf-8")
    assert office.run("outbox", "show", id, "--source").stdout == source
    assert "%%link:" in source
    path.write_text(source.replace("Geachte", "Zoals besproken, geachte"), encoding="utf-8")
    (line,) = office.lines("outbox", "edit", id, "--as", CORA, "--text", path, "--subject", "Onze afspraak")
    assert line == f"Changed: {id[:8]} “Onze afspraak” to {ANNA}"
    assert "Zoals besproken, geachte" in office.json("outbox", "show", id)["body"]
    assert "Zoals besproken, geachte" in office.json("outbox", "show", id, "--html")["body"]
    assert "changed by hand" in "\n".join(office.lines("outbox", "show", id))


def test_nobody_else_does(tmp_path: Path) -> None:
    office, id = an_office_with_mails(tmp_path)
    only = {"COLLEGIUM_OUTBOX_ROLE": "coordinator"}
    told = office.run("outbox", "edit", id, "--as", OLGA, "--subject", "Anders", code=1, env=only).stderr
    assert "Olga Ooms does not have the role coordinator in the office's own organisation (setting outbox_role)" in told
    assert office.run("outbox", "edit", id, "--as", CORA, code=2).stderr
    assert row_of(office, id)["edited"] is False


@pytest.mark.parametrize(
    "deed",
    [
        ("hold", "--reason", "x"), ("release",), ("edit", "--subject", "x"), ("to-me",), ("cancel", "--reason", "x"),
        ("resend", "--reason", "x"), ("decide", "sent", "--reason", "x"),
    ],
    ids=lambda deed: deed[0],
)  # fmt: skip
def test_nobody_from_elsewhere_acts_for_the_office(tmp_path: Path, deed: tuple[str, ...]) -> None:
    office, id = an_office_with_mails(tmp_path)
    name, *more = deed
    assert office.refused("outbox", name, id, *more, "--as", ANNA) == [
        "Can't act for the office:", "- Anna Bos has no function in the office's own organisation",
    ]  # fmt: skip


def test_a_text_that_is_no_utf_8_is_refused_in_a_sentence(tmp_path: Path) -> None:
    office, id = an_office_with_mails(tmp_path)
    path = tmp_path / "mail.txt"
    path.write_bytes("Geachte heer Müller".encode("cp1252"))
    told = office.run("outbox", "edit", id, "--as", CORA, "--text", path, code=2).stderr
    assert "is not UTF-8 (byte 15): save it as UTF-8" in " ".join(told.split())


def test_a_lost_link_is_refused_and_nothing_changes(tmp_path: Path) -> None:
    office, id = an_office_with_mails(tmp_path)
    path = tmp_path / "mail.txt"
    path.write_text("Kort.", encoding="utf-8")
    (what, why) = office.refused("outbox", "edit", id, "--as", CORA, "--text", path)
    assert what == "Can't change this mail:"
    assert why.endswith("is gone from the text: put it back as it was")
    assert row_of(office, id)["edited"] is False


def test_a_refused_mail_is_sent_again_and_both_tell_of_it(tmp_path: Path) -> None:
    office, id = an_office_with_mails(tmp_path)
    ended(office, id, Delivery(outcome="refused", code=550, answer="RCPT: 550 no such user"))
    (again,) = office.json("outbox", "resend", id[:8], "--reason", "Adres hersteld")
    assert row_of(office, again["id"])["resends"] == id
    happened = [each["what"] for each in office.json("outbox", "story", id)["happened"]]
    assert happened == [
        "composed",
        "attempt 1, refused; the mail server answered: 550 no such user",
        f"sent again as {again['id'][:8]}, now ready",
        "sent again by an operator: Adres hersteld",
    ]
    assert office.json("outbox", "story", again["id"])["happened"][0]["what"] == f"sends {id[:8]} again"


def test_what_nobody_need_do_any_more_is_refused_by_the_label_of_its_task(tmp_path: Path) -> None:
    office, id = an_office_with_mails(tmp_path)
    ended(office, id, Delivery(outcome="refused", code=550, answer="RCPT: 550 no such user"))
    office.run(
        "act",
        HOST,
        "submit",
        "reflection",
        "--answer",
        "text=het gaat goed",
        "--answer",
        "grade=far",
        "--as",
        "Anna Bos",
    )
    assert office.refused("outbox", "resend", id, "--reason", "Adres hersteld") == [
        "Can't send this mail again:",
        "- it has the link of ‘Write a short reflection’, which is done: its reader need not do it any more",
    ]


def test_a_held_mail_goes_to_the_address_that_its_reader_has_by_now_and_its_story_says_so(tmp_path: Path) -> None:
    office, id = an_office_with_mails(tmp_path)
    office.run("outbox", "hold", id, "--reason", "Eerst bellen")
    office.run("people", "change", "Anna Bos", "--email", "anna@elders.example")
    with build(Settings(database=f"sqlite:///{office.database}")) as app:
        (duty,) = [each for each in app.duties if each.name == CalendarDuty.name]
        duty.run(START + timedelta(hours=2))
    found = row_of(office, id)
    assert (found["state"], found["address"]) == ("held", "anna@elders.example")
    assert "its reader has another address by now; this mail goes there" in [
        each["what"] for each in office.json("outbox", "story", id)["happened"]
    ]


def test_a_second_reminder_mail_of_a_day_goes_out_only_anyway_and_its_story_says_so(tmp_path: Path) -> None:
    office, id = an_office_with_mails(tmp_path)
    store = SqlStore(f"sqlite:///{office.database}")
    with store.write() as work:
        told = work.outbox.message(id)
        assert told is not None
        reminder = replace(told, id="5f2c", reminder=True, state="sent", asks=(), text="Beste Anna")
        work.outbox.add(replace(reminder, local_day="2027-03-01"), [])
        work.commit()
    store.close()
    assert office.refused("outbox", "resend", "5f2c", "--reason", "Niet gekregen") == [
        "Can't send this mail again:",
        "- its reader has a reminder mail of today already, 5f2c: it is sent",
        "- nobody gets two reminder mails on one day: wait until tomorrow, or send it with --anyway and say why",
    ]
    (again,) = office.json("outbox", "resend", "5f2c", "--anyway", "--reason", "Gebeld: niet gekregen")
    for mail in ("5f2c", again["id"]):
        assert office.json("outbox", "story", mail)["happened"][-1]["what"] == (
            "sent again, although it was the second reminder mail of that day, by an operator: Gebeld: niet gekregen"
        )


def test_a_copy_to_oneself(tmp_path: Path) -> None:
    office, id = an_office_with_mails(tmp_path)
    (copied,) = office.json("outbox", "to-me", id, "--as", CORA)
    shown = office.json("outbox", "show", copied["id"])
    assert (shown["to"], shown["kind"], shown["subject"].startswith("[Kopie] ")) == ("Cora Kok", "copy", True)
    assert "werkt niet in een kopie" in shown["body"]


def test_the_whole_story_of_a_mail(tmp_path: Path) -> None:
    office, id = an_office_with_mails(tmp_path)
    office.run("outbox", "hold", id, "--reason", "Even wachten", "--as", CORA)
    office.run("outbox", "release", id)
    ended(office, id, Delivery(outcome="sent", code=250, answer="content: 250 queued as 4F2"))
    told = office.json("outbox", "story", id)
    assert [(each["rule"], each["in_words"], each["about"]) for each in told["because"]] == [
        ("notices.begun", "notice “A beginning was made” of the process", HOST)
    ]
    assert told["because"][0]["caused_by"][0].startswith("transition taken: ")
    assert [link["task"] for link in told["links"]] == ["reflection:1"]
    lines = office.lines("outbox", "story", id)
    assert "State: sent, Mon 2027-03-01 11:00" in lines
    assert any(line.endswith("held by Cora Kok: Even wachten") for line in lines)
    assert any(line.endswith("released by an operator") for line in lines)
    assert any(line.endswith("attempt 1, sent; the mail server answered: 250 queued as 4F2") for line in lines)


def test_an_unknown_mail_with_legal_effect_asks_for_a_decision(tmp_path: Path) -> None:
    office, id = an_office_with_mails(tmp_path)
    ended(office, id, Delivery(outcome="unknown", answer="no answer after the final dot"))
    assert office.notes("outbox")[0].endswith(f"collegium outbox decide {id[:8]} sent|again|by-phone")
    office.run("outbox", "decide", id, "maybe", "--reason", "x", code=2)
    office.run("outbox", "decide", id[:6], "by-phone", "--reason", "Gebeld, gelezen", "--as", CORA)
    assert not any(line.startswith("!") for line in office.notes("outbox"))
    assert any(
        "decided (by phone) by Cora Kok: Gebeld, gelezen" in line for line in office.lines("outbox", "story", id)
    )
    (what, why) = office.refused("outbox", "decide", id, "sent", "--reason", "x")
    assert (what, why) == ("Can't decide about this mail:", "- that was decided before: see its story")


def test_a_private_link_is_revoked_by_its_mail(tmp_path: Path) -> None:
    office, id = an_office_with_mails(tmp_path)
    found = office.json("outbox", "revoke", id, "--reason", "Doorgestuurd")
    assert (len(found["links"]), found["written_anew"], found["held"]) == (1, [id], [])
    assert row_of(office, id)["state"] == "cancelled"
    other = next(row["id"] for row in office.json("outbox") if row["to"] == "Sam Smit")
    assert office.refused("outbox", "revoke", other, "--reason", "x") == [f"The mail {other[:8]} holds no private link"]


def test_an_outage_stands_above_the_list(tmp_path: Path) -> None:
    office, _ = an_office_with_mails(tmp_path)
    store = SqlStore(f"sqlite:///{office.database}")
    with store.write() as work:
        data = {"since": START.isoformat(), "cause": "login", "answer": "no connection: 535 no"}
        work.record("outbox:office", "mail_server_away", data, START)
        work.commit()
    assert office.notes("outbox")[0] == (
        "! No mail goes out since Mon 2027-03-01 09:00: the mail server refuses the name or password: see smtp_user and"
        " smtp_password (no connection: 535 no). 2 mails wait."
    )
    with store.write() as work:
        until = START + timedelta(hours=3)
        back = {"since": START.isoformat(), "until": until.isoformat(), "cause": "login", "waited": 48}
        work.record("outbox:office", "mail_server_back", back, until)
        work.commit()
    store.close()
    assert office.notes("outbox")[0] == (
        "! No mail went out since Mon 2027-03-01 09:00 until Mon 2027-03-01 12:00: the mail server refused the name or"
        " password; 48 mails waited."
    )
    assert not any(line.startswith("!") for line in office.at("2027-03-03T09:00").notes("outbox"))


def test_what_goes_out_tomorrow_is_told_with_rule_and_time(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path).at("2027-03-01T12:00")
    found = office.json("outbox", "tomorrow")
    (row,) = found["mails"]
    assert (row["to"], row["kind"], row["at"]) == ("Cora Kok", "opened", "2027-03-01T12:00:00+01:00")
    assert [each["in_words"] for each in row["because"]] == ["“Choose the day of the visit” was opened"]
    assert (found["number"], found["readers"], found["kinds"]) == (1, 1, {"opened": 1})
    assert office.json("outbox", "tomorrow", "--text", "1")["body"].startswith("Geachte Cora Kok,")
    lines = office.lines("outbox", "tomorrow", "--text", "1")
    assert lines[:3] == [
        f"To: Cora Kok <{row['address']}>",
        f"Subject: {row['subject']}",
        "Leaves: Mon 2027-03-01 12:00, if nobody does anything",
    ]
    assert "[private link]" in lines
    (none,) = [line for line in office.refused("outbox", "tomorrow", "--text", "2", code=2) if "none" in line]
    assert "the list has 1 mail, and none of number 2" in none
    assert office.json("outbox") == []  # a forecast changes nothing
    later = office.at("2027-03-15T09:00").json("outbox", "tomorrow", "--date", "2027-04-02")["mails"]
    places = [(each["at"], each["address"], each["kind"], each["subject"]) for each in later]
    assert (places, len(places) > 3) == (
        sorted(places),
        True,
    )  # the same number is the same mail when it is asked again
    assert office.lines("outbox", "tomorrow")[-2].startswith(
        "1 mail to 1 person until Wed 2027-03-03 00:00: New task (1)."
    )
    office.run("outbox", "tomorrow", "--date", "2027-02-01", code=2)


def test_while_mail_is_paused_what_would_go_out_is_told_with_that_in_the_first_line(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path).at("2027-03-01T12:00")
    free = office.json("outbox", "tomorrow")
    office.run("outbox", "pause", "--reason", "Eerst lezen")
    paused = office.json("outbox", "tomorrow")
    assert (free["paused"], paused) == (False, {**free, "paused": True})
    assert office.lines("outbox", "tomorrow")[0] == (
        "Mail is paused, nothing leaves. This is what goes out if mail may leave again now: collegium outbox resume"
    )
    assert office.notes("outbox")[0].startswith("! No mail leaves since")  # a forecast changes nothing


def test_a_launch_to_many_wants_its_number(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    words = (
        "launch",
        SMALL_REVIEW,
        "--name",
        "R",
        "--hosts",
        "De Linde",
        "--hosts",
        "De Wulp",
        "--date",
        "latest=2028-06-01",
    )
    few = {"COLLEGIUM_BULK_FROM": "1"}
    seen = office.run(*words, "--dry-run", env=few).stdout.splitlines()
    assert "To be told at once: 2x New task; in 1 mail." in seen
    assert seen[-1] == "This was a dry run: nothing was changed."
    wrong = office.run(*words, "--mails", "2", env=few, code=1).stderr.splitlines()
    assert wrong == ["Can't launch with 2 mails:", "  - 1 mail would go out now: look at it again"]
    assert office.json("cases") == []
    office.run(*words, "--mails", "1", env=few)
    assert len(office.json("cases")) == 2


def test_one_of_those_that_wait_is_held_out_and_the_other_goes(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    with build(Settings(database=f"sqlite:///{office.database}", bulk_from=1)) as app:
        app.mailroom.compose(START + timedelta(hours=1))
    office = office.at("2027-03-01T11:00")
    one, other = office.json("outbox", "--state", "held")
    bulk = one["bulk"]
    office.run("outbox", "hold", one["id"], "--reason", "Eerst bellen")
    heads = office.notes("outbox")
    assert any(head.endswith(": collegium outbox --state held") for head in heads)
    said = office.lines("outbox", "release", one["id"])
    assert said == [f"{one['id'][:8]} waits with the others for approval again: collegium outbox approve {bulk[:8]}"]
    office.run("outbox", "hold", one["id"], "--reason", "Eerst bellen")
    office.run("outbox", "approve", bulk)
    assert office.lines("outbox", "approve", bulk, "--mails", "1") == ["Approved: 1 mail.", "1 mail leaves now."]
    assert (row_of(office, one["id"])["state"], row_of(office, other["id"])["state"]) == ("held", "ready")
    assert office.lines("outbox", "release", one["id"])[0].startswith("Released: ")
    assert row_of(office, one["id"])["state"] == "ready"


@pytest.mark.parametrize("deed", [("hold",), ("resend",), ("decide", "again"), ("revoke",)], ids=lambda deed: deed[0])
def test_a_reason_that_says_nothing_is_asked_for_again(tmp_path: Path, deed: tuple[str, ...]) -> None:
    office, id = an_office_with_mails(tmp_path)
    name, *more = deed
    told = office.refused("outbox", name, id, *more, "--reason", "  ", code=2)
    assert any("say in a few words why; it is kept" in " ".join(line.split()) for line in [" ".join(told)])


def test_mails_that_wait_with_others_are_shown_and_approved(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    with build(Settings(database=f"sqlite:///{office.database}", bulk_from=1)) as app:
        app.mailroom.compose(START + timedelta(hours=1))
    office = office.at("2027-03-01T11:00")
    held = office.json("outbox", "--state", "held")
    assert len(held) == 2
    first = office.notes("outbox")[0]
    bulk = held[0]["bulk"]
    assert first == (
        f"! 2 mails wait for approval since Mon 2027-03-01 09:00, such as “{held[0]['subject']}”: "
        f"collegium outbox approve {bulk[:8]}"
    )
    lines = office.lines("outbox", "approve", bulk[:6])
    assert lines[0] == f"2 mails “A beginning was made” wait for approval ({bulk})."
    assert lines[-1] == f"To let them go: collegium outbox approve {bulk[:8]} --mails 2"
    assert "Geachte Anna Bos," in lines
    assert office.refused("outbox", "approve", bulk, "--mails", "3") == ["Can't approve 3 mails:", "- there are 2 now"]
    assert office.lines("outbox", "approve", bulk, "--mails", "2") == ["Approved: 2 mails.", "2 mails leave now."]
    assert {row["state"] for row in office.json("outbox")} == {"ready"}
    already = ["Can't approve these mails:", "- they were approved by an operator, at Mon 2027-03-01 11:00"]
    assert office.refused("outbox", "approve", bulk) == already
    assert office.refused("outbox", "approve", bulk, "--mails", "2") == already
    assert [each["what"] for each in office.json("outbox", "story", held[0]["id"])["happened"]] == [
        "composed", "waits with others for approval", "approved by an operator, with the others: 2 mails",
    ]  # fmt: skip
    assert office.refused("outbox", "approve", "zz") == ["There is no bulk mail 'zz'."]


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        (FOR_APPROVAL, "wacht met andere op goedkeuring"),
        (MISSED, "kon niet uitgaan in de uren van de lezer"),
        (TOO_LATE, "kon niet uitgaan voor de uiterste datum van wat erin staat"),
        (RESTORED, "teruggezet uit een reservekopie: ga na of hij al eens uitging"),
        ("Eerst bellen", "Eerst bellen"),
    ],
)
def test_why_a_mail_is_held_is_said_in_the_language_of_the_reader_of_the_list(
    tmp_path: Path, kept: str, told: str
) -> None:
    office, id = an_office_with_mails(tmp_path)
    store = SqlStore(f"sqlite:///{office.database}")
    with store.write() as work:
        work.outbox.hold(id, kept)
        work.commit()
    store.close()
    assert row_of(office, id)["held_because"] == kept
    dutch = office.run("outbox", "show", id, env={"COLLEGIUM_LANGUAGE": "nl"}).stdout
    assert f"({told})" in dutch


def test_a_launch_shows_the_text_of_those_who_are_asked_and_of_those_who_get_a_copy(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    words = ("launch", "development-review", "--name", "R", "--hosts", HOST, "--dry-run")
    found = office.json(*words)["mails"]
    texts = {(each["kind"], "[private link]" in each["text"]) for each in found["texts"]}
    assert {kind for kind, asks in texts if asks} == {kind for kind, asks in texts if not asks} == {"invitation"}
    assert len(found["list"]) == 2
    dutch = office.run(*words, env={"COLLEGIUM_LANGUAGE": "nl", "COLUMNS": "300"}).stdout
    assert "--- Uitnodiging voor de peerreview, nl: " in dutch
    assert "invitation" not in dutch


def test_a_launch_while_mail_is_paused_says_that_nothing_goes_out(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    words = ("launch", SMALL_REVIEW, "--name", "R", "--hosts", HOST)
    paused = "! Mail of the office is paused: nothing goes out until `collegium outbox resume`."
    assert paused not in office.lines(*words, "--dry-run")
    office.run("outbox", "pause", "--reason", "Eerst lezen")
    assert paused in office.lines(*words, "--dry-run")
    assert paused in office.lines(*words)


def test_a_bulk_has_a_name_that_does_not_change() -> None:
    id = bulk_id("office", "begun", START)
    assert (len(id), id) == (12, bulk_id("office", "begun", START))
    assert Bulk(id=id, secretariat="office", template="begun", caused_at=START, number=2).approved_at is None


def test_a_launch_to_many_is_refused_without_its_number(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    words = ("launch", "development-review", "--name", "R", "--hosts", HOST)
    few = {"COLLEGIUM_BULK_FROM": "1"}
    seen = office.run(*words, "--dry-run", env=few).stdout.splitlines()
    number = next(line for line in seen if line.startswith("To be told at once")).split()[-2]
    assert seen[-1] == f"This was a dry run: nothing was changed. To launch it: add --mails {number}."
    assert office.run(*words, env=few, code=1).stderr.splitlines() == [
        "Can't launch R:",
        f"  - {number} mails go out at once: look at them with --dry-run, then add --mails NUMBER",
    ]
    assert office.json("cases") == []
    office.run(*words, "--mails", number, env=few)
    with build(Settings(database=f"sqlite:///{office.database}", bulk_from=1)) as app:
        app.mailroom.compose(START + timedelta(hours=2))
    assert {row["state"] for row in office.json("outbox")} == {"ready"}


def test_no_mail_leaves_while_the_outbox_is_paused(tmp_path: Path) -> None:
    office, id = an_office_with_mails(tmp_path)
    office.lines("outbox", "pause", "--reason", "Eerst lezen", "--as", CORA)
    assert office.notes("outbox")[0].startswith("! No mail leaves since ")
    assert office.notes("outbox")[0].endswith("(Eerst lezen); 2 mails are ready: collegium outbox resume")
    assert office.refused("outbox", "pause", "--reason", "nog eens")[0] == "Can't pause the mail:"
    with build(Settings(database=f"sqlite:///{office.database}"), sender=Accepted()) as app:
        app.mailroom.start()
        office.run("outbox", "cancel", id, "--reason", "gebeld")
        assert app.mailroom.run(START + timedelta(hours=1)).dispatched.sent == 0
        with app.store.read() as work:
            moment = app.mailroom.next_moment(work)
        assert moment is not None
        assert moment > START + timedelta(hours=1)
        assert office.lines("outbox", "resume")[0] == "Mail leaves again; 1 mail is ready."
        assert app.mailroom.run(START + timedelta(hours=2)).dispatched.sent == 1
    assert office.refused("outbox", "resume") == ["Can't resume the mail:", "- it is not paused"]
