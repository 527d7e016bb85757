"""Does a task give what is counted on: judgements of rows, or the work of those who are asked about?"""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import Definition, TaskDef
from engine.expressions import At, Count, DateExpr
from engine.saying import said
from workflows.checks.ballots import leaves
from workflows.checks.counts import SECTIONS, counts_in
from workflows.checks.findings import Finding
from workflows.checks.openings import comes_in, from_then_on, in_order, open_in, opened_in
from workflows.problems import quoted

WORK = ("done", "answered", "agreed")


def sources(definition: Definition) -> Iterator[Finding]:
    """Decisions from a task that judges no rows, and counts of who did a task that they never have."""
    for task in definition.tasks.values():
        yield from _no_judgements(definition, task)
        yield from _judged_later(definition, task)
    yield from _pinned_late(definition)
    for kind, section in SECTIONS.items():
        for name, value in getattr(definition, section).items():
            for count in dict.fromkeys(counts_in(value)):
                yield from _never_theirs(definition, (kind, str(name)), count)


def _no_judgements(definition: Definition, task: TaskDef) -> Iterator[Finding]:
    rule = task.decides
    if rule is None:
        return
    source = definition.tasks[rule.source]
    if not _judges(definition, source):
        message = said(
            "`{task}` decides from `{source}`, in which nobody judges {rows}: ask a question there with `per: {rows}`, "
            "or name another task under `from`.",
            task=task.name, source=source.name, rows=rule.rows,
        )  # fmt: skip
        yield Finding(kind="no_judgements", item=("task", task.name), message=message, severity="warning")


def _judged_later(definition: Definition, task: TaskDef) -> Iterator[Finding]:
    """A decision from judgements that are asked for only later."""
    source = definition.tasks[task.decides.source] if task.decides is not None else task
    deciding = open_in(definition, task, at_once=False)
    judging = opened_in(definition, [source])
    if source is not task and deciding and judging and deciding.isdisjoint(from_then_on(definition, judging)):
        message = said(
            "`{task}` decides from `{source}`, which opens in {stages} at the earliest, and that comes only later: "
            "name a task that is done by then under `from`.",
            task=task.name, source=source.name, stages=quoted(in_order(definition, judging)),
        )  # fmt: skip
        yield Finding(kind="no_judgements", item=("task", task.name), message=message, severity="warning")


def _judges(definition: Definition, task: TaskDef) -> bool:
    form = definition.forms.get(task.form or "")
    return task.by_row is not None or (form is not None and any(field.per for field in form.fields))


def _pinned_late(definition: Definition) -> Iterator[Finding]:
    """The moment whose version of the rubric stays with the case, where all has been judged by then."""
    pinned = definition.rubric_pinned
    judging = [task for task in definition.tasks.values() if _judges(definition, task)]
    if pinned is not None and str(pinned) not in {"case.launched", *definition.stages}:
        item = ("task", judging[0].name) if judging else ("stage", definition.first_stage)
        message = said(
            "`pinned` names `{moment}`: a rubric stays with a case from a stage on, or from `case.launched`.",
            moment=str(pinned),
        )  # fmt: skip
        yield Finding(kind="never_pinned", item=item, message=message)
        return
    stages = opened_in(definition, judging)
    if pinned is None or not stages:
        return
    begun = comes_in(definition, [DateExpr(At(pinned))], at_once=False)
    if begun and from_then_on(definition, begun).isdisjoint(stages):
        message = said(
            "The rubric stays with the case from `{moment}` on (`pinned`), and `{task}`, in which is judged on it, is "
            "over by then: name an earlier moment.",
            moment=str(pinned), task=judging[0].name,
        )  # fmt: skip
        yield Finding(kind="pinned_late", item=("task", judging[0].name), message=message, severity="warning")


def _never_theirs(definition: Definition, item: tuple[str, str], count: Count) -> Iterator[Finding]:
    """What is one task for each of some is never that of anybody else; one task for several counts for all of them."""
    task = definition.tasks.get(count.verb.ref.name) if count.verb.ref is not None else None
    if count.verb.kind not in WORK or task is None or not task.each or task.each_row_of is not None:
        return
    if leaves(definition, count.members.names).isdisjoint(leaves(definition, task.each)):
        message = said(
            "`{item}` counts {who} who did `{task}`, and they never have that task, which is for each of {each}: count "
            "those.",
            item=item[1], who=quoted(count.members.names), task=task.name, each=quoted(task.each),
        )  # fmt: skip
        yield Finding(kind="never_theirs", item=item, message=message, severity="warning")
