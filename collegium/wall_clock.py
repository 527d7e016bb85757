"""When does a running installation look for work? Each tick, at the next date, and when the store changes.

APScheduler is a clock here and never a diary: the dates stand in the store, and a job that is lost changes nothing.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from threading import Event, Lock
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from collegium.bootstrap import Application
from collegium.clock import Driven, Driver, utc_now
from collegium.web import door
from notifications.dispatching import LEASE, rescue

log = logging.getLogger(__name__)

NEVER = 36500  # days
POLL = 0.5  # seconds between two looks at whether another process changed the store
SHORTEST = timedelta(seconds=1)  # between two alarms, so that nothing that is due and cannot be done keeps us busy


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """What one round has done, and what comes next."""

    at: datetime
    applied: int
    failed: int
    sent: int
    next: datetime | None
    what: tuple[str, ...]  # as `Driver.coming` names it


class WallClock:
    """Applies what is due and sends what is ready, on one thread, until it is stopped.

    `tell` hears of the first round and of each that did something; it is called on the thread that works.
    """

    def __init__(self, app: Application, tell: Callable[[Worked], None] = lambda worked: None) -> None:
        self._app = app
        self._tell = tell
        self._told = False
        self._driver = Driver(store=app.store, operations=app.operations, mailroom=app.mailroom, duties=app.duties)
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        )
        self._stepping = Lock()
        self._ringing = Lock()
        self._stopped = False
        self._seen = 0
        self.done = Driven()

    def run(self, stop: Event) -> Driven:
        """Work until `stop` is set; the step that is being done is finished, and the mails that are on their way."""
        self._settle_leases()
        self._app.mailroom.start()
        self._app.store.after_commit.append(self._committed)
        self._seen = self._app.store.version()
        seconds = self._app.settings.tick_seconds
        self._scheduler.add_job(self._step, IntervalTrigger(seconds=seconds, timezone=UTC), id="tick")
        self._scheduler.add_job(self._look, IntervalTrigger(seconds=POLL, timezone=UTC), id="look")
        # The alarm is one job that never ends and is only set anew: a job that has rung for the last time is removed by
        # its id, and where it was replaced or the scheduler stopped in between, that ends the thread of the scheduler.
        self._scheduler.add_job(
            self._step, IntervalTrigger(days=NEVER, timezone=UTC), id="alarm", next_run_time=utc_now()
        )
        self._scheduler.start()
        try:
            stop.wait()
        finally:
            self._app.store.after_commit.remove(self._committed)
            self._app.mailroom.stop()
            with self._ringing:
                self._stopped = True
            self._scheduler.shutdown(wait=True)
        return self.done

    def _settle_leases(self) -> None:
        """One process runs on a file: what is still leased there was being sent by one that died."""
        if self._app.settings.database_file is not None:
            rescue(self._app.store, utc_now() + LEASE)

    def _step(self) -> None:
        before = replace(self.done)
        with self._stepping:
            try:
                self._driver.step(utc_now(), self.done)
            except Exception:
                log.exception("This round was not finished; the next one goes on with it")
        self._tell_of(before)
        for failure in self.done.failures:
            log.error("A mail could not be composed: %s", failure)
        self.done.failures.clear()
        self._arm()

    def _tell_of(self, before: Driven) -> None:
        now, done = utc_now(), self.done
        applied, failed, sent = done.applied - before.applied, done.failed - before.failed, done.sent - before.sent
        if self._told and not (applied or failed or sent):
            return
        self._told = True
        coming = self._driver.coming(now)
        first = min((moment for _, moment in coming), default=None)
        what = tuple(name for name, moment in coming if moment == first)
        self._tell(Worked(at=now, applied=applied, failed=failed, sent=sent, next=first, what=what))

    def _arm(self) -> None:
        """Set the alarm to the next moment at which there is something to do."""
        now = utc_now()
        moment = self._driver.next_moment(now)
        if moment is not None:
            self._ring(max(moment, now + SHORTEST))

    def _ring(self, moment: datetime) -> None:
        # None is set after the stop: the scheduler then waits for its running job with the lock that setting one wants.
        with self._ringing:
            if not self._stopped:
                self._scheduler.modify_job("alarm", next_run_time=moment)

    def _committed(self) -> None:
        # Commits of the step itself are answered once, at its end.
        if not self._stepping.locked():
            self._arm()

    def _look(self) -> None:
        """What another process has written may be due before the alarm."""
        version = self._app.store.version()
        if version != self._seen:
            self._seen = version
            self._arm()


def run(app: Application, tell: Callable[[Worked], None] = lambda worked: None) -> Driven:
    """Until SIGTERM or Ctrl-C; so long the pages behind links in mails are served, where the settings say so."""
    stop = Event()
    with _stopping(stop), door.opened(app):
        return WallClock(app, tell).run(stop)


@contextmanager
def _stopping(stop: Event) -> Iterator[None]:
    def ask(number: int, frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
