"""Does a case wait for work of which there may be none? Work on the rows of a list is done at once without a row."""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import Definition, FieldDef, TaskDef
from engine.expressions import At, NumberOf, Ref, parts_in
from engine.saying import said
from workflows.checks.findings import Finding


def rowless(definition: Definition) -> Iterator[Finding]:
    """Work that is due on the days in the rows of a list, for which arrows wait, where the list may stay empty."""
    counted = {number.ref.name for number in parts_in(definition, NumberOf)}
    for task in definition.tasks.values():
        rows = _dated_rows(definition, task)
        if rows is None or rows.required or rows.required_if or rows.least or task.each_row_of in counted:
            continue
        done = At(Ref(task.name, "done"))
        waiting = [arrow.name for arrow in definition.transitions.values() if done in [one.base for one in arrow.when]]
        if waiting:
            message = said(
                "`{arrow}` waits for `{task}`, one for each row of `{list}`, which may stay empty: then it is done at "
                "once. Ask for a row (`required`, `required_if`, `least`), or how many there are (`number of {list}`).",
                arrow=waiting[0], task=task.name, list=f"{task.each_row_of}.{rows.name}",
            )  # fmt: skip
            yield Finding(kind="no_rows", item=("task", task.name), message=message, severity="warning")


def _dated_rows(definition: Definition, task: TaskDef) -> FieldDef | None:
    """The list of which a task has one for each row, where a day in its own row says when it is due."""
    source = definition.tasks.get(task.each_row_of or "")
    form = definition.forms.get(source.form or "") if source is not None else None
    rows = next((field for field in form.fields if field.type == "rows"), None) if form is not None else None
    if source is None or rows is None:
        return None
    days = {At(Ref(source.name, column.name)) for column in rows.columns if column.type == "date"}
    return rows if any(rule.at.base in days for rule in task.due) else None
