"""What can move a case, and what does each mover hear? A definition as the abstract machine sees it.

Only what can move the case takes part: tasks whose state is read or whose moments are heard by an arrow, by another
such task or by a child that is waited for. Tracks that each seat has are folded away: what is counted in them may be
anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from engine.answers import field_of
from engine.definition import Definition, TaskDef, TransitionDef
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
    Ref,
    RoundOf,
    refs_in,
)
from engine.forms import choices
from engine.plan import TASK_MOMENTS, days, moments

Listener = TypeVar("Listener")

OTHER = "another answer"
"""Stands for every answer that no condition names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One definition, indexed for exploring."""

    definition: Definition
    tracks: tuple[str, ...]  # those that the case has once
    tasks: tuple[str, ...]  # those that can move it
    counters: tuple[str, ...]
    caps: tuple[int, ...]  # beyond this a counter is not told apart
    facts: tuple[str, ...]  # "decision.outcome"
    words: Mapping[str, tuple[str, ...]]  # of a fact: what it may be
    arrows: Mapping[tuple[str | None, str], tuple[TransitionDef, ...]]
    arms: Mapping[str, tuple[TransitionDef, ...]]  # moment -> arrows that wait for it
    opens: Mapping[str, tuple[TaskDef, ...]]
    ends: Mapping[str, tuple[TaskDef, ...]]
    does: Mapping[str, tuple[str, ...]]  # arrow -> tasks done by it
    late: Mapping[str, tuple[str, ...]]  # task -> tasks whose late steps open it
    calls: Mapping[str, tuple[str, ...]]  # moment -> children
    endings: Mapping[str, tuple[str, ...]]  # child -> its ends for which something waits
    escapes: frozenset[str]  # ways to an end that lead out of every stage
    live: Mapping[str, frozenset[str]]  # stage -> tasks that can still move the case
    read: Mapping[str, frozenset[str]]  # stage -> names of tasks, counters and facts that can still be asked about

    def of_case(self, moment: str) -> bool:
        """Whether a moment is one that the machine itself makes; the others may come at any time."""
        name, _, part = moment.partition(".")
        if moment in self.definition.stages or moment in self.definition.transitions or moment == "case.launched":
            return moment not in self.definition.transitions or self.definition.transitions[moment].track in (
                None, *self.tracks)  # fmt: skip
        if name in self.definition.stages:
            return part == "left"
        if name in self.tracks or name in self.endings:
            return True
        return name in self.tasks and part in ("opened", "done", "expired", "submitted")


def model_of(definition: Definition) -> Model:
    """The machine of a definition."""
    tracks = tuple(name for name, track in definition.tracks.items() if track.each is None)
    ours = [arrow for arrow in definition.transitions.values() if arrow.track is None or arrow.track in tracks]
    relevant = _relevant(definition, ours)
    kept = [definition.tasks[name] for name in relevant]
    readers = list(_readers(definition, ours, kept))
    caps = _caps(definition, ours, readers)
    facts = _facts(definition, [line for lines, _ in readers for line in lines])
    after = _after(definition, ours)
    arms = _by_moment(definition, ours, lambda arrow: arrow.when)
    opens = _by_moment(definition, kept, lambda task: task.opens)
    return Model(
        definition=definition,
        tracks=tracks,
        tasks=relevant,
        counters=tuple(caps),
        caps=tuple(caps.values()),
        facts=tuple(facts),
        words=facts,
        arrows=_at_places(ours),
        arms=arms,
        opens=opens,
        ends=_by_moment(definition, kept, lambda task: task.until),
        does=_grouped((name, task.name) for task in kept for name in task.does),
        late=_grouped((step.task, task.name) for task in kept for step in task.late if step.task in relevant),
        calls=_grouped(
            (name, child.name) for child in definition.children.values() for name in moments(definition, child.opens)
        ),
        endings=_endings(definition, ours, kept),
        escapes=_escapes(definition, ours),
        live=_live(definition, after, readers, arms, opens, kept),
        read={stage: _read_in(definition, reach, readers, ours, caps) for stage, reach in after.items()},
    )


def lines_in(definition: Definition, lines: Lines) -> Iterator[Line]:
    """The lines with those behind names, alternatives and derived values, however deep."""
    for line in lines:
        yield line
        if isinstance(line.test, Named):
            yield from lines_in(definition, definition.conditions[line.test.name])
        elif isinstance(line.test, AnyOf):
            yield from lines_in(definition, line.test.lines)
        elif isinstance(line.test, IsState) and line.test.ref.name in definition.values:
            for _, inner in definition.values[line.test.ref.name].first_of:
                yield from lines_in(definition, inner)


def stages_of(definition: Definition, arrow: TransitionDef) -> tuple[str, ...]:
    """The stages in which an arrow may be taken."""
    return arrow.sources if arrow.track is None else definition.tracks[arrow.track].during or tuple(definition.stages)


# what takes part ------------------------------------------------------------------------------------------------------


def _relevant(definition: Definition, arrows: list[TransitionDef]) -> tuple[str, ...]:
    found: set[str] = set()
    wanted: list[object] = [(arrow.when, _asked(definition, arrow.condition, arrow.unless)) for arrow in arrows]
    wanted += [
        (child.opens, _asked(definition, child.condition))
        for child in definition.children.values()
        if child.await_ != "none"
    ]
    while wanted:
        for ref in list(refs_in(wanted.pop())):
            task = definition.tasks.get(ref.name)
            if task is None or task.built_in or task.name in found:
                continue
            found.add(task.name)
            wanted.append((task.opens, _asked(definition, task.condition, task.skip_if)))
            openers = [one for one in definition.tasks.values() for step in one.late if step.task == task.name]
            wanted += [Ref(one.name) for one in openers]
    return tuple(name for name in definition.tasks if name in found)


def _asked(definition: Definition, *several: Lines) -> tuple[Line, ...]:
    return tuple(line for lines in several for line in lines_in(definition, lines))


def _readers(
    definition: Definition, arrows: list[TransitionDef], tasks: list[TaskDef]
) -> Iterator[tuple[tuple[Line, ...], tuple[str, ...]]]:
    """Conditions, with the stages in which they are asked."""
    everywhere = tuple(definition.stages)
    for arrow in arrows:
        yield _asked(definition, arrow.condition, arrow.unless), stages_of(definition, arrow)
    for task in tasks:
        yield _asked(definition, task.condition, task.skip_if), everywhere
    for child in definition.children.values():
        yield _asked(definition, child.condition), everywhere


def _caps(
    definition: Definition, arrows: list[TransitionDef], readers: list[tuple[tuple[Line, ...], tuple[str, ...]]]
) -> dict[str, int]:
    caps = {arrow.name: arrow.times for arrow in arrows if arrow.times is not None}
    for lines, _ in readers:
        for line in lines:
            test = line.test
            if isinstance(test, Compare) and isinstance(test.left, RoundOf) and isinstance(test.right, Constant):
                name = str(test.left.ref)
                caps[name] = max(caps.get(name, 0), test.right.number + 1)
    return caps


def _facts(definition: Definition, lines: list[Line]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for line in lines:
        test = line.test
        if isinstance(test, IsState) and test.ref.part is not None:
            field = field_of(definition, test.ref)
            if field is None or field.many or field.per:
                continue
            answers = ("yes", "no") if field.type == "yes_no" else choices(definition, field)
            named = found.setdefault(str(test.ref), {} if field.required else {OTHER: None})
            named.update(dict.fromkeys(answers or (OTHER, *test.words)))
    return {name: tuple(words) for name, words in found.items()}


def _endings(definition: Definition, arrows: list[TransitionDef], tasks: list[TaskDef]) -> dict[str, tuple[str, ...]]:
    heard = [name for item in arrows for name in moments(definition, item.when)]
    heard += [name for task in tasks for name in (*moments(definition, task.opens), *moments(definition, task.until))]
    return _grouped(
        (name.partition(".")[0], name) for name in dict.fromkeys(heard) if name.partition(".")[0] in definition.children
    )


def _escapes(definition: Definition, arrows: list[TransitionDef]) -> frozenset[str]:
    running = {name for name, stage in definition.stages.items() if not stage.end}
    return frozenset(
        arrow.name
        for arrow in arrows
        if arrow.track is None and not arrow.when and not arrow.auto and running <= set(arrow.sources)
        and arrow.target is not None and definition.stages[arrow.target].end
    )  # fmt: skip


# what can still matter ------------------------------------------------------------------------------------------------


def _after(definition: Definition, arrows: list[TransitionDef]) -> dict[str, frozenset[str]]:
    """Stage -> the stages that may come from there on, itself among them."""
    ways = _grouped(
        (source, arrow.target) for arrow in arrows if arrow.track is None for source in arrow.sources if arrow.target
    )
    found: dict[str, frozenset[str]] = {}
    for stage in definition.stages:
        seen, todo = {stage}, [stage]
        while todo:
            for target in ways.get(todo.pop(), ()):
                if target not in seen:
                    seen.add(target)
                    todo.append(target)
        found[stage] = frozenset(seen)
    return found


def _read_in(
    definition: Definition,
    reach: frozenset[str],
    readers: list[tuple[tuple[Line, ...], tuple[str, ...]]],
    arrows: list[TransitionDef],
    caps: Mapping[str, int],
) -> frozenset[str]:
    lines = [line for asked, stages in readers if reach & set(stages) for line in asked]
    names = {str(ref) for line in lines for ref in refs_in(line.test)}
    names |= {ref.name for line in lines for ref in refs_in(line.test) if _of_state(line, ref)}
    names |= {arrow.name for arrow in arrows if arrow.name in caps and reach & set(stages_of(definition, arrow))}
    return frozenset(names)


def _of_state(line: Line, ref: Ref) -> bool:
    return isinstance(line.test, Count) or ref.part is None


def _live(
    definition: Definition,
    after: Mapping[str, frozenset[str]],
    readers: list[tuple[tuple[Line, ...], tuple[str, ...]]],
    arms: Mapping[str, tuple[TransitionDef, ...]],
    opens: Mapping[str, tuple[TaskDef, ...]],
    tasks: list[TaskDef],
) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for stage, reach in after.items():
        lines = [line for asked, stages in readers if reach & set(stages) for line in asked]
        live = {ref.name for line in lines for ref in refs_in(line.test)}
        for moment, waiting in arms.items():
            if any(reach & set(stages_of(definition, arrow)) for arrow in waiting):
                live.add(moment.partition(".")[0])
        live |= {step.task for task in tasks for step in task.late if step.task in live}
        grows = True
        while grows:
            more = {moment.partition(".")[0] for moment, opened in opens.items() for task in opened
                    if task.name in live and moment.partition(".")[2] in TASK_MOMENTS}  # fmt: skip
            more |= {task.name for task in tasks for step in task.late if step.task in live}
            grows = not more <= live
            live |= more
        found[stage] = frozenset(task.name for task in tasks if task.name in live)
    return found


# indexes --------------------------------------------------------------------------------------------------------------


def _grouped(pairs: Iterable[tuple[str | None, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for key, value in pairs:
        if key is not None:
            found.setdefault(key, {})[value] = None
    return {key: tuple(values) for key, values in found.items()}


def _by_moment(
    definition: Definition, items: Iterable[Listener], when: Callable[[Listener], Iterable[DateExpr]]
) -> dict[str, tuple[Listener, ...]]:
    found: dict[str, list[Listener]] = {}
    for item in items:
        for name in moments(definition, when(item)):
            found.setdefault(name, []).append(item)
    return {name: tuple(listeners) for name, listeners in found.items()}


def _at_places(arrows: list[TransitionDef]) -> dict[tuple[str | None, str], tuple[TransitionDef, ...]]:
    found: dict[tuple[str | None, str], list[TransitionDef]] = {}
    for arrow in arrows:
        for source in arrow.sources:
            found.setdefault((arrow.track, source), []).append(arrow)
    return {place: tuple(leaving) for place, leaving in found.items()}


def waits_for(definition: Definition, when: Iterable[DateExpr]) -> tuple[frozenset[str], ...]:
    """Of each dated one: the dates of the case that must have been set before it can come."""
    return tuple(frozenset(_unset(definition, expr)) for expr in days(definition, when))


def _unset(definition: Definition, expr: DateExpr) -> Iterator[str]:
    for ref in refs_in(expr):
        date = definition.dates.get(ref.name)
        if date is not None:
            if date.source is None and date.set_by and not date.asked_at_launch:
                yield date.name
            elif date.source is not None:
                yield from _unset(definition, date.source) if not date.asked_at_launch else ()
        rule = definition.deadlines.get(ref.name)
        if rule is not None and isinstance(rule.at.base, At):
            yield from _unset(definition, rule.at)
