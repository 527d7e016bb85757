"""In which stages can a task open first? Only where that is certain, for what must come before something else."""

from __future__ import annotations

from collections.abc import Iterable

from engine.definition import Definition, TaskDef
from engine.expressions import At, DateExpr
from workflows.checks.reach import reachable


def opened_in(definition: Definition, tasks: Iterable[TaskDef]) -> set[str]:
    """The stages in which one of these may open without an earlier one; none where one of them may open otherwise."""
    found: set[str] = set()
    for task in tasks:
        stages = _opened_in(definition, task, frozenset())
        if not stages:
            return set()
        found |= stages
    return found


def entered_after(definition: Definition, stages: Iterable[str]) -> set[str]:
    """The stages that may begin when one of these has begun: later ones, and themselves where a way leads back."""
    spine = [arrow for arrow in definition.transitions.values() if arrow.track is None and arrow.target is not None]
    left = set(stages)
    next_ones = {arrow.target for arrow in spine if arrow.target is not None and left & set(arrow.sources)}
    return {later for stage in next_ones for later in reachable(stage, spine)}


def _opened_in(definition: Definition, task: TaskDef, seen: frozenset[str]) -> set[str] | None:
    late = {step.task for each in definition.tasks.values() for step in each.late}
    if task.built_in or task.name in late or not task.opens:
        return None
    found: set[str] = set()
    for opening in task.opens:
        stages = _begins_in(definition, opening, seen | {task.name})
        if stages is None:
            return None
        found |= stages
    return found


def _begins_in(definition: Definition, opening: DateExpr, seen: frozenset[str]) -> set[str] | None:
    if not isinstance(opening.base, At):
        return None
    name, part = opening.base.ref.name, opening.base.ref.part
    if part is None and name in definition.stages:
        return {name}
    arrow = definition.transitions.get(name)
    if part is None and arrow is not None and arrow.track is None:
        return {arrow.target} if arrow.target is not None else set(arrow.sources)
    if name in seen:
        return set()
    before = definition.tasks.get(name)
    return _opened_in(definition, before, seen) if before is not None else None
