"""Is this installation well, and if not, what is to be done? One table of checks, each a question with its remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from collegium.bootstrap import Application
from collegium.keeping.checks import calendars, links, machine, outbox, record
from collegium.speech import t
from engine.ports import UnitOfWork

Grade: TypeAlias = Literal["well", "look", "wrong"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check found. `look`: nothing is broken, but somebody ought to know."""

    check: str
    grade: Grade
    says: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ward:
    """What the checks look at. `reach`: they may speak to servers; without it nothing leaves this machine."""

    app: Application
    work: UnitOfWork
    now: datetime
    reach: bool

    @property
    def zone(self) -> tzinfo:
        """The zone in which the office reads moments; UTC where this machine has no data for it."""
        names = [office.zone for office in self.work.people.secretariats()] or ["Europe/Amsterdam"]
        try:
            return ZoneInfo(names[0])
        except (ZoneInfoNotFoundError, ValueError):
            return UTC

    @property
    def today(self) -> date:
        """The day in that zone."""
        return self.now.astimezone(self.zone).date()


Check: TypeAlias = Callable[[Ward], Iterator[tuple[Grade, str, str]]]
"""Yields what it finds: grade, sentence, remedy. Nothing: all is well."""

CHECKS: dict[str, Check] = {
    "packages": machine.packages,
    "clock": machine.clock,
    "disk": machine.disk,
    "database": machine.database,
    "key": machine.key,
    "runs": machine.runs,
    "backup": record.backup,
    "history": record.history,
    "rules": record.rules,
    "old_data": record.old_data,
    "holidays": calendars.holidays,
    "gates": calendars.gates,
    "processes": calendars.processes,
    "mail_server": outbox.mail_server,
    "signing": outbox.signing,
    "mail": outbox.mail,
    "outbox": outbox.waiting,
    "links": links.door,
    "people": outbox.people,
}


def examine(ward: Ward) -> Iterator[Finding]:
    """Every check in its turn; one that breaks is itself a finding and holds up no other."""
    for name, check in CHECKS.items():
        if check is outbox.mail_server and not ward.reach:
            continue  # who was not asked is not said to be well
        try:
            found = list(check(ward))
        except Exception as error:
            says, remedy = t("doctor.broken", error=error), t("doctor.broken.do")
            yield Finding(check=name, grade="wrong", says=says, remedy=remedy)
            continue
        if not found:
            yield Finding(check=name, grade="well", says=t(f"doctor.well.{name}"))
        for grade, says, remedy in found:
            yield Finding(check=name, grade=grade, says=says, remedy=remedy)
