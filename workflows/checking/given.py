"""Which conditions does trying out take both ways? Those about counts of people, days and facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.definition import Definition
from engine.expressions import AnyOf, Compare, Constant, Count, IsState, Line, Lines, Named, RoundOf
from workflows.checking.relevance import lines_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A line of which nobody can say beforehand whether it holds, and the item that asks it."""

    item: tuple[str, str]
    text: str


def given(definition: Definition) -> tuple[Given, ...]:
    """Each such line once for each item that asks it, in the order of the items."""
    found = (
        Given(item=item, text=line.text)
        for item, lines in _asked(definition)
        for line in lines_in(definition, lines)
        if not _is_exact(definition, line)
    )
    return tuple(dict.fromkeys(found))


def _asked(definition: Definition) -> Iterator[tuple[tuple[str, str], Lines]]:
    """Items that ask something, and what: arrows, tasks, children."""
    for arrow in definition.transitions.values():
        yield ("transition", arrow.name), (*arrow.condition, *arrow.unless)
    for task in definition.tasks.values():
        if not task.built_in:
            yield ("task", task.name), (*task.condition, *task.skip_if)
    for child in definition.children.values():
        yield ("child", child.name), child.condition


def _is_exact(definition: Definition, line: Line) -> bool:
    """Whether `truth` can tell in some states if a line holds; names and alternatives have lines below them."""
    test = line.test
    match test:
        case Named() | AnyOf():
            return True
        case IsState():
            value = definition.values.get(test.ref.name)
            return not test.own and (value is None or value.differ_by is None)
        case Count():
            ref = test.verb.ref
            of_task = ref is not None and ref.part is None and ref.name in definition.tasks
            return of_task or bool(set(test.members.names) & definition.children.keys())
        case Compare():
            return isinstance(test.left, RoundOf) and isinstance(test.right, Constant)
    return False
