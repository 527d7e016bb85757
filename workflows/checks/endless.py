"""Does a case come to rest? Transitions that follow each other in a circle by themselves, with nothing to wait for."""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import Definition, TransitionDef
from engine.saying import said
from workflows.checks.findings import Finding
from workflows.problems import quoted


def endless(definition: Definition) -> Iterator[Finding]:
    """Circles of automatic transitions that no condition, count or date holds up."""
    told: set[frozenset[str]] = set()
    for arrow in definition.transitions.values():
        way = _around(definition, arrow)
        if way and frozenset(way) not in told:
            told.add(frozenset(way))
            message = said(
                "The transitions {way} follow each other by themselves without an end: give one of them a condition, "
                "`times`, or somebody who takes it (`by`).",
                way=" -> ".join(quoted((*way, way[0]))),
            )  # fmt: skip
            yield Finding(kind="endless", item=("transition", way[0]), message=message)


def _around(definition: Definition, start: TransitionDef) -> tuple[str, ...] | None:
    if not _at_once(start):
        return None
    ways: list[tuple[TransitionDef, ...]] = [(start,)]
    seen = {start.name}
    while ways:
        way = ways.pop(0)
        for arrow in definition.transitions.values():
            if not _at_once(arrow) or arrow.track != start.track or way[-1].target not in arrow.sources:
                continue
            if arrow.name == start.name:
                return tuple(each.name for each in way)
            if arrow.name not in seen:
                seen.add(arrow.name)
                ways.append((*way, arrow))
    return None


def _at_once(arrow: TransitionDef) -> bool:
    return arrow.auto and arrow.target is not None and not (arrow.condition or arrow.unless or arrow.times)
