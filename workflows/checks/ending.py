"""Does a day end a task before it is due, or its `closes`, or on that day? A day that ends its stage, track, or it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from engine.definition import Definition, DueRule, TaskDef, TransitionDef
from engine.expressions import At, DateExpr
from engine.saying import said
from workflows.checks.closing import asks_nothing, by_tracks, passes_over
from workflows.checks.counted import may_be_after, surely_after
from workflows.checks.findings import Finding
from workflows.checks.openings import admitted, open_in, spine_of
from workflows.checks.signing import signatures
from workflows.checks.spans import certainly_after
from workflows.problems import quoted

After: TypeAlias = Callable[[Definition, DateExpr, DateExpr, TaskDef | None], bool]  # one date behind another


def ending(definition: Definition) -> Iterator[Finding]:
    """Days that close a task before it is due, to be signed, or closed; arrows are told once for all they close."""
    due: dict[str, list[TaskDef]] = {}
    reached: dict[str, list[TaskDef]] = {}
    signed: dict[str, list[TaskDef]] = {}
    closed: dict[str, list[TaskDef]] = {}
    counting: dict[str, list[TaskDef]] = {}
    for task in definition.tasks.values():
        if task.built_in or not task.due:
            continue
        later = replace(task, due=signatures(task))  # as it stands when it has been handed in
        last = replace(task, due=_closings(task))
        yield from _goes_before_due(definition, task)
        if (arrow := _ends_before_due(definition, task)) is not None:
            due.setdefault(arrow.name, []).append(task)
        elif (arrow := _ends_before_due(definition, task, _may_be_as_late)) is not None:
            reached.setdefault(arrow.name, []).append(task)
        elif later.due and (arrow := _ends_before_due(definition, later, signed=True)) is not None:
            signed.setdefault(arrow.name, []).append(task)
        elif last.due and (arrow := _ends_before_due(definition, last)) is not None:
            closed.setdefault(arrow.name, []).append(task)
        elif last.due and (arrow := _ends_before_due(definition, last, _may_be_as_late)) is not None:
            counting.setdefault(arrow.name, []).append(task)
    yield from _of_dues(definition, due)
    yield from _of_days_reached(definition, reached)
    yield from _of_signatures(definition, signed)
    yield from _of_closings(definition, closed)
    yield from _of_last_days(definition, counting)


def _of_dues(definition: Definition, due: Mapping[str, list[TaskDef]]) -> Iterator[Finding]:
    for name, tasks in due.items():
        message = said(
            "`{arrow}` comes at `{moment}` and closes {tasks} before they are due: let it come later, or them be due "
            "earlier.",
            arrow=name, moment=definition.transitions[name].when[0].text, tasks=quoted(task.name for task in tasks),
        )  # fmt: skip
        yield Finding(kind="over_before_due", item=("transition", name), message=message, severity="warning")


def _of_days_reached(definition: Definition, reached: Mapping[str, list[TaskDef]]) -> Iterator[Finding]:
    for name, tasks in reached.items():
        message = said(
            "`{arrow}` comes at `{moment}` and closes {tasks} as that day begins, and they may be due on that day or "
            "later: let it come later, or them be due earlier.",
            arrow=name, moment=definition.transitions[name].when[0].text, tasks=quoted(task.name for task in tasks),
        )  # fmt: skip
        yield Finding(kind="over_before_due", item=("transition", name), message=message, severity="warning")


def _of_signatures(definition: Definition, signed: Mapping[str, list[TaskDef]]) -> Iterator[Finding]:
    for name, tasks in signed.items():
        message = said(
            "`{arrow}` comes at `{moment}` and closes {tasks} before they are to be signed, where they are handed in "
            "on the last day: let it come later, or them be due or signed earlier.",
            arrow=name, moment=definition.transitions[name].when[0].text, tasks=quoted(task.name for task in tasks),
        )  # fmt: skip
        yield Finding(kind="over_before_due", item=("transition", name), message=message, severity="warning")


def _of_closings(definition: Definition, closed: Mapping[str, list[TaskDef]]) -> Iterator[Finding]:
    for name, tasks in closed.items():
        message = said(
            "`{arrow}` comes at `{moment}` and closes {tasks} before the last day on which an answer counts "
            "(`closes`): let it come later, or that day earlier.",
            arrow=name, moment=definition.transitions[name].when[0].text, tasks=quoted(task.name for task in tasks),
        )  # fmt: skip
        yield Finding(kind="over_before_due", item=("transition", name), message=message, severity="warning")


def _of_last_days(definition: Definition, counting: Mapping[str, list[TaskDef]]) -> Iterator[Finding]:
    for name, tasks in counting.items():
        message = said(
            "`{arrow}` comes at `{moment}` and closes {tasks} as that day begins, and an answer may count on that day "
            "or later (`closes`): let it come later, or that day earlier.",
            arrow=name, moment=definition.transitions[name].when[0].text, tasks=quoted(task.name for task in tasks),
        )  # fmt: skip
        yield Finding(kind="over_before_due", item=("transition", name), message=message, severity="warning")


def _closings(task: TaskDef) -> tuple[DueRule, ...]:
    """Until when an answer to a task counts, a rule for each of its due dates; none where no day closes it later."""
    if task.silence == "waits" or not any(rule.closes for rule in task.due):
        return ()
    return tuple(_closing(rule) for rule in task.due)


def _closing(rule: DueRule) -> DueRule:
    if rule.closes is None:
        return rule
    if not (isinstance(rule.closes.base, At) and str(rule.closes.base.ref) == "due"):
        return replace(rule, at=rule.closes, not_before=None, not_after=None)
    more = rule.closes.shifts
    first = rule.not_before and replace(rule.not_before, shifts=(*rule.not_before.shifts, *more))
    last = rule.not_after and replace(rule.not_after, shifts=(*rule.not_after.shifts, *more))
    return replace(rule, at=replace(rule.at, shifts=(*rule.at.shifts, *more)), not_before=first, not_after=last)


def _goes_before_due(definition: Definition, task: TaskDef) -> Iterator[Finding]:
    """A day on which a task goes (`until`), before it is due or is to be signed."""
    item = ("task", task.name)
    for end in task.until:
        rule = next((rule for rule in task.due if surely_after(definition, rule.at, end, task)), None)
        if rule is not None:
            message = said(
                "`{task}` is due `{due}`, and goes before that (`until: {until}`): let it stay longer.",
                task=task.name, due=rule.at.text, until=end.text,
            )  # fmt: skip
            yield Finding(kind="over_before_due", item=item, message=message, severity="warning")
        elif any(_is_due_after(definition, task, signature, end, surely_after) for signature in signatures(task)):
            message = said(
                "`{task}` goes at `{until}`, before it is to be signed where it is handed in on its last day: let it "
                "stay longer, or be due or signed earlier.",
                task=task.name, until=end.text,
            )  # fmt: skip
            yield Finding(kind="over_before_due", item=item, message=message, severity="warning")
        elif any(_is_due_after(definition, task, last, end, surely_after) for last in _closings(task)):
            message = said(
                "`{task}` goes at `{until}`, before the last day on which an answer counts (`closes`): let it stay "
                "longer, or close earlier.",
                task=task.name, until=end.text,
            )  # fmt: skip
            yield Finding(kind="over_before_due", item=item, message=message, severity="warning")


def _ends_before_due(
    definition: Definition, task: TaskDef, after: After = surely_after, *, signed: bool = False
) -> TransitionDef | None:
    """An arrow that closes a task on a day before it is due, where one does wherever the case may stand.

    `signed`: before it is to be signed; by then an arrow may ask what has been answered.
    """
    for arrow in by_tracks(definition, task):
        asks = signed and arrow.unless
        if not asks and _closes_first(definition, arrow, task, after) and not _taken_before(definition, arrow, task):
            return arrow
    ends = {str(one.base.ref) for one in task.until if isinstance(one.base, At) and not one.shifts}
    opened = open_in(definition, replace(task, until=()), at_once=False) or set()
    stages = opened & admitted(definition, task.condition)
    closing = [
        arrow for arrow in spine_of(definition)
        if stages & set(arrow.sources) and (not task.until or {arrow.name, arrow.target} & ends)
        and not (signed and arrow.unless) and _closes_first(definition, arrow, task, after)
    ]  # fmt: skip
    left = {stage for arrow in closing for stage in arrow.sources}
    return closing[0] if closing and stages <= left else None


def _closes_first(definition: Definition, arrow: TransitionDef, task: TaskDef, after: After) -> bool:
    days = _days(definition, arrow, task)
    if asks_nothing(arrow, task):
        return all(any(_is_due_after(definition, task, rule, day, after) for day in days) for rule in task.due)
    waits = (any(_waits_for(rule, day) for day in days) for rule in task.due)
    return passes_over(definition, arrow, task) and all(waits)


def _days(definition: Definition, arrow: TransitionDef, task: TaskDef) -> list[DateExpr]:
    """The moments of an arrow, and behind those that are a state of a track the days that bring it."""
    names = {str(when.base.ref) for when in arrow.when if isinstance(when.base, At) and not when.shifts}
    bringing = [
        other for other in definition.transitions.values()
        if other.track is not None and definition.tracks[other.track].each is None
        and names & {other.name, f"{other.track}.{other.target}"} and asks_nothing(other, task)
    ]  # fmt: skip
    return [*arrow.when, *(when for other in bringing for when in other.when)]


def _taken_before(definition: Definition, arrow: TransitionDef, task: TaskDef) -> bool:
    """Whether a task opens only after the day of an arrow, so that this finds nothing to close."""
    late = [surely_after(definition, opening, when) for opening in task.opens for when in arrow.when]
    return bool(late) and all(late)


def _waits_for(rule: DueRule, day: DateExpr) -> bool:
    """Whether a task is not due before a later day than this, counted from the same."""
    first = rule.not_before
    same = first is not None and isinstance(first.base, At) and first.base == day.base
    return first is not None and same and rule.not_after is None and certainly_after(first, day, 0)


def _is_due_after(definition: Definition, task: TaskDef, rule: DueRule, day: DateExpr, after: After) -> bool:
    """Whether a task is due after a day, as `after` has it."""
    first, last = rule.not_before, rule.not_after
    if last is not None and not after(definition, last, day, task):
        return False
    late = (rule.at,) if first is None else (rule.at, first)
    return any(after(definition, each, day, task) for each in late)


def _may_be_as_late(definition: Definition, due: DateExpr, day: DateExpr, task: TaskDef | None) -> bool:
    """Whether a due date can lie on a day or behind it; that day begins it, where it is not the end of one."""
    return may_be_after(definition, due, day, task, same=not (due.clock or _means_end(definition, day)))


def _means_end(definition: Definition, day: DateExpr) -> bool:
    """Whether a day in `when` is meant to its end: X.due and items of `deadlines` are."""
    at = day.base if isinstance(day.base, At) and not day.shifts else None
    return at is not None and (at.ref.part == "due" or at.ref.name in definition.deadlines)
