"""Does what follows from the work of several also come where one of them stays silent and the others answered?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.definition import ChildDef, Definition, NoticeDef, TaskDef, TransitionDef
from engine.expressions import Count, DateExpr, IsState, Line, NumberOf, Ref, ShareOf, parts_in
from engine.plan import days, moments
from engine.saying import said
from workflows.checking.relevance import lines_in
from workflows.checking.steps import closes
from workflows.checks.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """What waits for moments: where it stands, what it asks, and the tasks or answers of which it has one for each."""

    item: tuple[str, str]
    when: tuple[DateExpr, ...]
    asks: tuple[Line, ...] = ()
    each: str | None = None
    arrow: TransitionDef | None = None


def partly(definition: Definition) -> Iterator[Finding]:
    """Who hears only that all of several have done a task, and is about those who have: one silence takes it away."""
    several = {task.name: task for task in definition.tasks.values() if _ends_in_part(definition, task)}
    listeners = list(_listeners(definition)) if several else []
    for listener in listeners:
        heard = moments(definition, listener.when) if _waits_for_all(definition, listener) else []
        for name in (moment.removesuffix(".done") for moment in heard):
            if name in several and _is_about(listener, several[name]) and not _covered(definition, listener, name):
                message = said(
                    "`{item}` comes only when everybody has done `{task}`: as soon as one of them stays silent, that "
                    "ends as `{task}.expired`, and it never comes for those who did answer. Name `{task}.expired` too, "
                    "or a day.",
                    item=listener.item[1], task=name,
                )  # fmt: skip
                yield Finding(kind="one_silent", item=listener.item, message=message, severity="warning")


def _ends_in_part(definition: Definition, task: TaskDef) -> bool:
    """Whether a task has several instances that silence ends one by one, and no rule says when it is done."""
    if task.built_in or task.done_if or task.silence == "agrees" or not closes(task):
        return False
    return bool(task.each_row_of or task.by_row) or _most(definition, task) > 1


def _most(definition: Definition, task: TaskDef) -> float:
    """How many have it at most."""
    found = 0.0
    for leaf in (leaf for name in task.each for leaf in definition.members(name)):
        most = definition.seats[leaf].most if leaf in definition.seats else definition.roles[leaf].most
        found += float("inf") if most is None else most
    return found


def _listeners(definition: Definition) -> Iterator[Listener]:
    for arrow in definition.transitions.values():
        if arrow.track is None or definition.tracks[arrow.track].each is None:  # there everybody hears their own
            asks = _asks(definition, arrow)
            yield Listener(item=("transition", arrow.name), when=arrow.when, asks=asks, arrow=arrow)
    for task in definition.tasks.values():
        if not task.built_in:
            asks = _asks(definition, task)
            yield Listener(item=("task", task.name), when=task.opens, asks=asks, each=task.each_row_of)
    for child in definition.children.values():
        each = child.each.name if child.each is not None else None
        yield Listener(item=("child", child.name), when=child.opens, asks=_asks(definition, child), each=each)
    for notice in definition.notices.values():
        yield Listener(item=("notice", notice.name), when=notice.when, asks=_asks(definition, notice))


def _asks(definition: Definition, item: TransitionDef | TaskDef | ChildDef | NoticeDef) -> tuple[Line, ...]:
    lines = item.condition
    lines += item.unless if isinstance(item, TransitionDef) else item.skip_if if isinstance(item, TaskDef) else ()
    return tuple(lines_in(definition, lines))


def _is_about(listener: Listener, task: TaskDef) -> bool:
    """Whether it is about those who have done a task, be it all of them or not."""
    if listener.each == task.name or any(_counts(line, task.name) for line in listener.asks):
        return True
    return task.optional and listener.item[0] in ("task", "child")


def _counts(line: Line, name: str) -> bool:
    """Whether a line asks how many have done a task (but for all), or what they have answered."""
    match line.test:
        case Count():
            return line.test.verb.ref == Ref(name) and line.test.amount.kind != "all"
        case IsState():
            return line.test.ref.name == name and (line.test.own or line.test.ref.part is not None)
    numbers = [number.ref for number in parts_in(line.test, NumberOf)]
    numbers += [share.ref for share in parts_in(line.test, ShareOf)]
    return any(ref.name == name for ref in numbers)


def _covered(definition: Definition, listener: Listener, name: str) -> bool:
    """Whether something else of its kind hears of the silence."""
    others = (one for one in _listeners(definition) if one.item[0] == listener.item[0] and one.item != listener.item)
    return any(_instead(definition, listener, other, name) for other in others)


def _instead(definition: Definition, listener: Listener, other: Listener, name: str) -> bool:
    """Whether something else comes after a silence: of arrows one beside it, else what asks the same."""
    hears = f"{name}.expired" in moments(definition, other.when)
    if listener.arrow is None or other.arrow is None:
        return hears and (other.each == name or any(_counts(line, name) for line in other.asks))
    beside = other.arrow.track == listener.arrow.track and not set(other.arrow.sources).isdisjoint(
        listener.arrow.sources
    )
    same = other.arrow.target == listener.arrow.target and not _waits_for_all(definition, other)
    return beside and (hears or same)


def _waits_for_all(definition: Definition, listener: Listener) -> bool:
    """Whether it comes only when some task is done."""
    heard = moments(definition, listener.when)
    by_hand = listener.arrow is not None and (listener.arrow.by or listener.arrow.by_all)
    done = all(moment.endswith(".done") for moment in heard)
    return bool(heard) and done and not by_hand and not days(definition, listener.when)
