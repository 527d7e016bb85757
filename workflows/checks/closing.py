"""Which arrows close a task whatever happens, as long as nobody has answered it?"""

from __future__ import annotations

from collections.abc import Iterator

from engine.conditions import all_lines
from engine.definition import Definition, TaskDef, TransitionDef
from engine.expressions import IsState, Line, refs_in
from engine.plan import TASK_MOMENTS


def of_tracks(definition: Definition, ends: set[str]) -> Iterator[TransitionDef]:
    """The arrows of tracks by which one of these moments comes, wherever their track stands until then."""
    for track in definition.tracks.values() if ends else ():
        arrows = [arrow for arrow in definition.transitions.values() if arrow.track == track.name]
        otherwise = {arrow.target for arrow in arrows if arrow.name not in ends} | {track.states[0]}
        alive = {state for state in track.states if f"{track.name}.{state}" not in ends and state in otherwise}
        ending = [arrow for arrow in arrows if arrow.target not in (None, *alive) or arrow.name in ends]
        yield from (arrow for arrow in ending if track.each is None and alive <= set(arrow.sources))


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
    return False
