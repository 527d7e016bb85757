"""Which office looks after somebody?"""

from __future__ import annotations

from engine.directory import PersonRecord, Secretariat
from engine.ports import UnitOfWork


def office_of(work: UnitOfWork, person: PersonRecord) -> Secretariat:
    """The office in whose list a person stands."""
    return next(each for each in work.people.secretariats() if each.id == person.secretariat)
