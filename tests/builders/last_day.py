"""What if everyone acts on the last day? Any process, from its launch to an end, with a cast that is never early."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from collegium.rehearsal.cast import last_day
from collegium.rehearsal.deeds import Wishes, deeds
from engine.actions import Expire, Submit
from engine.case import Deadline, Task
from engine.definition import Definition
from engine.draft import Draft
from engine.errors import Refused
from engine.world import Organisation
from tests.builders.engine import Review, a_draft, a_person, a_world, launched, local_text, order_of
from workflows.calendars import general_days

EXPERTISE = frozenset({"quality_assurance", "teacher_education"})
SECTORS = ("po", "vo", "mbo")
STEPS = 3000


class LastDay:
    """A case of any process. Each task is done a minute before it is late, or as soon as it opens.

    `days` is what is chosen where a transition asks for a day (or a moment, as text), by the name asked; `choose`
    names a transition for a task that allows several; `answers` are answers that matter, by task; of a `host` that is
    given every second person shares the sector.
    """

    def __init__(
        self, definition: Definition, *, at: str, days: Mapping[str, date | str],
        choose: Mapping[str, str] | None = None, answers: Mapping[str, Mapping[str, Any]] | None = None,
        host: Organisation | None = None, **more: Any,
    ) -> None:  # fmt: skip
        self.days = days
        self.choose = choose or {}
        self.answers = answers or {}
        self.tried: set[tuple[str, str]] = set()
        self.refusals: list[str] = []
        self.dues: dict[str, str] = {}
        self.came: dict[str, str] = {}
        roles = {
            name: tuple(f"{name}-{number}" for number in range(1, max(role.least, 1) + 1))
            for name, role in definition.roles.items()
            if role.of != "pool"
        }
        self.pool = [f"pool-{number}" for number in range(1, 40)]
        people = [*self.pool, *(who for each in roles.values() for who in each)]
        trained = {kind: None for seat in definition.seats.values() for kind in seat.qualifications}
        world = a_world(
            *(
                a_person(
                    who,
                    sector=(host.sector, SECTORS[0])[n % 2] if host else SECTORS[n % 3],
                    expertise=EXPERTISE,
                    trainings=trained,
                )
                for n, who in enumerate(people)
            ),
            general=dict.fromkeys(general_days(definition.calendars), ()),
            **({"host": host} if host else {}),
        )
        self.review: Review = launched(definition, at=at, world=world, roles=roles, **more)

    def play(self, until: str | None = None) -> LastDay:
        """Let everything happen until the case is closed, or a stage is reached."""
        self._note()
        for _ in range(STEPS):
            if self.review.case.closed or self.review.case.stage == until:
                return self
            self._step()
            self._note()
        raise AssertionError(f"it never ends: {self.review.case.stage}, {self.review.open()}, {self.refusals[-5:]}")

    def _note(self) -> None:
        case = self.review.case
        since = case.stage_since.astimezone(ZoneInfo(self.review.definition.zone))
        self.came.setdefault(case.stage, str(since.date()))
        for task in case.tasks.values():
            if task.is_open and task.due is not None:
                self.dues.setdefault(task.name, str(task.due.day))

    def _step(self) -> None:
        row = min(self.review.case.deadlines.values(), key=order_of, default=None)
        work = min(self._work(), key=lambda each: (each[0], each[1].key), default=None)
        if work is not None and (row is None or max(work[0], self.review.now) < row.at):
            self.review.now = max(self.review.now, work[0])
            self._do(work[1])
        else:
            assert row is not None, f"nothing is to come: {self.review.case.stage}, {self.refusals[-5:]}"
            self._pass(row)

    def _pass(self, row: Deadline) -> None:
        self.review.now = max(self.review.now, row.at)
        self.review.apply(Expire(deadline=row.key), "clock")
        self.tried.clear()

    def _work(self) -> Iterator[tuple[datetime, Task]]:
        for task in self.review.case.open_tasks():
            if task.assignees and (task.key, task.state + str(task.answer is not None)) not in self.tried:
                yield last_day(task), task

    def _do(self, task: Task) -> None:
        self.tried.add((task.key, task.state + str(task.answer is not None)))
        wishes = Wishes(days=self.days, choose=self.choose, answers=self.answers)
        try:
            for action, by in deeds(task, wishes, self._draft, self._bench):
                keyed = replace(action, submission=task.key) if isinstance(action, Submit) else action
                self.review.apply(keyed, by)
        except Refused as error:
            self.refusals.append(f"{local_text(self.review.now)} {task.key}: {error}")

    def _draft(self) -> Draft:
        return a_draft(self.review.case, self.review.definition, self.review.world, local_text(self.review.now))

    def _bench(self, seat: str, number: int) -> tuple[str, ...]:
        taken = {held.participant for held in self.review.case.holdings.values()}
        return tuple([each for each in self.pool if each not in taken][:number])
