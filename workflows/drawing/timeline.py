"""How does the ordinary case lie in time? Stages as bars under their phases, with the tasks that are due in each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workflows.drawing import measure
from workflows.drawing.paper import FOOT, LEFT, RIGHT, ROOM, Paper
from workflows.drawing.picture import Painter
from workflows.drawing.shapes import (
    BLUE,
    INK,
    PALE,
    SOFT,
    TINTS,
    WHITE,
    Line,
    Mark,
    Rect,
    Shape,
    height_of,
    text,
    text_height,
)
from workflows.typical import Stay, Typical, typical

LABELS = 300.0  # width of the names on the left
CHART = LEFT + LABELS
SPAN = RIGHT - CHART
SIZE = 9.5
MONTH = 365 / 12
STEPS = (1, 2, 3, 6, 12, 24)  # months between two marks of the scale
MARKS = 12  # at most


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the timeline: a stage with its bar, or a task with its day."""

    name: str
    says: str
    day: float
    until: float | None = None  # of a stage: where its bar ends
    number: int = 0


class Timeline:
    """The timeline of one process."""

    def __init__(self, painter: Painter) -> None:
        self.painter = painter
        self.words, self.texts = painter.words, painter.texts
        self.case: Typical = typical(painter.definition)
        ends = [stay.last or stay.first for stay in self.case.stays] + [work.due for work in self.case.work]
        self.last = max([*ends, MONTH]) * 1.02

    def draw(self, paper: Paper) -> None:
        """Puts the timeline on the paper, on as many sheets as it needs."""
        paper.chapter(self.texts("timeline"), self.texts("read_timeline"))
        self._scale(paper)
        for number, stay in enumerate(self.case.stays):
            rows = list(self._rows(stay))
            if paper.need(sum(self._height(row) for row in rows[:2]) + 4):
                self._scale(paper)
            for row in rows:
                if paper.need(self._height(row)):
                    self._scale(paper)
                self._row(paper, row, TINTS[number % 2])
        self._legend(paper)

    def _rows(self, stay: Stay) -> Iterator[Row]:
        """A stage and the tasks that are due in it, in the order of their days."""
        number = list(self.painter.definition.stages).index(stay.stage) + 1
        label = self.words.label("stage", stay.stage)
        yield Row(label, self._when(stay.first), stay.first, stay.last or stay.first, number)
        own = sorted((work for work in self.case.work if work.stage == stay.stage), key=lambda work: work.due)
        for work in own:
            task = self.painter.definition.tasks[work.task]
            yield Row(self.words.label("task", work.task), self.painter.latest(task), work.due)

    def _when(self, day: float) -> str:
        return self.texts("week", n=int(day // 7) + 1)

    # places -----------------------------------------------------------------------------------------------------------

    def _x(self, day: float) -> float:
        return CHART + 8 + (SPAN - 16) * day / self.last

    def _beside(self, row: Row) -> tuple[bool, float]:
        """Whether the words stand to the right of a day, where there is more room, and how much there is."""
        right, left = RIGHT - self._x(row.until or row.day) - 14, self._x(row.day) - CHART - 14
        return (True, right) if right >= min(left, 260) else (False, left)

    def _height(self, row: Row) -> float:
        name = height_of(row.name, SIZE, self._name_room(row), bold=bool(row.number))
        return max(name, height_of(row.says, SIZE, self._beside(row)[1])) + 4

    def _name_room(self, row: Row) -> float:
        return LABELS - (30 if row.number else 42)

    # drawing ----------------------------------------------------------------------------------------------------------

    def _row(self, paper: Paper, row: Row, tint: str) -> None:
        high, y = self._height(row), paper.y
        behind: list[Shape] = [Rect(x=LEFT, y=y, width=ROOM, height=high, fill=tint)]
        behind += [Line(points=((x, y), (x, y + high)), stroke=PALE, weight=1) for x, _ in self._marks()]
        for _, day in self.case.days:
            x = self._x(day)
            behind.append(Line(points=((x, y), (x, y + high)), stroke=BLUE, weight=1.2, dashed=True))
        paper.add(*behind)
        indent = LABELS - self._name_room(row)
        if row.number:
            disc = Rect(x=LEFT + 6, y=y + 1, width=18, height=text_height(1, SIZE) + 2, fill=BLUE, round=7)
            paper.add(disc, text(str(row.number), SIZE, disc, top=y + 1.5, fill=WHITE, bold=True, centred=True))
        name = Rect(x=LEFT + indent, y=y, width=LABELS - indent, height=high)
        paper.add(text(row.name, SIZE, name, top=y + 2, bold=bool(row.number)))
        middle = y + text_height(1, SIZE) / 2 + 2
        if row.until is not None:
            first = self._x(row.day)
            wide = max(self._x(row.until) - first, 4)
            paper.add(Rect(x=first, y=middle - 5, width=wide, height=10, fill=BLUE, round=2))
        else:
            paper.add(Mark(x=self._x(row.day), y=middle, kind="due"))
        self._words(paper, row, y, tint)
        paper.say(f"{row.number} {row.name}: {row.says}" if row.number else f"{row.name}: {row.says}")
        paper.y += high

    def _words(self, paper: Paper, row: Row, y: float, tint: str) -> None:
        right, room = self._beside(row)
        if not row.says:
            return
        lines = measure.lines(row.says, SIZE, room)
        wide = max(measure.width(line, SIZE) for line in lines)
        edge = self._x(row.until or row.day) + 10 if right else self._x(row.day) - 10 - wide
        box = Rect(x=edge, y=y, width=max(wide, 1) + 0.5, height=self._height(row))
        paper.add(text(row.says, SIZE, box, top=y + 2, fill=SOFT, halo=tint))

    def _marks(self) -> list[tuple[float, int]]:
        """The beginnings of months that the scale names, with their numbers."""
        months = self.last / MONTH
        step = next((step for step in STEPS if months / step <= MARKS), STEPS[-1])
        return [(self._x(number * MONTH), number) for number in range(0, int(months) + 1, step)]

    def _scale(self, paper: Paper) -> None:
        """The months along the top, and the names of the days that stand out."""
        y = paper.y
        lanes = [CHART - 100.0]  # how far each line is taken: names of days stand under each other where they must
        for name, day in sorted(self.case.days, key=lambda each: each[1]):
            said, x = self.words.name("date", name), self._x(day)
            wide = measure.width(said, SIZE, bold=True)
            before = x + 11 + wide > RIGHT
            left = x - 11 - wide if before else x - 7
            lane = next((at for at, taken in enumerate(lanes) if left > taken), len(lanes))
            lanes[lane : lane + 1] = [x + 7 if before else x + 22 + wide]
            paper.add(Mark(x=x, y=y + 6 + 15 * lane, kind="day"))
            box = Rect(x=left if before else x + 11, y=y + 15 * lane, width=wide + 0.5, height=14)
            paper.add(text(said, SIZE, box, bold=True, fill=BLUE))
        y += 1 + 15 * len(lanes)
        for x, number in self._marks():
            box = Rect(x=x, y=y, width=70, height=14)
            if x + 70 <= RIGHT:
                paper.add(text(self.texts("month", n=number), SIZE, box, fill=SOFT))
        paper.y = y + 17

    def _legend(self, paper: Paper) -> None:
        y, x = FOOT + 16.0, float(LEFT)
        shapes: list[Shape] = []
        for kind in ("stay", "due", "day"):
            if kind == "stay":
                shapes.append(Rect(x=x, y=y - 9, width=24, height=10, fill=BLUE, round=2))
            else:
                shapes.append(Mark(x=x + 12, y=y - 4, kind=kind))
            said = text(self.texts(f"legend_{kind}"), 10, Rect(x=x + 32, y=y - 10, width=250, height=14), fill=INK)
            shapes.append(said)
            x = said.room[2] + 30
        for sheet in paper.sheets:
            sheet.shapes.extend(shapes)
