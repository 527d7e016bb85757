"""What does one rule that always raises do to a thousand good cases? Nothing: it becomes a task of the office."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import pytest

from collegium import bootstrap
from collegium.bootstrap import Application
from collegium.clock import Driver, VirtualClock
from collegium.launching import Round
from collegium.library import DefinitionLibrary
from collegium.settings import Settings
from engine.actions import Actor, Submit
from engine.case import Case
from engine.definition import Definition
from engine.operations import ATTEMPTS, BATCH, RETRY
from engine.ports import Store, UnitOfWork
from storage.memory import MemoryStore
from storage.unit_of_work import SqlStore
from storage.verify import problems
from tests.builders.definitions import small_review_files
from tests.journeys import stage
from tests.journeys.journey import Postbox

GOOD = 1000
RULE = "late:choose_day:1:0"
WHY = "the rule divides by the number of holidays"


class Poisoned(tuple[Any, ...]):
    """Late steps that can be counted, and raise when one of them is to be taken."""

    def __getitem__(self, index: Any) -> NoReturn:
        raise ZeroDivisionError(WHY)


class PoisonedLibrary(DefinitionLibrary):
    """Gives one case a definition with a rule that raises; all others have the good one."""

    def __init__(self, case: str) -> None:
        super().__init__()
        self._case = case
        self._poisoned: Definition | None = None

    def of(self, work: UnitOfWork, case: Case) -> Definition:
        good = super().of(work, case)
        if case.id != self._case:
            return good
        if self._poisoned is None:
            task = good.tasks["choose_day"]
            self._poisoned = replace(good, tasks={**good.tasks, task.name: replace(task, late=Poisoned(task.late))})
        return self._poisoned


@pytest.fixture(params=["memory", pytest.param("sql", marks=pytest.mark.slow)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
        return
    settings = Settings(database=f"sqlite:///{tmp_path}/office.db")
    bootstrap.prepare(settings)
    made = SqlStore(settings.database)
    yield made
    made.close()


def launched(store: Store) -> tuple[Application, list[str]]:
    """A thousand cases and one, spread over the organisations that there are."""
    app = stage.an_application(store, Postbox())
    stage.import_people(app)
    places = stage.hosts_of(app, "development", 11)
    with store.write() as work:
        stored = app.launcher.store_definition(work, small_review_files())
        hosts = [places[number % len(places)] for number in range(GOOD + 1)]
        round_ = Round(name="many", process=stored.name, secretariat=stage.OFFICE.id, hosts=hosts, waive="test")
        cycle = app.launcher.launch_cycle(work, round_, stored, stage.START)
        work.commit()
        return app, work.cases.all_ids(stage.OFFICE.id, cycle.id)


def test_a_rule_that_always_raises_holds_nobody_up_and_becomes_a_task_of_the_office(store: Store) -> None:
    app, cases = launched(store)
    poisoned = cases[BATCH // 2]  # in the middle of a batch: good rows of one transaction come before and after it
    app.operations.library = PoisonedLibrary(poisoned)
    with store.read() as work:
        due = work.cases.load(poisoned).deadlines[RULE].at
    failures: list[datetime] = []
    driver = Driver(store=store, operations=app.operations, mailroom=None)
    driver.watch = lambda now, done: failures.extend([now] * (done.failed - len(failures)))
    done = driver.drive(VirtualClock(stage.START), due + timedelta(days=1))

    # It was tried five times, each time later; then the office was asked to look at it.
    waits = [RETRY * 2**number for number in range(ATTEMPTS - 1)]
    assert failures == [due + sum(waits[:number], timedelta()) for number in range(ATTEMPTS)]
    assert done.failed == ATTEMPTS
    with store.read() as work:
        (row,) = work.cases.stuck()
        assert (row.case, row.deadline, row.attempts) == (poisoned, RULE, ATTEMPTS)
        assert row.last_error == f"RuleFailed: The rule of {RULE} failed: ZeroDivisionError: {WHY}"
        case = work.cases.load(poisoned)
        (task,) = [task for task in case.open_tasks() if task.name == "stuck"]
        assert (task.about, task.assignees) == (RULE, case.roles["coordinator"])
        (event,) = [sealed.event for sealed in work.cases.history(poisoned) if sealed.event.kind == "rule_stuck"]
        assert (event.name, event.recorded_at) == (RULE, failures[-1])
        # Everybody else had the same date at its very moment, and nobody's case sleeps.
        late = [late_step(work, id) for id in cases if id != poisoned]
        assert late == [due] * GOOD
        assert work.cases.without_next() == []


def late_step(work: UnitOfWork, case: str) -> datetime:
    """When the late step of a case was taken."""
    (at,) = [
        sealed.event.recorded_at
        for sealed in work.cases.history(case)
        if sealed.event.kind == "date_came" and any(key == RULE for _, key, _ in sealed.event.effects)
    ]
    return at


def test_a_case_with_a_stuck_rule_goes_on_and_ends_when_the_office_has_looked() -> None:
    store, clock = MemoryStore(), VirtualClock(stage.START)
    app = stage.an_application(store, Postbox())
    stage.import_people(app)
    (case,) = stage.launch(app, small_review_files(), stage.hosts_of(app, "development", 1))
    app.operations.library = PoisonedLibrary(case)
    driver = Driver(store=store, operations=app.operations, mailroom=None)
    driver.drive(clock, stage.START + timedelta(days=400))
    with store.read() as work:
        loaded = work.cases.load(case)
    assert (loaded.stage, loaded.closed, [task.name for task in loaded.open_tasks()]) == ("done", False, ["stuck"])
    office = loaded.open_tasks()[0].assignees[0]
    done = Submit(task=loaded.open_tasks()[0].key, answers={})
    app.operations.act(case, done, Actor(kind="person", participant=office), clock.now)
    with store.read() as work:
        assert work.cases.load(case).closed
        assert list(problems(work)) == []
