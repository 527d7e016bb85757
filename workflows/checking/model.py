"""What can move a case, and what does each mover hear? A definition as the abstract machine sees it.

Only what can move the case takes part: tasks whose state is read or whose moments are heard by an arrow, by another
such task or by a child that is waited for. Tracks that each seat has are folded away: what is counted in them may be
anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, TypeAlias, TypeVar

from engine.definition import Definition, TaskDef, TransitionDef
from engine.expressions import At, DateExpr, refs_in
from engine.plan import days, moments
from workflows.checking.relevance import (
    answers_of,
    asked_in,
    callers_of,
    conditions_of,
    counted_children,
    counters_of,
    endings_of,
    escapes_of,
    grouped,
    live_tasks,
    relevant_tasks,
    stages_after,
)

Listener = TypeVar("Listener")
Waiting: TypeAlias = tuple[Literal["task", "arrow", "child"], str]


class Kept(NamedTuple):
    """What can still matter from a stage on, place by place."""

    tasks: tuple[tuple[bool, bool], ...]  # while it is open, and afterwards
    counts: tuple[bool, ...]
    facts: tuple[bool, ...]
    live: tuple[int, ...]  # the places of tasks that can still move the case


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One definition, indexed for exploring."""

    definition: Definition
    tracks: tuple[str, ...]  # those that the case has once
    tasks: tuple[str, ...]  # those that can move it
    counters: tuple[str, ...]
    caps: tuple[int, ...]  # beyond this a counter is not told apart
    facts: tuple[str, ...]  # "decision.outcome"
    words: Mapping[str, tuple[str, ...]]  # of a fact: what it may be
    arrows: Mapping[tuple[str | None, str], tuple[TransitionDef, ...]]
    arms: Mapping[str, tuple[TransitionDef, ...]]  # moment -> arrows that wait for it
    opens: Mapping[str, tuple[TaskDef, ...]]
    ends: Mapping[str, tuple[TaskDef, ...]]
    does: Mapping[str, tuple[str, ...]]  # arrow -> tasks done by it
    late: Mapping[str, tuple[str, ...]]  # task -> tasks whose late steps open it
    calls: Mapping[str, tuple[str, ...]]  # moment -> children
    endings: Mapping[str, tuple[str, ...]]  # child -> its ends for which something waits, or that are counted
    counted: frozenset[str]  # children that conditions count
    escapes: frozenset[str]  # ways to an end that lead out of every stage
    live: Mapping[str, frozenset[str]]  # stage -> tasks that can still move the case
    read: Mapping[str, frozenset[str]]  # stage -> names of tasks, counters and facts that can still be asked about
    comes: Mapping[Waiting, tuple[frozenset[str], ...]]  # dates that must have been set before a day of it can come
    outside: frozenset[Waiting]  # those that wait for a moment that the machine does not make
    kept: Mapping[str, Kept]  # stage -> what of a state can still matter there
    heard: frozenset[str]  # moments by which a task opens or closes, or a child is called
    openable: frozenset[str]  # tasks that a day, or something outside the machine, may open

    def of_case(self, moment: str) -> bool:
        """Whether a moment is one that the machine itself makes; the others may come at any time."""
        name, _, part = moment.partition(".")
        if moment in self.definition.stages or moment in self.definition.transitions or moment == "case.launched":
            return moment not in self.definition.transitions or self.definition.transitions[moment].track in (
                None, *self.tracks)  # fmt: skip
        if name in self.definition.stages:
            return part == "left"
        if name in self.tracks or name in self.endings:
            return True
        return name in self.tasks and part in ("opened", "done", "expired", "submitted")


def model_of(definition: Definition) -> Model:
    """The machine of a definition."""
    tracks = tuple(name for name, track in definition.tracks.items() if track.each is None)
    ours = [arrow for arrow in definition.transitions.values() if arrow.track is None or arrow.track in tracks]
    relevant = relevant_tasks(definition, ours)
    kept = [definition.tasks[name] for name in relevant]
    readers = list(conditions_of(definition, ours, kept))
    caps = counters_of(definition, ours, readers)
    facts = answers_of(definition, [line for lines, _ in readers for line in lines])
    counted = counted_children(definition, [line for lines, _ in readers for line in lines])
    after = stages_after(definition, ours)
    callers = callers_of(definition)
    arms = _by_moment(definition, ours, lambda arrow: arrow.when)
    opens = _by_moment(definition, kept, lambda task: task.opens)
    return _ready(kept, ours, Model(
        definition=definition,
        tracks=tracks,
        tasks=relevant,
        counters=tuple(caps),
        caps=tuple(caps.values()),
        facts=tuple(facts),
        words=facts,
        arrows=_at_places(ours),
        arms=arms,
        opens=opens,
        ends=_by_moment(definition, kept, lambda task: task.until),
        does=grouped((name, task.name) for task in kept for name in task.does),
        late=grouped((step.task, task.name) for task in kept for step in task.late if step.task in relevant),
        calls=grouped(
            (name, child.name) for child in definition.children.values() for name in moments(definition, child.opens)
        ),
        endings=endings_of(definition, ours, kept, counted),
        counted=frozenset(counted),
        escapes=escapes_of(definition, ours),
        live=live_tasks(definition, after, readers, arms, opens, kept, callers),
        read={stage: asked_in(definition, reach, readers, ours, caps) | callers for stage, reach in after.items()},
        comes={},
        outside=frozenset(),
        kept={},
        heard=frozenset(),
        openable=frozenset(),
    ))  # fmt: skip


def _ready(tasks: Iterable[TaskDef], arrows: Iterable[TransitionDef], model: Model) -> Model:
    """The machine with what each task, arrow and child waits for, and what can matter in each stage."""
    definition = model.definition
    waiting: dict[Waiting, tuple[DateExpr, ...]] = {
        **{("task", task.name): task.opens for task in tasks},
        **{("arrow", arrow.name): arrow.when for arrow in arrows},
        **{("child", child.name): child.opens for child in definition.children.values()},
    }
    comes = {each: waits_for(definition, when) for each, when in waiting.items()}
    outside = frozenset(
        each for each, when in waiting.items() if any(not model.of_case(one) for one in moments(definition, when))
    )
    return replace(
        model,
        comes=comes,
        outside=outside,
        heard=frozenset((*model.ends, *model.opens, *model.calls)),
        openable=frozenset(name for name in model.tasks if comes["task", name] or ("task", name) in outside),
        kept={stage: _kept(model, stage) for stage in definition.stages},
    )


def _kept(model: Model, stage: str) -> Kept:
    live, read = model.live[stage], model.read[stage]
    return Kept(
        tasks=tuple((name in live, name in read) for name in model.tasks),
        counts=tuple(name in read for name in model.counters),
        facts=tuple(name in read for name in model.facts),
        live=tuple(at for at, name in enumerate(model.tasks) if name in live),
    )


# indexes --------------------------------------------------------------------------------------------------------------


def _by_moment(
    definition: Definition, items: Iterable[Listener], when: Callable[[Listener], Iterable[DateExpr]]
) -> dict[str, tuple[Listener, ...]]:
    found: dict[str, list[Listener]] = {}
    for item in items:
        for name in moments(definition, when(item)):
            found.setdefault(name, []).append(item)
    return {name: tuple(listeners) for name, listeners in found.items()}


def _at_places(arrows: list[TransitionDef]) -> dict[tuple[str | None, str], tuple[TransitionDef, ...]]:
    found: dict[tuple[str | None, str], list[TransitionDef]] = {}
    for arrow in arrows:
        for source in arrow.sources:
            found.setdefault((arrow.track, source), []).append(arrow)
    return {place: tuple(leaving) for place, leaving in found.items()}


def waits_for(definition: Definition, when: Iterable[DateExpr]) -> tuple[frozenset[str], ...]:
    """Of each dated one: the dates of the case that must have been set before it can come."""
    return tuple(frozenset(_unset(definition, expr)) for expr in days(definition, when))


def _unset(definition: Definition, expr: DateExpr) -> Iterator[str]:
    for ref in refs_in(expr):
        date = definition.dates.get(ref.name)
        if date is not None:
            if date.source is None and date.set_by and not date.asked_at_launch:
                yield date.name
            elif date.source is not None:
                yield from _unset(definition, date.source) if not date.asked_at_launch else ()
        rule = definition.deadlines.get(ref.name)
        if rule is not None and isinstance(rule.at.base, At):
            yield from _unset(definition, rule.at)
