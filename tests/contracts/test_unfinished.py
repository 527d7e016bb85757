"""What does every store promise of answers that are kept and not handed in?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.case import TaskState
from engine.ports import Store
from engine.unfinished import Unfinished
from tests.builders.storage import NOW, a_case, a_step, a_task, launch, minutes, save


def kept(task: str = "intake#1", version: int = 1, **more: Any) -> Unfinished:
    named: dict[str, Any] = {"participant": "p-ann", "answers": {"rows": [{"name": "Zoë"}], "per": {"A": "met"}}}
    return Unfinished(**{**named, "case": "case-1", "task": task, "version": version, "at": NOW, **more})


def test_what_is_kept_is_found_as_it_was_and_replaced_by_the_next_version_only(store: Store) -> None:
    launch(store, a_case(tasks=[a_task()]))
    second = kept(version=2, participant="p-ben", answers={"text": "more"}, at=NOW + minutes(5))
    with store.write() as work:
        assert [work.unfinished.put(kept()), work.unfinished.put(kept(answers={}))] == [True, False]
        assert work.unfinished.of_case("case-1") == [kept()]
        assert [work.unfinished.put(second), work.unfinished.put(second)] == [True, False]
        work.commit()
    with store.read() as work:
        assert (work.unfinished.of_case("case-1"), work.unfinished.of_case("case-2")) == ([second], [])
        assert work.stream("case:case-1")[-1].event.kind == "case_launched"


def test_a_second_version_needs_a_first(store: Store) -> None:
    launch(store, a_case(tasks=[a_task()]))
    with store.write() as work:
        assert not work.unfinished.put(kept(version=2))
        assert work.unfinished.of_case("case-1") == []


def test_what_is_dropped_is_gone_and_begins_anew(store: Store) -> None:
    launch(store, a_case(tasks=[a_task()]))
    with store.write() as work:
        work.unfinished.put(kept())
        assert [work.unfinished.drop("case-1", "intake#1") for _ in range(2)] == [True, False]
        assert work.unfinished.put(kept())


@pytest.mark.parametrize("state", ["signing", "done", "expired", "closed"])
def test_it_ends_with_its_task_and_others_stay(store: Store, state: TaskState) -> None:
    tasks = [a_task(), a_task("survey#1")]
    before = launch(store, a_case(tasks=tasks))
    with store.write() as work:
        for task in tasks:
            work.unfinished.put(kept(task.key))
        work.commit()
    after = {task.key: task for task in [replace(tasks[0], state=state), tasks[1]]}
    save(store, before, a_step(before, tasks=after))
    with store.read() as work:
        assert work.unfinished.of_case("case-1") == [kept("survey#1")]


def test_it_ends_where_its_round_is_replaced_and_stays_where_its_task_only_moves(store: Store) -> None:
    before = launch(store, a_case(tasks=[a_task()]))
    with store.write() as work:
        work.unfinished.put(kept())
        work.commit()
    moved = save(store, before, a_step(before, tasks={"intake#1": a_task(assignees=("p-ben",))}))
    with store.read() as work:
        assert work.unfinished.of_case("case-1") == [kept()]
    save(store, moved, a_step(moved, tasks={"intake#2": a_task("intake#2")}))
    with store.read() as work:
        assert work.unfinished.of_case("case-1") == []


def test_a_change_that_is_undone_ends_nothing(store: Store) -> None:
    before = launch(store, a_case(tasks=[a_task()]))
    with store.write() as work:
        work.unfinished.put(kept())
        work.commit()
    with store.write() as work:
        work.unfinished.put(kept(version=2))
        work.unfinished.drop("case-1", "intake#1")
    with store.read() as work:
        assert work.unfinished.of_case("case-1") == [kept()]
    assert before.version == 1


def test_who_is_erased_takes_along_what_they_kept_last(store: Store) -> None:
    launch(store, a_case(tasks=[a_task(), a_task("survey#1")]))
    with store.write() as work:
        work.unfinished.put(kept())
        work.unfinished.put(kept("survey#1", participant="p-ben"))
        assert work.keeping.erase("ann")["unfinished"] == 1
        assert work.unfinished.of_case("case-1") == [kept("survey#1", participant="p-ben")]
