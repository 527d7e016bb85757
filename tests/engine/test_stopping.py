"""When does the clock of one task stand still, and what does it get back?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.outlook import is_late
from engine.tally import tally
from tests.builders.engine import Review, a_definition, a_folder, launched, local_text
from workflows.loader import load_files

WAITING = """
transitions:
  ask: {from: busy, by: office}
  finish: {from: busy, to: over, by: office}
tasks:
  judge:
    for: office
    opens: busy
    form: note
    due: {at: opened + 10wd, closes: due + 5wd, stops_while: explain}
    remind: [-5wd]
    late: [{after: +1wd, tell: assignee, notice: late}]
    extend: {by: office, at_most: +10wd}
    silence: nothing
  explain: {for: contact, opens: ask, form: note}
pause: {by: office, asks: {reason: text, until: date}}
"""


def a_judgement(text: str = WAITING) -> Review:
    return launched(a_definition(text))  # on Monday 1 March: due on the 15th


def due_of(review: Review) -> str:
    due = review.task("judge").due
    assert due is not None
    return local_text(due.at)


def rows(review: Review) -> list[str]:
    return sorted(key for key in review.case.deadlines if ":judge:" in key)


def test_a_clock_that_stands_still_reminds_of_nothing_and_closes_nothing() -> None:
    review = a_judgement()
    assert rows(review) == ["close:judge:1:0", "late:judge:1:0", "remind:judge:1:0"]
    review.until("2027-03-03").take("ask")
    assert rows(review) == []
    review.until("2027-06-01")
    assert (review.task("judge").state, review.ever_told("late"), due_of(review)) == ("open", [], "2027-03-15 23:59")
    assert not is_late(review.task("judge"), review.now)


def test_an_answer_sets_the_clock_going_and_gives_the_working_days_back() -> None:
    review = a_judgement().until("2027-03-03").take("ask").until("2027-03-10").submit("explain", "carl")
    assert due_of(review) == "2027-03-22 23:59"
    assert (review.task("judge").still_since, review.task("judge").term) == (None, 2)
    assert rows(review) == ["close:judge:1:0", "late:judge:1:0", "remind:judge:1:0"]


@pytest.mark.parametrize(("closes", "silence"), [(", closes: due + 5wd", "nothing"), ("", "waits")])
def test_a_day_that_is_counted_from_it_comes_later_too(closes: str, silence: str) -> None:
    publish = "publish: {for: office, opens: busy, form: note, due: {at: judge.due + 5wd}}"
    text = WAITING.replace(", closes: due + 5wd", closes).replace("silence: nothing", f"silence: {silence}")
    review = a_judgement(text.replace("  explain:", f"  {publish}\n  explain:"))
    before = review.due("publish")
    review.until("2027-03-03").take("ask").until("2027-03-10").submit("explain", "carl")
    assert (before, review.due("judge"), review.due("publish")) == ("2027-03-22", "2027-03-22", "2027-03-29")


def test_its_date_says_that_the_clock_stood_still_and_not_that_the_case_was_paused() -> None:
    review = a_judgement().until("2027-03-03").take("ask").until("2027-03-10").submit("explain", "carl")
    stopped = review.task("judge").due
    review.pause("2027-04-01").until("2027-03-15").resume()
    paused = review.task("judge").due
    said = "opened + 10wd (and the time that the clock stood still)"
    assert (stopped and stopped.text, paused and paused.text) == (said, said)


def test_it_may_be_asked_twice() -> None:
    review = a_judgement().until("2027-03-03").take("ask").until("2027-03-10").submit("explain", "carl")
    review.until("2027-03-11").take("ask").until("2027-03-12").submit("explain:2", "carl")
    assert due_of(review) == "2027-03-23 23:59"


def test_asked_and_answered_on_one_day_changes_nothing() -> None:
    review = a_judgement().until("2027-03-03").take("ask").submit("explain", "carl")
    assert (due_of(review), review.task("judge").term) == ("2027-03-15 23:59", 1)


def test_what_was_late_already_is_late_still() -> None:
    review = a_judgement().until("2027-03-17").take("ask").until("2027-03-19")
    assert is_late(review.task("judge"), review.now)
    review.submit("explain", "carl")
    assert due_of(review) == "2027-03-15 23:59"


def test_a_day_set_by_hand_stays() -> None:
    review = a_judgement().extend("judge", "2027-03-18").until("2027-03-16").take("ask").until("2027-03-20")
    review.submit("explain", "carl")
    assert due_of(review)[:10] in ("2027-03-18", "2027-03-23")


def test_a_pause_in_between_counts_once() -> None:
    review = a_judgement().until("2027-03-03").take("ask").until("2027-03-04").pause("2027-04-01")
    review.until("2027-03-08").resume()
    review.until("2027-03-10").submit("explain", "carl")
    assert due_of(review) == "2027-03-22 23:59"


ORDERS = ["stop pause run resume", "stop pause resume run", "pause stop run resume", "pause stop resume run"]


def overlapping(order: str, days: Sequence[date]) -> Review:
    """A stop of the clock and a pause of the case, each begun and ended by hand on the days given."""
    review = a_judgement().take("ask").submit("explain", "carl")
    for step, on in zip(order.split(), days, strict=True):
        review.until(str(on))
        match step:
            case "pause":
                review.pause("2027-12-31")
            case "resume":
                review.resume()
            case _:
                review.correct(task="explain:1", to="open" if step == "stop" else "done")
    return review


@pytest.mark.parametrize("order", ORDERS)
def test_days_on_which_a_clock_and_the_case_both_stand_still_count_once(order: str) -> None:
    days = [date(2027, 3, 3), date(2027, 3, 5), date(2027, 3, 9), date(2027, 3, 12)]
    assert due_of(overlapping(order, days)) == "2027-03-24 23:59"


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(ORDERS), st.integers(0, 9), st.lists(st.integers(0, 30), min_size=3, max_size=3))
def test_the_working_days_on_which_neither_stood_still_are_the_term(order: str, begun: int, gaps: list[int]) -> None:
    days = [date(2027, 3, 1) + timedelta(days=begun + sum(gaps[:n])) for n in range(4)]
    end = date.fromisoformat(due_of(overlapping(order, days))[:10])
    reached = (date(2027, 3, 1) + timedelta(days=n) for n in range(1, 200))
    ran = [day for day in reached if day <= end and day.weekday() < 5 and not days[0] < day <= days[3]]
    assert len(ran) == 10


def test_work_that_is_opened_again_gets_nothing_back_of_the_time_that_it_was_done() -> None:
    review = a_judgement().until("2027-03-03").take("ask").until("2027-03-04").submit("judge", "olga")
    review.until("2027-03-05").submit("explain", "carl").until("2027-03-12")
    review.correct(task="judge:1", to="open")
    assert (review.task("judge").still_since, due_of(review)) == (None, "2027-03-15 23:59")
    assert review.happened("clock_runs") == []


def test_work_that_is_opened_again_while_the_other_side_is_still_asked_gets_all_of_that_time() -> None:
    review = a_judgement().until("2027-03-03").take("ask").until("2027-03-04").submit("judge", "olga")
    review.until("2027-03-05").correct(task="judge:1", to="open")
    review.until("2027-03-10").submit("explain", "carl")
    assert due_of(review) == "2027-03-22 23:59"


def test_what_was_asked_anew_meanwhile_counts_from_the_day_on_which_the_work_is_opened_again() -> None:
    review = a_judgement().until("2027-03-03").take("ask").until("2027-03-04").submit("judge", "olga")
    review.submit("explain", "carl").until("2027-03-05").take("ask").until("2027-03-09")
    review.correct(task="judge:1", to="open")
    review.until("2027-03-10").submit("explain", "carl")
    assert due_of(review) == "2027-03-16 23:59"


def test_more_time_for_what_had_run_out_is_as_much_as_was_given() -> None:
    review = a_judgement().until("2027-03-03").take("ask").until("2027-03-04").correct(task="judge:1", to="expired")
    review.until("2027-03-05").submit("explain", "carl").until("2027-03-12").extend("judge", "2027-03-19")
    assert (review.task("judge").state, due_of(review)) == ("open", "2027-03-19 23:59")


def test_who_does_it_meanwhile_is_in_time() -> None:
    review = a_judgement().until("2027-03-03").take("ask").until("2027-05-03").submit("judge", "olga")
    counted = tally(review.definition, review.history, review.now)
    assert (counted.met, counted.missed) == (1, 0)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 9), st.integers(0, 60))
def test_the_working_days_in_which_it_ran_are_the_term(asked: int, long: int) -> None:
    review = a_judgement()
    first = date(2027, 3, 1) + timedelta(days=asked)
    last = first + timedelta(days=long)
    review.until(str(first)).take("ask").until(str(last)).submit("explain", "carl")
    end = date.fromisoformat(due_of(review)[:10])
    days = (date(2027, 3, 1) + timedelta(days=n) for n in range(1, 200))
    ran = [day for day in days if day <= end and day.weekday() < 5 and not first < day <= last]
    assert len(ran) == 10


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("stops_while: explain", "stops_while: nothing", "`stops_while` names `nothing`, which is no task."),
        ("stops_while: explain", "stops_while: judge", "The clock of `judge` cannot wait for that task itself."),
        (
            "stops_while: explain",
            "stops_while: explain, clock: runs",
            "`opened + 10wd` gets no time back: it follows a date",
        ),
        ("opened + 10wd", "explain.due + 10wd", "`explain.due + 10wd` gets no time back: it follows a date"),
    ],
)
def test_a_clock_that_could_not_stand_still_is_a_fault(old: str, new: str, said: str) -> None:
    found = load_files(a_folder(WAITING.replace(old, new, 1))).errors
    assert [problem.message for problem in found if said in problem.message] != [], found
