"""Which way has a case gone? Its stays in stages, the dates kept and missed per task, and who accepted a seat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from engine.definition import Definition
from engine.events import MOVED, Sealed
from engine.offsets import local
from engine.seat import ENDED, NOT_NEEDED
from engine.tally import verdicts


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A case in one stage, from the day on which it came there."""

    stage: str
    first: date
    last: date | None = None  # the day on which it went on; None: it is there still


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How often the date of a task was kept, and how often not."""

    met: int = 0
    missed: int = 0

    def __add__(self, other: Kept) -> Kept:
        return Kept(met=self.met + other.met, missed=self.missed + other.missed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """What became of invitations to a seat."""

    asked: int = 0
    accepted: int = 0
    declined: int = 0
    expired: int = 0  # nobody answered in time
    ended: int = 0  # the case ended before an answer
    waiting: int = 0

    @property
    def other(self) -> int:
        """Who was not needed any more, such as where the place was filled."""
        return self.asked - self.accepted - self.declined - self.expired - self.ended - self.waiting

    def __add__(self, other: Invited) -> Invited:
        return Invited(
            asked=self.asked + other.asked, accepted=self.accepted + other.accepted,
            declined=self.declined + other.declined, expired=self.expired + other.expired,
            ended=self.ended + other.ended, waiting=self.waiting + other.waiting,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How one case went, up to some moment."""

    stays: tuple[Stay, ...] = ()
    kept: Mapping[str, Kept] = field(default_factory=dict)  # task -> dates kept and missed
    invited: Invited = field(default_factory=Invited)


def course(definition: Definition, history: Sequence[Sealed], now: datetime) -> Course:
    """The way of a case, from its history up to `now`."""
    kept: dict[str, Kept] = {}
    for task, met in verdicts(definition, history, now):
        kept[task] = kept.get(task, Kept()) + Kept(met=int(met), missed=int(not met))
    return Course(stays=tuple(stays(history, definition.zone)), kept=kept, invited=_invited(history))


def stays(history: Iterable[Sealed], zone: str) -> Iterator[Stay]:
    """Every stage that a case has been in, in their order; one that it came back to, again.

    A stage that a later version of the process calls otherwise has its later name: to move is not to enter it again.
    """
    entered: list[tuple[str, date]] = []
    for row in history:
        if row.event.kind == MOVED:
            names = row.event.data.get("names") or {}
            entered = [(names.get(stage, stage), day) for stage, day in entered]
            continue
        for name, key, value in row.event.effects:
            if name == "stage" and not key:
                entered.append((str(value), local(row.event.effective_at, zone).day))
    return following(entered)


def following(entered: Sequence[tuple[str, date]]) -> Iterator[Stay]:
    """Stages with the days on which they were entered, as stays: each lasts until the next."""
    for number, (stage, first) in enumerate(entered, start=1):
        yield Stay(stage=stage, first=first, last=entered[number][1] if number < len(entered) else None)


def _invited(history: Iterable[Sealed]) -> Invited:
    """Whoever was asked counts once; who accepted and left later has accepted."""
    states: dict[str, str] = {}
    for row in history:
        for name, key, value in row.event.effects:
            if name == "holdings" and value and "state" in value:
                _follow(states, key, _ending(value))
    found = list(states.values())
    return Invited(
        asked=len(found), accepted=found.count("accepted"), declined=found.count("declined"),
        expired=found.count("expired"), ended=found.count(ENDED), waiting=found.count("invited"),
    )  # fmt: skip


def _ending(value: Mapping[str, Any]) -> str:
    """The state of a place; of one for whom nobody waits any more, why not."""
    return str(value["reason"] if value["state"] == "expired" and value.get("reason") in NOT_NEEDED else value["state"])


def _follow(states: dict[str, str], key: str, state: str) -> None:
    before = states.get(key)
    if before is None and state == "invited":
        states[key] = state
    elif before == "invited":
        states[key] = "accepted" if state == "seated" else state
