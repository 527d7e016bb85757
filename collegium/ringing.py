"""Whom does the office ring about somebody's work? Them; while they are on leave their substitute, or nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.directory import PersonRecord
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Ringing:
    """Whose work it is, until when (that day included) they are on leave, and who looks after it meanwhile."""

    person: PersonRecord
    away_until: date | None = None
    substitute: PersonRecord | None = None

    @property
    def whom(self) -> PersonRecord | None:
        """None: who must do it is away, and nobody replaces them."""
        return self.person if self.away_until is None else self.substitute


def ringing(work: UnitOfWork, person: PersonRecord, today: date) -> Ringing:
    """About the work of a person on that day. A substitute who is away as well replaces nobody."""
    leave = max(
        (each for each in person.absences if each.first <= today <= each.last), key=lambda each: each.last, default=None
    )
    if leave is None:
        return Ringing(person=person)
    other = work.people.person(leave.substitute) if leave.substitute else None
    away = other is not None and any(each.first <= today <= each.last for each in other.absences)
    return Ringing(person=person, away_until=leave.last, substitute=None if away else other)
