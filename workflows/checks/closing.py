"""Which arrows close a task whatever happens, as long as nobody has answered it?"""

from __future__ import annotations

from collections.abc import Iterator

from engine.conditions import all_lines
from engine.definition import Definition, TaskDef, TrackDef, TransitionDef
from engine.expressions import At, Compare, Constant, IsState, Line, NumberOf, refs_in
from engine.plan import TASK_MOMENTS
from workflows.checks.reach import reachable


def by_tracks(definition: Definition, task: TaskDef) -> Iterator[TransitionDef]:
    """The arrows of tracks that close a task wherever its track may stand by then.

    That is from the state in which it opens, or that its condition names, or from the first one, as far as one comes
    without closing it.
    """
    ends = {str(one.base.ref) for one in task.until if isinstance(one.base, At) and not one.shifts}
    for track in definition.tracks.values():
        arrows = [arrow for arrow in definition.transitions.values() if arrow.track == track.name]
        opened = opened_in_state(task, track)
        if opened is not None and not task.until:  # then it goes as its state is left
            yield from (arrow for arrow in arrows if opened in arrow.sources and arrow.target not in (None, opened))
        elif track.each is None and ends:
            ending = {arrow.name for arrow in arrows if ends & {arrow.name, f"{track.name}.{arrow.target}"}}
            going = [arrow for arrow in arrows if arrow.name not in ending]
            starts = {opened} if opened is not None else _asked(definition, task, track) or {track.states[0]}
            alive = {state for start in starts for state in reachable(start, going)}
            yield from (arrow for arrow in arrows if arrow.name in ending and alive <= set(arrow.sources))


def opened_in_state(task: TaskDef, track: TrackDef) -> str | None:
    """The state of a track in which a task opens, where that alone opens it."""
    refs = [one.base.ref for one in task.opens if isinstance(one.base, At) and not one.shifts]
    names = {ref.part for ref in refs if ref.name == track.name and ref.part in track.states}
    return names.pop() if len(names) == len(task.opens) == 1 else None


def _asked(definition: Definition, task: TaskDef, track: TrackDef) -> set[str]:
    """The states of a track in which the condition of a task lets it open; none: it does not ask."""
    found: set[str] = set()
    for line in all_lines(definition, task.condition):
        match line.test:
            case IsState(ref, negated, words) if ref.name == track.name and ref.part is None:
                found |= {state for state in track.states if (state in words) is not negated}
    return found


def asks_nothing(arrow: TransitionDef, task: TaskDef) -> bool:
    """Whether an arrow is taken at its moment, as long as that task is not answered."""
    return not (arrow.condition or arrow.times or arrow.until) and all(_answers(task, line) for line in arrow.unless)


def passes_over(definition: Definition, arrow: TransitionDef, task: TaskDef) -> bool:
    """Whether an arrow is taken in place of those that a task does from there, whatever becomes of that task."""
    own = {task.name, *task.does}
    lines = all_lines(definition, (*arrow.condition, *arrow.unless))
    asked = {ref.name for line in lines for ref in refs_in(line.test)}
    steps = [step for name in task.does if (step := definition.transitions.get(name)) is not None]
    return own.isdisjoint(asked) and any(set(step.sources) & set(arrow.sources) for step in steps)


def _answers(task: TaskDef, line: Line) -> bool:
    """Whether a line does not hold before a task is answered."""
    match line.test:
        case IsState(ref, False):
            return ref.name == task.name and ref.part not in (None, *TASK_MOMENTS)
        case Compare(NumberOf(ref), ">", Constant()):
            return ref.name == task.name
    return False
