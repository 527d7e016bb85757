"""What will the directory be after an import? Records as they were and as they become; nothing is written yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from secrets import token_hex
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, uuid5

from collegium.importing.cells import Value
from collegium.importing.columns import Column, normal, sheets
from collegium.importing.directory import Directory
from collegium.importing.problems import Called, WorkbookProblem
from collegium.importing.report import Entry, FieldChange, Question, Report, What
from collegium.importing.rules import Row
from engine.directory import Membership, OrganisationRecord, PersonRecord, TieRecord

Record = TypeVar("Record", OrganisationRecord, PersonRecord)
IMPORTED = uuid5(NAMESPACE_URL, "urn:collegium:import")
NO_FIELDS = frozenset(
    {"note", "same_as", "previous_email", "initials", "mobile"}
)  # columns that are no field of a record


def organisation_id(secretariat: str, name: str) -> str:
    """The id that an organisation of that name gets when it is first imported."""
    return str(uuid5(IMPORTED, f"{secretariat}\norganisation\n{normal(name)}"))


def random_id() -> str:
    """An id that says nothing of whom it names: nobody can tell it from an address, also after an erasure."""
    return token_hex(16)


@dataclass(slots=True, kw_only=True)
class Intended:
    """The directory as an import is going to leave it."""

    directory: Directory
    secretariat: str
    today: date
    new_id: Callable[[], str]  # for a person who is new
    organisations: dict[str, OrganisationRecord]
    persons: dict[str, PersonRecord]
    by_name: dict[str, str]  # normal name -> organisation
    by_address: dict[str, str]  # normal address -> person
    memberships: list[Membership] = field(default_factory=list)  # to be written
    ties: list[TieRecord] = field(default_factory=list)
    gates: dict[str, tuple[str, ...]] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)  # normal addresses of rows about which the office is asked
    report: Report = field(default_factory=Report)

    @classmethod
    def of(cls, directory: Directory, secretariat: str, today: date, new_id: Callable[[], str] = random_id) -> Intended:
        """The directory as it is."""
        return cls(
            directory=directory,
            secretariat=secretariat,
            today=today,
            new_id=new_id,
            organisations=dict(directory.organisations),
            persons=dict(directory.persons),
            by_name={normal(each.name): each.id for each in directory.organisations.values()},
            by_address={normal(each.email): each.id for each in directory.persons.values()},
        )

    def enter(
        self, row: Row, who: str | Called, before: object, now: object, changes: Sequence[FieldChange] = (),
        sentences: Sequence[WorkbookProblem] = (),
    ) -> None:  # fmt: skip
        """Report what a row does: nothing, make something, or change it."""
        what: What = "unchanged" if now == before else "created" if before is None else "changed"
        told = tuple(changes) if what == "changed" else ()
        self._enter(row, what, who, told, sentences)

    def ask(self, row: Row, who: str, why: WorkbookProblem, question: Question) -> None:
        """Report that the office must say who is meant."""
        self._enter(row, "asked", who, (), (why,), question)

    def wait(self, row: Row, who: str) -> None:
        """Report that a row waits for the answer about another one."""
        self._enter(row, "waiting", who, (), (row.problem("waits_for_answer", "person", word=who),))

    def _enter(
        self, row: Row, what: What, who: str | Called, changes: tuple[FieldChange, ...],
        sentences: Sequence[WorkbookProblem], question: Question | None = None,
    ) -> None:  # fmt: skip
        kind = row.source.sheet.key
        self.report.entries.append(
            Entry(what=what, kind=kind, place=row.problem(""), who=who, changes=changes, sentences=tuple(sentences),
                  question=question)
        )  # fmt: skip

    def person(self, row: Row, name: str = "person") -> str:
        """The id of the person whom a field names."""
        return self.by_address[normal(word_of(row, name))]

    def called(self, column: Column, id: str, *, before: str = "", after: str = "") -> Called:
        """A choice by what its reader calls it, with what stands around it."""
        return Called(column=column, id=id, labels=self.directory.labels, before=before, after=after)

    def waits(self, row: Row) -> bool:
        """Whether the row is about somebody about whom the office is asked."""
        names = (row.text("person"), row.text("substitute"))
        return any(each is not None and normal(each) in self.waiting for each in names)

    def organisation(self, row: Row) -> str:
        """The id of the organisation that a row names."""
        return self.by_name[normal(word_of(row, "organisation"))]

    def name_of(self, organisation: str) -> str:
        """The name of an organisation."""
        return self.organisations[organisation].name

    def differences(self, row: Row, before: Record | None, now: Record, also: Sequence[str] = ()) -> list[FieldChange]:
        """The fields in which two states of a record differ: those of the row's columns, and others that are named."""
        if before is None:
            return []
        declared = {column.field: column for column in row.source.sheet.columns}
        own = {name: column for name, (column, _, _) in row.source.columns.items()}
        found = []
        for name, column in {**{name: declared[name] for name in also}, **own}.items():
            if name in NO_FIELDS:
                continue
            old, new = self.value(before, name), self.value(now, name)
            if old != new:
                cell = row.problem("", name).cell if row.values.get(name) is not None else ""
                found.append(FieldChange(column=column, cell=cell, old=old, new=new))
        return found

    def value(self, record: OrganisationRecord | PersonRecord, name: str) -> Value:
        """What a field of a record holds, as a cell would."""
        mapping, _, entry = name.partition(".")
        found: Any = getattr(record, mapping)
        if entry:
            return (True if found[entry] is None else found[entry]) if entry in found else None
        if name == "part_of" and found is not None:
            return self.organisations[found].name
        value: Value = None if found in ("", ()) else found
        return value


def filled(record: Record, row: Row, skipped: set[str]) -> Record:
    """The record with the cells of a row that are not empty; `facts.x` is one entry of a mapping."""
    changes: dict[str, Any] = {}
    for name, value in row.values.items():
        mapping, _, entry = name.partition(".")
        if name in skipped | NO_FIELDS:
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


def column_of(kind: str, name: str) -> Column:
    """A declared column."""
    columns: Mapping[str, Column] = {
        column.field: column for sheet in sheets() if sheet.key == kind for column in sheet.columns
    }
    return columns[name]


def word_of(row: Row, name: str) -> str:
    """The text of a field that every good row has."""
    value = row.text(name)
    if value is None:
        raise KeyError(f"row {row.number} has no {name}")
    return value


def day_of(row: Row, name: str) -> date:
    """The day of a field that every good row has."""
    value = row.day(name)
    if value is None:
        raise KeyError(f"row {row.number} has no {name}")
    return value
