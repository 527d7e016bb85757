"""Which way does each arrow take, and how much room does a row of boxes need?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from workflows.drawing.catalogue import Texts
from workflows.drawing.paper import LEFT, ROOM
from workflows.drawing.picture import Arrow, Box, Machine
from workflows.drawing.shapes import height_of

COLUMNS, WIDE, STRIP, PAD = 4, 156, 32, 10
INSIDE = ROOM - STRIP - 2 * PAD
WIDEST = 250.0  # between two boxes
NAME, SMALL, TURNED = 10.5, 9.5, 11.5  # sizes of letters
FEW = 3  # from more boxes than these an arrow is told below all bands
BESIDE, ARCS = 2, 3  # arrows between two boxes, and below one row; more are told in the box
BADGE = 9  # half the width of a number's disc


@dataclass(frozen=True, slots=True)
class Arc:
    """An arrow below a row, from one column to another."""

    arrow: Arrow
    source: int
    target: int


@dataclass
class Row:
    """Boxes beside each other, with what leads from each to the next."""

    boxes: list[Box]
    straight: dict[int, list[Arrow]] = field(default_factory=dict)  # column -> arrows to the next one
    arcs: list[Arc] = field(default_factory=list)
    down: list[Arrow] = field(default_factory=list)  # from the last box to the first of the next row
    chips: dict[str, list[str]] = field(default_factory=dict)  # box -> what else can happen there
    into: Box | None = None  # the first box of the next row
    marks: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # box -> numbers of what a check found there

    @property
    def gap(self) -> float:
        """The room between two boxes: more where there are few."""
        return min(WIDEST, (INSIDE - len(self.boxes) * WIDE) / max(len(self.boxes) - 1, 1))

    def x(self, column: int) -> float:
        return LEFT + STRIP + PAD + column * (WIDE + self.gap)


@dataclass
class Band:
    """The rows of one phase, or of one track."""

    text: str
    rows: list[Row]
    says: str = ""


def route(machine: Machine, bands: Sequence[Band], texts: Texts) -> list[Arrow]:
    """Gives each arrow its way; returns those that are told below all bands, since they leave too many boxes."""
    rows = [row for band in bands for row in band.rows]
    for row, following in pairwise(rows):
        row.into = following.boxes[0]
    places = {box.name: (number, column) for number, row in enumerate(rows) for column, box in enumerate(row.boxes)}
    many = [arrow for arrow in machine.arrows if arrow.everywhere or len(arrow.sources) > FEW]
    for arrow in machine.arrows:
        if arrow not in many:
            for source in arrow.sources:
                _way(arrow, source, machine, rows, places, texts)
    return many


def _way(
    arrow: Arrow, source: str, machine: Machine, rows: Sequence[Row], places: dict[str, tuple[int, int]], texts: Texts
) -> None:
    number, column = places[source]
    row = rows[number]
    if arrow.target is None:
        row.chips.setdefault(source, []).append(texts("stays", text=arrow.said))
        return
    other, there = places[arrow.target]
    if other == number and there == column + 1 and len(row.straight.get(column, ())) < BESIDE:
        row.straight.setdefault(column, []).append(arrow)
    elif (
        other == number and len(row.arcs) < ARCS and there != column and column not in row.straight.keys() & {there - 1}
    ):
        row.arcs.append(Arc(arrow, column, there))
    elif other == number + 1 and there == 0 and column == len(row.boxes) - 1:
        row.down.append(arrow)
    else:
        target = machine.box(arrow.target)
        said = texts("to", text=arrow.said, number=target.number, name=target.text)
        row.chips.setdefault(source, []).append(said)


def _box_height(row: Row, box: Box) -> float:
    high = 16 + height_of(box.text, NAME + 1, WIDE - 32, bold=True)
    for chip in row.chips.get(box.name, ()):
        high += 5 + height_of(chip, SMALL, WIDE - 14)
    return high + 4


def straight_height(arrows: Sequence[Arrow], gap: float) -> float:
    return sum(label_height(arrow, gap) for arrow in arrows) + 8


def label_height(arrow: Arrow, gap: float) -> float:
    room = gap - 16
    return height_of(arrow.text, SMALL, room, bold=True) + 10 + height_of(arrow.how, SMALL, room) + 8


def high_of(row: Row) -> float:
    boxes = max(_box_height(row, box) for box in row.boxes)
    return max([boxes, 54.0, *(straight_height(each, row.gap) for each in row.straight.values())])


def arc_room(arc: Arc, row: Row) -> float:
    return abs(arc.target - arc.source) * (WIDE + row.gap) - 48


def arcs_height(row: Row) -> float:
    return sum(height_of(arc.arrow.said, SMALL, arc_room(arc, row)) + 14 for arc in row.arcs)


def down_room(row: Row) -> float:
    return INSIDE - WIDE if len(row.boxes) == 1 else (len(row.boxes) - 1) * (WIDE + row.gap) - 30


def down_said(arrow: Arrow, row: Row, texts: Texts, far: bool) -> str:
    if not far or row.into is None:
        return arrow.said
    return texts("next_sheet", text=texts("to", text=arrow.said, number=row.into.number, name=row.into.text))


def down_height(row: Row, texts: Texts) -> float:
    """As high as it can become: with the words that it needs where the next row stands on another sheet."""
    said = [down_said(arrow, row, texts, far=True) for arrow in row.down]
    return sum(height_of(each, SMALL, down_room(row)) + 2 for each in said) + 12 if said else 0
