"""Where does a mail go whose reader has another address by now? To the one that they have when it leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from engine.directory import PersonRecord
from engine.mail import Attachment, Message, outbox_stream
from engine.ports import UnitOfWork
from notifications.ical import Party, readdressed

READDRESSED = "mail_readdressed"


def at_present_address(work: UnitOfWork, message: Message, now: datetime) -> Message:
    """A mail that has not left, with its reader's present address in the store too; its words stay as they are.

    Unchanged where the reader was erased, or has no address any more.
    """
    person = work.people.person(message.person)
    if person is None or not person.email or not is_elsewhere(message, person):
        return message
    files = tuple(files_for(message, person))
    if not work.outbox.readdress(message.id, person.email, files):
        return message
    work.record(outbox_stream(message.secretariat), READDRESSED, {"message": message.id}, now)
    return replace(message, address=person.email, attachments=files)


def is_elsewhere(message: Message, person: PersonRecord) -> bool:
    """Whether a mail is for another address than the one that its reader has."""
    return message.address.casefold() != person.email.casefold()


def files_for(message: Message, person: PersonRecord) -> Iterator[Attachment]:
    """What goes with a mail to that person's present address: an invitation names it, or their calendar does not."""
    for each in message.attachments:
        invites = bool(each.method) and person.email != message.address
        yield readdressed(each, Party(name=person.name, address=person.email)) if invites else each
