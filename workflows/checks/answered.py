"""May an answer still come after the day on which it is asked, once? What is skipped then is never made up for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.definition import Definition, DueRule, TaskDef
from engine.expressions import At, DateExpr, IsState, Lines, Named
from engine.plan import TASK_MOMENTS
from engine.saying import said
from workflows.checks.findings import Finding
from workflows.checks.spans import never_before


def answered(definition: Definition) -> Iterator[Finding]:
    """Children, mails and tasks that come on a day, if something was answered that need not be by then."""
    for item, moments, lines in _asked_once(definition):
        for name in dict.fromkeys(_answers(definition, lines)):
            task = definition.tasks[name]
            last = [day for rule in task.due for day in _last(rule)]
            if (
                moments
                and len(last) == len(task.due) > 0
                and all(never_before(day, moment) for day in last for moment in moments)
            ):
                message = said(
                    "`{item}` comes at `{moment}` and asks only then what was answered to `{task}`, for which there is "
                    "time until `{due}`: let it come later, or that be due earlier.",
                    item=item[1], moment=moments[0].text, task=name, due=task.due[0].at.text,
                )  # fmt: skip
                yield Finding(kind="asked_early", item=item, message=message, severity="warning")


def _asked_once(definition: Definition) -> Iterator[tuple[tuple[str, str], tuple[DateExpr, ...], Lines]]:
    for child in definition.children.values():
        if not child.by:
            yield ("child", child.name), child.opens, child.condition
    for notice in definition.notices.values():
        yield ("notice", notice.name), notice.when, notice.condition
    for task in definition.tasks.values():
        if not task.built_in:
            yield ("task", task.name), task.opens, task.condition


def _answers(definition: Definition, lines: Lines) -> Iterator[str]:
    """The tasks without an answer to which one of these lines, which must all hold, does not hold."""
    for line in lines:
        match line.test:
            case Named(name):
                yield from _answers(definition, definition.conditions[name])
            case IsState(ref, False):
                if is_answer(definition, ref.name, ref.part):
                    yield ref.name


def is_answer(definition: Definition, name: str, part: str | None) -> bool:
    """Whether a reference is to what was answered to a task, not to how that stands."""
    task: TaskDef | None = definition.tasks.get(name)
    return task is not None and not task.built_in and part is not None and part not in TASK_MOMENTS


def _last(rule: DueRule) -> Iterator[DateExpr]:
    """The last day for an answer; none where another may come first."""
    closes, at = rule.closes, rule.at
    if rule.not_after is None:
        own = closes is not None and isinstance(closes.base, At) and str(closes.base.ref) == "due"
        yield at if closes is None else replace(at, shifts=(*at.shifts, *closes.shifts)) if own else closes
