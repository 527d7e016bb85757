"""Can one thing be done twice in a case? Two tasks that each publish a document, or are the same work."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from engine.conditions import all_lines
from engine.definition import Definition, TaskDef
from engine.expressions import (
    AnyOf,
    At,
    Compare,
    Constant,
    DateExpr,
    IsState,
    Line,
    Lines,
    Named,
    RoundOf,
    parts_in,
    refs_in,
)
from engine.saying import said
from workflows.checks.ballots import leaves
from workflows.checks.building import building
from workflows.checks.findings import Finding
from workflows.checks.openings import from_then_on, open_in, opened_in, spine_of
from workflows.checks.reach import reachable
from workflows.checks.rivals import contradict, written_out
from workflows.problems import quoted

OVER = {"done", "answered"}


def twice(definition: Definition) -> Iterator[Finding]:
    """Pairs of tasks of which each brings about what is meant once, and that can both be done in one case."""
    for one, two in combinations([task for task in definition.tasks.values() if not task.built_in], 2):
        things = list(_things(definition, one, two))
        if not things:
            continue
        asking = next(((a, b) for a, b in ((one, two), (two, one)) if _denies(definition, b.condition, a)), None)
        if asking is None and not _apart(definition, one, two):
            message = said(
                "`{one}` and `{two}` can both be done in one case, and each brings about {things:and}, which then "
                "comes twice: let one of them ask `{one} is not done` under `if`.",
                one=one.name, two=two.name, things=quoted(things),
            )  # fmt: skip
            yield Finding(kind="twice", item=("task", two.name), message=message, severity="warning")
        elif asking is not None and _still_open(definition, *asking):
            first, then = asking
            message = said(
                "`{first}` may still be open when `{then}` opens, which asks that it is not done; then both can be "
                "done, and each brings about {things:and}: close `{first}` by then (`until`).",
                first=first.name, then=then.name, things=quoted(things),
            )  # fmt: skip
            yield Finding(kind="twice", item=("task", first.name), message=message, severity="warning")


# what is meant once ---------------------------------------------------------------------------------------------------


def _things(definition: Definition, one: TaskDef, two: TaskDef) -> Iterator[str]:
    """Documents, mails and tasks that come as either of two tasks is done, and name neither in their conditions.

    A mail may tell of each of several tasks, and a task may follow each: they are meant once where the two publish
    one thing, or are the same work, of the same people with the same form. A child is called once in any case.
    """
    both = {one.name, two.name}
    published = [
        each.name for each in definition.documents.values()
        if each.publish is not None and both <= _done(each.publish.when)
        and not both & _named(definition, each.publish.condition)
    ]  # fmt: skip
    told = [
        each.name for each in definition.notices.values()
        if both <= _done(each.when) and not both & _named(definition, each.condition)
    ] + [
        each.name for each in definition.tasks.values()
        if both <= _done(each.opens) and not both & _named(definition, each.condition)
    ]  # fmt: skip
    alike = one.form == two.form and _doers(definition, one) == _doers(definition, two)
    if (published or (told and alike)) and not _in_turn(definition, one, two):
        yield from dict.fromkeys((*published, *told))


def _in_turn(definition: Definition, one: TaskDef, two: TaskDef) -> bool:
    """Whether one of two tasks goes on from the other, as a final version does from a draft."""
    before = building(definition)
    return one.name in before[two.name] or two.name in before[one.name]


def _done(when: tuple[DateExpr, ...]) -> set[str]:
    """The tasks at whose being done something comes, or some time later."""
    return {one.base.ref.name for one in when if isinstance(one.base, At) and one.base.ref.part == "done"}


def _named(definition: Definition, lines: Lines) -> set[str]:
    return {ref.name for ref in refs_in(tuple(all_lines(definition, lines)))}


def _doers(definition: Definition, task: TaskDef) -> set[str]:
    return leaves(definition, (*task.performers, *task.each))


# what keeps two tasks apart -------------------------------------------------------------------------------------------


def _denies(definition: Definition, lines: Lines, other: TaskDef) -> bool:
    """Whether lines certainly fail once another task is done."""
    return any(_fails(definition, line, other) for line in lines if line.waive is None)


def _fails(definition: Definition, line: Line, other: TaskDef) -> bool:
    match line.test:
        case Named(name):
            return _denies(definition, definition.conditions[name], other)
        case AnyOf(lines):
            return all(_fails(definition, each, other) for each in lines)
        case IsState(ref, negated, words) if ref.name == other.name and ref.part is None:
            return bool(OVER & {*words}) if negated else OVER.isdisjoint(words)
        case Compare(RoundOf(ref), "=", Constant(0)):
            return bool(other.opens) and all(one.text == str(ref) for one in other.opens)
    return False


def _apart(definition: Definition, one: TaskDef, two: TaskDef) -> bool:
    """Whether two tasks are never both done, as one ends the other, answers differ, or no way leads to both."""
    if f"{one.name}.done" in _texts(two.until) or f"{two.name}.done" in _texts(one.until):
        return True
    if _done_too(definition, one, two) or _done_too(definition, two, one):
        return True
    ours, theirs = written_out(definition, one.condition), written_out(definition, two.condition)
    if any(_stays(definition, mine) and contradict(definition, mine, yours) for mine in ours for yours in theirs):
        return True
    return not (_may_follow(definition, one, two) or _may_follow(definition, two, one))


def _done_too(definition: Definition, one: TaskDef, two: TaskDef) -> bool:
    """Whether a task is enough for another one, which is over then."""
    return two.name in _named(definition, one.done_if)


def _texts(when: tuple[DateExpr, ...]) -> set[str]:
    return {each.text for each in when}


def _stays(definition: Definition, line: Line) -> bool:
    """Whether a line is about an answer, a value or a waiver, and not about where a case stands for a while."""
    ref = line.test.ref if isinstance(line.test, IsState) else None
    return ref is not None and ref.name not in ("stage", *definition.tracks)


def _may_follow(definition: Definition, first: TaskDef, then: TaskDef) -> bool:
    """Whether a case may come to where a task is open once another one is done; yes where that is not known."""
    opened, later = opened_in(definition, [first]), open_in(definition, then, at_once=False)
    return not opened or later is None or bool(from_then_on(definition, _after(definition, first, opened)) & later)


def _after(definition: Definition, task: TaskDef, opened: set[str]) -> set[str]:
    """Where a case stands when a task is done: behind the arrows that it takes, or that wait for nothing else."""
    going = [
        arrow for arrow in spine_of(definition)
        if arrow.name in task.does or (f"{task.name}.done" in _texts(arrow.when) and not arrow.condition)
    ]  # fmt: skip
    found = {str(arrow.target) for arrow in going if opened & {*arrow.sources}}
    left = opened - {source for arrow in going for source in arrow.sources}
    return found | left


def _still_open(definition: Definition, first: TaskDef, then: TaskDef) -> bool:
    """Whether a task may be open as another one opens that asks that it is not done.

    It is not where one of its ends lies on every way to that, or where the other one waits for it to be over.
    """
    if f"{first.name}." in "".join(_texts(then.opens)) or _waits(definition, then, first):
        return False
    ends = _texts(first.until)
    return not all(_ended(definition, moment, ends) for moment in _texts(then.opens))


def _waits(definition: Definition, then: TaskDef, first: TaskDef) -> bool:
    """Whether a task asks for how another one ended, and not only that it is not done."""
    lines = written_out(definition, then.condition)
    return any(test.ref.name == first.name and not test.negated for test in parts_in(lines, IsState))


def _ended(definition: Definition, moment: str, ends: set[str]) -> bool:
    """Whether no way leads to a stage, or a state of a track, but through one of these ends."""
    if moment in ends:
        return True
    track, _, state = moment.partition(".")
    if track in definition.tracks and state:
        begin = definition.tracks[track].states[0]
        arrows = [each for each in definition.transitions.values() if each.track == track and each.target is not None]
        return state not in reachable(begin, [each for each in arrows if f"{track}.{each.target}" not in ends])
    if moment in definition.stages:
        arrows = [each for each in spine_of(definition) if each.target not in ends]
        return moment not in reachable(definition.first_stage, arrows)
    return False
