"""May those who are asked to work as an answer is there, told of it or given a text to read, see it in that stage?"""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import Definition, DocumentDef, TaskDef
from engine.expressions import At, DateExpr
from engine.saying import said
from workflows.checks.asked import Asked, written_in
from workflows.checks.ballots import leaves
from workflows.checks.consulted import consulted, taken_after
from workflows.checks.findings import Finding
from workflows.checks.handing import writes
from workflows.checks.never import never_holds
from workflows.checks.openings import opened_in, spine_of
from workflows.checks.people import doers_of
from workflows.problems import quoted


def in_time(definition: Definition) -> Iterator[Finding]:
    """Documents that those whose work begins as they are done may see only in a later stage."""
    told = {each.item[1] for each in consulted(definition)}
    for document in definition.documents.values():
        if document.publish is None and document.name not in told:
            found = (_blind(definition, document, source) for source in written_in(definition, document))
            yield from [each for each in found if each is not None][:1]


def _blind(definition: Definition, document: DocumentDef, source: TaskDef) -> Finding | None:
    """The first task whose doers cannot see the document while it opens, as far as they hear of it or must read it."""
    moments = _moments(definition, source)
    told = leaves(definition, (
        who for notice in definition.notices.values() if moments & _names(notice.when)
        for who in (*notice.to, *notice.cc)
    ))  # fmt: skip
    for task in definition.tasks.values():
        if task.built_in or task.form is None or task.optional or not moments & _names(task.opens):
            continue
        others = doers_of(definition, task) - doers_of(definition, source)
        who = {
            one for one in others
            if (one in told or writes(definition, source)) and _only_later(definition, document, task, one)
        }  # fmt: skip
        if who:
            message = said(
                "{who:or} is asked for `{task}` as `{source}` has been done, and may see `{document}`, which is that "
                "answer, only in a later stage: let them see it from that moment on.",
                who=quoted(sorted(who)), task=task.name, source=source.name, document=document.name,
            )  # fmt: skip
            return Finding(kind="unseen", item=("document", document.name), message=message, severity="warning")
    return None


def _moments(definition: Definition, source: TaskDef) -> set[str]:
    """The moment at which a task is done, the arrows between stages that are taken by it, and where these lead."""
    found = {f"{source.name}.done"}
    for arrow in spine_of(definition):
        if source in taken_after(definition, arrow):
            found |= {arrow.name, str(arrow.target)}
    return found


def _names(moments: tuple[DateExpr, ...]) -> set[str]:
    return {str(one.base.ref) for one in moments if isinstance(one.base, At)}


def _only_later(definition: Definition, document: DocumentDef, task: TaskDef, who: str) -> bool:
    """Whether somebody may see a document, though never in the stages in which a task of theirs opens."""
    stages = frozenset(opened_in(definition, [task]))
    rules = [rule for name, rule in document.see.items() if name != "author" and who in definition.members(name)]
    item = ("document", document.name)
    return bool(rules and stages) and all(
        not isinstance(rule, bool)
        and never_holds(definition, Asked(item=item, lines=rule, stages=stages, before=stages))
        for rule in rules
    )
