"""Which cases does another one call, one for each row, and what does it know of them?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import machine
from engine.actions import OPERATOR, Take
from engine.case import Parent, RowOf
from engine.codec import plain
from engine.errors import NotAllowed, Refused
from engine.history import replay
from engine.standing import Standing, Waiting
from tests.builders.engine import Review, a_definition, launched, promises_broken

GROUP = """
stages: {busy: {}, judging: {}, over: {end: true}, failed: {end: true}}
transitions:
  begin: {from: busy, to: judging, when: work.done}
  again: {from: judging, to: busy, by: office}
  finish: {from: judging, to: over, auto: true, if: [all unit ended]}
  stop: {from: judging, to: failed, by: office, if: [CONDITION]}
children:
  unit: {process: small, opens: begin, each: work.units, await: all}
"""
FORM = "units: {type: rows, columns: {name: {type: text}, place: {type: text}}}"


def a_group(*rows: str, condition: str = "no unit open") -> Review:
    """A case of which each row is a unit, and that was told of these."""
    review = launched(a_definition(GROUP.replace("CONDITION", condition), note=FORM))
    return review.submit("work", "carl", units=[{"name": row, "place": "here"} for row in rows])


def ended(review: Review, number: int, end: str = "over") -> Review:
    return review.hear(f"unit.{end}", **({"number": number} if number > 1 else {}))


def refused(review: Review, transition: str) -> list[str]:
    """Why a transition cannot be taken now; nothing: it can."""
    try:
        machine.apply(review.definition, review.case, Take(transition=transition), OPERATOR, review.world, review.now)
    except Refused as error:
        return [str(reason) for reason in error.reasons]
    return []


def test_each_row_of_an_answer_calls_a_child_that_knows_its_number_and_where_its_text_is_kept() -> None:
    review = a_group("north", "south", "west")
    row = plain(RowOf(submission=review.case.tasks["work:1"].answer or "", field="units", column="name"))
    assert [(signal.key, signal.data) for signal in review.signals] == [
        ("case-1:child:unit:1", {"process": "small", "dates": {}, "hears": True, "row": row}),
        ("case-1:child:unit:2", {"process": "small", "dates": {}, "hears": True, "row": row, "number": 2}),
        ("case-1:child:unit:3", {"process": "small", "dates": {}, "hears": True, "row": row, "number": 3}),
    ]
    assert "north" not in str([each.payload for each in review.history])
    assert promises_broken(review) == []


def test_rows_that_come_later_call_only_the_children_that_lack_and_none_goes_with_its_row() -> None:
    review = a_group("north", "south")
    first = review.case.tasks["work:1"].answer
    review.take("again").submit("work", "carl", units=[{"name": name} for name in ("south", "north", "west")])
    given = [(signal.data.get("number", 1), signal.data["row"]["submission"]) for signal in review.signals]
    assert given == [(1, first), (2, first), (3, review.case.tasks["work:2"].answer)]
    review.take("again").submit("work", "carl", units=[{"name": "west"}])
    assert len(review.signals) == 3


def test_a_list_without_rows_calls_nobody_and_its_case_does_not_fall_asleep() -> None:
    review = a_group()
    assert (review.signals, review.case.stage) == ([], "judging")
    assert [task for task in review.open() if task.startswith("next_step")] != []
    assert promises_broken(review) == []


def test_a_case_goes_on_when_the_last_of_its_children_has_ended() -> None:
    review = ended(a_group("north", "south", "west"), 3, "failed")
    assert review.case.stage == "judging"
    (waiting,) = Standing(review.definition, review.case, review.world, review.now).waits_for()
    assert waiting == Waiting(party="outside", kind="child", name="unit", number=2)
    ended(ended(review, 1), 2)
    assert (review.case.stage, review.case.facts) == (
        "over",
        {**review.case.facts, "child:unit:1": "over", "child:unit:2": "over", "child:unit:3": "failed"},
    )
    assert replay(review.history) == review.case


def test_a_child_that_goes_on_after_all_does_not_count_as_ended() -> None:
    review = ended(a_group("north", "south"), 1)
    review.hear("unit", goes_on=True)
    assert (ended(review, 2).case.stage, promises_broken(review)) == ("judging", [])
    assert ended(review, 1, "failed").case.stage == "over"


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ("no unit open", "no unit open: 1 now"),
        ("2 unit ended", None),
        ("3 unit ended", "3 unit ended: 2 of 3"),
        ("all unit ended", "all unit ended: 2 of 3"),
        ("1 unit in failed", None),
        ("2 unit in failed", "2 unit in failed: 1 of 2"),
        ("no unit in over", "no unit in over: 1 now"),
        ("exactly 1 unit open", None),
        ("at most 1 unit in over", None),
        ("50% of unit ended", None),
        ("70% of unit ended", "70% of unit ended: 2 of 3"),
    ],
)
def test_children_are_counted_by_where_they_ended(condition: str, reason: str | None) -> None:
    review = ended(ended(a_group("north", "south", "west", condition=condition), 1), 2, "failed")
    assert refused(review, "stop") == ([reason] if reason else [])


@pytest.mark.parametrize("condition", ["all unit ended", "1 unit ended", "50% of unit open"])
def test_nothing_but_none_holds_of_children_that_were_never_called(condition: str) -> None:
    assert refused(a_group(condition=condition), "stop") == [f"{condition}: there is none"]
    none = condition.replace("all", "no").replace("1", "no").replace("50% of", "no")
    assert refused(a_group(condition=none), "stop") == []


@given(st.lists(st.sampled_from(["over", "failed", None]), min_size=1, max_size=6))
def test_however_many_have_ended_open_and_ended_are_all_there_are(ends: list[str | None]) -> None:
    review = a_group(*(f"unit {number}" for number in range(len(ends))))
    for number, end in enumerate(ends, 1):
        if end is not None:
            ended(review, number, end)
    assert (review.case.stage == "over") == (None not in ends)


BY_HAND = """
stages: {busy: {}, waiting: {}, over: {end: true}}
transitions:
  finish: {from: waiting, to: over, auto: true, if: [1 check ended]}
  wait: {from: busy, to: waiting, by: office}
children: {check: {process: small, by: owner, if: [stage is busy], await: any MANY}}
"""


def test_a_child_is_raised_by_whom_may_while_its_conditions_hold() -> None:
    review = launched(BY_HAND.replace("MANY", ""))
    with pytest.raises(NotAllowed, match="this is for owner"):
        review.take("raise_check", "carl")
    review.take("raise_check", "owen")
    assert ([signal.key for signal in review.signals], review.case.stage) == (["case-1:child:check:1"], "busy")
    assert refused(review, "raise_check") == ["used 1 of 1"]
    assert refused(launched(BY_HAND.replace("MANY", "")).take("wait"), "raise_check") == [
        "stage is busy: it is waiting"
    ]


def test_of_many_that_were_raised_one_is_enough_where_any_is() -> None:
    review = launched(BY_HAND.replace("MANY", ", many: true")).take("raise_check").take("raise_check").take("wait")
    assert (review.open(), promises_broken(review)) == ({}, [])  # it waits for either
    assert review.hear("check.over", number=2).case.stage == "over"
    waiting = launched(BY_HAND.replace("MANY", ", many: true").replace("1 check", "2 check"))
    waiting.take("raise_check").take("raise_check").take("wait").hear("check.over")
    assert [task.partition(":")[0] for task in waiting.open()] == ["next_step"]


def test_a_child_tells_its_number_with_its_end_and_that_it_goes_on_when_that_is_taken_back() -> None:
    row = RowOf(submission="s-1", field="units", column="name")
    parent = Parent(case="case-0", child="unit", number=2, row=row)
    review = launched(parent=parent).take("finish")
    review.correct("busy")
    assert [(each.key, each.target, each.name, each.data) for each in review.signals] == [
        ("case-1:ended:over:1", "case-0", "unit.over", {"number": 2}),
        ("case-1:told:goes_on:1", "case-0", "unit", {"goes_on": True, "number": 2}),
    ]
    assert review.case.parent == replay(review.history).parent == parent


def test_what_a_child_says_at_one_moment_has_the_order_in_which_it_was_said() -> None:
    review = launched(parent=Parent(case="case-0", child="unit")).take("finish").correct("busy").take("finish")
    said = sorted(review.signals, key=lambda each: (each.effective_at, each.seq))
    assert [each.name for each in said] == ["unit.over", "unit", "unit.over"]
    assert len({(each.effective_at, each.seq) for each in said}) == 3
    assert len({each.effective_at for each in said}) == 1
