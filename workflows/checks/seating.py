"""Does anybody sit on a seat when it is needed? Before the panel is put together nobody does, and is asked or told.

A case that another one calls may have its people from there; a warning says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.definition import Definition, NoticeDef, TaskDef
from engine.expressions import At
from engine.saying import said
from workflows.checks.ballots import leaves
from workflows.checks.findings import Finding
from workflows.checks.openings import comes_in, from_then_on, in_order, open_in, opened_in, spine_of
from workflows.checks.reach import reachable
from workflows.problems import quoted

ASSIGN = "assign"  # what a task does in which people are proposed for seats


def seating(definition: Definition) -> Iterator[Finding]:
    """Findings about who is needed before anybody sits there, and about a replacement that comes too late."""
    empty = empty_in(definition)
    for task in definition.tasks.values():
        yield from _asked(definition, task, empty)
    for arrow in definition.transitions.values():
        if arrow.track is None and set(arrow.sources) <= empty and _of_seats(definition, arrow.by):
            message = said(
                "`{arrow}` is for {who:or} to take in {stages}, and nobody sits there yet, unless a parent case hands "
                "over its seats: let others take it.",
                arrow=arrow.name, who=quoted(arrow.by), stages=quoted(in_order(definition, arrow.sources)),
            )  # fmt: skip
            yield Finding(kind="nobody_yet", item=("transition", arrow.name), message=message, severity="warning")
    for notice in definition.notices.values():
        yield from _told(definition, notice, empty)
    yield from _never_replaced(definition)


def empty_in(definition: Definition) -> set[str]:
    """The stages in which nobody sits yet: before the tasks open in which people are proposed for seats."""
    filled = opened_in(definition, _filling(definition))
    return set(definition.stages) - from_then_on(definition, filled) if filled else set()


def _filling(definition: Definition) -> list[TaskDef]:
    return [task for task in definition.tasks.values() if ASSIGN in task.does]


def _of_seats(definition: Definition, names: Iterable[str]) -> bool:
    """Whether these are seats alone."""
    who = leaves(definition, names)
    return bool(who) and who <= definition.seats.keys()


def _asked(definition: Definition, task: TaskDef, empty: set[str]) -> Iterator[Finding]:
    stages = open_in(definition, task, at_once=False)
    if not stages or not stages <= empty:
        return
    asked = [*((*task.performers, *task.each),), *((step.tell,) for step in task.late if step.tell is not None)]
    asked += [(task.sign.by,)] if task.sign is not None else []
    for who in dict.fromkeys(asked):
        if _of_seats(definition, who):
            message = said(
                "`{task}` is open in {stages} only, and nobody sits there yet as {who:or}, unless a parent case hands "
                "over its seats: name others, or let it open later.",
                task=task.name, stages=quoted(in_order(definition, stages)), who=quoted(who),
            )  # fmt: skip
            yield Finding(kind="nobody_yet", item=("task", task.name), message=message, severity="warning")


def _told(definition: Definition, notice: NoticeDef, empty: set[str]) -> Iterator[Finding]:
    """What is told to seats alone, of which nobody has one by then."""
    if not _of_seats(definition, (*notice.to, *notice.cc)):
        return
    again = {arrow.target for arrow in definition.transitions.values()}
    for moment in notice.when:
        ref = moment.base.ref if isinstance(moment.base, At) and not moment.shifts else None
        launch = ref is not None and (
            str(ref) == "case.launched" or (str(ref) == definition.first_stage and ref.name not in again)
        )
        if launch:
            message = said(
                "`{notice}` is told to {who:or} when a case is launched, and then nobody sits there yet, unless a "
                "parent case hands over its seats: tell it at a later moment, or to others too.",
                notice=notice.name, who=quoted((*notice.to, *notice.cc)),
            )  # fmt: skip
            yield Finding(kind="nobody_yet", item=("notice", notice.name), message=message, severity="warning")
        elif (stages := comes_in(definition, [moment], at_once=False)) and stages <= empty:
            message = said(
                "`{notice}` is told to {who:or} in {stages}, and then nobody sits there yet, unless a parent case "
                "hands over its seats: tell it at a later moment, or to others too.",
                notice=notice.name, who=quoted((*notice.to, *notice.cc)), stages=quoted(in_order(definition, stages)),
            )  # fmt: skip
            yield Finding(kind="nobody_yet", item=("notice", notice.name), message=message, severity="warning")


def _never_replaced(definition: Definition) -> Iterator[Finding]:
    """Nobody is replaced after the moment of `until`; who sits only later never is."""
    rule = definition.invitations.replace if definition.invitations is not None else None
    until = rule.until if rule is not None else None
    filling = _filling(definition)
    filled = opened_in(definition, filling)
    if until is None or not filled or not isinstance(until.base, At) or any(one.sign > 0 for one in until.shifts):
        return
    if filled <= _only_after(definition, until.base.ref.name, str(until.base.ref)):
        message = said(
            "Nobody can ever be replaced: `replace` ends when `{until}` has come, and people are proposed for seats "
            "only after that (`{task}`). Name a later moment under `until`.",
            until=until.text, task=filling[0].name,
        )  # fmt: skip
        yield Finding(kind="never_replaced", item=("task", filling[0].name), message=message, severity="warning")


def _only_after(definition: Definition, name: str, moment: str) -> set[str]:
    """The stages that no case enters before a moment of the course has come."""
    stages = set(definition.stages)
    if moment in ("case.launched", definition.first_stage):
        return stages
    spine = spine_of(definition)
    if moment == f"{name}.left" and name in stages:
        left = [arrow for arrow in spine if name not in arrow.sources]
    elif moment in stages:
        left = [arrow for arrow in spine if arrow.target != name and name not in arrow.sources]
    elif moment in definition.transitions and definition.transitions[moment].track is None:
        left = [arrow for arrow in spine if arrow.name != name]
    else:
        return set()
    return stages - reachable(definition.first_stage, left)
