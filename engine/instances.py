"""Of which holders and rows does a task have instances, and whose is an instance still?"""

from __future__ import annotations

from collections.abc import Sequence

from engine import counting, recusing
from engine.case import Due, Task
from engine.counting import credited
from engine.definition import TaskDef
from engine.draft import Draft
from engine.questions import OF_HOST


def holders_of(draft: Draft, definition: TaskDef) -> list[str | None]:
    """Whose instances a task has: everybody behind its `each`, once; None for a task that all do together."""
    if not definition.each or definition.built_in:
        return [None]
    return list(dict.fromkeys(member.key for name in definition.each for member in counting.holders(draft, name)))


def rows_of(draft: Draft, definition: TaskDef, holder: str | None) -> Sequence[str | None]:
    """Of which rows a holder has instances: those of the rubric, of the host or of an answer; None without rows."""
    if definition.by_row is not None:
        return tuple(row for row in draft.rows if not recusing.is_out(draft, holder, row))
    if definition.each_row_of in OF_HOST:
        return draft.world.of_host(definition.each_row_of)
    if definition.each_row_of is not None:
        number = int(draft.facts.get(f"{definition.each_row_of}.rows", "0"))
        return [str(index) for index in range(1, number + 1)]
    return (None,)


def is_gone(draft: Draft, task: Task) -> bool:
    """Whether an instance was closed because its holder left, or is out for its row."""
    definition = draft.definition.tasks[task.name]
    return task.state == "closed" and task.holding is not None and not still_holds(draft, task, definition)


def still_holds(draft: Draft, task: Task, definition: TaskDef) -> bool:
    """Whether the one whose instance it is holds the seat or role still, and is not out for its row."""
    if recusing.is_out(draft, task.holding, task.row):
        return False
    held = draft.holdings.get(task.holding or "")
    if held is not None:
        return held.state == "seated" or (definition.built_in and held.state in ("proposed", "invited"))
    return any(task.holding in draft.roles.get(name, ()) for name in _leaves(draft, definition))


def _leaves(draft: Draft, definition: TaskDef) -> list[str]:
    return [leaf for name in definition.each for leaf in draft.definition.members(name)]


def done_before(draft: Draft, name: str, round_: int, holder: str | None, row: str | None) -> bool:
    """Whether somebody before a successor has done it, and that stands for the seat."""
    before = set(credited(draft, holder or "")) - {holder}
    return any(
        (task.name, task.round, task.row, task.state) == (name, round_, row, "done") and task.holding in before
        for task in draft.tasks.values()
    )


def predecessor_due(draft: Draft, name: str, holder: str | None) -> Due | None:
    """A successor takes over open tasks: when they were due for the one before."""
    held = draft.holdings.get(holder or "")
    if held is None or held.replaces is None:
        return None
    rule = draft.definition.invitations.replace if draft.definition.invitations else None
    taken_over = ("closed",) if rule is None or rule.tasks == "move_open" else ("closed", "done")
    for task in draft.tasks.values():
        if task.name == name and task.holding == held.replaces and task.state in taken_over:
            return task.due
    return None
