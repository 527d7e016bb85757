"""On the clock of the wall: does a date a second ahead fire, and does who comes back settle what was left half done?"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from collegium.bootstrap import Application, build
from collegium.catch_all import CatchAll
from collegium.settings import Settings
from collegium.wall_clock import WallClock
from engine.mail import Message
from notifications.smtp import SmtpSender
from storage.locks import AlreadyRunning, RunLock
from tests.builders.definitions import small_review_files
from tests.journeys import stage

PATIENCE = 15.0
HOUR = timedelta(hours=1)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[CatchAll]:
    with CatchAll("127.0.0.1", 0, tmp_path / "mail") as opened:
        yield opened


@pytest.fixture
def app(tmp_path: Path, server: CatchAll) -> Iterator[Application]:
    """An office that looks for work by itself once in ten minutes: all else is the alarm's."""
    settings = Settings(database=f"sqlite:///{tmp_path}/office.db", key="k" * 40, tick_seconds=600)
    with build(settings, sender=SmtpSender("127.0.0.1", server.port, connections=1)) as opened:
        stage.import_people(opened)
        opened.duties.clear()  # what they send depends on the day on which the tests run
        yield opened


def test_a_date_that_lies_seconds_ahead_fires_without_a_tick(app: Application) -> None:
    case = launched(app, datetime.now(UTC) - HOUR + timedelta(seconds=2))
    app.operations.claim_due(datetime.now(UTC) - timedelta(seconds=10))
    with running(app) as clock:
        wait_until(lambda: closed(app, case))
    assert clock.done.applied > 0
    with app.store.read() as work:
        taken = [row.event for row in work.cases.history(case) if row.event.kind == "transition_taken"]
    assert [event.name for event in taken] == ["give_up"]
    assert taken[0].recorded_at >= taken[0].effective_at


def test_a_change_that_is_made_meanwhile_sets_the_alarm(app: Application) -> None:
    with running(app):
        case = launched(app, datetime.now(UTC) - HOUR + timedelta(seconds=1))
        wait_until(lambda: closed(app, case))


def test_who_comes_back_records_what_was_being_sent_as_unknown(app: Application, server: CatchAll) -> None:
    now = datetime.now(UTC)
    stage.launch(app, small_review_files(), stage.hosts_of(app, "development", 1), now - timedelta(days=30))
    app.operations.claim_due(now)
    with app.store.read() as work:
        moment = app.mailroom.next_moment(work)  # within the hours of the readers, whatever time of day it is here
    assert moment is not None
    app.mailroom.compose(moment)
    with app.store.write() as work:
        leased = {mail.id: mail.message_id for mail in work.outbox.lease(moment, 20, now + timedelta(minutes=30))}
        work.commit()
    with running(app):
        wait_until(lambda: all(message.state != "sending" for message in messages(app)))
    assert [message.id for message in messages(app) if message.state == "unknown"] == list(leased) != []
    arrived = [file.read_text(encoding="utf-8") for file in server.maildir.glob("new/*")]
    assert not [mail for mail in arrived if any(message_id in mail for message_id in leased.values())]


def test_a_clock_that_was_stopped_takes_no_more_mail(app: Application) -> None:
    with running(app) as clock:
        pass
    assert clock.done.failed == 0
    launched(app, datetime.now(UTC))
    assert app.mailroom.dispatch(datetime.now(UTC)).sent == 0


def test_one_clock_runs_on_a_file(app: Application) -> None:
    with RunLock(app.settings.database), pytest.raises(AlreadyRunning), RunLock(app.settings.database):
        pass


@contextmanager
def running(app: Application) -> Iterator[WallClock]:
    """The clock runs in a thread of its own as long as the block lasts; it stops within seconds."""
    stop, clock = Event(), WallClock(app)
    thread = Thread(target=clock.run, args=(stop,))
    thread.start()
    try:
        yield clock
    finally:
        stop.set()
        thread.join(timeout=PATIENCE)
    assert not thread.is_alive()


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, f"it did not come to hold within {PATIENCE} seconds"
        time.sleep(0.05)


def launched(app: Application, now: datetime) -> str:
    """A case that gives up an hour after that."""
    files = small_review_files()
    text = files["process.yaml"].decode()
    assert "when: case.launched + 1y" in text
    soon = "when: case.launched + 1h\n    accept: {over_before_due: a clock is tried out}"
    files["process.yaml"] = text.replace("when: case.launched + 1y", soon).encode()
    return stage.launch(app, files, stage.hosts_of(app, "development", 1), now)[0]


def closed(app: Application, case: str) -> bool:
    with app.store.read() as work:
        return work.cases.load(case).closed


def messages(app: Application) -> list[Message]:
    with app.store.read() as work:
        return work.outbox.messages()
