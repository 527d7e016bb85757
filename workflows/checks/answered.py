"""May an answer still come after the day on which it is asked, once? What is skipped then is never made up for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.counting import OPERATORS
from engine.definition import Definition, DueRule, TaskDef
from engine.expressions import AnyOf, At, Compare, Constant, DateExpr, IsState, Lines, Named, NumberOf, Ref
from engine.plan import TASK_MOMENTS, is_event
from engine.saying import said
from workflows.checks.counted import A_DAY, order
from workflows.checks.findings import Finding
from workflows.checks.signing import signatures
from workflows.typical import ordinary_days


def answered(definition: Definition) -> Iterator[Finding]:
    """Children, mails and tasks that come on a day, if something was answered that need not be by then."""
    for item, moments, lines in _asked_once(definition):
        for name, signed in dict.fromkeys(_answers(definition, lines)) if moments else ():
            task = definition.tasks[name]
            rules = signatures(task) if signed and task.sign is not None else task.due
            last = [day for rule in rules for day in _last(rule)]
            if len(last) == len(task.due) > 0 and all(
                _not_before(definition, task, day, moment) for day in last for moment in moments
            ):
                message = said(
                    "`{item}` comes at `{moment}` and asks only then what was answered to `{task}`, for which there is "
                    "time until `{due}`: let it come later, or that be due earlier.",
                    item=item[1], moment=moments[0].text, task=name, due=rules[0].at.text,
                )  # fmt: skip
                yield Finding(kind="asked_early", item=item, message=message, severity="warning")
            elif task.due and _ordinarily_later(definition, task, moments):
                message = said(
                    "`{item}` comes at `{moment}` and asks only then what was answered to `{task}`, which is due after "
                    "that where everybody works on their last day (`{due}`): let it come later, or that be due sooner.",
                    item=item[1], moment=moments[0].text, task=name, due=rules[0].at.text,
                )  # fmt: skip
                yield Finding(kind="asked_early", item=item, message=message, severity="warning")


def _ordinarily_later(definition: Definition, task: TaskDef, moments: Sequence[DateExpr]) -> bool:
    """Whether a task is due only after these days in the ordinary case, where they are counted from different ones."""
    if any(is_event(definition, moment) and not moment.shifts for moment in moments):
        return False
    *found, due = ordinary_days(definition, [*moments, DateExpr(At(Ref(task.name, "due")))])
    days = [day for day in found if day is not None]
    return due is not None and len(days) == len(moments) and all(due > day + A_DAY for day in days)


def _asked_once(definition: Definition) -> Iterator[tuple[tuple[str, str], tuple[DateExpr, ...], Lines]]:
    for child in definition.children.values():
        if not child.by:
            yield ("child", child.name), child.opens, child.condition
    for notice in definition.notices.values():
        yield ("notice", notice.name), notice.when, notice.condition
    for task in definition.tasks.values():
        if not task.built_in:
            yield ("task", task.name), task.opens, task.condition


def _not_before(definition: Definition, task: TaskDef, day: DateExpr, moment: DateExpr) -> bool:
    """Whether there is time for an answer when a moment comes: a day comes as it begins, a term as it is over."""
    ref = moment.base.ref if isinstance(moment.base, At) else None
    over = ref is not None and (ref.part == "due" or ref.name in definition.deadlines) and not moment.shifts
    found = order(definition, (day, task), (moment, None))
    return found == "after" or (found == "same" and not over)


def _answers(definition: Definition, lines: Lines) -> Iterator[tuple[str, bool]]:
    """The tasks without an answer to which one of these lines, which must all hold, does not hold.

    With each: whether it must be over, its signature too.
    """
    for line in lines:
        match line.test:
            case Named(name):
                yield from _answers(definition, definition.conditions[name])
            case IsState(ref, False, words) if ref.part is None and set(words) <= {"done", "answered"}:
                task = definition.tasks.get(ref.name)
                if task is not None and not task.built_in:
                    yield ref.name, True
            case IsState(ref, False):
                if is_answer(definition, ref.name, ref.part):
                    yield ref.name, False
            case Compare(NumberOf(ref), operator, Constant(number)) if not OPERATORS[operator](0, number):
                if is_answer(definition, ref.name, ref.part):
                    yield ref.name, False
            case AnyOf(several) if several:
                each = [dict(_answers(definition, (one,))) for one in several]
                yield from (
                    (name, all(one.get(name) for one in each)) for name in each[0] if all(name in one for one in each)
                )


def is_answer(definition: Definition, name: str, part: str | None) -> bool:
    """Whether a reference is to what was answered to a task, not to how that stands."""
    task: TaskDef | None = definition.tasks.get(name)
    return task is not None and not task.built_in and part is not None and part not in TASK_MOMENTS


def _last(rule: DueRule) -> Iterator[DateExpr]:
    """The last day for an answer; none where another may come first."""
    closes, at = rule.closes, rule.at
    if rule.not_after is None:
        own = closes is not None and isinstance(closes.base, At) and str(closes.base.ref) == "due"
        yield at if closes is None else replace(at, shifts=(*at.shifts, *closes.shifts)) if own else closes
