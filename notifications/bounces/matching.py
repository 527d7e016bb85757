"""To which message does a report belong, and can we be sure? Three ways, the surest first; which one it was is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from engine.mail import Message
from notifications import return_path
from notifications.bounces.report import ReadReport
from notifications.mime import Service

RECENT = timedelta(days=14)  # servers keep trying for five days (RFC 5321 section 4.5.4.1); people are slower

By = Literal["return path", "message id", "address", "nothing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The message, how it was found, and whether somebody outside could have made that up."""

    message: Message | None = None
    by: By = "nothing"
    sure: bool = False


def match(
    report: ReadReport,
    service: Service,
    find: Callable[[str], Message | None],
    sent_to: Callable[[str], Iterable[Message]],
    now: datetime,
) -> Match:
    """`find` gives the message of an id, `sent_to` all messages to an address.

    A return path carries a tag that nobody can guess. A Message-ID is as good where no return paths are in use: it is
    known to those alone who had the mail. The address and the time are no proof at all.
    """
    for address in report.came_to:
        id = return_path.message_of(address, service.bounces or "", service.key)
        if id is not None and (found := find(id)) is not None:
            return Match(message=found, by="return path", sure=True)
    for id in own_ids(report, service):
        if (found := find(id)) is not None:
            return Match(message=found, by="message id", sure=not service.bounces)
    for address in report.addresses or (report.sender,):
        recent = [one for one in sent_to(address) if one.sent_at is not None and now - RECENT <= one.sent_at <= now]
        if recent:
            return Match(message=max(recent, key=lambda one: one.sent_at or now), by="address")
    return Match()


def own_ids(report: ReadReport, service: Service) -> tuple[str, ...]:
    """The ids of our messages among the Message-IDs that a report names."""
    pattern = re.compile(rf"<([0-9a-f]{{1,40}})@{re.escape(service.domain)}>", re.IGNORECASE)
    found = (pattern.fullmatch(id) for id in report.refers_to)
    return tuple(dict.fromkeys(each[1].lower() for each in found if each is not None))
