"""When does a mail leave that was just let go? Said with the deed, since its hours may be over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collegium.cli.desk import Desk
from collegium.cli.mail_facts import local, worded
from collegium.speech import counted, moment_text, t
from engine.mail import Message
from engine.ports import UnitOfWork
from notifications.missing import departure


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """When one mail leaves, as things stand; where it does not, why."""

    at: datetime | None = None  # on the clock of the office; None: not before something else happens
    now: bool = False
    paused: bool = False  # the office has paused its mail
    anew: bool = False  # written anew, with what else its reader is told then
    parts: bool = False  # what of it would come too late stays with the office
    lapses: str = ""
    stays: str = ""  # it stays with the office

    def phrase(self) -> str:
        """As it follows upon the name of a mail."""
        return _phrased("leaves", self)

    def summed(self, number: int) -> str:
        """Of so many mails alike."""
        return f"{counted('mails', number)} {_phrased('they_leave' if number > 1 else 'leaves', self)}."

    def facts(self) -> dict[str, Any]:
        """The same as plain values."""
        return {"leaves": self.at, "paused": self.paused, "lapses": self.lapses, "stays": self.stays}


def departures(desk: Desk, work: UnitOfWork, messages: Iterable[Message]) -> dict[str, Departure]:
    """When these mails leave, from what is stored of them by now: message -> how."""
    found = [stored for each in messages if (stored := work.outbox.message(each.id)) is not None]
    lapsing = work.outbox.lapsing(found)
    paused = any(each.id == desk.office.id and each.paused_at is not None for each in work.people.secretariats())
    return {each.id: _one(desk, work, each, lapsing.get(each.id, ""), paused=paused) for each in found}


def _one(desk: Desk, work: UnitOfWork, message: Message, lapse: str, *, paused: bool) -> Departure:
    if lapse:
        return Departure(lapses=worded(lapse))
    seen = departure(work, message, desk.now, desk.app.letters)
    if seen.at is None and seen.anew:
        return Departure(lapses=worded(seen.why))
    if seen.at is None:
        return Departure(stays=worded(seen.why))
    if paused:
        return Departure(paused=True, anew=seen.anew, parts=seen.parts)
    return Departure(at=local(desk, seen.at), now=seen.at <= desk.now, anew=seen.anew, parts=seen.parts)


def summed(found: Sequence[Departure]) -> Iterator[str]:
    """A line for those that leave alike, the earliest first, and last those that do not."""
    for each, number in _alike(found):
        yield each.summed(number)


def summed_facts(found: Sequence[Departure]) -> list[dict[str, Any]]:
    """The same as plain values."""
    return [{"number": number, **each.facts()} for each, number in _alike(found)]


def _alike(found: Sequence[Departure]) -> list[tuple[Departure, int]]:
    return sorted(Counter(found).items(), key=lambda one: _rank(one[0]))


def _rank(one: Departure) -> tuple[bool, float, str]:
    return (one.at is None, one.at.timestamp() if one.at else 0.0, one.phrase())


def _phrased(verb: str, one: Departure) -> str:
    if one.lapses:
        return t(f"{verb}_not", why=one.lapses)
    if one.stays:
        return t(f"{verb}_stays", why=one.stays)
    anew = t(f"{verb}_anew") if one.anew else ""
    parts = t("leaves_parts") if one.parts else ""
    if one.paused:
        return anew + t(f"{verb}_paused") + parts
    if one.now:
        return anew + t(f"{verb}_now") + parts
    return anew + t(f"{verb}_from", at=moment_text(one.at, one.at.tzinfo if one.at else None)) + parts
