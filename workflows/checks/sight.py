"""Does who may see a document keep seeing it? A stage that is left takes away what it gave."""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import Definition
from engine.expressions import IsState, Lines, Ref
from engine.saying import said
from workflows.checks.findings import Finding
from workflows.checks.openings import entered_after, in_order
from workflows.problems import quoted

STAGE = Ref("stage")


def sight(definition: Definition) -> Iterator[Finding]:
    """Readers who lose a document as a case goes on to a stage that is no end."""
    for document in definition.documents.values():
        for who, rule in document.see.items():
            stages = _asked(rule) if not isinstance(rule, bool) else ()
            ends = {name for name, stage in definition.stages.items() if stage.end}
            later = entered_after(definition, stages) - {*stages} - ends
            if stages and later:
                message = said(
                    "`{who}` sees `{document}` in {stages} only, and no more in {later}, which comes after it: ask "
                    "`round of {stage} > 0` for who may see it from then on.",
                    who=who, document=document.name, stages=quoted(stages), stage=stages[0],
                    later=quoted(in_order(definition, later)),
                )  # fmt: skip
                yield Finding(
                    kind="seen_no_more", item=("document", document.name), message=message, severity="warning"
                )


def _asked(lines: Lines) -> tuple[str, ...]:
    """The stages that one of these lines, which must all hold, asks for."""
    for line in lines:
        match line.test:
            case IsState(ref, False, words) if ref == STAGE:
                return words
    return ()
