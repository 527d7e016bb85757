"""A mail with legal effect that may not have arrived is a task of the owner for one day, until the office decides."""

from __future__ import annotations

import pytest

from engine.actions import CLOCK, MailDoubted, MailSettled
from engine.errors import NotAllowed
from tests.builders.engine import day, launched, person


def test_a_doubted_mail_is_the_owners_task_once_and_due_on_the_next_working_day() -> None:
    review = launched()
    review.apply(MailDoubted(message="m1"), CLOCK)
    review.apply(MailDoubted(message="m1"), CLOCK)
    review.apply(MailDoubted(message="m2"), CLOCK)
    assert {key: review.task(key).about for key in review.open() if key.startswith("decide_mail")} == {
        "decide_mail:1": "mail:m1", "decide_mail:2": "mail:m2",
    }  # fmt: skip
    assert review.open()["decide_mail:1"] == ("owen",)
    due, opened = review.task("decide_mail:1").due, review.task("decide_mail:1").opened
    assert due is not None
    assert 1 <= (due.day - opened.date()).days <= 3
    assert due.day > day(opened.date().isoformat())


def test_what_the_office_has_decided_is_done_and_is_not_doubted_again() -> None:
    review = launched()
    review.apply(MailDoubted(message="m1"), CLOCK)
    review.apply(MailSettled(message="m1"), CLOCK)
    assert review.task("decide_mail:1").state == "done"
    review.apply(MailDoubted(message="m1"), CLOCK)
    assert "decide_mail:1" not in review.open()
    assert "decide_mail:2" not in review.open()


def test_only_the_machinery_tells_of_it() -> None:
    with pytest.raises(NotAllowed, match="only the clock does this"):
        launched().apply(MailDoubted(message="m1"), person("olga"))
