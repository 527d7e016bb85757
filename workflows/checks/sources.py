"""Does a task give what is counted on: judgements of rows, or the work of those who are asked about?"""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import Definition, TaskDef
from engine.expressions import Count
from engine.saying import said
from workflows.checks.ballots import leaves
from workflows.checks.counts import SECTIONS, counts_in
from workflows.checks.findings import Finding
from workflows.problems import quoted

WORK = ("done", "answered", "agreed")


def sources(definition: Definition) -> Iterator[Finding]:
    """Decisions from a task that judges no rows, and counts of who did a task that they never have."""
    for task in definition.tasks.values():
        yield from _no_judgements(definition, task)
    for kind, section in SECTIONS.items():
        for name, value in getattr(definition, section).items():
            for count in dict.fromkeys(counts_in(value)):
                yield from _never_theirs(definition, (kind, str(name)), count)


def _no_judgements(definition: Definition, task: TaskDef) -> Iterator[Finding]:
    rule = task.decides
    if rule is None:
        return
    source = definition.tasks[rule.source]
    form = definition.forms.get(source.form or "")
    if source.by_row is None and not any(field.per for field in (form.fields if form is not None else ())):
        message = said(
            "`{task}` decides from `{source}`, in which nobody judges {rows}: ask a question there with `per: {rows}`, "
            "or name another task under `from`.",
            task=task.name, source=source.name, rows=rule.rows,
        )  # fmt: skip
        yield Finding(kind="no_judgements", item=("task", task.name), message=message, severity="warning")


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
