"""Can two automatic transitions of one state be open at once? Then chance, not the process, would decide."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations

from engine.definition import Definition, TransitionDef
from engine.expressions import Compare, Constant, DateExpr, IsState, Line, Lines, Named
from engine.saying import said
from workflows.checks.findings import Finding
from workflows.checks.orders import out_of_order

TESTS: Mapping[str, Callable[[int, int], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def rivals(definition: Definition) -> Iterator[Finding]:
    """Pairs that leave one state by themselves, for different goals, without conditions that exclude each other."""
    for one, two in combinations(definition.transitions.values(), 2):
        shared = [source for source in one.sources if source in two.sources]
        if one.track != two.track or not shared or one.target == two.target:
            continue
        if _fire_together(one, two) and not _exclude(definition, one, two):
            state = shared[0] if one.track is None else f"{one.track}.{shared[0]}"
            message = said(
                "`{one}` and `{two}` may both become possible in `{state}` at the same moment; then the first one "
                "wins. Give them conditions that exclude each other, such as `X is a` and `X is not a`.",
                one=one.name, two=two.name, state=state,
            )  # fmt: skip
            yield Finding(kind="rivals", item=("transition", two.name), message=message, severity="warning")


def contradictions(definition: Definition) -> Iterator[Finding]:
    """Arrows and tasks that ask for two things of which one excludes the other."""
    asked = [(("transition", one.name), one.condition) for one in definition.transitions.values()]
    asked += [(("task", one.name), one.condition) for one in definition.tasks.values()]
    asked += [(("condition", name), lines) for name, lines in definition.conditions.items()]
    for item, condition in asked:
        for mine, yours in combinations(written_out(definition, condition), 2):
            if contradict(definition, mine, yours):
                message = said(
                    "`{one}` and `{two}` of the {kind} `{item}` never hold together: take one out, or write `any`.",
                    one=mine.text, two=yours.text, kind=item[0], item=item[1],
                )  # fmt: skip
                yield Finding(kind="never_holds", item=item, message=message)


def _fire_together(one: TransitionDef, two: TransitionDef) -> bool:
    if one.auto and two.auto:
        return True
    moments = {_meaning(moment) for moment in one.when}
    return any(_meaning(moment) in moments for moment in two.when)


def _meaning(moment: DateExpr) -> DateExpr:
    return replace(moment, text="")


def _exclude(definition: Definition, one: TransitionDef, two: TransitionDef) -> bool:
    if _denies(definition, one, two) or _denies(definition, two, one):
        return True
    ours, theirs = written_out(definition, one.condition), written_out(definition, two.condition)
    return any(contradict(definition, mine, yours) for mine in ours for yours in theirs)


def _denies(definition: Definition, one: TransitionDef, two: TransitionDef) -> bool:
    """Whether all that `one` forbids (`unless`) is asked by `two`."""
    asked = {line.test for line in (*two.condition, *written_out(definition, two.condition)) if line.waive is None}
    return bool(one.unless) and (
        all(line.test in asked for line in one.unless)
        or all(line.test in asked for line in written_out(definition, one.unless))
    )


def written_out(definition: Definition, lines: Lines, seen: frozenset[str] = frozenset()) -> tuple[Line, ...]:
    """The lines with named conditions written out."""
    found: list[Line] = []
    for line in lines:
        if isinstance(line.test, Named) and line.test.name not in seen:
            inner = definition.conditions.get(line.test.name, ())
            found.extend(written_out(definition, inner, seen | {line.test.name}))
        else:
            found.append(line)
    return tuple(found)


def contradict(definition: Definition, mine: Line, yours: Line) -> bool:
    """Whether two lines never hold together."""
    if mine.waive is not None or yours.waive is not None:
        return False
    match mine.test, yours.test:
        case IsState() as one, IsState() as two if one.ref == two.ref and one.own == two.own:
            return _states_contradict(definition, one, two)
        case Compare() as one, Compare() as two:
            return (one.left == two.left and _compare_contradict(one, two)) or out_of_order(one, two)
    return False


def _states_contradict(definition: Definition, one: IsState, two: IsState) -> bool:
    if one.negated != two.negated:
        denied, asked = (one, two) if one.negated else (two, one)
        return set(asked.words) <= set(denied.words)
    several = one.ref.part is None and one.ref.name in definition.tasks  # a task can be done and answered at once
    return not one.negated and not several and not set(one.words) & set(two.words)


def _compare_contradict(one: Compare, two: Compare) -> bool:
    if isinstance(one.right, Constant) and isinstance(two.right, Constant):
        first, second = one.right.number, two.right.number
        points = {number + step for number in (first, second) for step in (-1, 0, 1)}
        return not any(TESTS[one.operator](point, first) and TESTS[two.operator](point, second) for point in points)
    if one.right != two.right:
        return False
    return not any(TESTS[one.operator](point, 0) and TESTS[two.operator](point, 0) for point in (-1, 0, 1))
