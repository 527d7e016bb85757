"""May what an arrow waits for be over before the arrow begins to listen? `when` hears only what comes afterwards."""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import Definition
from engine.expressions import At
from engine.saying import said
from workflows.checks.findings import Finding
from workflows.checks.openings import may_open_in, spine_of, stages_of
from workflows.checks.reach import reachable
from workflows.problems import quoted

OVER = ("done", "submitted", "expired")


def early(definition: Definition) -> Iterator[Finding]:
    """Arrows that wait for a task which opens, and so may be done, before they listen."""
    spine = spine_of(definition)
    for arrow in definition.transitions.values():
        listening = stages_of(definition, arrow)
        for moment in arrow.when:
            if not isinstance(moment.base, At) or moment.shifts or moment.base.ref.part not in OVER:
                continue
            task = definition.tasks.get(moment.base.ref.name)
            if task is None or task.built_in:
                continue
            before = {
                stage for stage in may_open_in(definition, task) - listening
                if listening & reachable(stage, spine)
            }  # fmt: skip
            if before:
                message = said(
                    "`{arrow}` waits for `{moment}`, but `{task}` opens in {stages} already and may be over before "
                    "`{arrow}` listens; then it waits for ever. Ask for it in `if` with `auto: true`.",
                    arrow=arrow.name, moment=moment.text, task=task.name, stages=quoted(sorted(before)),
                )  # fmt: skip
                yield Finding(kind="early_when", item=("transition", arrow.name), message=message, severity="warning")
