"""Can what a task `does` be done in each of the stages that its condition names?"""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import Definition, TaskDef
from engine.expressions import IsState
from engine.saying import said
from workflows.checks.findings import Finding
from workflows.checks.openings import comes_in, in_order, stages_of
from workflows.problems import quoted


def doing(definition: Definition) -> Iterator[Finding]:
    """Tasks that ask for a transition in a stage in which none that they do begins."""
    for task in definition.tasks.values():
        missing = _named(definition, task) - _where_it_does(definition, task)
        if missing:
            message = said(
                "`{task}` is asked in {stages}, where none of the transitions that it `does` ({does}) begins: name "
                "those stages under `from`, or take them out of its `if`.",
                task=task.name, stages=quoted(in_order(definition, missing)), does=quoted(task.does),
            )  # fmt: skip
            yield Finding(kind="not_there", item=("task", task.name), message=message, severity="warning")


def _named(definition: Definition, task: TaskDef) -> set[str]:
    """The stages that the condition of a task names and in which it may open; none where it asks for answers too."""
    found: set[str] = set()
    for line in task.condition if task.does and task.form is None and not task.built_in else ():
        match line.test:
            case IsState(ref, False, words) if ref.name == "stage":
                found |= set(words)
    opening = comes_in(definition, task.opens) if found else None
    return found if opening is None else found & opening


def _where_it_does(definition: Definition, task: TaskDef) -> set[str]:
    steps = [definition.transitions.get(name) for name in task.does]
    if None in steps:
        return set(definition.stages)
    return {stage for step in steps if step is not None for stage in stages_of(definition, step)}
