"""Where does each answer to a task lead on, and its silence only to waiting for a day?

Silence that ends a task (`silence: nothing`) is an answer too. Where one answer already waits for a day, so may
silence; where none does, a case waits only because nobody thought of it, wherever the day leads.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from engine.definition import TransitionDef
from engine.expressions import IsState, refs_in
from engine.plan import moments
from workflows.checking.exploring import Graph
from workflows.checking.lasting import ways_out
from workflows.checking.model import Model
from workflows.checking.relevance import lines_in
from workflows.checking.state import State
from workflows.checking.steps import Move

DONE, EXPIRED = "done", "expired"


class Heard(NamedTuple):
    """A task, and how it ended: an answer to a question of it, done at all, or nobody did it."""

    task: str
    how: str


@dataclass(slots=True)
class _Found:
    """The states of a stage in which a task has ended so, and what leads on from them."""

    states: list[State] = field(default_factory=list)
    days: dict[str, None] = field(default_factory=dict)
    leaves: bool = False  # by another way than on a day
    changes: bool = False  # it is asked again

    @property
    def waits(self) -> bool:
        return not (self.leaves or self.changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A stage, the task whose silence nothing hears there, the days that alone lead on then, and the states."""

    stage: str
    task: str
    days: tuple[str, ...]
    states: tuple[State, ...]


def unanswered(graph: Graph) -> Iterator[Unanswered]:
    """Tasks of which no answer waits for a day, and their silence does."""
    definition = graph.model.definition
    tasks = {stage: _silent(graph.model, stage) for stage, item in definition.stages.items() if not item.end}
    found: dict[str, dict[Heard, _Found]] = {stage: {} for stage in tasks}
    for state in graph.after:
        if tasks.get(state.stage):
            _note(graph, state, tasks[state.stage], found[state.stage])
    for stage, groups in found.items():
        for task in tasks[stage]:
            silence = groups.get(Heard(task, EXPIRED))
            answers = [each for heard, each in groups.items() if heard.task == task and heard.how != EXPIRED]
            told = silence is not None and silence.waits and silence.days
            if told and any(each.leaves for each in answers) and not any(each.waits for each in answers):
                assert silence is not None
                yield Unanswered(stage=stage, task=task, days=tuple(silence.days), states=tuple(silence.states))


def hearing(model: Model, stage: str, task: str) -> tuple[str, ...]:
    """The ways out of a stage that ask after a task; all of them where none does."""
    ways = ways_out(model, stage)
    return tuple([arrow.name for arrow in ways if task in _names(model, arrow)] or [arrow.name for arrow in ways])


def _silent(model: Model, stage: str) -> tuple[str, ...]:
    """The tasks that silence ends and that can move a case out of a stage."""
    asked = {name for arrow in ways_out(model, stage) for name in _names(model, arrow)} | model.live[stage]
    each = [model.definition.tasks[name] for name in model.tasks if name in asked]
    return tuple(task.name for task in each if task.silence == "nothing" and not task.optional)


def _names(model: Model, arrow: TransitionDef) -> set[str]:
    lines = lines_in(model.definition, (*arrow.condition, *arrow.unless))
    tests = [line.test for line in lines if isinstance(line.test, IsState)]
    return {ref.name for ref in refs_in((arrow.when, tests))}


def _note(graph: Graph, state: State, tasks: tuple[str, ...], found: dict[Heard, _Found]) -> None:
    """Add a state to the groups to which it belongs, and what leads out of it."""
    model = graph.model
    moves = graph.after[state]
    leaving = [(move, arrow) for move in moves if (arrow := _leaving(model, state, move)) is not None]
    leaves = any(not _is_day(model, arrow) for _, arrow in leaving)
    staying = [
        set(_heard(model, move.after, tasks))
        for move in moves if move.after.stage == state.stage and not _asks_again(model, move)
    ]  # fmt: skip
    for heard in _heard(model, state, tasks):
        group = found.setdefault(heard, _Found())
        group.states.append(state)
        group.days |= {arrow.name: None for _, arrow in leaving if _is_day(model, arrow)}
        group.leaves |= leaves
        group.changes |= any(heard not in after for after in staying)
    for name in {name for move, _ in leaving for name in move.answered}.intersection(tasks):
        found.setdefault(Heard(name, DONE), _Found()).leaves = True


def _leaving(model: Model, state: State, move: Move) -> TransitionDef | None:
    """The arrow by which a case leaves its stage, but for those that lead out of every stage."""
    if move.after.stage == state.stage or (move.taken and move.taken[0] in model.escapes):
        return None
    arrows = (model.definition.transitions.get(name) for name in move.taken)
    return next(one for one in arrows if one is not None and one.track is None and one.target is not None)


def _is_day(model: Model, arrow: TransitionDef) -> bool:
    """Whether an arrow is taken on a day only."""
    return bool(arrow.when) and not (arrow.auto or arrow.by or arrow.by_all or moments(model.definition, arrow.when))


def _asks_again(model: Model, move: Move) -> bool:
    """Whether a day opens a task: the machine lets that day come as often as it likes, and a case does not."""
    return move.kind == "silence" and move.taken[:1] in {(f"{name}.opened",) for name in model.tasks}


def _heard(model: Model, state: State, tasks: tuple[str, ...]) -> Iterator[Heard]:
    """How these tasks have ended; one of which only answers are asked, where it is not open and none is known."""
    for name in tasks:
        at = model.tasks.index(name)
        letter = state.tasks[at][0]
        if letter in "oq":
            continue
        answers = {
            fact: value for fact, value in zip(model.facts, state.facts, strict=True) if fact.partition(".")[0] == name
        }  # fmt: skip
        known = [Heard(name, f"{fact} {value}") for fact, value in answers.items() if value]
        forgotten = bool(answers) and not model.kept[state.stage].tasks[at][1]
        yield from known
        if not known and (letter == "x" or (letter == "-" and forgotten)):
            yield Heard(name, EXPIRED)
        elif letter == "d":
            yield Heard(name, DONE)
