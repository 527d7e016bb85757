"""How is a proof told? Problems with their place and the way to them as a short story."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.saying import said
from workflows.checking.report import Proved
from workflows.loader import said_of
from workflows.problems import Place, Problem, Severity, problem


def problems(
    proved: Iterable[Proved],
    places: Mapping[tuple[str, str], Place],
    told: Iterable[Problem] = (),
    severity: Severity | None = None,
) -> tuple[Problem, ...]:
    """The findings at their places, but not where something was told already; `severity` instead of their own."""
    taken = {(one.file, one.line, one.column) for one in told}
    return tuple(
        problem(place, with_story(one), severity or one.finding.severity)
        for one in proved
        if (place := places.get(one.finding.item, Place("process.yaml"))) not in taken
    )


def with_story(one: Proved) -> str:
    """What was found, and the way to it."""
    message = said_of(one.finding)
    return said("{message:text} The way there: {story}.", message=message, story=one.story) if one.path else message
