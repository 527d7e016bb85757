"""Has somebody had a reminder mail today, or will one go out? Asked before one is sent again: one a day is the rule."""

from __future__ import annotations

from datetime import datetime, timedelta

from engine.mail import Message
from engine.offsets import Point, instant, local
from engine.ports import UnitOfWork
from engine.saying import said

NEVER_CAME = ("cancelled", "refused")  # states of a mail that its reader does not have and will not get
ONE_DAY = timedelta(days=1)


def is_reminder(work: UnitOfWork, message: Message) -> bool:
    """Whether a mail is a reminder mail, or sends one again."""
    return any(one.reminder for one in with_origins(work, message))


def with_origins(work: UnitOfWork, message: Message) -> list[Message]:
    """A mail and those that it sends again, itself first."""
    found = [message]
    while found[-1].resends is not None and (origin := work.outbox.message(found[-1].resends)) is not None:
        found.append(origin)
    return found


def by_another_office(work: UnitOfWork, person: str, local_day: str, rows: frozenset[str] | None = None) -> bool:
    """Whether the same reader, known to another office of this database by the mail address, is reminded that day.

    `rows`: all persons that are this reader, where they were looked up before.
    """
    elsewhere = (rows or work.people.same_address([person])[person]) - {person}
    return bool(elsewhere) and work.outbox.reminder_mail_elsewhere(elsewhere, local_day)


def why_second(work: UnitOfWork, message: Message, now: datetime, zone: str) -> list[str]:
    """Why this mail would be its reader's second reminder mail of the day if it went out now, in sentences.

    Those count that the reader has, may have or will get, as far as the outbox knows. A mail that is not known to have
    arrived does not stand in its own way.
    """
    if not is_reminder(work, message):
        return []
    today = local(now, zone).day
    others = [
        one
        for one in work.outbox.messages(person=message.person)
        if one.local_day == today.isoformat() and one.state not in NEVER_CAME
        and (one.id != message.id or one.state == "sent") and is_reminder(work, one)
    ]  # fmt: skip
    midnight = instant(Point(today + ONE_DAY), zone, ends=False)
    found: list[str] = [
        said(
            "its reader has a reminder mail of today already, {id}: it is {state:message_state}",
            id=one.id[:8], state=one.state,
        )
        for one in others
    ]  # fmt: skip
    if by_another_office(work, message.person, today.isoformat()):
        found.append("its reader has a reminder mail of another office today")
    if any(each.notice.bundle for each in work.outbox.waiting_of({message.person}, midnight)):
        found.append("a reminder mail to its reader still goes out today")
    return found
