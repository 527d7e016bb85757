import email
import email.policy
from dataclasses import replace
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.mail import Attachment, Wire
from notifications.links import UnknownPlaceholder
from notifications.mime import CannotBuild, Service, build, token_address
from tests.notifications.builders import NOW, SERVICE, message
from tests.notifications.ical_files import read_mail, structure


def read(wire: Wire) -> EmailMessage:
    mail = email.message_from_bytes(wire.data, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def built(**changes: Any) -> EmailMessage:
    return read(build(message(**changes), SERVICE, NOW))


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert isinstance(part, EmailMessage)
    return str(part.get_content()).replace("\r\n", "\n")


def test_a_mail_comes_from_the_service_and_is_answered_to_the_office() -> None:
    wire = build(message(), SERVICE, NOW)
    assert (wire.message, wire.sender, wire.recipient) == ("m-1", "post@review.example", "anke@school.example")
    mail = read(wire)
    assert {name: str(value) for name, value in mail.items() if name != "Content-Type"} == {
        "MIME-Version": "1.0",
        "From": "Bureau Peerreview <post@review.example>",
        "Reply-To": "Bureau Peerreview <bureau@review.example>",
        "To": "anke@school.example",
        "Subject": "Herinnering: kritische reflectie",
        "Date": "Mon, 08 Mar 2027 08:00:00 +0000",
        "Message-ID": "<m-1@review.example>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": "nl",
        "X-Collegium-Kind": "reminder",
        "X-Collegium-Message": "m-1",
    }


def test_both_bodies_come_through_as_they_were() -> None:
    text = "Beste André,\n\nFrom here on: één regel = 100%.\n.\n..punten \nTrema's: ë ï ü €\n" + "lang " * 60 + "\n"
    html = f"<p>{text}</p>\n"
    mail = built(text=text, html=html)
    assert (body(mail, "plain"), body(mail, "html")) == (text, html)
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


@given(
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=300),
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=200),
)
def test_any_words_survive_the_wire_in_seven_bits_and_short_lines(text: str, subject: str) -> None:
    wire = build(message(text=text + "\n", subject=subject), SERVICE, NOW)
    assert wire.data.isascii()
    lines = wire.data.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert body(read(wire), "plain") == text + "\n"


@pytest.mark.parametrize(
    "subject",
    [
        "Te laat: één taak (3 werkdagen)",
        "Herinnering: " + "een heel lang onderwerp van een taak " * 6,
        "Voorgesteld panel; bezwaar maken kan tot donderdag 22 april 2027 – lees mee",
        "peerreview " * 30 + "é",
    ],
)
def test_long_and_accented_subjects_are_folded_and_come_back(subject: str) -> None:
    wire = build(message(subject=subject.strip()), SERVICE, NOW)
    assert str(read(wire)["Subject"]) == subject.strip()
    headers = wire.data.split(b"\r\n\r\n")[0].split(b"\r\n")
    assert max(map(len, headers)) <= 78


@pytest.mark.parametrize(
    "name", ["Bureau Peerreview", 'Büro "Noord", de Vries', "Onderwijs & Zo (SO&P)", "", "N" * 120]
)
def test_an_office_may_have_any_name(name: str) -> None:
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    mail = built(reply_to=f'"{quoted}" <bureau@review.example>')
    for header, address in (("From", "post@review.example"), ("Reply-To", "bureau@review.example")):
        (found,) = mail[header].addresses
        assert (found.display_name, found.addr_spec) == (name, address)


def test_mails_of_a_case_hang_together() -> None:
    mail = built(references="<case-1@review.example>")
    assert mail["References"] == mail["In-Reply-To"] == "<case-1@review.example>"


def test_bounces_may_go_elsewhere() -> None:
    service = Service(address=SERVICE.address, key=SERVICE.key, bounces="bounces@review.example")
    wire = build(message(), service, NOW)
    assert wire.sender == "bounces@review.example"
    assert parseaddr(str(read(wire)["From"]))[1] == "post@review.example"


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Taak\r\nBcc: all@x.example"},
        {"subject": "Taak\nX: y"},
        {"reply_to": '"Bureau\r\nBcc: all@x.example" <bureau@review.example>'},
        {"reply_to": "bureau@review.example\nBcc: a@b.example"},
        {"reply_to": "no address"},
        {"address": "anke@school.example\r\nBcc: all@x.example"},
        {"address": "anke@school.example, all@x.example"},
        {"address": "anke@school.example> SIZE=1"},
        {"address": "Anke <anke@school.example>"},
        {"address": "anke"},
        {"address": "@school.example"},
        {"address": ""},
        {"message_id": "<m-1@review.example>\r\nBcc: a@b.example"},
        {"references": "<one@x> <two@x>"},
        {"kind": "late\r\nBcc: a@b.example"},
        {"language": "nl\nBcc: a@b.example"},
        {"id": "m\r\nBcc: a@b.example"},
    ],
    ids=str,
)
def test_what_could_begin_a_header_or_another_recipient_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(CannotBuild):
        build(message(**changes), SERVICE, NOW)


def test_an_address_beyond_ascii_stands_as_it_is() -> None:
    wire = build(message(address="andré@school.example"), SERVICE, NOW)
    assert "\r\nTo: andré@school.example\r\n".encode() in wire.data
    assert wire.recipient == "andré@school.example"


def test_private_links_are_made_at_the_wire_only() -> None:
    address = token_address("https://review.example/", SERVICE.key, "L1", 2)
    assert address.startswith("https://review.example/t/TDE.2.")
    stored = message(text="Open:\n%%link:L1%%\n", html='<p><a href="%%link:L1%%">Open</a></p>\n')
    mail = read(build(stored, SERVICE, NOW, {"L1": address}))
    assert body(mail, "plain") == f"Open:\n{address}\n"
    assert body(mail, "html") == f'<p><a href="{address}">Open</a></p>\n'
    with pytest.raises(UnknownPlaceholder):
        build(stored, SERVICE, NOW)


@pytest.mark.parametrize(
    ("stop", "one_click"),
    [("https://review.example/u/1", "List-Unsubscribe=One-Click"), ("http://review.example/u/1", None)],
)
def test_one_click_is_offered_over_https_only(stop: str, one_click: str | None) -> None:
    mail = read(build(message(digest="week"), SERVICE, NOW, stop=stop))
    assert (mail["List-Unsubscribe"], mail["List-Unsubscribe-Post"]) == (f"<{stop}>", one_click)


def test_neither_the_key_nor_the_bytes_stand_in_a_representation() -> None:
    assert "sixteen" not in repr(SERVICE)
    assert "Wilt" not in repr(build(message(), SERVICE, NOW))


def test_the_same_message_gives_the_same_bytes() -> None:
    assert build(message(), SERVICE, NOW) == build(message(), SERVICE, NOW)


CALENDAR = Attachment(
    name="invite.ics", media_type="text/calendar", data=b"BEGIN:VCALENDAR\r\nX:\xc3\xa9\r\n", method="REQUEST"
)
REPORT = Attachment(name='Verslag \u00e9\u00e9n; "2027".pdf', media_type="application/pdf", data=bytes(range(256)) * 9)


def test_a_calendar_file_is_an_alternative_and_an_attachment() -> None:
    mail = read_mail(build(message(attachments=(CALENDAR,)), SERVICE, NOW).data)
    assert structure(mail) == [
        "multipart/mixed",
        ["multipart/alternative", ["text/plain", "text/html", "text/calendar"], "application/ics"],
    ]
    told, attached = [part for part in mail.walk() if part.get_content_type() in ("text/calendar", "application/ics")]
    assert (told.get_param("method"), told.get_content_charset(), told.get_content_disposition()) == (
        "REQUEST", "utf-8", None,
    )  # fmt: skip
    assert (attached.get_filename(), attached.get_content_disposition()) == ("invite.ics", "attachment")
    assert told.get_payload(decode=True) == attached.get_payload(decode=True) == CALENDAR.data
    assert body(mail, "plain") == message().text


def test_other_files_stand_behind_the_words() -> None:
    mail = read_mail(build(message(attachments=(REPORT, CALENDAR)), SERVICE, NOW).data)
    assert structure(mail) == [
        "multipart/mixed",
        ["multipart/alternative", ["text/plain", "text/html", "text/calendar"], "application/pdf", "application/ics"],
    ]
    (file,) = [part for part in mail.walk() if part.get_content_type() == "application/pdf"]
    assert (file.get_filename(), file.get_payload(decode=True)) == (REPORT.name, REPORT.data)


def test_a_mail_with_files_travels_in_seven_bits_and_short_lines() -> None:
    data = build(message(attachments=(REPORT, CALENDAR)), SERVICE, NOW).data
    assert data.isascii()
    assert max(map(len, data.split(b"\r\n"))) <= 78


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "a\r\nBcc: all@x.example"},
        {"media_type": "application/pdf\r\nX: y"},
        {"media_type": "pdf"},
        {"method": "REQUEST\r\nX: y"},
        {"method": "a;b"},
    ],
    ids=str,
)
def test_what_could_begin_a_header_of_a_file_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(CannotBuild):
        build(message(attachments=(replace(REPORT, **changes),)), SERVICE, NOW)


def test_of_two_calendar_files_in_one_mail_each_is_left_for_its_reader_to_open() -> None:
    """Programs act on one calendar part of a mail alone: which of two they would take nobody knows."""
    wire = build(message(attachments=(CALENDAR, replace(CALENDAR, name="invite-2.ics"))), SERVICE, NOW)
    mail = read(wire)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/ics", "application/ics",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["é" * 180 + ".pdf", "a" * 300 + ".pdf", "日程 🎓.pdf", "x.pdf", 'A "b" \\c.pdf'])
def test_a_file_name_of_any_length_comes_back_and_breaks_no_line(name: str) -> None:
    wire = build(message(attachments=(replace(REPORT, name=name),)), SERVICE, NOW)
    assert max(map(len, wire.data.split(b"\r\n"))) <= 78
    (file,) = read(wire).iter_attachments()
    assert file.get_filename() == name


def test_a_subject_that_looks_encoded_is_read_as_it_was_written() -> None:
    subject = "=?utf-8?q?niet_echt?= en verder"
    assert str(built(subject=subject)["Subject"]) == subject
