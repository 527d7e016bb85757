"""Do the dates of a task fit each other? Bounds that cross, closing before opening, reminders that come too late."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from engine.definition import Definition, DueRule, TaskDef, TransitionDef
from engine.expressions import DateExpr, Delta
from workflows.checks.findings import Finding
from workflows.checks.spans import Span, certainly_after, reach_of


def times(definition: Definition) -> Iterator[Finding]:
    """Findings that hold by every calendar."""
    for task in definition.tasks.values():
        if not task.built_in:
            yield from _task(task)
    for name, rule in definition.deadlines.items():
        yield from _bounds(("deadline", name), rule)
    yield from _never_first(definition)


def _task(task: TaskDef) -> Iterator[Finding]:
    item = ("task", task.name)
    for rule in task.due:
        yield from _bounds(item, rule)
    if task.window is not None:
        yield from _window(item, task)
    for opening in task.opens:
        for rule in task.due:
            if (
                rule.closes is not None
                and isinstance(rule.closes, DateExpr)
                and certainly_after(opening, rule.closes, 0)
            ):
                message = (
                    f"`{task.name}` opens at `{opening.text}` and closes at `{rule.closes.text}`, which is before: "
                    f"give it a later closing date."
                )
                yield Finding(kind="closed_early", item=item, message=message)
    yield from _reminders(item, task)


def _bounds(item: tuple[str, str], rule: DueRule) -> Iterator[Finding]:
    first, last = rule.not_before, rule.not_after
    if first is not None and last is not None and certainly_after(first, last, 0):
        message = (
            f"`not_before: {first.text}` lies behind `not_after: {last.text}` whatever the calendar: swap them, or "
            f"leave one out."
        )
        yield Finding(kind="bounds", item=item, message=message)


def _window(item: tuple[str, str], task: TaskDef) -> Iterator[Finding]:
    window = task.window
    assert window is not None
    if certainly_after(window.first, window.last, 0):
        message = f"The window `{window.first.text} .. {window.last.text}` ends before it begins: turn it round."
        yield Finding(kind="bounds", item=item, message=message)
        return
    for rule in task.due:
        if certainly_after(rule.at, window.last) or certainly_after(window.first, rule.at):
            message = (
                f"`{task.name}` is due `{rule.at.text}`, outside its window `{window.first.text} .. "
                f"{window.last.text}`: move one of them."
            )
            yield Finding(kind="bounds", item=item, message=message)


def _reminders(item: tuple[str, str], task: TaskDef) -> Iterator[Finding]:
    for one, two in combinations(task.remind, 2):
        first, second = _from_due(one), _from_due(two)
        if first is not None and first == second and first.exact and _text(one) != _text(two):
            message = f"The reminders `{_text(one)}` and `{_text(two)}` fall on one day: leave one out."
            yield Finding(kind="two_reminders", item=item, message=message, severity="warning")
    for reminder in task.remind:
        if not isinstance(reminder, DateExpr):
            continue
        too_late = [rule.at for rule in task.due if rule.not_before is None and certainly_after(reminder, rule.at, 0)]
        if too_late and len(too_late) == len(task.due):
            message = f"The reminder `{reminder.text}` comes after the due date `{too_late[0].text}`: set it earlier."
            yield Finding(kind="late_reminder", item=item, message=message, severity="warning")
        for end in task.until:
            if certainly_after(reminder, end, 0):
                message = f"The reminder `{reminder.text}` comes after the task has gone (`until: {end.text}`)."
                yield Finding(kind="late_reminder", item=item, message=message, severity="warning")


def _from_due(reminder: Delta | DateExpr) -> Span | None:
    return reach_of(reminder) if isinstance(reminder, Delta) and reminder.clock is None else None


def _text(reminder: Delta | DateExpr) -> str:
    return reminder.text


def _never_first(definition: Definition) -> Iterator[Finding]:
    """Arrows of the clock that another arrow of the clock always comes before."""
    for arrow in definition.transitions.values():
        for other in definition.transitions.values():
            if other is not arrow and _always_before(other, arrow):
                message = (
                    f"`{arrow.name}` waits for `{arrow.when[0].text}`, but `{other.name}` always comes before it at "
                    f"`{other.when[0].text}`: take one of them out, or give one a condition."
                )
                yield Finding(kind="never_first", item=("transition", arrow.name), message=message)


def _always_before(one: TransitionDef, two: TransitionDef) -> bool:
    """Whether one certainly fires earlier, wherever the other could begin."""
    bare = not (one.condition or one.unless or one.times or one.by or one.by_all)
    alone = not (two.by or two.by_all or two.auto)
    if not bare or not alone or one.track != two.track or not set(two.sources) <= set(one.sources):
        return False
    if one.target is None or not one.when or not two.when:
        return False
    return all(any(certainly_after(late, early, 0) for early in one.when) for late in two.when)
