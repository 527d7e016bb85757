"""Which workbook says all that is known? One that can be imported again, and then changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from collegium.importing.cells import Value, shown
from collegium.importing.columns import Column, Sheet, sheets, trimmed
from collegium.importing.directory import Directory
from collegium.importing.template import workbook_bytes
from engine.directory import OrganisationRecord, PersonRecord

DERIVED = frozenset({"facts.region", "facts.sector"})  # follow from other fields


def export(directory: Directory, language: str) -> bytes:
    """The workbook of a directory, with its headings and words in that language."""
    kinds = {sheet.key: sheet for sheet in sheets()}
    exporting = _Exporting(directory, kinds, language)
    rows = {
        "organisations": [exporting.record("organisations", each) for each in exporting.organisations()],
        "people": [exporting.record("people", each) for each in exporting.people()],
        "memberships": list(exporting.memberships()),
        "ties": list(exporting.ties()),
        "absences": list(exporting.absences()),
        "meetings": list(exporting.meetings()),
    }
    return workbook_bytes(rows, language)


class _Exporting:
    """Makes cells of records."""

    def __init__(self, directory: Directory, kinds: Mapping[str, Sheet], language: str) -> None:
        self.directory = directory
        self.columns = {kind: {column.field: column for column in sheet.columns} for kind, sheet in kinds.items()}
        self.more = {kind: sheet.more for kind, sheet in kinds.items()}
        self.language = language

    def organisations(self) -> list[OrganisationRecord]:
        return sorted(self.directory.organisations.values(), key=lambda each: (each.kind, each.name))

    def people(self) -> list[PersonRecord]:
        return sorted(self.directory.persons.values(), key=lambda each: (each.family, each.name, each.email))

    def record(self, kind: str, record: OrganisationRecord | PersonRecord) -> dict[str, Any]:
        """The cells of an organisation or a person; entries of a mapping under a heading of their own."""
        found: dict[str, Any] = {}
        for each in fields(record):
            value = getattr(record, each.name)
            if isinstance(value, Mapping):
                for name, entry in value.items():
                    own = self.columns[kind].get(f"{each.name}.{name}", self.more[kind][each.name])
                    found[f"{each.name}.{name}"] = self.cell(own, True if entry is None else entry)
            elif each.name == "part_of":
                found["part_of"] = self.directory.organisations[value].name if value else None
            elif each.name in self.columns[kind]:
                found[each.name] = self.cell(self.columns[kind][each.name], value)
        return {name: cell for name, cell in found.items() if name not in DERIVED}

    def memberships(self) -> Iterator[dict[str, Any]]:
        role = self.columns["memberships"]["role"]
        for person in self.people():
            for each in self.directory.memberships.get(person.id, ()):
                yield {
                    "person": person.email,
                    "organisation": self.directory.organisations[each.organisation].name,
                    "role": self.cell(role, each.role),
                    "since": each.since,
                    "until": each.until,
                }

    def ties(self) -> Iterator[dict[str, Any]]:
        for person in self.people():
            for each in self.directory.ties.get(person.id, ()):
                organisation = self.directory.organisations[each.organisation].name
                yield {
                    "person": person.email, "organisation": organisation, "until": each.until, "reason": each.reason,
                }  # fmt: skip

    def absences(self) -> Iterator[dict[str, Any]]:
        for person in self.people():
            for away in person.absences:
                other = self.directory.persons.get(away.substitute or "")
                yield {
                    "person": person.email, "first": away.first, "last": away.last, "why": away.why,
                    "substitute": other.email if other else None,
                }  # fmt: skip
        for organisation in self.organisations():
            for first, last, why in organisation.closing_days:
                yield {"organisation": organisation.name, "first": first, "last": last, "why": why}

    def meetings(self) -> Iterator[dict[str, Any]]:
        gate = self.columns["meetings"]["gate"]
        for name, days in self.directory.gates.items():
            for day in days:
                yield {"gate": self.cell(gate, name), "day": day}

    def cell(self, column: Column, value: Value) -> str | int | Any:
        found = shown(column, value, self.language)
        return trimmed(found) if isinstance(found, str) else found
