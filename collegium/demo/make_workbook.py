"""How is the workbook of the demo made? From `roster.txt`, by `python -m collegium.demo.make_workbook`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias

from collegium.demo import people_workbook
from collegium.importing.template import template, workbook_bytes
from workflows.calendars import equated_days, public_holidays

Rows: TypeAlias = list[dict[str, Any]]
FIRST_MEETING, LAST_MEETING = date(2026, 9, 24), date(2031, 12, 31)
FOUR_WEEKS = timedelta(weeks=4)
VALID_UNTIL = date(2031, 12, 31)
REVIEWS = {"ontw": "ontwikkelingsgericht", "beoor": "beoordelingsgericht", "": None}
TRAININGS = {"V": "chair_training", "P": "training", "I": "briefing"}
SINCE = {"ontw": "facts.previous_visit", "beoor": "facts.aspirant_since"}


def demo_rows() -> dict[str, Rows]:
    """The rows of all sheets, as cells show them."""
    roster = _roster()
    addresses = {name: address(name, roles[0][1]) for name, roles in _roles(roster["people"]).items()}
    return {
        "organisations": [_organisation(*cells) for cells in roster["organisations"]],
        "people": [
            _person(addresses[cells[0]], phone(number), *cells) for number, cells in enumerate(roster["people"], 1)
        ],
        "memberships": list(_memberships(roster, addresses)),
        "ties": [
            {"person": addresses[who], "organisation": organisation, "until": _day(until), "reason": reason}
            for who, organisation, until, reason in roster["ties"]
        ],
        "absences": [
            {**_whose(who, addresses), "first": _day(first), "last": _day(last), "why": why}
            for who, first, last, why in roster["absences"]
        ],
        "meetings": [{"gate": "commissievergadering", "day": day} for day in meeting_days()],
    }


def address(name: str, organisation: str) -> str:
    """An address in a domain that exists for nobody (RFC 2606)."""
    return f"{_slug(name, '.')}@{_slug(organisation, '-')}.example"


def phone(number: int) -> str:
    """A number for nobody: a 0 behind the area code, where a 0 is the prefix of another area code or service.

    The Dutch plan is the Nummerplan telefoon- en ISDN-diensten (wetten.overheid.nl, BWBR0010198). We know of no range
    in it that is set aside for fiction, as Ofcom and the Bundesnetzagentur have.
    """
    return f"020-{number:07}"


def meeting_days() -> Iterator[date]:
    """Every fourth Thursday; a week later where that is a holiday or falls between Christmas and New Year."""
    free = public_holidays("NL").days | equated_days("NL").days
    day = FIRST_MEETING
    while day <= LAST_MEETING:
        meeting = day
        while meeting in free or (meeting.month, meeting.day) >= (12, 24) or (meeting.month, meeting.day) <= (1, 3):
            meeting += timedelta(weeks=1)
        if meeting <= LAST_MEETING:
            yield meeting
        day += FOUR_WEEKS


def write() -> None:
    """Write the demo's workbook and the empty template where the package keeps them."""
    people_workbook().write_bytes(workbook_bytes(demo_rows(), "nl"))
    Path(str(files("collegium") / "data" / "template.xlsx")).write_bytes(template("nl"))


def _roster() -> dict[str, list[list[str]]]:
    """The tables of the roster: section -> rows of cells."""
    tables: dict[str, list[list[str]]] = {}
    rows: list[list[str]] = []
    for line in (files("collegium.demo") / "roster.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            rows = tables.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            rows.append([cell.strip() for cell in line.split("|")])
    widths = {name: max(map(len, rows)) for name, rows in tables.items()}
    return {name: [row + [""] * (widths[name] - len(row)) for row in rows] for name, rows in tables.items()}


def _roles(people: list[list[str]]) -> dict[str, list[tuple[str, str]]]:
    """Name -> role and organisation of each membership."""
    return {
        name: [
            (role.strip(), where.strip())
            for roles, where in (each.split("@") for each in held.split(";"))
            for role in roles.split("+")
        ]
        for name, held, *_ in people
    }


def _organisation(
    name: str, kind: str, part_of: str, school_region: str, sector: str, review: str, since: str, students: str
) -> dict[str, Any]:
    row: dict[str, Any] = {"name": name, "kind": kind, "part_of": part_of or None, "school_region": school_region}
    row |= {"sector": sector or None, "facts.review": REVIEWS[review]}
    row |= {"facts.students_served": int(students) if students else None}
    return row | ({SINCE[review]: _day(since)} if review else {})


def _person(address: str, phone: str, name: str, _: str, expertise: str, marks: str) -> dict[str, Any]:
    row: dict[str, Any] = {"name": name, "email": address, "phone": phone, "expertise": expertise or None}
    row["language"] = "en" if "en" in marks.split() else "nl"
    return row | {f"trainings.{TRAININGS[mark]}": VALID_UNTIL for mark in marks.split() if mark in TRAININGS}


def _memberships(roster: dict[str, list[list[str]]], addresses: dict[str, str]) -> Iterator[dict[str, Any]]:
    periods = {(who, role, where): (_day(since), _day(until)) for who, role, where, since, until in roster["periods"]}
    held = [(name, *each) for name, roles in _roles(roster["people"]).items() for each in roles]
    for name, role, where in dict.fromkeys([*held, *periods]):
        since, until = periods.get((name, role, where), (None, None))
        row = {"person": addresses[name], "organisation": where, "role": role, "since": since, "until": until}
        yield {**row, "note": name}


def _whose(who: str, addresses: dict[str, str]) -> dict[str, str]:
    return {"person": addresses[who]} if who in addresses else {"organisation": who}


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _slug(text: str, mark: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", mark, plain).strip(mark)


if __name__ == "__main__":
    write()
