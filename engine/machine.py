"""How does a case change? Through one door: `apply`.

`apply` lists in order all that it does: permission, the deed, its consequences until nothing follows, notices, seal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from engine import deeds, following, notices, publishing, seat
from engine.actions import Action, Actor, Expire
from engine.authority import may
from engine.case import Case, Parent
from engine.definition import Definition
from engine.draft import Draft
from engine.errors import CollegiumError, NotAllowed, Refused, RuleFailed
from engine.events import Outcome
from engine.expressions import Ref
from engine.lead_time import too_late
from engine.lots import FACT, Lot, draw
from engine.moments import resolve_ref
from engine.rings import VISITOR
from engine.saying import said
from engine.settling import enter_tracks, set_date, settle
from engine.windows import lies_outside
from engine.world import World


def apply(definition: Definition, case: Case, action: Action, actor: Actor, world: World, now: datetime) -> Outcome:
    """The one door through which a case changes. Values in, values out; nothing is saved here.

    0. A date that comes is effective at its due moment, a deed at `now`.
    1. Permission, source and conditions: Refused with all reasons, or waivers recorded.
    2. The deed: facts, answers, dates.
    3. Move: leave (close what belongs to the state), enter (tracks start, tasks open).
    4. Settle: completed tasks, seats, dates, automatic transitions, until nothing changes; the engine's own tasks.
    5. Notices and withdrawals, once, from the final state.
    6. Events, sealed into the history.

    Raises Refused (and NotAllowed, InvalidAnswers) where it cannot be done, RuleFailed where a date's rule raises.
    Rows of the case that were due before a deed are applied first, by the caller, each through this same door.
    """
    at = now
    if isinstance(action, Expire):
        row = case.deadlines.get(action.deadline)
        if row is None:
            return Outcome(before=case, case=case)
        at = min(row.at, now)
    draft = Draft(definition, case, world, actor, now, at)
    reasons = may(draft, actor, action)
    if reasons:
        raise NotAllowed(deeds.cannot(action), reasons)
    if isinstance(action, Expire):
        try:
            return _carried_out(draft, action)
        except CollegiumError:
            raise
        except Exception as error:
            raise RuleFailed(action.deadline, error) from error
    return _carried_out(draft, action)


def _carried_out(draft: Draft, action: Action) -> Outcome:
    deeds.do(draft, action)
    settle(draft)
    return finished(draft)


def finished(draft: Draft) -> Outcome:
    """The outcome of a settled draft."""
    publishing.publish(draft)
    notices.derive(draft)
    case, history = draft.finish()
    return Outcome(
        before=draft.before if draft.before.version or draft.before.head[0] else None,
        case=case,
        history=history,
        notices=notices.unique(draft.notices),
        withdrawals=tuple(draft.withdrawals),
        signals=tuple(draft.signals),
        submissions=tuple(draft.submissions),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """What a case begins with: its place in a cycle, who holds which role, dates asked at launch, what it inherits."""

    case: str
    cycle: str
    subject: str
    roles: Mapping[str, tuple[str, ...]]
    dates: Mapping[str, date] = field(default_factory=dict)
    parent: Parent | None = None
    rows: Sequence[str] | None = None  # the rubric's rows in scope; None: all
    inherit: Mapping[str, Any] = field(default_factory=dict)  # decisions of rows that are not in scope
    waived: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # seat -> who held it in the case that called
    lots: Mapping[str, Lot] = field(default_factory=dict)  # value -> what fell to this case in the draw of its round
    visitor: str | None = None  # the organisation that visits this one, in a ring
    shared: Mapping[str, Any] = field(default_factory=dict)  # who holds which seat there, and which days are those


def launch(definition: Definition, start: Launch, actor: Actor, world: World, now: datetime) -> Outcome:
    """The first step of a case: it enters the first stage of its process."""
    first = definition.first_stage
    blank = Case(
        id=start.case,
        cycle=start.cycle,
        subject=start.subject,
        process=definition.name,
        process_version=definition.version,
        behaviour=definition.behaviour,
        stage=first,
        stage_since=now,
        parent=start.parent,
    )
    draft = Draft(definition, blank, world, actor, now)
    draft.emit(
        "case_launched", start.subject, case=start.case, cycle=start.cycle, subject=start.subject,
        process=definition.name, version=definition.version, behaviour=definition.behaviour, parent=start.parent,
        waived=dict(start.waived) or None, visitor=start.visitor,
    )  # fmt: skip
    draft.put_initial(first, now)
    rubric = definition.rubric
    if rubric is not None:
        draft.set("rubric", rubric.name)
        draft.set("rows", tuple(start.rows) if start.rows is not None else rubric.criteria)
    for name, people in start.roles.items():
        draft.put("roles", name, tuple(people))
    for name, decision in start.inherit.items():
        draft.put("decisions", name, decision)
    _draw_lots(draft, start)
    if start.visitor is not None:
        draft.put("facts", VISITOR, start.visitor)
    draft.record("case.launched")
    for name, day in start.dates.items():
        set_date(draft, name, day)
    following.follow(draft, start.shared)
    if actor.kind != "clock":
        _check_lead_time(draft, start)
    draft.count(first)
    draft.record(first)
    enter_tracks(draft, first)
    for name, people in start.kept.items():
        seat.keep(draft, name, people)
    settle(draft)
    return finished(draft)


def _draw_lots(draft: Draft, start: Launch) -> None:
    """What falls to a case by lot; one that began outside a round draws by its own key."""
    for name, value in draft.definition.values.items():
        if value.drawn is not None:
            lot = start.lots.get(name) or draw(start.case, name, value.drawn, [start.subject])[start.subject]
            choice = value.choices[0] if lot.drawn else value.choices[-1]
            draft.emit("lot_drawn", name, choice=choice, seed=lot.seed, percent=value.drawn, out_of=lot.out_of)
            draft.put("facts", f"{FACT}{name}", choice)


def _check_lead_time(draft: Draft, start: Launch) -> None:
    """Raises Refused where a date that is asked at launch was not given, or where too little time is left."""
    definition, host = draft.definition, draft.world.host.name
    reasons = [
        said("{host}: {date:date} is asked at launch", host=host, date=name)
        for name, named in definition.dates.items()
        if named.asked_at_launch and resolve_ref(draft, Ref(name)) is None
    ]
    reasons += [
        said("{host}: {why}", host=host, why=reason) for name in start.dates if (reason := _outside_window(draft, name))
    ]
    last, who = too_late(draft), definition.launch.waive
    if last is not None and (who is None or "lead_time" not in start.waived):
        left = said("{host}: too little time is left, the last day was {day}", host=host, day=last)
        reasons.append(said("{why}; {role:role} may waive it with a reason", why=left, role=who) if who else left)
    if reasons:
        raise Refused(said("Can't launch {process:process}", process=definition.name), reasons)


def _outside_window(draft: Draft, name: str) -> str | None:
    """Why a day that was given at launch is none of those that its date may lie on; None where it is one."""
    found = lies_outside(draft, name) if name in draft.definition.dates else None
    if found is None:
        return None
    return said(
        "{date:date} is to lie between {first} and {last}, and {day} does not",
        date=name, first=found.first, last=found.last, day=found.day,
    )  # fmt: skip
