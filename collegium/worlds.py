"""What does a case know of the world? People, calendars and meeting days, loaded from the store into one snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from collegium.case_names import with_row
from collegium.findings import followed
from collegium.library import DefinitionLibrary
from collegium.panels import panels_elsewhere, with_panels
from collegium.roster import Entry, Roster
from engine.business_days import DaySet
from engine.case import Case, Parent
from engine.definition import Definition
from engine.directory import Absence, OrganisationRecord, Participant, PersonRecord
from engine.errors import CollegiumError
from engine.findings import follows
from engine.plan import asks_parts
from engine.ports import UnitOfWork
from engine.world import Leave, Organisation, Person, Tie, World
from workflows import calendars

KEPT = 2000  # snapshots


class StoredWorlds:
    """Snapshots from the store, kept while neither the directory nor the participants of the case change."""

    def __init__(self, library: DefinitionLibrary, roster: Roster) -> None:
        self._library = library
        self.roster = roster
        self._kept: dict[str, tuple[tuple[object, ...], World]] = {}

    def of(self, work: UnitOfWork, case: Case, now: datetime, participants: list[Participant] | None = None) -> World:
        """The world of a stored case; who takes part is looked up where it is not given."""
        definition = self._library.of(work, case)
        return self.build(work, definition, case.id, case.subject, case.cycle, now, participants, case.parent)

    def under(self, work: UnitOfWork, definition: Definition, case: Case, now: datetime) -> World:
        """The world of a stored case as another version of its process asks it."""
        return self.build(work, definition, case.id, case.subject, case.cycle, now, None, case.parent)

    def build(
        self, work: UnitOfWork, definition: Definition, case: str, subject: str, cycle: str, now: datetime,
        participants: list[Participant] | None = None, parent: Parent | None = None,
    ) -> World:  # fmt: skip
        """The world of a case that is, or is about to be, stored; `parent` called for it, perhaps about one row."""
        world = self._around(work, definition, case, subject, cycle, now, participants, parent)
        if follows(definition):
            found = followed(work, self._library, subject, now, lambda other: self._alone(work, other, now))
            world = replace(world, findings=found)
        return world

    def _alone(self, work: UnitOfWork, case: Case, now: datetime) -> World:
        """The world of a case without the findings, which may be its own."""
        definition = self._library.of(work, case)
        return self._around(work, definition, case.id, case.subject, case.cycle, now, None, case.parent)

    def _around(
        self, work: UnitOfWork, definition: Definition, case: str, subject: str, cycle: str, now: datetime,
        participants: list[Participant] | None, parent: Parent | None,
    ) -> World:  # fmt: skip
        """All but the findings: these may change from step to step, and are not kept."""
        if participants is None:
            participants = work.people.participants(case)
        row = with_row(work, "", parent)
        elsewhere = panels_elsewhere(work, self._library, definition, case, parent)
        version = (definition.version, definition.behaviour)
        key = (version, self.roster.refresh(work), tuple(each.key for each in participants), now.date(), row, elsewhere)
        kept = self._kept.get(case)
        if kept is not None and kept[0] == key:
            return kept[1]
        if len(self._kept) >= KEPT:
            self._kept.clear()
        world = self._build(work, definition, participants, subject, cycle, now)
        world = replace(world, host=replace(world.host, name=world.host.name + row))
        world = replace(world, people=with_panels(work, world.people, elsewhere, subject, cycle, now.date()))
        if kept is not None and _same_days(kept[1], world):
            world.calendars.update(kept[1].calendars)
        self._kept[case] = (key, world)
        return world

    def _build(
        self, work: UnitOfWork, definition: Definition, participants: list[Participant], subject: str, cycle: str,
        now: datetime,
    ) -> World:  # fmt: skip
        host = self.roster.organisation(work, subject)
        if host is None:
            raise CollegiumError(f"There is no organisation {subject}")
        stored_cycle = work.definitions.cycle(cycle)
        people: dict[str, Person] = {}
        school: dict[str, tuple[DaySet, ...]] = {"host": school_days(host), "region": self._of_region(work, host)}
        absences: dict[str, tuple[DaySet, ...]] = {}
        leaves: dict[str, tuple[Leave, ...]] = {}
        for participant in participants:
            entry = self.roster.entry(work, participant.person) if participant.person else None
            if entry is None:
                people[participant.key] = Person(participant=participant.key, reachable=False)
                continue
            employer = self.roster.employer(work, entry, now.date())
            people[participant.key] = _person(participant.key, entry, employer)
            school[participant.key] = school_days(employer) if employer else ()
            if entry.person.absences:
                ranges = [(each.first, each.last) for each in entry.person.absences]
                absences[participant.key] = (calendars.absence(f"absence of {participant.key}", ranges),)
                leaves[participant.key] = tuple(
                    Leave(each.first, each.last, self.substitute(work, each, now.date()) is not None)
                    for each in entry.person.absences
                )
        return World(
            host=_organisation(host),
            people=people,
            general=calendars.general_days(definition.calendars),
            school=school,
            absences=absences,
            leaves=leaves,
            gates=_gates(work, definition, host.secretariat),
            parts=_parts(work, host) if asks_parts(definition) else {},
            hosts_this_round=frozenset(stored_cycle.hosts) if stored_cycle else frozenset(),
        )

    def _of_region(self, work: UnitOfWork, host: OrganisationRecord) -> tuple[DaySet, ...]:
        """The school holidays of the education region of which the host is part."""
        region = self.roster.organisation(work, host.part_of) if host.part_of else None
        if region is None:
            return (DaySet(f"school-holidays of the region of {host.name}", "unknown", frozenset(), known=()),)
        return school_days(region)

    def substitute(self, work: UnitOfWork, absence: Absence, today: date) -> PersonRecord | None:
        """Who looks after somebody's work meanwhile; None where nobody is named, or nobody who can be reached today."""
        entry = self.roster.entry(work, absence.substitute) if absence.substitute else None
        if entry is None or not entry.person.reachable or not entry.person.email:
            return None
        away = any(each.first <= today <= each.last for each in entry.person.absences)
        return None if away else entry.person


def _parts(work: UnitOfWork, host: OrganisationRecord) -> dict[str, str]:
    """What is part of an organisation, in the order of their names."""
    found = (each for each in work.people.organisations(host.secretariat) if each.part_of == host.id)
    return {each.id: each.name for each in sorted(found, key=lambda one: (one.name.casefold(), one.id))}


def _same_days(old: World, new: World) -> bool:
    return (old.general, old.school, old.absences) == (new.general, new.school, new.absences)


def _organisation(record: OrganisationRecord) -> Organisation:
    facts: dict[str, str | int | date] = dict(record.facts)
    return Organisation(id=record.id, name=record.name, region=region_of(record), sector=record.sector, facts=facts)


def region_of(record: OrganisationRecord) -> str | None:
    """The education region: an education region itself, the organisation's own fact, or what it is part of."""
    found = record.facts.get("region")
    if found:
        return str(found)
    return record.name if record.kind == "region" else record.part_of


def _person(key: str, entry: Entry, employer: OrganisationRecord | None) -> Person:
    record = entry.person
    ties = tuple(Tie(organisation=tie.organisation, until=tie.until, reason=tie.reason) for tie in entry.ties)
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


def school_days(record: OrganisationRecord) -> tuple[DaySet, ...]:
    """School holidays and own closing days; where the region is not known, a set that says so."""
    if record.kind in ("office", "body") and record.school_region is None:
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
