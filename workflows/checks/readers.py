"""Does anybody read what is answered, and may who is proposed an earlier answer see it?"""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import Definition, DocumentDef, TaskDef
from engine.expressions import refs_in
from engine.plan import TASK_MOMENTS
from engine.questions import FINDINGS
from engine.saying import said
from workflows.checks.asked import written_in
from workflows.checks.ballots import leaves
from workflows.checks.findings import Finding
from workflows.checks.people import doers_of, office_of
from workflows.problems import quoted


def readers(definition: Definition) -> Iterator[Finding]:
    """Documents that nobody but their author sees, and proposals of what those who answer may not see."""
    heard = _heard(definition)
    for document in definition.documents.values():
        tasks = written_in(definition, document)
        if tasks and document.publish is None and not heard & {document.name, *(task.name for task in tasks)}:
            yield from _unread(definition, document, tasks)
    for task in definition.tasks.values():
        yield from _undeclared(definition, task, heard)
        yield from _not_proposed(definition, task)


def _heard(definition: Definition) -> set[str]:
    """Tasks and forms whose answers do something, whoever reads them: conditions, decisions, calendars, proposals."""
    tasks = definition.tasks.values()
    named = {ref.name for ref in refs_in(definition) if ref.part is not None and ref.part not in TASK_MOMENTS}
    named |= {task.decides.source for task in tasks if task.decides is not None}
    named |= {(notice.invite or "").partition(".")[0] for notice in definition.notices.values()}
    named |= {form.name for form in definition.forms.values() if any(field.marks for field in form.fields)}
    return named | {str(task.each_row_of) for task in tasks}


def _unread(definition: Definition, document: DocumentDef, tasks: list[TaskDef]) -> Iterator[Finding]:
    """Of the office itself, and of a body that reads what each other of it answers, nobody else need read it."""
    doers = {doer for task in tasks for doer in doers_of(definition, task)}
    seen = _readers(definition, document)
    office = office_of(definition)
    if doers <= office or not seen <= doers or (seen and len(doers) > 1):
        return
    message = said(
        "Nobody but {who:or}, who answers it, ever sees `{document}`, and nothing asks what is answered there: name "
        "its readers under `see`.",
        document=document.name, who=quoted(sorted(doers)),
    )  # fmt: skip
    yield Finding(kind="unread", item=("document", document.name), message=message, severity="warning")


def _undeclared(definition: Definition, task: TaskDef, heard: set[str]) -> Iterator[Finding]:
    """Answers of which no document says who reads them; of the office itself nobody else need."""
    form = definition.forms.get(task.form or "")
    if task.built_in or form is None or {task.name, form.name} & (heard | definition.documents.keys()):
        return
    doers = doers_of(definition, task)
    office = office_of(definition)
    if doers and not doers <= office:
        message = said(
            "Nobody but {who:or} ever sees what is answered to `{task}`, and nothing asks it: add a document `{form}` "
            "that names its readers under `see`.",
            task=task.name, form=form.name, who=quoted(sorted(doers)),
        )  # fmt: skip
        yield Finding(kind="unread", item=("task", task.name), message=message, severity="warning")


def _not_proposed(definition: Definition, task: TaskDef) -> Iterator[Finding]:
    """A proposal goes by `see`; out of earlier cases also from the organisation to itself."""
    form = definition.forms.get(task.form or "")
    taken = dict.fromkeys(each.prefill.name for each in form.fields if each.prefill is not None) if form else {}
    doing = doers_of(definition, task)
    for name in taken:
        given = [each for each in definition.tasks.values() if each.form == name]
        if name == FINDINGS or not given or not doing:
            continue
        if not any(_may_take(definition, doing, source) for source in given):
            message = said(
                "`{task}` proposes what was answered to the form `{form}`, and {who:or} may not see that, so nothing "
                "is ever proposed: add them under `see` of a document `{form}`, or take `prefill` out.",
                task=task.name, form=name, who=quoted(sorted(doing)),
            )  # fmt: skip
            yield Finding(kind="not_proposed", item=("task", task.name), message=message, severity="warning")


def _may_take(definition: Definition, doing: set[str], source: TaskDef) -> bool:
    theirs = doers_of(definition, source)
    host = {name for name, role in definition.roles.items() if role.of == "host"}
    document = definition.documents.get(source.name) or definition.documents.get(source.form or "")
    seen = _readers(definition, document) if document is not None else set()
    return bool(doing & (theirs | seen)) or bool(doing & host and theirs & host)


def _readers(definition: Definition, document: DocumentDef) -> set[str]:
    return leaves(definition, (who for who, rule in document.see.items() if rule is not False and who != "author"))
