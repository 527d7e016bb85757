"""What does one case ask of one person? Own tasks and seats only: nothing of what others do or have said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from engine.outlook import is_late
from engine.standing import Day, Standing, by_day, day_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTask:
    """An open task of this person."""

    task: str
    name: str
    row: str | None
    on: Day | None
    late: int | None = None  # working days; None: not late
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSeat:
    """A place in the panel that this person was asked for, has accepted, or holds. A proposal is not told yet."""

    seat: str
    state: str  # invited, accepted, seated
    reserve: bool = False
    answer_by: Day | None = None  # while it is offered


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One person's part in one case."""

    tasks: tuple[OwnTask, ...] = ()
    seats: tuple[OwnSeat, ...] = ()

    @property
    def goes_along(self) -> bool:
        """Whether this person is to be at the visit, as far as is settled now."""
        return any(seat.state == "seated" for seat in self.seats)


TOLD = ("invited", "accepted", "seated")


def part_of(view: Standing, participant: str) -> Part:
    """What a participant has in a case now."""
    return Part(tasks=tuple(_tasks(view, participant)), seats=tuple(_seats(view, participant)))


def _tasks(view: Standing, participant: str) -> Iterator[OwnTask]:
    own = [task for task in view.case.tasks.values() if task.is_open and not task.quiet]
    for task in own:
        if participant in task.assignees:
            yield OwnTask(
                task=task.key, name=task.name, row=task.row, on=day_of(task.due) if task.due else None,
                late=view.days_late(task) if is_late(task, view.now) and not view.case.paused else None,
                optional=view.definition.tasks[task.name].optional,
            )  # fmt: skip


def _seats(view: Standing, participant: str) -> Iterator[OwnSeat]:
    for held in view.case.holdings.values():
        if held.participant == participant and held.state in TOLD:
            asked = [task for task in view.case.tasks.values() if task.is_open and task.about == held.key]
            mine = [task.due for task in asked if participant in task.assignees and task.due is not None]
            yield OwnSeat(
                seat=held.seat, state=held.state, reserve=held.reserve,
                answer_by=day_of(mine[0]) if mine and held.state == "invited" else None,
            )  # fmt: skip


def soonest(task: OwnTask) -> tuple[date, str]:
    """Sorts tasks: the first due first, those without a date last."""
    return (by_day(task.on)[0] if task.on else date.max), task.task
