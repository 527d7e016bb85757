"""How is a single due date changed by hand? Extensions before and after the date, what stands in the way, pins."""

from __future__ import annotations

import pytest

from engine.errors import Refused, UnknownName
from tests.builders.engine import launched, promises_broken

WAITS = """
dates: {visit: {set_by: [fix]}}
transitions:
  fix: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day}}
  finish: {from: busy, to: over, by: office}
tasks:
  work:
    for: contact
    opens: busy
    form: note
    due: {at: opened + 5wd}
    remind: [-1wd]
    extend: {by: office, at_most: +10wd, times: 1, not_after: visit - 1w}
  other: {for: contact, opens: busy, form: note, due: {at: opened + 5wd}}
"""


def test_an_extension_gives_a_later_date_new_reminders_and_a_new_term() -> None:
    review = launched(WAITS).until("2027-03-09").extend("work", "2027-03-15")
    task = review.task("work")
    assert (review.due("work"), task.term, task.extensions) == ("2027-03-15", 2, 1)
    assert review.ahead("remind") == [("2027-03-12 09:00", "remind:work:1:0")]
    assert review.told() == [("extended", "carl")]


def test_an_extension_is_refused_with_all_its_reasons() -> None:
    review = launched(WAITS).take("fix", day="2027-03-24").extend("work", "2027-03-12")
    with pytest.raises(Refused) as refused:
        review.extend("work", "2027-04-20")
    assert refused.value.reasons == (
        "it was extended 1 of 1 times",
        "at most +10wd, that is until 2027-03-26",
        "not after 2027-03-17 (visit - 1w)",
    )
    with pytest.raises(Refused, match="it is due on 2027-03-12 already"):
        review.extend("work", "2027-03-12")
    with pytest.raises(Refused, match="allows no extension of it"):
        review.extend("other", "2027-03-12")
    with pytest.raises(UnknownName, match="no task 'nothing'"):
        review.extend("nothing", "2027-03-12")
    with pytest.raises(Refused, match="it is done"):
        review.submit("work", "carl").extend("work:1", "2027-03-30")


def test_a_day_that_is_past_is_no_extension() -> None:
    review = launched(WAITS).until("2027-03-20")
    with pytest.raises(Refused, match="2027-03-10 is past"):
        review.extend("work", "2027-03-10")


def test_an_extension_is_over_when_the_named_day_is_given_anew() -> None:
    dated = WAITS.replace("due: {at: opened + 5wd}\n    remind", "due: {at: visit - 2w}\n    remind")
    review = launched(dated).take("fix", day="2027-04-01").extend("work", "2027-03-25")
    assert review.due("work") == "2027-03-25"
    assert review.take("fix", day="2027-05-04").due("work") == "2027-04-20"


def test_a_pin_sets_a_date_that_stays() -> None:
    review = launched(WAITS).pin("work", "2027-03-30")
    found = review.task("work").due
    assert found is not None
    assert (str(found.day), found.pinned, review.told()) == ("2027-03-30", "agreed", [("extended", "carl")])
    assert review.recalculate().due("work") == "2027-03-30"
    with pytest.raises(Refused, match="nothing is not open"):
        review.pin("nothing", "2027-03-30")


# after the date -------------------------------------------------------------------------------------------------------

SILENT = """
stages: {busy: {}, second: {}, third: {}, over: {end: true}}
transitions:
  answered: {from: busy, to: second, when: work.done}
  silent: {from: busy, to: third, when: work.expired}
  back: {from: third, to: busy, by: office}
  further: {from: [second, third], to: over, by: office}
tasks:
  work:
    for: contact
    opens: busy
    form: note
    due: {at: opened + 5wd}
    silence: nothing
    extend: {by: office, at_most: +10wd, times: 1}
  beside: {for: contact, opens: busy, form: note, due: {at: opened + 9wd}}
  letter: {for: office, opens: third, form: note, due: {at: opened + 5wd}}
"""


def test_an_extension_after_the_date_takes_back_what_the_silence_did() -> None:
    review = launched(SILENT).until("2027-03-09")
    assert (review.case.stage, review.open()) == ("third", {"letter:1": ("olga", "otto")})
    review.extend("work", "2027-03-15")
    assert review.case.stage == "busy"
    assert review.open() == {"work:1": ("carl",), "beside:1": ("carl",)}
    assert (review.due("work"), review.case.counts, promises_broken(review)) == (
        "2027-03-15", {"busy": 1, "third": 0, "silent": 0}, [],
    )  # fmt: skip
    assert [withdrawn.task for withdrawn in review.last.withdrawals] == ["letter:1"]
    assert review.submit("work", "carl").case.stage == "second"


def test_it_is_refused_where_something_that_the_silence_opened_is_done() -> None:
    review = launched(SILENT).until("2027-03-09").submit("letter", "olga")
    with pytest.raises(Refused) as refused:
        review.extend("work", "2027-03-15")
    assert refused.value.reasons == ("letter:1, which it opened, is done", "a correction by hand remains possible")


def test_it_is_refused_where_the_case_has_gone_on() -> None:
    review = launched(SILENT).until("2027-03-09").take("further")
    with pytest.raises(Refused, match="the case has gone on to over"):
        review.extend("work", "2027-03-15")
    corrected = launched(SILENT).until("2027-03-09").correct("third")
    with pytest.raises(Refused, match="the case has gone on to third"):
        corrected.extend("work", "2027-03-15")


def test_it_is_refused_where_a_tell_of_it_was_sent() -> None:
    review = launched(SILENT + "notices: {nobody_answered: {when: third, to: contact}}").until("2027-03-09")
    with pytest.raises(Refused, match="nobody_answered was sent"):
        review.extend("work", "2027-03-15")


def test_it_is_refused_where_a_track_has_ended_with_the_stage() -> None:
    review = launched(SILENT + "tracks: {side: {during: [busy], states: [left]}}").until("2027-03-09")
    with pytest.raises(Refused, match="side has ended with busy"):
        review.extend("work", "2027-03-15")


def test_it_is_refused_where_it_cannot_be_told_where_the_way_began() -> None:
    text = SILENT.replace("silent: {from: busy,", "silent: {from: [busy, second],").replace(
        "    silence: nothing\n", "    silence: nothing\n    until: over\n"
    )
    review = launched(text).until("2027-03-09")
    with pytest.raises(Refused, match="it cannot be told where silent began"):
        review.extend("work", "2027-03-15")


TRACK = """
transitions:
  silent: {from: side.asked, to: side.given_up, when: work.expired}
  again: {from: side.given_up, to: side.asked, by: office}
  finish: {from: busy, to: over, by: office}
tracks: {side: {during: [busy], states: [asked, given_up]}}
tasks:
  work: {for: contact, opens: side.asked, form: note, due: {at: opened + 5wd}, silence: nothing,
         extend: {by: office, at_most: +10wd}}
"""


def test_a_track_goes_back_as_well() -> None:
    review = launched(TRACK).until("2027-03-09")
    assert review.tracks() == {"side": "given_up"}
    review.extend("work", "2027-03-15")
    assert (review.tracks(), review.open()) == ({"side": "asked"}, {"work:1": ("carl",)})


def test_a_track_that_has_gone_on_does_not() -> None:
    text = TRACK.replace("again: {from: side.given_up, to: side.asked", "again: {from: side.given_up, to: side.gone")
    review = launched(text.replace("given_up]", "given_up, gone]")).until("2027-03-09").take("again")
    with pytest.raises(Refused, match="side has gone on"):
        review.extend("work:1", "2027-03-15")


def test_one_of_several_that_ran_out_is_simply_open_again() -> None:
    review = (
        launched("""
tasks:
  work: {each: office, opens: busy, form: note, due: {at: opened + 5wd}, silence: nothing,
         extend: {by: office, at_most: +10wd}}
""")
        .pin("work:1@olga", "2027-03-30")
        .until("2027-03-09")
    )
    assert (review.task("work:1@otto").state, "work.expired" in review.case.moments) == ("expired", False)
    assert review.extend("work:1@otto", "2027-03-15").task("work:1@otto").state == "open"
