"""Which conditions does a process ask, of which item, and in which stages may a case stand when they are asked?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from engine.definition import Definition, DocumentDef, TaskDef
from engine.expressions import DateExpr, Lines
from workflows.checks.openings import comes_in, from_then_on, open_in, opened_in, spine_of, stages_of

Stages: TypeAlias = tuple[set[str] | None, set[str] | None]
ANY: Stages = (None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Lines that must all hold, where they stand, and the stages in which they are asked; None: any.

    `stages` are all in which the case may stand by then; `before` those up to which something must have been done.
    """

    item: tuple[str, str]
    lines: Lines
    stages: frozenset[str] | None
    before: frozenset[str] | None


def asked(definition: Definition) -> Iterator[Asked]:
    """Everything that is asked of the state of a case, but for what derived values and questions of forms ask."""
    for arrow in definition.transitions.values():
        stages = stages_of(definition, arrow)
        yield from _one(("transition", arrow.name), arrow.condition, (stages, stages))
    for task in definition.tasks.values():
        if not task.built_in:
            yield from _of_task(definition, task)
    for notice in definition.notices.values():
        yield from _one(("notice", notice.name), notice.condition, _at(definition, notice.when))
    for child in definition.children.values():
        stages_of_child = ANY if child.by else _at(definition, child.opens)
        yield from _one(("child", child.name), child.condition, stages_of_child)
    for document in definition.documents.values():
        yield from _of_document(definition, document)


def _of_task(definition: Definition, task: TaskDef) -> Iterator[Asked]:
    item = ("task", task.name)
    still = open_in(definition, task), open_in(definition, task, at_once=False)
    opening = ANY if still == ANY else _at(definition, task.opens)
    yield from _one(item, task.condition, opening)
    yield from _one(item, task.skip_if, opening)
    yield from _one(item, task.done_if, still)
    yield from _one(item, task.decides.quorum if task.decides is not None else (), still)


def _of_document(definition: Definition, document: DocumentDef) -> Iterator[Asked]:
    item = ("document", document.name)
    if document.publish is not None:
        yield from _one(item, document.publish.condition, _at(definition, document.publish.when))
    tasks = written_in(definition, document)
    written = from_then_on(definition, _done_in(definition, tasks, opened_in(definition, tasks))) or None
    for rule in document.see.values():
        if not isinstance(rule, bool):
            yield from _one(item, rule, (written, written))


def _done_in(definition: Definition, tasks: list[TaskDef], opened: set[str]) -> set[str]:
    """Where a case stands once it has been answered, of those stages: behind an arrow that the answer itself takes."""
    if len(tasks) != 1 or tasks[0].each or tasks[0].each_row_of or tasks[0].by_row or tasks[0].sign is not None:
        return opened
    done = f"{tasks[0].name}.done"
    going = [
        arrow for arrow in spine_of(definition)
        if any(one.text == done for one in arrow.when)
        and not (arrow.condition or arrow.unless or arrow.times or arrow.until)
    ]  # fmt: skip
    found: set[str] = set()
    for stage in opened:
        found |= {str(arrow.target) for arrow in going if stage in arrow.sources} or {stage}
    return found


def written_in(definition: Definition, document: DocumentDef) -> list[TaskDef]:
    """The tasks whose answers a document is."""
    return [task for task in definition.tasks.values() if document.name in (task.name, task.form)]


def _at(definition: Definition, when: tuple[DateExpr, ...]) -> Stages:
    return comes_in(definition, when), comes_in(definition, when, at_once=False)


def _one(item: tuple[str, str], lines: Lines, stages: Stages) -> Iterator[Asked]:
    if lines:
        wide, tight = (None if each is None else frozenset(each) for each in stages)
        yield Asked(item=item, lines=lines, stages=wide, before=tight)
