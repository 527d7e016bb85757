"""What may the office do with a mail? Hold, release, change, send again, copy to oneself, decide; never in silence.

Each deed is an event in the office's outbox stream: who, when, why, and hashes of the words before and after.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from secrets import token_hex
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

from engine.directory import Secretariat
from engine.errors import Refused
from engine.events import Event
from engine.mail import Link, Message, outbox_stream
from engine.ports import UnitOfWork
from engine.saying import said
from engine.sending import AT_ONCE
from notifications import links
from notifications.catalogue import texts
from notifications.composing import SUBJECT
from notifications.dates_text import shortened
from notifications.editing import edited
from notifications.ical import uids
from notifications.mime import Service
from notifications.readdressing import files_for
from notifications.reminded import why_second, with_origins
from notifications.rewriting import RELEASED, write_anew

How: TypeAlias = Literal["sent", "again", "by-phone"]
HELD = "mail_held"
PAUSED = "mail_paused"
DECIDED = "mail_decided"
RESENT = "mail_resent"
CANCELLED = "mail_cancelled"
OF_OFFICE = "the office: "  # what somebody typed follows: however it reads, it is no reason of ours
NO_WORDS = "cancelled by the office"
ANYWAY = "nobody gets two reminder mails on one day: wait until tomorrow, or send it with --anyway and say why"
FOR_APPROVAL = "waits with others for approval"
COPY = "copy"  # the kind of a mail that somebody of the office sent to themselves
UNDER_WAY = ("ready", "held", "sending")
REVOKED = "its private link was revoked"
HREF = re.compile(r'href="%%link:[^"]*%%"')
STATES = {
    "ready": "it will still go out",
    "sending": "it is on its way",
    "held": "it is held: release it",
    "sent": "it was sent already",
    "refused": "it was refused: send it again",
    "unknown": "whether it arrived is not known: decide about it",
    "cancelled": "it was taken back",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Who does it, when and why. `person` is None where the operator of the machine acts for the office."""

    work: UnitOfWork
    now: datetime
    person: str | None = None
    reason: str = ""

    @property
    def typed(self) -> str:
        """The reason as it is kept with a mail, marked as somebody's own words; nothing where there is none."""
        return f"{OF_OFFICE}{self.reason}" if self.reason else ""

    def record(self, secretariat: str, kind: str, data: Mapping[str, Any]) -> None:
        who = {"by": self.person or "operator", "reason": self.reason}
        self.work.record(outbox_stream(secretariat), kind, {**data, **who}, self.now)


def hold(deed: Deed, message: Message) -> None:
    """Keep a mail back until it is released; out of those that wait for approval too, which are then fewer.

    Raises Refused where it is not ready, or is held by itself already.
    """
    own = message.state == "held" and message.hold != FOR_APPROVAL
    if own or not deed.work.outbox.hold(message.id, deed.typed):
        reason = said("it is held already: {why:mail_reason}", why=message.hold) if own else _state(message)
        raise Refused("Can't hold this mail", [reason])
    deed.record(message.secretariat, HELD, {"message": message.id})


def pause(deed: Deed, office: Secretariat) -> None:
    """Let no mail of an office leave until it is resumed; mails are still written. Raises Refused where it is so."""
    if office.paused_at is not None:
        raise Refused(
            "Can't pause the mail",
            [said("it is paused since {moment:moment}", moment=office.paused_at.astimezone(ZoneInfo(office.zone)))],
        )
    deed.work.people.put_secretariat(replace(office, paused_at=deed.now))
    deed.record(office.id, PAUSED, {})


def resume(deed: Deed, office: Secretariat) -> list[Message]:
    """Let mail leave again; returns what is ready. Raises Refused where it was not paused."""
    if office.paused_at is None:
        raise Refused("Can't resume the mail", ["it is not paused"])
    deed.work.people.put_secretariat(replace(office, paused_at=None))
    deed.record(office.id, "mail_resumed", {"since": office.paused_at.isoformat()})
    return [one for one in deed.work.outbox.messages("ready") if one.secretariat == office.id]


def release(deed: Deed, message: Message) -> bool:
    """Let a held mail go; False: it was held out of mails that still wait for approval, and waits with them again.

    Raises Refused where it is not held, waits with others for approval, or would bring back a date that is over.
    """
    bulk = deed.work.outbox.bulk(message.bulk) if message.bulk else None
    waits = message.state == "held" and bulk is not None and bulk.approved_at is None
    if waits and message.hold == FOR_APPROVAL:
        reason = said(
            "it waits with others for approval: approve {id}, or hold it, so that the others can go", id=message.bulk
        )
        raise Refused("Can't release this mail", [reason])
    if message.state == "held" and (stale := out_of_date(deed.work, message)):
        raise Refused("Can't release this mail", [*stale, "cancel it"])
    if waits:
        deed.work.outbox.hold(message.id, FOR_APPROVAL)
        deed.record(message.secretariat, RELEASED, {"message": message.id, "waits": message.bulk})
        return False
    if not let_go(deed.work, message):
        raise Refused("Can't release this mail", [_state(message)])
    deed.record(message.secretariat, RELEASED, {"message": message.id})
    return True


def let_go(work: UnitOfWork, message: Message) -> bool:
    """Release a held mail; a private link in it that was revoked meanwhile gets its next generation."""
    if not work.outbox.release(message.id):
        return False
    _renew_links(work, message)
    return True


def _renew_links(work: UnitOfWork, message: Message) -> None:
    """What was revoked stays so: the mail will hold the next generation."""
    for id in links.named(message.text):
        link = work.outbox.find_link(id)
        if link is not None and link.revoked:
            work.outbox.link(link.case, link.participant, link.task)


def out_of_date(work: UnitOfWork, message: Message) -> list[str]:
    """Why an invitation in a mail must not leave any more: the calendar was told something newer since."""
    invitations = frozenset[str]().union(*(uids(each) for each in message.attachments if each.method))
    own = {one.id for one in with_origins(work, message)}  # a calendar's entry names the first
    return [
        said("the calendar was told otherwise since, by {id}", id=row.message[:8])
        for case in (message.cases if invitations else ())
        for row in work.calendar_entries.of_case(case)
        if row.uid in invitations and row.message is not None and row.message not in own
        and _is_of(work, row.participant, message.person)
    ]  # fmt: skip


def _is_of(work: UnitOfWork, participant: str, person: str) -> bool:
    known = work.people.participant(participant)
    return known is not None and known.person == person


def cancel(deed: Deed, message: Message) -> None:
    """Let a mail never go. Raises Refused where it is on its way or gone."""
    if not deed.work.outbox.cancel(message.id, deed.typed or NO_WORDS):
        raise Refused("Can't cancel this mail", [_state(message)])
    deed.record(message.secretariat, CANCELLED, {"message": message.id})


def cancelled(message: Message) -> bool:
    """Whether somebody of the office has cancelled it, and not what came after it."""
    why = message.last_error
    return message.state == "cancelled" and (why == NO_WORDS or why.startswith(OF_OFFICE))


def edit(deed: Deed, message: Message, *, subject: str | None = None, text: str | None = None) -> Message:
    """Change what a mail says before it leaves; returns it as it is now. Raises Refused with all that is wrong."""
    if message.state not in ("ready", "held"):
        raise Refused("Can't change this mail", [_state(message)])
    words = edited(message, subject=subject, text=text)
    deed.work.outbox.edit(message.id, subject=words.subject, text=words.text, html=words.html)
    after = replace(message, subject=words.subject, text=words.text, html=words.html)
    hashes = {"before": words_hash(message), "after": words_hash(after)}
    deed.record(message.secretariat, "mail_edited", {"message": message.id, **hashes})
    return after


def words_hash(message: Message) -> str:
    """Names what a mail says, without saying it."""
    return sha256("\0".join((message.subject, message.text, message.html)).encode()).hexdigest()


def resend(deed: Deed, message: Message, service: Service, *, anyway: bool = False) -> Message:
    """A new message with the same words to the reader's present address. Raises Refused with why not.

    It is no reminder mail of its day: that one day's mail joins the next would lose what the office has decided. So a
    second one on that day goes out only where the office wants it `anyway`, and its story says so.
    """
    reasons = list(_not_again(deed, message))
    second = [] if reasons else why_second(deed.work, message, deed.now, _zone(deed.work, message.secretariat))
    if reasons or (second and not anyway):
        raise Refused("Can't send this mail again", [*reasons, *second, *([ANYWAY] if second else [])])
    person = deed.work.people.person(message.person)
    assert person is not None
    id = token_hex(16)
    again = replace(
        message, id=id, message_id=service.message_id(id), address=person.email, state="ready", reminder=False,
        created_at=deed.now, local_day=_today(deed, message), attempts=0, next_try=None, last_error="", sent_at=None,
        until=deed.now + AT_ONCE, hold="", bulk=None, resends=message.id, attachments=tuple(files_for(message, person)),
    )  # fmt: skip
    deed.work.outbox.add(again, [])
    _renew_links(deed.work, again)
    known = {"second": True} if second else {}
    deed.record(message.secretariat, RESENT, {"message": message.id, "again": id, **known})
    return again


def _not_again(deed: Deed, message: Message) -> list[str]:
    if message.state not in ("sent", "refused", "unknown"):
        return [_state(message)]
    reasons: list[str] = [
        said("it is being sent again already, as {id}: it is {state:message_state}", id=again.id[:8], state=again.state)
        for again in deed.work.outbox.resent(message.id)
        if again.state in UNDER_WAY
    ]
    person = deed.work.people.person(message.person)
    if person is None or not person.email:
        reasons.append("its reader was erased, or has no address")
    elif not person.reachable:
        reasons.append(said("the address {address} does not work: mend it first", address=person.email))
    for case, key in message.asks:
        loaded = deed.work.cases.load(case)
        task = loaded.tasks.get(key)
        if task is None or not task.is_open:
            state = task.state if task else said("gone")
            reasons.append(
                said(
                    "it asks for {task:task}, which is {state:task_state}: nobody need do it any more",
                    task=key, state=state,
                )
            )  # fmt: skip
        elif loaded.paused is not None:
            reasons.append(said("it asks for {task:task}, and the case is paused", task=key))
    reasons += out_of_date(deed.work, message)
    return reasons or list(_links_closed(deed.work, message))


def _links_closed(work: UnitOfWork, message: Message) -> Iterator[str]:
    """Where every private link in a mail leads to work that is over or somebody else's: why."""
    found = [link for id in links.named(message.text) if (link := work.outbox.find_link(id)) is not None]
    tasks = {link.task: work.cases.load(link.case).tasks.get(link.task) for link in found}
    if any(
        task and task.is_open and link.participant in task.assignees for link in found for task in [tasks[link.task]]
    ):
        return
    for key, task in tasks.items():
        how = said("somebody else's now") if task and task.is_open else task.state if task else said("gone")
        yield said(
            "it has the link of {task:task}, which is {state:task_state}: its reader need not do it any more",
            task=key, state=how,
        )  # fmt: skip


def copy_to(deed: Deed, message: Message, reader: str, service: Service) -> Message:
    """The same words to somebody of the office: marked, with dead links; it says nothing about the delivery."""
    person = deed.work.people.person(reader)
    if person is None or not person.email or not person.reachable:
        raise Refused(
            "Can't send a copy", [said("{who} has no address that works", who=person.name if person else reader)]
        )
    words = texts(message.language)
    subject = f"{words['copy_mark']} {message.subject}"
    id, dead = token_hex(16), words["dead_link"]
    copied = replace(
        message, id=id, message_id=service.message_id(id), person=person.id, address=person.email, kind=COPY,
        subject=subject if len(subject) <= SUBJECT else shortened(subject, message.language),
        text=links.PLACEHOLDER.sub(dead, message.text),
        html=links.PLACEHOLDER.sub(dead, HREF.sub('href="#"', message.html)),
        references=None, reminder=False, asks=(), legal=False, cases=(), created_at=deed.now, state="ready",
        local_day=_today(deed, message), attempts=0, next_try=None, last_error="", sent_at=None, attachments=(),
        until=deed.now + AT_ONCE, hold="", edited=False, resends=None, digest=None, bulk=None,
    )  # fmt: skip
    deed.work.outbox.add(copied, [])
    deed.record(message.secretariat, "mail_copied", {"message": message.id, "copy": id, "to": person.id})
    return copied


def decide(deed: Deed, message: Message, how: How, service: Service, *, anyway: bool = False) -> Message | None:
    """Settle a mail of which nobody knows whether it arrived; returns the message that sends it again, if any.

    One that arrived was sent when it was tried: when that was decided, and by whom, is the event's.
    """
    if message.state != "unknown":
        raise Refused("Can't decide about this mail", [_state(message)])
    if how_decided(deed.work, message) is not None:
        raise Refused("Can't decide about this mail", ["that was decided before: see its story"])
    again = resend(deed, message, service, anyway=anyway) if how == "again" else None
    if how == "sent":
        deed.work.outbox.settle(message.id)
    deed.record(message.secretariat, DECIDED, {"message": message.id, "how": how})
    return again


def how_decided(work: UnitOfWork, message: Message) -> How | None:
    """What the office has decided about a mail whose outcome is unknown."""
    return decisions(work, message.secretariat).get(message.id)


def decisions(work: UnitOfWork, secretariat: str) -> dict[str, How]:
    """What an office has decided about mails whose outcome is unknown: message -> how."""
    return {message: event.data["how"] for message, event in decided(work, secretariat).items()}


def decided(work: UnitOfWork, secretariat: str) -> dict[str, Event]:
    """The same with who, when and why."""
    events = (sealed.event for sealed in work.stream(outbox_stream(secretariat)))
    return {event.data["message"]: event for event in events if event.kind == DECIDED}


def revoke(deed: Deed, secretariat: str, link: Link) -> list[Message]:
    """End a private link; returns the mails that hold it and have not left.

    They are written anew, with another link; those that somebody changed by hand are held instead. What is held already
    stays so. What is held gets another link when it is released.
    """
    deed.work.outbox.revoke_link(link.id)
    known = deed.work.people.participant(link.participant)
    unsent = deed.work.outbox.messages(person=known.person) if known and known.person else []
    taken = [one for one in unsent if one.state in ("ready", "held") and link.id in links.named(one.text)]
    for message in taken:
        if message.state == "held":
            continue
        if message.edited:
            deed.work.outbox.hold(message.id, REVOKED)
        else:
            write_anew(deed.work, message, REVOKED, deed.now)
    deed.record(secretariat, "link_revoked", {"link": link.id, "task": link.task, "case": link.case})
    return taken


def _state(message: Message) -> str:
    if message.state == "cancelled" and message.last_error:
        return said("it was taken back ({why:mail_reason})", why=message.last_error)
    return STATES[message.state]


def _today(deed: Deed, message: Message) -> str:
    return local(deed.work, message.secretariat, deed.now).date().isoformat()


def local(work: UnitOfWork, secretariat: str, moment: datetime) -> datetime:
    """A moment on the clock of an office."""
    return moment.astimezone(ZoneInfo(_zone(work, secretariat)))


def _zone(work: UnitOfWork, secretariat: str) -> str:
    return next(office.zone for office in work.people.secretariats() if office.id == secretariat)
