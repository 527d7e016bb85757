"""Where does a case stand, as far as the checker tells states apart? One state, and a copy that is being changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from engine.expressions import SetOf, Verb
from workflows.checking.model import Model


class State(NamedTuple):
    """One explicit state; no numbers but bounded counters, no people."""

    stage: str
    tracks: tuple[str | None, ...]
    tasks: tuple[str, ...]  # a letter; of an open task followed by the state that it belongs to
    armed: frozenset[str]  # arrows whose moment has come while their condition did not hold
    counts: tuple[int, ...]
    facts: tuple[str, ...]
    dates: frozenset[str]  # those that were set
    children: frozenset[str]  # those of which one runs; of counted ones also whether one was ever called
    child: bool  # whether another case called this one


def mark_of(child: str) -> str:
    """Stands among the children that run for one that was called, running or not."""
    return f"{child}:called"


class Choices:
    """What cannot be told goes both ways: one way per run, told by a script of choices."""

    def __init__(self) -> None:
        self.script: list[int] = []
        self.sizes: list[int] = []
        self.guesses = 0  # of what decides by itself: whether a task opens, is skipped, a child is called
        self.hopes = 0  # of what can still come: an arrow whose condition may hold

    def pick(self, number: int, *, guess: bool = True) -> int:
        """The way that this run takes; `guess`: because it cannot be told what happens."""
        at = len(self.sizes)
        if at == len(self.script):
            self.script.append(0)
        self.sizes.append(number)
        self.guesses += guess
        return self.script[at]

    def again(self) -> bool:
        """Make ready for the next run; False: all ways were taken."""
        while self.script and self.script[-1] + 1 >= self.sizes[len(self.script) - 1]:
            self.script.pop()
        self.sizes.clear()
        self.guesses = self.hopes = 0
        if not self.script:
            return False
        self.script[-1] += 1
        return True


@dataclass(slots=True)
class Draft:
    """A state that is being changed."""

    model: Model
    choices: Choices
    stage: str
    tracks: list[str | None]
    tasks: list[str]
    armed: set[str]
    counts: list[int]
    facts: list[str]
    dates: set[str]
    children: set[str]
    child: bool
    happened: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)  # arrows, in their order
    begun: list[tuple[str, str]] = field(default_factory=list)  # the same, each with where it began
    answered: list[str] = field(default_factory=list)  # tasks that somebody has done
    rivals: list[tuple[str, str]] = field(default_factory=list)
    counted: dict[tuple[SetOf, Verb], bool] = field(default_factory=dict)  # of whom some were taken to be, or none
    restless: bool = False  # it did not come to rest

    def sealed(self) -> State:
        """The state, without what can never matter any more."""
        kept = self.model.kept[self.stage]
        return State(
            stage=self.stage,
            tracks=tuple(self.tracks),
            tasks=tuple([
                one if one == "-" or (open_ if one[0] in "oq" else over) else "-"
                for one, (open_, over) in zip(self.tasks, kept.tasks, strict=True)
            ]),
            armed=frozenset(self.armed),
            counts=tuple([n if asked else 0 for n, asked in zip(self.counts, kept.counts, strict=True)]),
            facts=tuple([one if asked else "" for one, asked in zip(self.facts, kept.facts, strict=True)]),
            dates=frozenset(self.dates),
            children=frozenset(self.children),
            child=self.child,
        )  # fmt: skip


def draft_of(model: Model, state: State, choices: Choices) -> Draft:
    """A copy to be changed."""
    return Draft(
        model, choices, state.stage, list(state.tracks), list(state.tasks), set(state.armed), list(state.counts),
        list(state.facts), set(state.dates), set(state.children), state.child,
    )  # fmt: skip


Deed = Callable[[Draft], None]
