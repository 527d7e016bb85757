"""What would somebody do about a task, in any process? The deeds that it asks for, with plausible answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain
from random import Random
from typing import Any, TypeAlias

from collegium.rehearsal.answers import Writer
from engine.actions import Action, Answer, Assign, Submit, Take, Waive
from engine.arrows import blockers, place_of, positions
from engine.authority import office
from engine.case import Task
from engine.conditions import Failure
from engine.definition import Definition, FormDef, TransitionDef
from engine.draft import Draft
from engine.expressions import Line, Named, Ref
from engine.forms import choices
from engine.moments import resolve_ref
from engine.named_days import refusals
from engine.seat import LIVE
from engine.task import participants
from engine.windows import lies_outside, setters

Deed: TypeAlias = tuple[Action, str | None]  # and the participant who does it; None: somebody for the office
Bench: TypeAlias = Callable[[str, int], tuple[str, ...]]
"""Who may be named for a seat, at most so many: participants."""

USUAL: Mapping[str, Mapping[str, Any]] = {"invitation": {"answer": "yes"}, "objection": {"objects": "no"}}
"""What is answered to the engine's own questions: who is invited comes, and nobody objects."""

SOMETHING = "Zo is het met elkaar afgesproken."
NOT_SOON = timedelta(days=28)  # from today, where nothing says when a day that is asked ought to be
SOUGHT = 120  # days after the expected one on which a day that the process accepts is sought
PAST = 8  # days up to today among which one is sought where none to come is accepted
HOUR = "T10:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is to be done where it matters; all else is plausible."""

    days: Mapping[str, date | str] = field(default_factory=dict)  # what a transition asks, by its name
    choose: Mapping[str, str] = field(default_factory=dict)  # task -> the transition that is taken
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # task -> field -> answer
    first: bool = False  # of a question with choices that are no scale, the first; else the last


def deeds(
    task: Task, wishes: Wishes, draft: Callable[[], Draft], bench: Bench, *, waive: bool = False
) -> Iterator[Deed]:
    """What somebody does about one open task, one deed after the other; nothing where only the office can.

    `draft` gives the case as it is at that moment: after each deed it is asked anew. With `waive` every line that may
    be set aside is set aside, with a reason.
    """
    definition, who = draft().definition, task.assignees[0]
    if task.state == "signing":
        yield Submit(task=task.key, answers={"signed": "yes"}), who
    elif task.name == "invitation":
        yield _accepts(draft(), task, wishes), who
    elif task.name == "next_step":
        yield from _next_step(draft(), task, bench)
    elif task.name == "outside_window":
        yield from _set_anew(draft(), task, wishes)
    elif "assign" in definition.tasks[task.name].does:
        yield from _named(draft, who, bench)
    else:
        yield from _worked(task, wishes, draft, waive=waive)


def _worked(task: Task, wishes: Wishes, draft: Callable[[], Draft], *, waive: bool) -> Iterator[Deed]:
    item, who = draft().definition.tasks[task.name], task.assignees[0]
    if task.answer is None and (item.form or not item.does):
        yield Submit(task=task.key, answers=filled(draft(), task, wishes)), who
    now = draft()
    if not item.does or not now.tasks[task.key].is_open:
        return
    arrow = now.definition.transitions[wishes.choose.get(task.name, item.does[0])]
    if arrow.by or arrow.by_all:
        reasons = {line.text: SOMETHING for line in _waivable(now.definition, arrow)} if waive else {}
        yield Take(transition=arrow.name, answers=_asked(now, arrow, wishes), waive=reasons), who
    elif waive:
        yield from _set_aside(now, task)


def _set_aside(draft: Draft, task: Task) -> Iterator[Deed]:
    """Where nothing but lines that may be set aside keeps a step from happening by itself, these are."""
    waits = list(kept_waiting(draft, task))
    who = {line: _may_waive(draft, failure.line.waive) for line, (_, failure) in enumerate(waits)}
    if all(who.values()):
        for line, (place, failure) in enumerate(waits):
            yield Waive(line=failure.line.text, scope=place, reason=SOMETHING), who[line]


def _may_waive(draft: Draft, role: str | None) -> str | None:
    ours = office(draft)
    return next((each for each in participants(draft, (role,)) if each in ours), None) if role else None


def kept_waiting(draft: Draft, task: Task) -> Iterator[tuple[str, Failure]]:
    """What keeps the steps from happening by themselves for which somebody is asked this, each with its place.

    Nothing where a person can take one of them.
    """
    ways = [draft.definition.transitions[name] for name in draft.definition.tasks[task.name].does if name != "assign"]
    if not all(arrow.auto for arrow in ways):
        return
    for track, state, _, holding in positions(draft):
        for arrow in draft.plan.arrows.get((track, state), ()):
            if arrow in ways and task.holding in (None, holding):
                place = place_of(arrow, state, holding)
                yield from ((place, failure) for failure in blockers(draft, arrow, state, holding))


def _accepts(draft: Draft, task: Task, wishes: Wishes) -> Action:
    held = next(
        each for each in draft.holdings.values() if each.participant == task.assignees[0] and each.state in LIVE
    )
    return Answer(holding=held.key, accepts=True, answers=filled(draft, task, wishes))


def _next_step(draft: Draft, task: Task, bench: Bench) -> Iterator[Deed]:
    """The engine's own task is about a seat for which nobody is left, or about others who must agree as well."""
    kind, _, name = (task.about or "").partition(":")
    if kind == "seat":
        people = bench(name, 1)
        if people:
            yield Assign(name=name, participants=people), task.assignees[0]
    elif kind == "consent":
        transition, _, given = name.partition(":")
        for role in draft.definition.transitions[transition].by_all:
            others = participants(draft, (role,))
            if role != given and others:
                yield Take(transition=transition, answers={}, waive={}), others[0]


def _set_anew(draft: Draft, task: Task, wishes: Wishes) -> Iterator[Deed]:
    """A date that no longer fits gets a day that does, by the first transition that somebody can take for it."""
    name = (task.about or "").partition(":")[2]
    for arrow in setters(draft, name):
        able = participants(draft, arrow.by) if isinstance(arrow, TransitionDef) else ()
        if isinstance(arrow, TransitionDef) and able:
            yield Take(transition=arrow.name, answers=_asked(draft, arrow, wishes), waive={}), able[0]
            return


def _named(draft: Callable[[], Draft], who: str, bench: Bench) -> Iterator[Deed]:
    """Candidates for each seat that lacks some; those that came along from the case before need only be begun with."""
    for name, seat in draft().definition.seats.items():
        now = draft()
        live = [held for held in now.holdings.values() if held.seat == name and held.state in LIVE]
        lacking = seat.least - len(live)
        people = bench(name, lacking) if lacking > 0 else ()
        if people or (live and name not in now.places):
            yield Assign(name=name, participants=people, places=seat.least or None), who


def filled(draft: Draft, task: Task, wishes: Wishes) -> dict[str, Any]:
    """Answers to all that the form of a task requires, and what is wished; empty where it has no form."""
    definition, invitations = draft.definition, draft.definition.invitations
    name = invitations.form if task.name == "invitation" and invitations else definition.tasks[task.name].form
    if not name:
        return {}
    form = definition.forms[name]
    groups = {item.of for item in form.fields if item.of}
    groups |= {column.of for item in form.fields for column in item.columns if column.of}
    pen = Writer(definition, draft.rows, {group: participants(draft, (group,)) for group in groups}, first=wishes.first)
    rule = definition.tasks[task.name].decides
    agreed = _agreed(definition, form, draft.rows, rule.reach) if rule is not None else {}
    asked = {**USUAL.get(task.name, {}), **agreed, **wishes.answers.get(task.name, {})}
    return pen.fill(form, asked, Random(task.key), draft.today)


def _agreed(definition: Definition, form: FormDef, rows: Iterable[str], reach: str) -> dict[str, Any]:
    """A judgement on which all agree: of each row, on each scale, the highest value."""
    levels = {
        item.name: dict.fromkeys(rows, choices(definition, item)[-1]) for item in form.fields if item.scale and item.per
    }
    return {**levels, "how": dict.fromkeys(rows, reach)}


def _asked(draft: Draft, arrow: TransitionDef, wishes: Wishes) -> dict[str, Any]:
    return {
        name: wishes.days[name] if name in wishes.days else _said(draft, arrow, name, kind)
        for name, kind in arrow.asks.items()
    }


def _said(draft: Draft, arrow: TransitionDef, name: str, kind: str) -> Any:
    match kind:
        case "date":
            return _day(draft, arrow, name)
        case "moment":
            return f"{_day(draft, arrow, name)}{HOUR}"
        case "seat":
            return next((held.key for held in draft.holdings.values() if held.state in LIVE), "")
        case _:
            return SOMETHING


def _day(draft: Draft, arrow: TransitionDef, name: str) -> date:
    """The first day that the process would accept for what is asked: from the expected one on, else from today back,
    as for the date of a letter; where it accepts none, the expected one.
    """
    for date_name, ref in arrow.ends.items():
        if ref.part == name:  # the last day of a date that lasts several: as short as it may be
            first = _day(draft, arrow, arrow.sets[date_name].part or "")
            return first + timedelta(days=draft.definition.dates[date_name].days[0] - 1)
    about = next((each for each, ref in arrow.sets.items() if ref.part == name and each in draft.definition.dates), "")
    found = resolve_ref(draft, Ref(about)) if about else None
    expected = max(found.point.day, draft.today) if found is not None else draft.today + NOT_SOON
    misfit = lies_outside(draft, about) if about else None
    if misfit is not None:
        expected = max(misfit.first, draft.today)
    later = (expected + timedelta(days=days) for days in range(SOUGHT if about else 0))
    before = (draft.today - timedelta(days=days) for days in range(PAST if about else 0))
    return next((day for day in chain(later, before) if not refusals(draft, about, day)), expected)


def _waivable(definition: Definition, arrow: TransitionDef) -> Iterable[Line]:
    for line in arrow.condition:
        if line.waive:
            yield line
        elif isinstance(line.test, Named):
            yield from (inner for inner in definition.conditions[line.test.name] if inner.waive)
