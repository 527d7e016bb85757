"""What does one person become? Changes by hand, held to the same rules as cells of a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from collegium.importing.addresses import address
from collegium.importing.cells import value_of
from collegium.importing.columns import normal
from collegium.importing.intended import column_of
from collegium.importing.names import name_of
from collegium.importing.problems import CellRefused, WorkbookProblem
from engine.directory import Absence, PersonRecord
from engine.errors import Refused
from engine.saying import said
from workflows.calendars import LONGEST_RANGE


def changed(person: PersonRecord, wanted: Mapping[str, Any], everybody: Sequence[PersonRecord]) -> PersonRecord:
    """The person with other values of some fields. Raises Refused with every value that does not fit."""
    reasons: list[str] = []
    values: dict[str, Any] = {}
    for field, raw in wanted.items():
        try:
            if field == "email":
                values[field] = address(raw, foreign=True)
            else:
                values[field] = raw if isinstance(raw, bool) else value_of(column_of("people", field), raw, {})
        except CellRefused as refused:
            reasons.append(said("{problem}", problem=WorkbookProblem(key=refused.key, values=refused.values)))
    for field, what in (("email", "address"), ("reference", "number")):
        value = normal(values.get(field) or "")
        other = next((each for each in everybody if value and normal(getattr(each, field)) == value), None)
        if other is not None and other.id != person.id:
            reasons.append(
                said("The {what:noun} {value} is that of {who}", what=what, value=values[field], who=other.name)
            )
    if reasons:
        raise Refused(said("Can't change {name}", name=person.name), reasons)
    if "name" in values:
        parts = name_of(values["name"])
        values |= {"name": parts.full, "given": parts.given, "infix": parts.infix, "family": parts.family}
    email = values.pop("email", person.email)
    now = replace(person, **values).readdressed(email)
    if normal(now.email) != normal(person.email) and "reachable" not in values:
        now = replace(now, reachable=True)  # since when the old one failed stays until the cases have heard of it
    return now


def with_absence(person: PersonRecord, absence: Absence) -> PersonRecord:
    """The person with one more absence; one of the same days is replaced. Raises Refused."""
    length = (absence.last - absence.first).days + 1
    reasons: list[str] = []
    if length < 1:
        reasons.append(
            said("the last day ({last}) lies before the first ({first})", last=absence.last, first=absence.first)
        )
    if length > LONGEST_RANGE:
        reasons.append(said("these are {n} days and {most} is the most", n=length, most=LONGEST_RANGE))
    if absence.substitute == person.id:
        reasons.append("nobody is their own substitute")
    if reasons:
        raise Refused(said("Can't note that {name} is away", name=person.name), reasons)
    others = [each for each in person.absences if (each.first, each.last) != (absence.first, absence.last)]
    return replace(person, absences=tuple(sorted([*others, absence], key=lambda each: (each.first, each.last))))


def without_absence(person: PersonRecord, today: date, first: date | None) -> tuple[PersonRecord, Absence]:
    """The person without the absence of today, or the one that begins on a day; of one that has begun the past stays.

    Raises Refused where there is none.
    """
    meant = [
        each for each in person.absences if (each.first <= today <= each.last if first is None else each.first == first)
    ]
    if not meant:
        known = [
            said("away from {first} to {last}", first=each.first, last=each.last)
            for each in person.absences
            if each.last >= today
        ]
        if first is None:
            raise Refused(said("{name} is not away today", name=person.name), known)
        raise Refused(said("{name} is not away from {day}", name=person.name, day=first), known)
    ended = meant[0]
    kept = [each for each in person.absences if each is not ended]
    if ended.first < today <= ended.last:
        kept.append(replace(ended, last=today - timedelta(days=1)))
    return replace(person, absences=tuple(sorted(kept, key=lambda each: (each.first, each.last)))), ended
