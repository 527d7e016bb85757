"""How does a case go from start to end? Through the steps of the small process; a large one is played by a cast."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from benchmarks.installation import NOW, OFFICE, host, opened
from benchmarks.measuring import Stopwatch
from benchmarks.recording import Tape
from collegium import bootstrap, workbook
from collegium.bootstrap import Application
from collegium.clock import Driver, VirtualClock
from collegium.demo import people_workbook, under_review
from collegium.demo.cast import Company
from collegium.demo.casting import Pool
from collegium.demo.scripts import ORDINARY
from collegium.launching import Round
from collegium.settings import Settings
from engine.actions import Action, Actor, Submit, Take
from engine.case import Case
from engine.definition import Definition
from engine.machine import Launch
from engine.ports import StoredDefinition
from workflows import loader

ANSWERS = {"text": "We have agreed on this with all who take part in the review.", "certain": "yes"}
STEPS: tuple[tuple[str, str], ...] = (  # role, task or transition; the launch is the first of the eleven
    ("contact", "intake"), ("office", "fix_day"), ("coordinator", "programme"), ("writer", "reflection"),
    ("coordinator", "check"), ("office", "questions"), ("coordinator", "draft"), ("signatory", "remarks"),
    ("writer", "report"), ("office", "adopt"),
)  # fmt: skip
LARGE = "development-review"
END = NOW + timedelta(days=800)


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """What was done and how long the operations took."""

    steps: int
    seconds: float
    busy: float  # seconds of the processor


def small(app: Application, stored: StoredDefinition, cases: int, tape: Tape | None = None) -> Walked:
    """So many cases, each through all its steps, one after the other; each step is a commit."""
    watch = Stopwatch()
    with app.store.read() as work:
        definition, _ = app.library.get(work, stored.name, stored.version, stored.behaviour)
    if tape is not None:
        tape.on = True
    for number in range(cases):
        with watch.timing():
            case = _launched(app, definition, number)
            for hour, (role, name) in enumerate(STEPS, start=1):
                actor = Actor(kind="person", participant=case.roles[role][0], via="link")
                action = _action(definition, case, name)
                case = app.operations.act(case.id, action, actor, NOW + timedelta(hours=hour)).case
        if not case.closed:
            raise AssertionError(f"the case stands in {case.stage}")
    return Walked(steps=cases * (len(STEPS) + 1), seconds=watch.seconds, busy=watch.busy)


def _launched(app: Application, definition: Definition, number: int) -> Case:
    start = Launch(case=app.keys(), cycle="cycle", subject=host(number), roles={})
    with app.store.write() as work:
        case = app.launcher.begin(work, definition, start, OFFICE.id, number, NOW)
        work.commit()
    return case


def _action(definition: Definition, case: Case, name: str) -> Action:
    if name in definition.transitions:
        asked = {"day": (NOW + timedelta(weeks=20)).date()} if name == "fix_day" else {}
        return Take(transition=name, answers=asked)
    task = next(task for task in case.tasks.values() if task.name == name and task.is_open)
    return Submit(task=task.key, answers=ANSWERS)


def large_made(database: Path, cases: int) -> None:
    """A new database with the people of the demo, and so many cases of the large process launched."""
    bootstrap.prepare(Settings(database=f"sqlite:///{database}"))
    reading = workbook.read(people_workbook())
    assert reading.workbook is not None
    with opened(database, seed=2) as app, app.store.write() as work:
        work.people.put_secretariat(OFFICE)
        workbook.apply(reading.workbook, work.people, OFFICE.id, today=NOW.date(), gates=work.definitions,
                       new_id=bootstrap.seeded_keys(1))  # fmt: skip
        stored = app.launcher.store_definition(work, loader.bundle(loader.shipped()[LARGE]))
        hosts = [each.id for each in under_review(work.people, OFFICE.id, "development")][:cases]
        app.launcher.launch_cycle(
            work, Round(name="Round", process=LARGE, secretariat=OFFICE.id, hosts=hosts), stored, NOW
        )
        work.commit()


def large(app: Application, tape: Tape | None = None) -> Walked:
    """All cases, played by an ordinary cast for two years and more; only the operations are timed and recorded."""
    company = _company(app)
    timed = _Timed(app, tape)
    driver = Driver(store=app.store, operations=app.operations, mailroom=None, cast=company)
    driver.drive(VirtualClock(NOW), END)
    with app.store.read() as work:
        ended = [work.cases.load(id).closed for id in work.cases.all_ids(OFFICE.id)]
    if sum(ended) < len(ended) / 2:
        raise AssertionError(f"only {sum(ended)} of {len(ended)} cases have ended: {company.refusals[-5:]}")
    return Walked(steps=timed.steps, seconds=timed.watch.seconds, busy=timed.watch.busy)


def _company(app: Application) -> Company:
    with app.store.read() as work:
        cases = [work.cases.load(id) for id in work.cases.all_ids(OFFICE.id)]
        pool = Pool(work, OFFICE.id, [case.subject for case in cases], NOW.date())
    company = Company(app, pool, {case.id: ORDINARY for case in cases}, 1)
    company.begin(sorted(cases, key=lambda case: case.subject))
    return company


class _Timed:
    """Times (and records) what an application's operations do, and counts the steps that they save."""

    def __init__(self, app: Application, tape: Tape | None) -> None:
        self.watch = Stopwatch()
        self.steps = 0
        self._tape = tape
        self._wrap(app, "act")
        self._wrap(app, "claim_due")
        app.operations.saved.append(self._saved)

    def _saved(self, case: Case) -> None:
        self.steps += 1

    def _wrap(self, app: Application, name: str) -> None:
        real: Callable[..., object] = getattr(app.operations, name)

        def timed(*given: object, **named: object) -> object:
            if self._tape is not None:
                self._tape.on = True
            try:
                with self.watch.timing():
                    return real(*given, **named)
            finally:
                if self._tape is not None:
                    self._tape.on = False

        setattr(app.operations, name, timed)
