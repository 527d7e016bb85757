"""What do others do wrong that ours must not? The defects of the product's list that the engine alone can show."""

from __future__ import annotations

import pytest

from engine.actions import CLOCK, Answer, Take
from engine.errors import NotAllowed, Refused
from engine.outlook import is_late, options
from tests.builders.engine import launched, local_text, moment, person, promises_broken
from tests.engine.test_operations import Office

TASK = """
tasks:
  work:
    for: contact
    opens: busy
    form: note
    due: {at: opened + 10wd}
    remind: [-5wd, -1wd, on the day at 09:00]
    late: [{after: +1wd, tell: assignee, notice: late}, {after: +1wd, tell: signatory, notice: late}]
    extend: {by: office, at_most: +10wd}
"""


def test_01_a_missed_day_loses_no_reminder() -> None:
    review = launched(TASK).wake("2027-03-10 15:00")  # the reminder was for Monday the 8th
    assert [(each.template, local_text(each.send_at)) for each in review.notices if each.template == "reminder"] == [
        ("reminder", "2027-03-10 15:00")
    ]


def test_02_two_rules_of_one_kind_are_told_apart() -> None:
    review = launched(TASK).until("2027-03-17")
    assert [(each.rule, each.recipient) for each in review.notices if each.template == "late"] == [
        ("tasks.work.late.0", "carl"), ("tasks.work.late.1", "sara"),
    ]  # fmt: skip
    twice = TASK.replace("{after: +1wd, tell: signatory, notice: late}", "{after: +3wd, tell: assignee, notice: late}")
    told = [each for each in launched(twice).until("2027-03-19").notices if each.template == "late"]
    assert len({each.key for each in told}) == 2
    assert [(each.rule, each.recipient) for each in told] == [
        ("tasks.work.late.0", "carl"), ("tasks.work.late.1", "carl"),
    ]  # fmt: skip


def test_03_a_rule_that_is_applied_twice_speaks_once() -> None:
    review = launched(TASK).until("2027-03-07")
    key = "remind:work:1:0"
    before, review.now = review.case, moment("2027-03-08 09:00")
    first = review.until("2027-03-08").last
    assert key not in review.case.deadlines
    assert {each.key for each in first.notices} == {("case-1", "tasks.work.remind.0", "work:1#1", "carl")}
    assert before.deadlines[key].at == moment("2027-03-08 09:00")


def test_04_a_rule_after_the_date_needs_none_before_it() -> None:
    text = TASK.replace("    remind: [-5wd, -1wd, on the day at 09:00]\n", "    remind: []\n")
    assert launched(text).until("2027-03-17").ever_told("late") == [
        ("2027-03-16 09:00", "carl"), ("2027-03-16 09:00", "sara"),
    ]  # fmt: skip


def test_06_nothing_is_answered_without_a_deed_of_the_candidate() -> None:
    review = launched("""
seats: {peer: {count: 1..2}}
invitations: {form: answer, due: {at: invited + 5wd}}
""").assign("peer", "p1")
    for actor in (person("p2"), CLOCK):
        with pytest.raises(NotAllowed):
            review.apply(Answer(holding="peer-1", accepts=True), actor)
    assert review.seats() == {"peer-1": "invited"}


def test_07_a_day_is_the_processes_day_and_not_the_servers() -> None:
    review = launched(TASK, at="2027-03-01 00:30")  # in Amsterdam; in UTC it is still February
    assert (review.due("work"), review.case.tasks["work:1"].due and review.case.tasks["work:1"].due.at) == (
        "2027-03-15", moment("2027-03-15 23:59:59"),
    )  # fmt: skip
    spring = launched(TASK, at="2027-03-20 10:00").task("work").due  # the clock is put forward on the 28th
    assert spring is not None
    assert local_text(spring.at) == "2027-04-02 23:59"


def test_08_reminders_stop_when_the_task_is_done_declined_cancelled_decided_or_changes_hands() -> None:
    assert [key for _, key in launched(TASK).submit("work", "carl").ahead() if "work:" in key] == []
    stopped = launched(TASK).take("finish")
    assert (stopped.ahead(), [each.task for each in stopped.last.withdrawals]) == ([], ["work:1"])
    replaced = launched(TASK).assign("contact", "p1").until("2027-03-09")
    assert replaced.ever_told("reminder") == [("2027-03-08 09:00", "p1")]
    invited = (
        launched("""
seats: {peer: {count: 1..2}}
invitations: {form: answer, due: {at: invited + 5wd, closes: due + 2wd}, remind: [-1wd]}
""")
        .assign("peer", "p1")
        .take("finish")
    )
    assert (invited.open(), invited.ahead(), invited.case.closed) == ({}, [], True)


def test_10_an_extension_after_the_date_opens_what_the_date_had_closed() -> None:
    text = """
stages: {busy: {}, second: {}, over: {end: true}}
transitions:
  silent: {from: busy, to: second, when: work.expired}
  finish: {from: [busy, second], to: over, by: office}
tasks:
  work: {for: contact, opens: busy, form: note, due: {at: opened + 5wd}, silence: nothing,
         extend: {by: office, at_most: +10wd}}
"""
    review = launched(text).until("2027-03-09")
    assert review.case.stage == "second"
    review.extend("work", "2027-03-15")
    assert (review.case.stage, review.open(), review.due("work")) == ("busy", {"work:1": ("carl",)}, "2027-03-15")


def test_11_a_refusal_names_all_its_reasons_and_what_would_help() -> None:
    review = launched("""
transitions: {finish: {from: busy, to: over, by: office, if: [work is done, {that: 3 office seated, waive: office}]}}
""")
    with pytest.raises(Refused) as refused:
        review.apply(Take(transition="finish"), person("olga"))
    assert refused.value.reasons == (
        "work is done: it is open", "3 office seated: 2 of 3 (can be waived by office)",
    )  # fmt: skip


def test_14_a_case_that_is_moved_back_goes_on_and_no_open_case_waits_for_nobody() -> None:
    review = (
        launched("""
stages: {busy: {}, second: {}, over: {end: true}}
transitions:
  advance: {from: busy, to: second, when: work.done}
  finish: {from: second, to: over, when: more.done}
tasks:
  work: {for: contact, opens: busy, form: note, due: {at: opened + 5wd}}
  more: {for: contact, opens: second, form: note}
""")
        .submit("work", "carl")
        .correct("busy")
    )
    assert (review.open(), promises_broken(review)) == ({"work:2": ("carl",)}, [])
    assert review.submit("work", "carl").submit("more", "carl").case.closed
    empty = launched("tasks: {later: {for: contact, opens: finish, form: note}}")
    assert (empty.open(), promises_broken(empty)) == ({"next_step:1": ("owen",)}, [])


def test_16_what_is_late_is_derived_and_not_kept() -> None:
    review = launched(TASK)
    task = review.task("work")
    assert [is_late(task, moment(at)) for at in ("2027-03-15 23:00", "2027-03-16 01:00")] == [False, True]
    assert not is_late(review.take("finish").task("work"), moment("2028-01-01"))
    assert options(review.definition, review.case, review.world, moment("2028-01-01")) == ()


def test_17_what_a_deed_will_send_is_known_before_it_is_done() -> None:
    office = Office(TASK)
    deed = "case-1", Take(transition="finish"), person("olga"), moment("2027-03-10")
    with office.store.write() as work:
        foreseen = office.operations.try_out(work, *deed)
    assert office.case().stage == "busy"
    assert [each.key for each in foreseen[-1].notices] == [each.key for each in office.operations.act(*deed).notices]
