"""Cases of several processes on one virtual clock: each week everybody does what they are asked, as a test wants it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from collegium.bootstrap import Application
from collegium.case_names import host_name
from collegium.clock import Driver, VirtualClock
from collegium.launching import participant_of
from collegium.rehearsal.answers import Writer
from engine.actions import Action, Actor, Answer, Assign, Submit, Take
from engine.case import Case, Task
from engine.definition import Definition, FormDef
from engine.errors import Refused
from engine.mail import Message

WEEK = timedelta(days=7)


@dataclass
class Weekly:
    """The cases of one office; each week everybody does what they are asked.

    `days`: what a transition asks; `seats`: how many are named for each, out of `pool`, in its order.
    """

    app: Application
    now: datetime
    pool: Sequence[str]
    seats: Mapping[str, int]
    days: dict[str, date] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def wanted(self, case: Case, task: Task, name: str) -> Mapping[str, Any]:
        """What a form is answered with besides what it needs; `name` is what the case is called."""
        return {}

    def asked(self, case: Case, key: str) -> date:
        """What a transition asks."""
        return self.days[key]

    def cases(self) -> list[Case]:
        with self.app.store.read() as work:
            return [work.cases.load(id) for id in work.cases.all_ids("office")]

    def case(self, id: str) -> Case:
        return next(each for each in self.cases() if each.id == id)

    def until(self, case: str, stage: str) -> None:
        for _ in range(250):
            if self.case(case).stage == stage:
                return
            self.work()
            self.pass_to(self.now + WEEK)
        raise AssertionError(f"it never came to {stage}: {self.refused[-5:]}")

    def pass_to(self, moment: datetime) -> None:
        driver = Driver(store=self.app.store, operations=self.app.operations, mailroom=self.app.mailroom)
        driver.drive(VirtualClock(self.now), moment)
        self.now = moment

    def work(self) -> None:
        for case in self.cases():
            for task in [task for task in case.open_tasks() if task.assignees]:
                for action in self._deeds(case, task):
                    self.do(case.id, action, task.assignees[0])

    def do(self, case: str, action: Action, who: str) -> None:
        try:
            self.app.operations.act(case, action, Actor(kind="operator", on_behalf_of=who, via="cli"), self.now)
        except Refused as error:
            self.refused.append(f"{self.now:%Y-%m-%d} {case}: {error}")

    def _deeds(self, case: Case, task: Task) -> Iterator[Action]:
        with self.app.store.read() as work:
            definition = self.app.library.of(work, case)
            name = host_name(work, case)
        item = definition.tasks[task.name]
        form = definition.forms.get(item.form or "")
        if task.name == "invitation" and form is not None:
            answers = self._filled(definition, case, form, task, name)
            yield Answer(holding=task.about or "", accepts=True, answers=answers)
        elif "assign" in item.does:
            yield from self._named(case)
        elif task.state == "signing":
            yield Submit(task=task.key, answers={"signed": "yes"})
        elif item.does:
            arrow = definition.transitions[item.does[0]]
            if not arrow.auto:
                yield Take(transition=arrow.name, answers={key: self.asked(case, key) for key in arrow.asks})
        elif form is not None:
            yield Submit(task=task.key, answers=self._filled(definition, case, form, task, name))

    def _filled(self, definition: Definition, case: Case, form: FormDef, task: Task, name: str) -> dict[str, Any]:
        panel = tuple(held.participant for held in case.holdings.values() if held.state == "seated")
        writer = Writer(definition, case.rows, {"panel": panel})
        return writer.fill(form, self.wanted(case, task, name), Random(task.key), self.now.date())

    def _named(self, case: Case) -> Iterator[Action]:
        names = iter(self.pool)
        for seat, number in self.seats.items():
            with self.app.store.write() as work:
                keys = tuple(participant_of(work, case.id, next(names), self.app.keys) for _ in range(number))
                work.commit()
            yield Assign(name=seat, participants=keys, places=number)

    def mails(self, kind: str) -> list[Message]:
        with self.app.store.read() as work:
            return [each for each in work.outbox.messages("sent") if each.kind == kind]
