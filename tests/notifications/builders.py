"""Letters, templates and messages for tests: each with something in every place, to be changed by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from engine.mail import Message, Wire
from engine.wording import MailTemplate
from notifications.letters import DateText, Letter, Office, Reader, TaskText
from notifications.mime import Service

NOW = datetime(2027, 3, 8, 8, 0, tzinfo=UTC)  # a Monday, 09:00 in Amsterdam
SERVICE = Service(address="post@review.example", key=b"sixteen bytes or more of key")
OFFICE = Office(name="Bureau Peerreview", email="bureau@review.example", phone="030 123 45 67")


def letter(**changes: Any) -> Letter:
    """An ask for the critical reflection of a partnership."""
    whole = Letter(
        reader=Reader(name="Anke de Vries"),
        office=OFFICE,
        process="Ontwikkelingsgerichte peerreview",
        the_process="de ontwikkelingsgerichte peerreview",
        host="Partnerschap Waterland",
        stage="Voorbereiding",
        phase="Voorbereiding",
        dates={"visit": DateText(text="donderdag 22 april 2027"), "outer_date": None},
        task=TaskText(label="Kritische reflectie indienen", due="donderdag 11 maart 2027"),
        by_when="donderdag 11 maart 2027",
        link="%%link:L1%%",
        why="U bent contactpersoon van dit partnerschap.",
    )
    return replace(whole, **changes)


def template(
    subject: str = "Herinnering: {{ task.label }}", text: str = "Wilt u dit doen?", html: str = ""
) -> MailTemplate:
    return MailTemplate(subject=subject, text=text, html=html)


def message(**changes: Any) -> Message:
    """A message that is ready to be sent."""
    whole = Message(
        id="m-1",
        secretariat="office",
        person="anke",
        address="anke@school.example",
        language="nl",
        kind="reminder",
        subject="Herinnering: kritische reflectie",
        text="Beste Anke,\n\nWilt u dit doen?\n",
        html='<!DOCTYPE html>\n<html lang="nl"><body><p>Beste Anke</p></body></html>\n',
        message_id="<m-1@review.example>",
        references=None,
        reply_to='"Bureau Peerreview" <bureau@review.example>',
        local_day="2027-03-08",
        reminder=True,
        asks=(),
        created_at=NOW,
    )
    return replace(whole, **changes)


def wire(id: str = "m-1", recipient: str = "anke@school.example", data: bytes | None = None) -> Wire:
    content = b"Subject: test\r\n\r\nWilt u dit doen?\r\n" if data is None else data
    return Wire(message=id, sender="post@review.example", recipient=recipient, data=content)
