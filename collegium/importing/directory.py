"""Who is known already? The organisations and people of an office as values, so that an import can be decided first."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from collegium.importing.problems import Labels, as_it_is
from engine.directory import Membership, OrganisationRecord, PersonRecord, TieRecord
from engine.ports import People


class Gates(Protocol):
    """Where the fixed days of an office are read."""

    def gate(self, secretariat: str, gate: str) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Everybody whom an office has, with where they work and what ties they have."""

    organisations: Mapping[str, OrganisationRecord] = field(default_factory=dict)  # id -> record
    persons: Mapping[str, PersonRecord] = field(default_factory=dict)
    memberships: Mapping[str, tuple[Membership, ...]] = field(default_factory=dict)  # person -> where they work
    ties: Mapping[str, tuple[TieRecord, ...]] = field(default_factory=dict)
    gates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # gate -> its days
    office: str = ""  # its own name
    labels: Labels = as_it_is  # of roles and meetings that only a process knows

    @classmethod
    def of(
        cls,
        people: People,
        secretariat: str,
        *,
        gates: Gates | None = None,
        named: Collection[str] = (),
        labels: Labels = as_it_is,
    ) -> Directory:
        """Everybody whom that secretariat has; of the meetings, those that are named."""
        organisations = {each.id: each for each in people.organisations(secretariat)}
        persons = {each.id: each for each in people.persons(secretariat)}
        memberships: dict[str, list[Membership]] = {}
        for each in people.memberships():
            if each.person in persons and each.organisation in organisations:
                memberships.setdefault(each.person, []).append(each)
        ties: dict[str, list[TieRecord]] = {}
        for tie in people.ties():
            if tie.person in persons and tie.organisation in organisations:
                ties.setdefault(tie.person, []).append(tie)
        return cls(
            organisations=organisations,
            persons=persons,
            memberships={person: tuple(each) for person, each in memberships.items()},
            ties={person: tuple(each) for person, each in ties.items()},
            gates={name: gates.gate(secretariat, name) for name in named} if gates is not None else {},
            office=next((each.name for each in people.secretariats() if each.id == secretariat), ""),
            labels=labels,
        )

    @property
    def names(self) -> frozenset[str]:
        """The names of the organisations."""
        return frozenset(each.name for each in self.organisations.values())

    @property
    def addresses(self) -> frozenset[str]:
        """The addresses of the people."""
        return frozenset(each.email for each in self.persons.values())
