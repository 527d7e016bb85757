"""Is work due after what builds on it, in the ordinary case, in which everybody does their work on its last day?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.definition import Definition, DueRule, TaskDef
from engine.expressions import AnyOf, At, DateExpr, IsState, Lines, Named, Ref, RoundOf, parts_in
from engine.plan import is_event
from engine.saying import Said, said
from workflows.checks.building import OVER, Names, Ways, building, ordinary
from workflows.checks.counted import Dated, ordinarily
from workflows.checks.findings import Finding
from workflows.checks.signing import signatures


@dataclass(frozen=True, slots=True)
class _Pair:
    """Work that is due on a day, and what comes on an earlier one though it builds on that."""

    task: str
    due: str
    item: tuple[str, str]
    day: str


def due_order(definition: Definition) -> Iterator[Finding]:
    """Tasks that are due after something that builds on them, or after a day on which others are asked to do without.

    Each pair is told once, at the task or the other item of which there are most.
    """
    before = building(definition)
    left = list(_pairs(definition, before))
    known: set[str] = set()
    while left:
        late = max({pair.task: None for pair in left}, key=lambda name: sum(pair.task == name for pair in left))
        soon = max({pair.item: None for pair in left}, key=lambda item: sum(pair.item == item for pair in left))
        own = [pair for pair in left if pair.task == late]
        met = [pair for pair in left if pair.item == soon]
        told = own if len(own) >= len(met) else met
        yield _late(own, before) if told is own else _soon(met, before)
        known |= {late} if told is own else set()
        left = [pair for pair in left if pair not in told]
    ways = ordinary(definition)
    for task in definition.tasks.values():
        undone = {*lacking(definition, task.condition, before), *_passed_by(definition, task, before, ways)}
        yield from _asked_already(definition, task, undone - known - {task.name})


def _late(pairs: list[_Pair], before: Mapping[str, Names]) -> Finding:
    names = {pair.item[1] for pair in pairs}
    first = [pair for pair in pairs if not names & before[pair.item[1]]]
    message = said(
        "`{task}` is due `{due}`, and what builds on it comes before that: {items}. Let it be due earlier, or that "
        "come later.",
        task=pairs[0].task, due=pairs[0].due, items=_dated((pair.item[1], pair.day) for pair in first),
    )  # fmt: skip
    return Finding(kind="due_order", item=("task", pairs[0].task), message=message, severity="warning")


def _soon(pairs: list[_Pair], before: Mapping[str, Names]) -> Finding:
    passed = {name for pair in pairs for name in before[pair.task]}
    last = [pair for pair in pairs if pair.task not in passed]
    message = said(
        "`{item}` comes at `{day}`, and builds on what is due only after that: {tasks}. Let it come later, or that "
        "be due earlier.",
        item=pairs[0].item[1], day=pairs[0].day, tasks=_dated((pair.task, pair.due) for pair in last),
    )  # fmt: skip
    return Finding(kind="due_order", item=pairs[0].item, message=message, severity="warning")


def _dated(items: Iterable[tuple[str, str]]) -> tuple[Said, ...]:
    return tuple(said("`{name}` (`{day}`)", name=name, day=day) for name, day in items)


# what comes too early -------------------------------------------------------------------------------------------------


def _pairs(definition: Definition, before: Mapping[str, Names]) -> Iterator[_Pair]:
    for name, others in before.items():
        task, arrow = definition.tasks.get(name), definition.transitions.get(name)
        days = () if arrow is None or any(_is_of_task(definition, when) for when in arrow.when) else arrow.when
        for other in (definition.tasks[each] for each in definition.tasks if each in others):
            if task is not None and (found := due_before(definition, task, other)) is not None:
                yield _Pair(other.name, found[1].text, ("task", name), found[0].text)
            if (last := _last_after(definition, other, days)) is not None:
                yield _Pair(other.name, last.text, ("transition", name), days[0].text)


def _is_of_task(definition: Definition, moment: DateExpr) -> bool:
    """Whether a moment is one of a task, whose own dates are compared."""
    return isinstance(moment.base, At) and moment.base.ref.name in definition.tasks


def due_before(definition: Definition, task: TaskDef, other: TaskDef) -> tuple[DateExpr, DateExpr] | None:
    """A day on which a task is due, and a later one on which another is due before it."""
    for rule, theirs in _together(task, other):
        for last in _lasts(definition, other, theirs):
            for day in _days(definition, task, rule, (last, other)):
                if _is_after(definition, (last, other), theirs, (day, task)):
                    return day, last
    return None


def _last_after(definition: Definition, task: TaskDef, days: tuple[DateExpr, ...]) -> DateExpr | None:
    """A last day of some work that comes after all of these."""
    for rule in _first_rounds(task) if days else ():
        for last in _lasts(definition, task, rule):
            if all(_is_after(definition, (last, task), rule, (day, None)) for day in days):
                return last
    return None


def _is_after(definition: Definition, last: Dated, rule: DueRule, day: Dated) -> bool:
    bounds = [last] if rule.not_after is None else [last, (rule.not_after, last[1])]
    return all(ordinarily(definition, bound, day) == "after" for bound in bounds)


def _together(task: TaskDef, other: TaskDef) -> Iterator[tuple[DueRule, DueRule]]:
    """The rules of two tasks that may hold in one case: those of later rounds have a term of their own."""
    ours, theirs = _first_rounds(task), _first_rounds(other)
    for rule in ours:
        for each in theirs:
            if len(ours) == 1 or len(theirs) == 1 or rule.condition == each.condition:
                yield rule, each


def _first_rounds(task: TaskDef) -> list[DueRule]:
    return [rule for rule in task.due if not any(parts_in(rule.condition, RoundOf))]


def _lasts(definition: Definition, task: TaskDef, rule: DueRule) -> list[DateExpr]:
    """The last day of some work, and that of its signature, unless others go on as it is handed in."""
    handed_in = Ref(task.name, "submitted")
    listening = [one for other in definition.tasks.values() for one in other.opens]
    listening += [one for arrow in definition.transitions.values() for one in arrow.when]
    if task.sign is None or any(isinstance(one.base, At) and one.base.ref == handed_in for one in listening):
        return [rule.at]
    return [rule.at, *(signed.at for own, signed in zip(task.due, signatures(task), strict=True) if own is rule)]


def _days(definition: Definition, task: TaskDef, rule: DueRule, last: Dated) -> Iterator[DateExpr]:
    """When a task is due, but for a day that another one puts off to that of what it builds on, or later."""
    first = rule.not_before
    if first is None or ordinarily(definition, (first, task), last) not in ("same", "after"):
        yield rule.at
    yield from () if rule.not_after is None else (rule.not_after,)


# what is asked too early ----------------------------------------------------------------------------------------------


def _asked_already(definition: Definition, task: TaskDef, late: set[str]) -> Iterator[Finding]:
    """A task that opens on a day because others have not been done, for which there is still time then."""
    days = () if task.built_in or any(is_event(definition, one) for one in task.opens) else task.opens
    found = [
        (other.name, last.text) for other in definition.tasks.values()
        if other.name in late and (last := _last_after(definition, other, days)) is not None
    ]  # fmt: skip
    if found:
        message = said(
            "`{task}` opens at `{opens}` because others are late, and there is still time then for {tasks}: let it "
            "open later, or that be due earlier.",
            task=task.name, opens=days[0].text, tasks=_dated(found),
        )  # fmt: skip
        yield Finding(kind="due_order", item=("task", task.name), message=message, severity="warning")


def lacking(definition: Definition, lines: Lines, before: Mapping[str, Names]) -> Iterator[str]:
    """The tasks of which a condition says that they are not done, or a state of a track to which they lead."""
    for line in lines:
        match line.test:
            case Named(name):
                yield from lacking(definition, definition.conditions[name], before)
            case AnyOf(inner):
                yield from lacking(definition, inner, before)
            case IsState(ref, True, words) if ref.part is None:
                if ref.name in definition.tracks:
                    yield from (name for word in words for name in before[f"{ref.name}.{word}"])
                elif OVER & set(words):
                    yield ref.name


def _passed_by(definition: Definition, task: TaskDef, before: Mapping[str, Names], ways: Ways) -> Iterator[str]:
    """The tasks on the ordinary way to a stage to which this one leads another way."""
    for step in (definition.transitions[name] for name in task.does if name in definition.transitions):
        if step.track is None and step.target is not None and step not in ways[None, step.target]:
            yield from before[step.target] - before[step.name]
