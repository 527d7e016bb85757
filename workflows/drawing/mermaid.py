"""What does a process look like as text? Mermaid state diagrams of the spine and of each track, in one language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.definition import Definition, TransitionDef
from engine.wording import Wording
from workflows.drawing.words import Words

# ids that Mermaid's own grammar would take for a keyword
KEYWORDS = frozenset({"state", "note", "direction", "class", "classDef", "hide", "scale", "style", "click", "default"})
ENTITIES = {"#": "#35;", ":": "#58;", ";": "#59;", "\n": " "}


def mermaid(definition: Definition, wording: Wording, language: str) -> str:
    """The spine and then each track, every diagram in a Mermaid fence under a heading."""
    headings = {"": wording.label("process", definition.name, language)}
    headings |= {name: wording.label("track", name, language) for name in definition.tracks}
    drawn = diagrams(definition, wording, language)
    return "\n".join(f"## {headings[name]}\n\n```mermaid\n{text}\n```\n" for name, text in drawn.items())


def diagrams(definition: Definition, wording: Wording, language: str) -> dict[str, str]:
    """The bare diagrams: the spine under the empty name, each track under its own."""
    pen = _Pen(definition, Words(definition, wording, language))
    drawn = {"": "\n".join(pen.spine())}
    drawn |= {name: "\n".join(pen.track(name)) for name in definition.tracks}
    return drawn


@dataclass(frozen=True, slots=True)
class _Pen:
    definition: Definition
    words: Words

    def spine(self) -> Iterator[str]:
        stages = self.definition.stages
        ends = [name for name, stage in stages.items() if stage.end]
        states = {name: self.words.label("stage", name) for name in stages}
        everywhere = {name for name in stages if name not in ends}
        yield from self.machine(None, states, ends, everywhere)

    def track(self, name: str) -> Iterator[str]:
        track = self.definition.tracks[name]
        left = {source for arrow in self.arrows(name) if arrow.target for source in arrow.sources}
        ends = [state for state in track.states if state in track.ends or state not in left]
        states = {state: self.words.label("state", f"{name}.{state}") for state in track.states}
        yield from self.machine(name, states, ends, set())

    def machine(
        self, track: str | None, states: dict[str, str], ends: list[str], everywhere: set[str]
    ) -> Iterator[str]:
        """The lines of one diagram; arrows from every stage become a note, so that the rest stays readable."""
        yield "stateDiagram-v2"
        for name, label in states.items():
            yield f"    {_id(name)} : {_clean(label)}"
        yield f"    [*] --> {_id(next(iter(states)))}"
        for arrow in self.arrows(track):
            if len(everywhere) > 2 and arrow.target and set(arrow.sources) == everywhere:
                said = self.words.texts("many_all", text=self.said(arrow))
                yield f"    note right of {_id(arrow.target)} : {_clean(said)}"
            elif arrow.target is None and len(arrow.sources) > 1:
                where = ", ".join(states[source] for source in arrow.sources)
                yield f"    note right of {_id(arrow.sources[0])} : {_clean(f'{self.said(arrow)} ({where})')}"
            else:
                yield from self.lines(arrow)
        for name in ends:
            yield f"    {_id(name)} --> [*]"

    def lines(self, arrow: TransitionDef) -> Iterator[str]:
        for source in arrow.sources:
            yield f"    {_id(source)} --> {_id(arrow.target or source)} : {_clean(self.said(arrow))}"

    def said(self, arrow: TransitionDef) -> str:
        """The label of a transition, with who takes it or on which date it comes."""
        details = [self.words.people(arrow.by)] if arrow.by else []
        details += [self.words.people(arrow.by_all, "and")] if arrow.by_all else []
        details += [self.words.due(moment) for moment in arrow.when if self.words.is_day(moment)]
        label = self.words.label("transition", arrow.name)
        return f"{label} ({'; '.join(details)})" if details else label

    def arrows(self, track: str | None) -> Iterable[TransitionDef]:
        return [arrow for arrow in self.definition.transitions.values() if arrow.track == track]


def _id(name: str) -> str:
    return f"{name}_" if name in KEYWORDS else name


def _clean(text: str) -> str:
    return "".join(ENTITIES.get(letter, letter) for letter in text)
