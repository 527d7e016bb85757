"""What moves the cases on? `drive` goes from one due moment to the next; the wall clock calls the same functions."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from engine.actions import CLOCK, RuleStuck
from engine.case import Case
from engine.errors import CollegiumError
from engine.operations import Applied, Operations
from engine.ports import Store, UnitOfWork
from notifications.mailroom import SyncDispatcher
from notifications.preparation import Failure

log = logging.getLogger(__name__)

SLACK = timedelta(minutes=2)  # so much may a clock that runs be behind
ALL = 2**31 - 1  # rows


class Cast(Protocol):
    """Who acts while time is driven: people played by a script. Nobody, where there is no cast."""

    def next_moment(self) -> datetime | None: ...

    def act(self, now: datetime) -> int:
        """Everything that is to be done at `now`; returns how many deeds there were."""


class Duty(Protocol):
    """Something that is to be done again and again: digests, reading the mailbox, keeping what must be kept.

    One that only writes to the store may say so with `foreseen = True`: a forecast then plays it on its copy.
    """

    name: str

    def next_moment(self, work: UnitOfWork, now: datetime) -> datetime | None:
        """When there is next something to do, later than `now` once `run(now)` was called.

        None where nobody can say: it is then done on each round, which on the wall clock is each tick.
        """

    def run(self, now: datetime) -> None:
        """Do what is due at `now`. Called at any moment, so it looks for itself whether there is something to do."""


@dataclass(slots=True)
class VirtualClock:
    """A clock that stands still until it is set; it never goes back."""

    now: datetime

    def set(self, moment: datetime) -> None:
        self.now = max(self.now, moment)


@dataclass(slots=True, kw_only=True)
class Driven:
    """What a drive has done."""

    moments: int = 0
    applied: int = 0
    failed: int = 0
    deeds: int = 0
    sent: int = 0
    unknown: int = 0
    failures: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Driver:
    """Claims what is due and sends what is ready, as `run` does, at moments of a virtual clock."""

    store: Store
    operations: Operations
    mailroom: SyncDispatcher | None
    cast: Cast | None = None
    duties: Sequence[Duty] = ()
    watch: Callable[[datetime, Driven], None] = lambda now, driven: None
    asleep: Callable[[datetime], datetime | None] = lambda now: None  # an outage: until when nothing runs

    def drive(self, clock: VirtualClock, until: datetime, done: Driven | None = None) -> Driven:
        """From now until nothing is due before `until`; the clock then stands at `until`. Adds to `done`."""
        done = done if done is not None else Driven()
        self.step(clock.now, done)
        while (moment := self.next_moment(clock.now)) is not None and moment < until:
            clock.set(moment)
            awake = self.asleep(clock.now)
            if awake is not None:
                clock.set(awake)
            done.moments += 1
            self.step(clock.now, done)
            self.watch(clock.now, done)
        clock.set(until)
        return done

    def next_moment(self, now: datetime) -> datetime | None:
        """The earliest of: a date, a mail to compose or try again, a deed of the cast."""
        found = [moment for _, moment in self.coming(now)]
        return max(min(found), now) if found else None

    def coming(self, now: datetime) -> list[tuple[str, datetime]]:
        """What comes next of each kind: `dates`, `mail`, a duty by its name, `cast`; without those that cannot say."""
        with self.store.read() as work:
            moments = [("dates", work.cases.next_due())]
            if self.mailroom is not None:
                moments.append(("mail", self.mailroom.next_moment(work)))
            moments += [(duty.name, duty.next_moment(work, now)) for duty in self.duties]
        if self.cast is not None:
            moments.append(("cast", self.cast.next_moment()))
        return [(name, moment) for name, moment in moments if moment is not None]

    def step(self, now: datetime, done: Driven) -> None:
        """One round at one moment: dates, deeds, what follows from them, duties, mail."""
        self._claim(now, done)
        if self.cast is not None:
            deeds = self.cast.act(now)
            done.deeds += deeds
            if deeds:
                self._claim(now, done)
        self._do_duties(now)
        if self.mailroom is not None:
            mail = self.mailroom.run(now)
            done.sent += mail.dispatched.sent
            done.unknown += mail.dispatched.unknown
            done.failures += [failure.error for failure in mail.prepared.failures]
            self._tell_failures(mail.prepared.failures, now)

    def _do_duties(self, now: datetime) -> None:
        """One that fails is done again in the next round and holds up neither the others nor the mail."""
        for duty in self.duties:
            try:
                duty.run(now)
            except CollegiumError as error:
                log.error("The duty %s was not done, and is tried again in the next round: %s", duty.name, error)
            except Exception:
                log.exception("The duty %s was not done; the next round tries again", duty.name)

    def _tell_failures(self, failures: Sequence[Failure], now: datetime) -> None:
        """A mail that cannot be composed becomes the office's task, once per case and template."""
        first: dict[tuple[str, str], Failure] = {}
        for failure in failures:
            notice = failure.notice.notice
            with self.store.read() as work:
                case = work.cases.load(notice.case)
            # The mails of the office's task may fail too: a task for each of those would never come to an end.
            if _about_stuck(case, notice.task or notice.only_if_asked):
                log.error("The mail about the task stuck could not be composed: %s", failure.error)
            else:
                first.setdefault((notice.case, notice.template), failure)
        for (id, template), failure in first.items():
            self._tell_failure(id, f"mail:{template}", failure.error, now)

    def _tell_failure(self, id: str, key: str, error: str, now: datetime) -> None:
        with self.store.read() as work:
            case = work.cases.load(id)
        if any(task.name == "stuck" and task.about == key for task in case.open_tasks()):
            return
        try:
            self.operations.act(id, RuleStuck(deadline=key, error=error), CLOCK, now)
        except Exception:
            log.exception("The office could not be told of a mail that was not composed: %s, %s", key, error)

    def _claim(self, now: datetime, done: Driven) -> None:
        applied: Applied = self.operations.claim_due(now)
        done.applied += applied.applied
        done.failed += applied.failed


def unplayed(work: UnitOfWork, secretariat: str, now: datetime) -> int:
    """How many dates of an office have come and wait for the clock; not those that a running one is about to play."""
    rows = work.cases.due(now - SLACK, ALL)
    own = set(work.cases.all_ids(secretariat)) if rows else set()
    return sum(row.case in own for row in rows)


def _about_stuck(case: Case, task: str | None) -> bool:
    """Whether that is the office's task about something that does not work."""
    item = case.tasks.get(task or "")
    return item is not None and item.name == "stuck"


def utc_now() -> datetime:
    """The wall clock, in UTC."""
    return datetime.now(UTC)
