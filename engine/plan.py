"""Who listens to what? A definition, indexed by the moments for which its tasks, arrows, notices and children wait."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from engine.answers import field_of, row_day
from engine.definition import ChildDef, Definition, DueRule, FieldDef, NoticeDef, PublishRule, TaskDef, TransitionDef
from engine.expressions import (
    AnyOf,
    At,
    Between,
    Compare,
    Count,
    DateExpr,
    Delta,
    EndOf,
    Filter,
    IsState,
    IsWorkingDay,
    Line,
    Named,
    NextGate,
    NumberOf,
    OverlapOf,
    Ref,
    RoundOf,
    SetOf,
    ShareOf,
    parts_in,
    refs_in,
)
from engine.questions import PARTS

Listener = TypeVar("Listener")

TASK_MOMENTS = frozenset({"opened", "submitted", "done", "expired", "due"})

PANEL_ATTRIBUTES = ("round_panels", "year_panels", "served_before")
"""Of a person, from the panels of other cases: on how many of this round, and of this school year, they sit with this
one counted; whether they sat on one of an earlier round for the same organisation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The index of one definition."""

    zone: ZoneInfo
    opens: Mapping[str, tuple[TaskDef, ...]]  # moment -> tasks
    dated_opens: tuple[TaskDef, ...]
    ends: Mapping[str, tuple[TaskDef, ...]]  # moment -> tasks whose `until` it is
    notices: Mapping[str, tuple[NoticeDef, ...]]
    dated_notices: tuple[NoticeDef, ...]
    dated_publications: tuple[tuple[str, PublishRule], ...]  # by document
    children: Mapping[str, tuple[ChildDef, ...]]
    dated_children: tuple[ChildDef, ...]
    arrows: Mapping[tuple[str | None, str], tuple[TransitionDef, ...]]  # (track, state) -> as declared
    doers: Mapping[str, tuple[TaskDef, ...]]  # transition, or "assign" -> tasks done by it
    anchors: Mapping[str, frozenset[str]]  # task -> names on which its dates depend
    names: dict[DateExpr, frozenset[str]]  # of a date: the moments on which it rests; filled by use
    facts: frozenset[str]  # "decision.outcome": answers that the definition reads
    counts_panels: bool  # whether a condition asks on which other panels people sit
    stops: frozenset[str]  # tasks whose clock may stand still while another is open
    recuses: bool  # whether an answer may leave somebody out of one row
    heard_children: frozenset[str]  # those whose end the case waits for, reads or counts
    invites: Mapping[str, tuple[str, ...]]  # date -> roles and seats that have it in their calendars
    bound: int  # steps within which settling must come to rest

    def names_of(self, definition: Definition, expr: DateExpr) -> frozenset[str]:
        """The moments on which a date rests, through named dates, deadlines and due dates."""
        found = self.names.get(expr)
        if found is None:
            seen: set[str] = set()
            _follow(definition, expr, seen)
            opened = {f"{name.removesuffix('.due')}.opened" for name in seen if name.endswith(".due")}
            found = self.names[expr] = frozenset(seen | opened)
        return found


_plans: dict[tuple[str, int, str], tuple[Definition, Plan]] = {}


def plan_of(definition: Definition) -> Plan:
    """The index of a definition; made once."""
    key = (definition.name, definition.version, definition.behaviour)
    found = _plans.get(key)
    if found is None or found[0] is not definition:
        found = (definition, _index(definition))
        _plans[key] = found
    return found[1]


def is_event(definition: Definition, expr: DateExpr) -> bool:
    """Whether an expression names something that happens, rather than a day to be waited for."""
    if not isinstance(expr.base, At) or expr.shifts or expr.clock:
        return False
    ref = expr.base.ref
    if ref.name in definition.dates or ref.name in definition.deadlines or ref.name == "subject":
        return False
    if ref.part not in TASK_MOMENTS and (field_of(definition, ref) or row_day(definition, ref)) is not None:
        return False  # a day that was answered
    return ref.part not in ("due", "end")


def moments(definition: Definition, when: Iterable[DateExpr]) -> list[str]:
    """The names of the moments among them."""
    return [str(expr.base.ref) for expr in when if isinstance(expr.base, At) and is_event(definition, expr)]


def days(definition: Definition, when: Iterable[DateExpr]) -> list[DateExpr]:
    """The dated ones among them."""
    return [expr for expr in when if not is_event(definition, expr)]


def _index(definition: Definition) -> Plan:
    opens = _listeners(definition, definition.tasks.values(), lambda task: task.opens)
    ends = _listeners(definition, definition.tasks.values(), lambda task: task.until)
    notices = _listeners(definition, definition.notices.values(), lambda notice: notice.when)
    children = _listeners(definition, definition.children.values(), lambda child: child.opens)
    arrows: dict[tuple[str | None, str], list[TransitionDef]] = defaultdict(list)
    doers: dict[str, list[TaskDef]] = defaultdict(list)
    for transition in definition.transitions.values():
        for source in transition.sources:
            arrows[transition.track, source].append(transition)
    for task in definition.tasks.values():
        for name in task.does:
            doers[name].append(task)
    return Plan(
        zone=ZoneInfo(definition.zone),
        opens=opens,
        ends=ends,
        notices=notices,
        children=children,
        dated_opens=tuple(task for task in definition.tasks.values() if days(definition, task.opens)),
        dated_notices=tuple(notice for notice in definition.notices.values() if days(definition, notice.when)),
        dated_publications=tuple(
            (each.name, each.publish)
            for each in definition.documents.values()
            if each.publish is not None and days(definition, each.publish.when)
        ),
        dated_children=tuple(child for child in definition.children.values() if days(definition, child.opens)),
        arrows={key: tuple(found) for key, found in arrows.items()},
        doers={key: tuple(found) for key, found in doers.items()},
        anchors={name: frozenset(_anchors(definition, task)) for name, task in definition.tasks.items()},
        names={},
        facts=frozenset(_facts(definition)),
        counts_panels=any(True for _ in parts_in(definition, OverlapOf))
        or any(each.attribute.name in PANEL_ATTRIBUTES for each in parts_in(definition, Filter)),
        stops=frozenset(
            name for name, task in definition.tasks.items() if any(rule.stops_while for rule in _rules(task))
        ),
        recuses=any(
            each.marks == "recusal"
            for field in parts_in(definition.forms, FieldDef)
            for each in (field, *field.columns)
        ),
        heard_children=_heard_children(definition),
        invites=_invites(definition),
        bound=len(definition.transitions) * 12 + 40,
    )


def _rules(task: TaskDef) -> Iterable[DueRule]:
    return (*task.due, task.sign.due) if task.sign is not None else task.due


def asks_parts(definition: Definition) -> bool:
    """Whether a process has tasks for each part of its host, or counts these."""
    return any(task.each_row_of == PARTS for task in definition.tasks.values()) or PARTS in plan_of(definition).facts


def _heard_children(definition: Definition) -> frozenset[str]:
    named = {ref.name for ref in refs_in(definition) if ref.part}
    counted = {name for members in parts_in(definition, SetOf) for name in members.names}
    return frozenset(named | counted) & definition.children.keys()


def _invites(definition: Definition) -> dict[str, tuple[str, ...]]:
    """Those whom a notice with `invite` addresses; who has no account gets no mail, and so no entry."""
    mute = {role.name for role in definition.roles.values() if not role.account} | {"open_assignees", "who_left"}
    found: dict[str, dict[str, None]] = {}
    for notice in definition.notices.values():
        if notice.invite is not None:
            found.setdefault(notice.invite, {}).update(dict.fromkeys(who for who in notice.to if who not in mute))
    return {name: tuple(whom) for name, whom in found.items()}


def _listeners(definition: Definition, items: Iterable[Listener], when: Any) -> dict[str, tuple[Listener, ...]]:
    found: dict[str, list[Listener]] = defaultdict(list)
    for item in items:
        for name in moments(definition, when(item)):
            found[name].append(item)
    return {name: tuple(listeners) for name, listeners in found.items()}


def _anchors(definition: Definition, task: TaskDef) -> Iterable[str]:
    exprs: list[Any] = [*task.remind, *(step.at for step in task.late), *days(definition, task.until)]
    for rule in task.due:
        exprs += [rule.at, rule.not_before, rule.not_after, rule.closes, rule.warn_after]
    if task.window:
        exprs += [task.window.first, task.window.last]
    if definition.invitations and definition.invitations.replace:
        exprs += [definition.invitations.replace.due.not_after]
    seen: set[str] = set()
    for expr in exprs:
        if isinstance(expr, DateExpr):
            _follow(definition, expr, seen)
    return seen


def _follow(definition: Definition, expr: DateExpr, seen: set[str]) -> None:
    for ref in refs_of_date(expr):
        name = str(ref)
        if name in seen:
            continue
        seen.update((name, ref.name))
        further: list[DateExpr | None] = []
        if ref.name in definition.dates:
            found = definition.dates[ref.name]
            further = [found.source, found.provisional]
        elif ref.name in definition.deadlines:
            rule = definition.deadlines[ref.name]
            further = [rule.at, rule.not_before, rule.not_after]
        for item in further:
            if item is not None:
                _follow(definition, item, seen)


def refs_of_date(expr: DateExpr | Delta) -> list[Ref]:
    """The names that a date is built on."""
    if isinstance(expr, Delta):
        return []
    found: list[Ref] = []
    base = expr.base
    shifts = list(expr.shifts)
    while isinstance(base, NextGate):
        shifts += base.shifts
        base = base.base
    if isinstance(base, At | EndOf):
        found.append(base.ref)
    return found + [shift.amount for shift in shifts if isinstance(shift.amount, Ref)]


def _facts(definition: Definition) -> Iterable[str]:
    """Whatever has a part and is named anywhere; what a form is filled in with beforehand is read from its answers."""
    for part in fields(definition):
        if part.name != "forms":
            for ref in refs_in(getattr(definition, part.name)):
                if ref.part is not None:
                    yield str(ref)
    invited = (notice.invite or "" for notice in definition.notices.values())
    yield from (name for name in invited if "." in name)


def refs_of_line(line: Line) -> list[Ref]:
    """The names that a condition reads as states or terms."""
    test = line.test
    if isinstance(test, AnyOf):
        return [ref for inner in test.lines for ref in refs_of_line(inner)]
    if isinstance(test, IsState | IsWorkingDay):
        return [test.ref]
    if isinstance(test, Compare | Between):
        terms = [test.left, test.right] if isinstance(test, Compare) else [test.term, test.first, test.last]
        found: list[Ref] = []
        for term in terms:
            if isinstance(term, RoundOf | NumberOf | ShareOf | OverlapOf):
                found.append(term.ref)
            elif isinstance(term, DateExpr):
                found += refs_of_date(term)
        return found
    if isinstance(test, Count):
        return [test.verb.ref] if test.verb.ref else []
    assert isinstance(test, Named)
    return []
