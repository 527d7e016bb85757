"""Which transitions are possible now, and what keeps them from happening? Positions, moments that came, conditions."""

from __future__ import annotations

from collections.abc import Iterator

from engine import conditions
from engine.arming import armed_name, has_come, when_instant
from engine.definition import TransitionDef
from engine.draft import Draft
from engine.expressions import At, DateExpr
from engine.moments import Scope, due_instant, resolve
from engine.paused_time import counted
from engine.plan import days, is_event
from engine.saying import said


def positions(draft: Draft) -> Iterator[tuple[str | None, str, int, str | None]]:
    """Everything that can move: (track, state, since which step, holding); the spine last."""
    for name, track in draft.definition.tracks.items():
        if track.each is None:
            current = draft.tracks.get(name)
            if current is not None and (not track.during or draft.stage in track.during):
                yield name, current.state, current.seq, None
            continue
        keys = [key for key in draft.tracks if key.startswith(f"{name}@")]
        for key in sorted(keys, key=lambda each: (each.partition("@")[2].rpartition("-")[0], each)):
            yield name, draft.tracks[key].state, draft.tracks[key].seq, key.partition("@")[2]
    yield None, draft.stage, draft.stage_seq, None


def place_of(arrow: TransitionDef, state: str, holding: str | None) -> str:
    """The state in which an arrow begins, as tasks and waivers name it: "planning", "onboarding.training@peer-1"."""
    name = state if arrow.track is None else f"{arrow.track}.{state}"
    return f"{name}@{holding}" if holding else name


def blockers(draft: Draft, arrow: TransitionDef, state: str, holding: str | None) -> list[conditions.Failure]:
    """The lines of a transition that do not hold."""
    scope = Scope(holding=holding)
    failures = conditions.failing(draft, arrow.condition, scope, place_of(arrow, state, holding))
    if arrow.unless and conditions.holds(draft, arrow.unless, scope):
        failures += [conditions.Failure(line, said("not while {line}", line=line)) for line in arrow.unless]
    return failures


def used_up(draft: Draft, arrow: TransitionDef, holding: str | None) -> bool:
    """Whether a bounded transition has been taken as often as it may."""
    name = f"{arrow.name}@{holding}" if holding else arrow.name
    return arrow.times is not None and draft.counts.get(name, 0) >= arrow.times


def armed(draft: Draft, arrow: TransitionDef, entered: int, holding: str | None) -> bool:
    """Whether one of its moments has come since its state was entered."""
    if armed_name(arrow.name, holding) in draft.moments:
        for expr in days(draft.definition, arrow.when):
            found = counted(draft, expr, Scope(holding=holding))
            if found is None or found.provisional:
                continue
            if has_come(draft, arrow.name, holding, entered, when_instant(draft, expr, found)):
                return True
    return any(_since(draft, expr, entered, holding) for expr in arrow.when if is_event(draft.definition, expr))


def _since(draft: Draft, expr: DateExpr, entered: int, holding: str | None) -> bool:
    assert isinstance(expr.base, At)
    name = str(expr.base.ref)
    if holding is not None and _is_per_seat(draft, expr.base.ref.name):
        name = f"{name}@{holding}"
    moment = draft.moments.get(name)
    return moment is not None and moment.seq > entered


def _is_per_seat(draft: Draft, name: str) -> bool:
    definition = draft.definition.tasks.get(name)
    if definition is not None:
        return bool(definition.each)
    track = draft.definition.tracks.get(name)
    return track is not None and track.each is not None


def open_tracks(draft: Draft) -> list[str]:
    """Tracks that keep a case open after its spine has ended."""
    found = []
    for key, current in draft.tracks.items():
        track = draft.definition.tracks[key.partition("@")[0]]
        leads_out = draft.plan.arrows.get((track.name, current.state), ())
        alive = not track.during or draft.stage in track.during
        if alive and track.during and current.state not in track.ends and leads_out:
            found.append(key)
    return found


def too_late(draft: Draft, arrow: TransitionDef) -> bool:
    """Whether the day until which a transition is possible is over."""
    if arrow.until is None:
        return False
    found = resolve(draft, arrow.until)
    return found is not None and not found.provisional and draft.at > due_instant(draft, found)
