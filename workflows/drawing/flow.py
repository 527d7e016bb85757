"""How are boxes and arrows laid out? Bands of rows: the usual way as arrows, short ways back below, others in a box."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from workflows.drawing import measure
from workflows.drawing.catalogue import Texts
from workflows.drawing.paper import LEFT, RIGHT, ROOM, Paper, turned
from workflows.drawing.picture import Arrow, Box, Machine
from workflows.drawing.rows import (
    BADGE,
    COLUMNS,
    INSIDE,
    NAME,
    PAD,
    SMALL,
    STRIP,
    TURNED,
    WIDE,
    Band,
    Row,
    arc_room,
    arcs_height,
    down_height,
    down_room,
    down_said,
    high_of,
    label_height,
    route,
    straight_height,
)  # fmt: skip
from workflows.drawing.shapes import (
    BLUE,
    INK,
    PALE,
    RED,
    SOFT,
    TINTS,
    WHITE,
    Line,
    Rect,
    Shape,
    Text,
    height_of,
    text,
    text_height,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Placed:
    """A row with its place."""

    row: Row
    band: int
    sheet: int
    top: float
    high: float  # of its boxes
    whole: float


def spine_bands(machine: Machine, phases: dict[str, str], texts: Texts) -> list[Band]:
    """A band for each phase as declared, then one for ends and boxes without one, in the order of the boxes."""
    groups: list[tuple[str, str, Sequence[Box]]] = []
    for phase in [*phases, ""]:
        own = [box for box in machine.boxes if (box.phase if box.phase in phases else "") == phase]
        if own:
            other = texts("ends" if all(box.end for box in own) else "no_phase")
            groups.append((phases.get(phase, other), "", own))
    return _lowest(machine, groups, texts)


def track_bands(machine: Machine, texts: Texts) -> list[Band]:
    """One band for a track."""
    return _lowest(machine, [(machine.text, machine.says, machine.boxes)], texts)


def _lowest(machine: Machine, groups: Sequence[tuple[str, str, Sequence[Box]]], texts: Texts) -> list[Band]:
    """The bands with so many boxes in a row that they need as few sheets, and then as little height, as they can."""
    columns = [COLUMNS] * len(groups)
    for at in range(len(groups)):
        options = [[*columns[:at], wide, *columns[at + 1 :]] for wide in (COLUMNS, COLUMNS - 1)]
        columns = min(options, key=lambda option: _total(machine, _bands(groups, option), texts))
    return _bands(groups, columns)


def _bands(groups: Sequence[tuple[str, str, Sequence[Box]]], columns: Sequence[int]) -> list[Band]:
    return [
        Band(name, [Row(list(boxes[at : at + wide])) for at in range(0, len(boxes), wide)], says)
        for (name, says, boxes), wide in zip(groups, columns, strict=True)
    ]


def _total(machine: Machine, bands: Sequence[Band], texts: Texts) -> tuple[int, float]:
    """How many sheets the bands need, and how far they fill the last one."""
    route(machine, bands, texts)
    trial = Paper("", texts)
    trial.chapter("", texts("read_course"))
    for _ in _place(trial, bands):
        pass
    return len(trial.sheets), trial.y


# drawing --------------------------------------------------------------------------------------------------------------


def draw(paper: Paper, bands: Sequence[Band]) -> list[dict[str, int]]:
    """Places all rows, then paints bands, boxes and arrows; tells of each band on which sheet each of its boxes is."""
    placed = list(_place(paper, bands))
    for number, band in enumerate(bands):
        _paint_band(paper, number, band, [each for each in placed if each.band == number])
    for each, following in zip(placed, [*placed[1:], None], strict=True):
        far = following is None or following.sheet != each.sheet
        shapes = paper.sheets[each.sheet].shapes
        shapes += list(_row(each))
        shapes += list(_arcs(each))
        shapes += list(_down(each, None if far or following is None else following.top, paper.texts))
    return [
        {box.name: each.sheet for each in placed if each.band == number for box in each.row.boxes}
        for number in range(len(bands))
    ]


def mark(bands: Sequence[Band], numbers: Mapping[str, tuple[int, ...]]) -> None:
    """Puts the numbers of what a check found on the boxes."""
    for band in bands:
        for row in band.rows:
            row.marks = numbers


def _name_height(name: str) -> float:
    """How high a band must be for its name to stand in its strip, in two lines at most."""
    return next(high for high in range(96, 800, 8) if len(measure.lines(name, TURNED, high - 8, bold=True)) <= 2)


def _place(paper: Paper, bands: Sequence[Band]) -> Iterator[Placed]:
    for number, band in enumerate(bands):
        says = height_of(band.says, SMALL, INSIDE) + 4 if band.says else 0
        wholes = [high_of(row) + arcs_height(row) + down_height(row, paper.texts) for row in band.rows]
        for at, (row, whole) in enumerate(zip(band.rows, wholes, strict=True)):
            extra = says if at == 0 else 0
            new = paper.need(whole + extra + 2 * PAD) or at == 0
            top = paper.y + PAD + extra
            following = wholes[at + 1 : at + 2]
            if new and not (following and paper.fits(PAD + extra + whole + following[0] + 2 * PAD)):
                whole = max(whole, _name_height(band.text) - extra - 2 * PAD)  # its name stands beside it alone
                if paper.need(whole + extra + 2 * PAD):
                    top = paper.y + PAD + extra
            yield Placed(row, number, len(paper.sheets) - 1, top, high_of(row), whole)
            paper.y = top + whole + (PAD if at == len(band.rows) - 1 else 0)
        paper.y += 8


def _paint_band(paper: Paper, number: int, band: Band, placed: Sequence[Placed]) -> None:
    """The tinted ground of a band on each sheet where it has rows, and its name on the left."""
    for sheet in dict.fromkeys(each.sheet for each in placed):
        own = [each for each in placed if each.sheet == sheet]
        extra = height_of(band.says, SMALL, INSIDE) + 4 if band.says and own[0] is placed[0] else 0
        top, bottom = own[0].top - PAD - extra, own[-1].top + own[-1].whole + PAD
        ground = Rect(x=LEFT, y=top, width=ROOM, height=bottom - top, fill=TINTS[number % 2], round=6)
        strip = Rect(x=LEFT, y=top, width=STRIP, height=bottom - top, fill=BLUE, round=6)
        name = turned(band.text, TURNED, strip)
        shapes: list[Shape] = [ground, strip, _white(name)]
        if extra:
            room = Rect(x=LEFT + STRIP + PAD, y=top + 6, width=INSIDE, height=extra)
            shapes.append(text(band.says, SMALL, room, fill=SOFT))
        paper.sheets[sheet].shapes[:0] = shapes


def _white(text: Text) -> Text:
    return Text(x=text.x, y=text.y, lines=text.lines, size=text.size, box=text.box, bold=True, fill=WHITE, turned=True)


def _row(placed: Placed) -> Iterator[Shape]:
    row = placed.row
    for column, box in enumerate(row.boxes):
        yield from _box(row, box, Rect(x=row.x(column), y=placed.top, width=WIDE, height=placed.high))
    for column, arrows in row.straight.items():
        yield from _straight(arrows, row.x(column) + WIDE, placed)


def _box(row: Row, box: Box, frame: Rect) -> Iterator[Shape]:
    """A box: its number, its name, and below what else can happen."""
    heavy = 2.5 if box.end else 1.2
    yield Rect(x=frame.x, y=frame.y, width=frame.width, height=frame.height, stroke=INK, weight=heavy, round=8)
    if box.end:
        yield Rect(x=frame.x + 4, y=frame.y + 4, width=frame.width - 8, height=frame.height - 8, stroke=INK, round=5)
    disc = Rect(
        x=frame.x + 8, y=frame.y + 8, width=2 * BADGE, height=2 * BADGE, fill=INK if box.end else BLUE, round=BADGE
    )
    yield disc
    yield text(str(box.number), SMALL, disc, top=disc.y + 4, fill=WHITE, bold=True, centred=True)
    title = Rect(x=frame.x + 30, y=frame.y + 9, width=frame.width - 32, height=frame.height - 9)
    yield text(box.text, NAME + 1, title, bold=True)
    if row.marks.get(box.name):
        yield from _marks(row.marks[box.name], frame)
    y = frame.y + 14 + height_of(box.text, NAME + 1, WIDE - 32, bold=True)
    for chip in row.chips.get(box.name, ()):
        yield Line(points=((frame.x + 7, y), (frame.x + frame.width - 7, y)), stroke=PALE, weight=1)
        room = Rect(x=frame.x, y=y + 2, width=frame.width, height=height_of(chip, SMALL, WIDE - 14))
        yield text(chip, SMALL, room, pad=7, fill=SOFT)
        y += 5 + room.height


def _marks(numbers: Sequence[int], frame: Rect) -> Iterator[Shape]:
    """What a check found, as numbers on the upper edge of a box."""
    said = f"! {', '.join(map(str, numbers))}"
    wide = min(measure.width(said, SMALL, bold=True) + 12, frame.width - 16)
    pill = Rect(x=frame.x + frame.width - 8 - wide, y=frame.y - 7, width=wide, height=14, fill=RED, round=7)
    yield pill
    yield text(said, SMALL, pill, top=pill.y + 2, pad=4, fill=WHITE, bold=True, centred=True)


def _straight(arrows: Sequence[Arrow], x: float, placed: Placed) -> Iterator[Shape]:
    gap = placed.row.gap
    y = placed.top + 4 + max(0.0, (placed.high - straight_height(arrows, gap)) / 2)
    for arrow in arrows:
        room = Rect(x=x + 3, y=y, width=gap - 6, height=label_height(arrow, gap))
        name = text(arrow.text, SMALL, room, pad=5, bold=True, centred=True)
        yield name
        line = y + text_height(len(name.lines), SMALL) + 4
        yield Line(points=((x + 1, line), (x + gap - 2, line)), head=True, weight=2)
        if arrow.how:
            yield text(arrow.how, SMALL, room, top=line + 4, pad=5, centred=True)
        y += room.height


def _port(placed: Placed, column: int, end: object) -> float:
    """Where on the foot of a box an arc begins or ends: each has a place of its own."""
    own: list[object] = []
    for arc in placed.row.arcs:
        own += [(arc, False)] * (arc.source == column) + [(arc, True)] * (arc.target == column)
    own.sort(key=lambda each: _other(each, column))  # to the left on the left, so that fewer lines cross
    if placed.row.down and column == len(placed.row.boxes) - 1:
        own.append("down")
    return placed.row.x(column) + WIDE * (own.index(end) + 1) / (len(own) + 1)


def _other(end: object, column: int) -> tuple[int, int]:
    assert isinstance(end, tuple)
    arc, into = end
    other = arc.source if into else arc.target
    # of two that go the same way the wider one stands outside, since it runs below
    return (other > column, other) if other < column else (True, -other)


def _arcs(placed: Placed) -> Iterator[Shape]:
    y = placed.top + placed.high
    foot = y
    later: list[Shape] = []
    for arc in sorted(placed.row.arcs, key=lambda each: abs(each.target - each.source)):
        first, last = _port(placed, arc.source, (arc, False)), _port(placed, arc.target, (arc, True))
        high = height_of(arc.arrow.said, SMALL, arc_room(arc, placed.row)) + 14
        line = y + high - 4
        back = arc.target < arc.source
        points = ((first, foot), (first, line), (last, line), (last, foot + 2))
        yield Line(points=points, stroke=SOFT if back else INK, weight=1.5 if back else 2, dashed=back, head=True)
        middle = (first + last) / 2
        wide = arc_room(arc, placed.row)
        box = Rect(x=middle - wide / 2, y=y + 6, width=wide, height=high - 8)
        said = text(arc.arrow.said, SMALL, box, centred=True, halo=TINTS[placed.band % 2])
        left, top, right, bottom = said.room
        ground = Rect(x=left - 3, y=top, width=right - left + 6, height=bottom - top, fill=said.halo)
        later += [ground, said]  # over the arrows that cross this one
        y += high
    yield from later


def _down(placed: Placed, below: float | None, texts: Texts) -> Iterator[Shape]:
    """From the last box of a row to the first of the next one; `below` None: that one stands on another sheet."""
    row = placed.row
    if not row.down:
        return
    last = len(row.boxes) - 1
    first = _port(placed, last, "down")
    foot = placed.top + placed.high
    line = placed.top + placed.whole - 4
    into = row.x(0) + WIDE / 2
    said = [down_said(arrow, row, texts, far=below is None) for arrow in row.down]
    if below is None:
        yield Line(points=((first, foot), (first, line)), head=True, weight=2)
    elif last:
        yield Line(points=((first, foot), (first, line), (into, line), (into, below - 1)), head=True, weight=2)
    else:
        yield Line(points=((into, foot), (into, below - 1)), head=True, weight=2)
    x = into + 10 if last == 0 else into + 8
    y = placed.top + placed.whole - 6 - sum(height_of(each, SMALL, down_room(row)) + 2 for each in said)
    for each in said:
        room = Rect(x=x, y=y, width=min(down_room(row), RIGHT - x), height=height_of(each, SMALL, down_room(row)))
        yield text(each, SMALL, room, halo=TINTS[placed.band % 2])
        y += room.height + 2
