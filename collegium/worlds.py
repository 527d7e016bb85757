"""What does a case know of the world? People, calendars and meeting days, loaded from the store into one snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from collegium.library import DefinitionLibrary
from engine.business_days import DaySet
from engine.case import Case
from engine.definition import Definition
from engine.directory import Membership, OrganisationRecord, Participant, PersonRecord
from engine.errors import CollegiumError
from engine.ports import UnitOfWork
from engine.world import Organisation, Person, Tie, World
from workflows import calendars

KEPT = 2000  # snapshots
SCHOOLS = ("po", "vo", "mbo")  # sectors whose own bodies keep school holidays


class StoredWorlds:
    """Snapshots from the store, kept while neither the directory nor the participants of the case change."""

    def __init__(self, library: DefinitionLibrary) -> None:
        self._library = library
        self._kept: dict[str, tuple[tuple[object, ...], World]] = {}
        self._people: tuple[int, dict[str, tuple[PersonRecord, tuple[Membership, ...]]]] = (-1, {})

    def of(self, work: UnitOfWork, case: Case, now: datetime) -> World:
        """The world of a stored case."""
        definition = self._library.of(work, case)
        return self.build(work, definition, case.id, case.subject, case.cycle, now)

    def build(
        self, work: UnitOfWork, definition: Definition, case: str, subject: str, cycle: str, now: datetime
    ) -> World:
        """The world of a case that is, or is about to be, stored."""
        participants = work.people.participants(case)
        key = (work.people.revision(), tuple(each.key for each in participants), now.date())
        kept = self._kept.get(case)
        if kept is not None and kept[0] == key:
            return kept[1]
        if len(self._kept) >= KEPT:
            self._kept.clear()
        world = self._build(work, definition, participants, subject, cycle, now)
        if kept is not None and _same_days(kept[1], world):
            world.calendars.update(kept[1].calendars)
        self._kept[case] = (key, world)
        return world

    def _build(
        self, work: UnitOfWork, definition: Definition, participants: list[Participant], subject: str, cycle: str,
        now: datetime,
    ) -> World:  # fmt: skip
        host = work.people.organisation(subject)
        if host is None:
            raise CollegiumError(f"There is no organisation {subject}")
        stored_cycle = work.definitions.cycle(cycle)
        people: dict[str, Person] = {}
        school: dict[str, tuple[DaySet, ...]] = {"host": _school(host)}
        absences: dict[str, tuple[DaySet, ...]] = {}
        for participant in participants:
            record, memberships = self._person(work, participant)
            if record is None:
                people[participant.key] = Person(participant=participant.key, reachable=False)
                continue
            employer = _employer(work, memberships, now.date())
            people[participant.key] = _person(work, participant.key, record, employer)
            school[participant.key] = _school(employer) if employer else ()
            if record.absences:
                ranges = [(first, last) for first, last, _ in record.absences]
                absences[participant.key] = (calendars.absence(f"absence of {participant.key}", ranges),)
        return World(
            host=_organisation(work, host),
            people=people,
            general=calendars.general_days(definition.calendars),
            school=school,
            absences=absences,
            gates=_gates(work, definition, host.secretariat),
            hosts_this_round=frozenset(stored_cycle.hosts) if stored_cycle else frozenset(),
        )

    def _person(self, work: UnitOfWork, participant: Participant) -> tuple[PersonRecord | None, tuple[Membership, ...]]:
        if participant.person is None:
            return None, ()
        revision = work.people.revision()
        if self._people[0] != revision:
            self._people = (revision, {})
        known = self._people[1].get(participant.person)
        if known is None:
            record = work.people.person(participant.person)
            if record is None:
                return None, ()
            known = (record, tuple(work.people.memberships(person=record.id)))
            self._people[1][participant.person] = known
        return known


def _same_days(old: World, new: World) -> bool:
    return (old.general, old.school, old.absences) == (new.general, new.school, new.absences)


def _organisation(work: UnitOfWork, record: OrganisationRecord) -> Organisation:
    facts: dict[str, str | int | date] = dict(record.facts)
    return Organisation(id=record.id, name=record.name, region=region_of(record), sector=record.sector, facts=facts)


def region_of(record: OrganisationRecord) -> str | None:
    """The education region: an education region itself, the organisation's own fact, or what it is part of."""
    found = record.facts.get("region")
    if found:
        return str(found)
    return record.name if record.kind == "region" else record.part_of


def _person(work: UnitOfWork, key: str, record: PersonRecord, employer: OrganisationRecord | None) -> Person:
    ties = tuple(
        Tie(organisation=tie.organisation, until=tie.until, reason=tie.reason) for tie in work.people.ties(record.id)
    )
    return Person(
        participant=key,
        organisation=employer.id if employer else None,
        region=region_of(employer) if employer else None,
        sector=employer.sector if employer else None,
        expertise=frozenset(record.expertise),
        trainings=record.trainings,
        ties=ties,
        reachable=record.reachable,
    )


def _employer(work: UnitOfWork, memberships: Iterable[Membership], today: date) -> OrganisationRecord | None:
    """Where somebody works today: a partnership before a region, a body or the office."""
    current = [each for each in memberships if _is_current(each, today)]
    found = [record for each in current if (record := work.people.organisation(each.organisation)) is not None]
    order = {"partnership": 0, "part": 1, "region": 2, "body": 3, "office": 4}
    return min(found, key=lambda record: order[record.kind]) if found else None


def _is_current(membership: Membership, today: date) -> bool:
    begun = membership.since is None or membership.since <= today
    return begun and (membership.until is None or membership.until >= today)


def _school(record: OrganisationRecord) -> tuple[DaySet, ...]:
    """School holidays and own closing days; where the region is not known, a set that says so."""
    if record.kind == "office" or (record.kind == "body" and record.sector not in SCHOOLS):
        return ()
    own: tuple[DaySet, ...] = ()
    if record.closing_days:
        ranges = [(first, last) for first, last, _ in record.closing_days]
        own = (calendars.closing_days(f"closing days of {record.name}", ranges),)
    if record.school_region is None:
        unknown = DaySet(f"school-holidays of {record.name}", "unknown", frozenset(), known=())
        return (unknown, *own)
    return (calendars.school_holidays(record.school_region), *own)


def _gates(work: UnitOfWork, definition: Definition, secretariat: str) -> Mapping[str, tuple[date, ...]]:
    return {
        name: tuple(date.fromisoformat(day) for day in work.definitions.gate(secretariat, name))
        for name, gate in definition.gates.items()
        if not gate.yearly
    }
