"""How is a cycle told as a story? One case on a virtual clock, a cast that does what is asked, and deeds of our own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

import holidays

from collegium.clock import Driven, Driver, VirtualClock
from collegium.demo.scripts import ORDINARY, Script
from engine.case import Case, Task
from engine.events import Event
from engine.mail import Delivery, Message, Wire
from engine.ports import Sender
from storage.memory import MemoryStore
from storage.verify import problems
from tests.journeys import stage
from tests.journeys.players import Players, Scene

ZONE = ZoneInfo("Europe/Amsterdam")
LONGEST = timedelta(days=365 * 6)
FREE = holidays.country_holidays("NL", years=range(2026, 2040))
SATURDAY, AT_WORK = 5, time(10)
ENDED = ("done", "expired", "closed", "skipped")
OF_A_CASE = ("absence",)  # duties that belong to one story; digests tell of all, and data that go hide how it went


class Postbox:
    """Implements engine.ports.Sender: every mail arrives."""

    async def send(self, mails: Sequence[Wire]) -> Mapping[str, Delivery]:
        return {mail.message: Delivery(outcome="sent", code=250) for mail in mails}

    async def close(self) -> None:
        """Nothing is kept open."""


class Journey:
    """A round of one review, or some, from its launch on. `script` says what goes otherwise."""

    def __init__(
        self, process: str, script: Script = ORDINARY, *, host: int = 0, hosts: int = 1, start: datetime = stage.START,
        sender: Sender | None = None, asleep: Callable[[datetime], datetime | None] = lambda now: None,
        duties: Sequence[str] = OF_A_CASE,
    ) -> None:  # fmt: skip
        keys = stage.StepKeys.of("launch")
        self.app = stage.an_application(MemoryStore(), sender or Postbox(), keys)
        stage.import_people(self.app)
        places = stage.hosts_of(self.app, stage.REVIEWS[process], host + hosts)[host:]
        self.ids = stage.launch(self.app, stage.files_of(process), places, start)
        self.id = self.ids[0]
        self.script = script
        self.clock = VirtualClock(start)
        self.players = Players(self.app, keys, self._part)
        self.driver = Driver(
            store=self.app.store, operations=self.app.operations, mailroom=self.app.mailroom, cast=self.players,
            asleep=asleep, duties=[duty for duty in self.app.duties if duty.name in duties],
        )  # fmt: skip
        self.driven = Driven()

    def __enter__(self) -> Self:
        self.app.mailroom.start()
        self.driver.step(self.clock.now, self.driven)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.app.close()
        if kind is None:
            broken = self.broken_promises()
            assert not broken, broken

    def _part(self, case: Case) -> Script:
        return self.script if case.parent is None else (self.script.child or ORDINARY)

    # time

    @property
    def now(self) -> datetime:
        return self.clock.now

    @property
    def today(self) -> date:
        return self.now.astimezone(ZONE).date()

    def until(self, reached: str | Callable[[Case], bool]) -> Journey:
        """Let time pass until the case has entered a stage, or something holds of it."""
        limit = self.now + LONGEST
        while not (self.case.stage == reached if isinstance(reached, str) else reached(self.case)):
            self.forward(limit)
        return self

    def until_open(self, task: str) -> Task:
        """Let time pass until somebody is asked for this task."""
        self.until(lambda case: any(item.name == task for item in case.open_tasks()))
        return self.task(task)

    def until_day(self, day: date) -> Journey:
        """Let time pass until ten o'clock of that local day, or of the next on which an office works."""
        while day.weekday() >= SATURDAY or day in FREE:
            day += timedelta(days=1)
        return self._until(datetime.combine(day, AT_WORK, ZONE))

    def until_midnight(self, day: date) -> Journey:
        """Let time pass until that local day has begun."""
        return self._until(datetime.combine(day, time(0), ZONE))

    def _until(self, limit: datetime) -> Journey:
        while (moment := self.driver.next_moment(self.now)) is not None and moment < limit:
            self.forward(limit)
        self.clock.set(limit.astimezone(stage.START.tzinfo))
        self.driver.step(self.now, self.driven)
        return self

    def forward(self, limit: datetime) -> None:
        """To the next moment at which something happens; later, where the office is asleep then."""
        moment = self.driver.next_moment(self.now)
        assert moment is not None, f"nothing is to come, and the case stands in {self.case.stage}"
        assert moment <= limit, f"it never came; the case stands in {self.case.stage}: {self.players.refusals[-3:]}"
        self.clock.set(moment)
        awake = self.driver.asleep(self.now)
        if awake is not None:
            self.clock.set(awake)
        self.driver.step(self.now, self.driven)

    # what is

    @property
    def case(self) -> Case:
        with self.app.store.read() as work:
            return work.cases.load(self.id)

    @property
    def scene(self) -> Scene:
        """To do something now."""
        return self.players.scene(self.id, self.now)

    def task(self, name: str) -> Task:
        """The one open instance of a task."""
        found = [task for task in self.case.open_tasks() if task.name == name]
        assert len(found) == 1, f"{name} is open {len(found)} times"
        return found[0]

    def task_done(self, name: str) -> bool:
        """Whether the last round of a task was done by somebody, and not by silence."""
        found = [task for task in self.case.tasks.values() if task.name == name]
        return bool(found) and all(task.state == "done" and not task.tacit for task in found)

    @property
    def contact(self) -> str:
        return self.case.roles["contact"][0]

    @property
    def signatory(self) -> str:
        return self.case.roles["signatory"][0]

    def person(self, participant: str) -> str | None:
        """Who that is."""
        with self.app.store.read() as work:
            known = work.people.participant(participant)
        return known.person if known else None

    def visit(self) -> date:
        day = self.case.moments["visit"].day
        assert day is not None
        return day

    def dues(self) -> dict[str, date]:
        """When each open task is due."""
        return {task.key: task.due.day for task in self.case.open_tasks() if task.due is not None}

    def cases(self) -> list[Case]:
        """This case and those that it called for."""
        with self.app.store.read() as work:
            return [work.cases.load(id) for id in work.cases.all_ids(stage.OFFICE.id)]

    def events(self, kind: str, name: str | None = None) -> list[Event]:
        """What happened of a kind."""
        with self.app.store.read() as work:
            events = [sealed.event for sealed in work.cases.history(self.id)]
        return [event for event in events if event.kind == kind and name in (None, event.name)]

    def stages(self) -> list[str]:
        """The stages in the order in which they were entered."""
        return [event.name for event in self.events("stage_entered")]

    def mails(self, kind: str | None = None) -> list[Message]:
        """The mails that were sent."""
        with self.app.store.read() as work:
            return [message for message in work.outbox.messages("sent") if kind in (None, message.kind)]

    def told(self, template: str) -> int:
        """How often that was told, alone in a mail or with others in one."""
        sent = {message.id for message in self.mails()}
        with self.app.store.read() as work:
            stored = work.outbox.notices("composed")
        return sum(1 for each in stored if each.notice.template == template and each.message in sent)

    # what must hold

    def broken_promises(self) -> list[str]:
        """Whatever the story, this must be empty."""
        with self.app.store.read() as work:
            found = [*problems(work), *(f"{case} waits for nobody" for case in work.cases.without_next())]
            found += [f"the rule {row.rule} is stuck: {row.last_error}" for row in work.cases.stuck()]
        return found + self._asked_too_late() + self._two_reminders() + [*self.driven.failures]

    def _asked_too_late(self) -> list[str]:
        """Asks that went out although their task had been ended."""
        ended: dict[tuple[str, str], datetime] = {}
        with self.app.store.read() as work:
            for case in work.cases.all_ids(stage.OFFICE.id):
                for sealed in work.cases.history(case):
                    for field, key, value in sealed.event.effects:
                        if field == "tasks" and isinstance(value, dict) and value.get("state") in ENDED:
                            ended[case, key] = sealed.event.recorded_at
        return [
            f"{message.kind} asked for {ask} after its end"
            for message in self.mails()
            for ask in message.asks
            if ask in ended and message.sent_at is not None and ended[ask] < message.sent_at
        ]

    def _two_reminders(self) -> list[str]:
        days = Counter(
            (message.person, message.sent_at.astimezone(ZONE).date())
            for message in self.mails()
            if message.reminder and message.sent_at is not None
        )
        return [
            f"{person} had {number} reminder mails on {day}" for (person, day), number in days.items() if number > 1
        ]
