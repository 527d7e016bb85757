"""What in the outbox needs somebody? A line each, for the office's list of mails and for the doctor."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

from collegium.own_failures import own_failures
from collegium.refusals import reason_in
from collegium.speech import counted, moment_text, spoken, t
from collegium.to_read import to_read, without_task
from collegium.unsettled import doubted
from engine.directory import Secretariat
from engine.mail import Message, outbox_stream
from engine.ports import UnitOfWork
from engine.task import UNREACHED
from notifications import bulk
from notifications.breaker import AWAY, last_word
from notifications.mailboxes import TO_READ
from notifications.oversight import FOR_APPROVAL, HELD, PAUSED

Kind: TypeAlias = Literal["paused", "outage", "ended", "bulk", "unknown", "held", "own", "unread", "silent_office"]
REMEMBERED = timedelta(days=1)  # an outage that has ended is told so long
UNREAD = timedelta(days=7)  # mails that only a person can read are told so long; then the weekly digest has told them


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """One line, and the command that helps, if any."""

    kind: Kind
    text: str
    command: str = ""


def attention(work: UnitOfWork, office: Secretariat, now: datetime) -> list[Attention]:
    """What needs somebody, the most urgent first."""
    return [
        *_paused(work, office, now), *_silent_office(work, office), *_server(work, office, now), *_own(work, office),
        *_unsettled(work, office),
        *_bulks(work, office), *_held(work, office), *_unread(work, office, now),
    ]  # fmt: skip


def _paused(work: UnitOfWork, office: Secretariat, now: datetime) -> Iterator[Attention]:
    if office.paused_at is None:
        return
    ready, unwritten = work.outbox.pending(office.id, now)
    command = "collegium outbox resume"
    events = (sealed.event for sealed in reversed(work.stream(outbox_stream(office.id))))
    why = next((event.data["reason"] for event in events if event.kind == PAUSED), "")
    text = counted("paused_since", ready, since=_local(office.paused_at, office), why=why, command=command)
    text += f" {counted('unwritten', unwritten)}" if unwritten else ""
    yield Attention(kind="paused", text=text, command=command)


def _silent_office(work: UnitOfWork, office: Secretariat) -> Iterator[Attention]:
    """Whose address is dead, and nobody hears of it: the task about it is with people whom no mail reaches."""
    dead = {each.id: each for each in work.people.flagged() if not each.reachable and each.secretariat == office.id}
    if not dead:
        return
    found: dict[str, None] = {}
    for case in work.cases.load_all(office.id):
        people = {each.key: each.person for each in work.people.participants(case.id)}
        for task in case.open_tasks():
            if task.name == UNREACHED and all(people.get(who) in dead for who in task.assignees):
                found[people.get(task.about or "") or ""] = None
    for person in found:
        if person in dead:
            command = f'collegium people change {shlex.quote(dead[person].email)} --email "..."'
            text = t("silent_office", name=dead[person].name, email=dead[person].email, command=command)
            yield Attention(kind="silent_office", text=text, command=command)


def _server(work: UnitOfWork, office: Secretariat, now: datetime) -> Iterator[Attention]:
    word = last_word(work, office.id)
    if word is None:
        return
    kind, data = word
    since = _local(data["since"], office)
    if kind == AWAY:
        waiting = sum(number for (_, state), number in work.outbox.counts().items() if state == "ready")
        cause = t(f"cause.{data['cause']}")
        answer = reason_in(data["answer"], spoken())
        yield Attention(kind="outage", text=counted("outage", waiting, since=since, cause=cause, answer=answer))
    elif now - datetime.fromisoformat(data["until"]) < REMEMBERED:
        yield Attention(kind="ended", text=_ended(data, since, office))


def _ended(data: Mapping[str, Any], since: str, office: Secretariat) -> str:
    until, cause = _local(data["until"], office), t(f"was.{data['cause']}")
    return counted("outage_over", data["waited"], since=since, until=until, cause=cause)


def _own(work: UnitOfWork, office: Secretariat) -> Iterator[Attention]:
    """Mails that we could not make or sign, together by what was wrong."""
    found: dict[str, list[Message]] = {}
    for message in own_failures(work, office.id):
        found.setdefault(message.last_error, []).append(message)
    for why, messages in found.items():
        command = f'collegium outbox resend {messages[0].id[:8]} --reason "..."'
        yield Attention(kind="own", text=counted("not_built", len(messages), why=why, command=command), command=command)


def _unread(work: UnitOfWork, office: Secretariat, now: datetime) -> Iterator[Attention]:
    number = len(to_read(work, office.id, now - UNREAD))
    if number:
        yield Attention(kind="unread", text=counted("to_read", number, folder=TO_READ))
    if number := len(without_task(work, office.id, now - UNREAD)):
        command = "collegium bounces"
        yield Attention(kind="unread", text=counted("no_open_case", number, command=command), command=command)


def _unsettled(work: UnitOfWork, office: Secretariat) -> Iterator[Attention]:
    for message in doubted(work, office.id):
        command = f"collegium outbox decide {message.id[:8]} sent|again|by-phone"
        text = t("unsettled", subject=message.subject, address=message.address, command=command)
        yield Attention(kind="unknown", text=text, command=command)


def _bulks(work: UnitOfWork, office: Secretariat) -> Iterator[Attention]:
    for each in bulk.waiting(work, office.id):
        held = bulk.held_of(work, each)
        command = f"collegium outbox approve {each.id[:8]}"
        since, what = _local(each.caused_at, office), held[0].subject if held else ""
        text = counted("bulk_since", len(held), what=what, since=since, command=command)
        yield Attention(kind="bulk", text=text, command=command)


def _held(work: UnitOfWork, office: Secretariat) -> Iterator[Attention]:
    """What is held by hand or after a restore; bulk mail that waits has its own lines."""
    held = [one for one in work.outbox.messages("held") if one.secretariat == office.id and one.hold != FOR_APPROVAL]
    if held:
        command = "collegium outbox --state held"
        oldest = _local(min(_held_at(work, office, held)), office)
        text = counted("held_since", len(held), since=oldest, command=command)
        yield Attention(kind="held", text=text, command=command)


def _held_at(work: UnitOfWork, office: Secretariat, held: list[Message]) -> Iterator[datetime]:
    """Since when each is held: since a person did so, or, where it never was ready, since it was written."""
    events = [sealed.event for sealed in work.stream(outbox_stream(office.id))]
    by_hand = {str(each.data["message"]): each.recorded_at for each in events if each.kind == HELD}
    for one in held:
        yield by_hand.get(one.id, one.created_at)


def _local(moment: str | datetime, office: Secretariat) -> str:
    return moment_text(datetime.fromisoformat(moment) if isinstance(moment, str) else moment, office.zone)
