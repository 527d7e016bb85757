"""Is an answer still kept when others go on from it? A decision counts it, a task proposes it or goes by its rows."""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import Definition, DocumentDef, TaskDef
from engine.expressions import At, DateExpr, Ref
from engine.saying import said
from workflows.checks.asked import written_in
from workflows.checks.findings import Finding
from workflows.checks.spans import certainly_after
from workflows.drawing.typical import ordinary_days


def keeping(definition: Definition) -> Iterator[Finding]:
    """Documents that are removed on a day before work that takes from them is due, for sure or in the ordinary case."""
    for document in definition.documents.values():
        last = document.keep
        late = _too_late(definition, _taking(definition, document), last) if isinstance(last, DateExpr) else None
        if isinstance(last, DateExpr) and late is not None:
            message = said(
                "`{document}` is kept until `{last}`, and `{task}` takes from it and is due only after that in the "
                "ordinary case: keep it longer.",
                document=document.name, last=last.text, task=late.name,
            )  # fmt: skip
            yield Finding(kind="kept_short", item=("document", document.name), message=message, severity="warning")


def _taking(definition: Definition, document: DocumentDef) -> list[TaskDef]:
    """The tasks that take from what was answered to others."""
    written = {task.name for task in written_in(definition, document)}
    forms = {definition.tasks[name].form for name in written} - {None}
    return [
        task for task in definition.tasks.values() if not task.built_in and task.name not in written and (
            task.each_row_of in written
            or (task.decides is not None and task.decides.source in written)
            or _proposed(definition, task) & (written | forms)
        )
    ]  # fmt: skip


def _proposed(definition: Definition, task: TaskDef) -> set[str | None]:
    form = definition.forms.get(task.form or "")
    return {field.prefill.name for field in form.fields if field.prefill is not None} if form is not None else set()


def _too_late(definition: Definition, tasks: list[TaskDef], last: DateExpr) -> TaskDef | None:
    if not tasks:
        return None
    kept, *dues = ordinary_days(definition, [last, *(DateExpr(At(Ref(task.name, "done"))) for task in tasks)])
    for task, due in zip(tasks, dues, strict=True):
        surely = bool(task.due) and all(certainly_after(rule.at, last) for rule in task.due)
        if surely or (kept is not None and due is not None and due > kept):
            return task
    return None
