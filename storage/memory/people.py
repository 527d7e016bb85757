"""Who is there, and which rounds and definitions? The directory of the store in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from engine.directory import (
    Membership,
    OrganisationRecord,
    Participant,
    PersonRecord,
    SeatElsewhere,
    Secretariat,
    TieRecord,
)
from engine.errors import Conflict
from engine.ports import Cycle, StoredDefinition
from storage.memory.journal import Journal
from storage.memory.shelves import Shelves
from storage.records import SINCE_EVER, other_wording, sharing
from storage.sending import UNSENT


class MemoryPeople:
    """Implements engine.ports.People."""

    def __init__(self, shelves: Shelves, journal: Journal) -> None:
        self._shelves = shelves
        self._journal = journal

    def secretariats(self) -> list[Secretariat]:
        return [record for _, record in sorted(self._shelves.secretariats.items())]

    def put_secretariat(self, record: Secretariat) -> None:
        self._journal.put(self._shelves.secretariats, record.id, record)
        self._revise()

    def put_organisation(self, record: OrganisationRecord) -> None:
        self._journal.put(self._shelves.organisations, record.id, record)
        self._revise()

    def put_person(self, record: PersonRecord) -> None:
        self._journal.put(self._shelves.persons, record.id, record)
        if record.calendar_unsure_since is not None:
            self._journal.put(self._shelves.unsure, record.id, True)
        elif record.id in self._shelves.unsure:
            self._journal.drop(self._shelves.unsure, record.id)
        self._revise()

    def put_membership(self, record: Membership) -> None:
        key = (record.person, record.organisation, record.role, record.since or SINCE_EVER)
        self._journal.put(self._shelves.memberships, key, record)
        self._revise()

    def put_tie(self, record: TieRecord) -> None:
        self._journal.put(self._shelves.ties, (record.person, record.organisation), record)
        self._revise()

    def organisation(self, id: str) -> OrganisationRecord | None:
        return self._shelves.organisations.get(id)

    def person(self, id: str) -> PersonRecord | None:
        return self._shelves.persons.get(id)

    def organisations(self, secretariat: str) -> list[OrganisationRecord]:
        found = sorted(self._shelves.organisations.items())
        return [record for _, record in found if record.secretariat == secretariat]

    def persons(self, secretariat: str) -> list[PersonRecord]:
        found = sorted(self._shelves.persons.items())
        return [record for _, record in found if record.secretariat == secretariat]

    def memberships(self, *, person: str | None = None, organisation: str | None = None) -> list[Membership]:
        return [
            record
            for _, record in sorted(self._shelves.memberships.items(), key=lambda item: item[0])
            if person in (None, record.person) and organisation in (None, record.organisation)
        ]

    def ties(self, person: str | None = None) -> list[TieRecord]:
        found = sorted(self._shelves.ties.items(), key=lambda item: item[0])
        return [record for _, record in found if person in (None, record.person)]

    def add_participant(self, record: Participant) -> None:
        self._journal.put(self._shelves.participants, record.key, record)
        self._journal.put(self._shelves.participants_of.setdefault(record.case, {}), record.key, record)

    def participants(self, case: str) -> list[Participant]:
        return [record for _, record in sorted(self._shelves.participants_of.get(case, {}).items())]

    def participants_of(self, secretariat: str) -> dict[str, list[Participant]]:
        cases = self._shelves.cases.values()
        own = [case.id for case in cases if self._shelves.cycles[case.cycle].secretariat == secretariat]
        return {case: found for case in own if (found := self.participants(case))}

    def participations(self, person: str) -> list[Participant]:
        found = [record for record in self._shelves.participants.values() if record.person == person]
        return sorted(found, key=lambda record: (record.case, record.key))

    def seats_elsewhere(self, case: str) -> list[SeatElsewhere]:
        found = [
            SeatElsewhere(
                participant=own.key, case=other.id, cycle=other.cycle, subject=other.subject, process=other.process,
                seat=held.seat, since=held.since, begun=self._shelves.cycles[other.cycle].launched_at,
                caller=other.parent.case if other.parent else None,
                child=other.parent.child if other.parent else None,
            )
            for own in self.participants(case)
            if own.person is not None
            for place in self.participations(own.person)
            if place.case != case and place.case in self._shelves.cases
            for other in (self._shelves.cases[place.case],)
            for held in other.holdings.values()
            if held.participant == place.key and held.state == "seated"
        ]  # fmt: skip
        return sorted(found, key=lambda each: (each.participant, each.case, each.seat))

    def participant(self, key: str) -> Participant | None:
        return self._shelves.participants.get(key)

    def same_address(self, persons: Collection[str]) -> dict[str, frozenset[str]]:
        return sharing(persons, [(each.id, each.email) for each in self._shelves.persons.values()])

    def flagged(self) -> list[PersonRecord]:
        found = (one for one in self._shelves.persons.values() if not one.reachable or one.unreachable_since)
        return sorted(found, key=lambda record: record.id)

    def unsure(self) -> list[PersonRecord]:
        return [self._shelves.persons[id] for id in sorted(self._shelves.unsure) if self._is_reached(id)]

    def unsure_traces(self) -> dict[str, frozenset[str]]:
        shelves, found = self._shelves, dict[str, set[str]]()
        for each in shelves.participants.values():
            if each.person in shelves.unsure:
                things = found.setdefault(each.person, set())
                if each.case in shelves.cases:
                    things.add(f"{each.case} {shelves.cases[each.case].version}")
                for id in shelves.notices_of.get(each.case, ()):
                    held = shelves.notices[id]
                    if held.waits and held.stored.notice.recipient == each.key:
                        things.add(f"{id} waiting")
        for message in (held.message for held in shelves.messages.values()):
            if message.person in shelves.unsure and message.state in ("sending", *UNSENT):
                found.setdefault(message.person, set()).add(f"{message.id} {message.state}")
        return {person: frozenset(things) for person, things in found.items() if things}

    def _is_reached(self, id: str) -> bool:
        person = self._shelves.persons[id]
        return person.reachable and bool(person.email)

    def revision(self) -> int:
        return self._shelves.revisions.get("people", 0)

    def _revise(self) -> None:
        self._journal.put(self._shelves.revisions, "people", self.revision() + 1)


class MemoryDefinitions:
    """Implements engine.ports.Definitions."""

    def __init__(self, shelves: Shelves, journal: Journal) -> None:
        self._shelves = shelves
        self._journal = journal

    def put(self, record: StoredDefinition) -> None:
        key = (record.name, record.version, record.behaviour, record.wording_number)
        known = self._shelves.definitions.get(key)
        if known is None:
            self._journal.put(self._shelves.definitions, key, record)
        elif known.wording != record.wording:
            raise Conflict(other_wording(record))

    def get(self, name: str, version: int, behaviour: str) -> StoredDefinition | None:
        wanted = (name, version, behaviour)
        found = [record for key, record in self._shelves.definitions.items() if key[:3] == wanted]
        return max(found, key=lambda record: record.wording_number, default=None)

    def newest(self, name: str, version: int | None = None) -> StoredDefinition | None:
        known = (record for _, record in sorted(self._shelves.definitions.items()) if record.name == name)
        found = [record for record in known if version in (None, record.version)]
        return max(found, key=lambda record: (record.version, record.wording_number), default=None)

    def put_cycle(self, record: Cycle) -> None:
        self._journal.put(self._shelves.cycles, record.id, record)

    def cycles(self, secretariat: str) -> list[Cycle]:
        found = [record for record in self._shelves.cycles.values() if record.secretariat == secretariat]
        return sorted(found, key=lambda record: (record.launched_at, record.id))

    def cycle(self, id: str) -> Cycle | None:
        return self._shelves.cycles.get(id)

    def put_gate(self, secretariat: str, gate: str, days: Iterable[str]) -> None:
        self._journal.put(self._shelves.gates, (secretariat, gate), tuple(sorted(set(days))))

    def gate(self, secretariat: str, gate: str) -> tuple[str, ...]:
        return self._shelves.gates.get((secretariat, gate), ())
