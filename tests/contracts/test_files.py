"""What does every store promise of files that are handed in?"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from engine.errors import Conflict
from engine.files import KeptFile
from engine.ports import Store
from engine.unfinished import Unfinished
from tests.builders.storage import (
    NOW,
    a_case,
    a_step,
    a_submission,
    a_task,
    an_outcome,
    launch,
    minutes,
    save,
)

DATA = b"%PDF-1.7 \x00\xff"


def a_file(id: str = "f-1", **more: Any) -> KeptFile:
    named: dict[str, Any] = {"case": "case-1", "task": "intake#1", "participant": "p-ann", "name": "Zoë's plan.pdf"}
    hashed = {"type": "pdf", "size": len(DATA), "sha256": sha256(DATA).hexdigest(), "at": NOW}
    return KeptFile(**{"id": id, **named, **hashed, **more})


def given(file: KeptFile, id: str = "s-1", **more: Any) -> Any:
    return a_submission(id, answers={"rows": [{"document": file.answer}]}, **more)


def test_a_file_is_found_with_its_content_and_belongs_to_the_answers_that_hold_it(store: Store) -> None:
    before = launch(store, a_case(tasks=[a_task()]))
    with store.write() as work:
        work.files.put(a_file(), DATA)
        assert (work.files.of_case("case-1"), work.files.content("f-1")) == ([a_file()], DATA)
        work.cases.save(an_outcome(before, a_step(before), submissions=[given(a_file())]))
        work.commit()
    with store.read() as work:
        assert work.files.of_case("case-1") == [replace(a_file(), submission="s-1")]
        assert (work.files.content("f-1"), work.files.content("f-2"), work.files.of_case("case-2")) == (DATA, None, [])


def test_a_file_and_the_answers_that_hold_it_are_kept_together_or_not_at_all(store: Store) -> None:
    before = launch(store, a_case(tasks=[a_task()]))
    save(store, before, a_step(before))
    with store.write() as work:
        work.files.put(a_file(), DATA)
        with pytest.raises(Conflict):
            work.cases.save(an_outcome(before, a_step(before), submissions=[given(a_file())]))
    with store.read() as work:
        assert (work.files.of_case("case-1"), work.cases.submissions("case-1")) == ([], [])


def test_a_file_stays_with_the_first_answers_that_hold_it_and_is_none_of_another_case(store: Store) -> None:
    first = launch(store, a_case(tasks=[a_task()]))
    other = launch(store, a_case("case-2", tasks=[a_task()]))
    with store.write() as work:
        work.files.put(a_file(), DATA)
        work.cases.save(an_outcome(other, a_step(other), submissions=[given(a_file(), "s-0", case="case-2")]))
        assert work.files.of_case("case-1") == [a_file()]
        first = work.cases.save(an_outcome(first, a_step(first), submissions=[given(a_file())]))
        work.cases.save(an_outcome(first, a_step(first), submissions=[given(a_file(), "s-2")]))
        assert [each.submission for each in work.files.of_case("case-1")] == ["s-1"]
        assert work.files.drop(["f-1"]) == 0


def test_what_was_kept_with_unfinished_answers_goes_with_them_and_what_was_handed_in_stays(store: Store) -> None:
    before = launch(store, a_case(tasks=[a_task(), a_task("survey#1")]))
    kept = Unfinished(case="case-1", task="intake#1", participant="p-ann", answers={}, version=1, at=NOW)
    with store.write() as work:
        for id, task in (("f-1", "intake#1"), ("f-2", "intake#1"), ("f-3", "survey#1"), ("f-4", "intake#1")):
            work.files.put(a_file(id, task=task, at=NOW + minutes(int(id[-1]))), DATA)
        work.unfinished.put(kept)
        assert work.files.drop(["f-4", "f-9"]) == 1
        done = {task.key: task for task in (a_task(state="done"), a_task("survey#1"))}
        work.cases.save(an_outcome(before, a_step(before, tasks=done), submissions=[given(a_file())]))
        assert [(each.id, each.submission) for each in work.files.of_case("case-1")] == [("f-1", "s-1"), ("f-3", None)]
        work.unfinished.put(replace(kept, task="survey#1"))
        work.unfinished.drop("case-1", "survey#1")
        assert [each.id for each in work.files.of_case("case-1")] == ["f-1"]


def test_files_go_with_the_answers_that_are_taken_out(store: Store) -> None:
    before = launch(store, a_case(tasks=[a_task()]))
    with store.write() as work:
        work.files.put(a_file(), DATA)
        work.files.put(a_file("f-2"), DATA)
        work.cases.save(an_outcome(before, a_step(before), submissions=[given(a_file())]))
        work.keeping.remove_answers(["s-1"], NOW)
        assert [each.id for each in work.files.of_case("case-1")] == ["f-2"]


def test_who_is_erased_leaves_no_name_and_no_content_of_what_they_handed_in(store: Store) -> None:
    before = launch(store, a_case(tasks=[a_task(), a_task("survey#1")]))
    with store.write() as work:
        for one in (a_file(), a_file("f-2"), a_file("f-3", participant="p-ben")):
            work.files.put(one, DATA)
        work.cases.save(an_outcome(before, a_step(before), submissions=[given(a_file())]))
        assert work.keeping.erase("ann")["files"] == 2
        left = replace(a_file(), name="", gone=True, submission="s-1")
        assert work.files.of_case("case-1") == [left, a_file("f-3", participant="p-ben")]
        assert (work.files.content("f-1"), work.files.content("f-3")) == (None, DATA)


def test_of_who_is_erased_a_file_stays_blank_in_answers_of_a_colleague_and_goes_with_their_own(store: Store) -> None:
    launch(store, a_case(tasks=[a_task(), a_task("survey#1")]))
    kept = Unfinished(case="case-1", task="intake#1", participant="p-ben", answers={}, version=1, at=NOW)
    with store.write() as work:
        for one in (a_file(), a_file("f-2", task="survey#1"), a_file("f-3", task="survey#1", participant="p-ben")):
            work.files.put(one, DATA)
        work.unfinished.put(kept)
        work.unfinished.put(replace(kept, task="survey#1", participant="p-ann"))
        assert work.keeping.erase("ann")["files"] == 3
        assert work.files.of_case("case-1") == [replace(a_file(), name="", gone=True)]
        assert (work.files.content("f-1"), work.files.drop(["f-1"])) == (None, 1)
