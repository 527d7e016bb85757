"""Does a condition hold, and if not, what is missing? Conditions are data and answer with their reasons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, assert_never

from engine import answers, lots
from engine.counting import OPERATORS, called, failed_count, holders, overlap, own_instances, subject_fact
from engine.definition import Definition
from engine.draft import Draft
from engine.expressions import (
    AnyOf,
    Between,
    Compare,
    Constant,
    Count,
    DateExpr,
    IsState,
    IsWorkingDay,
    Line,
    Lines,
    Named,
    NumberOf,
    OverlapOf,
    Ref,
    RoundOf,
    ShareOf,
    Term,
)
from engine.moments import NOBODY, Found, Scope, calendar, due_instant, resolve, resolve_ref
from engine.qualifications import has_valid_training
from engine.questions import OF_HOST
from engine.saying import said


@dataclass(frozen=True, slots=True)
class Failure:
    """One line that does not hold, and what was found instead."""

    line: Line
    reason: str

    def __str__(self) -> str:
        return self.reason

    @property
    def told(self) -> str:
        """The reason, and who may set the line aside."""
        if self.line.waive is None:
            return self.reason
        return said("{why} (can be waived by {role:role})", why=self.reason, role=self.line.waive)


@dataclass(frozen=True, slots=True)
class Word:
    """A state or an answer that was found, and of what."""

    ref: Ref
    text: str


def holds(draft: Draft, lines: Lines, scope: Scope = NOBODY) -> bool:
    """Whether all lines hold."""
    return not failing(draft, lines, scope)


def failing(draft: Draft, lines: Lines, scope: Scope = NOBODY, state: str | None = None) -> list[Failure]:
    """The lines that do not hold, each with its reason; waived ones of the state are left out.

    A named condition answers with its own lines, so that each can be set aside by itself.
    """
    found: list[Failure] = []
    for line in lines:
        if state is not None and f"{state}: {line.text}" in draft.waivers:
            continue
        if isinstance(line.test, Named) and line.waive is None:
            found += failing(draft, draft.definition.conditions[line.test.name], scope, state)
            continue
        reason = _fails(draft, line, scope)
        if reason is not None:
            found.append(Failure(line, reason))
    return found


def all_lines(definition: Definition, lines: Lines) -> Iterator[Line]:
    """The lines with those behind their named conditions, however deep: each that can be told by itself."""
    for line in lines:
        yield line
        if isinstance(line.test, Named) and line.waive is None:
            yield from all_lines(definition, definition.conditions[line.test.name])


def _fails(draft: Draft, line: Line, scope: Scope) -> str | None:
    test = line.test
    match test:
        case Named():
            inner = failing(draft, draft.definition.conditions[test.name], scope)
            return said("{whys:all}", whys=tuple(failure.reason for failure in inner)) if inner else None
        case AnyOf():
            reasons = [_fails(draft, each, scope) for each in test.lines]
            return None if None in reasons else said("{whys:or}", whys=tuple(reason for reason in reasons if reason))
        case Count():
            return failed_count(draft, test, line)
        case IsState():
            return _state(draft, test, line, scope)
        case Compare():
            return _compare(draft, test, line, scope)
        case Between():
            return _between(draft, test, line, scope)
        case IsWorkingDay():
            return _working_day(draft, test, line, scope)
        case _:
            assert_never(test)


# states ---------------------------------------------------------------------------------------------------------------


def _state(draft: Draft, test: IsState, line: Line, scope: Scope) -> str | None:
    found = _states_of(draft, test, scope)
    holds_now = bool(found & set(test.words))
    if holds_now != test.negated:
        return None
    words = tuple(Word(test.ref, word) for word in sorted(found)) or (said("not begun"),)
    return said("{line}: it is {found:and}", line=line, found=words)


def _states_of(draft: Draft, test: IsState, scope: Scope) -> set[str]:
    name, part = test.ref.name, test.ref.part
    definition = draft.definition
    if name == "case":
        return {word for word, true in (("child", draft.parent is not None), ("paused", draft.paused)) if true}
    if name == "stage":
        return {draft.stage}
    if part is not None:
        return _words_of(draft, test.ref)
    if test.own and name == "training_record":
        return {"valid"} if has_valid_training(draft, scope) else set()
    if name in definition.tracks:
        track = draft.tracks.get(f"{name}@{scope.holding}") or draft.tracks.get(name)
        return {track.state} if track else set()
    if name in definition.values:
        value = value_of(draft, name)
        return {value} if value else set()
    return _task_states(draft, name, scope.holding if test.own else None)


def _words_of(draft: Draft, ref: Ref) -> set[str]:
    """The words of what was asked, of the subject's fact or of an answer; none: not known."""
    if ref.name in ("chosen", "subject"):
        value = draft.chosen.get(ref.part or "") if ref.name == "chosen" else subject_fact(draft, ref.part)
        return set() if value is None else {answers.word(value)}
    fact = draft.facts.get(str(ref))
    return set() if fact is None else answers.words(answers.field_of(draft.definition, ref), fact)


def _task_states(draft: Draft, name: str, holding: str | None) -> set[str]:
    if holding is not None:
        instances = own_instances(draft, name, holding)
    else:
        instances = [task for task in draft.tasks.values() if task.name == name]
    if not instances:
        rows = draft.definition.tasks[name].each_row_of
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


def value_of(draft: Draft, name: str) -> str | None:
    """A derived value: set by hand, drawn by lot, or the first choice whose lines hold."""
    if name in draft.differs:
        return str(draft.differs[name])
    if draft.definition.values[name].drawn is not None:
        return draft.facts.get(f"{lots.FACT}{name}")
    for choice, lines in draft.definition.values[name].first_of:
        if not failing(draft, lines):
            return choice
    return None


# terms ----------------------------------------------------------------------------------------------------------------


def _compare(draft: Draft, test: Compare, line: Line, scope: Scope) -> str | None:
    left, right = _term(draft, test.left, scope), _term(draft, test.right, scope)
    if left is None or right is None:
        return said("{line}: not known yet", line=line)
    if isinstance(left, Found) and isinstance(right, Found):
        left, right = _comparable(draft, left, right)
    return (
        None
        if OPERATORS[test.operator](left, right)
        else said("{line}: {left} against {right}", line=line, left=_said(left), right=_said(right))
    )


def _said(value: Any) -> Any:
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value


def _comparable(draft: Draft, left: Found, right: Found) -> tuple[date, date]:
    """Two dates compare as local days, `now` included, unless one has a time."""
    if left.point.clock is not None or right.point.clock is not None:
        return left.at or due_instant(draft, left), right.at or due_instant(draft, right)
    return left.point.day, right.point.day


def _term(draft: Draft, term: Term, scope: Scope) -> Any:
    match term:
        case RoundOf():
            own = draft.counts.get(f"{term.ref}@{scope.holding}")
            return own if own is not None else draft.counts.get(str(term.ref), 0)
        case NumberOf():
            return number_of(draft, term.ref)
        case ShareOf():
            instances = [t for t in draft.tasks.values() if t.name == term.ref.name and t.state != "closed"]
            return 100 * sum(task.state == "done" for task in instances) // len(instances) if instances else 0
        case OverlapOf():
            return overlap(draft, term.ref.name)
        case Constant():
            return term.number
        case DateExpr():
            return resolve(draft, term, scope)
        case _:
            assert_never(term)


def value(draft: Draft, term: Term, scope: Scope = NOBODY) -> int | date | None:
    """The number or local day that a term stands for; None: not known."""
    found = _term(draft, term, scope)
    return found.point.day if isinstance(found, Found) else found


def number_of(draft: Draft, ref: Ref) -> int | None:
    """How many rows, choices or people an answer has, holders a role or seat, cases a child; or a number as answered.

    None: a number that nobody has answered.
    """
    if str(ref) in OF_HOST:
        return len(draft.world.of_host(str(ref)))
    if ref.name == "subject":
        return answers.whole(subject_fact(draft, ref.part))
    if ref.name in draft.definition.children:
        return len(called(draft, ref.name))
    if ref.part is None:
        return len(holders(draft, ref.name))
    field, fact = answers.field_of(draft.definition, ref), draft.facts.get(str(ref))
    if fact is not None:
        return answers.number(field, fact)
    return None if field is not None and field.type == "number" else 0


def _between(draft: Draft, test: Between, line: Line, scope: Scope) -> str | None:
    value = _term(draft, test.term, scope)
    first, last = resolve(draft, test.first, scope), resolve(draft, test.last, scope)
    if not isinstance(value, Found) or first is None or last is None:
        return said("{line}: not known yet", line=line)
    if first.point.day <= value.point.day <= last.point.day:
        return None
    return said(
        "{line}: {day} is not between {first} and {last}",
        line=line, day=value.point.day, first=first.point.day, last=last.point.day,
    )  # fmt: skip


def _working_day(draft: Draft, test: IsWorkingDay, line: Line, scope: Scope) -> str | None:
    found = resolve_ref(draft, test.ref, scope)
    if found is None:
        return said("{line}: not known yet", line=line)
    for name in test.calendars:
        cal = calendar(draft, name, scope)
        day = found.point.day
        if cal.counts(day) == test.negated:
            why = cal.why_not(day)
            free = cal.add(day, 1)
            if why is None:
                return said("{line}", line=line)
            return said(
                "{line}: {day} lies in {why:days}; the first working day after it is {free}",
                line=line, day=day, why=why, free=free,
            )  # fmt: skip
    return None
