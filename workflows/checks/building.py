"""On whose work does a task or a transition build: what is over, in the ordinary case, before it can come?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TypeAlias

from engine.counting import DEEDS
from engine.definition import Definition, TaskDef, TrackDef, TransitionDef
from engine.expressions import (
    AnyOf,
    At,
    Compare,
    Constant,
    Count,
    DateExpr,
    IsState,
    Line,
    Lines,
    Named,
    NumberOf,
    Ref,
    RoundOf,
)
from engine.plan import TASK_MOMENTS, is_event
from workflows.checks.answered import is_answer

Names = frozenset[str]
NONE: Names = frozenset()
OVER = {"done", "answered", "expired"}  # how a task stands when nothing more is expected of it


Ways: TypeAlias = Mapping[tuple[str | None, str], list[TransitionDef]]


def building(definition: Definition) -> Mapping[str, Names]:
    """For each task, stage, state of a track and transition the tasks that come before it on every ordinary way.

    Not ordinary is a person's step to which no task leads, or that a task names only after another one.
    """
    return _Search(definition).found()


@dataclass
class _Search:
    """Begins with everything before everything, and takes out what some way passes by, until nothing changes."""

    definition: Definition
    before: dict[str, Names] = field(default_factory=dict)
    readers: dict[str, set[str]] = field(default_factory=dict)  # what is looked at again when this changes
    now: str = ""

    def found(self) -> Mapping[str, Names]:
        rules = self._rules()
        every = frozenset(task.name for task in self.definition.tasks.values() if not task.built_in)
        self.before = dict.fromkeys(rules, every)
        todo = dict.fromkeys(rules)
        while todo:
            self.now = next(iter(todo))
            del todo[self.now]
            new = rules[self.now]()
            if new != self.before[self.now]:
                self.before[self.now] = new
                todo.update(dict.fromkeys(self.readers.get(self.now, ())))
        return {name: each - {name} for name, each in self.before.items()}

    def _rules(self) -> dict[str, Callable[[], Names]]:
        """How each name follows from others; one name stands for one thing."""
        found: dict[str, Callable[[], Names]] = {name: partial(self._stage, name) for name in self.definition.stages}
        for track in self.definition.tracks.values():
            found |= {f"{track.name}.{state}": partial(self._track_state, track, state) for state in track.states}
        found |= {arrow.name: partial(self._arrow, arrow) for arrow in self.definition.transitions.values()}
        tasks = (task for task in self.definition.tasks.values() if not task.built_in)
        return found | {task.name: partial(self._task, task) for task in tasks}

    def _of(self, name: str) -> Names:
        """What is known to come before; nothing of a name that is not looked at."""
        self.readers.setdefault(name, set()).add(self.now)
        return self.before.get(name, NONE)

    @cached_property
    def _ways(self) -> Ways:
        return ordinary(self.definition)

    @cached_property
    def _doing(self) -> Mapping[str, list[TaskDef]]:
        found: dict[str, list[TaskDef]] = {}
        for task in self.definition.tasks.values():
            for name in task.does:
                found.setdefault(name, []).append(task)
        return found

    # where a case stands

    def _stage(self, name: str) -> Names:
        return NONE if name == self.definition.first_stage else self._on_all(self._leading(None, name))

    def _track_state(self, track: TrackDef, state: str) -> Names:
        if state != track.states[0]:
            return self._on_all(self._leading(track.name, state))
        during = [stage for stage in track.during if stage in self.definition.stages]
        return self._on_all(during) if track.each is None else NONE

    def _leading(self, track: str | None, state: str) -> list[str]:
        return [arrow.name for arrow in self._ways[track, state]]

    def _on_all(self, names: Iterable[str]) -> Names:
        return _common([self._of(name) for name in names])

    # what moves it

    def _arrow(self, arrow: TransitionDef) -> Names:
        prefix = "" if arrow.track is None else f"{arrow.track}."
        ways = [self._moment(when) for when in arrow.when]
        if arrow.by or arrow.by_all:
            ways += [self._over(task.name) for task in self._doing.get(arrow.name, ())] or [NONE]
        return (
            self._on_all(f"{prefix}{source}" for source in arrow.sources) | _common(ways) | self._lines(arrow.condition)
        )

    def _task(self, task: TaskDef) -> Names:
        """What is over when a task opens, and what must be before the first of the steps that it does."""
        steps = [step for name in task.does[:1] if (step := self.definition.transitions.get(name)) is not None]
        sources = (task.each_row_of, task.decides.source if task.decides is not None else None)
        taken = [self._over(name) for name in sources if name is not None]
        asked = [self._lines(task.condition), *(self._lines(step.condition) for step in steps)]
        return _common([self._moment(moment) for moment in task.opens]).union(*taken, *asked)

    def _moment(self, moment: DateExpr) -> Names:
        if not isinstance(moment.base, At) or any(shift.sign < 0 for shift in moment.shifts):
            return NONE
        ref = moment.base.ref
        if ref.name in self.definition.tasks and ref.part in TASK_MOMENTS:
            return self._of(ref.name) if ref.part == "opened" else self._over(ref.name)
        deadline = self.definition.deadlines.get(str(ref))
        return self._moment(deadline.at) if deadline is not None else self._of(str(ref))

    # what holds

    def _lines(self, lines: Lines) -> Names:
        return NONE.union(*(self._line(line) for line in lines))

    def _line(self, line: Line) -> Names:
        match line.test:
            case Named(name):
                return self._lines(self.definition.conditions[name])
            case AnyOf(lines):
                return _common([self._line(each) for each in lines])
            case IsState(ref, False, words):
                return self._state(ref, words)
            case Count(amount, _, verb) if verb.kind in DEEDS and verb.ref is not None:
                return NONE if amount.kind in ("no", "at_most") else self._over(verb.ref.name)
            case Count(amount, _, verb) if verb.kind == "in" and amount.kind not in ("no", "at_most"):
                return self._of(str(verb.ref))
            case Count(amount, _, verb) if verb.kind == "decided" and amount.kind not in ("no", "at_most"):
                tasks = self.definition.tasks.values()
                return _common([self._over(task.name) for task in tasks if task.decides is not None])
            case Compare(DateExpr(), ">=" | ">", DateExpr() as day):
                return self._moment(day)
            case Compare(NumberOf(ref), ">", Constant()):
                return self._over(ref.name)
            case Compare(RoundOf(ref), ">", Constant()):
                return self._of(str(ref))
        return NONE

    def _state(self, ref: Ref, words: tuple[str, ...]) -> Names:
        if ref.name == "stage" and ref.part is None:
            return self._on_all(words)
        if ref.name in self.definition.tracks and ref.part is None:
            return self._on_all(f"{ref.name}.{word}" for word in words)
        if is_answer(self.definition, ref.name, ref.part) or (ref.part is None and OVER & set(words)):
            return self._over(ref.name)
        return NONE

    def _over(self, name: str) -> Names:
        return self._of(name) | {name} if name in self.before else NONE


def ordinary(definition: Definition) -> Ways:
    """The arrows that lead to each stage and state, but for those that nobody is asked to take before another one.

    A task that opens on a day is no such asking, where there is another way.
    """
    found: dict[tuple[str | None, str], list[TransitionDef]] = {(None, name): [] for name in definition.stages}
    found |= {(track.name, state): [] for track in definition.tracks.values() for state in track.states}
    for arrow in definition.transitions.values():
        if arrow.target is not None and set(arrow.sources) != {arrow.target}:
            found[arrow.track, arrow.target].append(arrow)
    asking = [task for task in definition.tasks.values() if task.does]
    at_once = {task.does[0] for task in asking if any(is_event(definition, one) for one in task.opens)}
    first = {task.does[0] for task in asking}
    return {
        to: [arrow for arrow in arrows if arrow.when or arrow.auto or arrow.name in at_once]
        or [arrow for arrow in arrows if arrow.name in first]
        or arrows
        for to, arrows in found.items()
    }


def _common(ways: list[Names]) -> Names:
    """What is before on every way; nothing where there is none."""
    return ways[0].intersection(*ways[1:]) if ways else NONE
