"""Does every word arrive as it was written? Built by us, carried by two postfix, read back by dovecot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from engine.mail import Attachment, Message
from notifications.mime import Service, build
from tests.notifications.builders import NOW, message
from tests.wire import reading, sending
from tests.wire.pair import OWN_DOMAIN, Pair
from tests.wire.reading import File, Mail

pytestmark = pytest.mark.debian

SERVICE = Service(address=f"post@{OWN_DOMAIN}", key=b"sixteen bytes or more of key")
ODD_LINES = ".\n..\n.een punt vooraan\nFrom hier af\n> aangehaald\n\n  ingesprongen\nspatie achteraan \n\ttab = 100%\n"
LONG = "Een alinea die steeds verder gaat, met trema's en één euroteken: € ë ï ü. "
NAMES = ["Verslag.pdf", "Verslag – één bezoek.pdf", 'Lijst "A", versie 2;3.xlsx', f"{'é' * 180}.pdf", "日程 🎓.ics.txt"]
DATA = bytes(range(256)) * 40

MAILS: Mapping[str, Message] = {
    "plain": message(),
    "subject-of-300": message(subject=("Herinnering: uw kritische reflectie " * 9)[:300].strip()),
    "subject-of-300-and-emoji": message(subject=("Één reflectie 🎓 te laat – " * 13)[:300].strip()),
    "subject-like-an-encoded-word": message(subject="=?utf-8?q?niet_echt?= en daarna = ? _ gewoon"),
    "office-with-a-difficult-name": message(
        reply_to=f'"Büro \\"Noord\\", de Vries & Co; 🎓 (tijdelijk)" <bureau@{OWN_DOMAIN}>'
    ),
    "office-with-a-long-name": message(reply_to=f'"{"Samenwerkende Opleidingsscholen " * 8}" <bureau@{OWN_DOMAIN}>'),
    "long-references": message(references=f"<{'zaak.' * 140}1@{OWN_DOMAIN}>"),
    "long-text": message(text=(LONG * 30 + "\n") * 91, html=f"<p>{LONG * 2710}</p>\n"),
    "odd-lines": message(text=ODD_LINES, html=f"<pre>{ODD_LINES}</pre>\n"),
    "line-of-5000": message(text="x" * 5000 + "\n" + "é" * 5000 + "\n"),
    "foreign-local-part": message(address="andré@school.example"),
    "foreign-domain": message(address="anke@straße.example"),
    "foreign-both": message(address="zoë@exämple.example"),
    "address-of-full-length": message(address=f"{'a' * 64}@{'b' * 60}.{'c' * 60}.example"),
    "files": message(
        attachments=tuple(Attachment(name=name, media_type="application/pdf", data=DATA) for name in NAMES)
    ),
    "invitation": message(
        attachments=(
            Attachment(name="bezoek.ics", media_type="text/calendar", data=b"BEGIN:VCALENDAR\r\n", method="REQUEST"),
        )
    ),
}


@pytest.fixture(scope="module")
def arrived(pair: Pair) -> Mapping[str, Mail]:
    """All of them, sent in one go."""
    wires = [build(_named(name), SERVICE, NOW) for name in MAILS]
    deliveries = sending.send(sending.sender(pair), wires)
    assert {name: deliveries[name].outcome for name in MAILS} == dict.fromkeys(MAILS, "sent")
    pair.settle()
    return {mail.headers["x-collegium-message"]: mail for mail in reading.read_all(pair.delivered)}


def _named(name: str) -> Message:
    changes: dict[str, Any] = {"id": name, "message_id": f"<{name}@{OWN_DOMAIN}>"}
    return replace(MAILS[name], **changes)


def on_the_wire(address: str) -> str:
    """Domains stand in their ASCII form everywhere."""
    return address.replace("straße", "xn--strae-oqa").replace("exämple", "xn--exmple-cua")


@pytest.mark.parametrize("name", MAILS)
def test_another_parser_reads_what_was_written(arrived: Mapping[str, Mail], name: str) -> None:
    sent, mail = _named(name), arrived[name]
    address = on_the_wire(sent.address)
    office = sent.reply_to.rpartition(" <")[0].strip('"').replace('\\"', '"').strip()
    thread = sent.references or ""
    assert mail.headers == {
        "subject": sent.subject,
        "date": "Mon, 08 Mar 2027 08:00:00 +0000",
        "message-id": sent.message_id,
        "references": thread,
        "in-reply-to": thread,
        "auto-submitted": "auto-generated",
        "content-language": "nl",
        "x-collegium-kind": "reminder",
        "x-collegium-message": name,
        "return-path": f"<post@{OWN_DOMAIN}>",
        "delivered-to": address,
    }
    assert mail.mailboxes == {
        "from": (office, f"post@{OWN_DOMAIN}"),
        "reply-to": (office, sent.reply_to.rpartition(" <")[2].rstrip(">")),
        "to": ("", address),
    }
    assert (mail.text, mail.html) == (sent.text, sent.html)
    assert mail.longest_line <= 998


def test_files_come_through_with_their_names(arrived: Mapping[str, Mail]) -> None:
    assert arrived["files"].files == [File(type="application/pdf", name=name, data=DATA) for name in NAMES]


def test_an_invitation_is_a_part_and_a_file(arrived: Mapping[str, Mail]) -> None:
    data = b"BEGIN:VCALENDAR\r\n"
    assert arrived["invitation"].files == [
        File(type="text/calendar", name="", data=data),
        File(type="application/ics", name="bezoek.ics", data=data),
    ]


def test_long_texts_are_long(arrived: Mapping[str, Mail]) -> None:
    assert len(arrived["long-text"].text) > 200_000
    assert len(arrived["long-text"].html) > 200_000
