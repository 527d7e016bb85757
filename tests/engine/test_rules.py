"""The name of the rule by which somebody gets a notice: what is written is read back."""

from __future__ import annotations

from typing import get_args

import pytest

from engine.rules import SEATS_CLOSED, OfTask, Rule, of_calendar, of_notice, of_task, parsed


@pytest.mark.parametrize("what", get_args(OfTask))
def test_each_rule_about_a_task_is_read_back_with_its_number(what: OfTask) -> None:
    assert parsed(of_task("work", what)) == Rule("tasks", "work", what)
    assert parsed(of_task("work", what, 12)) == Rule("tasks", "work", what, 12)


def test_rules_about_something_else_are_read_back() -> None:
    assert parsed(of_notice("welcome")) == Rule("notices", "welcome")
    assert parsed(of_calendar("visit")) == Rule("calendar", "visit")
    assert parsed(SEATS_CLOSED) == Rule("seats", "closed")


def test_names_stay_as_they_are_stored() -> None:
    assert of_task("work", "remind", 0) == "tasks.work.remind.0"
    assert of_task("work", "not_needed.away") == "tasks.work.not_needed.away"
    assert (of_notice("welcome"), of_calendar("visit"), SEATS_CLOSED) == (
        "notices.welcome", "calendar.visit", "seats.closed",
    )  # fmt: skip


@pytest.mark.parametrize("rule", ["", "tasks", "tasks.work", "tasks.work.sung", "notices", "mail:opened", "x.y"])
def test_what_no_rule_of_ours_is_called_is_none(rule: str) -> None:
    assert parsed(rule) is None
