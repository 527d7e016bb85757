"""Where in a drawing does what a check found belong? Numbers on the boxes, and a sheet that lists them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.definition import Definition
from workflows.checks.findings import Finding
from workflows.drawing.tables import Group
from workflows.drawing.words import Words
from workflows.drawing.work import home_of


@dataclass(frozen=True, slots=True)
class Mark:
    """A finding with its number, and the box on which it stands; no box: it is about no step or state."""

    number: int
    finding: Finding
    story: str = ""  # the way that leads to it, as a sentence
    track: str = ""  # empty: a box of the spine
    box: str = ""


def marks_of(definition: Definition, findings: Sequence[tuple[Finding, str]]) -> tuple[Mark, ...]:
    """The findings, each with its story, numbered in their order."""
    return tuple(
        Mark(number, finding, story, *_place(definition, *finding.item))
        for number, (finding, story) in enumerate(findings, start=1)
    )


def numbers_on(marks: Sequence[Mark], track: str) -> Mapping[str, tuple[int, ...]]:
    """The numbers on each box of the spine, or of a track."""
    found: dict[str, tuple[int, ...]] = {}
    for mark in marks:
        if mark.box and mark.track == track:
            found[mark.box] = (*found.get(mark.box, ()), mark.number)
    return found


def rows(words: Words, marks: Sequence[Mark]) -> Group:
    """The list: number, what it is about, and what was found."""
    return Group("", tuple((str(mark.number), _about(words, mark.finding), _said(mark)) for mark in marks))


def _said(mark: Mark) -> str:
    return f"{mark.finding.message} {mark.story}".strip()


def _about(words: Words, finding: Finding) -> str:
    kind, name = finding.item
    if kind in ("role", "seat"):
        return words.person(name)
    return words.label(kind, name)


def _place(definition: Definition, kind: str, name: str) -> tuple[str, str]:
    """The track and the box that an item belongs to."""
    if kind == "transition" and name in definition.transitions:
        arrow = definition.transitions[name]
        return arrow.track or "", arrow.sources[0]
    if kind == "task" and name in definition.tasks:
        kind, name = home_of(definition, definition.tasks[name])
    if kind == "stage" and name in definition.stages:
        return "", name
    if kind == "state" and "." in name:
        track, _, state = name.partition(".")
        return track, state
    if kind == "track" and name in definition.tracks:
        return name, definition.tracks[name].states[0]
    return "", ""
