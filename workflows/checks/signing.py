"""Is there time to sign what was handed in on its last day? A signature comes on top of the work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.definition import Definition, DueRule, TaskDef
from engine.expressions import At, DateExpr
from engine.saying import said
from workflows.checks.counted import ordinarily
from workflows.checks.findings import Finding


def signing(definition: Definition) -> Iterator[Finding]:
    """Tasks that are to be signed before they are due."""
    for task in definition.tasks.values():
        early = next(_too_early(definition, task), None)
        if early is not None and task.sign is not None:
            due, last = early
            message = said(
                "`{task}` is due `{due}` and is to be signed by `{sign}`, which is before that, and the signature "
                "comes on top: let it be signed later, or be due earlier.",
                task=task.name, due=due.text, sign=last.text,
            )  # fmt: skip
            yield Finding(kind="signed_early", item=("task", task.name), message=message, severity="warning")


def _too_early(definition: Definition, task: TaskDef) -> Iterator[tuple[DateExpr, DateExpr]]:
    """The due dates of a task, each with a day of its signature that comes before it."""
    for rule in task.due if task.sign is not None else ():
        lasts = [rule.at] if rule.not_after is None else [rule.at, rule.not_after]
        for day in _days(definition, task, rule):
            if all(ordinarily(definition, (last, task), (day, task)) == "after" for last in lasts):
                yield rule.at, day


def _days(definition: Definition, task: TaskDef, rule: DueRule) -> Iterator[DateExpr]:
    """Where a signature is due, but for a day that another one puts off to the due date of the task or later."""
    if task.sign is not None:
        first, last = task.sign.due.not_before, task.sign.due.not_after
        put_off = first is not None and ordinarily(definition, (first, task), (rule.at, task)) in ("same", "after")
        yield from () if put_off else (task.sign.due.at,)
        yield from () if last is None else (last,)


def signatures(task: TaskDef) -> tuple[DueRule, ...]:
    """By when a task is signed that is handed in on its last day: a rule for each of its due dates."""
    return tuple(_signed(task.sign.due, rule) for rule in task.due) if task.sign is not None else ()


def _signed(sign: DueRule, rule: DueRule) -> DueRule:
    last = sign.not_after
    if rule.not_after is not None and _from_handing_in(sign.at):
        last = _on(sign.at, rule.not_after)
    first = None if sign.not_before is None else _on(sign.not_before, rule.at)
    return replace(sign, at=_on(sign.at, rule.at), not_before=first, not_after=last)


def _on(date: DateExpr, handed_in: DateExpr) -> DateExpr:
    """A date that is counted from the handing in, on the day on which that is due."""
    if not _from_handing_in(date):
        return date
    return replace(date, base=handed_in.base, shifts=(*handed_in.shifts, *date.shifts))


def _from_handing_in(date: DateExpr) -> bool:
    return isinstance(date.base, At) and str(date.base.ref) == "submitted"
