"""The questions that are asked every second must cost what is due, not what is stored."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from engine.ports import UnitOfWork
from storage.unit_of_work import SqlStore
from tests.builders.storage import (
    NOW,
    a_case,
    a_deadline,
    a_message,
    a_notice,
    a_sql_store,
    a_step,
    a_task,
    a_withdrawal,
    an_outcome,
    furnish,
    launch,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    made = a_sql_store(tmp_path)
    furnish(made)
    for number in range(20):
        dates = [a_deadline(f"d{at}", NOW + timedelta(days=at)) for at in range(10)]
        notices = [a_notice(f"c{number}", rule=f"r{at}", task=f"t{at}#1") for at in range(10)]
        tasks = [a_task(), *(a_task(f"t{at}#1") for at in range(10))]
        launch(made, a_case(f"c{number}", tasks=tasks, deadlines=dates), notices=notices)
    with made.write() as work:
        for number in range(50):
            work.outbox.add(a_message(f"m{number}", asks=(("c1", "intake#1"),)), [number + 1])
        work.commit()
    yield made
    made.close()


def plans(store: SqlStore, ask: Callable[[UnitOfWork], object]) -> list[str]:
    """How SQLite answers each statement of a question."""
    seen: list[str] = []
    with store.write() as work:
        driver = work.connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.set_trace_callback(seen.append)
        ask(work)
        driver.set_trace_callback(None)
        statements = [sql for sql in seen if sql.split()[0] in ("SELECT", "UPDATE", "DELETE")]
        return [row[3] for sql in statements for row in driver.execute(f"EXPLAIN QUERY PLAN {sql}")]


def harmless(scan: str) -> bool:
    """A walk along an index of ours, which a limit ends or a condition cuts short, or over given values."""
    return " INDEX ix_" in scan or scan in ("SCAN CONSTANT ROW", "SCAN 2 CONSTANT ROWS")


def step(work: UnitOfWork) -> None:
    case = work.cases.load("c1")
    after = a_step(case, tasks={"intake#1": a_task(state="done")}, deadlines={})
    work.cases.save(an_outcome(case, after, withdrawals=(a_withdrawal("t1#1", case="c1"),)))


@pytest.mark.parametrize(
    "ask",
    [
        lambda work: work.cases.next_due(),
        lambda work: work.cases.due(NOW, 50),
        lambda work: work.cases.stuck(),
        lambda work: work.cases.signals(50),
        lambda work: work.cases.load("c1"),
        lambda work: work.cases.failed("c1", "d1", "x", NOW, False),
        step,
        lambda work: work.outbox.next_moment(),
        lambda work: work.outbox.waiting(NOW, 50),
        lambda work: work.outbox.waiting_of(["ann"], NOW),
        lambda work: work.outbox.asked("c1", "intake#1", "ann"),
        lambda work: work.outbox.reminder_mail_on("ann", "2027-03-01"),
        lambda work: work.outbox.lease(NOW, 50, NOW),
        lambda work: work.outbox.rescue(NOW),
        lambda work: work.outbox.missed(NOW),
        lambda work: work.outbox.newest("office", 9),
        lambda work: work.outbox.doubted(),
        lambda work: work.outbox.refused_without_report(),
        lambda work: work.people.flagged(),
        lambda work: work.people.unsure(),
        lambda work: work.people.unsure_traces(),
        lambda work: work.outbox.readdress("m1", "new@example.org", ()),
        lambda work: work.outbox.resent("m1"),
        lambda work: work.outbox.link("c1", "p-ann", "intake#1"),
        lambda work: work.people.participants("c1"),
        lambda work: work.cases.history("c1"),
    ],
)
def test_is_answered_by_an_index(store: SqlStore, ask: Callable[[UnitOfWork], object]) -> None:
    found = plans(store, ask)
    assert found
    assert [step for step in found if step.startswith("SCAN") and not harmless(step)] == []


@pytest.mark.parametrize(
    "ask",
    [
        lambda work: work.cases.next_due(),
        lambda work: work.cases.due(NOW, 50),
        lambda work: work.outbox.waiting(NOW, 9),
        lambda work: work.outbox.newest("office", 9),
    ],
)
def test_is_answered_in_order_without_sorting(store: SqlStore, ask: Callable[[UnitOfWork], object]) -> None:
    assert [step for step in plans(store, ask) if "TEMP B-TREE" in step] == []
