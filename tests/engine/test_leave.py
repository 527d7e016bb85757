"""Who hears of the work of somebody who is on leave? Their substitute, or else the office, once."""

from __future__ import annotations

from typing import Any

from engine.events import Notice
from engine.leave import handed_over
from engine.world import Leave, World
from tests.builders.engine import Review, a_world, day, days_off, launched, local_text, moment

TASK = """
tasks:
  work: {for: WHO, opens: busy, form: note, due: {at: opened + 10wd}}
  extra: {for: contact, opens: busy, form: note, due: {at: opened + 10wd}, optional: true}
"""


def away(**leaves: tuple[str, str, bool]) -> World:
    """A world in which these people are on leave: from, until and including, and whether somebody stands in."""
    days: dict[str, Any] = {who: (days_off(first, last),) for who, (first, last, _) in leaves.items()}
    known = {who: (Leave(day(first), day(last), covered),) for who, (first, last, covered) in leaves.items()}
    return a_world(absences=days, leaves=known)


def told(review: Review, at: str) -> list[tuple[str, str, bool]]:
    """Who is told of whom, at which moment, and whether as a substitute."""
    found = [(each.recipient, each.data) for each in notices(review, at)]
    return [(who, ", ".join(data["people"]), bool(data["to_substitute"])) for who, data in found]


def notices(review: Review, at: str) -> tuple[Notice, ...]:
    return handed_over(review.definition, review.case, review.world, moment(at))


def a_review(who: str = "contact", **leaves: tuple[str, str, bool]) -> Review:
    """Due on Monday 15 March; opened on the first."""
    return launched(TASK.replace("WHO", who), world=away(**leaves))


def test_what_is_due_during_a_leave_is_told_to_the_substitute() -> None:
    review = a_review(carl=("2027-03-08", "2027-03-19", True))
    (notice,) = notices(review, "2027-03-08 00:00")
    assert (notice.template, notice.kind, notice.task, notice.rule) == ("away", "ask", "work:1", "tasks.work.away")
    assert (notice.recipient, notice.data["to_substitute"]) == (
        "carl",
        "2027-03-19",
    )  # whose substitute, the letter finds out
    assert notice.data["away_until"] == "2027-03-19"
    assert local_text(notice.send_at) == "2027-03-08 08:30"


def test_without_a_substitute_the_owner_of_the_case_is_told() -> None:
    review = a_review(carl=("2027-03-08", "2027-03-19", False))
    assert told(review, "2027-03-08") == [("owen", "carl", False)]


def test_the_office_is_told_where_the_owner_is_away_too_and_the_owner_where_everybody_is() -> None:
    gone = ("2027-03-08", "2027-03-19", False)
    assert told(a_review(carl=gone, owen=gone), "2027-03-08") == [("olga", "carl", False), ("otto", "carl", False)]
    everybody = a_review(carl=gone, owen=gone, olga=gone, otto=gone)
    assert told(everybody, "2027-03-08") == [("owen", "carl", False)]


def test_nobody_is_told_before_the_leave_begins_or_after_it_or_of_what_can_wait_for_the_return() -> None:
    review = a_review(carl=("2027-03-08", "2027-03-12", False))
    assert told(review, "2027-03-05") == []
    assert told(review, "2027-03-08") == [("owen", "carl", False)]  # back on Monday, the day on which it is due
    assert told(review, "2027-03-15") == []
    assert told(a_review(carl=("2027-03-08", "2027-03-11", False)), "2027-03-08") == []


def test_a_team_of_which_one_is_there_needs_no_substitute() -> None:
    gone = ("2027-03-08", "2027-03-19", False)
    assert told(a_review("office", olga=gone), "2027-03-08") == []
    both = a_review("office", olga=gone, otto=("2027-03-08", "2027-03-30", True))
    assert told(both, "2027-03-08") == [("otto", "otto", True)]


def test_it_is_the_same_word_however_often_it_is_asked_and_another_after_more_time_was_given() -> None:
    text = TASK.replace("WHO", "contact").replace(
        "10wd}}\n  extra", "10wd}, extend: {by: office, at_most: +9wd}}\n  extra"
    )
    review = launched(text, world=away(carl=("2027-03-08", "2027-03-30", False)))
    first, again = notices(review, "2027-03-08"), notices(review, "2027-03-09")
    assert {each.key for each in first} == {each.key for each in again}
    review.extend("work", "2027-03-18")
    assert {each.key for each in notices(review, "2027-03-10")}.isdisjoint(each.key for each in first)


def test_nothing_is_handed_over_of_a_case_that_is_paused_or_of_work_that_is_done() -> None:
    review = launched(
        TASK.replace("WHO", "contact") + "pause: {by: office, asks: {reason: text, until: date}}",
        world=away(carl=("2027-03-08", "2027-03-19", False)),
    )
    assert told(review.pause("2027-03-30"), "2027-03-08") == []
    review = a_review(carl=("2027-03-08", "2027-03-19", False))
    assert told(review.submit("work", "carl"), "2027-03-08") == []


def test_nobody_on_leave_is_reminded_meanwhile() -> None:
    text = TASK.replace("WHO", "contact").replace("10wd}}\n  extra", "10wd}, remind: [-1w, -1wd]}\n  extra")
    review = launched(text, world=away(carl=("2027-03-04", "2027-03-19", True))).until("2027-03-20")
    assert [local_text(each.send_at) for each in review.notices if each.template == "reminder"] == ["2027-03-03 09:00"]


def test_a_substitute_who_was_told_of_a_task_is_told_when_it_is_done() -> None:
    review = a_review(carl=("2027-03-08", "2027-03-19", True)).until("2027-03-09").submit("work", "carl")
    found = [(each.recipient, each.data["to_substitute"], each.only_if_asked) for each in review.last.notices
             if each.rule == "tasks.work.not_needed.away"]  # fmt: skip
    assert found == [("carl", "2027-03-19", "work:1")]
    before = a_review(carl=("2027-03-08", "2027-03-19", True)).until("2027-03-05").submit("work", "carl")
    assert [each.template for each in before.last.notices if each.template == "not_needed"] == []
