"""Is the record whole, and does it lead to what is stored? The chain of hashes, what breaks it, and replay."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.actions import CLOCK, Actor
from engine.case import Case, Decision, Holding, Parent
from engine.events import Event, Sealed
from engine.history import differences, opened, replay, seal, verify_chain
from tests.builders.engine import Review, a_definition, launched, moment

ANN = Actor(kind="person", participant="ann", capacity="chair", on_behalf_of="ben", via="web")
AT, LATER = moment("2027-03-01 10:00"), moment("2027-03-02 10:00")

PROCESS = """
stages: {busy: {}, second: {}, over: {end: true}}
transitions:
  advance: {from: busy, to: second, by: office}
  back: {from: second, to: busy, by: office}
  fix: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day}}
  move: {from: side.left, to: side.right, by: office}
  finish: {from: [busy, second], to: over, by: office}
tracks: {side: {during: [busy], states: [left, right]}}
dates: {visit: {set_by: [fix], moves: true}}
seats: {peer: {count: 0..3}}
groups: {panel: [peer]}
invitations: {form: answer, due: {at: invited + 5wd}}
pause: {by: office, asks: {reason: text, until: date}}
rubric: {file: small}
tasks:
  work: {for: contact, opens: busy, form: note, due: {at: opened + 10wd}, remind: [-2wd],
         late: [{after: +1wd, tell: office, notice: late}]}
  each_one: {for: contact, each: work.rows, opens: work.done, form: note, due: {at: opened + 5wd}}
  prepare: {each: panel, opens: busy, form: note, due: {at: visit - 4w}}
"""


def an_event(kind: str = "stage_entered", name: str = "busy", **more: Any) -> Event:
    return Event(kind=kind, name=name, actor=CLOCK, effective_at=AT, recorded_at=LATER, **more)


def a_chain(number: int = 4) -> list[Sealed]:
    return list(seal((0, ""), [an_event(name=f"event {n}", data={"n": n}) for n in range(1, number + 1)]))


def a_launch(*effects: tuple[str, str, Any], more: tuple[Event, ...] = (), **data: Any) -> tuple[Sealed, ...]:
    """A history by hand: the launch of a case, with these effects, and what came after it."""
    known = {
        "case": "case-1", "cycle": "cycle", "subject": "host", "process": "small", "version": 1, "behaviour": "abc",
    }  # fmt: skip
    first = (("stage", "", "busy"), ("stage_since", "", "2027-03-01T09:00:00.000000Z"))
    return seal((0, ""), [an_event("case_launched", "host", data=known | data, effects=(*first, *effects)), *more])


def changed(*effects: tuple[str, str, Any]) -> Event:
    return an_event("changed", "case", effects=effects)


# sealing --------------------------------------------------------------------------------------------------------------


def test_events_are_numbered_after_the_head_and_each_is_chained_to_the_one_before() -> None:
    first, second = seal((7, "cafe"), [an_event(name="one"), an_event(name="two")])
    assert (first.seq, second.seq) == (8, 9)
    assert first.hash == hashlib.sha256(f"cafe\n{first.payload}".encode()).hexdigest()
    assert second.hash == hashlib.sha256(f"{first.hash}\n{second.payload}".encode()).hexdigest()


def test_the_text_of_an_event_says_all_of_it() -> None:
    event = Event(
        kind="task_done", name="work:1", actor=ANN, effective_at=AT, recorded_at=LATER, data={"day": "één"},
        effects=(("facts", "work.rows", "2"), ("tasks", "work:1", None)),
    )  # fmt: skip
    (sealed,) = seal((0, ""), [event])
    assert json.loads(sealed.payload) == {
        "seq": 1,
        "kind": "task_done",
        "name": "work:1",
        "actor": {
            "kind": "person", "participant": "ann", "capacity": "chair", "on_behalf_of": "ben", "via": "web",
        },
        "effective_at": "2027-03-01T09:00:00.000000Z",
        "recorded_at": "2027-03-02T09:00:00.000000Z",
        "data": {"day": "één"},
        "effects": [["facts", "work.rows", "2"], ["tasks", "work:1", None]],
    }  # fmt: skip
    assert "één" in sealed.payload


def test_nothing_is_sealed_where_nothing_happened() -> None:
    assert seal((3, "cafe"), []) == ()


def test_the_same_events_give_the_same_hashes_and_another_head_gives_others() -> None:
    assert seal((0, ""), [an_event()]) == seal((0, ""), [an_event()])
    assert seal((0, ""), [an_event()])[0].hash != seal((0, "cafe"), [an_event()])[0].hash


def test_what_is_opened_is_what_was_sealed() -> None:
    full = replace(an_event(data={"a": [1, None]}, effects=(("stage", "", "busy"), ("tasks", "w", None))), actor=ANN)
    for row in (*a_chain(), *seal((4, "cafe"), [full]), *a_run().history):
        assert opened(row.seq, row.hash, row.payload) == row


# the chain ------------------------------------------------------------------------------------------------------------


def test_a_whole_chain_has_no_problems_also_where_it_is_empty() -> None:
    rows = a_chain()
    assert verify_chain(rows) == []
    assert verify_chain(rows, (4, rows[-1].hash)) == []
    assert verify_chain([], (0, "")) == []
    assert verify_chain(a_chain(2) + list(seal((2, a_chain(2)[-1].hash), [an_event()]))) == []


def with_other_text(rows: list[Sealed]) -> list[Sealed]:
    return [*rows[:1], replace(rows[1], payload=rows[1].payload.replace("event 2", "event X")), *rows[2:]]


def with_other_text_and_its_hash(rows: list[Sealed]) -> list[Sealed]:
    """Somebody who can count hashes has sealed one event anew, but not those after it."""
    (again,) = seal((1, rows[0].hash), [an_event(name="event X")])
    return [rows[0], again, *rows[2:]]


NO_FIT = "does not fit its hash: its text or the one before it was changed"


@pytest.mark.parametrize(
    ("broken", "problems"),
    [
        (with_other_text, [f"event 2 {NO_FIT}"]),
        (with_other_text_and_its_hash, [f"event 3 {NO_FIT}"]),
        (
            lambda rows: [rows[0], *rows[2:]],
            ["after event 1 comes event 3: there is a gap or a double", f"event 3 {NO_FIT}"],
        ),
        (
            lambda rows: rows[1:],
            ["after event 0 comes event 2: there is a gap or a double", f"event 2 {NO_FIT}"],
        ),
        (
            lambda rows: [rows[0], rows[1], rows[1], *rows[2:]],
            ["after event 2 comes event 2: there is a gap or a double", f"event 2 {NO_FIT}"],
        ),
        (
            lambda rows: [rows[0], rows[2], rows[1], rows[3]],
            [
                "after event 1 comes event 3: there is a gap or a double", f"event 3 {NO_FIT}",
                "after event 3 comes event 2: there is a gap or a double", f"event 2 {NO_FIT}",
                "after event 2 comes event 4: there is a gap or a double", f"event 4 {NO_FIT}",
            ],
        ),
        (
            lambda rows: [*rows[:3], replace(rows[3], seq=5)],
            [
                "after event 3 comes event 5: there is a gap or a double",
                "event 5 stands in another place than it was written for",
            ],
        ),
        (
            lambda rows: [rows[0], replace(rows[1], hash="cafe"), *rows[2:]],
            [f"event 2 {NO_FIT}", f"event 3 {NO_FIT}"],
        ),
    ],
    ids=["text", "text and hash", "gap", "no begin", "double", "swapped", "renumbered", "hash"],
)  # fmt: skip
def test_what_breaks_a_chain_is_said_of_the_event_where_it_breaks(
    broken: Callable[[list[Sealed]], list[Sealed]], problems: list[str]
) -> None:
    assert verify_chain(broken(a_chain())) == problems


@pytest.mark.parametrize("head", [(3, "cafe"), (4, "cafe"), (5, "")])
def test_a_head_that_is_not_the_last_event_is_a_problem(head: tuple[int, str]) -> None:
    assert verify_chain(a_chain(4), head) == [
        f"the case says that event {head[0]} is the last, the history ends with event 4"
    ]


def test_the_end_of_a_history_cannot_be_cut_off_unseen() -> None:
    rows = a_chain(4)
    assert verify_chain(rows[:3]) == []
    assert verify_chain(rows[:3], (4, rows[3].hash)) == [
        "the case says that event 4 is the last, the history ends with event 3"
    ]
    assert verify_chain([], (4, rows[3].hash)) == [
        "the case says that event 4 is the last, the history ends with event 0"
    ]


# replay ---------------------------------------------------------------------------------------------------------------


def a_run(stops: list[tuple[int, Case]] | None = None) -> Review:
    """A case in which much happens; `stops` is filled with the length of the history and the case after each deed."""
    form = "{questions: {type: rows, columns: {question: {type: text}}}}"
    review = launched(a_definition(PROCESS, note=form))
    deeds: list[Callable[[], Any]] = [
        lambda: review.seat("peer", "p1", "p2"),
        lambda: review.take("fix", day="2027-06-01"),
        lambda: review.take("move"),
        lambda: review.pause("2027-03-20"),
        lambda: review.resume(),
        lambda: review.until("2027-03-26"),
        lambda: review.submit("work", "carl", questions=[{"question": "why"}, {"question": "how"}]),
        lambda: review.substitute("peer-1", "p3"),
        lambda: review.take("advance"),
        lambda: review.take("back"),
        lambda: review.correct("second"),
        lambda: review.take("finish"),
    ]
    for deed in deeds:
        deed()
        if stops is not None:
            stops.append((len(review.history), review.case))
    return review


def test_a_history_leads_to_the_stored_case() -> None:
    review = a_run()
    assert verify_chain(review.history, review.case.head) == []
    assert replay(review.history) == review.case
    assert differences(review.case, replay(review.history)) == []


def test_every_beginning_of_a_history_leads_to_the_case_as_it_was_then() -> None:
    stops: list[tuple[int, Case]] = []
    review = a_run(stops)
    assert len({number for number, _ in stops}) == len(stops)
    for number, then in stops:
        assert replay(review.history[:number]) == then


def test_a_history_that_is_read_back_from_its_texts_leads_to_the_same_case() -> None:
    review = a_run()
    assert replay(opened(row.seq, row.hash, row.payload) for row in review.history) == review.case


def test_a_case_knows_its_parent_again() -> None:
    review = launched(parent=Parent(case="case-0", child="again"))
    assert replay(review.history).parent == Parent(case="case-0", child="again")
    assert replay(review.history) == review.case


def test_the_head_of_a_replayed_case_is_the_last_event() -> None:
    rows = a_launch(more=(changed(("facts", "a", "1")),))
    assert replay(rows).head == (2, rows[1].hash)


def test_an_empty_history_leads_nowhere() -> None:
    with pytest.raises(ValueError, match="The history is empty"):
        replay([])


def test_a_history_begins_with_a_launch() -> None:
    with pytest.raises(ValueError, match="does not begin with the launch"):
        replay(a_chain())
    with pytest.raises(ValueError, match="does not begin with the launch"):
        replay(a_launch(more=(changed(),))[1:])


def test_of_what_has_a_row_only_changed_parts_are_written_and_the_others_stay() -> None:
    since = "2027-03-01T09:00:00.000000Z"
    held = {"key": "peer-1", "seat": "peer", "participant": "ann", "rank": 1, "state": "invited", "since": since}
    part = changed(("holdings", "peer-1", {"state": "left", "reason": "ill"}))
    assert replay(a_launch(("holdings", "peer-1", held), more=(part,))).holdings == {
        "peer-1": Holding(key="peer-1", seat="peer", participant="ann", rank=1, state="left", since=AT, reason="ill")
    }


def test_a_part_of_a_row_can_become_nothing_again() -> None:
    since = "2027-03-01T09:00:00.000000Z"
    work = {"key": "work:1", "name": "work", "round": 1, "opened": since, "answer": "s1"}
    rows = a_launch(("tasks", "work:1", work), more=(changed(("tasks", "work:1", {"answer": None})),))
    assert replay(rows).tasks["work:1"].answer is None


def test_what_has_no_row_is_written_whole() -> None:
    low = {"row": "one", "levels": {"basis": "low"}, "how": "chair", "motivated": True, "votes": {"low": 1}}
    high = {"row": "one", "levels": {"basis": "high"}, "how": "consensus", "motivated": False}
    rows = a_launch(("decisions", "one", low), more=(changed(("decisions", "one", high)),))
    assert replay(rows).decisions == {
        "one": Decision(row="one", levels={"basis": "high"}, how="consensus", motivated=False)
    }


def test_what_goes_away_is_gone_and_may_come_again() -> None:
    gone, again = changed(("facts", "a", None), ("facts", "never there", None)), changed(("facts", "a", "2"))
    rows = a_launch(("facts", "a", "1"), ("facts", "b", "1"), more=(gone, again))
    assert replay(rows[:2]).facts == {"b": "1"}
    assert replay(rows).facts == {"b": "1", "a": "2"}


def test_a_whole_field_is_set_by_the_last_event_that_names_it() -> None:
    rows = a_launch(("outcome", "", "over"), ("closed", "", True), more=(changed(("outcome", "", None)),))
    assert (replay(rows[:1]).outcome, replay(rows).outcome, replay(rows).closed) == ("over", None, True)


# differences ----------------------------------------------------------------------------------------------------------


def test_two_equal_cases_do_not_differ_whatever_their_version_in_the_store() -> None:
    case = a_run().case
    assert differences(replace(case, version=9), case) == []


@pytest.mark.parametrize(
    ("part", "value", "said"),
    [
        ("stage", "busy", "stage: stored 'busy', replayed 'over'"),
        ("closed", False, "closed: stored False, replayed True"),
        ("rows", ("one",), "rows: stored ('one',), replayed ('one', 'two')"),
        ("subject", "elsewhere", "subject: stored 'elsewhere', replayed 'host'"),
        ("cycle", "another", "cycle: stored 'another', replayed 'cycle'"),
        ("process_version", 2, "process_version: stored 2, replayed 1"),
        (
            "parent",
            Parent(case="a", child="b"),
            "parent: stored Parent(case='a', child='b', number=1, row=None), replayed None",
        ),
    ],
)
def test_a_difference_names_the_field_and_both_values(part: str, value: Any, said: str) -> None:
    review = a_run()
    changes: dict[str, Any] = {part: value}
    assert differences(replace(review.case, **changes), replay(review.history)) == [said]


def test_a_difference_of_an_entry_names_its_key() -> None:
    stored = replay(a_launch(("facts", "a", "1"), ("places", "peer", 2)))
    replayed = replace(stored, facts={"a": "2", "b": "1"}, places={})
    assert differences(stored, replayed) == [
        "places.peer: stored 2, replayed None",
        "facts.a: stored '1', replayed '2'",
        "facts.b: stored None, replayed '1'",
    ]


def test_a_changed_part_of_a_task_is_a_difference() -> None:
    review = a_run()
    (key, *_) = review.case.tasks
    other = replace(review.case.tasks[key], round=99)
    stored = replace(review.case, tasks={**review.case.tasks, key: other})
    (said,) = differences(stored, replay(review.history))
    assert said.startswith(f"tasks.{key}: stored Task(")
    assert "round=99" in said


def test_a_day_in_a_stored_case_is_a_day_after_replay() -> None:
    review = a_run()
    assert replay(review.history).moments["visit"].day == date(2027, 6, 1)
