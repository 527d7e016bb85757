"""Is a task over before it is due, as the work of others leads on from where it is open? On everybody's last day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from engine.conditions import all_lines
from engine.definition import Definition, TaskDef, TransitionDef
from engine.expressions import At, DateExpr, Ref, refs_in
from engine.plan import is_event
from engine.saying import said
from workflows.checks.building import Names, Ways, building, ordinary
from workflows.checks.closing import opened_in_state
from workflows.checks.counted import ordinarily
from workflows.checks.due_order import due_before, lacking
from workflows.checks.findings import Finding
from workflows.checks.openings import admitted, open_in

# Source of the rule: a task without `until` closes with the stage, or the state of a track, in which it opened.


@dataclass(frozen=True, slots=True)
class _Lead:
    """The work of others that leads on, by when it is due, and the later day on which a task is due."""

    task: str
    day: DateExpr
    later: DateExpr


def overtaken(definition: Definition) -> Iterator[Finding]:
    """Tasks that are due after the work by which every ordinary way leads on, so that they close with their stage."""
    search = _Search(definition, building(definition), ordinary(definition))
    for task in definition.tasks.values():
        if task.built_in or not task.due:
            continue
        leads = [search.lead(task, track, state) for track, state in _places(definition, task)]
        lead = next(iter(leads), None)
        if lead is not None and all(leads):
            message = said(
                "`{task}` is due `{due}`, and where it is open the case goes on with `{other}`, which is due `{day}`, "
                "before that: what is handed in on the last day comes too late. Let it be due earlier, or stay "
                "(`until`).",
                task=task.name, due=lead.later.text, other=lead.task, day=lead.day.text,
            )  # fmt: skip
            yield Finding(kind="over_before_due", item=("task", task.name), message=message, severity="warning")


def _places(definition: Definition, task: TaskDef) -> list[tuple[str | None, str]]:
    """The states of a track, or the stages, with which a task closes, unless it stays (`until`)."""
    states = [(track.name, opened_in_state(task, track)) for track in definition.tracks.values()]
    found: list[tuple[str | None, str]] = [(track, state) for track, state in states if state is not None]
    if not found:
        stages = open_in(definition, replace(task, until=()), at_once=False) or set()
        found = [(None, stage) for stage in definition.stages if stage in stages & admitted(definition, task.condition)]
    return found


@dataclass(frozen=True, slots=True)
class _Search:
    definition: Definition
    before: Mapping[str, Names]
    ways: Ways

    def lead(self, task: TaskDef, track: str | None, state: str) -> _Lead | None:
        """The work that leads on from a place before a task is due, if each way from there is by such work."""
        steps = [
            arrow for arrows in self.ways.values() for arrow in arrows
            if arrow.track == track and state in arrow.sources and arrow.target != state and self._is_work(arrow)
        ]  # fmt: skip
        name = state if track is None else f"{track}.{state}"
        leads = [self._before_due(task, arrow, self.before[name]) for arrow in steps]
        return leads[0] if leads and all(leads) else None

    def _is_work(self, arrow: TransitionDef) -> bool:
        """Whether somebody's work leads there; not a day, and not a person's step to which no task leads."""
        if arrow.when:
            return any(is_event(self.definition, one) for one in arrow.when)
        return arrow.auto or any(arrow.name in task.does for task in self.definition.tasks.values())

    def _before_due(self, task: TaskDef, arrow: TransitionDef, passed: Names) -> _Lead | None:
        """The first of the tasks that an arrow waits for, if nothing else holds it and each is due before a task."""
        if not self._closes(task, arrow) or task.name in self.before[arrow.name] or self._waits(arrow, task):
            return None
        needed = self.before[arrow.name] - passed - self.before[task.name]
        if needed & set(lacking(self.definition, task.condition, self.before)):
            return None  # it is asked for only where these are late
        leads = [self._compared(task, self.definition.tasks[name]) for name in sorted(needed)]
        return leads[0] if leads and all(leads) else None

    def _closes(self, task: TaskDef, arrow: TransitionDef) -> bool:
        ends = {str(one.base.ref) for one in task.until if isinstance(one.base, At) and not one.shifts}
        place = arrow.target if arrow.track is None else f"{arrow.track}.{arrow.target}"
        return not task.until or bool(ends & {arrow.name, str(place), *(f"{one}.left" for one in arrow.sources)})

    def _waits(self, arrow: TransitionDef, task: TaskDef) -> bool:
        """Whether an arrow waits for a task, or for anything else than tasks and their answers."""
        if any(moment.shifts or not isinstance(moment.base, At) for moment in arrow.when):
            return True
        lines = all_lines(self.definition, (*arrow.condition, *arrow.unless))
        refs = {*refs_in(arrow.when), *(ref for line in lines for ref in refs_in(line.test))} - {Ref("stage")}
        return any(ref.name == task.name or ref.name not in self.definition.tasks for ref in refs)

    def _compared(self, task: TaskDef, other: TaskDef) -> _Lead | None:
        """By when the work of others is due, if that is before a task is due and after it opens."""
        found = due_before(self.definition, other, task)
        if found is None or any(
            ordinarily(self.definition, (opening, task), (found[0], other)) in ("same", "after")
            for opening in task.opens
        ):
            return None
        return _Lead(other.name, *found)
