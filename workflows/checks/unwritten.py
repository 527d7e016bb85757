"""Is a document written before it becomes public? What is answered after the moment of `publish` is not public."""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import Definition
from engine.expressions import At
from engine.saying import said
from workflows.checks.findings import Finding
from workflows.checks.openings import entered_after, opened_in
from workflows.problems import quoted


def unwritten(definition: Definition) -> Iterator[Finding]:
    """Documents that become public with a stage that never begins after their tasks have opened."""
    for document in definition.documents.values():
        if document.publish is None:
            continue
        written = opened_in(
            definition, [task for task in definition.tasks.values() if document.name in (task.name, task.form)]
        )
        later = entered_after(definition, written)
        for moment in document.publish.when:
            if not written or not isinstance(moment.base, At) or moment.shifts:
                continue
            stage = str(moment.base.ref)
            if stage in definition.stages and stage not in later:
                message = said(
                    "`{document}` becomes public when `{stage}` begins, and is written in {stages} at the earliest, "
                    "after which `{stage}` never begins: nothing is public then. Name a later moment under `publish`.",
                    document=document.name, stage=stage, stages=quoted(sorted(written)),
                )  # fmt: skip
                yield Finding(kind="unwritten", item=("document", document.name), message=message, severity="warning")
