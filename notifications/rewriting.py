"""Into which mails did a mail go that was taken back, to be written anew? Its notices say so, wherever they are now."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from engine.events import Event
from engine.mail import Message, StoredNotice, outbox_stream
from engine.ports import UnitOfWork

REWRITTEN = "mail_rewritten"
RELEASED = "mail_released"
LATE = "was let go when its reader's hours were over"


def write_anew(work: UnitOfWork, message: Message, reason: str, now: datetime) -> list[StoredNotice]:
    """Take a ready mail back, and keep what it was to tell; those of its notices that wait again."""
    told = [each.id for each in work.outbox.notices_in(message.id)]
    waiting = work.outbox.take_back(message.id, reason)
    if waiting:
        work.record(outbox_stream(message.secretariat), REWRITTEN, {"message": message.id, "notices": told}, now)
    return waiting


def rewritten(work: UnitOfWork, secretariat: str) -> dict[str, Event]:
    """The mails of an office that were taken back so: message -> when, and what it was to tell."""
    events = (sealed.event for sealed in work.stream(outbox_stream(secretariat)))
    return {event.data["message"]: event for event in events if event.kind == REWRITTEN}


def told_by(work: UnitOfWork, message: Message, event: Event) -> list[StoredNotice]:
    """What such a mail was to tell, as it stands now: in another mail, waiting for one, or told by none."""
    known = set(event.data["notices"])
    found = (each for case in message.cases for each in work.outbox.notices(case=case))
    return sorted((each for each in found if each.id in known), key=lambda each: each.id)


def let_go_late(work: UnitOfWork, messages: Collection[Message]) -> set[str]:
    """Those of these mails that the office let go, alone or with others, after the hours in which they could leave."""
    until = {each.id: each.until for each in messages if each.until is not None}
    late = set()
    for secretariat in sorted({each.secretariat for each in messages}):
        for event in (sealed.event for sealed in work.stream(outbox_stream(secretariat))):
            ends = until.get(event.data["message"]) if event.kind == RELEASED else None
            if ends is not None and ends < event.recorded_at:
                late.add(event.data["message"])
    for each in messages:
        bulk = work.outbox.bulk(each.bulk) if each.bulk else None
        if bulk and bulk.approved_at and each.until and each.until < bulk.approved_at:
            late.add(each.id)
    return late
