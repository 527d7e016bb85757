"""When does a cast act, and whom does it name for a panel?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from collegium.rehearsal.cast import Candidate, last_day, next_morning
from engine.case import Due, Task
from tests.builders.engine import day, local_text, moment

ZONE = ZoneInfo("Europe/Amsterdam")


def a_task(due: str | None = "2027-03-12 23:59") -> Task:
    end = None if due is None else Due(day=day(due[:10]), at=moment(due))
    return Task(key="work:1", name="work", round=1, opened=moment("2027-03-01 10:30"), due=end)


def test_the_last_day_is_a_minute_before_it_is_over() -> None:
    assert local_text(last_day(a_task())) == "2027-03-12 23:58"
    assert local_text(last_day(a_task(None))) == "2027-03-01 10:30"


def test_the_next_morning_is_never_late() -> None:
    morning = next_morning(ZONE)
    assert local_text(morning(a_task())) == "2027-03-02 10:00"
    assert local_text(morning(a_task("2027-03-02 09:00"))) == "2027-03-02 08:59"
    assert morning(a_task()) - moment("2027-03-01 10:30") < timedelta(days=1)


def test_who_brings_what_the_others_lack_goes_first() -> None:
    ann = Candidate(person="ann", name="Ann", organisation="a", near=True, expertise=frozenset({"law"}))
    assert ann.brings([]) == 3
    assert ann.brings([replace(ann, person="bob")]) == 0
    assert replace(ann, organisation="b", expertise=frozenset({"law", "art"})).brings([ann]) == 2
