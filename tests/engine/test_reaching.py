"""Whom does mail not reach, and what follows? The owner's task, the fact, and what is asked once more."""

from __future__ import annotations

import pytest

from engine.actions import CLOCK, Reached, Unreached, WroteBack
from engine.errors import NotAllowed, UnknownName
from engine.reaching import misses, not_reached
from tests.builders.engine import Review, day, launched, person, promises_broken
from tests.engine.test_seat import a_panel

WORK = """
stages: {busy: {}, over: {end: true}}
transitions: {finish: {from: busy, to: over, by: office}}
tasks:
  work: {for: contact, opens: busy, form: note, due: {at: opened + 5wd}}
  other: {for: signatory, opens: busy, form: note}
"""

AGENDA = """
stages: {busy: {}, over: {end: true}}
transitions: {finish: {from: busy, to: over, by: office}}
tasks:
  agenda: {for: contact, opens: over, form: note, due: {at: opened + 5wd}}
"""


def lost(review: Review, who: str = "carl", why: str = "dead_address", back_on: str | None = None) -> Review:
    action = Unreached(participant=who, why=why, back_on=day(back_on) if back_on else None)  # type: ignore[arg-type]
    review.apply(action, CLOCK)
    return review


def test_a_dead_address_is_the_owners_task_once_per_person_and_case() -> None:
    review = lost(lost(launched(WORK)))
    assert {key: who for key, who in review.open().items() if "unreached" in key} == {"unreached:1": ("owen",)}
    assert (review.task("unreached").about, not_reached(review.case)) == ("carl", ("carl",))
    lost(review, "sara")
    assert (review.open()["unreached:2"], not_reached(review.case)) == (("owen",), ("carl", "sara"))


def test_the_owners_own_dead_address_is_a_task_of_others_at_the_office() -> None:
    review = lost(launched(WORK), "owen")
    assert review.open()["unreached:1"] == ("olga", "otto")
    assert {each.recipient for each in review.last.notices if each.task == "unreached:1"} == {"olga", "otto"}
    lost(lost(review, "olga"), "otto")
    assert {who for key, who in review.open().items() if "unreached" in key} == {("owen",)}  # nobody else is there


def test_who_is_reached_again_is_asked_once_more_and_the_owners_task_is_done() -> None:
    review = lost(launched(WORK))
    review.apply(Reached(participant="carl"), CLOCK)
    assert [(each.template, each.rule, each.recipient) for each in review.last.notices] == [
        ("opened", "tasks.work.again.1", "carl"),
    ]  # fmt: skip
    assert (review.task("unreached").state, not_reached(review.case)) == ("done", ())
    lost(review).apply(Reached(participant="carl"), CLOCK)
    assert [each.rule for each in review.last.notices] == ["tasks.work.again.2"]


def test_nothing_is_asked_again_of_whom_mail_always_reached() -> None:
    review = launched(WORK)
    review.apply(Reached(participant="carl"), CLOCK)
    assert (review.last.history, review.last.notices) == ((), ())


def test_what_the_office_calls_done_stays_not_reached_until_the_address_is_mended() -> None:
    review = lost(launched(WORK)).submit("unreached", by="owen")
    assert (review.task("unreached").state, not_reached(review.case)) == ("done", ("carl",))


def test_a_refusal_by_policy_is_a_task_and_weighs_less_than_a_dead_address() -> None:
    review = lost(launched(WORK), why="policy")
    assert not_reached(review.case) == ("carl",)
    lost(review, why="dead_address")
    lost(review, why="policy").submit("unreached", by="owen")
    assert not_reached(review.case) == ("carl",)
    settled = lost(launched(WORK), why="policy").submit("unreached", by="owen")
    assert not_reached(settled.case) == ()


def test_the_task_goes_when_the_person_has_nothing_to_do_with_the_case_any_more() -> None:
    review = lost(a_panel().seat("peer", "p1", "p2", "p3"), "p1")
    assert not_reached(review.case) == ("p1",)
    (held,) = [key for key, seat in review.case.holdings.items() if seat.participant == "p1"]
    review.substitute(held, None)
    assert (review.task("unreached").state, not_reached(review.case)) == ("closed", ())


def test_somebody_away_is_a_task_as_long_as_their_work_waits() -> None:
    review = lost(launched(WORK), why="away", back_on="2027-05-01")
    assert (review.open()["unreached:1"], not_reached(review.case)) == (("owen",), ())
    review.submit("work", "carl")
    assert review.task("unreached").state == "closed"


def test_an_absence_matters_where_something_falls_due_before_its_end() -> None:
    review = launched(WORK)
    due = review.task("work").due
    assert due is not None
    before, after = str(due.day), "2027-12-01"
    assert [misses(review.case, "carl", day(each)) for each in (before, after)] == [False, True]
    assert (misses(review.case, "carl", None), misses(review.case, "sara", day(after))) == (False, False)


def test_a_persons_own_words_are_a_task_per_mail_and_answer_nothing() -> None:
    review = launched(WORK)
    for report in ("r1", "r1", "r2"):
        review.apply(WroteBack(participant="carl", report=report), CLOCK)
    opened = {task.key: task.about for task in review.case.tasks.values() if task.name == "wrote_back"}
    assert (opened, review.task("work").state) == ({"wrote_back:1": "r1", "wrote_back:2": "r2"}, "open")


def test_a_case_that_has_ended_closes_although_mail_does_not_reach_somebody() -> None:
    review = lost(lost(launched(AGENDA).take("finish"), "carl"), "sara")
    assert (review.case.closed, not_reached(review.case)) == (False, ("carl", "sara"))
    review.submit("agenda", "carl")
    states = {key: task.state for key, task in review.case.tasks.items() if task.name in ("agenda", "unreached")}
    assert states == {"agenda:1": "done", "unreached:1": "closed", "unreached:2": "closed"}
    told = review.happened("task_done", "task_closed", "not_pursued")[-5:]
    assert (review.case.closed, told) == (
        True,
        [("task_done", "agenda:1"), ("not_pursued", "carl"), ("task_closed", "unreached:1"), ("not_pursued", "sara"),
         ("task_closed", "unreached:2")],
    )  # fmt: skip


def test_a_closed_case_that_hears_of_a_dead_address_keeps_nothing_of_it() -> None:
    review = lost(launched(AGENDA).take("finish").submit("agenda", "carl"))
    assert (review.case.closed, not_reached(review.case)) == (True, ())
    assert (review.task("unreached").state, dict(review.case.deadlines)) == ("closed", {})
    assert promises_broken(review) == []


def test_what_else_is_open_still_holds_a_case_open() -> None:
    review = lost(launched(AGENDA).take("finish"))
    review.apply(WroteBack(participant="carl", report="r1"), CLOCK)
    review.submit("agenda", "carl")
    assert (review.case.closed, review.task("unreached").state) == (False, "open")
    review.submit("wrote_back", by="owen")
    assert (review.case.closed, review.task("unreached").state) == (True, "closed")


def test_a_case_that_is_reopened_knows_no_address_of_before_and_hears_of_it_anew() -> None:
    review = lost(launched(AGENDA).take("finish")).submit("agenda", "carl")
    review.correct("busy")
    assert (review.case.closed, not_reached(review.case)) == (False, ())
    assert not_reached(lost(review).case) == ("carl",)


def test_it_is_told_while_the_case_is_paused() -> None:
    review = lost(launched(WORK + "pause: {by: office}\n").pause("2027-06-01"))
    assert not_reached(review.case) == ("carl",)


def test_only_the_machinery_tells_it_and_only_of_those_who_have_to_do_with_the_case() -> None:
    review = launched(WORK)
    with pytest.raises(NotAllowed, match="only the clock does this"):
        review.apply(Unreached(participant="carl", why="dead_address"), person("olga"))
    with pytest.raises(UnknownName, match="Nobody who has to do with this case"):
        lost(review, "stranger")
