"""Does a condition hold, and if not, what is missing? Conditions are data and answer with their reasons."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, assert_never

from engine.case import Holding, Task
from engine.draft import Draft
from engine.expressions import (
    AnyOf,
    Between,
    Compare,
    Constant,
    Count,
    DateExpr,
    Filter,
    IsState,
    IsWorkingDay,
    Line,
    Lines,
    Named,
    Now,
    NumberOf,
    Ref,
    RoundOf,
    SetOf,
    ShareOf,
    Spread,
    Term,
    Verb,
)
from engine.moments import NOBODY, Found, Scope, calendar, due_instant, resolve, resolve_ref

OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
PASSIVE = ("done", "answered", "agreed")


@dataclass(frozen=True, slots=True)
class Failure:
    """One line that does not hold, and what was found instead."""

    line: Line
    reason: str

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody counted by a condition: through a role or a holding of a seat; or a row of the rubric."""

    name: str  # role, seat, or the rubric's noun
    key: str  # the holding's key, the participant's, or the row's
    participant: str | None


def holds(draft: Draft, lines: Lines, scope: Scope = NOBODY) -> bool:
    """Whether all lines hold."""
    return not failing(draft, lines, scope)


def failing(draft: Draft, lines: Lines, scope: Scope = NOBODY, state: str | None = None) -> list[Failure]:
    """The lines that do not hold, each with its reason; waived ones of the state are left out."""
    found: list[Failure] = []
    for line in lines:
        if state is not None and f"{state}: {line.text}" in draft.waivers:
            continue
        reason = _fails(draft, line, scope)
        if reason is not None:
            found.append(Failure(line, reason))
    return found


def _fails(draft: Draft, line: Line, scope: Scope) -> str | None:
    test = line.test
    match test:
        case Named():
            inner = failing(draft, draft.definition.conditions[test.name], scope)
            return "; ".join(failure.reason for failure in inner) if inner else None
        case AnyOf():
            reasons = [_fails(draft, each, scope) for each in test.lines]
            return None if None in reasons else " or ".join(reason for reason in reasons if reason)
        case Count():
            return _count(draft, test, line.text, scope)
        case IsState():
            return _state(draft, test, line.text, scope)
        case Compare():
            return _compare(draft, test, line.text, scope)
        case Between():
            return _between(draft, test, line.text, scope)
        case IsWorkingDay():
            return _working_day(draft, test, line.text, scope)
        case _:
            assert_never(test)


# counting people and rows ---------------------------------------------------------------------------------------------


def _count(draft: Draft, test: Count, text: str, scope: Scope) -> str | None:
    everybody = members(draft, test.members, scope, seated=test.verb.kind != "open")
    matching = [member for member in everybody if _does(draft, member, test.verb, scope)]
    if test.spread is not None and test.spread.kind == "outside":
        inside = [member for member in matching if not _outside(draft, member, test.spread)]
        if test.amount.kind == "all" and inside:
            return f"{text}: {len(inside)} of {len(matching)} not outside"
        matching = [member for member in matching if member not in inside]
    need, enough = _needed(test, len(everybody), len(matching))
    if not enough:
        return f"{text}: {len(matching)} of {need}"
    if test.spread is not None and test.spread.kind != "outside":
        return _spread(draft, matching, test.spread, text)
    return None


def _needed(test: Count, total: int, found: int) -> tuple[str, bool]:
    """How many are needed, and whether so many were found; nothing holds of nobody, but `no`."""
    amount = test.amount
    if amount.kind == "no":
        return "none", found == 0
    if amount.kind == "all":
        return str(total), total > 0 and found == total
    number = amount.number
    if amount.percent:
        number = math.ceil(amount.number * total / 100)
    elif amount.denominator is not None:
        number = math.ceil(amount.number * total / amount.denominator)
    relative = amount.percent or amount.denominator is not None
    if relative and total == 0:
        return "nobody holds this seat", False
    if amount.kind == "at_most":
        return f"at most {number}", found <= number
    if amount.kind == "exactly":
        return f"exactly {number}", found == number
    return str(number), found >= number


def _spread(draft: Draft, matching: list[Member], spread: Spread, text: str) -> str | None:
    values = {attribute(draft, member, spread.attribute) for member in matching} - {None}
    need = len(matching) if spread.kind == "all_different" else spread.number
    return None if len(values) >= need else f"{text}: {len(values)} different {spread.attribute}"


def _outside(draft: Draft, member: Member, spread: Spread) -> bool:
    person = draft.world.people.get(member.participant or "")
    if person is None:
        return True
    if spread.attribute == "host":
        return person.organisation != draft.world.host.id
    return bool(attribute(draft, member, "region") != draft.world.host.region)


def attribute(draft: Draft, member: Member, name: str) -> Any:
    """An attribute of whoever is counted: organisation, region, sector, expertise; or a row's level on a scale."""
    if draft.definition.rubric is not None and member.name == draft.definition.rubric.noun:
        decision = draft.decisions.get(member.key)
        return decision.levels.get(name) if decision else None
    person = draft.world.people.get(member.participant or "")
    return getattr(person, name, None)


def members(draft: Draft, wanted: SetOf, scope: Scope, *, seated: bool = True) -> list[Member]:
    """Who or what a set names now: holders of seats and roles, rows of the rubric, open conflicts."""
    found: list[Member] = []
    for name in wanted.names:
        if name == "conflict":
            open_ones = [conflict for conflict in draft.conflicts.values() if conflict.state == "open"]
            found += [Member("conflict", conflict.holding, None) for conflict in open_ones]
        elif draft.definition.rubric is not None and name == draft.definition.rubric.noun:
            found += [Member(name, row, None) for row in draft.rows]
        else:
            found += holders(draft, name)
    if wanted.filter is not None:
        condition = wanted.filter
        found = [member for member in found if _passes(draft, member, condition)]
    return found


def holders(draft: Draft, name: str) -> list[Member]:
    """Everybody who holds a role, a seat, or one of a group, now."""
    found: list[Member] = []
    for leaf in draft.definition.members(name):
        if leaf in draft.definition.seats:
            found += [
                Member(leaf, held.key, held.participant)
                for held in draft.holdings.values()
                if held.seat == leaf and held.state == "seated"
            ]
        else:
            found += [Member(leaf, participant, participant) for participant in draft.roles.get(leaf, ())]
    return found


def _passes(draft: Draft, member: Member, condition: Filter) -> bool:
    value = attribute(draft, member, condition.attribute.name)
    if condition.operator is None:
        return bool(value)
    wanted: Any = condition.value
    if isinstance(wanted, Ref):
        wanted = _subject(draft, wanted.part) if wanted.name == "subject" else wanted.name
    if isinstance(value, frozenset):
        return bool((wanted in value) == (condition.operator == "="))
    if value is None:
        return condition.operator == "!="
    return OPERATORS[condition.operator](value, wanted)


def _subject(draft: Draft, name: str | None) -> Any:
    host = draft.world.host
    return {"region": host.region, "sector": host.sector}.get(name or "", host.facts.get(name or ""))


def _does(draft: Draft, member: Member, verb: Verb, scope: Scope) -> bool:
    match verb.kind:
        case "seated" | "open":
            return True
        case "decided":
            decision = draft.decisions.get(member.key)
            return decision is not None and decision.motivated
        case "present":
            return member.participant in _present(draft, member.name)
        case "in":
            assert verb.ref is not None
            track = draft.tracks.get(f"{verb.ref.name}@{member.key}") or draft.tracks.get(verb.ref.name)
            return track is not None and track.state == verb.ref.part
        case "done" | "answered" | "agreed":
            assert verb.ref is not None
            return has_done(draft, verb.kind, verb.ref.name, member.key)
        case _:
            assert_never(verb.kind)


def _present(draft: Draft, name: str) -> tuple[str, ...]:
    """Who the latest record of a meeting of that group says was there."""
    marks = [mark for mark in draft.present.values() if name in draft.definition.members(mark.of)]
    return max(marks, key=lambda mark: mark.seq).participants if marks else ()


def has_done(draft: Draft, kind: str, task: str, holder: str) -> bool:
    """Whether a member has done, answered or agreed a task: all instances that are theirs."""
    own = [item for item in draft.tasks.values() if item.name == task and item.holding == holder]
    if not own:
        own = [item for item in draft.tasks.values() if item.name == task and item.holding is None]
    return bool(own) and all(_is_done(draft, kind, item) for item in own)


def _is_done(draft: Draft, kind: str, task: Task) -> bool:
    if task.state != "done":
        return False
    if kind == "answered":
        return not task.tacit
    if kind == "agreed":
        return task.tacit or draft.facts.get(f"agreed:{task.key}") != "no"
    return True


# states ---------------------------------------------------------------------------------------------------------------


def _state(draft: Draft, test: IsState, text: str, scope: Scope) -> str | None:
    found = _states_of(draft, test, scope)
    holds_now = bool(found & set(test.words))
    if holds_now != test.negated:
        return None
    return f"{text}: it is {' and '.join(sorted(found)) or 'not begun'}"


def _states_of(draft: Draft, test: IsState, scope: Scope) -> set[str]:
    name, part = test.ref.name, test.ref.part
    definition = draft.definition
    if name == "case":
        return {word for word, true in (("child", draft.parent is not None), ("paused", draft.paused)) if true}
    if name == "stage":
        return {draft.stage}
    if part is not None:
        fact = draft.facts.get(f"{name}.{part}")
        return set() if fact is None else {fact}
    if test.own and name == "training_record":
        return {"valid"} if has_valid_training(draft, scope) else set()
    if name in definition.tracks:
        track = draft.tracks.get(f"{name}@{scope.holding}") or draft.tracks.get(name)
        return {track.state} if track else set()
    if name in definition.values:
        value = value_of(draft, name)
        return {value} if value else set()
    if name in definition.stages:
        return {"entered"} if name in draft.moments else set()
    return _task_states(draft, name, scope.holding if test.own else None)


def _task_states(draft: Draft, name: str, holding: str | None) -> set[str]:
    instances = [task for task in draft.tasks.values() if task.name == name and holding in (None, task.holding)]
    if not instances:
        rows = draft.definition.tasks[name].each_row_of if name in draft.definition.tasks else None
        return {"done"} if rows and f"{name}.done" in draft.moments and _rule_holds(draft, name) else set()
    states = {task.state for task in instances}
    if len(states) == 1:
        state = states.pop()
        answered = state == "done" and not any(task.tacit for task in instances)
        return {state, "answered"} if answered else {state}
    if states & {"open", "signing"}:
        fired = f"{name}.done" in draft.moments and holding is None and _rule_holds(draft, name)
        return {"open", "done"} if fired else {"open"}
    return {"done"} if states <= {"done", "skipped", "closed"} else {"expired"}


def _rule_holds(draft: Draft, name: str) -> bool:
    opened, done = draft.moments.get(f"{name}.opened"), draft.moments[f"{name}.done"]
    return opened is None or done.seq > opened.seq


def has_valid_training(draft: Draft, scope: Scope) -> bool:
    """Whether a holder's trainings last until the visit: those that the seat asks for, else any at all."""
    held: Holding | None = draft.holdings.get(scope.holding or "")
    if held is None:
        return False
    person = draft.world.people.get(held.participant)
    if person is None:
        return False
    asked = draft.definition.seats[held.seat].qualifications
    on = _day_of_use(draft)
    valid = {kind for kind, until in person.trainings.items() if until is None or until >= on}
    return set(asked) <= valid if asked else bool(valid)


def missing_qualifications(draft: Draft, seat: str, participant: str) -> list[str]:
    """What a seat asks for and this person has not, on the day of the visit (or today while that is not known)."""
    person = draft.world.people.get(participant)
    trainings = person.trainings if person else {}
    on = _day_of_use(draft)
    return [
        kind
        for kind in draft.definition.seats[seat].qualifications
        if kind not in trainings or ((until := trainings[kind]) is not None and until < on)
    ]


def _day_of_use(draft: Draft) -> date:
    found = resolve_ref(draft, Ref("visit")) if "visit" in draft.definition.dates else None
    return found.point.day if found else draft.now.date()


def value_of(draft: Draft, name: str) -> str | None:
    """A derived value: set by hand, or the first choice whose lines hold."""
    if name in draft.differs:
        return str(draft.differs[name])
    for choice, lines in draft.definition.values[name].first_of:
        if not failing(draft, lines):
            return choice
    return None


# terms ----------------------------------------------------------------------------------------------------------------


def _compare(draft: Draft, test: Compare, text: str, scope: Scope) -> str | None:
    left, right = _term(draft, test.left, scope), _term(draft, test.right, scope)
    if left is None or right is None:
        return f"{text}: not known yet"
    if isinstance(left, Found) and isinstance(right, Found):
        left, right = _comparable(draft, left, right, _timed(test.left, test.right))
    return None if OPERATORS[test.operator](left, right) else f"{text}: {_said(left)} against {_said(right)}"


def _said(value: Any) -> str:
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)


def _timed(*terms: Term) -> bool:
    return any(isinstance(term, DateExpr) and term.clock is not None for term in terms)


def _comparable(draft: Draft, left: Found, right: Found, timed: bool) -> tuple[date, date]:
    """Two dates compare as local days, `now` included, unless one has a time."""
    if timed or left.point.clock is not None or right.point.clock is not None:
        return left.at or due_instant(draft, left), right.at or due_instant(draft, right)
    return left.point.day, right.point.day


def _term(draft: Draft, term: Term, scope: Scope) -> Any:
    match term:
        case RoundOf():
            own = draft.counts.get(f"{term.ref}@{scope.holding}") if scope.holding else None
            return own if own is not None else draft.counts.get(str(term.ref), 0)
        case NumberOf():
            return number_of(draft, term.ref)
        case ShareOf():
            instances = [task for task in draft.tasks.values() if task.name == term.ref.name]
            return 100 * sum(task.state == "done" for task in instances) // len(instances) if instances else 0
        case Constant():
            return term.number
        case DateExpr():
            return resolve(draft, term, scope)
        case _:
            assert_never(term)


def number_of(draft: Draft, ref: Ref) -> int:
    """How many rows an answer has, holders a role or seat, or the number that was answered."""
    fact = draft.facts.get(str(ref))
    if fact is not None:
        return int(fact)
    return len(holders(draft, ref.name))


def _between(draft: Draft, test: Between, text: str, scope: Scope) -> str | None:
    value = _term(draft, test.term, scope)
    first, last = resolve(draft, test.first, scope), resolve(draft, test.last, scope)
    if not isinstance(value, Found) or first is None or last is None:
        return f"{text}: not known yet"
    if first.point.day <= value.point.day <= last.point.day:
        return None
    return f"{text}: {value.point.day} is not between {first.point.day} and {last.point.day}"


def _working_day(draft: Draft, test: IsWorkingDay, text: str, scope: Scope) -> str | None:
    found = resolve_ref(draft, test.ref, scope)
    if found is None:
        return f"{text}: not known yet"
    for name in test.calendars:
        cal = calendar(draft, name, scope)
        day = found.point.day
        if cal.counts(day) == test.negated:
            why = cal.why_not(day)
            free = cal.add(day, 1)
            return f"{text}: {day} lies in {why}; the first working day after it is {free}" if why else text
    return None


def reads_now(lines: Iterable[Line]) -> bool:
    """Whether a list of conditions reads the moment of the deed."""
    for line in lines:
        test = line.test
        terms = [test.left, test.right] if isinstance(test, Compare) else []
        if any(isinstance(term, DateExpr) and isinstance(term.base, Now) for term in terms):
            return True
    return False
