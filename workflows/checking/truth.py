"""Does a condition hold in an abstract state: yes, no, or can it not be told?

What is exact: stages, tracks, tasks, rounds, answers that a condition names. What cannot be told beforehand: dates,
working days, how many of whom (a count over a task that nobody was asked is an exception), facts of the organisation.
"""

from __future__ import annotations

from typing import TypeAlias

from engine.counting import OPERATORS
from engine.expressions import AnyOf, Compare, Constant, Count, IsState, Line, Lines, Named, RoundOf
from workflows.checking.state import Draft, mark_of

Truth: TypeAlias = bool | None  # None: it may hold or not

WORDS = {
    "o": frozenset({"open"}), "q": frozenset({"open", "done"}), "d": frozenset({"done", "answered"}),
    "t": frozenset({"done"}), "x": frozenset({"expired"}), "s": frozenset({"skipped"}), "c": frozenset({"closed"}),
    "-": frozenset[str](),
}  # fmt: skip
"""What can be said of a task: o open, q open while its completion rule holds, d done, t done by silence, x expired,
s skipped, c closed (not needed any more), - never opened."""


def holds(draft: Draft, lines: Lines) -> Truth:
    """Whether all lines hold; one that somebody may set aside never says no."""
    found: Truth = True
    for line in lines:
        said = _line(draft, line)
        if said is False:
            return False
        if said is None:
            found = None
    return found


def _line(draft: Draft, line: Line) -> Truth:
    said = _test(draft, line)
    return None if said is False and line.waive is not None else said


def _test(draft: Draft, line: Line) -> Truth:
    test = line.test
    match test:
        case Named():
            return holds(draft, draft.model.definition.conditions[test.name])
        case AnyOf():
            said = [_line(draft, inner) for inner in test.lines]
            return True if True in said else None if None in said else False
        case IsState():
            return _state(draft, test)
        case Count():
            return _count(draft, test)
        case Compare():
            return _compare(draft, test)
    return None


def _state(draft: Draft, test: IsState) -> Truth:
    found = _words(draft, test)
    if found is None:
        return None
    said = {bool(words & set(test.words)) != test.negated for words in found}
    return said.pop() if len(said) == 1 else None


def _words(draft: Draft, test: IsState) -> list[frozenset[str]] | None:
    """What may be said of a name; None: it cannot be told."""
    model, name = draft.model, test.ref.name
    if test.own:
        return None
    if name == "case":
        return [frozenset({"child"} if draft.child else ())]
    if name == "stage":
        return [frozenset({draft.stage})]
    if test.ref.part is not None:
        place = str(test.ref)
        if place not in model.words:
            return None
        fact = draft.facts[model.facts.index(place)]
        return [frozenset({fact} if fact else ())]
    if name in model.tracks:
        state = draft.tracks[model.tracks.index(name)]
        return [frozenset({state} if state else ())]
    if name in model.definition.values:
        return _value(draft, name)
    if name in model.tasks:
        return _task(draft, name)
    return None


def _value(draft: Draft, name: str) -> list[frozenset[str]] | None:
    value = draft.model.definition.values[name]
    if value.differ_by is not None:
        return None
    if value.drawn is not None:
        return [frozenset({choice}) for choice in value.choices]
    found: list[frozenset[str]] = []
    for choice, lines in value.first_of:
        said = holds(draft, lines)
        if said is not False:
            found.append(frozenset({choice}))
        if said is True:
            return found
    return [*found, frozenset()]


def _task(draft: Draft, name: str) -> list[frozenset[str]]:
    state = draft.tasks[draft.model.tasks.index(name)][0]
    task = draft.model.definition.tasks[name]
    words = WORDS[state]
    several = bool(task.each or task.each_row_of or task.by_row)
    if state == "o":
        both = [words, frozenset({"signing"})] if task.sign is not None else [words]
        return [*both, frozenset({"open", "done"}), frozenset[str]()] if several else both
    if several and state == "d":
        return [words, frozenset({"done"})]
    return [words]


def _count(draft: Draft, test: Count) -> Truth:
    if set(test.members.names) & draft.model.counted:
        return _count_children(draft, test)
    ref = test.verb.ref
    if ref is None or ref.part is not None or ref.name not in draft.model.tasks:
        return None
    asked = draft.tasks[draft.model.tasks.index(ref.name)] != "-"
    some = test.amount.kind == "all" or (test.amount.kind == "at_least" and test.amount.number > 0)
    if not asked and some:
        return False
    return True if not asked and test.amount.kind == "no" else None


def _count_children(draft: Draft, test: Count) -> Truth:
    """Of children it is known whether one was called and whether one is open, not how many."""
    model, names = draft.model, test.members.names
    if any(name not in model.endings or model.definition.children[name].await_ == "none" for name in names):
        return None
    called = any(mark_of(name) in draft.children for name in names)
    one_open = any(name in draft.children for name in names)
    amount, verb = test.amount, test.verb.kind
    relative = amount.percent or amount.denominator is not None
    if not called:
        return not relative and (amount.kind in ("no", "at_most") or (amount.kind != "all" and amount.number == 0))
    if relative or amount.kind in ("at_most", "exactly"):
        return None
    some: Truth = one_open if verb == "open" else True if verb == "ended" and not one_open else None
    if amount.kind == "all":
        if verb == "ended":
            return not one_open
        return False if one_open != (verb == "open") else None
    if amount.kind == "no":
        return None if some is None else not some
    return True if amount.number == 0 else some if amount.number == 1 else False if some is False else None


def _compare(draft: Draft, test: Compare) -> Truth:
    if not isinstance(test.left, RoundOf) or not isinstance(test.right, Constant):
        return None
    name = str(test.left.ref)
    if name not in draft.model.counters:
        return None
    return bool(OPERATORS[test.operator](draft.counts[draft.model.counters.index(name)], test.right.number))
