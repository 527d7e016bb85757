"""What of a definition can move a case, and until when can it matter? Tasks, conditions, counters, answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from engine.answers import field_of
from engine.definition import Definition, TaskDef, TransitionDef
from engine.expressions import AnyOf, Compare, Constant, Count, IsState, Line, Lines, Named, Ref, RoundOf, refs_in
from engine.forms import choices
from engine.plan import TASK_MOMENTS, moments

OTHER = "another answer"
"""Stands for every answer that no condition names."""


Readers: TypeAlias = list[tuple[tuple[Line, ...], tuple[str, ...]]]
"""Conditions, with the stages in which they are asked."""


def grouped(pairs: Iterable[tuple[str | None, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for key, value in pairs:
        if key is not None:
            found.setdefault(key, {})[value] = None
    return {key: tuple(values) for key, values in found.items()}


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


def relevant_tasks(definition: Definition, arrows: list[TransitionDef]) -> tuple[str, ...]:
    found: set[str] = set()
    wanted: list[object] = [(arrow.when, _asked(definition, arrow.condition, arrow.unless)) for arrow in arrows]
    wanted += [
        (child.opens, child.each, _asked(definition, child.condition))
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
            wanted += [Ref(name) for rule in task.due for name in rule.stops_while]
    return tuple(name for name in definition.tasks if name in found)


def _asked(definition: Definition, *several: Lines) -> tuple[Line, ...]:
    return tuple(line for lines in several for line in lines_in(definition, lines))


def conditions_of(
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


def counters_of(definition: Definition, arrows: list[TransitionDef], readers: Readers) -> dict[str, int]:
    caps = {arrow.name: arrow.times for arrow in arrows if arrow.times is not None}
    for lines, _ in readers:
        for line in lines:
            test = line.test
            if isinstance(test, Compare) and isinstance(test.left, RoundOf) and isinstance(test.right, Constant):
                name = str(test.left.ref)
                caps[name] = max(caps.get(name, 0), test.right.number + 1)
    return caps


def answers_of(definition: Definition, lines: list[Line]) -> dict[str, tuple[str, ...]]:
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


def callers_of(definition: Definition) -> frozenset[str]:
    """Names of tasks that call a child for which the case waits, or whose rows are one each."""
    awaited = [child for child in definition.children.values() if child.await_ != "none"]
    called = {name.partition(".")[0] for child in awaited for name in moments(definition, child.opens)}
    return frozenset(called | {child.each.name for child in awaited if child.each is not None})


def counted_children(definition: Definition, lines: list[Line]) -> dict[str, tuple[str, ...]]:
    """Children that conditions count, each with the ends that are told apart."""
    counts = [line.test for line in lines if isinstance(line.test, Count)]
    pairs = [(name, count.verb) for count in counts for name in count.members.names if name in definition.children]
    return grouped((name, f"{name}.{verb.ref.name if verb.ref else verb.kind}") for name, verb in pairs)


def endings_of(
    definition: Definition, arrows: list[TransitionDef], tasks: list[TaskDef], counted: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """The ends of children that somebody hears of or counts; of a child of the same process, all its ends."""
    heard = [name for item in arrows for name in moments(definition, item.when)]
    heard += [name for task in tasks for name in (*moments(definition, task.opens), *moments(definition, task.until))]
    found = grouped(
        (name.partition(".")[0], name) for name in dict.fromkeys(heard) if name.partition(".")[0] in definition.children
    )
    found |= {name: tuple(dict.fromkeys((*found.get(name, ()), *ends))) for name, ends in counted.items()}
    own = [name for name, stage in definition.stages.items() if stage.end]
    return {
        child: tuple(dict.fromkeys((*names, *(f"{child}.{stage}" for stage in own))))
        if definition.children[child].process == definition.name
        else names
        for child, names in found.items()
    }


def escapes_of(definition: Definition, arrows: list[TransitionDef]) -> frozenset[str]:
    running = {name for name, stage in definition.stages.items() if not stage.end}
    if len(running) == 1:
        return frozenset()  # the way on from the only stage
    return frozenset(
        arrow.name
        for arrow in arrows
        if arrow.track is None and not arrow.when and not arrow.auto and running <= set(arrow.sources)
        and arrow.target is not None and definition.stages[arrow.target].end
    )  # fmt: skip


# what can still matter ------------------------------------------------------------------------------------------------


def stages_after(definition: Definition, arrows: list[TransitionDef]) -> dict[str, frozenset[str]]:
    """Stage -> the stages that may come from there on, itself among them."""
    ways = grouped(
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


def asked_in(
    definition: Definition,
    reach: frozenset[str],
    readers: Readers,
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


def live_tasks(
    definition: Definition,
    after: Mapping[str, frozenset[str]],
    readers: Readers,
    arms: Mapping[str, tuple[TransitionDef, ...]],
    opens: Mapping[str, tuple[TaskDef, ...]],
    tasks: list[TaskDef],
    callers: frozenset[str],
) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for stage, reach in after.items():
        lines = [line for asked, stages in readers if reach & set(stages) for line in asked]
        live = {ref.name for line in lines for ref in refs_in(line.test)} | callers
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
