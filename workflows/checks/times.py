"""Do the dates of a task fit each other? Bounds that cross, closing before opening, reminders that come too late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from engine.definition import DateDef, Definition, DueRule, TaskDef, TransitionDef
from engine.expressions import At, DateExpr, Delta, Ref, Shift
from engine.saying import said
from workflows.checks.counted import surely_after
from workflows.checks.findings import Finding
from workflows.checks.openings import opens_only_after
from workflows.checks.spans import Span, certainly_after, reach_of
from workflows.compiling.tasks import falls_before_opening

LAUNCHED = DateExpr(At(Ref("case", "launched")))


def times(definition: Definition) -> Iterator[Finding]:
    """Findings that hold by every calendar."""
    for task in definition.tasks.values():
        if not task.built_in:
            yield from _task(definition, task)
    for name, rule in definition.deadlines.items():
        yield from _bounds(("deadline", name), rule)
    yield from _never_first(definition)
    yield from _no_lead_time(definition)
    for date in definition.dates.values():
        yield from _outside_its_window(date)


def _no_lead_time(definition: Definition) -> Iterator[Finding]:
    """A date that, as it stands at the launch, always lies nearer than the launch asks."""
    least, advised = definition.launch.least, definition.launch.advised
    if least is not None and advised is not None and certainly_after(advised, least, 0):
        message = said(
            "A launch is advised until `{advised}` and refused after `{least}`, which is before: swap them.",
            advised=advised.text, least=least.text,
        )  # fmt: skip
        ref = advised.base.ref if isinstance(advised.base, At) else Ref("")
        yield Finding(kind="bounds", item=("date", ref.name), message=message, severity="warning")
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


def _outside_its_window(date: DateDef) -> Iterator[Finding]:
    """A day that is taken until somebody sets another, and that nobody could set."""
    first, window = date.provisional, date.window
    if first is None or window is None:
        return
    if certainly_after(first, window.last, 0) or certainly_after(window.first, first, 0):
        message = said(
            "`{date}` is `{provisional}` at first, outside its window `{first} .. {last}`: move one of them.",
            date=date.name, provisional=first.text, first=window.first.text, last=window.last.text,
        )  # fmt: skip
        yield Finding(kind="bounds", item=("date", date.name), message=message, severity="warning")


def _task(definition: Definition, task: TaskDef) -> Iterator[Finding]:
    item = ("task", task.name)
    for rule in task.due:
        yield from _bounds(item, rule)
        yield from _order(definition, task, rule)
    if task.sign is not None:
        yield from _bounds(item, task.sign.due)
    if task.window is not None:
        yield from _window(item, task)
    yield from _reminders(item, task)
    yield from _before_opening(item, task)


def _order(definition: Definition, task: TaskDef, rule: DueRule) -> Iterator[Finding]:
    """Opening, due date and closing in the order in which they must come."""
    item = ("task", task.name)
    closes = rule.closes
    opening = next((each for each in task.opens if closes is not None and surely_after(definition, each, closes)), None)
    if closes is not None and opening is not None:
        message = said(
            "`{task}` opens at `{opens}` and closes at `{closes}`, which is before: give it a later closing date.",
            task=task.name, opens=opening.text, closes=closes.text,
        )  # fmt: skip
        yield Finding(kind="closed_early", item=item, message=message)
    elif closes is not None and surely_after(definition, rule.at, closes, task):
        message = said(
            "`{task}` is due `{due}` and closes at `{closes}`, which is before: give it a later closing date.",
            task=task.name, due=rule.at.text, closes=closes.text,
        )  # fmt: skip
        yield Finding(kind="closed_early", item=item, message=message, severity="warning")
    if rule.not_before is None and opens_only_after(definition, [task], rule.at):
        message = said(
            "`{task}` is due `{due}`, and opens only after that, so there is only the shortest time for it: let it be "
            "due later.",
            task=task.name, due=rule.at.text,
        )  # fmt: skip
        yield Finding(kind="due_early", item=item, message=message, severity="warning")


def _before_opening(item: tuple[str, str], task: TaskDef) -> Iterator[Finding]:
    """Reminders that fall before their task opens, by their distance or by days counted from one date."""
    for reminder in task.remind:
        if falls_before_opening(reminder, task.due) or _dated_before_opening(task, reminder):
            message = said(
                "The reminder `{reminder}` of `{task}` falls on or before the day of opening, so it is never sent: "
                "take it out, or give the task more time.",
                reminder=reminder.text, task=task.name,
            )  # fmt: skip
            yield Finding(kind="early_reminder", item=item, message=message, severity="warning")


def _dated_before_opening(task: TaskDef, reminder: Delta | DateExpr) -> bool:
    if not isinstance(reminder, Delta) or reminder.sign > 0 or not (task.opens and task.due):
        return False
    step = Shift(reminder.sign, reminder.amount, reminder.unit)
    reminded = [replace(rule.at, shifts=(*rule.at.shifts, step)) for rule in task.due]
    later = [DueRule(at=rule.not_before) for rule in task.due if rule.not_before is not None]
    if later and not falls_before_opening(reminder, later):
        return False
    return all(certainly_after(opening, day, 0) for opening in task.opens for day in reminded)


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
        late = certainly_after(rule.at, window.last)  # then the end of the window is the due date
        if late or certainly_after(window.first, rule.at):
            message = said(
                "`{task}` is due `{due}`, outside its window `{first} .. {last}`: move one of them.",
                task=task.name, due=rule.at.text, first=window.first.text, last=window.last.text,
            )  # fmt: skip
            yield Finding(kind="bounds", item=item, message=message, severity="warning" if late else "error")


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
