"""Who or what is waited for: a track that can never move on, a step that somebody must take and nobody asks for."""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import Definition, TaskDef
from engine.plan import moments
from workflows.checking.exploring import Graph
from workflows.checking.model import Model
from workflows.checking.state import State
from workflows.checking.steps import Move, closes


def halted(graph: Graph) -> Iterator[tuple[str, str, State]]:
    """Tracks that can never move on from a state, although arrows lead out of it and somebody asks where they stand.

    Each with the first state of the case in which that is so. Where an arrow out of it is bounded, it may be used up.
    """
    for at, track in enumerate(graph.model.tracks):
        lost = _halted(graph, at, track)
        told: set[str] = set()
        for state in graph.came:
            here = state.tracks[at]
            if here is not None and state in lost and here not in told and track in graph.model.read[state.stage]:
                told.add(here)
                yield track, here, state


def _halted(graph: Graph, at: int, track: str) -> set[State]:
    model = graph.model
    leaving = {
        state
        for state in model.definition.tracks[track].states
        if (ways := model.arrows.get((track, state))) and not any(arrow.times for arrow in ways)
    }
    during = model.definition.tracks[track].during
    inside = {state for state in graph.came if state.tracks[at] in leaving and (not during or state.stage in during)}
    before: dict[State, list[State]] = {}
    moving: list[State] = []
    for state in inside:
        for move in graph.after.get(state, ()):
            if any(model.definition.transitions[name].track == track for name in _arrows(model, move)):
                moving.append(state)
            elif move.after in inside and move.after.tracks[at] == state.tracks[at]:
                before.setdefault(move.after, []).append(state)
    found = set(moving)
    while moving:
        for state in before.get(moving.pop(), ()):
            if state not in found:
                found.add(state)
                moving.append(state)
    return inside - found


def _arrows(model: Model, move: Move) -> Iterator[str]:
    return (name for name in move.taken if name in model.definition.transitions)


def silent(definition: Definition) -> Iterator[tuple[tuple[str, str], str, bool]]:
    """Who waits for the silence of a task that silence does not end: the item, the moment, whether it hears others."""
    waiting = [(("transition", one.name), one.when) for one in definition.transitions.values()]
    waiting += [(("task", one.name), one.opens) for one in definition.tasks.values()]
    waiting += [(("notice", one.name), one.when) for one in definition.notices.values()]
    waiting += [(("child", one.name), one.opens) for one in definition.children.values()]
    for item, when in waiting:
        for moment in moments(definition, when):
            name, _, part = moment.partition(".")
            task = definition.tasks.get(name)
            if task is not None and part == "expired" and (not closes(task) or task.silence == "agrees"):
                yield item, moment, len(when) > 1


def unasked(graph: Graph) -> Iterator[tuple[str, tuple[str, ...], State]]:
    """Stages in which only a person's step leads on, and no task asks anybody: with those steps and the first state."""
    model = graph.model
    asked = {name for task in model.definition.tasks.values() if _asks(task) for name in task.does}
    told: set[str] = set()
    for state, moves in graph.after.items():
        if state.stage in told or model.definition.stages[state.stage].end:
            continue
        if any(said[0] in "oq" for said in state.tasks):
            continue  # what is open is asked of somebody
        ways = [move for move in moves if not (move.taken and move.taken[0] in model.escapes)]
        names = tuple(dict.fromkeys(move.taken[0] for move in ways if move.taken))
        by_hand = all(move.kind == "deed" and move.taken for move in ways)
        if ways and by_hand and not asked & set(names):
            told.add(state.stage)
            yield state.stage, names, state


def _asks(task: TaskDef) -> bool:
    return not task.built_in and not task.optional
