"""Where does a case wait for the day that ends it, since no other way out of the stage admits how it stands?

Such a day is the last resort of a stage, as is giving up; not where it leads to an end to which another way leads too.
How a case stands is where its tracks are, what was answered, whether another case called it: one of these, or two of
them together. What something still changes within the stage does not count, nor does a task that nobody did.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal, NamedTuple, TypeAlias

from engine.definition import TransitionDef
from engine.expressions import IsState, Line
from engine.plan import moments
from workflows.checking.exploring import Graph
from workflows.checking.model import Model
from workflows.checking.relevance import lines_in
from workflows.checking.state import State

Aspect: TypeAlias = tuple[Literal["track", "answer", "child"], str]


class Stand(NamedTuple):
    """One thing of how a case stands: a track in a state, an answer, a case that another one called or not."""

    aspect: Aspect
    value: str


@dataclass(slots=True)
class Found:
    """The states of a stage in which a case stands so, and what leads out of it from them."""

    states: list[State] = field(default_factory=list)
    last: dict[str, None] = field(default_factory=dict)
    leaves: bool = False  # by another way
    changes: bool = False  # how it stands may still change

    @property
    def open(self) -> bool:
        """Whether a case that stands so need not wait."""
        return self.leaves or self.changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Lasting:
    """A stage, how a case stands there, the last resorts that alone lead on then, and the states."""

    stage: str
    stands: tuple[Stand, ...]
    last: tuple[str, ...]
    states: tuple[State, ...]


def lasting(graph: Graph) -> Iterator[Lasting]:
    """Where only last resorts lead on, a day among them.

    Not where a stage never has another way on, and not two things where one of them is told.
    """
    model = graph.model
    asked = {stage: _asked(model, stage) for stage, item in model.definition.stages.items() if not item.end}
    found: dict[str, dict[tuple[Stand, ...], Found]] = {stage: {} for stage in asked}
    for state in graph.after:
        if state.stage in asked:
            _note(graph, state, asked[state.stage], found[state.stage])
    for stage, groups in found.items():
        if any(each.leaves for each in groups.values()):
            for stands, each in groups.items():
                whole = len(stands) == 1 or all(groups[one,].open for one in stands)
                if whole and not each.open and any(model.definition.transitions[name].when for name in each.last):
                    more = _beside(model, stage, stands, groups)
                    yield Lasting(
                        stage=stage, stands=(*stands, *more), last=tuple(each.last), states=tuple(each.states)
                    )


def _beside(
    model: Model, stage: str, stands: tuple[Stand, ...], groups: dict[tuple[Stand, ...], Found]
) -> Iterator[Stand]:
    """What else the ways out ask, that is so in all these states and not in all of the stage."""
    asked = _asked_by_ways(model, stage)
    these = set(groups[stands].states)
    single = {key[0]: group for key, group in groups.items() if len(key) == 1}
    for one, group in single.items():
        varies = any(other.aspect == one.aspect and other != one for other in single)
        if varies and one not in stands and one.aspect[1] in asked and these <= set(group.states):
            yield one


def ways_out(model: Model, stage: str) -> list[TransitionDef]:
    """The arrows out of a stage that are neither last resorts nor lead out of every stage."""
    return [
        arrow
        for arrow in model.arrows.get((None, stage), ())
        if arrow.target not in (None, stage) and arrow.name not in model.escapes and not _gives_up(model, arrow)
    ]


def asking(model: Model, stage: str, stands: tuple[Stand, ...]) -> tuple[str, ...]:
    """The ways out of a stage that ask after what stands so; all of them where none does."""
    names = {stand.aspect[1] for stand in stands}
    ways = ways_out(model, stage)
    found = [
        arrow.name
        for arrow in ways
        if any(names & set(_names(line)) for line in lines_in(model.definition, (*arrow.condition, *arrow.unless)))
    ]
    return tuple(found or [arrow.name for arrow in ways])


def _last_resort(model: Model, stage: str, arrow: TransitionDef) -> bool:
    """Whether an arrow gives up, and leads where no other way out of the stage leads."""
    return _gives_up(model, arrow) and arrow.target not in {one.target for one in ways_out(model, stage)}


def _gives_up(model: Model, arrow: TransitionDef) -> bool:
    """Whether an arrow ends the case on a day only, or by a hand that no task asks for."""
    definition = model.definition
    if arrow.auto or arrow.target is None or not definition.stages[arrow.target].end:
        return False
    if arrow.when:
        return not arrow.by and not moments(definition, arrow.when)
    return not any(arrow.name in task.does for task in definition.tasks.values())


def _asked(model: Model, stage: str) -> tuple[Aspect, ...]:
    """What is looked at in a stage: its tracks, and what the ways out of it ask."""
    names = _asked_by_ways(model, stage)
    tracks: list[Aspect] = [("track", name) for name in model.tracks if stage in model.definition.tracks[name].during]
    answers: list[Aspect] = [("answer", name) for name in model.facts if name in names]
    child: list[Aspect] = [("child", "case")] if "case" in names else []
    return (*tracks, *answers, *child)


def _asked_by_ways(model: Model, stage: str) -> set[str]:
    lines = tuple(line for arrow in ways_out(model, stage) for line in (*arrow.condition, *arrow.unless))
    return {name for line in lines_in(model.definition, lines) for name in _names(line)}


def _names(line: Line) -> tuple[str, ...]:
    return (str(line.test.ref),) if isinstance(line.test, IsState) else ()


def _note(graph: Graph, state: State, asked: tuple[Aspect, ...], found: dict[tuple[Stand, ...], Found]) -> None:
    """Add a state to all groups to which it belongs."""
    last, leaves = _leaving(graph, state)
    here = _stands(graph.model, state, asked)
    staying = [
        set(_stands(graph.model, move.after, asked))
        for move in graph.after[state]
        if move.after.stage == state.stage
    ]  # fmt: skip
    for stands in (*((one,) for one in here), *combinations(here, 2)):
        group = found.setdefault(stands, Found())
        group.states.append(state)
        group.last |= last
        group.leaves = group.leaves or leaves
        group.changes = group.changes or any(not after.issuperset(stands) for after in staying)


def _leaving(graph: Graph, state: State) -> tuple[dict[str, None], bool]:
    """The last resorts by which a case may leave its stage, and whether anything else leads out of it."""
    model = graph.model
    last: dict[str, None] = {}
    leaves = False
    for move in graph.after[state]:
        if move.after.stage != state.stage and not (move.taken and move.taken[0] in model.escapes):
            arrows = (model.definition.transitions.get(name) for name in move.taken)
            arrow = next(one for one in arrows if one is not None and one.track is None and one.target is not None)
            if _last_resort(model, state.stage, arrow):
                last[arrow.name] = None
            else:
                leaves = True
    return last, leaves


def _stands(model: Model, state: State, asked: tuple[Aspect, ...]) -> tuple[Stand, ...]:
    found = []
    for kind, name in asked:
        if kind == "track":
            value = state.tracks[model.tracks.index(name)]
        elif kind == "answer":
            value = state.facts[model.facts.index(name)]
        else:
            value = "child" if state.child else "itself"
        if value:
            found.append(Stand((kind, name), value))
    return tuple(found)
