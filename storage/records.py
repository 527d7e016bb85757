"""How do the records of an office, its rounds and its definitions become rows, and rows records again?"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from engine.directory import (
    Absence,
    Membership,
    OrganisationRecord,
    Participant,
    PersonRecord,
    Secretariat,
    TieRecord,
)
from engine.ports import Cycle, StoredDefinition
from storage.database import Row

SINCE_EVER = date.min
"""Stands for an unknown first day, in a key that may not be empty."""

_SECRETARIAT = ("id", "name", "email", "phone", "zone", "base_url", "paused_at")
_ORGANISATION = ("id", "name", "reference", "kind", "part_of", "school_region", "sector")
_PERSON = (
    "id", "name", "email", "given", "infix", "family", "phone", "title", "informal", "reference", "language",
    "reachable", "unreachable_since", "unreachable_why", "calendar_unsure_since", "generation",
)  # fmt: skip
_CYCLE = ("id", "name", "process", "process_version", "behaviour", "launched_at", "ends_by")
_WORDING = ("id", "name", "version", "behaviour", "wording")


def secretariat_row(record: Secretariat) -> Row:
    return {**_same(record, _SECRETARIAT), "languages": list(record.languages)}


def secretariat_of(row: Row) -> Secretariat:
    return Secretariat(**_taken(row, _SECRETARIAT), languages=tuple(row["languages"]))


def organisation_row(record: OrganisationRecord) -> Row:
    return {
        **_same(record, _ORGANISATION),
        "secretariat_id": record.secretariat,
        "facts": {name: _fact(value) for name, value in record.facts.items()},
        "closing_days": _periods(record.closing_days),
    }


def organisation_of(row: Row) -> OrganisationRecord:
    return OrganisationRecord(
        **_taken(row, _ORGANISATION),
        secretariat=row["secretariat_id"],
        facts={name: _fact_of(value) for name, value in row["facts"].items()},
        closing_days=_periods_of(row["closing_days"]),
    )


def sharing(persons: Collection[str], addresses: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """Each of these people with all of (person, address) who have the same address; capitals count for nothing."""
    mailbox = {person: address.casefold() or person for person, address in addresses}
    sought = {mailbox.get(each, each) for each in persons}
    found: dict[str, set[str]] = {}
    for person, address in mailbox.items():
        if address in sought:
            found.setdefault(address, set()).add(person)
    return {each: frozenset({each}.union(found.get(mailbox.get(each, each), ()))) for each in persons}


def person_row(record: PersonRecord) -> Row:
    return {
        **_same(record, _PERSON),
        "secretariat_id": record.secretariat,
        "former": list(record.former),
        "expertise": list(record.expertise),
        "trainings": {kind: until.isoformat() if until else None for kind, until in record.trainings.items()},
        "absences": [_absence(each) for each in record.absences],
    }


def person_of(row: Row) -> PersonRecord:
    return PersonRecord(
        **_taken(row, _PERSON),
        secretariat=row["secretariat_id"],
        former=tuple(row["former"]),
        expertise=tuple(row["expertise"]),
        trainings={kind: date.fromisoformat(until) if until else None for kind, until in row["trainings"].items()},
        absences=tuple(_absence_of(each) for each in row["absences"]),
    )


def membership_row(record: Membership) -> Row:
    return {
        "person_id": record.person,
        "organisation_id": record.organisation,
        "role": record.role,
        "since": record.since or SINCE_EVER,
        "until": record.until,
    }


def membership_of(row: Row) -> Membership:
    return Membership(
        person=row["person_id"],
        organisation=row["organisation_id"],
        role=row["role"],
        since=None if row["since"] == SINCE_EVER else row["since"],
        until=row["until"],
    )


def tie_row(record: TieRecord) -> Row:
    return {
        "person_id": record.person,
        "organisation_id": record.organisation,
        "until": record.until,
        "reason": record.reason,
    }


def tie_of(row: Row) -> TieRecord:
    return TieRecord(
        person=row["person_id"], organisation=row["organisation_id"], until=row["until"], reason=row["reason"]
    )


def participant_row(record: Participant) -> Row:
    return {"key": record.key, "case_id": record.case, "person_id": record.person}


def participant_of(row: Row) -> Participant:
    return Participant(key=row["key"], case=row["case_id"], person=row["person_id"])


def cycle_row(record: Cycle) -> Row:
    return {**_same(record, _CYCLE), "secretariat_id": record.secretariat, "hosts": list(record.hosts)}


def cycle_of(row: Row) -> Cycle:
    return Cycle(**_taken(row, _CYCLE), secretariat=row["secretariat_id"], hosts=tuple(row["hosts"]))


def definition_row(record: StoredDefinition) -> Row:
    return {"name": record.name, "version": record.version, "behaviour": record.behaviour}


def wording_row(record: StoredDefinition) -> Row:
    return {**_same(record, _WORDING), "number": record.wording_number, "archive": archive_of(record.files)}


def definition_of(row: Row) -> StoredDefinition:
    return StoredDefinition(**_taken(row, _WORDING), wording_number=row["number"], files=files_of(row["archive"]))


def other_wording(record: StoredDefinition) -> str:
    """The sentence that refuses a second text under one number."""
    return (
        f"Can't store wording {record.wording_number} of {record.name} version {record.version}: "
        "another text has that number already. Give the new text the next number."
    )


def archive_of(files: Mapping[str, bytes]) -> bytes:
    """The files of a folder as one zip archive; the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(path), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def files_of(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {info.filename: opened.read(info) for info in opened.infolist()}


def _same(record: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(record, name) for name in names}


def _taken(row: Row, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _fact(value: str | int | date) -> Any:
    return {"date": value.isoformat()} if isinstance(value, date) else value


def _fact_of(value: Any) -> Any:
    return date.fromisoformat(value["date"]) if isinstance(value, dict) else value


def _absence(record: Absence) -> list[str]:
    days = [record.first.isoformat(), record.last.isoformat(), record.why]
    return [*days, record.substitute] if record.substitute else days


def _absence_of(stored: list[str]) -> Absence:
    first, last, why, *substitute = stored
    named = substitute[0] if substitute else None
    return Absence(first=date.fromisoformat(first), last=date.fromisoformat(last), why=why, substitute=named)


def _periods(periods: tuple[tuple[date, date, str], ...]) -> list[list[str]]:
    return [[first.isoformat(), last.isoformat(), why] for first, last, why in periods]


def _periods_of(stored: list[list[str]]) -> tuple[tuple[date, date, str], ...]:
    return tuple((date.fromisoformat(first), date.fromisoformat(last), why) for first, last, why in stored)
