"""What is a drawing made of? Sheets of A4 with boxes, texts and lines, placed but not yet written in any format."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from workflows.drawing import measure

# A4 on its side, in the pixels of a style sheet: 96 to the inch (CSS Values and Units, section 6.2)
WIDTH, HEIGHT = 1122, 793
MARGIN = 36
INK, SOFT, PALE, BLUE, RED, WHITE = "#1b1f24", "#4d5661", "#e9edf1", "#0b4f9e", "#a1161b", "#ffffff"
TINTS = ("#eef4fb", "#f6f3ea")  # of neighbouring bands
LEADING = 1.22  # from one line of a text to the next


@dataclass(frozen=True, slots=True, kw_only=True)
class Rect:
    x: float
    y: float
    width: float
    height: float
    fill: str = WHITE
    stroke: str = ""
    weight: float = 1
    round: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Lines of text from a baseline down; `box` is what they must stay within."""

    x: float
    y: float
    lines: tuple[str, ...]
    size: float
    box: Rect
    bold: bool = False
    fill: str = INK
    centred: bool = False
    turned: bool = False  # reads upwards
    halo: str = ""  # lies over lines, on a ground of this colour

    @property
    def room(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of what the text takes at most."""
        wide = max(measure.width(line, self.size, bold=self.bold) for line in self.lines)
        high = self.size * LEADING * (len(self.lines) - 1) + self.size * 0.25
        if self.turned:
            return self.x - self.size, self.y - wide / 2, self.x + high, self.y + wide / 2
        left = self.x - wide / 2 if self.centred else self.x
        return left, self.y - self.size, left + wide, self.y + high


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Straight pieces from point to point, with a head at the end where it is an arrow."""

    points: tuple[tuple[float, float], ...]
    stroke: str = INK
    weight: float = 1.5
    dashed: bool = False
    head: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A small sign at a point: a diamond for a day, a ring for a due date."""

    x: float
    y: float
    kind: str


Shape: TypeAlias = Rect | Text | Line | Mark


@dataclass
class Sheet:
    """One sheet; its shapes stand in the order in which they are painted."""

    title: str
    says: list[str] = field(default_factory=list)  # the same in sentences, for whoever does not see it
    shapes: list[Shape] = field(default_factory=list)


def text_height(lines: int, size: float) -> float:
    """How high so many lines are."""
    return lines * size * LEADING


def text(
    words: str, size: float, box: Rect, *, top: float | None = None, pad: float = 0, bold: bool = False,
    fill: str = INK, centred: bool = False, halo: str = "",
) -> Text:  # fmt: skip
    """Words in as many lines as they need, from the top of a box or of `top` down."""
    room = box.width - 2 * pad
    lines = tuple(measure.lines(words, size, room, bold=bold)) or ("",)
    x = box.x + box.width / 2 if centred else box.x + pad
    y = (box.y if top is None else top) + size
    return Text(x=x, y=y, lines=lines, size=size, box=box, bold=bold, fill=fill, centred=centred, halo=halo)


def height_of(words: str, size: float, room: float, *, bold: bool = False) -> float:
    """How high words are in so much room."""
    return text_height(len(measure.lines(words, size, room, bold=bold)), size)
