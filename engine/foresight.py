"""What would a deed lead to? The dates that come before it and the deed itself, applied to a case that is not saved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from engine import machine
from engine.actions import CLOCK, Action, Actor, Expire
from engine.case import Case, Deadline
from engine.definition import Definition
from engine.events import Outcome
from engine.world import World

MOST_ROWS = 1000  # dates of one case that may come before a deed


def due_before(case: Case, now: datetime, failed: frozenset[str] = frozenset()) -> Deadline | None:
    """The date of a case that comes first among those before now."""
    rows = [row for row in case.deadlines.values() if row.at < now and row.key not in failed]
    if case.paused is not None:
        rows = [row for row in rows if row.clock_runs]
    return min(rows, key=lambda row: (row.at, row.rank, row.order, row.instance, row.key), default=None)


def foresee(
    definition: Definition,
    case: Case,
    action: Action | Callable[[Case], Action],
    actor: Actor,
    world: World,
    now: datetime,
) -> tuple[Outcome, ...]:
    """What a deed would lead to, after the dates that come before it: one outcome each, the deed's last.

    `action` may be made from the case as those dates leave it. Raises what the deed would raise. A date whose rule
    fails is left out, as the clock leaves it for later.
    """
    found: list[Outcome] = []
    failed: frozenset[str] = frozenset()
    for _ in range(MOST_ROWS):
        row = due_before(case, now, failed)
        if row is None:
            break
        try:
            outcome = machine.apply(definition, case, Expire(deadline=row.key), CLOCK, world, now)
        except Exception:
            failed |= {row.key}
            continue
        found.append(outcome)
        case = outcome.case
    made = action(case) if callable(action) else action
    found.append(machine.apply(definition, case, made, actor, world, now))
    return tuple(found)
