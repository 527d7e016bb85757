"""Do the dates of a task fit each other? Bounds that cross, closing before opening, reminders that come too late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from engine.definition import Definition, DueRule, TaskDef, TransitionDef
from engine.expressions import At, DateExpr, Delta, Ref
from engine.saying import said
from workflows.checks.findings import Finding
from workflows.checks.spans import Span, certainly_after, reach_of

LAUNCHED = DateExpr(At(Ref("case", "launched")))


def times(definition: Definition) -> Iterator[Finding]:
    """Findings that hold by every calendar."""
    for task in definition.tasks.values():
        if not task.built_in:
            yield from _task(task)
    for name, rule in definition.deadlines.items():
        yield from _bounds(("deadline", name), rule)
    yield from _never_first(definition)
    yield from _no_lead_time(definition)


def _no_lead_time(definition: Definition) -> Iterator[Finding]:
    """A date that, as it stands at the launch, always lies nearer than the launch asks."""
    least = definition.launch.least
    if least is None or not isinstance(least.base, At) or least.base.ref.part is not None:
        return
    date = definition.dates.get(least.base.ref.name)
    if date is None or date.provisional is None or date.asked_at_launch:
        return
    last = replace(date.provisional, shifts=(*date.provisional.shifts, *least.shifts))
    if certainly_after(LAUNCHED, last, 0):
        message = said(
            "A launch wants `{least}` not to be past, and `{date}` is `{provisional}` at first, so every launch has "
            "too little time: begin with a later date, or ask for less time.",
            least=least.text, date=date.name, provisional=date.provisional.text,
        )  # fmt: skip
        yield Finding(kind="no_lead_time", item=("date", date.name), message=message, severity="warning")


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
                message = said(
                    "`{task}` opens at `{opens}` and closes at `{closes}`, which is before: give it a later closing "
                    "date.",
                    task=task.name, opens=opening.text, closes=rule.closes.text,
                )  # fmt: skip
                yield Finding(kind="closed_early", item=item, message=message)
    yield from _reminders(item, task)


def _bounds(item: tuple[str, str], rule: DueRule) -> Iterator[Finding]:
    first, last = rule.not_before, rule.not_after
    if first is not None and last is not None and certainly_after(first, last, 0):
        message = said(
            "`not_before: {first}` lies behind `not_after: {last}` whatever the calendar: swap them, or leave one out.",
            first=first.text, last=last.text,
        )  # fmt: skip
        yield Finding(kind="bounds", item=item, message=message)


def _window(item: tuple[str, str], task: TaskDef) -> Iterator[Finding]:
    window = task.window
    assert window is not None
    if certainly_after(window.first, window.last, 0):
        message = said(
            "The window `{first} .. {last}` ends before it begins: turn it round.",
            first=window.first.text, last=window.last.text,
        )  # fmt: skip
        yield Finding(kind="bounds", item=item, message=message)
        return
    for rule in task.due:
        if certainly_after(rule.at, window.last) or certainly_after(window.first, rule.at):
            message = said(
                "`{task}` is due `{due}`, outside its window `{first} .. {last}`: move one of them.",
                task=task.name, due=rule.at.text, first=window.first.text, last=window.last.text,
            )  # fmt: skip
            yield Finding(kind="bounds", item=item, message=message)


def _reminders(item: tuple[str, str], task: TaskDef) -> Iterator[Finding]:
    for one, two in combinations(task.remind, 2):
        first, second = _from_due(one), _from_due(two)
        if first is not None and first == second and first.exact and _text(one) != _text(two):
            message = said(
                "The reminders `{one}` and `{two}` fall on one day: leave one out.", one=_text(one), two=_text(two)
            )
            yield Finding(kind="two_reminders", item=item, message=message, severity="warning")
    for reminder in task.remind:
        if not isinstance(reminder, DateExpr):
            continue
        too_late = [rule.at for rule in task.due if rule.not_before is None and certainly_after(reminder, rule.at, 0)]
        if too_late and len(too_late) == len(task.due):
            message = said(
                "The reminder `{reminder}` comes after the due date `{due}`: set it earlier.",
                reminder=reminder.text, due=too_late[0].text,
            )  # fmt: skip
            yield Finding(kind="late_reminder", item=item, message=message, severity="warning")
        for end in task.until:
            if certainly_after(reminder, end, 0):
                message = said(
                    "The reminder `{reminder}` comes after the task has gone (`until: {end}`).",
                    reminder=reminder.text, end=end.text,
                )  # fmt: skip
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
                message = said(
                    "`{arrow}` waits for `{moment}`, but `{other}` always comes before it at `{before}`: take one of "
                    "them out, or give one a condition.",
                    arrow=arrow.name, moment=arrow.when[0].text, other=other.name, before=other.when[0].text,
                )  # fmt: skip
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
