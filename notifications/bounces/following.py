"""What follows from a report? One table, and the rule that makes several soft failures a hard one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from engine.actions import Obstacle
from engine.mail import MailReport, MailReportKind, Message

SOFT = 3
WINDOW = timedelta(days=7)
"""Mailman forgets a bounce after seven days and counts a soft one half; others give up after the third in a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """What one kind of report leads to."""

    flags: bool = False  # the address: nothing is sent to it any more
    counts: bool = False  # flags it after the third in a week
    tells: Obstacle | None = None  # the owners of cases
    where: Literal["its cases", "every case"] = "its cases"
    unsure: bool = False  # also where somebody outside could have made the report up
    to_read: bool = False  # somebody of the office reads it


FOLLOWS: Mapping[MailReportKind, Follow] = {
    "hard": Follow(flags=True),
    "soft": Follow(counts=True),
    "policy": Follow(tells="policy"),
    "challenge": Follow(tells="challenge", to_read=True),
    "gone": Follow(tells="gone", where="every case"),
    "away": Follow(tells="away", where="every case", unsure=True),
    "reply": Follow(to_read=True),
    "unsure": Follow(to_read=True),
    "delayed": Follow(),
    "receipt": Follow(),
    "other": Follow(),
}


def follows(kind: MailReportKind, *, sure: bool) -> Follow:
    """What follows from a report of that kind; of one that may be made up somebody reads what it says."""
    follow = FOLLOWS[kind]
    if sure or follow.unsure or follow.to_read:
        return follow if sure or follow.unsure else Follow(to_read=True)
    return Follow(to_read=follow.flags or follow.tells is not None)


def is_dead(reports: Sequence[MailReport], messages: Sequence[Message], now: datetime) -> bool:
    """Whether the last mails to somebody failed three times in a row within a week, none of them having arrived.

    `reports` and `messages` are those of one person. A mail that was handed over and of which no failure is known has
    arrived, as far as anybody can say.
    """
    failed = {report.message for report in reports if report.kind in ("soft", "hard") and report.message}
    moments = [(moment, one.id) for one in messages if (moment := _moment(one)) is not None]
    row = 0
    for _, id in sorted((each for each in moments if each[0] >= now - WINDOW), reverse=True):
        if id in failed:
            row += 1
        elif row:  # what went out after the failures says nothing yet: its report may be on its way
            break
    return row >= SOFT


def _moment(message: Message) -> datetime | None:
    if message.state == "refused":
        return message.created_at
    return message.sent_at if message.state in ("sent", "unknown") else None
