"""What follows from a change? `when` as an edge kept, automatic transitions, tracks, bounds, waivers, the end."""

from __future__ import annotations

import pytest

from engine.actions import Take
from engine.conditions import all_lines
from engine.errors import EndlessSettling, InvalidAnswers, Refused, UnknownName
from engine.settling import restore_track
from tests.builders.engine import a_definition, a_draft, a_world, day, launched, promises_broken

VISIT = "dates: {visit: {set_by: [fix], moves: true}}\n"
FIX = "fix: {from: [busy, second], by: office, asks: {day: date}, sets: {visit: chosen.day}}"
STAGES = "stages: {busy: {}, second: {}, over: {end: true}}\n"
FINISH = "finish: {from: second, to: over, by: office}"
WORK = "work: {for: contact, opens: busy, form: ask, due: {at: opened + 10wd}}"


FIXING = f"{VISIT}{STAGES}transitions:\n  {FIX}\n  advance: {{from: busy, to: second, by: office}}\n  {FINISH}"


# when ----------------------------------------------------------------------------------------------------------------


def test_a_transition_happens_when_its_moment_comes() -> None:
    review = launched(f"{STAGES}transitions:\n  advance: {{from: busy, to: second, when: work.done}}\n  {FINISH}")
    assert review.submit("work", "carl").case.stage == "second"
    assert review.happened("transition_taken", "stage_left", "stage_entered") == [
        ("transition_taken", "advance"), ("stage_left", "busy"), ("stage_entered", "second"),
    ]  # fmt: skip


def test_a_dated_moment_that_is_past_at_the_entry_counts_and_an_event_before_it_does_not() -> None:
    text = f"""{VISIT}{STAGES}
transitions:
  {FIX}
  advance: {{from: busy, to: second, by: office}}
  dated: {{from: second, to: over, when: MOMENT}}
  {FINISH}
"""
    review = launched(text.replace("MOMENT", "visit")).take("fix", day="2027-03-03").until("2027-03-10").take("advance")
    assert review.until("2027-03-10").case.stage == "over"
    event = launched(text.replace("MOMENT", "fix")).take("fix", day="2027-03-03").take("advance")
    assert event.case.stage == "second"
    assert event.take("fix", day="2027-03-04").case.stage == "over"


GUARDED = f"""{VISIT}{STAGES}
transitions:
  {FIX}
  advance: {{from: busy, to: second, when: visit, if: [work is done]}}
  back: {{from: second, to: busy, by: office}}
  {FINISH}
tasks: {{{WORK}}}
"""


def test_where_its_lines_fail_it_stays_armed_and_somebody_sees_to_it() -> None:
    review = launched(GUARDED).take("fix", day="2027-03-03").until("2027-03-04")
    assert (review.case.stage, review.open()) == ("busy", {"work:1": ("carl",), "next_step:1": ("owen",)})
    assert review.submit("work", "carl").case.stage == "second"
    assert review.task("next_step:2").about == "stage:second"  # the old one is gone, and here nobody has a task


def test_leaving_its_state_forgets_that_the_moment_came() -> None:
    review = launched(GUARDED).take("fix", day="2027-03-03").until("2027-03-04").submit("work", "carl")
    review.take("back").submit("work", "carl")
    assert review.case.stage == "busy"  # the visit counts again from this entry, as soon as the clock brings it
    assert review.until("2027-03-04 10:01").case.stage == "second"


def test_a_date_that_moves_ahead_again_has_not_come() -> None:
    review = launched(GUARDED).take("fix", day="2027-03-03").until("2027-03-04").take("fix", day="2027-03-20")
    assert review.open() == {"work:1": ("carl",)}
    assert review.submit("work", "carl").case.stage == "busy"
    assert review.ahead("transition") == [("2027-03-20 00:00", "transition:advance:0")]
    assert review.until("2027-03-20").case.stage == "second"


def test_a_due_date_as_a_moment_moves_with_its_term_and_fires_at_the_end_of_its_day() -> None:
    review = launched(f"""{STAGES}
transitions:
  advance: {{from: busy, to: second, when: work.due, if: [work is not done]}}
  {FINISH}
tasks:
  work: {{for: contact, opens: busy, form: note, due: {{at: opened + 3wd}}, extend: {{by: office, at_most: +10wd}}}}
""")
    assert review.ahead("transition") == [("2027-03-04 23:59", "transition:advance:0")]
    review.extend("work", "2027-03-09")
    assert review.ahead("transition") == [("2027-03-09 23:59", "transition:advance:0")]
    assert review.until("2027-03-08").case.stage == "busy"
    assert review.until("2027-03-10").case.stage == "second"


def test_by_and_when_together_are_whichever_comes_first() -> None:
    text = f"{STAGES}transitions:\n  advance: {{from: busy, to: second, by: office, when: work.done}}\n  {FINISH}"
    assert launched(text).take("advance", by="olga").case.stage == "second"
    assert launched(text).submit("work", "carl").case.stage == "second"


def test_the_entry_comes_before_the_moment_of_the_transition() -> None:
    review = launched(f"""{STAGES}
transitions:
  advance: {{from: busy, to: second, by: office}}
  finish: {{from: second, to: over, when: advance}}
""")
    assert review.take("advance").case.stage == "over"


# automatic transitions ------------------------------------------------------------------------------------------------


def test_an_automatic_transition_happens_as_soon_as_its_lines_hold() -> None:
    review = launched(f"""{STAGES}
transitions:
  advance: {{from: busy, to: second, auto: true, if: [work is done, side is ready]}}
  side_on: {{from: side.waiting, to: side.ready, by: office}}
  {FINISH}
tracks: {{side: {{during: [busy], states: [waiting, ready]}}}}
""")
    assert review.take("side_on").case.stage == "busy"
    assert review.submit("work", "carl").case.stage == "second"
    assert review.tracks() == {}


def test_unless_holds_a_transition_back_while_all_its_lines_hold() -> None:
    review = launched("""
transitions:
  down: {from: side.full, to: side.short, auto: true, unless: [2 office seated]}
  up: {from: side.short, to: side.full, auto: true, if: [2 office seated]}
  finish: {from: busy, to: over, by: office, unless: [side is short]}
tracks: {side: {during: [busy], states: [short, full]}}
""")
    assert review.tracks() == {"side": "full"}
    assert review.assign("office", "olga").tracks() == {"side": "short"}
    with pytest.raises(Refused, match="not while side is short"):
        review.take("finish", by="olga")


def test_what_never_comes_to_rest_is_refused_and_nothing_is_changed() -> None:
    review = launched("""
transitions:
  one: {from: side.left, to: side.right, auto: true, if: [on_off is on]}
  two: {from: side.right, to: side.left, auto: true, if: [on_off is on]}
  start: {from: on_off.off, to: on_off.on, by: office}
  finish: {from: busy, to: over, by: office}
tracks:
  side: {during: [busy], states: [left, right]}
  on_off: {during: [busy], states: {off: {en: off}, on: {en: on}}}
""")
    before = review.case
    with pytest.raises(EndlessSettling, match="did not come to rest"):
        review.take("start")
    assert review.case is before


# deeds ----------------------------------------------------------------------------------------------------------------


def test_a_transition_without_a_target_leaves_and_enters_nothing() -> None:
    review = launched(FIXING)
    review.take("fix", day="2027-06-01")
    assert (review.case.stage, review.happened("stage_left"), review.case.counts["fix"]) == ("busy", [], 1)
    assert review.case.moments["visit"].day == day("2027-06-01")


def test_a_deed_is_refused_with_all_its_reasons() -> None:
    review = launched("""
dates: {visit: {set_by: [fix], provisional: case.launched + 12w}}
transitions:
  fix: {from: busy, by: office, asks: {day: date}, if: [work is done, chosen.day >= now + 2w],
        sets: {visit: chosen.day}}
  finish: {from: busy, to: over, by: office}
""")
    with pytest.raises(Refused) as refused:
        review.take("fix", by="olga", day="2027-03-04")
    assert refused.value.reasons == (
        "work is done: it is open", "chosen.day >= now + 2w: 2027-03-04 against 2027-03-15",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({}, "day: an answer is needed (date)"),
        ({"day": "soon"}, "day: a day such as 2027-04-22 is expected, not 'soon'"),
        ({"day": "2027-06-01", "why": "so"}, "why: not asked; asked: day"),
    ],
)
def test_what_a_transition_asks_is_checked(answers: dict[str, str], reason: str) -> None:
    review = launched(FIXING)
    with pytest.raises(InvalidAnswers) as refused:
        review.apply(Take(transition="fix", answers=answers), "olga")
    assert refused.value.reasons == (reason,)


def test_a_transition_begins_where_it_says() -> None:
    review = launched(f"""{STAGES}
transitions:
  advance: {{from: busy, to: second, by: office}}
  ahead: {{from: side.left, to: side.right, by: office}}
  back: {{from: side.right, to: side.left, by: office}}
  {FINISH}
tracks: {{side: {{during: [busy], states: [left, right]}}}}
""")
    with pytest.raises(Refused, match="it begins in second, the case is in busy"):
        review.take("finish")
    with pytest.raises(Refused, match="it begins in right, the case is in side: left"):
        review.take("back")
    with pytest.raises(UnknownName, match="has no transition 'nothing'"):
        review.take("nothing")
    with pytest.raises(Refused, match="it begins in left, the case is in side: not begun"):
        review.take("advance").take("ahead")


def test_times_bounds_a_loop_over_the_life_of_the_case() -> None:
    review = (
        launched(f"""{STAGES}
transitions:
  advance: {{from: busy, to: second, by: office}}
  back: {{from: second, to: busy, by: office, times: 1}}
  {FINISH}
""")
        .take("advance")
        .take("back")
        .take("advance")
    )
    with pytest.raises(Refused, match="used 1 of 1"):
        review.take("back")


def test_until_bounds_a_loop_by_a_day() -> None:
    text = (
        f"{VISIT}{STAGES}"
        + f"""
transitions:
  {FIX}
  advance: {{from: busy, to: second, by: office, until: visit}}
  {FINISH}
"""
    )
    assert launched(text).take("fix", day="2027-03-03").until("2027-03-03 23:00").take("advance").case.stage == "second"
    with pytest.raises(Refused, match="this was possible until a day that is over"):
        launched(text).take("fix", day="2027-03-03").until("2027-03-04 01:00").take("advance")


def test_a_fact_of_an_answer_can_set_a_date() -> None:
    review = launched(
        a_definition(
            f"""{STAGES}
dates: {{sent: {{set_by: [advance]}}}}
transitions:
  advance: {{from: busy, to: second, when: work.done, sets: {{sent: work.sent_on}}}}
  {FINISH}
tasks: {{{WORK}}}
""",
            ask="{sent_on: {type: date}}",
        )
    )
    review.submit("work", "carl", sent_on="2027-02-25")
    assert review.case.moments["sent"].day == day("2027-02-25")


# consent --------------------------------------------------------------------------------------------------------------

BOTH = f"""{STAGES}
transitions:
  both: {{from: busy, to: over, by_all: [contact, office], asks: {{reason: text}}}}
  advance: {{from: busy, to: second, by: office}}
  {FINISH}
"""


def test_where_all_must_want_it_each_says_so_once() -> None:
    review = launched(BOTH).take("both", by="carl", reason="no")
    assert (review.case.stage, review.open()) == ("busy", {"work:1": ("carl",), "next_step:1": ("owen",)})
    assert review.take("both", by="carl", reason="no").case.stage == "busy"
    assert review.take("both", by="olga", reason="no").case.stage == "over"
    assert review.case.closed


def test_consent_to_a_step_that_cannot_be_taken_any_more_is_forgotten() -> None:
    review = launched(BOTH).take("both", by="carl", reason="no").take("advance")
    assert [key for key in review.case.moments if key.startswith("consent:")] == []
    assert review.take("finish").case.closed


# waivers --------------------------------------------------------------------------------------------------------------

WAIVABLE = f"""{STAGES}
conditions: {{ready: [work is done, {{that: 3 office seated, waive: office}}]}}
transitions:
  advance: {{from: busy, to: second, by: [office, contact], if: [ready]}}
  back: {{from: second, to: busy, by: office}}
  shut: {{from: side.left, to: side.right, auto: true, if: [{{that: 3 office seated, waive: office}}]}}
  open_up: {{from: side.right, to: side.left, by: office}}
  {FINISH}
tracks: {{side: {{during: [busy, second], states: [left, right]}}}}
"""


def test_a_line_of_a_named_condition_is_set_aside_by_who_may_and_only_that_line() -> None:
    review = launched(WAIVABLE)
    aside = {"3 office seated": "no third", "work is done": "no time"}
    with pytest.raises(Refused) as refused:
        review.take("advance", by="olga", waive=aside)
    assert refused.value.reasons == ("work is done: it is open",)
    review.submit("work", "carl")
    with pytest.raises(Refused, match=r"3 office seated: 2 of 3 \(can be waived by office\)"):
        review.take("advance", by="carl", waive=aside)
    assert review.take("advance", by="olga", waive=aside).case.stage == "second"


def test_a_line_behind_two_names_is_set_aside_and_one_behind_a_waivable_name_goes_with_it() -> None:
    nested = WAIVABLE.replace("conditions: {", "conditions: {outer: [ready], ").replace("if: [ready]", "if: [outer]")
    review = launched(nested)
    found = list(all_lines(review.definition, review.definition.transitions["advance"].condition))
    assert [line.text for line in found] == ["outer", "ready", "work is done", "3 office seated"]
    review.submit("work", "carl").waive("3 office seated", "busy")
    assert review.take("advance", by="olga").case.stage == "second"
    whole = launched(nested.replace("outer: [ready]", "outer: [{that: ready, waive: office}]")).definition
    found = list(all_lines(whole, whole.transitions["advance"].condition))
    assert [line.text for line in found] == ["outer", "ready"]


def test_a_waiver_holds_until_its_state_is_left() -> None:
    review = launched(WAIVABLE).submit("work", "carl")
    review.waive("3 office seated", "busy").take("advance", by="olga").take("back").submit("work", "carl")
    with pytest.raises(Refused, match="3 office seated"):
        review.take("advance", by="olga")


def test_a_waiver_lets_an_automatic_transition_of_a_track_go_once() -> None:
    review = launched(WAIVABLE).waive("3 office seated", "side.left")
    assert review.tracks() == {"side": "right"}
    assert review.take("open_up").tracks() == {"side": "left"}
    assert review.waive("3 office seated", "left").tracks() == {"side": "right"}


def test_a_line_that_nobody_may_set_aside_stays() -> None:
    review = launched(WAIVABLE)
    with pytest.raises(Refused, match="nobody may"):
        review.waive("work is done", "busy")
    with pytest.raises(UnknownName, match="asks for 'something'"):
        review.waive("something", "busy")


# tracks ---------------------------------------------------------------------------------------------------------------

KEEPING = f"""{STAGES}
transitions:
  advance: {{from: busy, to: second, by: office}}
  back: {{from: second, to: busy, by: office}}
  go: {{from: side.left, to: side.right, by: office}}
  {FINISH}
tracks: {{side: {{during: [busy], states: [left, right]KEEPS}}}}
tasks: {{work: {{for: contact, opens: side.right, form: note, due: {{at: opened + 5wd}}}}}}
"""


def test_a_track_ends_with_its_stages_and_begins_again_at_its_first_state() -> None:
    review = launched(KEEPING.replace("KEEPS", "")).take("go").take("advance")
    assert review.tracks() == {}
    assert review.take("back").tracks() == {"side": "left"}


def test_a_track_that_keeps_goes_on_where_it_was_and_that_is_no_entry() -> None:
    review = launched(KEEPING.replace("KEEPS", ", keeps: true")).take("go").submit("work", "carl").take("advance")
    review.take("back")
    assert (review.tracks(), review.case.counts["side.right"]) == ({"side": "right"}, 1)
    assert [task.key for task in review.case.tasks.values() if task.name == "work"] == ["work:1"]


# the end --------------------------------------------------------------------------------------------------------------


def test_an_end_stage_is_not_a_closed_case_while_a_track_or_a_task_is_open() -> None:
    review = launched("""
transitions:
  finish: {from: busy, to: over, by: office}
  settle: {from: after.open, to: after.settled, by: office}
tracks: {after: {during: [over], keeps: true, states: {open: {en: o}, settled: {en: s}}}}
tasks:
  work: {for: contact, opens: busy, form: note, due: {at: opened + 5wd}}
  letter: {for: office, opens: over, form: note, due: {at: opened + 5wd}}
  survey: {for: contact, opens: over, form: note, due: {at: opened + 5wd}, optional: true}
""").take("finish")
    assert (review.case.outcome, review.case.closed) == ("over", False)
    assert not review.take("settle").case.closed
    assert review.submit("letter", "olga").case.closed
    assert review.open() == {"survey:1": ("carl",)}


TERM = """
deadlines: {term: {at: over + 3w}}
stages: {busy: {}, over: {end: true}, final: {end: true}}
transitions: {finish: {from: busy, to: over, by: office}, settled: {from: over, to: final, when: term}}
"""


def test_an_end_stage_is_not_a_closed_case_while_a_deadline_leads_out_of_it() -> None:
    review = launched(TERM).submit("work").take("finish")
    assert (review.case.stage, review.case.outcome, review.case.closed) == ("over", "over", False)
    assert promises_broken(review) == []
    review.until("2027-03-23")
    assert (review.case.stage, review.case.closed) == ("final", True)


def test_a_deadline_for_which_nothing_waits_keeps_no_case_open() -> None:
    notice = TERM.replace("when: term", "by: office") + "notices: {told: {when: term, to: contact}}\n"
    assert launched(notice).submit("work").take("finish").case.closed


def test_a_correction_reopens_a_closed_case() -> None:
    review = launched().take("finish")
    assert review.case.closed
    assert review.correct("busy").open() == {"work:2": ("carl",)}
    assert (review.case.closed, review.case.outcome, promises_broken(review)) == (False, None, [])


def test_the_rubric_is_pinned_at_its_moment() -> None:
    review = launched(f"""{STAGES}rubric: {{file: small, pinned: second}}
transitions:
  advance: {{from: busy, to: second, by: office}}
  {FINISH}
""").take("advance")
    assert (review.case.rubric, review.case.rows) == ("small", ("one", "two"))


def test_a_restored_track_is_no_entry() -> None:
    review = launched(KEEPING.replace("KEEPS", "")).take("go")
    draft = a_draft(review.case, review.definition, a_world())
    draft.emit("tried", "side")
    restore_track(draft, "side", "left")
    assert (draft.tracks["side"].state, draft.counts.get("side.left")) == ("left", 1)
