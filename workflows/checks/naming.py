"""Is anybody asked to name people for seats that have work? A case that another one calls may sit with its panel."""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import ChildDef, Definition
from engine.saying import said
from workflows.checks.asked import asked
from workflows.checks.ballots import leaves, needed, needs_somebody
from workflows.checks.counts import counts_in
from workflows.checks.findings import Finding
from workflows.checks.seating import ASSIGN
from workflows.problems import quoted


def naming(definition: Definition) -> Iterator[Finding]:
    """Seats that a process cannot do without, and that nobody is asked to fill."""
    if _names_people(definition):
        return
    waiting = _waiting(definition, certainly=True)
    seats = [name for name in definition.seats if any(name in each for each in waiting.values())]
    if seats:
        message = said(
            "No task asks anybody to name people for {seats}, and {items} wait for them: add one with `does: assign`, "
            "or accept this where a case that calls this one shares its seats.",
            seats=quoted(seats), items=quoted(dict.fromkeys(name for _, name in waiting)),
        )  # fmt: skip
        yield Finding(kind="nobody_named", item=("seat", seats[0]), message=message, severity="warning")


def nobody_named(child: ChildDef, other: Definition) -> Iterator[Finding]:
    """Seats that have work in a child of another process, which nobody fills there, nor does this case by sharing."""
    shared = leaves(other, child.shared_seats)
    if _names_people(other):
        return
    empty = {item: seats for item, seats in _waiting(other, certainly=False).items() if seats.isdisjoint(shared)}
    if empty:
        message = said(
            "The child `{child}` does not share {seats}, and no task of `{process}` asks anybody to name people for "
            "them: nobody does {items} there. Name them under `shares`, or let a task there do `assign`.",
            child=child.name, seats=quoted(sorted({each for seats in empty.values() for each in seats})),
            process=other.name, items=quoted(dict.fromkeys(name for _, name in empty)),
        )  # fmt: skip
        yield Finding(kind="nobody_named", item=("child", child.name), message=message, severity="warning")


def _names_people(definition: Definition) -> bool:
    return any(ASSIGN in task.does for task in definition.tasks.values())


def _waiting(definition: Definition, *, certainly: bool) -> dict[tuple[str, str], set[str]]:
    """What is for seats alone, or asks how many sit there. `certainly`: not what can be left undone."""
    found: dict[tuple[str, str], set[str]] = {}
    for task in definition.tasks.values():
        doers = leaves(definition, (*task.performers, *task.each))
        spared = task.optional or any(True for _ in counts_in((task.condition, task.skip_if)))
        if not task.built_in and doers and doers <= definition.seats.keys() and not (certainly and spared):
            found[("task", task.name)] = doers
    for each in asked(definition):
        if certainly and each.item[0] != "transition":
            continue
        for count in needed(definition, each.lines):
            who = leaves(definition, count.members.names)
            if count.verb.kind == "seated" and needs_somebody(count) and who and who <= definition.seats.keys():
                found.setdefault(each.item, who)
    return found
