"""What does a round of the clock cost while many calendars wait for a word that the office holds? Against a step.

Marked are the contacts of so many reviews; what their calendars missed stands in as many mails, held until somebody
approves them, which may take days.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from shutil import copytree
from statistics import median
from time import perf_counter

from benchmarks.copying import copy, launch_one
from benchmarks.installation import NOW, SMALL, folder, made, opened
from benchmarks.measuring import Benchmark, Row, exponent
from benchmarks.recording import bare
from benchmarks.walking import ANSWERS
from collegium.bootstrap import Application
from collegium.calendar_duty import CalendarDuty
from engine.actions import OPERATOR, Actor, Submit, Take
from engine.case import Case

GOAL = 0.5  # milliseconds for each of those who wait
TIMES = 7
DAY = date(2027, 2, 9)
MARKED = "UPDATE person SET calendar_unsure_since = ? WHERE id LIKE 'contact-host%' AND id != 'contact-host000000'"


def run(sizes: Sequence[int]) -> list[Row]:
    """`sizes` are numbers of marked people."""
    quiet: dict[int, float] = {}
    busy: dict[int, float] = {}
    step = 0.0
    for size in sizes:
        with folder() as place:
            database = place / "marked.db"
            case = launch_one(database, made(database, 1, _inviting(place / "small")))
            _fix_day(database, case)
            copy(database, 1, size + 1)
            quiet[size], busy[size], step = _measured(database, case, size)
    largest = max(sizes)
    allowed = GOAL * largest
    return [
        Row(
            measure=measure, size=" / ".join(f"{size:,}" for size in sizes) + " marked", unit="ms",
            ours=times[largest] * 1e3, against="one step of a case, committed", reference=step * 1e3,
            goal=f"< {allowed:.0f} ms", met=times[largest] * 1e3 < allowed, growth=exponent(times),
        )
        for measure, times in (("a round while calendars are held: nothing was written", quiet),
                               ("a round while calendars are held: after a step of another case", busy))
    ]  # fmt: skip


def _inviting(place: Path) -> Path:
    """The small process, whose mail about the day brings it into calendars."""
    made_of = Path(copytree(SMALL, place))
    file = made_of / "process.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("to: [contact, writer]}", "to: [contact, writer], invite: visit}"), encoding="utf-8")
    return made_of


def _fix_day(database: Path, case: Case) -> None:
    """The day stands, and nobody was told of it: that is what the calendars have missed."""
    with opened(database) as app:
        intake = next(task.key for task in case.tasks.values() if task.name == "intake")
        contact = Actor(kind="person", participant=case.roles["contact"][0], via="link")
        app.operations.act(case.id, Submit(task=intake, answers=ANSWERS), contact, NOW)
        app.operations.act(case.id, Take(transition="fix_day", answers={"day": DAY}), OPERATOR, NOW)
    with closing(bare(database)) as connection:
        connection.execute("UPDATE notice SET state = 'skipped', reason = 'benchmark' WHERE state = 'waiting'")
        connection.commit()


def _measured(database: Path, case: Case, size: int) -> tuple[float, float, float]:
    """Seconds of a round of the duty where nothing was written, after a step of another case, and of that step."""
    with closing(bare(database)) as connection:
        connection.execute(MARKED, (NOW.strftime("%Y-%m-%d %H:%M:%S.%f"),))
        connection.commit()
    with opened(database) as app:
        duty = next(each for each in app.duties if isinstance(each, CalendarDuty))
        duty._bulk_from = 1  # so that all of them are held
        now = NOW + timedelta(minutes=1)
        _round(app, duty)
        with app.store.read() as work:
            held = len(work.outbox.messages("held"))
        if held != size:
            raise AssertionError(f"{held} mails are held, and {size} people are marked")
        quiet, busy, steps = [], [], []
        for number in range(TIMES):
            _round(app, duty)
            quiet.append(_timed(lambda: _round(app, duty)))
            move = Take(transition="fix_day", answers={"day": DAY + timedelta(days=number + 1)})
            steps.append(_timed(partial(app.operations.act, case.id, move, OPERATOR, now)))
            busy.append(_timed(lambda: _round(app, duty)))
    return median(quiet), median(busy), median(steps)


def _round(app: Application, duty: CalendarDuty) -> None:
    """What a step of the clock asks of the duty."""
    now = NOW + timedelta(minutes=1)
    duty.run(now)
    with app.store.read() as work:
        duty.next_moment(work, now)


def _timed(do: Callable[[], object]) -> float:
    start = perf_counter()
    do()
    return perf_counter() - start


BENCHMARK = Benchmark(
    name="marked", says="rounds while calendars are held", run=run, sizes=(200, 2_000), tiny=(3, 6)
)  # fmt: skip
