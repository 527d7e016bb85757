"""What can be done next in a case, by whom, and why can something not be done? Reads a case, changes nothing.

The office's remedies (pin, correct, recalculate, waive) are possible at any time and stand in no list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, TypeAlias

from engine.actions import (
    CLOCK,
    Action,
    Answer,
    Differ,
    Extend,
    PauseCase,
    ResumeCase,
    Submit,
    Substitute,
    Take,
)
from engine.arrows import armed, blockers, place_of, positions, too_late, used_up
from engine.case import Case, Task, has_passed
from engine.conditions import Failure, failing
from engine.definition import Definition, TransitionDef
from engine.draft import Draft
from engine.expressions import DateExpr
from engine.moments import Scope, calendar, resolve, scope_of, shift_delta
from engine.named_days import judged
from engine.offsets import instant
from engine.saying import said
from engine.seat import LIVE, free_places
from engine.sharing import is_shared
from engine.task import participants
from engine.world import World

Kind: TypeAlias = Literal["take", "submit", "answer", "assign", "substitute", "extend", "pause", "resume", "differ"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindrance:
    """One reason why something cannot be done; `waivable_by` names the role that may set its line aside."""

    reason: str
    line: str = ""  # the condition as the definition writes it; empty: no condition
    waivable_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Something that a case may come to: a deed and who may do it, or a step that happens by itself.

    Without hindrances it can be done now, or (`automatic`) happens at `at`. Lines that speak of what the deed asks are
    judged when it is done, and stand in `asked_lines`.
    """

    kind: Kind
    name: str  # of the transition, task, seat or value
    key: str = ""  # what the action names: a task's key, a holding's key
    state: str = ""  # where a transition begins: "planning", "date.polling"
    target: str = ""  # where it leads to; empty: it stays
    holding: str | None = None  # of whose seat
    roles: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()
    all_of_them: bool = False  # each of the roles must want it
    automatic: bool = False
    at: date | None = None  # when it happens by itself, is due, or until when it can be given
    waits_for: tuple[str, ...] = ()  # moments that would let it happen
    asks: tuple[str, ...] = ()
    asked_lines: tuple[str, ...] = ()
    hindrances: tuple[Hindrance, ...] = ()

    @property
    def possible(self) -> bool:
        return not self.hindrances

    @property
    def reasons(self) -> tuple[str, ...]:
        return tuple(hindrance.reason for hindrance in self.hindrances)


def options(definition: Definition, case: Case, world: World, now: datetime) -> tuple[Option, ...]:
    """Everything that may happen next, as declared: transitions, open tasks, invitations, seats, dates, the pause."""
    draft = Draft(definition, case, world, CLOCK, now)
    if case.closed:
        return ()
    found = [*_transitions(draft), *_tasks(draft), *_seats(draft), *_values(draft), *_clocks(draft)]
    return tuple(found)


# transitions ----------------------------------------------------------------------------------------------------------


def _transitions(draft: Draft) -> Iterator[Option]:
    for track, state, entered, holding in positions(draft):
        for arrow in draft.plan.arrows.get((track, state), ()):
            yield _transition(draft, arrow, state, entered, holding)


def _transition(draft: Draft, arrow: TransitionDef, state: str, entered: int, holding: str | None) -> Option:
    given: tuple[str, ...] = ()
    lines, asked = judged(draft, arrow.condition)
    hindrances = [*_paused(draft, arrow), *_limits(draft, arrow, holding)]
    place = place_of(arrow, state, holding)
    hindrances += [_hindrance(failure) for failure in failing(draft, lines, Scope(holding=holding), place)]
    if arrow.unless:
        hindrances += [_hindrance(each) for each in blockers(draft, _bare(arrow), state, holding)]
    by_person = bool(arrow.by or arrow.by_all)
    waits_for = () if armed(draft, arrow, entered, holding) else tuple(expr.text for expr in arrow.when)
    if arrow.by_all:
        given = tuple(role for role in arrow.by_all if f"consent:{arrow.name}:{role}" in draft.moments)
    roles = tuple(role for role in (*arrow.by, *arrow.by_all) if role not in given)
    return Option(
        kind="take",
        name=arrow.name,
        state=state if arrow.track is None else f"{arrow.track}.{state}",
        target=(arrow.target or "") if arrow.track is None or not arrow.target else f"{arrow.track}.{arrow.target}",
        holding=holding,
        roles=roles,
        participants=_able(draft, arrow, roles, holding),
        all_of_them=bool(arrow.by_all),
        automatic=not by_person,
        at=_day_of(draft, arrow),
        waits_for=waits_for,
        asks=tuple(arrow.asks),
        asked_lines=tuple(line.text for line in asked),
        hindrances=tuple(hindrances),
    )


def _able(draft: Draft, arrow: TransitionDef, roles: tuple[str, ...], holding: str | None) -> tuple[str, ...]:
    found = participants(draft, roles)
    held = draft.holdings.get(holding or "")
    return tuple(who for who in found if who == held.participant) if held is not None else found


def _bare(arrow: TransitionDef) -> TransitionDef:
    """The arrow with nothing but its `unless`."""
    return replace(arrow, condition=())


def _limits(draft: Draft, arrow: TransitionDef, holding: str | None) -> Iterator[Hindrance]:
    if used_up(draft, arrow, holding):
        yield Hindrance(reason=said("used {n} of {n}", n=arrow.times))
    if arrow.until is not None and too_late(draft, arrow):
        yield Hindrance(reason=said("this was possible until {day}", day=_until(draft, arrow.until)))


def _until(draft: Draft, expr: DateExpr) -> date | DateExpr:
    found = resolve(draft, expr)
    return found.point.day if found else expr


def _day_of(draft: Draft, arrow: TransitionDef) -> date | None:
    """The earliest day on which a timed transition will happen, as far as its date is known."""
    rows = [row for row in draft.deadlines.values() if row.kind == "transition" and row.subject == arrow.name]
    return min((row.day for row in rows), default=None)


def _hindrance(failure: Failure) -> Hindrance:
    return Hindrance(reason=failure.reason, line=failure.line.text, waivable_by=failure.line.waive)


def _paused(draft: Draft, arrow: TransitionDef | None = None) -> Iterator[Hindrance]:
    """While a case is paused it can be resumed, corrected, or taken to an end."""
    target = draft.definition.stages.get(arrow.target or "") if arrow is not None and arrow.track is None else None
    if draft.paused is not None and not (target is not None and target.end):
        yield Hindrance(reason=said("the case is paused until {day}: resume it first", day=draft.paused.until))


# tasks ----------------------------------------------------------------------------------------------------------------


def _tasks(draft: Draft) -> Iterator[Option]:
    for task in draft.tasks.values():
        definition = draft.definition.tasks[task.name]
        if not task.is_open or task.name == "invitation":
            continue
        if definition.form is None and definition.does:
            continue  # done by its transitions, which are listed
        yield Option(
            kind="submit",
            name=task.name,
            key=task.key,
            holding=task.holding,
            roles=performers(draft.definition, draft.before, task),
            participants=task.assignees,
            at=task.due.day if task.due else None,
            hindrances=(*_paused(draft), *_window(draft, task)),
        )


def performers(definition: Definition, case: Case, task: Task) -> tuple[str, ...]:
    """The roles and seats whose holders may do an instance of a task."""
    own = definition.tasks[task.name]
    if task.state == "signing" and own.sign is not None:
        return (own.sign.by,)
    held = case.holdings.get(task.holding or "")
    if held is not None:
        return (held.seat,)
    return own.performers or own.each


def _window(draft: Draft, task: Task) -> Iterator[Hindrance]:
    window = draft.definition.tasks[task.name].window
    if window is None or task.state == "signing":
        return
    first = resolve(draft, window.first, scope_of(task))
    if first is not None and not first.provisional and draft.now < instant(first.point, draft.plan.zone, ends=False):
        yield Hindrance(reason=said("it takes place from {day} on", day=first.point.day))


# seats ----------------------------------------------------------------------------------------------------------------


def _seats(draft: Draft) -> Iterator[Option]:
    paused = tuple(_paused(draft))
    for held in draft.holdings.values():
        if held.state == "invited":
            asked = [task for task in draft.tasks.values() if task.about == held.key and task.name == "invitation"]
            due = next((task.due for task in asked if task.is_open), None)
            yield Option(
                kind="answer", name=held.seat, key=held.key, holding=held.key, roles=(held.seat,),
                participants=(held.participant,), at=due.day if due else None, hindrances=paused,
            )  # fmt: skip
    if draft.definition.stages[draft.stage].end:
        return
    yield from _assignments(draft, paused)
    yield from _substitutions(draft, paused)


def _assignments(draft: Draft, paused: tuple[Hindrance, ...]) -> Iterator[Option]:
    """Naming candidates: while somebody has the task to do so, or where a seat stays empty and its list has run out."""
    doing = [task for task in draft.tasks.values() if task.is_open and task.name in _names(draft, "assign")]
    roles = _office_roles(draft)
    people = dict.fromkeys([who for task in doing for who in task.assignees] + list(participants(draft, roles)))
    for name, definition in draft.definition.seats.items():
        if is_shared(draft, name):
            continue
        waiting = any(held.seat == name and held.state in LIVE[:3] and not held.reserve
                      for held in draft.holdings.values())  # fmt: skip
        short = free_places(draft, name) > 0 or (name not in draft.places and definition.least > 0)
        if doing or (short and not waiting and draft.places):
            yield Option(kind="assign", name=name, roles=roles, participants=tuple(people), hindrances=paused)


def _names(draft: Draft, transition: str) -> set[str]:
    return {task.name for task in draft.plan.doers.get(transition, ())}


def _office_roles(draft: Draft) -> tuple[str, ...]:
    return tuple(name for name, role in draft.definition.roles.items() if role.of == "secretariat")


def _substitutions(draft: Draft, paused: tuple[Hindrance, ...]) -> Iterator[Option]:
    rule = draft.definition.invitations.replace if draft.definition.invitations else None
    roles = rule.by if rule else _office_roles(draft)
    late: tuple[Hindrance, ...] = ()
    if rule is not None and rule.until is not None:
        found = resolve(draft, rule.until)
        if found and not found.provisional and draft.now > instant(found.point, draft.plan.zone, ends=True):
            late = (Hindrance(reason=said("this was possible until {day}", day=found.point.day)),)
    for held in draft.holdings.values():
        if held.state == "seated" and not is_shared(draft, held.seat):
            yield Option(
                kind="substitute", name=held.seat, key=held.key, holding=held.key, roles=roles,
                participants=participants(draft, roles), hindrances=(*paused, *late),
            )  # fmt: skip


# values, dates and the pause ------------------------------------------------------------------------------------------


def _values(draft: Draft) -> Iterator[Option]:
    for name, value in draft.definition.values.items():
        if value.differ_by is not None and name not in draft.differs:
            roles = (value.differ_by,)
            yield Option(
                kind="differ", name=name, roles=roles, participants=participants(draft, roles),
                asks=tuple(value.differ_asks), hindrances=tuple(_paused(draft)),
            )  # fmt: skip


def _clocks(draft: Draft) -> Iterator[Option]:
    for task in draft.tasks.values():
        if task.is_open and draft.definition.tasks[task.name].extend is not None:
            yield _extension(draft, task)
    rule = draft.definition.pause
    roles = rule.by if rule else _office_roles(draft)
    people = participants(draft, roles)
    if draft.paused is not None:
        yield Option(kind="resume", name="case", roles=roles, participants=people, at=draft.paused.until)
    elif rule is not None:
        yield Option(kind="pause", name="case", roles=roles, participants=people, asks=tuple(rule.asks))


def _extension(draft: Draft, task: Task) -> Option:
    """Until which day at most more time can be given, and why none can."""
    rule = draft.definition.tasks[task.name].extend
    assert rule is not None
    scope = scope_of(task)
    hindrances = list(_paused(draft))
    furthest = None
    if task.due is None:
        hindrances.append(Hindrance(reason="it has no due date"))
    else:
        name = task.due.calendar if task.due.calendar in draft.definition.calendars else None
        furthest = shift_delta(draft, task.due.day, rule.at_most, calendar(draft, name, scope)).day
        bound = resolve(draft, rule.not_after, scope) if rule.not_after else None
        furthest = min(furthest, bound.point.day) if bound else furthest
        if furthest <= task.due.day:
            hindrances.append(Hindrance(reason=said("no day after {day} is allowed", day=task.due.day)))
    if task.extensions >= rule.times:
        hindrances.append(
            Hindrance(reason=said("it was extended {n} of {times} times", n=task.extensions, times=rule.times))
        )
    return Option(
        kind="extend", name=task.name, key=task.key, holding=task.holding, roles=rule.by,
        participants=participants(draft, rule.by), at=furthest, hindrances=tuple(hindrances),
    )  # fmt: skip


# who stands where -----------------------------------------------------------------------------------------------------


def capacities(definition: Definition, case: Case, participant: str) -> tuple[str, ...]:
    """The roles and seats under which somebody is in a case now, seats by invitation among them."""
    roles = [name for name, people in case.roles.items() if participant in people]
    seats = [held.seat for held in case.holdings.values() if held.participant == participant and held.state in LIVE]
    known = {*definition.roles, *definition.seats}
    return tuple(name for name in dict.fromkeys([*seats, *roles]) if name in known)


def capacity(definition: Definition, case: Case, participant: str, wanted: tuple[str, ...]) -> str | None:
    """The role under which somebody does what these roles may do; else the first that they have."""
    own = capacities(definition, case, participant)
    leaves = [leaf for name in wanted for leaf in definition.members(name)]
    return next((name for name in own if name in leaves), own[0] if own else None)


def roles_for(definition: Definition, case: Case, action: Action) -> tuple[str, ...]:
    """The roles and seats for which an action is: whoever acts does so under one of them."""
    office = tuple(name for name, role in definition.roles.items() if role.of == "secretariat")
    match action:
        case Take() if action.transition in definition.transitions:
            arrow = definition.transitions[action.transition]
            return (*arrow.by, *arrow.by_all)
        case Submit() if action.task in case.tasks:
            return performers(definition, case, case.tasks[action.task])
        case Answer() if action.holding in case.holdings:
            return (case.holdings[action.holding].seat,)
        case Extend() if action.task in case.tasks:
            rule = definition.tasks[case.tasks[action.task].name].extend
            return rule.by if rule else office
        case PauseCase() | ResumeCase() if definition.pause is not None:
            return definition.pause.by
        case Substitute() if definition.invitations is not None and definition.invitations.replace is not None:
            return definition.invitations.replace.by
        case Differ() if action.value in definition.values:
            return (definition.values[action.value].differ_by or "",)
        case _:
            return office


def is_late(task: Task, now: datetime) -> bool:
    """Whether an open task ought to be done by now, or by the moment at which its clock stopped."""
    return task.is_open and not task.quiet and task.due is not None and has_passed(task.due.at, task.still_since, now)
