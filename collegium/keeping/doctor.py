"""Is this installation well, and if not, what is to be done? One table of checks, each a question with its remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from collegium.bootstrap import Application
from collegium.keeping.checks import calendars, links, machine, outbox, record
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


Check: TypeAlias = Callable[[Ward], Iterator[tuple[Grade, str, str]]]
"""Yields what it finds: grade, sentence, remedy. Nothing: all is well."""

CHECKS: dict[str, tuple[str, Check]] = {
    "packages": ("the packages are our own", machine.packages),
    "clock": ("the clock of this machine can be trusted", machine.clock),
    "disk": ("there is room on the disk", machine.disk),
    "database": ("the database is whole", machine.database),
    "key": ("nobody else can read the database and the key", machine.key),
    "runs": ("somebody runs the clock", machine.runs),
    "backup": ("there is a recent backup", record.backup),
    "history": ("every history fits its rows", record.history),
    "rules": ("no rule is stuck and no case sleeps", record.rules),
    "old_data": ("nothing is kept too long", record.old_data),
    "holidays": ("the holidays reach far enough", calendars.holidays),
    "processes": ("the office's own processes can be read", calendars.processes),
    "mail_server": ("the mail server can be spoken to", outbox.mail_server),
    "signing": ("mails can be signed as it is set", outbox.signing),
    "mail": ("mail gets through", outbox.mail),
    "outbox": ("nothing in the outbox waits for the office", outbox.waiting),
    "links": ("the links in mails lead somewhere", links.door),
    "people": ("everybody can be reached", outbox.people),
}


def examine(ward: Ward) -> Iterator[Finding]:
    """Every check in its turn; one that breaks is itself a finding and holds up no other."""
    for name, (well, check) in CHECKS.items():
        try:
            found = list(check(ward))
        except Exception as error:
            yield Finding(check=name, grade="wrong", says=f"this could not be looked at: {error}",
                          remedy="Mend what the sentence names, and look again.")  # fmt: skip
            continue
        if not found:
            yield Finding(check=name, grade="well", says=well)
        for grade, says, remedy in found:
            yield Finding(check=name, grade=grade, says=says, remedy=remedy)
