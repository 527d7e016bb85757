"""What changes when a workbook is imported? Ids come from names and addresses: the same workbook twice changes nothing.

An import adds and changes; an empty cell leaves what is stored, and a row that is not there takes nothing away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Literal, Protocol, TypeAlias, TypeVar
from uuid import NAMESPACE_URL, uuid5

from collegium.importing.columns import normal, sheets
from collegium.importing.reading import Workbook
from collegium.importing.rules import Row
from engine.directory import Absence, Membership, OrganisationRecord, PersonRecord, TieRecord
from engine.ports import People

What: TypeAlias = Literal["created", "changed", "unchanged"]
DayRange: TypeAlias = tuple[date, date, str]
Record = TypeVar("Record", OrganisationRecord, PersonRecord)
IMPORTED = uuid5(NAMESPACE_URL, "urn:collegium:import")


class Gates(Protocol):
    """Where the fixed days of an office are kept."""

    def put_gate(self, secretariat: str, gate: str, days: Iterable[str]) -> None: ...

    def gate(self, secretariat: str, gate: str) -> tuple[str, ...]: ...


@dataclass(slots=True)
class Report:
    """What an import did: how many records of each sheet were created, changed or left as they were."""

    counts: dict[str, Counter[What]] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)  # whose stored name or address differs from that of the workbook

    def add(self, sheet: str, what: What) -> None:
        self.counts.setdefault(sheet, Counter())[what] += 1

    @property
    def changes(self) -> int:
        """How many records were created or changed."""
        return sum(each["created"] + each["changed"] for each in self.counts.values())

    def data(self) -> dict[str, dict[str, int]]:
        """The counts as plain values, for a history or a program."""
        return {sheet: {what: count[what] for what in COUNTED} for sheet, count in self.counts.items()}

    def lines(self, language: str = "nl") -> Iterator[str]:
        """One line per sheet, and one for each name or address that was not taken over."""
        for sheet in sheets():
            if sheet.key in self.counts:
                count = self.counts[sheet.key]
                told = ", ".join(f"{count[what]} {word}" for what, word in COUNTED_IN[language].items())
                yield f"{sheet.says[language]}: {told}"
        for who in self.kept:
            yield KEPT_IN[language].format(who=who)


COUNTED: tuple[What, ...] = ("created", "changed", "unchanged")
COUNTED_IN: Mapping[str, Mapping[What, str]] = {
    "nl": {"created": "nieuw", "changed": "gewijzigd", "unchanged": "gelijk"},
    "en": {"created": "created", "changed": "changed", "unchanged": "unchanged"},
}
KEPT_IN = {
    "nl": "{who}: naam of adres is sinds een eerdere import gewijzigd en is zo gelaten.",
    "en": "{who}: name or address was changed since an earlier import and was left so.",
}


def organisation_id(secretariat: str, name: str) -> str:
    """The id that an organisation of that name gets when it is first imported."""
    return str(uuid5(IMPORTED, f"{secretariat}\norganisation\n{normal(name)}"))


def person_id(secretariat: str, address: str) -> str:
    """The id that a person with that address gets when first imported."""
    return str(uuid5(IMPORTED, f"{secretariat}\nperson\n{normal(address)}"))


def apply(workbook: Workbook, people: People, secretariat: str, *, gates: Gates | None = None) -> Report:
    """Bring a workbook into the directory of a secretariat; what is as it was is not written again.

    Meetings go to `gates`; without it they are left alone. The caller commits.
    """
    importing = _Import(people, secretariat, gates)
    importing.organisations(workbook.organisations)
    importing.persons(workbook.people)
    importing.memberships(workbook.memberships)
    importing.ties(workbook.ties)
    importing.absences(workbook.absences)
    importing.write()
    importing.meetings(workbook.meetings)
    return importing.report


class _Import:
    """One import: loads the directory once, changes it in memory, and writes what became different."""

    def __init__(self, people: People, secretariat: str, gates: Gates | None) -> None:
        self.people = people
        self.secretariat = secretariat
        self.gates = gates
        self.report = Report()
        self.stored_organisations = {each.id: each for each in people.organisations(secretariat)}
        self.stored_persons = {each.id: each for each in people.persons(secretariat)}
        self.now_organisations = dict(self.stored_organisations)
        self.now_persons = dict(self.stored_persons)
        self.by_name = {normal(each.name): each.id for each in self.stored_organisations.values()}
        self.by_address = {normal(each.email): each.id for each in self.stored_persons.values()}
        self.waiting: list[Membership | TieRecord] = []

    def organisations(self, rows: Sequence[Row]) -> None:
        named: dict[str, None] = {}
        for row in rows:
            name = _word(row, "name")
            id = self.by_name.setdefault(normal(name), organisation_id(self.secretariat, name))
            blank = OrganisationRecord(id=id, secretariat=self.secretariat, name=name)
            before = self.now_organisations.get(id, blank)
            skipped = {"part_of"}
            if normal(before.name) != normal(name):  # renamed elsewhere: an old workbook must not undo that
                skipped.add("name")
                self.report.kept.append(name)
            self.now_organisations[id] = _filled(before, row, skipped)
            named[id] = None
        for row in rows:
            id = self.by_name[normal(_word(row, "name"))]
            if (above := row.text("part_of")) is not None:
                self.now_organisations[id] = replace(self.now_organisations[id], part_of=self.by_name[normal(above)])
        for id in named:
            self.now_organisations[id] = self._placed(self.now_organisations[id])
            self._count("organisations", self.stored_organisations.get(id), self.now_organisations[id])

    def _placed(self, record: OrganisationRecord) -> OrganisationRecord:
        """With the facts that follow from other fields: its sector, and the name of the region it belongs to."""
        region, seen = record, {record.id}
        while region.kind != "region" and region.part_of and region.part_of not in seen:
            seen.add(region.part_of)
            region = self.now_organisations[region.part_of]
        facts = dict(record.facts)
        if region.kind == "region":
            facts["region"] = region.name
        if record.sector is not None:
            facts["sector"] = record.sector
        return replace(record, facts=facts)

    def persons(self, rows: Sequence[Row]) -> None:
        for row in rows:
            address = _word(row, "email")
            id = self._person_of(address, row.text("previous_email"))
            blank = PersonRecord(id=id, secretariat=self.secretariat, name="", email=address)
            before = self.now_persons.get(id)
            skipped = {"previous_email"}
            if before is not None and not self._may_readdress(before, row):
                skipped.add("email")
                self.report.kept.append(_word(row, "name"))
            self.now_persons[id] = _filled(before or blank, row, skipped)
            self.by_address[normal(address)] = id
            self._count("people", self.stored_persons.get(id), self.now_persons[id])

    def _person_of(self, address: str, previous: str | None) -> str:
        for each in (address, previous):
            if each is not None and normal(each) in self.by_address:
                return self.by_address[normal(each)]
        return person_id(self.secretariat, address)

    def _may_readdress(self, before: PersonRecord, row: Row) -> bool:
        """Not where somebody changed the address elsewhere in the meantime: an old workbook must not undo that."""
        named = {normal(each) for each in (row.text("email"), row.text("previous_email")) if each}
        return normal(before.email) in named

    def memberships(self, rows: Sequence[Row]) -> None:
        stored: dict[str, list[Membership]] = {}
        for row in rows:
            person, organisation, role = self._person(row), self._organisation(row), _word(row, "role")
            if person not in stored:
                stored[person] = self.people.memberships(person=person) if person in self.stored_persons else []
            same = [each for each in stored[person] if (each.organisation, each.role) == (organisation, role)]
            new = Membership(
                person=person, organisation=organisation, role=role, since=row.day("since"), until=row.day("until")
            )
            self._put_membership(new, same)

    def _put_membership(self, new: Membership, same: Sequence[Membership]) -> None:
        before = next((each for each in same if each.since == new.since), None)
        if before is None and new.since is None and same:
            before = max(same, key=lambda each: each.since or date.min)
        if before is not None:
            record = replace(before, until=new.until or before.until)
            self._note("memberships", before, record)
            return
        open_end = next((each for each in same if each.since is None and each.until is None), None)
        if open_end is not None and new.since is not None:
            self.waiting.append(replace(open_end, until=new.since - timedelta(days=1)))
        self._note("memberships", None, new)

    def ties(self, rows: Sequence[Row]) -> None:
        for row in rows:
            person, organisation = self._person(row), self._organisation(row)
            stored = self.people.ties(person) if person in self.stored_persons else []
            before = next((each for each in stored if each.organisation == organisation), None)
            until = row.day("until") or (before.until if before else None)
            record = TieRecord(person=person, organisation=organisation, until=until, reason=_word(row, "reason"))
            self._note("ties", before, record)

    def absences(self, rows: Sequence[Row]) -> None:
        for row in rows:
            first = _day(row, "first")
            days: DayRange = (first, row.day("last") or first, row.text("why") or "")
            cancelled = bool(row.values.get("cancelled"))
            if row.text("person") is not None:
                person = self.now_persons[self._person(row)]
                known = {(each.first, each.last): each for each in person.absences}
                ranges = tuple((each.first, each.last, each.why) for each in person.absences)
                absences = tuple(
                    replace(known[a, b], why=why) if (a, b) in known else Absence(first=a, last=b, why=why)
                    for a, b, why in self._listed(ranges, days, cancelled)
                )
                self.now_persons[person.id] = replace(person, absences=absences)
            else:
                organisation = self.now_organisations[self._organisation(row)]
                closing_days = self._listed(organisation.closing_days, days, cancelled)
                self.now_organisations[organisation.id] = replace(organisation, closing_days=closing_days)

    def _listed(self, ranges: tuple[DayRange, ...], days: DayRange, cancelled: bool) -> tuple[DayRange, ...]:
        before = next((each for each in ranges if each[:2] == days[:2]), None)
        kept = tuple(each for each in ranges if each is not before)
        if cancelled:
            self.report.add("absences", "unchanged" if before is None else "changed")
            return kept
        now = (days[0], days[1], days[2] or (before[2] if before else ""))
        self._count("absences", before, now)
        return ranges if now == before else tuple(sorted((*kept, now)))

    def meetings(self, rows: Sequence[Row]) -> None:
        if self.gates is None:
            return
        for gate in dict.fromkeys(_word(row, "gate") for row in rows):
            before = self.gates.gate(self.secretariat, gate)
            days = set(before)
            for row in (each for each in rows if each.text("gate") == gate):
                day = {_day(row, "day").isoformat()}
                now = days - day if row.values.get("cancelled") else days | day
                self.report.add("meetings", "unchanged" if now == days else "changed" if day <= days else "created")
                days = now
            if days != set(before):
                self.gates.put_gate(self.secretariat, gate, sorted(days))

    def write(self) -> None:
        """Organisations before what is part of them, everybody before their memberships and ties."""
        for id in self._tops_first():
            if self.now_organisations[id] != self.stored_organisations.get(id):
                self.people.put_organisation(self.now_organisations[id])
        for id, person in self.now_persons.items():
            if person != self.stored_persons.get(id):
                self.people.put_person(person)
        for record in self.waiting:
            if isinstance(record, Membership):
                self.people.put_membership(record)
            else:
                self.people.put_tie(record)

    def _tops_first(self) -> list[str]:
        def depth(id: str | None) -> int:
            steps, seen = 0, set[str]()
            while id is not None and id in self.now_organisations and id not in seen:
                seen.add(id)
                id, steps = self.now_organisations[id].part_of, steps + 1
            return steps

        return sorted(self.now_organisations, key=depth)

    def _note(self, sheet: str, before: object, record: Membership | TieRecord) -> None:
        self._count(sheet, before, record)
        if record != before:
            self.waiting.append(record)

    def _count(self, sheet: str, before: object, now: object) -> None:
        self.report.add(sheet, "unchanged" if now == before else "created" if before is None else "changed")

    def _person(self, row: Row) -> str:
        return self.by_address[normal(_word(row, "person"))]

    def _organisation(self, row: Row) -> str:
        return self.by_name[normal(_word(row, "organisation"))]


def _filled(record: Record, row: Row, skipped: set[str]) -> Record:
    """The record with the cells of a row that are not empty; `facts.x` is one entry of a mapping."""
    changes: dict[str, Any] = {}
    for name, value in row.values.items():
        mapping, _, entry = name.partition(".")
        if name in skipped:
            continue
        if not entry:
            changes[name] = value
            continue
        entries = changes.setdefault(mapping, dict(getattr(record, mapping)))
        if value is False:  # a validity that is not there
            entries.pop(entry, None)
        else:
            entries[entry] = None if value is True else value
    return replace(record, **changes)


def _word(row: Row, name: str) -> str:
    value = row.text(name)
    if value is None:
        raise KeyError(f"row {row.number} has no {name}")
    return value


def _day(row: Row, name: str) -> date:
    value = row.day(name)
    if value is None:
        raise KeyError(f"row {row.number} has no {name}")
    return value
