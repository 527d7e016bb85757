"""What must hold within a kind of sheet, beyond single cells? Nobody stands there twice, periods end after they begin,
and nothing is part of itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from collegium.importing.cells import Value
from collegium.importing.columns import normal
from collegium.importing.found import FoundSheet
from collegium.importing.problems import Told, WorkbookProblem, quoted
from workflows.calendars import LONGEST_RANGE

NAMED_BY = {"organisations": "name", "people": "email"}  # sheet -> the field by which others refer to its rows
PERIODS = (("since", "until"), ("first", "last"))
SAME = {  # what two rows of a sheet may not both say
    "ties": ("person", "organisation"),
    "absences": ("person", "organisation", "first", "last"),
    "meetings": ("gate", "day"),
}
Broken = Iterator[tuple["Row", WorkbookProblem]]
Said = dict[str, tuple[Value, int]]  # field -> what rows say of the same, and the first of them that does


@dataclass(slots=True)
class Row:
    """A row with the values of its cells; bad: it may not be imported."""

    source: FoundSheet
    number: int
    values: dict[str, Value]
    bad: bool = False
    absorbed: int = 0  # the number of an earlier row that is right, says the same and speaks for both

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

    def problem(self, key: str, field_name: str = "", **values: Told) -> WorkbookProblem:
        """A problem, or a remark, about a cell of this row."""
        return self.source.problem(key, self.number, field_name, **values)

    @property
    def place(self) -> tuple[str, str, int]:
        """File, sheet and number: what parts of one row of a list have in common."""
        return self.source.page.file, self.source.page.shown, self.number


def broken_rules(kind: str, rows: Sequence[Row]) -> Broken:
    """Each row that breaks a rule of its kind of sheet, with what is wrong."""
    yield from _twice(kind, rows)
    yield from _periods(rows)
    if kind == "organisations":
        yield from _circles(rows)
    if kind == "memberships":
        yield from _overlaps(rows)
    for row in rows if kind == "absences" else ():
        if not row.bad and (row.text("person") is None) == (row.text("organisation") is None):
            yield row, row.problem("one_of_two", "person")
        elif not row.bad and row.text("substitute") and normal(row.text("substitute") or "") == row.key(("person",))[0]:
            yield row, row.problem("own_substitute", "substitute", word=quoted(row.text("substitute")))


def absorb(kind: str, rows: Sequence[Row]) -> None:
    """Of the rows of a list that are right and say the same, the first speaks for all: it gets the cells it lacks.

    To be done when it is known which rows are right, since a row that is not cannot speak for others.
    """
    name = NAMED_BY.get(kind)
    first: dict[tuple[object, ...], Row] = {}
    for row in rows if name else ():
        if row.bad or name is None:
            continue
        before = first.setdefault(row.key((name,)), row)
        if before is not row:
            before.values = row.values | before.values
            row.absorbed = before.number


def whole_repeats(rows: Iterable[Row]) -> Iterator[WorkbookProblem]:
    """Rows of lists of which nothing is left: other rows say all of it, whatever it is about; `rows`: of every kind."""
    by_place: dict[tuple[str, str, int], list[Row]] = {}
    for row in rows:
        if row.source.repeats:
            by_place.setdefault(row.place, []).append(row)
    for parts in by_place.values():
        if all(part.absorbed and not part.bad for part in parts):
            last = parts[-1]  # of who works where, or else of the person: what the row is most about
            yield last.problem("row_repeats", other=last.absorbed)


def _twice(kind: str, rows: Sequence[Row]) -> Broken:
    name = NAMED_BY.get(kind)
    fields = (name,) if name else SAME.get(kind, ())
    first: dict[tuple[object, ...], tuple[Row, Said]] = {}
    for row in rows:
        if not fields or (row.bad and name is None) or (name and row.text(name) is None):
            continue
        before, said = first.setdefault(row.key(fields), (row, {}))
        if before is row or (row.source.repeats and _same_name(before, row)):
            yield from _contradicts(said, row)
        elif name == "email":
            who, word = quoted(before.text("name") or before.text("family") or "?"), quoted(row.text("email"))
            yield row, row.problem("address_twice", name, word=word, who=who, other=before.number)
        elif name:
            yield row, row.problem("organisation_twice", name, word=quoted(row.text(name)), other=before.number)
        else:
            yield row, row.problem("row_twice", other=before.number)


def _same_name(one: Row, other: Row) -> bool:
    """Whether two rows with the same key can speak of the same: of people, the name counts as well as the address."""
    names = ("name", "given", "family")
    return one.key(names) == other.key(names)


def _contradicts(said: Said, row: Row) -> Broken:
    for name, value in row.values.items():
        there, other = said.setdefault(name, (value, row.number))
        if there != value and name not in NAMED_BY.values():
            yield row, row.problem("contradicts", name, word=quoted(value), other=other, there=quoted(there))
            return


def _overlaps(rows: Sequence[Row]) -> Broken:
    """The same person in the same role of the same organisation: once, or in periods that do not overlap."""
    held: dict[tuple[object, ...], list[Row]] = {}
    for row in (each for each in rows if not each.bad):
        before = held.setdefault(row.key(("person", "organisation", "role")), [])
        other = next((each for each in before if _overlap(each, row)), None)
        if other is not None and row.source.repeats and other.values == row.values:
            row.absorbed = other.number
        elif other is not None:
            dated = {each.day(name) for each in (other, row) for name in ("since", "until")} != {None}
            yield row, row.problem("periods_overlap" if dated else "row_twice", other=other.number)
        before.append(row)


def _overlap(one: Row, other: Row) -> bool:
    def starts_in_time(row: Row, end: Row) -> bool:
        return (row.day("since") or date.min) <= (end.day("until") or date.max)

    return starts_in_time(one, other) and starts_in_time(other, one)


def _periods(rows: Sequence[Row]) -> Broken:
    for begin, end in PERIODS:
        for row in rows:
            first, last = row.day(begin), row.day(end)
            if first is None or last is None:
                continue
            length = (last - first).days + 1
            if length < 1:
                yield row, row.problem("period_reversed", end, first=str(first), last=str(last))
            elif begin == "first" and length > LONGEST_RANGE:
                yield row, row.problem("period_too_long", end, length=length, most=LONGEST_RANGE)


def _circles(rows: Sequence[Row]) -> Broken:
    placed = [row for row in rows if row.text("part_of")]
    above = {normal(row.text("name") or ""): normal(row.text("part_of") or "") for row in placed}
    for row in placed:
        start = normal(row.text("name") or "")
        seen, at = {start}, above.get(start, "")
        while at and at not in seen:
            seen.add(at)
            at = above.get(at, "")
        if start and at == start:
            yield row, row.problem("part_of_itself", "part_of", word=quoted(row.text("name")))
