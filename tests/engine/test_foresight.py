"""Does foreseeing lead to what the deed itself would lead to, dates that come first among it?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from engine.actions import PauseCase, Recalculate, Submit, Take
from engine.case import Case
from engine.errors import Refused
from engine.foresight import due_before, foresee
from tests.builders.definitions import OPERATOR, START, a_launched_case, a_world, after, on_behalf_of, small_review

BEGIN = Take(transition="begin", answers={"day": "2027-06-15"})


def a_writing_case() -> Case:
    return after(a_launched_case(), BEGIN, actor=on_behalf_of("p-cora")).case


def test_foreseeing_applies_dates_that_come_first() -> None:
    case = a_writing_case()
    later = START + timedelta(days=400)
    answers = {"text": "it goes well", "grade": "far"}
    with pytest.raises(Refused, match="it is expired"):
        foresee(small_review(), case, Submit(task="reflection:1", answers=answers), OPERATOR, a_world(), later)
    soon = foresee(small_review(), case, Submit(task="reflection:1", answers=answers), OPERATOR, a_world(), START)
    assert [outcome.case.stage for outcome in soon] == ["done"]


def test_foreseeing_makes_the_deed_from_the_case_as_the_dates_leave_it() -> None:
    case = a_launched_case()
    seen: list[Case] = []

    def make(now: Case) -> Take:
        seen.append(now)
        return Take(transition="begin", answers={"day": "2027-06-15"})

    found = foresee(small_review(), case, make, OPERATOR, a_world(), START + timedelta(days=10))
    assert len(found) > 1
    assert due_before(seen[0], START + timedelta(days=10)) is None
    assert found[-1].case.stage == "writing"


def test_of_a_paused_case_only_dates_whose_clock_runs_come() -> None:
    case = after(a_writing_case(), PauseCase(reason="merger", until=date(2027, 4, 1))).case
    row = due_before(case, START + timedelta(days=400))
    assert row is not None
    assert row.kind == "resume"


def test_a_date_whose_rule_fails_is_left_out() -> None:
    case = a_writing_case()
    gone = {key: task for key, task in case.tasks.items() if key != "reflection:1"}
    broken = replace(case, tasks=gone)
    later = START + timedelta(days=400)
    assert due_before(broken, later) is not None
    found = foresee(small_review(), broken, Recalculate(reason="new days"), OPERATOR, a_world(), later)
    assert found[-1].history[0].event.kind == "recalculated"
