"""Who acts in the demo, when, and how? A cast that does what its tasks ask, on time, late or never, as scripts say."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from collegium.bootstrap import Application
from collegium.demo.casting import Pool
from collegium.demo.scene import Scene
from collegium.demo.scripts import ORDINARY, Script, Turn
from engine.case import Case, Task
from engine.errors import CollegiumError, Refused

TRIES = 12
KEEPS_SILENT, IS_LATE = 0.08, 0.10
AFTERNOON = 14  # hours UTC: the end of a day of visit


@dataclass(frozen=True, slots=True, order=True)
class Planned:
    """A deed that somebody will do."""

    at: datetime
    number: int
    case: str
    what: str  # "task" or "turn"
    key: str
    tries: int = 0


class Company:
    """The whole cast (collegium.clock.Cast). `scripts` gives the part of each case."""

    def __init__(self, app: Application, pool: Pool, scripts: Mapping[str, Script], seed: int) -> None:
        self._app = app
        self._pool = pool
        self._scripts = dict(scripts)
        self._seed = seed
        self._heap: list[Planned] = []
        self._number = 0
        self._changed: dict[str, Case] = {}
        self._known: set[tuple[str, str, str]] = set()
        self._turns: set[tuple[str, int]] = set()
        self.refusals: list[str] = []
        app.operations.saved.append(self._note)

    def begin(self, cases: Iterable[Case]) -> None:
        """These cases are on stage."""
        for case in cases:
            self._note(case)

    def _note(self, case: Case) -> None:
        self._changed[case.id] = case

    def next_moment(self) -> datetime | None:
        self._look()
        return self._heap[0].at if self._heap else None

    def act(self, now: datetime) -> int:
        deeds = 0
        self._look()
        while self._heap and self._heap[0].at <= now:
            planned = heapq.heappop(self._heap)
            deeds += self._perform(planned, now)
            self._look()
        return deeds

    # planning ---------------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        changed, self._changed = self._changed, {}
        for case in changed.values():
            script = self._script(case)
            for task in case.tasks.values():
                mark = (case.id, task.key, task.state)
                if task.is_open and task.assignees and mark not in self._known:
                    self._known.add(mark)
                    self._plan_task(case, script, task)
            for index, turn in enumerate(script.turns):
                self._plan_turn(case, index, turn)

    def _script(self, case: Case) -> Script:
        if case.id not in self._scripts:
            parent = self._scripts.get(case.parent.case) if case.parent else None
            self._scripts[case.id] = (parent.child if parent else None) or ORDINARY
        return self._scripts[case.id]

    def _random(self, *parts: object) -> Random:
        return Random(f"{self._seed}:{':'.join(map(str, parts))}")

    def _add(self, at: datetime, case: str, what: str, key: str, tries: int = 0) -> None:
        self._number += 1
        heapq.heappush(self._heap, Planned(at, self._number, case, what, key, tries))

    def _plan_task(self, case: Case, script: Script, task: Task) -> None:
        if task.name in script.silent and case.parent is None:
            return
        random = self._random(case.subject, task.key, task.state)
        if task.name == "invitation" and random.random() < KEEPS_SILENT:
            return
        if task.name in ("missing_date", "outside_window", "stuck", "decide_mail"):
            return
        self._add(self._when(script, task, random), case.id, "task", task.key)

    def _when(self, script: Script, task: Task, random: Random) -> datetime:
        opened = task.opened
        due = task.due.at if task.due is not None else opened + timedelta(days=7)
        if task.name == "attendance" and task.due is not None:
            return max(opened + timedelta(hours=AFTERNOON), opened)
        if task.name in script.late or (task.name != "invitation" and random.random() < IS_LATE):
            return working_hour(due + timedelta(days=random.uniform(3, 5)))
        room = max((due - opened).total_seconds() / 86400, 0.5)
        days = min(room * random.uniform(0.25, 0.8), room - min(1.0, room / 2))
        return min(working_hour(opened + timedelta(days=days)), max(due, opened + timedelta(minutes=30)))

    def _plan_turn(self, case: Case, index: int, turn: Turn) -> None:
        if (case.id, index) in self._turns or case.parent is not None:
            return
        start: datetime | None = case.stage_since if case.stage == turn.after else None
        for task in case.tasks.values():
            if task.name == turn.after and task.is_open and task.due is not None:
                start = task.due.at
        if start is not None:
            self._turns.add((case.id, index))
            self._add(working_hour(start + timedelta(days=turn.days)), case.id, "turn", str(index))

    # performing -------------------------------------------------------------------------------------------------------

    def _perform(self, planned: Planned, now: datetime) -> bool:
        with self._app.store.read() as work:
            case = work.cases.load(planned.case)
            definition = self._app.library.of(work, case)
        scene = Scene(self._pool, self._app, definition, case, now)
        try:
            if planned.what == "turn":
                scene.turn(self._script(case).turns[int(planned.key)])
                return True
            task = case.tasks.get(planned.key)
            if task is None or not task.is_open or not task.assignees:
                return False
            if case.paused is not None and task.name != "resume":
                raise Refused("Can't act now", ["the case is paused"])
            return scene.task(self._script(case), task, planned.tries, self._random(case.subject, task.key, "how"))
        except CollegiumError as error:
            self.refusals.append(f"{now:%Y-%m-%d} {case.id} {planned.key}: {error}")
            if planned.tries < TRIES:
                later = working_hour(now + timedelta(days=1 + planned.tries))
                self._add(later, planned.case, planned.what, planned.key, planned.tries + 1)
            return False


def working_hour(moment: datetime) -> datetime:
    """The same moment, or the next one on a weekday between eight and fifteen o'clock UTC."""
    if moment.hour < 8:
        moment = moment.replace(hour=8)
    elif moment.hour >= 15:
        moment = (moment + timedelta(days=1)).replace(hour=8)
    while moment.weekday() >= 5:
        moment = (moment + timedelta(days=1)).replace(hour=8)
    return moment
