"""How does a running case come to follow another version of its process? One step, by a plan, and what follows from it.

The plan is what the new version `replaces`. Work that is done stays done; open work stays with those who have it. What
the new version says otherwise is computed anew, what it would have opened by now opens, and what is gone is closed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time

from engine import settling
from engine.actions import MoveVersion
from engine.case import Former, Moment, Task
from engine.deadlines import rung
from engine.definition import Definition, TaskDef, TrackDef
from engine.draft import Draft
from engine.due_dates import calendar_name, dates_of
from engine.errors import InvalidAnswers, Refused
from engine.events import MOVED
from engine.expressions import DateExpr, Ref
from engine.moments import resolve, scope_of
from engine.offsets import Point, instant
from engine.plan import days, moments, plan_of
from engine.renaming import in_text, renamed
from engine.saying import said
from engine.sending import SPEAKS
from engine.submitting import remember
from engine.task import open_task
from engine.translating import Translation, translated
from engine.unmovable import plan_for, reasons, unasked
from engine.withdrawing import withdraw


def move(draft: Draft, action: MoveVersion) -> None:
    """Let a case follow another version. Raises Refused with every reason why it cannot, InvalidAnswers without why."""
    what = said("Can't move to version {version}", version=action.to.version)
    if not action.reason.strip():
        raise InvalidAnswers(what, ["reason: an answer is needed"])
    if hindered := reasons(draft, action):
        raise Refused(what, hindered)
    former = Draft(draft.definition, draft.before, draft.world, draft.actor, draft.now, draft.at)
    change = Translation(plan_for(draft, action.to), former.definition, action.to)
    case = translated(draft.before, change)
    after = Draft(action.to, case, draft.world, draft.actor, draft.now, draft.at)
    _let_go(draft, change)
    draft.emit(
        MOVED, draft.stage, reason=action.reason, old=former.definition.version, new=action.to.version,
        names=dict(change.names) or None, kept=sorted(_kept_by_hand(former, after)) or None,
        unasked=sorted(set(_unasked(draft, action, change))) or None, forgot=_forgotten(former, change) or None,
    )  # fmt: skip
    draft.adopt(case)
    left = Former(version=former.definition.version, behaviour=former.definition.behaviour, until=draft.now)
    draft.set("process_version", action.to.version)
    draft.set("behaviour", action.to.behaviour)
    draft.set("former", (*former.before.former, left))
    draft.definition, draft.plan, draft.former = action.to, plan_of(action.to), former
    draft.asked_before = {key: case.tasks[key] for key in draft.asked_before if key in case.tasks}
    _marks(draft, change)
    _learn(draft, action)
    _dates(draft, former)
    _ladders(draft, former, change)
    for name in _tracks_over(draft, former, change):
        settling.end_track(draft, name, draft.tracks[name])
    for name, track in _new_tracks(draft, change):
        settling.start_track(draft, name, track, None)
    for definition, moment, holding in list(_due_to_open(draft, former, change)):
        open_task(draft, definition, moment=moment, holding=holding)


def _let_go(draft: Draft, change: Translation) -> None:
    """Whoever was reminded of a task that is gone hears that it is not needed."""
    gone = {key: each for key, each in draft.asked_before.items() if change.task(each.name) is None}
    if not gone:
        return
    without = replace(draft.before, tasks={key: each for key, each in draft.tasks.items() if key not in gone})
    closing = Draft(draft.definition, without, draft.world, draft.actor, draft.now, draft.at)
    closing.asked_before = gone
    withdraw(closing, frozenset())
    draft.notices += closing.notices
    draft.withdrawals += closing.withdrawals


def _unasked(draft: Draft, action: MoveVersion, change: Translation) -> Iterator[str]:
    given = [
        (each.name, change.old.tasks[each.name].form or "", action.given[each.answer])
        for each in draft.tasks.values()
        if each.answer is not None and each.answer in action.given
    ]
    return unasked(change.old, change.plan, change.to, given)


def _forgotten(former: Draft, change: Translation) -> dict[str, date]:
    """Dates that were set and that the new version does not have: their days are not kept."""
    known = {name: former.moments.get(name) for name in change.old.dates if name in change.gone}
    return {name: each.day for name, each in known.items() if each is not None and each.day is not None}


# dates ----------------------------------------------------------------------------------------------------------------


def _dates(draft: Draft, former: Draft) -> None:
    """Open tasks whose dates the two versions say otherwise, seen from today."""
    for task in _open(draft):
        if task.due is not None and _days(draft, task) != _days(former, former.before.tasks[task.key]):
            draft.by_version.add(task.key)


def _open(draft: Draft) -> list[Task]:
    return [task for task in draft.tasks.values() if task.is_open]


def _days(draft: Draft, task: Task) -> list[object]:
    return [(each.at, each.day) if each is not None else None for each in dates_of(draft, task)]


def _kept_by_hand(former: Draft, after: Draft) -> Iterator[str]:
    """Open tasks whose date stays as somebody set or extended it, though the new version says another."""
    for key, task in after.tasks.items():
        before = former.tasks[key]
        if task.is_open and task.due is not None and (task.due.pinned or task.due.shifted) and before.due is not None:
            free = [replace(each, due=replace(task.due, pinned=None, shifted=False)) for each in (task, before)]
            if _days(after, free[0]) != _days(former, free[1]):
                yield key


def _ladders(draft: Draft, former: Draft, change: Translation) -> None:
    """Reminders and late steps that are others now begin a new term, so that each of them speaks once; what is past of
    them has come. A mail that waits stays: the date of which it speaks is the same."""
    for task in _open(draft):
        before, after = former.definition.tasks[former.before.tasks[task.key].name], draft.definition.tasks[task.name]
        if task.due is None or _ladder(before, change) == _ladder(after, None):
            continue
        due, scope, name = task.due, scope_of(task), calendar_name(draft, task)
        points = [rung(draft, step, due, scope, name) for step in after.late]
        come = tuple(
            index for index, point in enumerate(points) if point is not None and _has_come(draft, point, SPEAKS)
        )
        changed = draft.update_task(task, term=task.term + 1, rungs=come)
        draft.asked_before[task.key] = replace(draft.asked_before[task.key], term=changed.term)


def _has_come(draft: Draft, point: Point, at: time) -> bool:
    """Whether a moment has come that falls at that time of its day, unless it has one of its own."""
    return instant(Point(point.day, point.clock or at), draft.plan.zone, ends=True) <= draft.now


def _ladder(task: TaskDef, change: Translation | None) -> list[object]:
    """The reminders, late steps and repetition of a task, as texts that can be compared."""
    found = [each.text for each in task.remind]
    found += [f"{step.at.text} {step.tell} {step.notice} {step.task}" for step in task.late]
    return [*(in_text(each, change.names) if change else each for each in found), task.repeat]


# what has come to be asked --------------------------------------------------------------------------------------------


def _learn(draft: Draft, action: MoveVersion) -> None:
    """Answers that the new version reads and the old one did not."""
    for task in list(draft.tasks.values()):
        for name, value in action.given.get(task.answer or "", {}).items():
            ref = f"{task.name}.{name}"
            if task.state in ("done", "signing") and ref in draft.plan.facts and ref not in draft.facts:
                remember(draft, Ref(task.name, name), value)


def _new_tracks(draft: Draft, change: Translation) -> Iterator[tuple[str, TrackDef]]:
    """Tracks that are alive in this stage by the new version, and were not by the old one."""
    known = {change.here(name): track for name, track in change.old.tracks.items() if not change.goes(name)}
    stage = draft.former.before.stage if draft.former is not None else ""
    for name, track in draft.definition.tracks.items():
        before = known.get(name)
        alive = before is not None and stage in before.during
        if track.each is None and draft.stage in track.during and name not in draft.tracks and not alive:
            yield name, track


def _tracks_over(draft: Draft, former: Draft, change: Translation) -> list[str]:
    """Tracks that lived in this stage by the old version, and do not by the new one."""
    alive = {
        change.track(name)
        for name, each in change.old.tracks.items()
        if each.each is None and former.stage in each.during
    }
    tracks = draft.definition.tracks
    return [
        name
        for name in draft.tracks
        if name in alive and draft.stage not in tracks[name].during and not tracks[name].keeps
    ]


def _due_to_open(draft: Draft, former: Draft, change: Translation) -> Iterator[tuple[TaskDef, str, str | None]]:
    """Tasks that would be open by the new version, as far as the old one did not ask it: of the states in force, and of
    moments since the stage was entered."""
    lived = {former.stage, *(f"{key.partition('@')[0]}.{each.state}" for key, each in former.tracks.items())}
    states = {
        *change.old.stages,
        *(f"{track.name}.{state}" for track in change.old.tracks.values() for state in track.states),
    }
    before = {change.task(name): each for name, each in change.old.tasks.items() if not each.built_in}
    for definition in draft.definition.tasks.values():
        if definition.built_in:
            continue
        old = before.get(definition.name)
        heard = moments(change.old, old.opens) if old is not None else []
        known = {renamed(name, change.names) for name in heard if name in lived or name not in states}
        same = old is not None and [in_text(each.text, change.names) for each in old.condition] == [
            each.text for each in definition.condition
        ]
        for moment in moments(draft.definition, definition.opens):
            if moment in known and same:
                continue
            for seq, holding in _in_force(draft, moment):
                if not _has_opened(draft, definition, seq, holding) and not _is_over(draft, definition, seq):
                    yield definition, moment, holding


def _in_force(draft: Draft, moment: str) -> Iterator[tuple[int, str | None]]:
    """Since which step, and for whose seat, a state is in force or a moment of this stage has come."""
    if moment == draft.stage:
        yield draft.stage_seq, None
        return
    name, _, state = moment.partition(".")
    if name in draft.definition.tracks:
        for key, current in draft.tracks.items():
            if key.partition("@")[0] == name and current.state == state:
                yield current.seq, key.partition("@")[2] or None
        return
    come = draft.moments.get(moment)
    if come is not None and come.seq > draft.stage_seq and moment not in draft.definition.stages:
        yield come.seq, None


def _has_opened(draft: Draft, definition: TaskDef, seq: int, holding: str | None) -> bool:
    if holding is not None and definition.each:
        own = (each for each in draft.tasks.values() if each.name == definition.name and each.holding == holding)
        return any(each.opened_seq > seq for each in own)
    opened = draft.moments.get(f"{definition.name}.opened")
    return opened is not None and opened.seq > seq


def _is_over(draft: Draft, definition: TaskDef, seq: int) -> bool:
    """Whether what would end the task has come since."""
    ends = (draft.moments.get(name) for name in moments(draft.definition, definition.until))
    if any(end is not None and end.seq > seq for end in ends):
        return True
    dated = (resolve(draft, expr) for expr in days(draft.definition, definition.until))
    return any(found is not None and not found.provisional and found.point.day < draft.today for found in dated)


# dated rows -----------------------------------------------------------------------------------------------------------


def _marks(draft: Draft, change: Translation) -> None:
    """Which dated openings, words and calls have come, by the places that they have in the new version.

    A day that is past and was not named before is no news: only a task that never opened still opens by it.
    """
    for kind, name, old, new in _dated(draft.definition, change):
        if [expr.text for expr in new] == (known := [in_text(expr.text, change.names) for expr in old]):
            continue
        prefix = f"fired:{kind}:{name}"
        come = {known[n]: draft.moments[f"{prefix}:{n}"] for n in range(len(old)) if f"{prefix}:{n}" in draft.moments}
        for n in range(len(old)):
            draft.drop("moments", f"{prefix}:{n}")
        for n, expr in enumerate(new):
            found = resolve(draft, expr)
            at = SPEAKS if kind == "notice" else time(0)
            past = found is not None and not found.provisional and _has_come(draft, found.point, at)
            if expr.text in come:
                draft.put("moments", f"{prefix}:{n}", come[expr.text])
            elif found is not None and past and (kind != "open" or draft.rounds.get(name)):
                mark = Moment(at=draft.at, seq=draft.step(), day=found.point.day)
                draft.put("moments", f"{prefix}:{n}", mark)


def _dated(to: Definition, change: Translation) -> Iterator[tuple[str, str, list[DateExpr], list[DateExpr]]]:
    """Of each item with dated moments: its kind and name, those that it had and those that it has."""
    old = change.old
    for name, task in to.tasks.items():
        before = next((each for own, each in old.tasks.items() if change.task(own) == name), None)
        yield "open", name, days(old, before.opens) if before else [], days(to, task.opens)
    for name, notice in to.notices.items():
        was = old.notices.get(name)
        yield "notice", name, days(old, was.when) if was else [], days(to, notice.when)
    for name, child in to.children.items():
        had = old.children.get(name)
        yield "child", name, days(old, had.opens) if had else [], days(to, child.opens)
