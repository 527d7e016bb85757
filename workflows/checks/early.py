"""May what an arrow waits for be over before the arrow begins to listen? `when` hears only what comes afterwards."""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import Definition, TaskDef, TransitionDef
from engine.expressions import At
from engine.saying import said
from workflows.checks.findings import Finding
from workflows.checks.reach import reachable
from workflows.problems import quoted

OVER = ("done", "submitted", "expired")


def early(definition: Definition) -> Iterator[Finding]:
    """Arrows that wait for a task which opens, and so may be done, before they listen."""
    spine = [arrow for arrow in definition.transitions.values() if arrow.track is None]
    for arrow in definition.transitions.values():
        listening = _listens_in(definition, arrow)
        for moment in arrow.when:
            if not isinstance(moment.base, At) or moment.shifts or moment.base.ref.part not in OVER:
                continue
            task = definition.tasks.get(moment.base.ref.name)
            if task is None or task.built_in:
                continue
            before = {
                stage for stage in _opens_in(definition, task, frozenset()) - listening
                if listening & reachable(stage, spine)
            }  # fmt: skip
            if before:
                message = said(
                    "`{arrow}` waits for `{moment}`, but `{task}` opens in {stages} already and may be over before "
                    "`{arrow}` listens; then it waits for ever. Ask for it in `if` with `auto: true`.",
                    arrow=arrow.name, moment=moment.text, task=task.name, stages=quoted(sorted(before)),
                )  # fmt: skip
                yield Finding(kind="early_when", item=("transition", arrow.name), message=message, severity="warning")


def _listens_in(definition: Definition, arrow: TransitionDef) -> set[str]:
    """Stages in which an arrow may begin: its own, or those during which its track is alive."""
    if arrow.track is None:
        return set(arrow.sources)
    during = set(definition.tracks[arrow.track].during)
    return during if during & definition.stages.keys() else set(definition.stages)


def _opens_in(definition: Definition, task: TaskDef, seen: frozenset[str]) -> set[str]:
    """The stages in which a task may open, as far as its openings tell: by a stage, a track, or another task."""
    found: set[str] = set()
    for opening in task.opens:
        if not isinstance(opening.base, At) or opening.shifts:
            continue
        name = opening.base.ref.name
        before = definition.tasks.get(name)
        if name in definition.stages:
            found.add(name)
        elif name in definition.tracks:
            found |= set(definition.tracks[name].during) & definition.stages.keys()
        elif before is not None and name not in seen:
            found |= _opens_in(definition, before, seen | {name})
    return found
