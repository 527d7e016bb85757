"""Can what silence has closed be opened again? An expiry undone: its task, the state that it entered, what it opened.

Possible while the case is still in that state, no task opened by it is done and no tell of it was sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine import conditions, task
from engine.case import Moment, Task
from engine.definition import TransitionDef
from engine.draft import Draft
from engine.errors import Refused
from engine.plan import moments
from engine.saying import said
from engine.settling import restore_stage, restore_track
from engine.stopping import goes_on


@dataclass(frozen=True, slots=True)
class Step:
    """An arrow that an expiry has taken, and the state from which it did."""

    arrow: TransitionDef
    source: str | None  # None: it cannot be told

    @property
    def came_to(self) -> str:
        track, target = self.arrow.track, self.arrow.target or ""
        return target if track is None else f"{track}.{target}"


def reopen(draft: Draft, item: Task) -> Task:
    """The instance, open again. Raises Refused with all that stands in the way."""
    expired = draft.moments.get(f"{item.name}.expired")
    if expired is not None:
        steps = list(_steps(draft, item, expired))
        reasons = [*_gone_on(draft, item, expired, steps), *_followed(draft, item, expired, steps)]
        if reasons:
            more = "a correction by hand remains possible"
            raise Refused(
                said("Can't extend {task:task} after its date", task=item.name), [*dict.fromkeys(reasons), more]
            )
    draft.emit("task_reopened", item.key)
    item = draft.update_task(item, state="open", done_at=None, done_by=None, still_since=goes_on(draft, item))
    if expired is not None:
        draft.drop("moments", f"{item.name}.expired")
        for step in steps:
            _take_back(draft, step, expired)
    return item


def _steps(draft: Draft, item: Task, expired: Moment) -> Iterator[Step]:
    for arrow in draft.definition.transitions.values():
        fired = draft.moments.get(arrow.name)
        if fired is None or fired.seq < expired.seq or fired.at != expired.at or arrow.target is None:
            continue
        if f"{item.name}.expired" in moments(draft.definition, arrow.when):
            scope = item.scope.rpartition(".")[2]
            only = arrow.sources[0] if len(arrow.sources) == 1 else None
            yield Step(arrow, scope if scope in arrow.sources else only)


def _gone_on(draft: Draft, item: Task, expired: Moment, steps: list[Step]) -> Iterator[str]:
    """Where the case is not any more in a state that the expiry has entered, or cannot be brought back."""
    entered = {step.arrow.track: step.came_to for step in steps}
    if draft.stage_seq > expired.seq and entered.get(None) != draft.stage:
        yield said("the case has gone on to {stage:stage}", stage=draft.stage)
    for step in steps:
        track = step.arrow.track
        if step.source is None:
            yield said("it cannot be told where {arrow:transition} began", arrow=step.arrow.name)
        fired = draft.moments[step.arrow.name].seq
        if track is None and draft.stage_seq > fired:
            yield said("the case has gone on to {stage:stage}", stage=draft.stage)
        elif track is not None and _went_on(draft, track, step.arrow.target or "", fired):
            yield said("{track:track} has gone on", track=track)
        if track is None and step.source is not None:
            yield from _tracks_lost(draft, step.source)


def _went_on(draft: Draft, track: str, target: str, fired: int) -> bool:
    current = draft.tracks.get(track)
    return current is None or current.state != target or current.seq > fired


def _tracks_lost(draft: Draft, source: str) -> Iterator[str]:
    for name, track in draft.definition.tracks.items():
        if track.each is None and source in track.during and not track.keeps and draft.stage not in track.during:
            yield said("{track:track} has ended with {stage:stage}", track=name, stage=source)


def _followed(draft: Draft, item: Task, expired: Moment, steps: list[Step]) -> Iterator[str]:
    """What came of it that cannot be taken back."""
    caused = _caused(item, steps)
    for other in _opened(draft, caused, expired):
        if other.state in ("done", "signing"):
            yield said("{task:task}, which it opened, is {state:task_state}", task=other.key, state=other.state)
    for notice in draft.definition.notices.values():
        if caused & set(moments(draft.definition, notice.when)) and conditions.holds(draft, notice.condition):
            yield said("{notice:notice} was sent", notice=notice.name)


def _caused(item: Task, steps: list[Step]) -> set[str]:
    found = {f"{item.name}.expired"}
    for step in steps:
        found |= {step.arrow.name, step.came_to, f"{step.source}.left"}
    return found


def _opened(draft: Draft, caused: set[str], expired: Moment) -> list[Task]:
    opens = {name for moment in caused for name in (each.name for each in draft.plan.opens.get(moment, ()))}
    return [other for other in draft.tasks.values() if other.name in opens and other.opened_seq > expired.seq]


def _take_back(draft: Draft, step: Step, expired: Moment) -> None:
    """The way back: what it opened closes, what it closed opens, counts and moments are as before."""
    assert step.source is not None
    for other in _opened(draft, {step.arrow.name, step.came_to}, expired):
        if other.is_open:
            task.close(draft, other, "closed")
    for name in (step.arrow.name, step.came_to):
        draft.put("counts", name, draft.counts[name] - 1)
        draft.drop("moments", name)
    if step.arrow.track is None:
        draft.drop("moments", f"{step.source}.left")
        restore_stage(draft, step.source)
        place = step.source
    else:
        restore_track(draft, step.arrow.track, step.source)
        place = f"{step.arrow.track}.{step.source}"
    task.open_again(draft, place)
