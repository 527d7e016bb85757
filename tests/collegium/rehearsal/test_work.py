"""How did a task end? Read from the history of a case that really went so."""

from __future__ import annotations

from collegium.rehearsal.work import work_of
from tests.builders.engine import Review, launched, moment

TWO = """
tasks:
  work: {for: contact, opens: busy, form: note, due: {at: opened + 10wd}}
  tacit: {for: contact, opens: busy, form: note, silence: agrees, due: {at: opened + 5wd}}
"""


STOPS = """
transitions:
  ask: {from: busy, by: office}
  finish: {from: busy, to: over, by: office}
tasks:
  work: {for: office, opens: busy, form: note, due: {at: opened + 10wd, stops_while: explain}}
  explain: {for: contact, opens: ask, form: note}
"""


def endings(review: Review, at: str) -> dict[str, str]:
    return {each.key: each.ending for each in work_of(review.history, moment(at))}


def test_work_is_in_time_or_late() -> None:
    assert endings(launched(TWO).submit("work"), "2027-03-02")["work:1"] == "in_time"
    assert endings(launched(TWO).until("2027-03-20").submit("work"), "2027-03-20")["work:1"] == "late"


def test_work_that_nobody_does_is_overdue_and_lapses_with_its_stage() -> None:
    review = launched(TWO)
    assert endings(review, "2027-03-02")["work:1"] == "open"
    review.until("2027-03-20")
    assert endings(review, "2027-03-20")["work:1"] == "overdue"
    assert endings(review.take("finish"), "2027-03-20")["work:1"] == "undone"


def test_silence_that_agrees_is_told_as_such() -> None:
    assert endings(launched(TWO).until("2027-03-20"), "2027-03-20")["tacit:1"] == "silence"


def test_work_of_a_stage_that_ends_before_its_date_was_not_needed() -> None:
    assert endings(launched(TWO).take("finish"), "2027-03-02")["work:1"] == "not_needed"


def test_work_whose_clock_stands_still_is_neither_overdue_nor_late() -> None:
    review = launched(STOPS).until("2027-03-03").take("ask").until("2027-05-03")
    assert endings(review, "2027-05-03")["work:1"] == "open"
    assert endings(review.submit("work", "olga"), "2027-05-03")["work:1"] == "in_time"


def test_work_that_was_late_when_its_clock_stopped_is_late_still() -> None:
    review = launched(STOPS).until("2027-03-17").take("ask").until("2027-05-03")
    assert endings(review, "2027-05-03")["work:1"] == "overdue"
    assert endings(review.submit("work", "olga"), "2027-05-03")["work:1"] == "late"


LATE = """
dates: {visit: {set_by: fix}}
transitions:
  fix: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day}}
  finish: {from: busy, to: over, by: office}
tasks:
  work: {for: contact, opens: fix, form: note, due: {at: visit - 1w},
         late: [{after: +1wd, tell: assignee, notice: late}]}
"""


def test_work_of_which_somebody_heard_that_it_was_late_was_late_though_its_date_has_moved() -> None:
    def late() -> Review:
        review = launched(LATE).take("fix", day="2027-03-15").until("2027-03-12")
        assert endings(review.take("fix", day="2027-06-14"), "2027-03-12")["work:1"] == "late"
        return review

    assert endings(late().submit("work"), "2027-03-12")["work:1"] == "late"
    assert endings(late().take("finish"), "2027-03-12")["work:1"] == "undone"
    moved = launched(LATE).take("fix", day="2027-03-15").take("fix", day="2027-06-14")
    assert endings(moved.submit("work"), "2027-03-12")["work:1"] == "in_time"
