"""What was found of one kind of sheet? Its columns, where they stand, and its lines."""

from __future__ import annotations

from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter

from collegium.importing.columns import Column, Sheet
from collegium.importing.pages import Page
from collegium.importing.problems import Told, WorkbookProblem


@dataclass(frozen=True, slots=True)
class Line:
    """A row that holds something: its number, and the cells of known columns that are not empty."""

    number: int
    cells: dict[str, object]  # field -> what stands there


@dataclass(slots=True, kw_only=True)
class FoundSheet:
    """A table, or that part of a list of everything that speaks of one kind of thing."""

    sheet: Sheet
    page: Page
    columns: dict[str, tuple[Column, int, str]] = field(default_factory=dict)  # field -> column, position, heading
    lines: list[Line] = field(default_factory=list)
    repeats: bool = False  # whether the same thing may stand in several rows
    echoes: frozenset[str] = frozenset()  # fields whose cells are read by another part as well, which tells problems

    def problem(self, key: str, row: int, field_name: str = "", **values: Told) -> WorkbookProblem:
        """A problem, or a remark, about a cell of this sheet."""
        _, position, heading = self.columns.get(field_name, (None, 0, ""))
        cell = f"{get_column_letter(position)}{row}" if position else ""
        return WorkbookProblem(
            key=key, file=self.page.file, sheet=self.page.shown, row=row, column=heading, cell=cell,
            position=position, values=values,
        )  # fmt: skip


def heading_text(cell: object) -> str:
    """A heading on one line."""
    return " ".join(str(cell).split()) if cell is not None else ""
