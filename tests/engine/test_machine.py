"""How does a case change? Through one door: launch, children and parents, signals, corrections, stuck rules, replay."""

from __future__ import annotations

import re
from datetime import date

import pytest

from engine import machine
from engine.actions import CLOCK, Correct, Expire, RuleStuck, Take
from engine.case import Decision, Parent, difference, with_head
from engine.codec import plain, restore
from engine.draft import Draft
from engine.errors import InvalidAnswers, NotAllowed, Refused, RuleFailed, UnknownName
from engine.events import Event
from engine.history import differences, opened, replay, seal, verify_chain
from engine.machine import Launch
from engine.positions import step
from engine.world import Organisation
from tests.builders.engine import (
    OPERATOR,
    Review,
    a_definition,
    a_draft,
    a_world,
    day,
    launched,
    moment,
    moved_by_recalculation,
    person,
    promises_broken,
)

# launch ---------------------------------------------------------------------------------------------------------------

LEAD = """
dates: {visit: {set_by: [fix], provisional: case.launched + 26w}, latest: {from: subject.previous_visit + 6y,
  else: asked_at_launch}}
launch: {by: office, lead_time: {least: latest - 16w, waive: office}}
transitions:
  fix: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day}}
  finish: {from: busy, to: over, by: office}
tasks: {work: {for: contact, opens: busy, form: note, due: {at: latest - 1w}}}
"""


def test_a_date_that_is_asked_at_launch_must_be_given() -> None:
    with pytest.raises(Refused, match="Host: latest is asked at launch"):
        launched(LEAD)
    assert launched(LEAD, dates={"latest": "2028-06-01"}).due("work") == "2028-05-25"
    known = a_world(host=Organisation(id="host", name="Host", facts={"previous_visit": date(2022, 6, 1)}))
    assert launched(LEAD, world=known).due("work") == "2028-05-25"


WINDOW = """
dates:
  visit: {set_by: [fix], window: case.launched + 4w .. latest}
  latest: {else: asked_at_launch, window: case.launched + 8w .. case.launched + 1y}
transitions:
  fix: {from: busy, by: [office, owner], asks: {day: date}, sets: {visit: chosen.day}}
  finish: {from: busy, to: over, by: office}
"""


def test_a_day_given_at_launch_lies_in_the_window_of_its_date() -> None:
    for day_ in ("2027-04-25", "2028-03-02"):
        with pytest.raises(Refused, match=f"Host: latest is to lie between 2027-04-26 and 2028-03-01, and {day_} does"):
            launched(WINDOW, dates={"latest": day_})
    for day_ in ("2027-04-26", "2028-03-01"):
        assert launched(WINDOW, dates={"latest": day_}).case.stage == "busy"


def test_a_date_is_set_to_a_day_in_its_window_unless_the_owner_sets_that_aside() -> None:
    line = "chosen.day between case.launched + 4w and latest"
    review = launched(WINDOW, dates={"latest": "2027-06-01"})
    for day_ in ("2027-03-28", "2027-06-02"):
        with pytest.raises(Refused, match=re.escape(f"{line}: {day_} is not between 2027-03-29 and 2027-06-01")):
            review.take("fix", day=day_)
    assert review.take("fix", day="2027-06-01").case.moments["visit"].day == day("2027-06-01")
    with pytest.raises(Refused):
        review.take("fix", "olga", waive={line: "asked"}, day="2027-06-02")
    review.take("fix", "owen", waive={line: "asked"}, day="2027-06-02")
    assert review.case.moments["visit"].day == day("2027-06-02")


def test_too_little_time_is_refused_unless_it_is_set_aside() -> None:
    with pytest.raises(Refused, match="too little time is left, the last day was 2027-02-09; office may waive it"):
        launched(LEAD, dates={"latest": "2027-06-01"})
    assert launched(LEAD, dates={"latest": "2027-06-01"}, waived={"lead_time": "asked"}).case.stage == "busy"


def test_too_little_time_that_nobody_may_set_aside_is_refused_whatever_reason_is_given() -> None:
    nobodys = LEAD.replace(", waive: office}", "}")
    with pytest.raises(Refused, match=r"too little time is left, the last day was 2027-02-09$"):
        launched(nobodys, dates={"latest": "2027-06-01"}, waived={"lead_time": "asked"})


def test_a_case_begins_with_whole_values_and_its_history_leads_to_it() -> None:
    review = launched("rubric: {file: small, pinned: busy}")
    assert review.happened("case_launched", "task_opened") == [("case_launched", "host"), ("task_opened", "work:1")]
    assert (review.last.before, review.case.rows, review.case.roles["contact"]) == (None, ("one", "two"), ("carl",))
    assert replay(review.history) == review.case


# children and parents -------------------------------------------------------------------------------------------------

PARENT = """
rubric: {file: small, pinned: busy}
dates: {sent: {set_by: [advance]}}
stages: {busy: {}, waiting: {}, over: {end: true}, gone: {end: true, drops: children}}
seats: {peer: {count: 0..3, votes: true}}
invitations: {form: answer, due: {at: invited + 5wd}}
transitions:
  advance: {from: busy, to: waiting, by: office, asks: {day: date}, sets: {sent: chosen.day}}
  heard: {from: waiting, to: over, when: [again.over, again.gone]}
  back: {from: waiting, to: busy, by: office}
  stop: {from: any, to: gone, by: office}
children:
  again:
    process: small
    opens: waiting
    scope: {safeguards: all safeguard with basis != high decided}
    seats: peer
    dates: {sent: sent + 6mo}
    await: all
  never: {process: small, opens: waiting, if: [case is child], await: none}
  later: {process: small, opens: sent + 1y, await: none}
"""


def a_parent() -> Review:
    given = {
        "one": Decision(row="one", levels={"basis": "low"}, how="consensus", motivated=True),
        "two": Decision(row="two", levels={"basis": "high"}, how="consensus", motivated=True),
    }
    return launched(PARENT, inherit=given).seat("peer", "p1")


def test_a_child_is_called_with_its_rows_its_dates_and_who_is_kept() -> None:
    review = a_parent().take("advance", day="2027-03-02")
    (signal,) = review.signals
    assert (signal.key, signal.target, signal.name) == ("case-1:child:again:1", None, "again")
    assert signal.data == {
        "process": "small",
        "dates": {"sent": "2027-09-02"},
        "rows": ["one"],
        "hears": True,
        "inherit": ["two"],
        "seats": {"peer": ["p1"]},
    }
    assert (review.open(), promises_broken(review)) == ({}, [])  # the case waits for its child


def test_a_child_is_called_once_and_its_end_moves_its_parent() -> None:
    review = a_parent().take("advance", day="2027-03-02").take("back").take("advance", day="2027-03-02")
    assert len(review.signals) == 1
    review.hear("again.over", rows=["one"])
    assert (review.case.outcome, review.open()) == ("over", {})
    assert review.happened("heard_of") == [("heard_of", "again.over")]


def test_a_dated_child_is_called_later_also_after_an_end_that_does_not_drop_it() -> None:
    review = a_parent().take("advance", day="2027-03-02").hear("again.over")
    assert (review.case.closed, review.ahead()) == (True, [("2028-03-02 00:00", "child:later:0")])
    assert [each.name for each in review.until("2028-03-03").signals] == ["again", "later"]
    assert a_parent().take("advance", day="2027-03-02").take("stop").ahead() == []


@pytest.mark.parametrize(
    ("waits", "hears"),
    [
        ("await: all}}", True),
        ("await: none}}", False),
        ("await: none}}\nnotices: {told: {when: kid.over, to: office}}", True),
        ("await: none}}\ndates: {later: {from: kid.over + 1y}}", True),
    ],
)
def test_a_child_without_a_scope_tells_its_end_to_who_waits_for_it_or_reads_it(waits: str, hears: bool) -> None:
    (signal,) = launched("children: {kid: {process: small, opens: busy, " + waits).signals
    assert ("hears" in signal.data) is hears


def test_a_child_tells_its_parent_how_it_ended() -> None:
    parent = Parent(case="case-0", child="again")
    review = launched(PARENT, parent=parent, rows=("one",)).take("stop")
    (signal,) = review.signals
    assert (signal.key, signal.target, signal.name) == ("case-1:ended:gone:1", "case-0", "again.gone")
    assert review.case.parent == replay(review.history).parent == parent


# corrections ----------------------------------------------------------------------------------------------------------

TRACKED = """
tracks: {side: {during: [busy], states: [left, right]}}
transitions:
  move: {from: side.left, to: side.right, when: work.done}
  finish: {from: busy, to: over, by: office}
"""


def test_a_correction_puts_a_stage_or_a_track_where_it_belongs_and_is_shown() -> None:
    review = launched(TRACKED).correct("side.right")
    assert review.tracks() == {"side": "right"}
    assert review.happened("corrected") == [("corrected", "side.right")]
    assert review.correct("over").case.closed
    for state in ("side.middle", "nothing", "side.left"):
        with pytest.raises(UnknownName, match="is no stage, and no state of a track that is alive"):
            review.correct(state)


def test_a_correction_opens_or_closes_a_task() -> None:
    review = launched(TRACKED).correct(task="work:1", to="done")
    assert (review.tracks(), review.task("work").done_by) == ({"side": "right"}, "olga")
    review.correct("side.left").correct(task="work:1", to="open")
    assert (review.open(), review.tracks()) == ({"work:1": ("carl",)}, {"side": "left"})
    assert review.submit("work", "carl").tracks() == {"side": "right"}
    with pytest.raises(Refused, match="it is done already"):
        review.correct(task="work:1")
    with pytest.raises(UnknownName, match="no task 'nothing'"):
        review.correct(task="nothing")
    with pytest.raises(InvalidAnswers, match="reason: an answer is needed"):
        review.apply(Correct(reason=" "), person("olga"))


# dates and rules ------------------------------------------------------------------------------------------------------


def test_a_date_that_is_not_there_changes_nothing() -> None:
    review = launched()
    outcome = review.apply(Expire(deadline="nothing"), "clock")
    assert (outcome.case, outcome.history) == (outcome.before, ())


def test_a_rule_that_raises_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    review = launched("tasks: {work: {for: contact, opens: busy, form: note, due: {at: opened + 5wd}, remind: [-1wd]}}")

    def broken(*_: object) -> None:
        raise ZeroDivisionError("nothing to divide")

    monkeypatch.setattr(machine, "settle", broken)
    with pytest.raises(RuleFailed, match="The rule of remind:work:1:0 failed: ZeroDivisionError: nothing to divide"):
        review.until("2027-03-06")


def test_a_rule_that_is_stuck_is_the_offices_task_once() -> None:
    review = launched()
    review.apply(RuleStuck(deadline="remind:work:1:0", error="broken"), CLOCK)
    review.apply(RuleStuck(deadline="remind:work:1:0", error="broken"), CLOCK)
    assert (review.open()["stuck:1"], review.task("stuck:1").about) == (("owen",), "remind:work:1:0")


def test_the_clock_only_lets_dates_come_and_only_it_does() -> None:
    review = launched()
    with pytest.raises(NotAllowed, match="the clock only lets dates come"):
        review.apply(Take(transition="finish"), CLOCK)
    with pytest.raises(NotAllowed, match="only the clock does this"):
        review.apply(RuleStuck(deadline="x", error="y"), person("olga"))


# values ---------------------------------------------------------------------------------------------------------------


def test_an_arrow_leads_to_its_target_and_only_from_its_sources() -> None:
    definition = a_definition()
    arrow = definition.transitions["finish"]
    assert step(definition, arrow, "busy") == "over"
    with pytest.raises(Refused, match="it begins in busy"):
        step(definition, arrow, "over")
    with pytest.raises(UnknownName, match="nowhere is no state of the stages of small"):
        step(definition, arrow, "nowhere")


def test_a_step_writes_only_what_it_changed() -> None:
    review = launched(
        "tasks: {work: {for: contact, opens: busy, form: note}, more: {for: office, opens: busy, form: note}}"
    )
    review.submit("work", "carl")
    changes = difference(review.last.before, review.case)
    assert ({name: list(rows) for name, rows in changes.put.items()}, changes.state_changed) == (
        {"tasks": ["work:1"]},
        True,
    )
    same = difference(review.case, review.case)
    assert (same.put, same.dropped, same.state_changed) == ({}, {}, False)
    assert difference(None, review.case).state_changed
    assert (with_head(review.case, 3, (9, "x")).version, moved_by_recalculation(review)) == (3, [])


def test_effects_need_an_event() -> None:
    draft: Draft = a_draft(launched().case, a_definition())
    draft.put("counts", "x", 1)
    with pytest.raises(AssertionError, match="effects without an event"):
        draft.finish()


# history --------------------------------------------------------------------------------------------------------------


def an_event(kind: str) -> Event:
    at = moment("2027-03-01 10:00")
    return Event(kind=kind, name="x", actor=OPERATOR, effective_at=at, recorded_at=at, data={"on": "2027-03-01"})


def test_a_chain_that_is_whole_has_no_problems_and_reads_back_as_it_was_written() -> None:
    rows = seal((0, ""), [an_event("one"), an_event("two")])
    assert verify_chain(rows, (2, rows[-1].hash)) == []
    assert [opened(row.seq, row.hash, row.payload) for row in rows] == list(rows)


def test_whatever_was_changed_in_a_chain_is_found() -> None:
    one, two, three = seal((0, ""), [an_event("one"), an_event("two"), an_event("three")])
    assert verify_chain([one, three]) == [
        "after event 1 comes event 3: there is a gap or a double",
        "event 3 does not fit its hash: its text or the one before it was changed",
    ]
    assert verify_chain([one], (2, two.hash)) == [
        "the case says that event 2 is the last, the history ends with event 1"
    ]
    moved = seal((4, one.hash), [an_event("two")])[0]
    placed = opened(2, moved.hash, moved.payload)
    assert verify_chain([one, placed]) == ["event 2 stands in another place than it was written for"]


def test_a_history_must_begin_with_a_launch() -> None:
    with pytest.raises(ValueError, match="does not begin with the launch"):
        replay(seal((0, ""), [an_event("one")]))
    with pytest.raises(ValueError, match="is empty"):
        replay([])


def test_differences_name_what_is_not_as_the_history_says() -> None:
    review = launched()
    other = launched(at="2027-03-02 10:00")
    found = differences(review.case, other.case)
    assert ("stage_since" in found[0], any(text.startswith("tasks.work:1") for text in found)) == (True, True)


def test_launching_needs_a_known_organisation_only_for_its_name() -> None:
    start = Launch(case="c", cycle="y", subject="host", roles={})
    outcome = machine.launch(a_definition(), start, CLOCK, a_world(), moment("2027-03-01 10:00"))
    assert (outcome.case.roles, outcome.case.stage) == ({}, "busy")


def test_values_become_plain_and_come_back() -> None:
    review = launched(TRACKED).submit("work", "carl", remark="so")
    task = review.task("work")
    assert restore(type(task), plain(task)) == task
    assert (plain(frozenset({"b", "a"})), plain((day("2027-03-01"), None)), plain(1.5)) == (
        ["a", "b"],
        ["2027-03-01", None],
        1.5,
    )
    assert restore(tuple[int, str], [1, "a"]) == (1, "a")
    assert restore(int | str | None, None) is None
    with pytest.raises(TypeError, match="object has no plain form"):
        plain(object())
