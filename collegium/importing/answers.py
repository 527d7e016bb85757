"""What has the office answered to the question who is meant? `ROW=PERSON`, or the row of somebody new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from collegium.importing.columns import normal
from collegium.importing.identity import NEW
from collegium.importing.rules import Row
from engine.errors import CollegiumError
from engine.saying import said


class NoSuchRow(CollegiumError):
    """An answer names a row of people that is not there, or one of several."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Row as it is named -> an address, a number, or the word for somebody new."""

    said: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, same: Sequence[str], new: Sequence[str]) -> Answers:
        """From `ROW=PERSON` and `ROW`. Raises NoSuchRow where a person is missing."""
        pairs = [each.partition("=") for each in same]
        if wrong := [row for row, _, person in pairs if not row.strip() or not person.strip()]:
            raise NoSuchRow(said("Say who it is: {row}=ADDRESS, such as 12=anna@school.nl", row=wrong[0]))
        return cls({row.strip(): person.strip() for row, _, person in pairs} | {row.strip(): NEW[0] for row in new})

    def by_row(self, names: RowNames) -> dict[int, str]:
        """Index of a row -> the answer about it. Raises NoSuchRow."""
        found: dict[int, str] = {}
        for name, answer in self.said.items():
            meant = names.meant(name)
            if len(meant) != 1:
                if not meant:
                    raise NoSuchRow(said("{name!r} is no row of people in these files", name=name))
                ways = tuple(names.key(names.rows[at]) for at in meant[:5])
                raise NoSuchRow(said("{name!r} could be {n} rows: {which}", name=name, n=len(meant), which=ways))
            found[meant[0]] = answer
        return found


class RowNames:
    """By which names rows of people are called: number, cell, and sheet with either."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self._meant: dict[str, list[int]] = {}
        for at, row in enumerate(rows):
            for name in set(map(normal, _names(row))):
                self._meant.setdefault(name, []).append(at)

    def meant(self, name: str) -> list[int]:
        """The rows of that name."""
        return self._meant.get(normal(name), [])

    def key(self, row: Row) -> str:
        """The shortest name of a row that no other row has."""
        names = _names(row)
        return next((name for name in names if len(self.meant(name)) == 1), names[-1])


def _names(row: Row) -> tuple[str, ...]:
    page, number, cell = row.source.page, row.number, row.problem("", "email").cell
    in_sheet = f"{page.title}:{number}", f"{page.title}:{cell}"
    return str(number), cell, *in_sheet, f"{page.file}:{number}", f"{page.file}:{in_sheet[1]}"
