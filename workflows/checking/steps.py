"""What can happen next? Deeds of people, silence and dates, and what comes from outside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeAlias

from engine.definition import TaskDef, TransitionDef
from engine.plan import days
from engine.saying import said
from workflows.checking.model import Model, Waiting
from workflows.checking.settling import call, close, enter_stage, fire, may, open_task, place_of, record, settle
from workflows.checking.state import Choices, Deed, Draft, State, draft_of

Kind: TypeAlias = Literal["deed", "silence", "outside"]


@dataclass(frozen=True, slots=True)
class Move:
    """One step that was tried: what it was, and where it leads."""

    what: str
    kind: Kind
    after: State
    sure: bool  # nothing had to be guessed
    hoped: bool  # a condition was taken to hold that may hold
    taken: tuple[str, ...] = ()
    begun: tuple[tuple[str, str], ...] = ()  # arrows of those, each with the stage or state in which it began
    answered: tuple[str, ...] = ()  # tasks that somebody has done
    rivals: tuple[tuple[str, str], ...] = ()
    restless: bool = False


def first(model: Model) -> list[Move]:
    """The states in which a case may begin: called by another case or not."""
    return [move for child in (False, True) for move in _runs(model, _empty(model, child), said("the case begins"),
            "deed", _begin)]  # fmt: skip


def _empty(model: Model, child: bool) -> State:
    return State(
        stage=model.definition.first_stage, tracks=(None,) * len(model.tracks), tasks=("-",) * len(model.tasks),
        armed=frozenset(), counts=(0,) * len(model.counters), facts=("",) * len(model.facts), dates=frozenset(),
        children=frozenset(), child=child,
    )  # fmt: skip


def _begin(draft: Draft) -> None:
    enter_stage(draft, draft.stage, first=True)
    record(draft, "case.launched")


def moves(model: Model, state: State, skip: frozenset[str] = frozenset()) -> Iterator[Move]:
    """Every step that may be taken in a state, each way of it; arrows in `skip` are left out."""
    look = draft_of(model, state, Choices())
    for what, kind, deed in (*_of_tasks(model, look), *_of_arrows(model, look, skip), *_of_children(model, look)):
        yield from _runs(model, state, what, kind, deed)


def _runs(model: Model, state: State, what: str, kind: Kind, deed: Deed) -> Iterator[Move]:
    choices = Choices()
    while True:
        draft = draft_of(model, state, choices)
        deed(draft)
        settle(draft)
        yield Move(
            what, kind, draft.sealed(), choices.guesses == 0, choices.hopes > 0,
            tuple(draft.taken), tuple(draft.begun), tuple(draft.answered), tuple(draft.rivals),
            draft.restless,
        )  # fmt: skip
        if not choices.again():
            return


# tasks ----------------------------------------------------------------------------------------------------------------


def _of_tasks(model: Model, look: Draft) -> Iterator[tuple[str, Kind, Deed]]:
    for at in model.kept[look.stage].live:
        name = model.tasks[at]
        task = model.definition.tasks[name]
        if look.tasks[at][0] in "oq":
            yield from _of_open_task(model, look, task)
        elif name in model.openable and _may_open(model, look, task):
            kind: Kind = "silence" if model.comes["task", name] else "outside"
            yield said("the task `{task}` opens", task=name), kind, partial(open_task, task=task)


def _of_open_task(model: Model, look: Draft, task: TaskDef) -> Iterator[tuple[str, Kind, Deed]]:
    if not task.does:
        yield said("`{task}` is done", task=task.name), "deed", partial(close, name=task.name, letter="d")
    if task.sign is not None and f"{task.name}.submitted" in (*model.arms, *model.opens, *model.ends):
        what = said("`{task}` is submitted, to be signed", task=task.name)
        yield what, "deed", partial(record, moment=f"{task.name}.submitted")
    if closes(task) and not _stands_still(model, look, task):
        letter = "t" if task.silence == "agrees" else "x"
        what = said("nobody does `{task}` in time", task=task.name)
        yield what, "silence", partial(close, name=task.name, letter=letter)
    if any(True for _ in days(model.definition, task.until)):
        what = said("the day until which `{task}` lives passes", task=task.name)
        yield what, "silence", partial(_drop, name=task.name)
    for name in model.late.get(task.name, ()):
        opened = model.definition.tasks[name]
        what = said("`{late}` is late, and `{task}` opens", late=task.name, task=name)
        yield what, "silence", partial(open_task, task=opened)


def _stands_still(model: Model, look: Draft, task: TaskDef) -> bool:
    """Whether the clock of a task certainly waits for another one, by whichever rule it is due."""
    going = {name for name, letter in zip(model.tasks, look.tasks, strict=True) if letter[0] in "oq"}
    return all(not going.isdisjoint(rule.stops_while) for rule in task.due)


def closes(task: TaskDef) -> bool:
    """Whether silence ends a task."""
    return bool(task.due) and (task.silence != "waits" or any(rule.closes is not None for rule in task.due))


def _drop(draft: Draft, name: str) -> None:
    draft.tasks[draft.model.tasks.index(name)] = "c"


def _may_open(model: Model, look: Draft, task: TaskDef) -> bool:
    """Whether a day, or something outside the machine, may open a task now."""
    waiting: Waiting = ("task", task.name)
    dated = any(needed <= look.dates or _provisional(model, needed) for needed in model.comes[waiting])
    return dated or waiting in model.outside


def _provisional(model: Model, needed: frozenset[str]) -> bool:
    return all(model.definition.dates[name].provisional is not None for name in needed)


# arrows ---------------------------------------------------------------------------------------------------------------


def _of_arrows(model: Model, look: Draft, skip: frozenset[str]) -> Iterator[tuple[str, Kind, Deed]]:
    for track in (*model.tracks, None):
        state = place_of(look, track)
        for arrow in model.arrows.get((track, state), ()) if state is not None else ():
            if arrow.name not in skip:
                yield from _of_arrow(model, look, arrow)


def _of_arrow(model: Model, look: Draft, arrow: TransitionDef) -> Iterator[tuple[str, Kind, Deed]]:
    allowed = may(look, arrow)
    armed = arrow.auto or arrow.name in look.armed
    if allowed is not False and (arrow.by or arrow.by_all):
        yield said("somebody takes `{arrow}`", arrow=arrow.name), "deed", _guessing(arrow, allowed)
    elif allowed is None and armed:
        yield said("what `{arrow}` waits for comes to hold", arrow=arrow.name), "outside", _guessing(arrow, allowed)
    if armed or (arrow.times is not None and allowed is False and not arrow.condition):
        return
    if _dated(model, look, ("arrow", arrow.name)):
        yield said("the day of `{arrow}` comes", arrow=arrow.name), "silence", partial(_arm, arrow=arrow)
    if ("arrow", arrow.name) in model.outside:
        yield said("what `{arrow}` waits for happens", arrow=arrow.name), "outside", partial(_arm, arrow=arrow)


def _guessing(arrow: TransitionDef, allowed: bool | None) -> Deed:
    def deed(draft: Draft) -> None:
        draft.choices.hopes += allowed is None
        fire(draft, arrow)

    return deed


def _arm(draft: Draft, arrow: TransitionDef) -> None:
    draft.armed.add(arrow.name)


# children -------------------------------------------------------------------------------------------------------------


def _of_children(model: Model, look: Draft) -> Iterator[tuple[str, Kind, Deed]]:
    for name, endings in model.endings.items():
        if name in look.children:
            for ending in endings:
                for good in (True, False):
                    what = said("the child case ends: `{end}`", end=ending) if good else (
                        said("the child case ends: `{end}`, and goes on once more", end=ending)
                    )  # fmt: skip
                    yield what, "outside", partial(_ended, name=name, ending=ending, good=good)
        elif _dated(model, look, ("child", name)):
            yield said("the day of the child `{child}` comes", child=name), "silence", partial(call, name=name)


def _dated(model: Model, look: Draft, waiting: Waiting) -> bool:
    return any(needed <= look.dates for needed in model.comes[waiting])


def _ended(draft: Draft, name: str, ending: str, *, good: bool) -> None:
    if good:
        draft.children.discard(name)
    record(draft, ending)
