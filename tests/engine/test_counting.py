"""Who is counted, and are they enough? Children beside people, records of meetings, work of who was there before."""

from __future__ import annotations

from typing import Any

from engine import counting
from engine.case import Present
from engine.expressions import Count, SetOf
from tests.builders.engine import Review, a_definition, a_draft, launched

SCORES = """
rubric: {file: small}
seats: {peer: {count: 0..5}}
groups: {panel: [peer]}
invitations: {form: answer, due: {at: invited + 5wd}, replace: {by: office, tasks: move_open, due: {at: due}}}
stages: {busy: {}, second: {}, over: {end: true}}
transitions:
  go_on: {from: busy, to: second, by: office}
  finish: {from: second, to: over, by: office, if: [all peer done score]}
  stop: {from: second, to: over, by: office, if: [all peer done read_it]}
tasks:
  declare: {each: panel, opens: busy, form: declare, until: over}
  read_it: {each: panel, opens: busy, form: note, until: over}
  score: {each: panel, by_row: rubric.safeguards, opens: busy, form: note, until: second}
"""
OUT = "{mine: {type: yes_no, per: safeguards, marks: recusal}}"
BY_SCORE, BY_READING = "all peer done score", "all peer done read_it"


def a_panel(**more: Any) -> Review:
    return launched(a_definition(SCORES, declare=OUT), **more).seat("peer", "p1", "p2")


def told(review: Review, transition: str) -> list[str]:
    """Why the one condition of a transition does not hold."""
    draft = a_draft(review.case, review.definition)
    failed = [counting.failed_count(draft, line.test, line)
              for line in review.definition.transitions[transition].condition
              if isinstance(line.test, Count)]  # fmt: skip
    return [reason for reason in failed if reason is not None]


def test_who_is_out_for_every_row_has_no_part_in_what_is_done_per_row_but_in_all_else() -> None:
    review = a_panel().submit("declare", "p1", mine={"one": "yes", "two": "yes"})
    review.submit("score:1@peer-2/one", "p2").submit("score:1@peer-2/two", "p2").submit("read_it", "p2")
    assert told(review, "finish") == []
    assert told(review, "stop") == [f"{BY_READING}: 1 of 2"]


def test_of_no_rows_nobody_is_out() -> None:
    assert told(a_panel(rows=()), "finish") == [f"{BY_SCORE}: 0 of 2"]


def test_children_are_counted_together_with_people() -> None:
    review = launched("children: {unit: {process: small, opens: finish}}").take("finish")
    found = counting.members(a_draft(review.case, review.definition), SetOf(names=("contact", "unit")))
    assert [(each.name, each.key) for each in found] == [("contact", "carl"), ("unit", "1")]


def test_of_several_meetings_of_the_same_people_the_newest_says_who_was_there() -> None:
    review = a_panel()
    draft = a_draft(review.case, review.definition)
    for name, who, seq in (("first", "p1", 5), ("second", "p2", 9), ("third", "p1", 7)):
        draft.put("present", name, Present(of="panel", participants=(who,), seq=seq))
    members = counting.members(draft, SetOf(names=("peer",)))
    assert [counting.is_present(draft, member) for member in members] == [False, True]
    assert [counting.was_away(draft, member) for member in members] == [True, False]


def test_of_whom_nothing_is_recorded_it_is_not_known_that_they_were_there_or_away() -> None:
    review = a_panel()
    draft = a_draft(review.case, review.definition)
    draft.emit("tried", "x")
    draft.put("present", "first", Present(of="contact", participants=("carl",), seq=5))
    peer = counting.members(draft, SetOf(names=("peer",)))[0]
    assert (counting.is_present(draft, peer), counting.was_away(draft, peer)) == (False, False)


def test_what_a_predecessor_did_stands_for_the_seat_and_what_they_left_undone_does_not() -> None:
    review = a_panel().submit("score:1@peer-2/one", "p2").take("go_on").substitute("peer-2", "p3")
    draft = a_draft(review.case, review.definition)
    keys = {who: [task.key for task in counting.own_instances(draft, "score", who)] for who in ("peer-2", "peer-3")}
    assert keys == {"peer-2": ["score:1@peer-2/one", "score:1@peer-2/two"], "peer-3": ["score:1@peer-2/one"]}
