"""How are rows laid out as a table on sheets? Columns of words, groups under headings, the head on each sheet again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workflows.drawing.paper import LEFT, ROOM, Paper
from workflows.drawing.shapes import BLUE, PALE, SOFT, TINTS, Line, Rect, height_of, text

SIZE, PAD, GAP = 9.5, 5, 8


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under a heading; each row has a cell for each column, and its first cell names it."""

    heading: str
    rows: tuple[tuple[str, ...], ...]


def table(paper: Paper, columns: Sequence[str], shares: Sequence[float], groups: Sequence[Group]) -> None:
    """Puts the groups on the paper; `shares` says how much of the width each column takes."""
    widths = [ROOM * share for share in shares]
    _row(paper, columns, widths, fill=PALE, bold=True)
    for group in groups:
        first = max(_height(row, widths) for row in group.rows[:1]) if group.rows else 0
        if paper.need(_height((group.heading,), [ROOM]) + first):
            _row(paper, columns, widths, fill=PALE, bold=True)
        if group.heading:
            _heading(paper, group.heading)
        for row in group.rows:
            if paper.need(_height(row, widths)):
                _row(paper, columns, widths, fill=PALE, bold=True)
                if group.heading:
                    _heading(paper, paper.texts("continued", title=group.heading))
            paper.say(". ".join(cell for cell in row if cell))
            _row(paper, row, widths)


def _height(row: Sequence[str], widths: Sequence[float], bold: bool = False) -> float:
    cells = zip(row, widths, strict=True)
    return max(height_of(cell, SIZE, wide - GAP, bold=bold or not at) for at, (cell, wide) in enumerate(cells)) + PAD


def _row(paper: Paper, row: Sequence[str], widths: Sequence[float], *, fill: str = "", bold: bool = False) -> None:
    high = _height(row, widths, bold)
    if fill:
        paper.add(Rect(x=LEFT, y=paper.y, width=ROOM, height=high, fill=fill))
    x = float(LEFT)
    for at, (cell, wide) in enumerate(zip(row, widths, strict=True)):
        if cell:
            box = Rect(x=x, y=paper.y, width=wide, height=high)
            paper.add(text(cell, SIZE, box, top=paper.y + 2, pad=GAP / 2, bold=bold or not at))
        x += wide
    paper.y += high
    paper.add(Line(points=((LEFT, paper.y), (LEFT + ROOM, paper.y)), stroke=PALE, weight=1))


def _heading(paper: Paper, heading: str) -> None:
    high = height_of(heading, SIZE + 1, ROOM - 2 * GAP, bold=True) + PAD
    box = Rect(x=LEFT, y=paper.y, width=ROOM, height=high, fill=TINTS[0])
    paper.add(box, Rect(x=LEFT, y=paper.y, width=3, height=high, fill=BLUE))
    paper.add(text(heading, SIZE + 1, box, top=paper.y + 2, pad=GAP, bold=True, fill=SOFT))
    paper.say(heading)
    paper.y += high
