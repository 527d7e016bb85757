"""Who hears of the work of somebody who is on leave? Their substitute, or else the office, once per task and term.

Told is a task that is due before those who must do it are back, or on the very day: that is too late to be of use.
Being told gives no rights: only the office can have somebody else do it. A pure function of case, world and `now`; what
it gives has the same keys however often it is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine import rules
from engine.actions import CLOCK
from engine.authority import office
from engine.case import Case, Task
from engine.definition import Definition
from engine.draft import Draft
from engine.events import Notice
from engine.offsets import Point, instant, local
from engine.sending import is_away, office_window, window_of
from engine.task import participants
from engine.world import Leave, World


@dataclass(frozen=True, slots=True)
class _Away:
    """Somebody who must do a task and is not there."""

    participant: str
    leave: Leave
    back: date  # the first day on which they can be written to


def handed_over(definition: Definition, case: Case, world: World, now: datetime) -> tuple[Notice, ...]:
    """What others must hear now of the open tasks of people on leave."""
    if case.closed or case.paused is not None:
        return ()
    draft = Draft(definition, case, world, CLOCK, now)
    return tuple(notice for task in case.open_tasks() for notice in _of_task(draft, task))


def told_instead(draft: Draft, task: Task) -> Iterator[tuple[str, str]]:
    """Whose substitute may have been told of a task since it opened, and the last day of that leave."""
    opened, today = (local(moment, draft.plan.zone).day for moment in (task.opened, draft.now))
    for who in task.assignees:
        for leave in draft.world.leaves.get(who, ()):
            if leave.covered and leave.first <= today and leave.last >= opened:
                yield who, leave.last.isoformat()


def _of_task(draft: Draft, task: Task) -> Iterator[Notice]:
    if task.quiet or task.due is None or draft.definition.tasks[task.name].optional:
        return
    found = [_away(draft, who) for who in task.assignees]
    away = [one for one in found if one is not None and one.back >= task.due.day]
    if not away or len(away) < len(found):
        return  # somebody of the team is there, or will be in time
    covered = [one for one in away if one.leave.covered]
    for one in covered:
        yield _notice(draft, task, one.participant, one, [one.participant], to_substitute=one.leave.last.isoformat())
    if not covered:
        first = min(away, key=lambda one: one.back)
        for who in _office(draft):
            yield _notice(draft, task, who, first, [one.participant for one in away])


def _away(draft: Draft, who: str) -> _Away | None:
    today = local(draft.now, draft.plan.zone).day
    leave = max((each for each in draft.world.leaves.get(who, ()) if each.first <= today <= each.last), default=None)
    if leave is None:
        return None
    after = instant(Point(leave.last + timedelta(days=1)), draft.plan.zone, ends=False)
    back = local(window_of(draft, who).next(after), draft.plan.zone).day
    return _Away(who, leave, back)


def _office(draft: Draft) -> tuple[str, ...]:
    """The case's owner, or else whoever of the office is there; where nobody is, the owner all the same."""
    today = local(draft.now, draft.plan.zone).day
    owners = participants(draft, (draft.definition.owner,))
    for people in (owners, office(draft)):
        present = tuple(who for who in people if not is_away(draft, who, today))
        if present:
            return present
    return owners


def _notice(
    draft: Draft, task: Task, recipient: str, away: _Away, people: list[str], *, to_substitute: str = ""
) -> Notice:
    """`to_substitute`: the last day of the recipient's leave, where not they but their substitute is the reader."""
    return Notice(
        case=draft.id,
        template="away",
        rule=rules.of_task(task.name, "away"),
        occurrence=f"{task.key}#{task.term}",
        recipient=recipient,
        kind="ask",
        send_at=office_window(draft).next(draft.now),
        caused_at=draft.now,
        task=task.key,
        data={"people": people, "away_until": away.leave.last.isoformat(), "to_substitute": to_substitute},
    )
