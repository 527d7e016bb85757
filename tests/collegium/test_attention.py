"""What in the outbox needs somebody, as the office reads it on the command line and in its week."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from collegium.bootstrap import build
from collegium.settings import Settings
from engine.mail import Delivery, MailReport, MailReportKind
from tests.collegium.command_line import NOW, Office, a_writing_office

AT = datetime.fromisoformat(NOW).replace(tzinfo=UTC)


def a_mail_that_we_could_not_sign(office: Office) -> str:
    with build(Settings(database=f"sqlite:///{office.database}")) as app:
        app.mailroom.compose(AT)
        with app.store.write() as work:
            (anna,) = [one for one in work.outbox.messages() if one.address == "anna@linde.example"]
            work.outbox.record(anna.id, Delivery(outcome="refused", answer="Can't sign this mail: no key"), AT)
            work.commit()
        app.returned.run(AT)
    return anna.id


def words_from_outside(office: Office, *kinds: MailReportKind, message: str | None = None) -> None:
    with build(Settings(database=f"sqlite:///{office.database}")) as app, app.store.write() as work:
        for kind in kinds:
            report = MailReport(
                id=f"from-outside-{kind}", kind=kind, address="oma@home.example", message=message,
                received_at=AT, recorded_at=AT,
            )  # fmt: skip
            work.outbox.add_report(report)
        work.commit()


def test_a_mail_that_could_not_be_signed_is_told_until_it_is_sent_again(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    id = a_mail_that_we_could_not_sign(office)
    command = f'collegium outbox resend {id[:8]} --reason "..."'
    told = f"1 mail could not be made or signed and was not sent: Can't sign this mail: no key. Then: {command}"
    assert office.notes("outbox")[0] == f"! {told}"
    dutch = "! 1 mail kon niet worden gemaakt of ondertekend en is niet verstuurd: Can't sign this mail: no key."
    assert office.notes("--language", "nl", "outbox")[0] == f"{dutch} Daarna: {command}"
    found = office.json("doctor", "--offline", code=1)["findings"]
    assert [(each["grade"], each["says"]) for each in found if each["check"] == "outbox"] == [("look", told)]
    office.run("outbox", "resend", id, "--reason", "De sleutel is er weer")
    assert not any("signed" in line for line in office.notes("outbox"))


def test_an_address_that_a_server_refused_is_no_failure_of_our_own(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    with build(Settings(database=f"sqlite:///{office.database}")) as app:
        app.mailroom.compose(AT)
        with app.store.write() as work:
            message = work.outbox.messages()[0]
            work.outbox.record(message.id, Delivery(outcome="refused", code=550, answer="RCPT: 550 5.1.1"), AT)
            work.commit()
    assert not any(line.startswith("!") for line in office.notes("outbox"))


def test_words_of_people_that_belong_to_no_mail_are_counted_so_that_somebody_reads_them(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    words_from_outside(office, "reply", "unsure", "receipt")  # a receipt is nothing to read
    told = "2 messages from people belong to no mail and lie in the folder “Te lezen” of the mailbox: read them"
    assert office.notes("outbox")[0] == f"! {told}"
    assert not any("Te lezen" in line for line in office.at("2027-03-09T09:00").notes("outbox"))


def test_the_offices_week_counts_them_too(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    words_from_outside(office, "reply")
    preview = office.at("2027-03-02T09:00").run("digest", "preview", "cora@bureau.example", "--kind", "week").stdout
    assert "1 mail hoort bij geen mail van het bureau en ligt in de map “Te lezen” van de mailbox." in " ".join(
        preview.split()
    )


def test_words_about_a_case_that_has_ended_are_counted_by_outbox_doctor_and_week(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    with build(Settings(database=f"sqlite:///{office.database}")) as app:
        app.mailroom.compose(AT)
        with app.store.read() as work:
            mail = work.outbox.messages()[0].id
    words_from_outside(office, "reply", "receipt", message=mail)
    told = "1 message from a person belongs to no open case, so there is no task for it; read it: collegium bounces"
    assert office.notes("outbox")[0] == f"! {told}"
    found = office.json("doctor", "--offline")["findings"]
    assert told in [each["says"] for each in found if each["check"] == "outbox"]
    preview = office.at("2027-03-02T09:00").run("digest", "preview", "cora@bureau.example", "--kind", "week").stdout
    assert "1 bericht van een mens hoort bij geen lopende zaak en is dus geen taak" in " ".join(preview.split())
    assert not any("no open case" in line for line in office.at("2027-03-09T09:00").notes("outbox"))


def test_that_nobody_at_the_office_can_be_reached_is_told_where_no_mail_is_needed(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    with build(Settings(database=f"sqlite:///{office.database}")) as app:
        for email in ("cora@bureau.example", "olga@bureau.example"):
            assert not any("nobody at the office" in line for line in office.notes("outbox"))
            with app.store.write() as work:
                person = next(each for each in work.people.persons("office") if each.email == email)
                work.people.put_person(replace(person, reachable=False, unreachable_since=AT))
                work.commit()
            app.returned.run(AT)
    (cora, olga) = [line for line in office.notes("outbox") if "nobody at the office" in line]
    assert cora == (
        "! Mail to Cora Kok (cora@bureau.example) does not arrive, and nobody at the office gets mail about it: "
        'collegium people change cora@bureau.example --email "..."'
    )
    assert "Olga Ooms" in olga
