"""Who is who, without asking the store twice? Records of the directory, kept while nothing in it changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from engine.directory import Membership, OrganisationRecord, PersonRecord, Secretariat, TieRecord
from engine.ports import UnitOfWork

ORDER = {"partnership": 0, "part": 1, "region": 2, "body": 3, "office": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A person with where they work and what ties they have."""

    person: PersonRecord
    memberships: tuple[Membership, ...]
    ties: tuple[TieRecord, ...]


class Roster:
    """Reads through to the store; forgets all when the directory's revision rises."""

    def __init__(self) -> None:
        self._revision = -1
        self._entries: dict[str, Entry | None] = {}
        self._organisations: dict[str, OrganisationRecord | None] = {}
        self._offices: dict[str, Secretariat] = {}
        self._holders: dict[str, dict[str, list[Membership]]] = {}
        self._filled: set[str] = set()

    def refresh(self, work: UnitOfWork) -> int:
        """The directory's revision; what was kept of an older one is forgotten. Once per unit of work is enough."""
        revision = work.people.revision()
        if revision != self._revision:
            self._revision = revision
            self._entries.clear()
            self._organisations.clear()
            self._offices.clear()
            self._holders.clear()
            self._filled.clear()
        return revision

    def fill(self, work: UnitOfWork, secretariat: str) -> None:
        """Read everybody and every organisation of an office at once, for whoever needs most of them."""
        self.refresh(work)
        if secretariat in self._filled:
            return
        memberships: dict[str, list[Membership]] = {}
        ties: dict[str, list[TieRecord]] = {}
        for each in work.people.memberships():
            memberships.setdefault(each.person, []).append(each)
        for tie in work.people.ties():
            ties.setdefault(tie.person, []).append(tie)
        for person in work.people.persons(secretariat):
            own = tuple(memberships.get(person.id, ()))
            self._entries[person.id] = Entry(person=person, memberships=own, ties=tuple(ties.get(person.id, ())))
        self._organisations |= {each.id: each for each in work.people.organisations(secretariat)}
        self._filled.add(secretariat)

    def entry(self, work: UnitOfWork, person: str) -> Entry | None:
        """A person; None where there is none of that id."""
        if person not in self._entries:
            record = work.people.person(person)
            self._entries[person] = (
                Entry(
                    person=record,
                    memberships=tuple(work.people.memberships(person=person)),
                    ties=tuple(work.people.ties(person)),
                )
                if record is not None
                else None
            )
        return self._entries[person]

    def organisation(self, work: UnitOfWork, id: str) -> OrganisationRecord | None:
        """An organisation; None where there is none of that id."""
        if id not in self._organisations:
            self._organisations[id] = work.people.organisation(id)
        return self._organisations[id]

    def office(self, work: UnitOfWork, id: str) -> Secretariat:
        """The secretariat of that id."""
        if id not in self._offices:
            self._offices = {record.id: record for record in work.people.secretariats()}
        return self._offices[id]

    def holders(self, work: UnitOfWork, secretariat: str, role: str) -> Sequence[Membership]:
        """Who has a role anywhere among the organisations of a secretariat, in the order of the directory."""
        if secretariat not in self._holders:
            order = {record.id: number for number, record in enumerate(work.people.organisations(secretariat))}
            known = [each for each in work.people.memberships() if each.organisation in order]
            found = self._holders[secretariat] = {}
            for each in sorted(known, key=lambda each: order[each.organisation]):
                found.setdefault(each.role, []).append(each)
        return self._holders[secretariat].get(role, ())

    def employer(self, work: UnitOfWork, entry: Entry, today: date) -> OrganisationRecord | None:
        """Where somebody works today: a partnership before a region, a body or the office."""
        current = [each for each in entry.memberships if is_current(each, today)]
        found = [record for each in current if (record := self.organisation(work, each.organisation)) is not None]
        return min(found, key=lambda record: ORDER[record.kind]) if found else None


def is_current(membership: Membership, today: date) -> bool:
    """Whether somebody has that role on that day."""
    begun = membership.since is None or membership.since <= today
    return begun and (membership.until is None or membership.until >= today)
