"""Does anything threaten to fall asleep? The engine's own tasks for whoever answers for the case.

An open case always has an open task that somebody holds, or a step with a date that will fire (promise 5).
"""

from __future__ import annotations

from collections.abc import Iterator

from engine import counting, reaching, recusing, seat
from engine.arrows import armed, blockers, open_tracks, positions, used_up
from engine.case import Due, Task
from engine.counting import awaited
from engine.definition import TaskDef, TransitionDef
from engine.draft import Draft
from engine.due_dates import leaves_room, misplaced, warned
from engine.expressions import NextGate
from engine.task import close, lives, open_task
from engine.windows import outside_ahead

OWN = frozenset({"next_step", "missing_date", "add_dates", "outside_window"})


def watch(draft: Draft) -> bool:
    """Open the engine's own tasks that are needed, close those that are not any more; whether there was one."""
    changed = reaching.forget(draft)
    wanted = dict.fromkeys(_needs(draft))
    if not _awake(draft) and not any(name == "next_step" for name, _ in wanted):
        wanted["next_step", f"stage:{draft.stage}"] = None
    for task in [item for item in draft.tasks.values() if item.is_open and item.name in OWN]:
        if (task.name, task.about) not in wanted:
            close(draft, task, "closed")
            changed = True
    for name, about in wanted:
        if not any(task.is_open and (task.name, task.about) == (name, about) for task in draft.tasks.values()):
            open_task(draft, draft.definition.tasks[name], about=about)
            changed = True
    return changed


def _needs(draft: Draft) -> Iterator[tuple[str, str]]:
    if not draft.definition.stages[draft.stage].end:
        for name in seat.lists_ran_out(draft):
            yield "next_step", f"seat:{name}"
        for name in blocked(draft):
            yield "next_step", f"transition:{name}"
    for task in list(draft.tasks.values()):
        if not task.is_open or task.name in OWN:
            continue
        definition = draft.definition.tasks[task.name]
        if not task.assignees and not definition.optional:
            yield "next_step", f"nobody:{task.name}"
        if task.due is None:
            if any(isinstance(rule.at.base, NextGate) for rule in definition.due):
                yield "add_dates", f"task:{task.name}"
            elif definition.due and task.state == "open":
                yield "missing_date", f"task:{task.name}"
        elif _asks_for_a_decision(draft, task, task.due):
            yield "missing_date", f"date:{task.name}"
    if draft.definition.stages[draft.stage].end:
        return
    for definition in draft.definition.tasks.values() if draft.plan.recuses else ():
        for row in _left_to_nobody(draft, definition):
            yield "next_step", f"nobody:{definition.name}/{row}"
    for name in draft.definition.dates:
        if f"fired:provisional:{name}:0" in draft.moments and name not in draft.moments:
            yield "missing_date", f"provisional:{name}"
    for each in outside_ahead(draft):
        yield "outside_window", f"window:{each.name}"
    for key in draft.moments:
        if key.startswith("consent:"):
            yield "next_step", key


def _left_to_nobody(draft: Draft, definition: TaskDef) -> Iterator[str]:
    """The rows that nobody has done or may do, since all who do a task per row are out for them (decision 31)."""
    if definition.by_row is None or definition.optional or not lives(draft, definition):
        return
    holders = {each.key for name in definition.each for each in counting.holders(draft, name)}
    kept = {item.row for item in draft.tasks.values() if item.name == definition.name and item.state != "closed"}
    for row in draft.rows:
        if holders and row not in kept and all(recusing.is_out(draft, key, row) for key in holders):
            yield row


def _asks_for_a_decision(draft: Draft, task: Task, due: Due) -> bool:
    """Whether a due date is one that somebody ought to look at."""
    doubtful = due.squeezed or misplaced(draft, task, due) or warned(draft, task, due)
    return doubtful or not leaves_room(draft, task, due)


def blocked(draft: Draft) -> list[str]:
    """Transitions whose moment has come while their conditions fail."""
    found: list[str] = []
    for track, state, entered, holding in positions(draft):
        arrows = [arrow for arrow in draft.plan.arrows.get((track, state), ()) if arrow.when]
        waiting = [
            arrow for arrow in arrows if not used_up(draft, arrow, holding) and armed(draft, arrow, entered, holding)
        ]
        for arrow in waiting:
            if _gives_way(draft, arrow, waiting) or _somebody_sees_to(draft, track, state):
                continue
            if blockers(draft, arrow, state, holding):
                found.append(arrow.name)
    return found


def _somebody_sees_to(draft: Draft, track: str | None, state: str) -> bool:
    """Whether an open task already asks somebody to take a transition out of this state."""
    ways = {arrow.name for arrow in draft.plan.arrows.get((track, state), ())}
    return any(
        item.is_open and item.assignees and ways & set(draft.definition.tasks[item.name].does)
        for item in draft.tasks.values()
    )


def _gives_way(draft: Draft, arrow: TransitionDef, waiting: list[TransitionDef]) -> bool:
    """Of several with one moment and conditions that exclude each other, the first speaks for all."""
    return any(other is not arrow and other.when == arrow.when and other.order < arrow.order for other in waiting)


def _awake(draft: Draft) -> bool:
    """Whether somebody has work to do, or a date will fire that moves the case."""
    if draft.closed:
        return True
    for task in draft.tasks.values():
        if task.is_open and task.assignees and task.name != "next_step" and _counts(draft, task.name):
            return True
    if any(row.kind in ("transition", "resume") for row in draft.deadlines.values()):
        return True
    if _waits_for_child(draft):
        return True
    ended = draft.definition.stages[draft.stage].end
    return ended and not _open_after_end(draft)


def _counts(draft: Draft, name: str) -> bool:
    return not draft.definition.tasks[name].optional


def _open_after_end(draft: Draft) -> bool:
    return bool(open_tracks(draft))


def _waits_for_child(draft: Draft) -> bool:
    return any(awaited(draft, name) for name in draft.definition.children)
