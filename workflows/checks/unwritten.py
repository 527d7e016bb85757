"""Is a document written before it becomes public, and before it need not be kept any more?"""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import Definition, DocumentDef
from engine.expressions import At, DateExpr
from engine.saying import said
from workflows.checks.asked import written_in
from workflows.checks.findings import Finding
from workflows.checks.openings import (
    comes_in,
    entered_after,
    from_then_on,
    in_order,
    opened_in,
    opens_only_after,
)
from workflows.checks.spans import certainly_after
from workflows.problems import quoted


def unwritten(definition: Definition) -> Iterator[Finding]:
    """Documents that become public, or are removed, at a moment that comes before their tasks open."""
    for document in definition.documents.values():
        for moment in document.publish.when if document.publish is not None else ():
            yield from _public(definition, document, moment)
        if isinstance(document.keep, DateExpr):
            yield from _kept(definition, document, document.keep)


def _public(definition: Definition, document: DocumentDef, moment: DateExpr) -> Iterator[Finding]:
    """What is answered after the moment of `publish` is not public."""
    tasks = written_in(definition, document)
    written = opened_in(definition, tasks)
    ref = moment.base.ref if isinstance(moment.base, At) and not moment.shifts else None
    begins = ref is not None and str(ref) in (*definition.stages, *definition.transitions)
    stages = (
        comes_in(definition, [moment], at_once=False) if ref is not None and ref.name not in definition.dates else None
    )
    later = entered_after(definition, written) if begins else from_then_on(definition, written)
    if ref is not None and str(ref) in definition.stages and written and str(ref) not in later:
        message = said(
            "`{document}` becomes public when `{stage}` begins, and is written in {stages} at the earliest, "
            "after which `{stage}` never begins: nothing is public then. Name a later moment under `publish`.",
            document=document.name, stage=str(ref), stages=quoted(in_order(definition, written)),
        )  # fmt: skip
        yield Finding(kind="unwritten", item=("document", document.name), message=message, severity="warning")
    elif (written and stages and stages.isdisjoint(later)) or opens_only_after(definition, tasks, moment):
        message = said(
            "`{document}` becomes public at `{moment}`, which never comes after {tasks} has opened: nothing is public "
            "then. Name a later moment under `publish`.",
            document=document.name, moment=moment.text, tasks=quoted(task.name for task in tasks),
        )  # fmt: skip
        yield Finding(kind="unwritten", item=("document", document.name), message=message, severity="warning")


def _kept(definition: Definition, document: DocumentDef, last: DateExpr) -> Iterator[Finding]:
    tasks = written_in(definition, document)
    due = [rule.at for task in tasks for rule in task.due]
    dated = bool(due) and all(task.due for task in tasks) and all(certainly_after(each, last) for each in due)
    if dated or opens_only_after(definition, tasks, last):
        message = said(
            "`{document}` is kept until `{last}`, and {tasks} comes only after that: what is answered is removed at "
            "once. Keep it longer.",
            document=document.name, last=last.text, tasks=quoted(task.name for task in tasks),
        )  # fmt: skip
        yield Finding(kind="kept_short", item=("document", document.name), message=message, severity="warning")
