"""When are the duties of an installation done, and what becomes of one that fails?"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

import pytest

from collegium.clock import Driver, VirtualClock
from engine.ports import UnitOfWork
from storage.memory import MemoryStore
from tests.journeys import stage
from tests.journeys.journey import Postbox


class Weekly:
    """Something to do every seven days; `broken` fails each time."""

    def __init__(self, name: str, broken: bool = False) -> None:
        self.name = name
        self.broken = broken
        self.next = stage.START
        self.done: list[datetime] = []

    def next_moment(self, work: UnitOfWork, now: datetime) -> datetime | None:
        return self.next

    def run(self, now: datetime) -> None:
        if now >= self.next:
            self.next += timedelta(days=7)
            if self.broken:
                raise ValueError("the disk is full")
            self.done.append(now)


def test_a_duty_is_done_at_its_moments_and_one_that_fails_holds_up_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = stage.an_application(MemoryStore(), Postbox())
    broken, good = Weekly("broken", broken=True), Weekly("good")
    driver = Driver(store=app.store, operations=app.operations, mailroom=app.mailroom, duties=(broken, good))
    with app.mailroom, caplog.at_level(logging.CRITICAL):
        driver.drive(VirtualClock(stage.START), stage.START + timedelta(days=15))
    assert good.done == [stage.START + timedelta(days=days) for days in (0, 7, 14)]
