"""What must hold within a sheet, beyond single cells? Nobody stands there twice, periods end after they begin, and
nothing is part of itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from collegium.importing.cells import Value
from collegium.importing.columns import normal
from collegium.importing.problems import WorkbookProblem, quoted
from collegium.importing.sheets import FoundSheet
from workflows.calendars import LONGEST_RANGE

NAMED_BY = {"organisations": "name", "people": "email"}  # sheet -> the field by which others refer to its rows
PERIODS = (("since", "until"), ("first", "last"))
SAME = {  # what two rows of a sheet may not both say
    "ties": ("person", "organisation"),
    "absences": ("person", "organisation", "first", "last"),
    "meetings": ("gate", "day"),
}


@dataclass(slots=True)
class Row:
    """A row with the values of its cells; bad: it may not be imported."""

    number: int
    values: dict[str, Value]
    bad: bool = False

    def text(self, name: str) -> str | None:
        """The value of a field that holds text; None where its cell is empty."""
        value = self.values.get(name)
        return value if isinstance(value, str) else None

    def day(self, name: str) -> date | None:
        """The value of a field that holds a day; None where its cell is empty."""
        value = self.values.get(name)
        return value if isinstance(value, date) else None

    def key(self, names: Sequence[str]) -> tuple[object, ...]:
        """The values of some fields in the form in which they are compared."""
        values = (self.values.get(name) for name in names)
        return tuple(normal(value) if isinstance(value, str) else value for value in values)


def broken_rules(found: FoundSheet, rows: Sequence[Row]) -> Iterator[tuple[Row, WorkbookProblem]]:
    """Each row that breaks a rule of its sheet, with what is wrong."""
    yield from _twice(found, rows)
    yield from _periods(found, rows)
    if found.sheet.key == "organisations":
        yield from _circles(found, rows)
    if found.sheet.key == "memberships":
        yield from _overlaps(found, rows)
    if found.sheet.key == "absences":
        for row in rows:
            if not row.bad and (row.text("person") is None) == (row.text("organisation") is None):
                yield row, found.problem("one_of_two", row.number, "person")


def _twice(found: FoundSheet, rows: Sequence[Row]) -> Iterator[tuple[Row, WorkbookProblem]]:
    name = NAMED_BY.get(found.sheet.key)
    fields = (name,) if name else SAME.get(found.sheet.key, ())
    first: dict[tuple[object, ...], Row] = {}
    for row in rows:
        if not fields or (row.bad and name is None) or (name and row.text(name) is None):
            continue
        before = first.setdefault(row.key(fields), row)
        if before is row:
            continue
        if name == "email":
            who = quoted(before.text("name") or "?")
            word = quoted(row.text("email"))
            yield row, found.problem("address_twice", row.number, name, word=word, who=who, other=before.number)
        elif name:
            word = quoted(row.text(name))
            yield row, found.problem("organisation_twice", row.number, name, word=word, other=before.number)
        else:
            yield row, found.problem("row_twice", row.number, other=before.number)


def _overlaps(found: FoundSheet, rows: Sequence[Row]) -> Iterator[tuple[Row, WorkbookProblem]]:
    """The same person in the same role of the same organisation: once, or in periods that do not overlap."""
    held: dict[tuple[object, ...], list[Row]] = {}
    for row in (each for each in rows if not each.bad):
        before = held.setdefault(row.key(("person", "organisation", "role")), [])
        other = next((each for each in before if _overlap(each, row)), None)
        if other is not None:
            yield row, found.problem("row_twice", row.number, other=other.number)
        before.append(row)


def _overlap(one: Row, other: Row) -> bool:
    def starts_in_time(row: Row, end: Row) -> bool:
        return (row.day("since") or date.min) <= (end.day("until") or date.max)

    return starts_in_time(one, other) and starts_in_time(other, one)


def _periods(found: FoundSheet, rows: Sequence[Row]) -> Iterator[tuple[Row, WorkbookProblem]]:
    for begin, end in PERIODS:
        for row in rows:
            first, last = row.day(begin), row.day(end)
            if first is None or last is None:
                continue
            length = (last - first).days + 1
            if length < 1:
                yield row, found.problem("period_reversed", row.number, end, first=str(first), last=str(last))
            elif begin == "first" and length > LONGEST_RANGE:
                yield row, found.problem("period_too_long", row.number, end, length=length, most=LONGEST_RANGE)


def _circles(found: FoundSheet, rows: Sequence[Row]) -> Iterator[tuple[Row, WorkbookProblem]]:
    above = {normal(row.text("name") or ""): normal(row.text("part_of") or "") for row in rows}
    for row in rows:
        start = normal(row.text("name") or "")
        seen, at = {start}, above.get(start, "")
        while at and at not in seen:
            seen.add(at)
            at = above.get(at, "")
        if start and at == start:
            yield row, found.problem("part_of_itself", row.number, "part_of", word=quoted(row.text("name")))
