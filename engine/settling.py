"""What follows from a change, until nothing follows any more? Moves, openings, completions, automatic transitions.

Order: tracks as declared (instances by seat number), then the spine; within one, transitions as declared.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from engine import children, counting, reaching, seat, sharing, task
from engine.arrows import armed, blockers, open_tracks, positions, too_late, used_up
from engine.case import TrackState
from engine.deadlines import refresh, waits_for_deadline
from engine.definition import TrackDef, TransitionDef
from engine.draft import Draft
from engine.errors import EndlessSettling
from engine.expressions import Ref
from engine.moments import resolve_ref
from engine.offsets import local
from engine.positions import step
from engine.watch import watch
from engine.windows import note


def settle(draft: Draft) -> None:
    """Let everything follow that must. Raises EndlessSettling where it does not come to rest."""
    bound = draft.plan.bound + 4 * len(draft.holdings) + len(draft.tasks)
    for _ in range(bound):
        hear(draft)
        changed = _follow(draft)
        if draft.happened:
            continue
        if not fire_first(draft) and not changed:
            break
    else:
        raise EndlessSettling(f"{draft.definition.name}: the case did not come to rest in {bound} steps")
    refresh(draft)
    if watch(draft):
        hear(draft)
        refresh(draft)
    _close_case(draft)
    sharing.tell(draft)


def hear(draft: Draft) -> None:
    """Let each moment be heard by who waits for it, in the order in which they came."""
    while draft.happened:
        moment, holding = draft.happened.pop(0)
        task.hear_end(draft, moment, holding)
        task.hear_opening(draft, moment, holding)
        if holding is not None:
            continue  # one seat's own moment: outside that seat nothing waits for it
        draft.heard.append((moment, holding))
        for child in draft.plan.children.get(moment, ()):
            children.call(draft, child.name)


def _follow(draft: Draft) -> bool:
    before = draft.seq
    _forget_consents(draft)
    _sync_tracks(draft)
    seat.fill(draft)
    task.sync(draft)
    if draft.plan.doers.get("assign") and seat.lists_complete(draft):
        task.finish_by_transition(draft, "assign", None)
    return draft.seq != before


def _forget_consents(draft: Draft) -> None:
    """Who wanted a step that cannot be taken any more need not wait for the others."""
    given = [key for key in draft.moments if key.startswith("consent:")]
    if given:
        ways = {
            arrow.name for track, state, _, _ in positions(draft) for arrow in draft.plan.arrows.get((track, state), ())
        }
        for key in given:
            if key.split(":")[1] not in ways:
                draft.emit("consent_forgotten", key)
                draft.drop("moments", key)


# moving ---------------------------------------------------------------------------------------------------------------


def fire(draft: Draft, arrow: TransitionDef, holding: str | None, answers: Mapping[str, Any]) -> None:
    """Take an arrow: facts, completed tasks, leave and enter, then the moment of its own name."""
    draft.chosen = answers
    draft.emit("transition_taken", arrow.name, holding=holding, asked=_told(answers), rule=_why(arrow))
    draft.count(arrow.name)
    if holding:
        draft.count(f"{arrow.name}@{holding}")
    _set_dates(draft, arrow, answers)
    task.finish_by_transition(draft, arrow.name, holding)
    if arrow.vacates is not None:
        held = draft.holdings.get(str(answers.get(arrow.vacates.part or "")))
        if held is not None:
            seat.substitute(draft, held, None, str(answers.get("reason", "")), {})
    if arrow.target is not None:
        if arrow.track is None:
            enter_stage(draft, step(draft.definition, arrow, draft.stage))
        else:
            key = f"{arrow.track}@{holding}" if holding else arrow.track
            _move_track(draft, key, step(draft.definition, arrow, draft.tracks[key].state), holding)
    draft.record(arrow.name, holding=holding)


def _told(answers: Mapping[str, Any]) -> dict[str, Any] | None:
    """Texts stay out of history: it knows that they were given."""
    return {name: value if isinstance(value, date) else "given" for name, value in answers.items()} or None


def _why(arrow: TransitionDef) -> str:
    return "auto" if arrow.auto else ", ".join(expr.text for expr in arrow.when) or "deed"


def _set_dates(draft: Draft, arrow: TransitionDef, answers: Mapping[str, Any]) -> None:
    for name in dict.fromkeys((*arrow.sets, *arrow.ends)):
        old = draft.moments.get(name)
        if name in arrow.sets:
            day, clock = _said(draft, arrow.sets[name])
        else:
            day, clock = (old.day, old.clock) if old is not None else (None, None)
        if day is None:
            continue
        if name in arrow.sets and old is not None and old.day is not None:
            draft.told_data["old_date"] = old.day
        last, _ = _said(draft, arrow.ends[name]) if name in arrow.ends else (None, None)
        set_date(draft, name, day, clock, last)


def _said(draft: Draft, ref: Ref) -> tuple[date | None, time | None]:
    """The day, and the time where there is one, that was chosen or answered."""
    if ref.name != "chosen":
        fact = draft.facts.get(str(ref))
        return date.fromisoformat(fact) if fact else None, None
    found = resolve_ref(draft, ref)
    chosen = draft.chosen.get(ref.part or "")
    clock = local(chosen, draft.plan.zone).clock if isinstance(chosen, datetime) else None
    return found.point.day if found else None, clock


def set_date(draft: Draft, name: str, day: date, clock: time | None = None, last: date | None = None) -> None:
    """Give a named date its day, and its time where it has one; what depends on it is computed anew.

    Without a last day it lasts as many days as before, or as few as it may.
    """
    old, named = draft.moments.get(name), draft.definition.dates.get(name)
    if last is None and old is not None and old.day is not None and old.last_day is not None:
        last = day + (old.last_day - old.day)
    elif last is None:
        last = day + timedelta(days=named.days[0] - 1 if named is not None else 0)
    draft.record(name, day=day, clock=clock, last_day=last)
    note(draft, name)


def enter_stage(draft: Draft, stage: str) -> None:
    """Leave the stage in force, with all that belongs to it, and enter another (or the same one again)."""
    definition = draft.definition
    left = draft.stage
    draft.emit("stage_left", left)
    draft.record(f"{left}.left")
    task.leave(draft, left)
    _forget_waivers(draft, left)
    draft.emit("stage_entered", stage)
    if definition.stages[stage].end:
        _end_pause(draft)
    draft.set("stage", stage)
    draft.set("stage_since", draft.at)
    draft.set("stage_seq", draft.step())
    draft.count(stage)
    draft.record(stage)
    enter_tracks(draft, stage)
    if definition.rubric_pinned is not None and str(definition.rubric_pinned) == stage and definition.rubric:
        draft.set("rubric", definition.rubric.name)


def _end_pause(draft: Draft) -> None:
    """A case that has come to its end is not paused any more, and nobody need resume it."""
    draft.set("paused", None)
    for item in [each for each in draft.tasks.values() if each.is_open and each.name == "resume"]:
        task.close(draft, item, "closed")


def enter_tracks(draft: Draft, stage: str) -> None:
    """Begin the tracks that live in a stage, and end those that do not."""
    for name, track in draft.definition.tracks.items():
        if track.each is None and track.during:
            _enter_track(draft, name, track, stage)


def _forget_waivers(draft: Draft, state: str) -> None:
    for key in [key for key, waiver in draft.waivers.items() if waiver.scope == state]:
        draft.drop("waivers", key)


def _enter_track(draft: Draft, name: str, track: TrackDef, stage: str) -> None:
    current = draft.tracks.get(name)
    if stage in track.during:
        if current is None:
            start_track(draft, name, track, None)
    elif current is not None and not track.keeps:
        end_track(draft, name, current)


def start_track(draft: Draft, key: str, track: TrackDef, holding: str | None) -> None:
    draft.emit("track_started", key)
    _put_track(draft, key, track.states[0], holding)


def _put_track(draft: Draft, key: str, state: str, holding: str | None) -> None:
    name = key.partition("@")[0]
    draft.put("tracks", key, TrackState(state=state, since=draft.at, seq=draft.step()))
    draft.count(f"{name}.{state}")
    if holding:
        draft.count(f"{name}.{state}@{holding}")
    draft.record(f"{name}.{state}", holding=holding)


def _move_track(draft: Draft, key: str, state: str, holding: str | None) -> None:
    current = draft.tracks[key]
    draft.emit("track_moved", key)
    _leave_track_state(draft, key, current)
    _put_track(draft, key, state, holding)


def _leave_track_state(draft: Draft, key: str, current: TrackState) -> None:
    name, _, holding = key.partition("@")
    place = f"{name}.{current.state}" + (f"@{holding}" if holding else "")
    task.leave(draft, place)
    _forget_waivers(draft, place)


def end_track(draft: Draft, key: str, current: TrackState) -> None:
    draft.emit("track_ended", key)
    _leave_track_state(draft, key, current)
    draft.drop("tracks", key)


def _sync_tracks(draft: Draft) -> None:
    """Tracks that each seat has: begun where a seat was taken, ended where it was left or its stages are over."""
    ended = draft.definition.stages[draft.stage].end
    for name, track in draft.definition.tracks.items():
        if track.each is None:
            continue
        alive = draft.stage in track.during if track.during else not ended
        wanted = [member.key for member in counting.holders(draft, track.each)] if alive else []
        for holding in wanted:
            if f"{name}@{holding}" not in draft.tracks:
                start_track(draft, f"{name}@{holding}", track, holding)
        for key, current in list(draft.tracks.items()):
            if key.startswith(f"{name}@") and key.partition("@")[2] not in wanted:
                end_track(draft, key, current)


def restore_stage(draft: Draft, stage: str) -> None:
    """Back to a stage as if it had not been left: no entry, so that nothing opens a second time."""
    entered = draft.moments[stage]
    draft.emit("stage_restored", stage)
    draft.set("stage", stage)
    draft.set("stage_since", entered.at)
    draft.set("stage_seq", entered.seq - 1)
    enter_tracks(draft, stage)


def restore_track(draft: Draft, track: str, state: str) -> None:
    """Back to a state of a track as if it had not been left."""
    entered = draft.moments[f"{track}.{state}"]
    draft.emit("track_restored", track)
    draft.put("tracks", track, TrackState(state=state, since=entered.at, seq=entered.seq - 1))


def force_state(draft: Draft, state: str) -> None:
    """A correction by hand: into a stage, or a track into a state."""
    if state in draft.definition.stages:
        enter_stage(draft, state)
        return
    ref, _, holding = state.partition("@")
    name, _, wanted = ref.partition(".")
    _move_track(draft, f"{name}@{holding}" if holding else name, wanted, holding or None)


# automatic transitions ------------------------------------------------------------------------------------------------


def fire_first(draft: Draft) -> bool:
    """Take the first automatic transition that is enabled; whether there was one."""
    for track, state, entered, holding in positions(draft):
        for arrow in draft.plan.arrows.get((track, state), ()):
            if enabled(draft, arrow, state, entered, holding):
                fire(draft, arrow, holding, {})
                return True
    return False


def enabled(draft: Draft, arrow: TransitionDef, state: str, entered: int, holding: str | None) -> bool:
    """Whether a transition happens by itself now."""
    if not (arrow.auto or arrow.when) or used_up(draft, arrow, holding) or too_late(draft, arrow):
        return False
    if arrow.when and not arrow.auto and not armed(draft, arrow, entered, holding):
        return False
    return not blockers(draft, arrow, state, holding)


# the end --------------------------------------------------------------------------------------------------------------


def _close_case(draft: Draft) -> None:
    """Closed: the spine has ended and no track, no item of `deadlines` and no task that is not optional is open.

    Tasks about people whom mail does not reach hold no case open: they close with it.
    """
    if not draft.definition.stages[draft.stage].end:
        return _reopen(draft)
    busy = any(
        item.is_open and item.name != task.UNREACHED and not draft.definition.tasks[item.name].optional
        for item in draft.tasks.values()
    )
    if draft.outcome != draft.stage:
        _end(draft)
    if busy or open_tracks(draft) or waits_for_deadline(draft):
        return _reopen(draft)
    let_go = reaching.let_go(draft)
    if not draft.closed:
        draft.emit("case_closed", draft.stage)
        draft.set("closed", True)
        draft.record("case.closed")
        hear(draft)
        refresh(draft)
    elif let_go:
        refresh(draft)
    return None


def _end(draft: Draft) -> None:
    """The spine has come to an end: the parent hears of it."""
    draft.emit("case_ended", draft.stage)
    draft.set("outcome", draft.stage)
    children.tell_end(draft)


def _reopen(draft: Draft) -> None:
    if draft.closed:
        draft.emit("case_reopened", draft.stage)
        draft.set("closed", False)
    if draft.outcome is not None and not draft.definition.stages[draft.stage].end:
        children.tell_going_on(draft)
        draft.set("outcome", None)
