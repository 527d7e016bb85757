"""Can every state be entered, and does a way lead from it to an end? Conditions are taken to hold some day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.definition import Definition, TransitionDef
from engine.saying import said
from workflows.checks.findings import Finding
from workflows.problems import quoted


def reach(definition: Definition) -> Iterator[Finding]:
    """States that nothing reaches, and states from which no end can be reached."""
    yield from _spine(definition)
    for name in definition.tracks:
        yield from _track(definition, name)


def _spine(definition: Definition) -> Iterator[Finding]:
    arrows = [arrow for arrow in definition.transitions.values() if arrow.track is None]
    entered = reachable(definition.first_stage, arrows)
    ends = [name for name, stage in definition.stages.items() if stage.end]
    ending = _leading_to(ends, arrows)
    for name, stage in definition.stages.items():
        item = ("stage", name)
        if name not in entered:
            message = said(
                "Nothing leads to the stage `{stage}`: add a transition with `to: {stage}`, or take the stage out.",
                stage=name,
            )
            yield Finding(kind="unreachable", item=item, message=message)
        elif name not in ending:
            message = said(
                "From the stage `{stage}` no end can be reached: add a transition that leads out of it.", stage=name
            )
            yield Finding(kind="dead_end", item=item, message=message)
        elif not stage.end and (used_up := _all_limited(name, arrows)):
            message = said(
                "Out of the stage `{stage}` leads only {arrows}, which can be used up (`times`): add another way out.",
                stage=name, arrows=quoted(used_up),
            )  # fmt: skip
            yield Finding(kind="used_up", item=item, message=message, severity="warning")


def _track(definition: Definition, name: str) -> Iterator[Finding]:
    track = definition.tracks[name]
    arrows = [arrow for arrow in definition.transitions.values() if arrow.track == name]
    entered = reachable(track.states[0], arrows)
    for state in track.states:
        if state not in entered:
            message = said(
                "Nothing leads to the state `{state}`: add a transition to it, or take the state out.",
                state=f"{name}.{state}",
            )
            yield Finding(kind="unreachable", item=("state", f"{name}.{state}"), message=message)
    outlives = any(definition.stages[stage].end for stage in track.during if stage in definition.stages)
    left = {source for arrow in arrows if arrow.target is not None for source in arrow.sources}
    resting = [state for state in track.states if state in track.ends or state not in left]
    if outlives:
        closing = _leading_to(resting, arrows)
        for state in track.states:
            if state in entered and state not in closing:
                message = said(
                    "The track `{track}` lives on after the end of the process, and from `{track}.{state}` it never "
                    "comes to rest: name the states in which it is closed under `ends`.",
                    track=name, state=state,
                )  # fmt: skip
                yield Finding(kind="dead_end", item=("state", f"{name}.{state}"), message=message)


def reachable(start: str, arrows: Iterable[TransitionDef]) -> set[str]:
    """States that can be entered from a start, itself among them."""
    return _closure({start}, [(source, arrow.target) for arrow in arrows for source in arrow.sources if arrow.target])


def _leading_to(ends: Iterable[str], arrows: Iterable[TransitionDef]) -> set[str]:
    return _closure(set(ends), [(arrow.target, source) for arrow in arrows for source in arrow.sources if arrow.target])


def _closure(found: set[str], steps: list[tuple[str, str]]) -> set[str]:
    grows = True
    while grows:
        more = {after for before, after in steps if before in found} - found
        found |= more
        grows = bool(more)
    return found


def _all_limited(stage: str, arrows: Iterable[TransitionDef]) -> list[str]:
    """The ways out of a stage that can be entered again, if each of them can be used up."""
    arrows = list(arrows)
    out = [arrow for arrow in arrows if stage in arrow.sources and arrow.target not in (None, stage)]
    again = any(stage in reachable(arrow.target, arrows) for arrow in out if arrow.target)
    return [arrow.name for arrow in out] if again and all(arrow.times for arrow in out) else []
