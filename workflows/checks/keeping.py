"""Is an answer still kept when others go on from it? A decision counts it, a task proposes it or begins with it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import Definition, DocumentDef, TaskDef
from engine.expressions import At, DateExpr, Ref
from engine.saying import said
from workflows.checks.asked import written_in
from workflows.checks.findings import Finding
from workflows.checks.handing import handed
from workflows.checks.spans import certainly_after
from workflows.typical import ordinary_days


def keeping(definition: Definition) -> Iterator[Finding]:
    """Documents that are removed on a day before work that takes from them is due, for sure or in the ordinary case."""
    begun = [(source.name, task.name) for source, task, _ in handed(definition)]
    pairs = [
        (document, document.keep, task) for document in definition.documents.values()
        if isinstance(document.keep, DateExpr) for task in _taking(definition, document, begun)
    ]  # fmt: skip
    names = dict.fromkeys(task.name for _, _, task in pairs)
    moments = [*(last for _, last, _ in pairs), *(DateExpr(At(Ref(name, "done"))) for name in names)]
    days = ordinary_days(definition, moments) if pairs else ()
    dues = dict(zip(names, days[len(pairs) :], strict=True))
    late: dict[str, tuple[DateExpr, TaskDef]] = {}
    for (document, last, task), kept in zip(pairs, days[: len(pairs)], strict=True):
        due = dues[task.name]
        surely = bool(task.due) and all(certainly_after(rule.at, last) for rule in task.due)
        if surely or (kept is not None and due is not None and due > kept):
            late.setdefault(document.name, (last, task))
    for name, (last, task) in late.items():
        message = said(
            "`{document}` is kept until `{last}`, and `{task}` takes from it and is due only after that in the "
            "ordinary case: keep it longer.",
            document=name, last=last.text, task=task.name,
        )  # fmt: skip
        yield Finding(kind="kept_short", item=("document", name), message=message, severity="warning")


def _taking(definition: Definition, document: DocumentDef, begun: list[tuple[str, str]]) -> list[TaskDef]:
    """The tasks that take from what was answered to others, and those that begin with it."""
    written = {task.name for task in written_in(definition, document)}
    after = {task for source, task in begun if source in written}
    forms = {definition.tasks[name].form for name in written} - {None}
    return [
        task for task in definition.tasks.values() if not task.built_in and task.name not in written and (
            task.each_row_of in written
            or task.name in after
            or (task.decides is not None and task.decides.source in written)
            or _proposed(definition, task) & (written | forms)
        )
    ]  # fmt: skip


def _proposed(definition: Definition, task: TaskDef) -> set[str | None]:
    form = definition.forms.get(task.form or "")
    return {field.prefill.name for field in form.fields if field.prefill is not None} if form is not None else set()
