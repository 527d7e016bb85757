"""May who acts on an answer read it? It alone opens their task, or they go on with it after having sent for it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from engine.definition import Definition, DocumentDef, TaskDef, TransitionDef
from engine.expressions import At, DateExpr, IsState, Lines
from engine.saying import said
from workflows.checks.asked import Asked
from workflows.checks.ballots import leaves
from workflows.checks.findings import Finding
from workflows.checks.never import never_holds
from workflows.checks.openings import open_in
from workflows.checks.people import doers_of, office_of
from workflows.problems import quoted

ANSWERED = ("done", "submitted")


def consulted(definition: Definition) -> Iterator[Finding]:
    """Tasks that an answer opens, or with which one goes on after it, for people who may not see it then."""
    for task in definition.tasks.values():
        if not task.built_in:
            yield from _opened(definition, task)
            yield from _sent_for(definition, task)
            yield from _by_helpers(definition, task)


def _opened(definition: Definition, task: TaskDef) -> Iterator[Finding]:
    """Answers that alone open a task, of which nobody who does it may see one."""
    sources = {one.name: one for moment in task.opens if (one := _source(definition, moment)) is not None}
    others = [one for one in task.opens if _source(definition, one) is None]
    who = leaves(definition, (*task.performers, *task.each))
    if not sources or not who or not all(_is_silence(one, sources) for one in others):
        return
    found = [(one, _document(definition, one)) for one in sources.values()]
    for source, document in found:
        if document is None or _unseeing(definition, source, document, task, who) != who:
            return
    for source, document in found[:1]:
        message = said(
            "`{task}` opens as `{source}` has been answered, and {who:or}, who does it, may not see the answer then: "
            "name them under `see`.",
            task=task.name, source=source.name, who=quoted(sorted(who)),
        )  # fmt: skip
        item = ("document", document.name if document is not None else source.name)
        yield Finding(kind="unseen", item=item, message=message, severity="warning")


def _is_silence(moment: DateExpr, sources: Collection[str]) -> bool:
    """Whether a moment is the silence of one of these tasks."""
    ref = moment.base.ref if isinstance(moment.base, At) and not moment.shifts else None
    return ref is not None and ref.name in sources and ref.part == "expired"


def _sent_for(definition: Definition, task: TaskDef) -> Iterator[Finding]:
    """Answers that somebody else is asked for where one leads oneself, and with which one goes on afterwards."""
    who = leaves(definition, (*task.performers, *task.each))
    for back in _ways_to(definition, task):
        for source in taken_after(definition, back):
            document = _document(definition, source)
            for leading in _ways_to(definition, source) if document is not None else ():
                asking = who & _takers(definition, leading)
                if document is None or not (left := _unseeing(definition, source, document, task, asking)):
                    continue
                message = said(
                    "By `{leading}` {who:or} leads to `{source}`, and `{back}` then to `{task}` of theirs; but they "
                    "may not see there what was answered: name them under `see`.",
                    leading=leading.name, who=quoted(sorted(left)), source=source.name, back=back.name, task=task.name,
                )  # fmt: skip
                yield Finding(kind="unseen", item=("document", document.name), message=message, severity="warning")
                return


def _by_helpers(definition: Definition, task: TaskDef) -> Iterator[Finding]:
    """Answers that lead to a task, and that those see who help with it, and not those who do it."""
    who = leaves(definition, (*task.performers, *task.each))
    helpers = leaves(definition, task.helpers) - who
    sources = [source for back in _ways_to(definition, task) for source in taken_after(definition, back)]
    sources += [source for moment in task.opens if (source := _source(definition, moment)) is not None]
    for source in sources if helpers else ():
        document = _document(definition, source)
        if document is None or _unseeing(definition, source, document, task, who) != who:
            continue
        if seeing := helpers - _unseeing(definition, source, document, task, helpers) - doers_of(definition, source):
            message = said(
                "`{source}` leads to `{task}`, and {who:or}, who does that, may not see what was answered then, though "
                "{helpers:or} may, who helps: name them under `see`.",
                source=source.name, task=task.name, who=quoted(sorted(who)), helpers=quoted(sorted(seeing)),
            )  # fmt: skip
            yield Finding(kind="unseen", item=("document", document.name), message=message, severity="warning")


# which answers --------------------------------------------------------------------------------------------------------


def _source(definition: Definition, moment: DateExpr) -> TaskDef | None:
    """The task of which an answer is the moment."""
    ref = moment.base.ref if isinstance(moment.base, At) and not moment.shifts else None
    return definition.tasks.get(ref.name) if ref is not None and ref.part in ANSWERED else None


def taken_after(definition: Definition, arrow: TransitionDef) -> Iterator[TaskDef]:
    """The tasks after whose answers an arrow is taken: it waits for them, or is what they do."""
    for moment in arrow.when:
        if (source := _source(definition, moment)) is not None:
            yield source
    yield from (task for task in definition.tasks.values() if arrow.name in task.does and task.form is not None)
    for line in arrow.condition if arrow.auto else ():
        match line.test:
            case IsState(ref, False, words) if ref.part is None and ref.name in definition.tasks and "done" in words:
                yield definition.tasks[ref.name]


def _ways_to(definition: Definition, task: TaskDef) -> Iterator[TransitionDef]:
    """The arrows by which a task opens: itself one of its moments, or leading to a place that is."""
    moments = {str(one.base.ref) for one in task.opens if isinstance(one.base, At) and not one.shifts}
    for arrow in definition.transitions.values():
        place = arrow.target if arrow.track is None else f"{arrow.track}.{arrow.target}"
        if arrow.target is not None and not moments.isdisjoint((arrow.name, place)):
            yield arrow


def _takers(definition: Definition, arrow: TransitionDef) -> set[str]:
    """Who takes an arrow, or gives the answer by which it is taken."""
    sources = [task for task in taken_after(definition, arrow) if task.form is not None]
    return leaves(definition, (*arrow.by, *arrow.by_all)).union(*(doers_of(definition, task) for task in sources))


# who sees them --------------------------------------------------------------------------------------------------------


def _authors(definition: Definition, task: TaskDef) -> set[str]:
    """Who has seen every answer to a task as their own; of what each of several answers, nobody has."""
    return doers_of(definition, task) if not task.each or len(leaves(definition, task.each)) == 1 else set()


def _document(definition: Definition, task: TaskDef) -> DocumentDef | None:
    """The answers of a task, where it is said who sees them and they are not for all."""
    document = definition.documents.get(task.name) or definition.documents.get(task.form or "")
    return document if document is not None and document.publish is None and task.form is not None else None


def _unseeing(
    definition: Definition, source: TaskDef, document: DocumentDef, task: TaskDef, who: set[str]
) -> set[str]:  # fmt: skip
    """Those of them who gave no such answer themselves and may not see it where the task is open; the office is one.

    Work on a row of the answer names that row, so whoever has it knows of it.
    """
    if task.each_row_of == source.name:
        return set()
    still = open_in(definition, task, at_once=False)
    stages = None if still is None else frozenset(still)

    def shows(rule: bool | Lines) -> bool:
        if isinstance(rule, bool):
            return rule
        asked = Asked(item=("document", document.name), lines=rule, stages=stages, before=stages)
        return not never_holds(definition, asked)

    seeing = leaves(definition, (name for name, rule in document.see.items() if name != "author" and shows(rule)))
    office = office_of(definition)
    return who - _authors(definition, source) - seeing - (office if seeing & office else set())
