"""What stands in a file, whatever kind of file it is? Pages of cells, read with bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from collegium.importing.problems import WorkbookProblem

LARGEST_MB = 50
MOST_ROWS = 50_000
MOST_COLUMNS = 400
Cells: TypeAlias = Mapping[int, object]  # position -> what stands there, none of it empty
Lines: TypeAlias = Sequence[tuple[int, Cells]]


@dataclass(frozen=True, slots=True)
class NoValue:
    """A formula whose outcome was not saved with it."""

    formula: str

    def __str__(self) -> str:
        return self.formula


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A sheet of a workbook, or a text with delimiters as a whole."""

    file: str
    title: str
    rows: Lines  # those that hold something, by the number that a spreadsheet shows
    named: bool = True  # whether the title is a sheet's, against a file's
    hidden: bool = False
    label: str = ""  # how reports call it; empty: by its title
    days_later: int = 0  # what a day that is kept as a number lacks: 1462 in workbooks that count from 1904

    @property
    def shown(self) -> str:
        """How reports call the page."""
        return self.label or (self.title if self.named else self.file)


@dataclass(slots=True)
class Contents:
    """The pages of a file, and what is wrong with it."""

    pages: list[Page] = field(default_factory=list)
    problems: list[WorkbookProblem] = field(default_factory=list)


def refused(key: str, path: Path, **values: str | int) -> Contents:
    """A file that cannot be read."""
    return Contents(problems=[WorkbookProblem(key=key, values={"file": path.name, **values})])
