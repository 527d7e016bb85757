"""What in the outbox needs somebody? A line each, for the office's list of mails and for the doctor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

from engine.directory import Secretariat
from engine.ports import UnitOfWork
from notifications import bulk
from notifications.breaker import AWAY, last_word
from notifications.oversight import how_decided

Kind: TypeAlias = Literal["outage", "ended", "bulk", "unknown", "held"]
REMEMBERED = timedelta(days=1)  # an outage that has ended is told so long
CAUSES = {
    "away": "the mail server cannot be reached",
    "login": "the mail server refuses the name or password: see smtp_user and smtp_password",
    "tls": "no safe connection to the mail server can be made: see smtp_tls, and its certificate",
}

WERE = {
    "away": "the mail server could not be reached",
    "login": "the mail server refused the name or password",
    "tls": "no safe connection to the mail server could be made",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """One line, and the command that helps, if any."""

    kind: Kind
    text: str
    command: str = ""


def attention(work: UnitOfWork, office: Secretariat, now: datetime) -> list[Attention]:
    """What needs somebody, the most urgent first."""
    return [*_server(work, office, now), *_unsettled(work, office), *_bulks(work, office), *_held(work, office)]


def _server(work: UnitOfWork, office: Secretariat, now: datetime) -> Iterator[Attention]:
    word = last_word(work, office.id)
    if word is None:
        return
    kind, data = word
    since = _local(data["since"], office)
    if kind == AWAY:
        waiting = sum(number for (_, state), number in work.outbox.counts().items() if state == "ready")
        text = f"No mail goes out since {since}: {CAUSES[data['cause']]} ({data['answer']}). {waiting} mails wait."
        yield Attention(kind="outage", text=text)
    elif now - datetime.fromisoformat(data["until"]) < REMEMBERED:
        yield Attention(kind="ended", text=_ended(data, since, office))


def _ended(data: Mapping[str, Any], since: str, office: Secretariat) -> str:
    until = _local(data["until"], office)
    return f"No mail went out since {since} until {until}: {WERE[data['cause']]}; {data['waited']} mails waited."


def _unsettled(work: UnitOfWork, office: Secretariat) -> Iterator[Attention]:
    for message in work.outbox.doubted():
        if message.secretariat == office.id and how_decided(work, message) is None:
            command = f"collegium outbox decide {message.id[:8]} sent|again|by-phone"
            text = f"Nobody knows whether {message.subject!r} came to {message.address}: {command}"
            yield Attention(kind="unknown", text=text, command=command)


def _bulks(work: UnitOfWork, office: Secretariat) -> Iterator[Attention]:
    for each in bulk.waiting(work, office.id):
        number = len(bulk.held_of(work, each))
        command = f"collegium outbox approve {each.id[:8]}"
        text = f"{number} mails of {each.template} wait for approval since {_local(each.caused_at, office)}: {command}"
        yield Attention(kind="bulk", text=text, command=command)


def _held(work: UnitOfWork, office: Secretariat) -> Iterator[Attention]:
    """What is held by hand or after a restore; bulk mail that waits has its own lines."""
    waits = {each.id for each in work.outbox.bulks(office.id) if each.approved_at is None}
    held = [one for one in work.outbox.messages("held") if one.secretariat == office.id and one.bulk not in waits]
    if held:
        command = "collegium outbox --state held"
        mails = "1 mail is" if len(held) == 1 else f"{len(held)} mails are"
        oldest = _local(min(one.created_at for one in held), office)
        yield Attention(kind="held", text=f"{mails} held, the oldest since {oldest}: {command}", command=command)


def _local(moment: str | datetime, office: Secretariat) -> str:
    found = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return f"{found.astimezone(ZoneInfo(office.zone)):%a %Y-%m-%d %H:%M}"
