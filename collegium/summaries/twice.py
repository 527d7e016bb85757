"""Who is expected in two places at once? As facts for the office, and as its section of their page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from collegium.library import DefinitionLibrary
from engine.appointments import Appointment
from engine.clashes import Clash, Engagement
from engine.listed_days import field_path, ref_of
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One of the two, with the label that the process has for it."""

    case: str
    kind: str  # of the label: date, or field of a list of days
    name: str
    appointment: Appointment


@dataclass(frozen=True, slots=True, kw_only=True)
class Twice:
    """One person and two appointments at one time."""

    name: str
    first: Place
    second: Place

    @property
    def cases(self) -> set[str]:
        return {self.first.case, self.second.case}


def twice(work: UnitOfWork, library: DefinitionLibrary, found: Iterable[Clash]) -> Iterator[Twice]:
    """Clashes with names in place of ids."""
    for each in found:
        person = work.people.person(each.person)
        if person is not None:
            first, second = (_place(work, library, one) for one in (each.first, each.second))
            yield Twice(name=person.name, first=first, second=second)


def _place(work: UnitOfWork, library: DefinitionLibrary, each: Engagement) -> Place:
    column = ref_of(each.appointment.name)
    definition = library.of(work, work.cases.load(each.case)) if column is not None else None
    path = field_path(definition, column) if definition is not None and column is not None else ""
    return Place(
        case=each.case, kind="field" if path else "date", name=path or each.appointment.name,
        appointment=each.appointment,
    )  # fmt: skip
