"""What of a process can only a person judge? A sheet to read beside the framework, each line with its place.

That a term has six days and not six weeks, that a committee reads no answer, that nobody of the organisation is told:
no check can know what was meant. So the sheet says what is there, and who or what was left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from engine.definition import Definition
from workflows.reading.handing import answers, both_ways, children, left_out, values
from workflows.reading.readers import readers, told
from workflows.reading.words import Fact, Item
from workflows.reading.work import days, steps, work

Section: TypeAlias = Literal[
    "work", "days", "steps", "told", "readers", "children", "answers", "values", "left_out", "counts"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A sentence about what a process says, and the item that says it."""

    section: Section
    item: Item
    message: str


def reading_sheet(definition: Definition) -> tuple[Entry, ...]:
    """All entries, by section; within it in the order of the items. The engine's own tasks are not in it."""
    return tuple(
        Entry(section=section, item=item, message=message)
        for section, found in SECTIONS.items()
        for item, message in dict.fromkeys(found(definition))
    )


SECTIONS: Mapping[Section, Callable[[Definition], Iterator[Fact]]] = {
    "work": work, "days": days, "steps": steps, "told": told, "readers": readers, "children": children,
    "answers": answers, "values": values, "left_out": left_out, "counts": both_ways,
}  # fmt: skip
