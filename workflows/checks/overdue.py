"""Is a task due before it can open? Where only a day brings the state in which it opens, that day counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.definition import Definition, TransitionDef
from engine.expressions import At, DateExpr
from engine.saying import said
from workflows.checks.findings import Finding
from workflows.checks.openings import opens_only_after
from workflows.checks.spans import certainly_after


def overdue(definition: Definition) -> Iterator[Finding]:
    """Tasks that always get the time of `not_before`, or the shortest; `times` tells the others."""
    for task in definition.tasks.values():
        days = [day for opening in task.opens for day in _brought(definition, opening)]
        for rule in task.due if days and not task.built_in else ():
            told = rule.not_before is None and opens_only_after(definition, [task], rule.at)
            if not told and all(certainly_after(day, rule.at, 0) for day in days):
                message = said(
                    "`{task}` is due `{due}`, and opens only after that, so there is only the shortest time for it: "
                    "let it be due later.",
                    task=task.name, due=rule.at.text,
                )  # fmt: skip
                yield Finding(kind="due_early", item=("task", task.name), message=message, severity="warning")


def _brought(definition: Definition, opening: DateExpr) -> list[DateExpr]:
    """The days on which a state begins that only days bring; any other moment as it is."""
    ref = str(opening.base.ref) if isinstance(opening.base, At) else ""
    firsts = {definition.first_stage, *(f"{track.name}.{track.states[0]}" for track in definition.tracks.values())}
    bringing = [arrow for arrow in definition.transitions.values() if ref in (arrow.name, _state(arrow))]
    if not bringing or ref in firsts or any(not arrow.when or _otherwise(arrow) for arrow in bringing):
        return [opening]
    return [replace(when, shifts=(*when.shifts, *opening.shifts)) for arrow in bringing for when in arrow.when]


def _state(arrow: TransitionDef) -> str:
    return str(arrow.target) if arrow.track is None else f"{arrow.track}.{arrow.target}"


def _otherwise(arrow: TransitionDef) -> bool:
    return bool(arrow.by or arrow.by_all or arrow.auto)
