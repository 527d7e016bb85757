"""When is a task due that is done for one row, where the row itself says by when?"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders.engine import Review, a_definition, a_folder, launched, local_text
from workflows.loader import load_files

DECIDED = """
tasks:
  decide: {for: office, opens: busy, form: decide, until: over}
  show:
    for: contact
    each: decide.rows
    opens: decide.done
    form: note
    due: {at: decide.until, closes: due + 5wd}
    silence: nothing
    remind: [-5wd]
    until: over
pause: {by: office, asks: {reason: text, until: date}}
"""
TERMS = "{terms: {type: rows, columns: {what: {type: text}, until: {type: date, required: true}}}}"


def decided(*days: str, text: str = DECIDED) -> Review:
    """A decision with one condition for each day."""
    review = launched(a_definition(text, decide=TERMS))
    return review.submit("decide", "olga", terms=[{"what": f"nr {day}", "until": day} for day in days])


def due_of(review: Review, task: str = "show") -> dict[str, str]:
    return {t.key: local_text(t.due.at) for t in review.case.tasks.values() if t.name == task and t.due is not None}


def test_each_condition_has_the_day_of_its_own_row() -> None:
    review = decided("2027-05-03", "2027-04-01", "2027-05-03")
    assert due_of(review) == {
        "show:1/1": "2027-05-03 23:59", "show:1/2": "2027-04-01 23:59", "show:1/3": "2027-05-03 23:59",
    }  # fmt: skip


def test_each_is_reminded_of_and_runs_out_by_itself_and_the_last_ends_it_all() -> None:
    review = decided("2027-05-03", "2027-04-01").until("2027-04-20")
    assert {key: task.state for key, task in review.case.tasks.items() if task.name == "show"} == {
        "show:1/1": "open", "show:1/2": "expired",
    }  # fmt: skip
    assert "show.expired" not in review.case.moments
    review.submit("show:1/1", "carl")
    assert "show.expired" in review.case.moments
    assert review.ever_told("reminder") == [("2027-03-25 09:00", "carl")]


def test_a_later_decision_sets_the_days_of_its_own_rows() -> None:
    text = DECIDED.replace("opens: busy, form: decide", "opens: [busy, again], form: decide") + (
        "transitions:\n  again: {from: busy, by: office}\n  finish: {from: busy, to: over, by: office}\n"
    )
    review = decided("2027-05-03", "2027-06-01", text=text).submit("show:1/1", "carl").submit("show:1/2", "carl")
    review.take("again").submit("decide:2", "olga", terms=[{"what": "more", "until": "2027-09-01"}])
    assert due_of(review) == {"show:2/1": "2027-09-01 23:59"}
    assert sorted(key for key in review.case.moments if key.startswith("decide.until")) == ["decide.until/1"]


def test_a_day_that_was_set_stays_where_it_is_after_a_pause() -> None:
    review = decided("2027-05-03").pause("2027-04-01")
    review.until("2027-03-20").resume()
    assert due_of(review) == {"show:1/1": "2027-05-03 23:59"}


def test_a_day_of_a_row_may_be_counted_from() -> None:
    review = decided(
        "2027-05-03", text=DECIDED.replace("at: decide.until,", "at: decide.until - 2w, not_before: opened + 3wd,")
    )
    assert due_of(review) == {"show:1/1": "2027-04-19 23:59"}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.dates(min_value=date(2027, 4, 1), max_value=date(2028, 3, 1)), max_size=5))
def test_whatever_the_days_each_is_due_on_the_first_day_that_counts(days: list[date]) -> None:
    review = decided(*(str(day) for day in days))
    for number, day in enumerate(days, 1):
        due = review.case.tasks[f"show:1/{number}"].due
        assert due is not None
        assert 0 <= (due.day - day).days <= 2
        assert (due.day == day) == (day.weekday() < 5)


@pytest.mark.parametrize(
    ("text", "form", "said"),
    [
        (DECIDED, TERMS.replace(", required: true", ""), "`decide.until` may be empty in a row: make that column"),
        (
            DECIDED.replace("each: decide.rows", "").replace("opens: decide.done", "opens: busy"), TERMS,
            "`decide.until` is a day of each row: only a task with `each: decide.rows` has one.",
        ),
        (DECIDED.replace("decide.until", "decide.what"), TERMS, "`decide.what` is no moment of the task `decide`."),
        (
            DECIDED.replace("opens: decide.done", "opens: decide.until - 2w"), TERMS,
            "`decide.until` is a day of each row",
        ),
    ],
)  # fmt: skip
def test_a_day_that_no_row_surely_has_is_a_fault(text: str, form: str, said: str) -> None:
    found = load_files(a_folder(text, decide=form)).errors
    assert [problem.message for problem in found if said in problem.message] != [], found
