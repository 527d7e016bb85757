"""Does a stored case do what a small model says, whatever is done, whenever, and wherever its life ends?

quality.md, fault 6: act, extend, substitute, move, pause, withdraw, time passes, crash. The model knows five rules and
counts working days by itself; the case lives in a file, is read anew after each crash, and its history is verified.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from engine.actions import Action, Assign, Extend, PauseCase, ResumeCase, Submit, Take
from engine.case import Case
from engine.definition import Definition
from engine.errors import CollegiumError
from engine.events import Signal
from engine.machine import Launch
from engine.operations import Operations
from engine.ports import UnitOfWork
from engine.world import World
from storage.unit_of_work import SqlStore
from storage.verify import problems
from tests.builders.engine import OPERATOR, ROLES, a_definition, a_world, person
from tests.builders.storage import a_sql_store, furnish

ZONE = ZoneInfo("Europe/Amsterdam")
DAY = timedelta(days=1)
PROCESS = """
dates: {visit: {set_by: [fix, move], moves: true}}
stages: {busy: {}, ready: {}, over: {end: true}, gone: {end: true}}
transitions:
  fix: {from: busy, to: ready, by: office, asks: {day: date}, sets: {visit: chosen.day}}
  move: {from: ready, by: office, asks: {day: date}, sets: {visit: chosen.day}}
  lapse: {from: [busy, ready], to: over, when: work.expired}
  finish: {from: ready, to: over, when: report.done}
  withdraw: {from: [busy, ready], to: gone, by: office, asks: {reason: text}}
pause: {by: office, asks: {reason: text, until: date}}
tasks:
  work:
    for: contact
    opens: busy
    form: note
    due: {at: opened + 10wd}
    silence: nothing
    remind: [-2wd]
    extend: {by: office, at_most: +5wd, times: 1}
    until: [over, gone]
  report: {for: contact, opens: ready, form: note, due: {at: visit - 5wd}, remind: [-2wd]}
"""


def on_working_day(day: date, step: int) -> date:
    while day.weekday() > 4:
        day += DAY * step
    return day


def working_days(day: date, n: int) -> date:
    """The n-th working day after a day, or before it."""
    for _ in range(abs(n)):
        day = on_working_day(day + (DAY if n > 0 else -DAY), 1 if n > 0 else -1)
    return day


def between(first: date, last: date) -> int:
    """Working days after the first, the last among them."""
    return sum((first + DAY * n).weekday() < 5 for n in range(1, (last - first).days + 1))


@dataclass(frozen=True, slots=True)
class Piece:
    """What the model knows of a task."""

    state: str
    due: date
    opened: date


@dataclass(frozen=True, slots=True)
class Model:
    """What a case ought to be. No clock, no store, no rules but these."""

    stage: str
    contact: str
    work: Piece
    report: Piece | None = None
    visit: date | None = None
    extended: bool = False
    paused: date | None = None  # since

    def after(self, today: date) -> Model:
        """What days bring that pass before today is there: silence ends the work, and the work the review."""
        if self.paused or self.work.state != "open" or self.work.due >= today or self.stage in ("over", "gone"):
            return self
        return replace(self, work=replace(self.work, state="expired")).ended("over")

    def ended(self, stage: str) -> Model:
        work = replace(self.work, state="closed") if self.work.state == "open" else self.work
        report = self.report
        if report is not None and report.state == "open":
            report = replace(report, state="closed")
        return replace(self, stage=stage, work=work, report=report, paused=None)

    def with_visit(self, day: date, opened: date) -> Model:
        """Five working days before the visit; where that has passed when the task opens, two after that."""
        due = working_days(day, -5)
        due = due if due >= opened else working_days(opened, 2)
        return replace(self, visit=day, report=Piece("open", due, opened))

    def resumed(self, today: date) -> Model:
        """The work counts from an event and gets its time back, in working days; the report follows the visit."""
        assert self.paused is not None
        work = self.work
        if work.state == "open":
            given = between(max(self.paused, work.opened), today)
            work = replace(work, due=working_days(work.due, given))
        return replace(self, work=work, paused=None)


class Reviewed(RuleBasedStateMachine):
    """One case of that process in a file, and the model beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.store = a_sql_store(Path(self.folder.name))
        self.definition = a_definition(PROCESS)
        self.keys = count(1)
        self.now = datetime.combine(date(2027, 3, 1), time(9), UTC)
        self.live()

    def live(self) -> None:
        """A life begins."""
        self.operations = Operations(self.store, self, self, self, lambda: f"key-{next(self.keys)}")  # type: ignore[arg-type]

    def of(self, work: UnitOfWork, case: Case, now: datetime | None = None) -> Definition | World:
        return a_world() if now is not None else self.definition

    def heard(self, work: UnitOfWork, signal: Signal) -> Mapping[str, Any]:
        return signal.data

    def launch(self, work: UnitOfWork, signal: Signal, now: datetime) -> str | None:
        raise AssertionError("this process calls no child")

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    @property
    def today(self) -> date:
        return self.now.astimezone(ZONE).date()

    def act(self, action: Action, by: str = "olga") -> None:
        self.operations.act("case-1", action, person(by), self.now)

    # what may happen --------------------------------------------------------------------------------------------------

    @initialize()
    def launched(self) -> None:
        furnish(self.store)
        with self.store.write() as work:
            start = Launch(case="case-1", cycle="cycle", subject="north", roles=ROLES)
            self.operations.launch(work, self.definition, start, a_world(), self.now, OPERATOR)
            work.commit()
        self.model = Model("busy", "carl", Piece("open", working_days(self.today, 10), self.today))

    @rule(days=some.integers(1, 12), looks=some.booleans())
    def time_passes(self, days: int, looks: bool) -> None:
        """With a clock that looks, or without: then the next deed brings the dates first."""
        self.now += days * DAY
        if looks:
            self.operations.claim_due(self.now)
            self.model = self.model.after(self.today)

    @precondition(lambda self: not self.ended)
    @rule()
    def work_is_done(self) -> None:
        model = self.model.after(self.today)
        if model.paused or model.work.state != "open":
            self.refused(Submit(task="work:1"), model.contact)
            return
        self.act(Submit(task="work:1"), model.contact)
        self.model = replace(model, work=replace(model.work, state="done"))

    @precondition(lambda self: not self.ended and self.model.report is not None)
    @rule()
    def report_is_done(self) -> None:
        model = self.model.after(self.today)
        if model.paused or model.report is None or model.report.state != "open":
            self.refused(Submit(task="report:1"), model.contact)
            return
        self.act(Submit(task="report:1"), model.contact)
        self.model = replace(model, report=replace(model.report, state="done")).ended("over")

    @precondition(lambda self: not self.ended)
    @rule(ahead=some.integers(1, 40))
    def day_is_fixed_or_moved(self, ahead: int) -> None:
        day, model = self.today + ahead * DAY, self.model.after(self.today)
        name = "fix" if model.stage == "busy" else "move"
        action = Take(transition=name, answers={"day": day.isoformat()})
        if model.paused or model.stage not in ("busy", "ready"):
            self.refused(action, "olga")
            return
        self.act(action)
        opened = self.today if model.report is None else model.report.opened
        self.model = replace(model, stage="ready").with_visit(day, opened)

    @precondition(lambda self: not self.ended)
    @rule(more=some.integers(1, 5))
    def work_gets_more_time(self, more: int) -> None:
        model = self.model.after(self.today)
        until = working_days(model.work.due, more)
        action = Extend(task="work:1", until=until, reason="asked")
        if model.paused or model.extended or model.work.state != "open":
            self.refused(action, "olga")
            return
        self.act(action)
        self.model = replace(model, extended=True, work=replace(model.work, due=until))

    @rule(who=some.sampled_from(["carl", "c1", "c2"]))
    def somebody_else_is_the_contact(self, who: str) -> None:
        model = self.model.after(self.today)
        action = Assign(name="contact", participants=(who,))
        if model.paused:
            self.refused(action, "olga")
            return
        self.act(action)
        self.model = replace(model, contact=who)

    @precondition(lambda self: not self.ended)
    @rule(days=some.integers(1, 20))
    def case_is_paused_or_goes_on(self, days: int) -> None:
        model = self.model.after(self.today)
        if model.stage in ("over", "gone"):
            self.refused(PauseCase(reason="ill", until=self.today + days * DAY), "olga")
        elif model.paused is None:
            self.act(PauseCase(reason="ill", until=self.today + days * DAY))
            self.model = replace(model, paused=self.today)
        else:
            self.goes_on(model)

    def goes_on(self, model: Model) -> None:
        assert model.paused is not None
        if model.visit is None or not model.paused <= model.visit < self.today:
            self.act(ResumeCase())
            self.model = model.resumed(self.today)
            return
        self.refused(ResumeCase(), "olga")
        day = self.today + 30 * DAY
        self.act(ResumeCase(dates={"visit": day}))
        assert model.report is not None
        self.model = model.resumed(self.today).with_visit(day, model.report.opened)

    @precondition(lambda self: not self.ended)
    @rule()
    def host_withdraws(self) -> None:
        model = self.model.after(self.today)
        action = Take(transition="withdraw", answers={"reason": "no time"})
        if model.stage in ("over", "gone"):
            self.refused(action, "olga")
            return
        self.act(action)
        self.model = model.ended("gone")

    @rule()
    def life_ends_in_the_middle_of_a_deed(self) -> None:
        """Before the commit: what was done is not done; the next life finds what the last one left."""
        with self.store.write() as work, suppress(CollegiumError):  # refused where it has ended
            self.operations.try_out(
                work, "case-1", Take(transition="withdraw", answers={"reason": "x"}), OPERATOR, self.now
            )
        self.store.close()
        self.store = SqlStore(f"sqlite:///{Path(self.folder.name) / 'collegium.db'}")
        self.live()

    # what must hold ---------------------------------------------------------------------------------------------------

    @property
    def ended(self) -> bool:
        return self.model.stage in ("over", "gone")

    def refused(self, action: Action, by: str) -> None:
        """A refusal changes nothing, the dates that came before it among them."""
        with pytest.raises(CollegiumError):
            self.act(action, by)

    @invariant()
    def case_is_as_the_model_says(self) -> None:
        with self.store.read() as work:
            case = work.cases.load("case-1")
            assert list(problems(work)) == []
        assert as_model(case) == self.model


def as_model(case: Case) -> Model:
    """What is stored, in the words of the model."""
    pieces: dict[str, Piece] = {}
    for name in ("work", "report"):
        found = case.tasks.get(f"{name}:1")
        if found is not None:
            assert found.due is not None
            pieces[name] = Piece(found.state, found.due.day, found.opened.astimezone(ZONE).date())
    visit = case.moments.get("visit")
    return Model(
        stage=case.stage,
        contact=case.roles["contact"][0],
        work=pieces["work"],
        report=pieces.get("report"),
        visit=visit.day if visit else None,
        extended=bool(case.tasks["work:1"].extensions),
        paused=case.paused.since.astimezone(ZONE).date() if case.paused else None,
    )


TestReviewed = pytest.mark.slow(Reviewed.TestCase)
TestReviewed.settings = settings(max_examples=200, stateful_step_count=30)
