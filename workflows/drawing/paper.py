"""Where on which sheet does a thing stand? Sheets under each other, each with a head, filled from the top down."""

from __future__ import annotations

from workflows.drawing import measure
from workflows.drawing.catalogue import Texts
from workflows.drawing.shapes import (
    HEIGHT,
    INK,
    MARGIN,
    SOFT,
    WIDTH,
    Rect,
    Shape,
    Sheet,
    Text,
    height_of,
    text,
    text_height,
)

LEFT, RIGHT, FOOT = MARGIN, WIDTH - MARGIN, HEIGHT - 44
ROOM = RIGHT - LEFT


class Paper:
    """The sheets of one drawing, and how far the last one is filled."""

    def __init__(self, title: str, texts: Texts) -> None:
        self.title = title
        self.texts = texts
        self.sheets: list[Sheet] = []
        self.heading = self.reading = ""
        self.y = float(FOOT)

    def chapter(self, heading: str, reading: str) -> None:
        """What comes next, on a new sheet."""
        self.heading, self.reading = heading, reading
        self._begin(heading)

    def fits(self, height: float) -> bool:
        return self.y + height <= FOOT

    def need(self, height: float) -> bool:
        """Makes room, on a new sheet where this one is full; says whether it is a new one."""
        if self.fits(height):
            return False
        self.reading = ""
        self._begin(self.texts("continued", title=self.heading))
        return True

    def add(self, *shapes: Shape) -> None:
        self.sheets[-1].shapes.extend(shapes)

    def say(self, sentence: str, sheet: int = -1) -> None:
        """A sentence for whoever does not see the sheet."""
        said = sentence.replace(measure.BOUND, " ")
        self.sheets[sheet].says.append(said if said.endswith(".") else f"{said}.")

    def paragraph(self, words: str, size: float = 10, *, bold: bool = False, indent: float = 0) -> None:
        """Words over the whole width, said as well."""
        room = Rect(
            x=LEFT + indent, y=self.y, width=ROOM - indent, height=height_of(words, size, ROOM - indent, bold=bold)
        )
        self.add(text(words, size, room, bold=bold))
        self.say(words)
        self.y += room.height + 2

    def numbered(self) -> list[Sheet]:
        """All sheets, each with its number."""
        for number, sheet in enumerate(self.sheets, start=1):
            said = self.texts("sheet", n=number, of=len(self.sheets))
            wide = measure.width(said, 10)
            box = Rect(x=RIGHT - wide, y=MARGIN, width=wide, height=text_height(1, 10))
            sheet.shapes.append(text(said, 10, box, fill=SOFT))
        return self.sheets

    def _begin(self, heading: str) -> None:
        self.sheets.append(Sheet(title=f"{self.title}: {heading}"))
        self.y = MARGIN - 8
        self._head(self.title, 11, SOFT, ROOM - 120, bold=False)
        self._head(heading, 18, INK, ROOM - 120, bold=True)
        if self.reading:
            self._head(self.reading, 10, SOFT, ROOM, bold=False)
        self.y += 8

    def _head(self, words: str, size: float, fill: str, room: float, *, bold: bool) -> None:
        box = Rect(x=LEFT, y=self.y, width=room, height=height_of(words, size, room, bold=bold))
        self.add(text(words, size, box, bold=bold, fill=fill))
        self.y += box.height + 1


def turned(words: str, size: float, box: Rect) -> Text:
    """Words that read upwards, in the middle of a narrow strip."""
    lines = tuple(measure.lines(words, size, box.height - 8, bold=True))
    x = box.x + box.width / 2 + size * 0.35 - text_height(len(lines) - 1, size) / 2
    return Text(
        x=x, y=box.y + box.height / 2, lines=lines, size=size, box=box, bold=True, turned=True,
    )  # fmt: skip
