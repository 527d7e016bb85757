"""Transactions on a file that others use too: threads, processes, a restored backup."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from engine.errors import Conflict
from storage.unit_of_work import SqlStore
from tests.builders.storage import (
    a_case,
    a_deadline,
    a_holding,
    a_person,
    a_sql_store,
    a_step,
    a_task,
    an_outcome,
    furnish,
    launch,
    save,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    made = a_sql_store(tmp_path)
    furnish(made)
    yield made
    made.close()


@pytest.fixture
def neighbour(store: SqlStore) -> Iterator[SqlStore]:
    """Another process on the same file."""
    made = SqlStore(store.url)
    yield made
    made.close()


def test_threads_that_change_one_case_all_get_their_turn(store: SqlStore) -> None:
    launch(store, a_case())

    def count_up() -> None:
        for _ in range(20):
            with store.write() as work:
                case = work.cases.load("case-1")
                number = case.counts.get("steps", 0) + 1
                work.cases.save(an_outcome(case, a_step(case, counts={"steps": number})))
                work.commit()

    threads = [Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as work:
        case = work.cases.load("case-1")
        assert (case.counts["steps"], case.version, len(work.cases.history("case-1"))) == (80, 81, 81)


def test_a_case_that_is_unchanged_is_not_read_again(store: SqlStore) -> None:
    saved = launch(store, a_case())
    with store.read() as work:
        assert work.cases.load("case-1") is saved


def test_what_another_process_changed_is_read_anew(store: SqlStore, neighbour: SqlStore) -> None:
    first = launch(store, a_case(tasks=[a_task()]))
    with neighbour.read() as work:
        theirs = work.cases.load("case-1")
    save(neighbour, theirs, a_step(theirs, stage="planning", tasks={"intake#1": a_task(state="done")}))
    with store.read() as work:
        case = work.cases.load("case-1")
    assert (case.stage, case.tasks["intake#1"].state) == ("planning", "done")
    with store.write() as work, pytest.raises(Conflict):
        work.cases.save(an_outcome(first, a_step(first)))


def test_a_cached_case_of_the_same_version_but_another_past_is_read_anew(store: SqlStore, tmp_path: Path) -> None:
    first = launch(store, a_case())
    store.close()
    shutil.copy(tmp_path / "collegium.db", tmp_path / "backup.db")
    save(store, first, a_step(first, stage="planning"))
    store.close()
    shutil.copy(tmp_path / "backup.db", tmp_path / "collegium.db")
    other = SqlStore(store.url)
    save(other, first, a_step(first, stage="withdrawn"))
    other.close()
    with store.read() as work:
        assert work.cases.load("case-1").stage == "withdrawn"


def test_what_was_rolled_back_is_not_kept_in_memory(store: SqlStore) -> None:
    first = launch(store, a_case())
    with store.write() as work:
        work.cases.save(an_outcome(first, a_step(first, stage="planning")))
    second = save(store, first, a_step(first, stage="withdrawn"))
    with store.read() as work:
        assert work.cases.load("case-1") == second


def test_only_so_many_cases_are_kept_in_memory(tmp_path: Path) -> None:
    a_sql_store(tmp_path).close()
    store = SqlStore(f"sqlite:///{tmp_path / 'collegium.db'}", cached_cases=1)
    furnish(store)
    one, two = launch(store, a_case("one")), launch(store, a_case("two"))
    with store.read() as work:
        assert work.cases.load("two") is two
        assert work.cases.load("one") is not one
        assert work.cases.load("one") == one
    store.close()


def test_a_step_is_written_in_full_whatever_is_in_memory(store: SqlStore, neighbour: SqlStore) -> None:
    first = launch(store, a_case(facts={"kept": "yes"}, counts={"a": 1}))
    second = save(store, first, a_step(first, facts={"kept": "yes", "new": "yes"}))
    third = save(neighbour, second, a_step(second, counts={"a": 2}))
    with SqlStore(store.url).read() as work:
        assert work.cases.load("case-1") == third == replace(third, facts={"kept": "yes", "new": "yes"})


def test_the_version_changes_with_what_others_write(store: SqlStore, neighbour: SqlStore) -> None:
    before = store.version()
    assert store.version() == before
    with neighbour.write() as work:
        work.people.put_person(a_person("cas"))
        work.commit()
    assert store.version() != before


def test_a_unit_that_fails_to_begin_does_not_keep_the_turn(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path / 'missing' / 'x.db'}")
    for _ in range(2):
        with pytest.raises(Exception, match="unable to open"), store.write():
            pass
    store.close()


def test_all_cases_are_read_as_they_stand_whatever_is_in_memory(store: SqlStore, neighbour: SqlStore) -> None:
    first = launch(store, a_case(tasks=[a_task("b#1"), a_task("a#1")], holdings=[a_holding("peer-10")]))
    launch(store, a_case(id="case-0", deadlines=[a_deadline()]))
    with neighbour.read() as work:  # nothing of it is in memory there
        assert list(work.cases.load_all("office")) == [work.cases.load("case-0"), work.cases.load("case-1")]
    save(store, first, a_step(first, tasks={"b#1": a_task("b#1", state="done")}))
    with neighbour.read() as work:  # what is in memory there is of an older version
        assert [case.version for case in work.cases.load_all("office")] == [1, 2]
        assert list(work.cases.load_all("office")) == [work.cases.load("case-0"), work.cases.load("case-1")]
    with store.read() as work:
        assert list(work.cases.load_all("office"))[1].tasks == {"b#1": a_task("b#1", state="done")}
