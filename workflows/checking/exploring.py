"""Which states can a case come to, and by which steps? Breadth first, so that the way to each is the shortest."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from workflows.checking.model import Model
from workflows.checking.report import Step
from workflows.checking.state import State
from workflows.checking.steps import Move, first, moves

Place = TypeVar("Place")  # a state, or one with something told of the way to it

MOST = 200_000
"""States at most; beyond it nothing is said to be impossible."""


@dataclass(slots=True)
class Graph:
    """Everything that was tried out."""

    model: Model
    bound: int
    came: dict[State, tuple[State | None, Move]] = field(default_factory=dict)  # the first way to each state
    after: dict[State, list[Move]] = field(default_factory=dict)
    taken: dict[str, State] = field(default_factory=dict)  # arrow -> a state after it
    begun: set[tuple[str, str]] = field(default_factory=set)  # arrow, and a stage or state in which it was taken
    steps: int = 0
    whole: bool = True

    def path(self, state: State) -> tuple[Step, ...]:
        """How a case comes to a state."""
        return way(self.came, state)


def explore(model: Model, bound: int = MOST) -> Graph:
    """Try out everything, up to a number of states."""
    graph = Graph(model, bound)
    todo: deque[State] = deque()
    escaped: set[str] = set()
    for move in first(model):
        _seen(graph, todo, None, move)
    while todo:
        if len(graph.came) > bound:
            graph.whole = False
            break
        state = todo.popleft()
        skip = model.escapes if state.stage in escaped else frozenset[str]()
        escaped.add(state.stage)
        found: dict[tuple[State, str], Move] = {}
        for move in moves(model, state, skip):
            graph.steps += 1
            _note(graph, move)
            if move.after != state or move.rivals or move.restless:
                known = found.get((move.after, move.kind))
                if known is None or (move.sure and not known.sure):
                    found[move.after, move.kind] = move
        graph.after[state] = list(found.values())
        for move in found.values():
            _seen(graph, todo, state, move)
    return graph


def _note(graph: Graph, move: Move) -> None:
    for name in move.taken:
        graph.taken.setdefault(name, move.after)
    graph.begun.update(move.begun)


def _seen(graph: Graph, todo: deque[State], before: State | None, move: Move) -> None:
    _note(graph, move)
    if move.after not in graph.came:
        graph.came[move.after] = (before, move)
        todo.append(move.after)


def way(came: Mapping[Place, tuple[Place | None, Move]], place: Place) -> tuple[Step, ...]:
    """How a case comes to a state, or to what is told of one, by the last step of the way to each."""
    found: list[Step] = []
    here: Place | None = place
    while here is not None:
        before, move = came[here]
        found.append(Step(what=move.what, stage=move.after.stage, sure=move.sure, hoped=move.hoped))
        here = before
    return tuple(reversed(found))


def with_what_leads_there(states: set[State], before: Mapping[State, Iterable[State]]) -> set[State]:
    """These states, and all from which one of them can be reached."""
    found, todo = set(states), list(states)
    while todo:
        for state in before.get(todo.pop(), ()):
            if state not in found:
                found.add(state)
                todo.append(state)
    return found
