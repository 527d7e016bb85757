"""Where does a real case stand in the checker's abstract states? So each step of the engine can be looked up there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from engine.actions import Action, Actor, Correct
from engine.case import Case
from engine.definition import Definition
from engine.events import Outcome
from engine.world import World
from tests.builders.engine import Review
from workflows.checking.exploring import Graph
from workflows.checking.model import Model
from workflows.checking.state import Choices, Draft, State

FOLDED = str.maketrans("qtsc", "oddd")
"""Tasks compare as open, done (also by silence, skipped, not needed any more) or expired: instances are folded."""


class Standing(NamedTuple):
    """What of a state is compared."""

    stage: str
    tracks: tuple[str | None, ...]
    tasks: tuple[str, ...]
    counts: tuple[int, ...]
    child: bool


def standing(state: State) -> Standing:
    """An abstract state, as far as it is compared with cases."""
    tasks = tuple(said[0].translate(FOLDED) for said in state.tasks)
    return Standing(state.stage, state.tracks, tasks, state.counts, state.child)


def projected(model: Model, case: Case) -> Standing:
    """A case, as the checker sees it."""
    counts = [min(case.counts.get(name, 0), cap) for name, cap in zip(model.counters, model.caps, strict=True)]
    tracks = [case.tracks[name].state if name in case.tracks else None for name in model.tracks]
    tasks = [_letter(model, case, name) for name in model.tasks]
    draft = Draft(
        model, Choices(), case.stage, tracks, tasks, set(), counts, [""] * len(model.facts), set(), set(),
        case.parent is not None,
    )  # fmt: skip
    return standing(draft.sealed())


def _letter(model: Model, case: Case, name: str) -> str:
    states = {task.state for task in case.tasks.values() if task.name == name}
    if not states:
        none = model.definition.tasks[name].each_row_of is not None and f"{name}.done" in case.moments
        return "d" if none else "-"  # an answer without rows: nothing had to be done
    if states & {"open", "signing"}:
        return "o"
    return "x" if "expired" in states else "d"


class Followed(Review):
    """A case whose every step is noted: where it stood before, what was done, and where it stands after."""

    def __init__(self, definition: Definition, outcome: Outcome, world: World, now: datetime) -> None:
        super().__init__(definition, outcome, world, now)
        self.steps: list[tuple[Case, Action, Case]] = []

    def apply(self, action: Action, by: str | Actor | None = None) -> Outcome:
        before = self.case
        outcome = super().apply(action, by)
        self.steps.append((before, action, self.case))
        return outcome


def followed(review: Review) -> Followed:
    """A case that has just begun, whose steps are noted from now on."""
    return Followed(review.definition, review.last, review.world, review.now)


def unknown_steps(graph: Graph, review: Followed) -> Iterator[str]:
    """Steps of a case that the checker did not try out; a correction by hand may lead anywhere, so it ends the look."""
    known = {standing(state) for state in graph.came}
    for before, action, after in review.steps:
        if isinstance(action, Correct):
            return
        found = projected(graph.model, after)
        if found not in known:
            yield f"{action}: {projected(graph.model, before)} -> {found}"
