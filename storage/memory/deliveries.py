"""How did the attempts to send end, in memory?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from engine.mail import Attempt, Cause, Delivery, Message, Outage, domain_of
from storage import sending
from storage.memory.journal import Journal
from storage.memory.shelves import Shelves, Tried


def add(shelves: Shelves, journal: Journal, message: Message, delivery: Delivery, now: datetime) -> None:
    kept = replace(delivery, cause=sending.cause_of(delivery) or None)
    tried = Tried(message=message.id, domain=domain_of(message.address), delivery=kept, at=now)
    journal.append(shelves.deliveries, tried)


def of(shelves: Shelves, message: str) -> list[Attempt]:
    """The attempts to send it, the first one first."""
    return [Attempt(at=each.at, delivery=each.delivery) for each in shelves.deliveries if each.message == message]


def doubted_at(shelves: Shelves, message: str) -> datetime | None:
    """When it was tried last of what nobody knows the end."""
    return max((one.at for one in of(shelves, message) if one.delivery.outcome == "unknown"), default=None)


def handed_over_since(shelves: Shelves, moment: datetime) -> Mapping[str, int]:
    """Domain -> mails that a server has, or may have."""
    return Counter(
        each.domain for each in shelves.deliveries if each.at >= moment and each.delivery.outcome in sending.TAKEN
    )


def put_off_since(shelves: Shelves, moment: datetime) -> list[tuple[str, int, str]]:
    """(domain, reply code, answer) of what a server put off, each once."""
    found = {
        (each.domain, one.code, one.answer)
        for each in shelves.deliveries
        for one in [each.delivery]
        if each.at >= moment and one.outcome == "retry" and not one.unreachable and one.code is not None
    }
    return sorted(found)


def outage(shelves: Shelves) -> Outage | None:
    """Since when no server could be spoken to."""
    vain: list[tuple[datetime, Cause, str]] = []
    for each in reversed(shelves.deliveries):
        one = each.delivery
        cause = sending.cause_of(one)
        if cause:
            vain.append((each.at, cause, one.answer))
        elif one.code is not None:
            break
    return sending.outage_of(vain[::-1])
