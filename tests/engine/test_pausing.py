"""How do the clocks of a case stop, and run again? Terms from events get time back, those from dates follow."""

from __future__ import annotations

import pytest

from engine.actions import Expire, PauseCase, ResumeCase
from engine.errors import Refused, UnknownName
from tests.builders.engine import a_definition, day, launched, person

TEXT = """
dates: {visit: {set_by: [fix], moves: true}}
stages: {busy: {}, second: {}, over: {end: true}, stopped: {end: true}}
transitions:
  fix: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day}}
  advance: {from: busy, to: second, by: office}
  lapse: {from: busy, to: over, when: case.launched + 4w}
  finish: {from: second, to: over, by: office}
  stop: {from: any, to: stopped, by: office}
pause: {by: office, asks: {reason: text, until: date}}
deadlines: {law: {at: case.launched + 3w, clock: runs}}
tasks:
  counted: {for: contact, opens: busy, form: note, due: {at: opened + 5wd}, silence: nothing, remind: [-1wd]}
  weeks: {for: contact, opens: busy, form: note, due: {at: opened + 2w}}
  dated: {for: contact, opens: busy, form: note, due: {at: visit - 2w}}
  runs: {for: contact, opens: busy, form: note, due: {at: opened + 6wd, clock: runs}, silence: nothing}
  bound: {for: contact, opens: busy, form: note, due: {at: opened + 5wd, not_after: visit - 2w}}
  soon: {for: contact, opens: case.launched + 7wd, form: note, due: {at: opened + 9wd}}
notices: {halted: {when: case.paused, to: contact}, again: {when: case.resumed, to: open_assignees}}
"""


def test_a_case_that_has_ended_is_not_paused() -> None:
    review = launched(TEXT).take("stop")
    with pytest.raises(Refused, match="Can't pause the case: the case has ended"):
        review.pause("2027-03-20")
    assert (review.case.closed, review.case.paused, review.open()) == (True, None, {})


def test_while_a_case_is_paused_only_few_deeds_are_possible() -> None:
    review = launched(TEXT).pause("2027-03-20")
    assert review.told() == [("halted", "carl")]
    with pytest.raises(Refused, match="the case is paused until 2027-03-20: resume it first"):
        review.submit("counted", "carl")
    assert review.correct("second").case.stage == "second"
    assert review.take("stop").case.closed
    assert (review.case.paused, review.ahead()) == (None, [])


def test_no_date_fires_but_those_whose_clock_runs() -> None:
    review = launched(TEXT).pause("2027-04-20").until("2027-03-15")
    assert (review.task("counted").state, review.task("runs").state) == ("open", "expired")
    row = review.case.deadlines["close:counted:1:0"]
    with pytest.raises(Refused, match="the case is paused"):
        review.apply(Expire(deadline=row.key), "clock")


def test_terms_counted_from_an_event_get_the_time_back_in_their_own_unit() -> None:
    review = launched(TEXT).take("fix", day="2027-06-01").until("2027-03-03").pause("2027-03-20")
    review.until("2027-03-10").resume()
    assert {name: review.due(name) for name in ("counted", "weeks", "dated", "runs", "bound")} == {
        "counted": "2027-03-15",  # five working days later
        "weeks": "2027-03-22",  # seven days later
        "dated": "2027-05-18",  # follows its date
        "runs": "2027-03-09",  # never stopped
        "bound": "2027-03-15",
    }
    assert review.closes("counted") == "2027-03-15"
    assert review.told() == [("again", "carl")]
    assert review.ahead("remind", "close", "open", "transition") == [
        ("2027-03-12 09:00", "remind:counted:1:0"),
        ("2027-03-15 23:59", "close:counted:1:0"),
        ("2027-03-17 00:00", "open:soon:0"),  # 10 March, and five working days
        ("2027-04-05 00:00", "transition:lapse:0"),  # 29 March, and seven days
    ]


def test_two_pauses_are_given_back_both_and_one_before_the_anchor_is_not() -> None:
    review = launched(TEXT).until("2027-03-02").pause("2027-03-20").until("2027-03-04").resume()
    review.until("2027-03-08").pause("2027-03-20").until("2027-03-09").resume()
    assert (review.due("weeks"), review.ahead("transition")) == (
        "2027-03-18", [("2027-04-01 00:00", "transition:lapse:0")],
    )  # fmt: skip
    review.correct("second").correct("busy")
    assert review.due("weeks:2") == "2027-03-23"


def test_a_bound_by_a_date_still_holds_and_the_squeezed_date_asks_the_owner() -> None:
    review = launched(TEXT).take("fix", day="2027-03-23").until("2027-03-03").pause("2027-03-20")
    found = review.until("2027-03-10").resume().task("bound").due
    assert found is not None
    assert (str(found.day), found.squeezed) == ("2027-03-09", True)
    asked = [task.about for task in review.case.tasks.values() if task.name == "missing_date" and task.is_open]
    assert asked == ["date:bound"]


def test_a_pinned_date_gets_nothing_back() -> None:
    review = launched(TEXT).pin("counted", "2027-03-11").pause("2027-03-20").until("2027-03-09").resume()
    assert review.due("counted") == "2027-03-11"


def test_resuming_asks_a_new_day_for_a_date_that_has_passed() -> None:
    review = launched(TEXT).take("fix", day="2027-03-08").pause("2027-03-20").until("2027-03-10")
    with pytest.raises(Refused, match="visit has passed: give it a new day"):
        review.resume()
    with pytest.raises(UnknownName, match="no date 'nothing'"):
        review.resume(visit="2027-06-01", nothing="2027-06-01")
    assert review.resume(visit="2027-06-01").due("dated") == "2027-05-18"


def test_when_the_day_of_the_pause_comes_who_paused_resumes_or_sets_another_day() -> None:
    review = launched(TEXT).pause("2027-03-20", by="otto").until("2027-03-21")
    assert review.open()["resume:1"] == ("otto",)
    assert review.ahead("resume") == []
    review.pause("2027-04-02", by="otto")
    assert (review.task("resume").state, review.ahead("resume")) == (
        "done", [("2027-04-02 23:59", "resume:case:0")],
    )  # fmt: skip
    assert review.case.paused is not None
    assert (review.case.paused.until, review.case.paused.since.date()) == (day("2027-04-02"), day("2027-03-01"))
    review.until("2027-04-03").resume(by="olga")
    assert review.task("resume:2").state == "done"
    assert review.happened("resumed") == [("resumed", "busy")]


def test_why_a_case_cannot_be_paused_or_resumed() -> None:
    review = launched(TEXT)
    with pytest.raises(Refused, match="2027-03-01 is not ahead"):
        review.pause("2027-03-01")
    with pytest.raises(Refused, match="the case is not paused"):
        review.resume()
    with pytest.raises(Refused, match="its process knows no pause"):
        launched().pause("2027-04-01")
    short = launched(a_definition(TEXT.replace("until: date}}", "until: date}, at_most: 4w}")))
    with pytest.raises(Refused, match="at most"):
        short.apply(PauseCase(reason="ill", until=day("2027-04-20")), person("olga"))


def test_a_new_day_is_asked_what_the_transition_asks_that_sets_it() -> None:
    asks = "sets: {visit: chosen.day}, if: [{that: chosen.day >= now + 4w, waive: office}]}"
    text = TEXT.replace("sets: {visit: chosen.day}}", asks)
    review = launched(a_definition(text)).take("fix", day="2027-04-08").pause("2027-05-10").until("2027-05-10")
    with pytest.raises(Refused) as refused:
        review.resume(visit="2027-05-11")
    (reason,) = refused.value.reasons
    assert reason.startswith("visit on 2027-05-11: chosen.day >= now + 4w: ")
    assert reason.endswith("(can be waived by office)")
    action = ResumeCase(dates={"visit": day("2027-05-11")}, waive={"chosen.day >= now + 4w": "agreed"})
    review.apply(action, person("olga"))
    assert review.case.moments["visit"].day == day("2027-05-11")
    assert [each.reason for each in review.case.waivers.values()] == ["agreed"]
