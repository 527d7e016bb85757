"""In which stages does a task open, and where may a case stand when a moment comes? As far as its course tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.definition import DateDef, Definition, TaskDef, TransitionDef
from engine.expressions import AnyOf, At, DateExpr, IsState, Line, Lines, Named, Ref, refs_in
from engine.plan import is_event
from workflows.checks.reach import reachable
from workflows.checks.spans import certainly_after

STAGE = Ref("stage")


def opened_in(definition: Definition, tasks: Iterable[TaskDef]) -> set[str]:
    """The stages in which one of these may open without an earlier one; none where one of them may open otherwise."""
    found: set[str] = set()
    for task in tasks:
        each = list(_openings(definition, task, frozenset()))
        stages = [one for one in each if one is not None]
        if not any(stages) or len(stages) < len(each) or task.name in _late(definition):
            return set()
        found = found.union(*stages)
    return found


def may_open_in(definition: Definition, task: TaskDef) -> set[str]:
    """The stages of which it is known that a task may open in them; there may be more."""
    return {stage for stages in _openings(definition, task, frozenset()) for stage in stages or ()}


def entered_after(definition: Definition, stages: Iterable[str]) -> set[str]:
    """The stages that may begin when one of these has begun: later ones, and themselves where a way leads back."""
    spine = spine_of(definition)
    left = set(stages)
    next_ones = {arrow.target for arrow in spine if arrow.target is not None and left & set(arrow.sources)}
    return {later for stage in next_ones for later in reachable(stage, spine)}


def from_then_on(definition: Definition, stages: Iterable[str]) -> set[str]:
    """These stages, and all that may begin when one of them has begun."""
    begun = set(stages)
    return begun | entered_after(definition, begun)


def spine_of(definition: Definition) -> list[TransitionDef]:
    """The arrows between stages."""
    return [arrow for arrow in definition.transitions.values() if arrow.track is None and arrow.target is not None]


def stages_of(definition: Definition, arrow: TransitionDef) -> set[str]:
    """The stages in which an arrow may be taken: its own, or those during which its track is alive."""
    return set(arrow.sources) if arrow.track is None else alive_in(definition, arrow.track)


def alive_in(definition: Definition, track: str) -> set[str]:
    """The stages in which a track may be alive."""
    during = set(definition.tracks[track].during)
    return during if during & definition.stages.keys() else set(definition.stages)


# when something opens first -------------------------------------------------------------------------------------------


def _late(definition: Definition) -> set[str | None]:
    return {step.task for each in definition.tasks.values() for step in each.late}


def _openings(definition: Definition, task: TaskDef, seen: frozenset[str]) -> Iterator[set[str] | None]:
    """Of each opening of a task the stages in which it may come first; None where that is not known."""
    for opening in () if task.built_in else task.opens:
        yield _begins_in(definition, opening, seen | {task.name})


def _begins_in(definition: Definition, opening: DateExpr, seen: frozenset[str]) -> set[str] | None:
    if not isinstance(opening.base, At):
        return None
    name, part = opening.base.ref.name, opening.base.ref.part
    if part is None and name in definition.stages:
        return {name}
    arrow = definition.transitions.get(name)
    if part is None and arrow is not None:
        return standing_after(definition, arrow)
    if name in definition.tracks and not opening.shifts:
        return alive_in(definition, name) if definition.tracks[name].each is None else None
    if name in seen:
        return set()
    before = definition.tasks.get(name)
    if before is None or before.name in _late(definition) or not before.opens:
        return None
    found = list(_openings(definition, before, seen))
    known = [one for one in found if one is not None]
    return set().union(*known) if known and len(known) == len(found) else None


# where a case stands when a moment comes ------------------------------------------------------------------------------


def comes_in(
    definition: Definition, when: Iterable[DateExpr], *, at_once: bool = True, asked: frozenset[str] = frozenset()
) -> set[str] | None:
    """The stages in which a case may stand when one of these moments comes; None where that may be any.

    `at_once`: also those to which it may go on within the same step, before anybody has done anything.
    `asked`: tasks that are being looked at: one that waits for itself may open anywhere, as far as this can tell.
    """
    found: set[str] = set()
    for moment in when:
        stages = _comes_in(definition, moment, asked)
        if stages is None:
            return None
        found |= _and_at_once(definition, stages) if at_once and not moment.shifts else stages
    return found or None


def open_in(
    definition: Definition, task: TaskDef, *, at_once: bool = True, asked: frozenset[str] = frozenset()
) -> set[str] | None:
    """The stages in which a task may be open; None where that may be any."""
    if task.built_in or task.name in asked or task.name in _late(definition):
        return None
    stages = comes_in(definition, task.opens, at_once=at_once, asked=asked | {task.name})
    return stages if stages is None or not task.until else from_then_on(definition, stages)


def _comes_in(definition: Definition, moment: DateExpr, asked: frozenset[str]) -> set[str] | None:
    if not isinstance(moment.base, At):
        return None
    name, part = moment.base.ref.name, moment.base.ref.part
    arrow = definition.transitions.get(name)
    begun: set[str] | None = None
    if part is None and name in definition.stages:
        begun = {name}
    elif part is None and arrow is not None:
        begun = standing_after(definition, arrow)
    elif name in definition.tracks and definition.tracks[name].each is None:
        begun = alive_in(definition, name)
    elif name in definition.tasks and part != "due" and is_event(definition, moment):
        stages = open_in(definition, definition.tasks[name], at_once=False, asked=asked)
        begun = None if stages is None else _and_next(definition, stages, name)
    elif part is None and name in definition.dates:
        return _while_ahead(definition, moment)
    return from_then_on(definition, begun) if begun is not None and moment.shifts else begun


def _and_next(definition: Definition, stages: set[str], task: str) -> set[str]:
    """With the stages to which the case may go on as that task is done, or over."""
    ways = [arrow for arrow in spine_of(definition) if arrow.auto or task in {ref.name for ref in refs_in(arrow.when)}]
    return stages | {str(arrow.target) for arrow in ways if stages & set(arrow.sources)}


def _and_at_once(definition: Definition, stages: set[str]) -> set[str]:
    """With the stages to which arrows may lead that nobody takes, and that wait for nobody's answer."""
    ways = [
        arrow
        for arrow in spine_of(definition)
        if arrow.auto or any(not _is_work(definition, one) for one in arrow.when)
    ]
    return {later for stage in stages for later in reachable(stage, ways)}


def _is_work(definition: Definition, moment: DateExpr) -> bool:
    """Whether a moment comes only as somebody does something; what is skipped is done at once."""
    task = definition.tasks.get(moment.base.ref.name) if isinstance(moment.base, At) else None
    return task is not None and not task.skip_if and is_event(definition, moment)


def _while_ahead(definition: Definition, day: DateExpr) -> set[str]:
    """The stages in which a case may stand as a day comes: none behind an arrow that waits for a later one.

    Where the date from which it counts is set anew further on, it comes again there.
    """
    early = not_before(definition, day, late=False)
    names = dates_behind(definition, day)
    sets = [arrow for arrow in definition.transitions.values() if names & arrow.sets.keys()]
    found = reachable(definition.first_stage, early)
    grows = True
    while grows:
        again = [stage for arrow in sets for stage in standing_after(definition, arrow)]
        more = {later for stage in again for later in reachable(stage, early)} - found
        found |= more
        grows = bool(more)
    if any(_only_set(definition.dates[ref.name]) for ref in refs_in(day) if ref.name in definition.dates):
        known = {stage for arrow in sets for stage in standing_after(definition, arrow)}
        return found & from_then_on(definition, known)
    return found


def _only_set(date: DateDef) -> bool:
    """Whether a date is known only once somebody has set it."""
    return date.source is None and date.provisional is None and not date.asked_at_launch


def admitted(definition: Definition, lines: Lines) -> set[str]:
    """The stages in which lines may hold, as far as they name stages."""
    return set(definition.stages).intersection(*(_admitted(definition, line) for line in lines))


def _admitted(definition: Definition, line: Line) -> set[str]:
    match line.test:
        case Named(name):
            return admitted(definition, definition.conditions[name])
        case AnyOf(lines):
            return {stage for each in lines for stage in _admitted(definition, each)}
        case IsState(ref, negated, words) if ref == STAGE:
            return {stage for stage in definition.stages if (stage in words) is not negated}
    return set(definition.stages)


def standing_after(definition: Definition, arrow: TransitionDef) -> set[str]:
    """The stages in which a case may stand when an arrow has been taken."""
    return {arrow.target} if arrow.track is None and arrow.target is not None else stages_of(definition, arrow)


def not_before(definition: Definition, day: DateExpr, *, late: bool, same: bool = False) -> list[TransitionDef]:
    """The arrows between stages that are taken after a day at the earliest (`late`), or the others.

    `same`: those that wait for just that day are late too.
    """
    wanted = replace(day, text="")
    return [
        arrow for arrow in spine_of(definition)
        if late == (
            bool(arrow.when)
            and not (arrow.auto or arrow.by or arrow.by_all)
            and all(certainly_after(when, day, 0) or (same and replace(when, text="") == wanted) for when in arrow.when)
        )
    ]  # fmt: skip


def opens_only_after(definition: Definition, tasks: Iterable[TaskDef], day: DateExpr) -> bool:
    """Whether each of these tasks certainly opens after a day, which is not set anew from then on."""
    given = list(tasks)
    entered = reachable(definition.first_stage, not_before(definition, day, late=False, same=True))
    stages: set[str] = set()
    for task in given:
        for opening in task.opens:
            if certainly_after(opening, day, 0):
                continue
            begun = None if task.name in _late(definition) else _begins_in(definition, opening, frozenset({task.name}))
            if not begun or begun & entered:
                return False
            stages |= begun
    names = dates_behind(definition, day)
    again = [arrow for arrow in definition.transitions.values() if names & arrow.sets.keys()]
    later = from_then_on(definition, stages)
    return all(task.opens for task in given) and bool(given) and not any(
        stages_of(definition, arrow) & later for arrow in again
    )  # fmt: skip


def dates_behind(definition: Definition, day: DateExpr) -> set[str]:
    """The dates from which a day is counted, through others."""
    found: set[str] = set()
    todo = [ref.name for ref in refs_in(day)]
    while todo:
        name = todo.pop()
        if name in definition.dates and name not in found:
            found.add(name)
            todo += [ref.name for ref in refs_in(definition.dates[name].source)]
    return found


def in_order(definition: Definition, stages: Iterable[str]) -> tuple[str, ...]:
    """Stages as they are declared, for a sentence that names them."""
    given = set(stages)
    return tuple(name for name in definition.stages if name in given)
