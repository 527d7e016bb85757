"""What does a mail say that tells somebody's calendar what was missed, of one date or several?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex

from collegium.letters import reader_of
from engine.appointments import TEMPLATE, CalendarEntry
from engine.directory import PersonRecord, Secretariat
from engine.mail import Attachment, Message
from engine.offsets import local
from engine.sending import Window
from notifications.addresses import mailbox
from notifications.catalogue import texts
from notifications.composing import compose_words
from notifications.ical import Entry, Party, invitation
from notifications.letters import Letter, Office
from notifications.mime import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """What a calendar must be told of one date, with its words."""

    row: CalendarEntry  # as it is told; its mail is still to be named
    shown: Entry
    line: str
    window: Window  # the hours in which the office of its case writes


def calendar_mail(
    person: PersonRecord, office: Secretariat, missed: Sequence[Missed], service: Service, now: datetime
) -> Message:
    """One mail to somebody's present address with all that was missed, each date as a file."""
    language = person.language if person.language in office.languages else office.languages[0]
    says = texts(language, informal=person.informal)
    number = len(missed)
    letter = Letter(
        reader=reader_of(person, language), process="", host="", stage="", phase="",
        office=Office(name=office.name, email=office.email, phone=office.phone), why=says["calendar_missed_why"],
    )  # fmt: skip
    lines = "\n".join(each.line for each in missed)
    text = "\n\n".join((says["calendar_missed"], lines, says.counted("calendar_missed_files", number)))
    words = compose_words(letter, says.counted("calendar_missed_subject", number), text)
    id, window = token_hex(16), missed[0].window
    return Message(
        id=id,
        secretariat=person.secretariat,
        person=person.id,
        address=person.email,
        language=language,
        kind=TEMPLATE,
        subject=words.subject,
        text=words.text,
        html=words.html,
        message_id=service.message_id(id),
        references=None,
        reply_to=mailbox(office.name, office.email),
        local_day=local(now, window.zone).day.isoformat(),
        reminder=False,
        asks=(),
        cases=tuple(dict.fromkeys(each.row.case for each in missed)),
        created_at=now,
        until=window.end(now),
        attachments=tuple(_files(person, office, missed, service, now)),
    )


def _files(
    person: PersonRecord, office: Secretariat, missed: Sequence[Missed], service: Service, now: datetime
) -> Iterator[Attachment]:
    organiser = Party(name=office.name, address=service.address)
    for number, each in enumerate(missed, 1):
        attendee = Party(name=person.name, address=person.email)
        file = invitation(each.shown, organiser=organiser, attendee=attendee, at=now)
        yield file if len(missed) == 1 else replace(file, name=f"invite-{number}.ics")
