"""What is a page made of? Headings, facts, tables and a few lines, the same for Markdown and HTML."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, TypeAlias

Tone: TypeAlias = Literal["", "good", "risk", "late", "still"]
PhaseState: TypeAlias = Literal["past", "current", "ahead"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A text; a tone adds a mark beside the words, never instead of them. `page` is the name of a page beside this.

    `value` is the day or number that the text tells, for programs that can reckon with it; `after` is what the text
    says behind it, `before` what it says before it.
    """

    text: str
    tone: Tone = ""
    more: str = ""  # said after the marked words
    page: str = ""
    mail: str = ""
    value: date | int | Decimal | None = None
    after: str = ""
    before: str = ""  # of an amount: its currency


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Labels, each with what there is to say."""

    rows: tuple[tuple[str, Cell], ...]
    kind: str = "facts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under a caption; the first cell of a row names it. Columns in `numbers` are set to the right."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numbers: frozenset[int] = frozenset()
    kind: str = "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A sentence."""

    text: str
    kind: str = "line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One phase of a row of phases, and in words where the case is with it."""

    text: str
    state: PhaseState
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Phases in their order."""

    title: str
    steps: tuple[Step, ...]
    kind: str = "steps"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A stretch of time in a row, both ends in thousandths of the whole."""

    first: int
    last: int
    text: str = ""  # a number that a list beside the picture explains
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A day in a row. Its shape says what it is, its text says so in words."""

    at: int  # thousandths of the whole
    shape: Literal["date", "due", "late", "end"]
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One row of a picture: a heading (nothing in it), or what there is between the first and the last day."""

    text: str
    bars: tuple[Bar, ...] = ()
    points: tuple[Point, ...] = ()
    heading: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A drawing of what a table beside it says in words."""

    title: str
    says: str  # the same in sentences, for whoever does not see it
    lanes: tuple[Lane, ...]
    ticks: tuple[tuple[int, str], ...]
    today: int | None
    today_text: str
    legend: tuple[tuple[str, str], ...] = ()  # shape or number, and what it means
    kind: str = "timeline"


Block: TypeAlias = Facts | Table | Line | Steps | Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with blocks under it; `beside`: tables may stand beside each other where there is room."""

    title: str
    blocks: tuple[Block, ...]
    level: int = 2
    beside: bool = False
    sheet: str = ""  # a shorter title, where a workbook has a sheet of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A whole summary in one language."""

    language: str
    title: str
    subtitle: str
    made_at: datetime
    author: str
    intro: tuple[str, ...]
    sections: tuple[Section, ...]
