"""By which rule does somebody get a notice? The rule's name, written and read here alone.

`notices.welcome`, `tasks.work.opened`, `tasks.work.remind.0`, `seats.closed`, `calendar.visit`: stored with a notice,
which speaks once per rule, occurrence and reader. So a name that was written once is never written otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

OfTask: TypeAlias = Literal[
    "opened", "sign", "again", "remind", "late", "repeat", "extended", "away", "not_needed", "not_needed.away"
]
"""What a rule about a task says; `not_needed.away` to the substitute of somebody who is away."""
Subject: TypeAlias = Literal["notices", "tasks", "seats", "calendar"]

SEATS_CLOSED = "seats.closed"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule's name, read. Of a task: what it says, and the number of the reminder, late step or repeat."""

    subject: Subject
    name: str
    what: OfTask | None = None
    number: int = 0


def of_task(task: str, what: OfTask, number: int | None = None) -> str:
    """The rule of the engine that speaks of a task."""
    return f"tasks.{task}.{what}" if number is None else f"tasks.{task}.{what}.{number}"


def of_notice(name: str) -> str:
    """The rule of a process that tells something."""
    return f"notices.{name}"


def of_calendar(date: str) -> str:
    """The rule by which a calendar hears of a date that no other mail tells."""
    return f"calendar.{date}"


def speaks_first(rule: str) -> bool:
    """Whether it tells somebody of a task of which they may not have heard."""
    found = parsed(rule)
    return found is not None and found.what in ("opened", "sign", "again")


def parsed(rule: str) -> Rule | None:
    """A name, read; None where it is not one of ours."""
    subject, _, rest = rule.partition(".")
    if subject == "tasks":
        return _of_task(rest)
    for known in get_args(Subject):
        if subject == known and rest:
            return Rule(known, rest)
    return None


def _of_task(rest: str) -> Rule | None:
    name, _, said = rest.partition(".")
    what, _, number = said.rpartition(".")
    if not number.isdecimal():
        what, number = said, "0"
    for known in get_args(OfTask):
        if what == known:
            return Rule("tasks", name, known, int(number))
    return None
