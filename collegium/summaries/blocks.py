"""What is a page made of? Headings, facts, tables and a few lines, the same for Markdown and HTML."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Tone: TypeAlias = Literal["", "good", "risk", "late", "still"]
PhaseState: TypeAlias = Literal["past", "current", "ahead"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A text; a tone adds a mark beside the words, never instead of them. `page` is the name of a page beside this."""

    text: str
    tone: Tone = ""
    more: str = ""  # said after the marked words
    page: str = ""
    mail: str = ""


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
class Mark:
    """A point of a timeline, `at` thousandths of its length."""

    at: int
    text: str
    shape: Literal["stage", "date", "today"]
    lane: int = 0  # how far below the line it hangs, so that numbers do not cover each other


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A drawing of what a table beside it says in words."""

    title: str
    marks: tuple[Mark, ...]
    kind: str = "timeline"

    @property
    def lanes(self) -> int:
        return max((mark.lane for mark in self.marks), default=0)


Block: TypeAlias = Facts | Table | Line | Steps | Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with blocks under it; `beside`: tables may stand beside each other where there is room."""

    title: str
    blocks: tuple[Block, ...]
    level: int = 2
    beside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A whole summary in one language."""

    language: str
    title: str
    subtitle: str
    intro: tuple[str, ...]
    sections: tuple[Section, ...]
    foot: tuple[str, ...] = field(default=())
