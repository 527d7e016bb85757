"""Does what a mail asks for still have to be done, and by its reader?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from engine.asking import asked_of, asks_no_more
from engine.case import Task
from tests.builders.storage import NOW, a_notice, a_task, a_tell


def tasks(*each: Task) -> Mapping[str, Task]:
    return {task.key: task for task in each}


def test_an_ask_and_a_tell_with_a_task_stand_while_it_is_open_for_their_reader() -> None:
    for notice in (a_notice(), a_tell(task="intake#1")):
        assert asks_no_more(notice, tasks(a_task())) is None
        assert asks_no_more(notice, tasks(a_task(state="done"))) == "closed"
        assert asks_no_more(notice, {}) == "closed"
        assert asks_no_more(notice, tasks(a_task(assignees=("p-ben",)))) == "changed hands"


def test_a_tell_of_several_instances_stands_while_one_is_open() -> None:
    both = a_task(state="done"), a_task("intake#2", name="intake")
    assert asked_of(a_tell(task="intake#1"), tasks(*both)) == both[1]
    assert asks_no_more(a_notice(), tasks(*both)) == "closed"
    later: dict[str, Any] = {"name": "intake", "opened": NOW + timedelta(days=1)}
    assert asks_no_more(a_tell(task="intake#1"), tasks(both[0], a_task("intake#2", **later))) == "closed"


def test_a_word_about_a_task_of_others_stands_while_it_is_a_task() -> None:
    about = a_notice(recipient="p-boss", data={"people": ["p-ann"]})
    assert asks_no_more(about, tasks(a_task())) is None
    assert asks_no_more(about, tasks(a_task(state="done"))) == "closed"


def test_what_asks_for_nothing_or_tells_a_calendar_goes_out() -> None:
    assert asks_no_more(a_tell(), {}) is None
    assert asks_no_more(a_tell(task="intake#1", data={"calendar": "visit"}), {}) is None


def test_a_copy_of_what_others_are_asked_is_news_until_that_is_called_off() -> None:
    copy = a_tell(copy=True, data={"asks_others": "intake#1"})
    told = [asks_no_more(copy, tasks(a_task(state=state))) for state in ("open", "done", "expired", "closed")]
    assert told == [None, None, None, "closed"]
    assert asks_no_more(copy, tasks(a_task(state="closed"), a_task("intake#2", name="intake"))) is None
