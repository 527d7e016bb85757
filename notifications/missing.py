"""What becomes of a mail that did not leave in its reader's hours? It joins, or becomes, the mail of a later day.

What will become of one that is let go is asked before (`departure`), by the same rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.appointments import TEMPLATE
from engine.errors import CollegiumError
from engine.events import Notice
from engine.mail import Delivery, Message, StoredNotice
from engine.ports import Store, UnitOfWork
from engine.sending import KINDS
from notifications.backoff import GAVE_UP, GIVE_UP_AFTER
from notifications.doubt import DECIDED, TOO_LATE
from notifications.letters import Hours, Letters
from notifications.reminded import by_another_office
from notifications.rewriting import LATE, let_go_late, write_anew

MISSED = "could not be sent in the reader's hours"
TOLD_SINCE = "its reader has been asked for it since"
PAST = "past"  # the day of which it tells
A_MOMENT = timedelta(seconds=1)
ONE_DAY = timedelta(days=1)
LOOKED_BACK = timedelta(weeks=13)  # in which days enough lie on which somebody is reminded, also around a summer


def take_back_missed(store: Store, now: datetime, letters: Letters) -> None:
    """A mail that did not leave in its hours is not sent at another one, whoever has caused it.

    A reminder mail joins the mail of the next day; where somebody of the office chose its words it is that day's mail,
    and others join the mail of the day after. All other mail goes as it is in the next hours. Where those are unknown,
    or too late for what it reminds of, the office keeps it; of several reminders in one mail each of those, alone.
    What speaks of a day that is over by then lapses; where it brings more, or was changed, the office keeps it.
    """
    with store.read() as work:
        missed = work.outbox.missed(now)
    if not missed:
        return
    with store.write() as work:
        late = let_go_late(work, missed)
        for message in missed:
            if message.attempts and _given_up(work, message, now, letters):
                gave_up = Delivery(outcome="refused", answer=f"{GAVE_UP}: {message.last_error}")
                work.outbox.record(message.id, gave_up, now)
            else:
                _to_other_hours(work, message, now, letters, LATE if message.id in late else MISSED)
        work.commit()


def let_lost_lapse(store: Store) -> None:
    """Of the reminders that the office keeps since they came too late, those about which nobody need be rung lapse:

    what they ask for is over (or paused, and not due that day any more), or a later mail has asked their reader for it.
    """
    with store.read() as work:
        kept = work.outbox.kept(TOO_LATE)
        over = dict(work.outbox.lapsing(kept)) if kept else {}
        over |= {each.id: TOLD_SINCE for each in kept if each.id not in over and _told_since(work, each)}
    if over:
        with store.write() as work:
            for id, why in over.items():
                work.outbox.cancel(id, why)
            work.commit()


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """When a ready mail leaves if a server takes it, and nobody does anything."""

    at: datetime | None = None  # from then on; None: it does not
    why: str = ""  # it does not
    anew: bool = False  # it is written anew then, in the mail of that day; where nothing of it is left, never
    parts: bool = False  # some of it would come too late: that stays with the office


def departure(work: UnitOfWork, message: Message, now: datetime, letters: Letters) -> Departure:
    """What becomes of a mail that is ready, or would be: whether it lapses is asked of the store."""
    first = max(now, message.next_try or message.created_at)
    if message.until is None or first <= message.until:
        return Departure(at=first)
    if message.attempts and _given_up(work, message, now, letters):
        return Departure(why=f"{GAVE_UP}: {message.last_error}")
    anew = _joins_another(message)
    hours = _next_hours(work, message, now, letters)
    if isinstance(hours, str):
        return Departure(why=hours, anew=anew and _told_since(work, message))
    if _is_past(work, message, hours):
        return Departure(why=PAST)
    told = work.outbox.notices_in(message.id) if anew else []
    return Departure(at=hours.opens, anew=anew, parts=bool(_lost(work, message, told, hours.opens)))


def _joins_another(message: Message) -> bool:
    """Whether what it tells is written anew, with what else its reader is told in the next hours."""
    return message.reminder and not message.edited


def _to_other_hours(work: UnitOfWork, message: Message, now: datetime, letters: Letters, why: str) -> None:
    """As it is or anew; where there are none in which it is of use the office must look, or its reader never hears."""
    hours = _next_hours(work, message, now, letters)
    joins = _joins_another(message)
    if not isinstance(hours, str) and _is_past(work, message, hours):
        if not message.edited and (message.kind == TEMPLATE or _day_is_over(work, message, hours)):
            work.outbox.cancel(message.id, PAST)
        else:
            work.outbox.hold(message.id, PAST)
    elif isinstance(hours, str) and not (joins and _told_since(work, message)):
        work.outbox.hold(message.id, hours)
    elif isinstance(hours, str) or joins:
        # That it was ready says that it was in no doubt, or that the office has released it: once is enough.
        waiting = write_anew(work, message, why, now)
        lost = [] if isinstance(hours, str) else _lost(work, message, waiting, hours.opens)
        work.outbox.postpone([each.id for each in waiting if each not in lost], now, DECIDED)
        work.outbox.postpone([each.id for each in lost], now, TOO_LATE)
    else:
        work.outbox.move(message.id, hours.opens, hours.closes, hours.day)


def _is_past(work: UnitOfWork, message: Message, hours: Hours) -> bool:
    """Whether it tells of, or invites to, nothing but days that are over on the day on which it would leave.

    Such a mail waited long: while the office had paused its mail, or no server answered.
    """
    return _day_is_over(work, message, hours) or _invites_to_past(work, message, hours.day)


def _day_is_over(work: UnitOfWork, message: Message, hours: Hours) -> bool:
    """Whether it is a word about a day that was near, such as that of a visit, and would leave after it."""
    limits = [each.notice.not_after for each in work.outbox.notices_in(message.id)]
    return bool(limits) and all(limit is not None and limit < hours.opens for limit in limits)


def _invites_to_past(work: UnitOfWork, message: Message, day: str) -> bool:
    rows = [row for case in message.cases for row in work.calendar_entries.of_case(case) if row.message == message.id]
    return bool(rows) and all(row.state == "asked" and row.last.date().isoformat() < day for row in rows)


def _told_since(work: UnitOfWork, message: Message) -> bool:
    """Whether its reader has had a later mail about all that it asks for."""
    return set(message.asks) <= _asked_since(work, message)


def _asked_since(work: UnitOfWork, message: Message) -> set[tuple[str, str]]:
    """The tasks, of any case, for which a later mail has asked its reader."""
    sent = work.outbox.messages("sent", person=message.person, made_after=message.created_at)
    return {ask for one in sent for ask in one.asks}


def _lost(work: UnitOfWork, message: Message, told: list[StoredNotice], opens: datetime) -> list[StoredNotice]:
    """What of it reminds of something that is due before its reader can be written to, and was not asked since."""
    due = [each for each in told if _is_due(work, each.notice, opens)]
    since = _asked_since(work, message) if due else set()
    return [each for each in due if (each.notice.case, each.notice.task) not in since]


def _next_hours(work: UnitOfWork, message: Message, now: datetime, letters: Letters) -> Hours | str:
    """The hours in which it leaves; where it does not, why."""
    try:
        hours = _free_hours(work, message, now, letters)
    except CollegiumError:
        return MISSED
    return TOO_LATE if _falls_due(work, message, hours.opens) else hours


def _falls_due(work: UnitOfWork, message: Message, opens: datetime) -> bool:
    """Whether it reminds of something that is due before its reader can be written to: its words are not true then.

    Of what is written anew it is enough that something is left.
    """
    due = [_is_due(work, each.notice, opens) for each in work.outbox.notices_in(message.id)]
    return bool(due) and (all if _joins_another(message) else any)(due)


def _is_due(work: UnitOfWork, told: Notice, opens: datetime) -> bool:
    if KINDS.get(told.template) != "reminder" or told.task is None:
        return False
    task = work.cases.load(told.case).tasks.get(told.task)
    return task is not None and task.due is not None and task.due.at < opens


def _free_hours(work: UnitOfWork, message: Message, now: datetime, letters: Letters) -> Hours:
    """The first hours after the missed ones, not before its next try; of a reminder, on a day without another."""
    until = message.until or now
    again = now if _joins_another(message) else max(now, until + A_MOMENT, message.next_try or now)
    hours = letters.hours(work, message, again)
    while message.reminder and _another_on(work, message, hours.day):
        hours = letters.hours(work, message, hours.closes + A_MOMENT)
    return hours


def _another_on(work: UnitOfWork, message: Message, day: str) -> bool:
    """Whether its reader has another reminder mail that day; what is written anew stands in its own way no more."""
    own = _joins_another(message) and day == message.local_day
    if not own and work.outbox.reminder_mail_on(message.person, day):
        return True
    return by_another_office(work, message.person, day)


def _given_up(work: UnitOfWork, message: Message, now: datetime, letters: Letters) -> bool:
    """As `_patience_is_over`; never where nobody can say in which hours it was tried: then the office must look."""
    try:
        return _patience_is_over(work, message, now, letters)
    except CollegiumError:
        return False


def _patience_is_over(work: UnitOfWork, message: Message, now: datetime, letters: Letters) -> bool:
    """Whether the reader's server has put off mail on so many days, not counting our own outages."""
    if not message.reminder:
        tries = (each for each in work.outbox.deliveries(message.id) if not each.delivery.unreachable)
        return len({letters.hours(work, message, each.at).day for each in tries}) * ONE_DAY > GIVE_UP_AFTER
    if message.edited:
        return now - message.created_at >= GIVE_UP_AFTER
    made = work.outbox.messages(person=message.person, made_after=message.created_at - LOOKED_BACK)
    others = [one for one in made if one.reminder and one.id != message.id]
    days = 0
    for one in reversed(others):
        if one.state != "cancelled":
            break
        days += one.attempts > 0
    return timedelta(days=days) >= GIVE_UP_AFTER
