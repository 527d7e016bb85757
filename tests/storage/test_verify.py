"""Whoever changes rows behind the back of the history is found out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.unit_of_work import SqlStore
from storage.verify import problems
from tests.builders.storage import NOW, a_case, a_sql_store, a_step, a_task, furnish, launch, save


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    made = a_sql_store(tmp_path)
    furnish(made)
    first = launch(made, a_case(tasks=[a_task()]))
    save(made, first, a_step(first, stage="planning"))
    with made.write() as work:
        work.record("import", "imported", {"rows": 1}, NOW)
        work.record("import", "imported", {"rows": 2}, NOW)
        work.commit()
    made.close()
    yield made
    made.close()


def tampered(store: SqlStore, sql: str) -> list[str]:
    with store.engine.begin() as connection:
        connection.exec_driver_sql(sql)
    fresh = SqlStore(store.url)
    with fresh.read() as work:
        found = list(problems(work))
    fresh.close()
    return found


def test_a_whole_store_has_no_problems(store: SqlStore) -> None:
    with store.read() as work:
        assert list(problems(work)) == []


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        (
            "UPDATE history SET payload = replace(payload, 'planning', 'other') WHERE stream = 'case:case-1'",
            ["case-1: event 2 does not fit its hash: its text or the one before it was changed"],
        ),
        (
            "DELETE FROM history WHERE stream = 'import' AND seq = 1",
            [
                "import: after event 0 comes event 2: there is a gap or a double",
                "import: event 2 does not fit its hash: its text or the one before it was changed",
            ],
        ),
        (
            "DELETE FROM history WHERE stream = 'case:case-1' AND seq = 2",
            ["case-1: the case says that event 2 is the last, the history ends with event 1"],
        ),
        (
            "UPDATE review_case SET stage = 'withdrawn'",
            ["case-1: stage: stored 'withdrawn', replayed 'planning'"],
        ),
        (
            "UPDATE task SET held = 0",
            ["case-1: the case is open, but nobody has a task and no date will fire"],
        ),
    ],
)
def test_tampering_is_told(store: SqlStore, sql: str, found: list[str]) -> None:
    assert tampered(store, sql) == found
