"""Does everything go on where a case comes along another way than the usual one, or where somebody stays silent?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.definition import Definition, TaskDef, TransitionDef
from engine.expressions import At, DateExpr, IsState, parts_in, refs_in
from engine.saying import said
from workflows.checks.findings import Finding
from workflows.checks.openings import spine_of


def unheard(definition: Definition) -> Iterator[Finding]:
    """Tasks that open by one of two ways to a stage, and silence of which nothing hears though something waits."""
    for task in definition.tasks.values():
        if not task.built_in:
            yield from _other_way(definition, task)
    read = {(ref.name, ref.part) for ref in refs_in(_others(definition))}
    told = {name for name, part in read if part == "expired"}
    asked = list(parts_in(_others(definition), IsState))
    told |= {one.ref.name for one in asked if one.negated or not {"done", "answered"} >= set(one.words)}
    for task in definition.tasks.values():
        if (task.name, "done") in read and task.name not in told and _ends_silently(task):
            message = said(
                "Something waits for `{task}.done`, and nothing hears when nobody does it in time (`silence: "
                "nothing`): name `{task}.expired` there too, or let the silence wait.",
                task=task.name,
            )  # fmt: skip
            yield Finding(kind="silence_unheard", item=("task", task.name), message=message, severity="warning")


def _ends_silently(task: TaskDef) -> bool:
    return not task.optional and not task.built_in and task.silence == "nothing" and bool(task.due)


def _others(definition: Definition) -> tuple[object, ...]:
    """What may ask how a task stands."""
    return (
        definition.transitions, definition.tasks, definition.notices, definition.children, definition.conditions,
        definition.values, definition.documents, definition.deadlines,
    )  # fmt: skip


def _other_way(definition: Definition, task: TaskDef) -> Iterator[Finding]:
    named = _names(task.opens)
    for arrow in spine_of(definition):
        if arrow.name not in named or {str(arrow.target), *(f"{one}.left" for one in arrow.sources)} & named:
            continue
        for other in _beside(definition, arrow):
            if other.name not in named:
                message = said(
                    "`{task}` opens by `{arrow}`, and `{other}` leads the same way from `{stage}` to `{target}`: where "
                    "that is taken it never opens. Name both under `opens`.",
                    task=task.name, arrow=arrow.name, other=other.name,
                    stage=next(one for one in arrow.sources if one in other.sources), target=str(arrow.target),
                )  # fmt: skip
                yield Finding(kind="other_way", item=("task", task.name), message=message, severity="warning")


def _beside(definition: Definition, arrow: TransitionDef) -> Iterator[TransitionDef]:
    for other in spine_of(definition):
        if other is not arrow and other.target == arrow.target and set(other.sources) & set(arrow.sources):
            yield other


def _names(moments: Iterable[DateExpr]) -> set[str]:
    found = set()
    for moment in moments:
        if isinstance(moment.base, At):
            ref = moment.base.ref
            found.add(ref.name if ref.part is None else f"{ref.name}.{ref.part}")
    return found
