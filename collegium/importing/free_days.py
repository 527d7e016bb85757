"""On which days is somebody away, is an organisation closed, or does a meeting take place?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TypeAlias

from collegium.importing.intended import Intended, column_of, day_of, word_of
from collegium.importing.report import FieldChange
from collegium.importing.rules import Row
from engine.directory import Absence

DayRange: TypeAlias = tuple[date, date, str]


def intend_absences(intended: Intended, rows: Sequence[Row]) -> None:
    """Bring rows about absences and closing days into what is intended."""
    for row in rows:
        if intended.waits(row):
            intended.wait(row, row.text("person") or row.text("substitute") or "")
        elif row.text("person") is not None:
            _absence(intended, row)
        else:
            _closing_days(intended, row)


def _absence(intended: Intended, row: Row) -> None:
    person = intended.persons[intended.person(row)]
    first, last = _period(row)
    before = next((each for each in person.absences if (each.first, each.last) == (first, last)), None)
    kept = tuple(each for each in person.absences if each is not before)
    substitute = intended.person(row, "substitute") if row.text("substitute") else None
    now: Absence | None = Absence(
        first=first,
        last=last,
        why=row.text("why") or (before.why if before else ""),
        substitute=substitute or (before.substitute if before else None),
    )
    who = f"{person.name}, {first} - {last}"
    if row.values.get("cancelled"):
        now = None
        intended.enter(row, who, before or (), (), [_cancelled(row)])
    else:
        changes = _changes(intended, row, before, now)
        intended.enter(row, who, before, now, changes)
    absences = tuple(sorted((*kept, now), key=lambda each: (each.first, each.last))) if now else kept
    if now != before:
        intended.persons[person.id] = replace(person, absences=absences)


def _changes(intended: Intended, row: Row, before: Absence | None, now: Absence | None) -> list[FieldChange]:
    if before is None or now is None:
        return []
    names = {id: intended.persons[id].name for id in (before.substitute, now.substitute) if id is not None}
    pairs = (
        ("why", before.why or None, now.why or None),
        ("substitute", names.get(before.substitute or ""), names.get(now.substitute or "")),
    )
    return [
        FieldChange(column=column_of("absences", name), cell=row.problem("", name).cell, old=old, new=new)
        for name, old, new in pairs
        if old != new
    ]


def _closing_days(intended: Intended, row: Row) -> None:
    organisation = intended.organisations[intended.organisation(row)]
    first, last = _period(row)
    before = next((each for each in organisation.closing_days if each[:2] == (first, last)), None)
    kept = tuple(each for each in organisation.closing_days if each is not before)
    who = f"{organisation.name}, {first} - {last}"
    if row.values.get("cancelled"):
        intended.enter(row, who, before or (), (), [_cancelled(row)])
        now_all = kept
    else:
        now: DayRange = (first, last, row.text("why") or (before[2] if before else ""))
        old = before[2] if before else ""
        change = FieldChange(column=column_of("absences", "why"), cell=row.problem("", "why").cell, old=old, new=now[2])
        intended.enter(row, who, before, now, [change])
        now_all = organisation.closing_days if now == before else tuple(sorted((*kept, now)))
    intended.organisations[organisation.id] = replace(organisation, closing_days=now_all)


def _period(row: Row) -> tuple[date, date]:
    first = day_of(row, "first")
    return first, row.day("last") or first


def _cancelled(row: Row) -> FieldChange:
    return FieldChange(
        column=column_of("absences", "cancelled"), cell=row.problem("", "cancelled").cell, old=False, new=True
    )


def intend_meetings(intended: Intended, rows: Sequence[Row]) -> None:
    """Bring rows about meetings into what is intended; of a meeting whose days were not read nothing is known."""
    for row in rows:
        gate = word_of(row, "gate")
        if gate not in intended.directory.gates:
            continue
        before = set(intended.gates.get(gate, intended.directory.gates[gate]))
        day = {day_of(row, "day").isoformat()}
        now = before - day if row.values.get("cancelled") else before | day
        who = intended.called(column_of("meetings", "gate"), gate, after=f", {min(day)}")
        intended.enter(row, who, None if day.isdisjoint(before) and now != before else before, now)
        intended.gates[gate] = tuple(sorted(now))
