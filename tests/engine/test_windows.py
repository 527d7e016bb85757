"""Who hears that a date lies outside its window, since the day from which the window counts has moved?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from engine.errors import Refused
from engine.windows import Outside, outside, outside_ahead, setters
from tests.builders.engine import Review, a_definition, a_draft, day, launched, local_text

LINKED = """
dates:
  visit: {set_by: [fix, both], provisional: case.launched + 8w, says: {en: Visit}}
  talk: {set_by: [settle, both], window: visit + 2w .. visit + 6w, says: {en: Talk}}
transitions:
  fix: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day}}
  settle: {from: busy, by: [office, owner], asks: {day: date}, sets: {talk: chosen.day}}
  both:
    {from: busy, by: office, asks: {one: {type: date, says: {en: One}}, two: {type: date, says: {en: Two}}},
     sets: {visit: chosen.one, talk: chosen.two}}
  go: {from: busy, to: later, by: office}
  finish: {from: [busy, later], to: over, by: office}
stages: {busy: {}, later: {}, over: {end: true}}
"""
LINE = "chosen.day between visit + 2w and visit + 6w"


def fixed(text: str = LINKED) -> Review:
    """The visit on Monday 3 May, the talk three weeks later: it may be from 17 May to 14 June."""
    review = launched(text).take("fix", day="2027-05-03")
    return review.take("settle", day="2027-05-24")


def lies(review: Review) -> list[tuple[str, str, str, str]]:
    found = outside(a_draft(review.case, review.definition, review.world, local_text(review.now)))
    return [(each.name, str(each.day), str(each.first), str(each.last)) for each in found]


OUT = [("talk", "2027-05-24", "2027-06-14", "2027-07-12")]  # the visit is on 31 May
ASKED = {"outside_window:1": ("owen",)}


def asked(review: Review) -> dict[str, tuple[str, ...]]:
    return {key: who for key, who in review.open().items() if key.startswith("outside_window")}


def test_who_answers_for_the_case_is_asked_for_another_day_until_there_is_one() -> None:
    review = fixed()
    assert (lies(review), asked(review)) == ([], {})
    review.take("fix", day="2027-05-31")
    assert (lies(review), asked(review)) == (OUT, ASKED)
    assert review.case.moments["talk"].day == day("2027-05-24")
    assert (review.task("outside_window").about, review.due("outside_window")) == ("window:talk", "2027-03-08")
    assert review.told() == [("opened", "owen")]
    review.take("settle", day="2027-06-14")
    assert (lies(review), asked(review)) == ([], {})


def test_it_is_over_as_well_when_the_first_date_moves_back() -> None:
    review = fixed().take("fix", day="2027-05-31").take("fix", day="2027-05-10")
    assert (lies(review), asked(review)) == ([], {})


def test_a_date_that_was_set_outside_on_purpose_is_asked_for_once_the_window_moves_again() -> None:
    review = launched(LINKED).take("fix", day="2027-05-03")
    review.take("settle", "owen", waive={LINE: "agreed"}, day="2027-07-01")
    assert (lies(review), asked(review)) == ([], {})
    assert lies(review.take("go")) == []  # what was waived in a state that is left
    review = launched(LINKED).take("fix", day="2027-05-03")
    review.take("settle", "owen", waive={LINE: "agreed"}, day="2027-07-01").take("fix", day="2027-05-04")
    assert (lies(review), asked(review)) == ([("talk", "2027-07-01", "2027-05-18", "2027-06-15")], ASKED)


def test_one_deed_that_moves_both_compares_the_days_that_it_sets() -> None:
    review = fixed().take("both", one="2027-08-02", two="2027-08-16")
    assert (lies(review), asked(review)) == ([], {})
    with pytest.raises(Refused, match="2027-08-15 is not between 2027-08-16 and 2027-09-13"):
        review.take("both", one="2027-08-02", two="2027-08-15")


def test_a_case_that_goes_on_with_two_new_days_compares_these() -> None:
    review = fixed(LINKED + "pause: {by: office}\n").pause("2027-07-01")
    with pytest.raises(Refused, match="2027-08-15 is not between 2027-08-16 and 2027-09-13"):
        review.resume(visit="2027-08-02", talk="2027-08-15")
    review.resume(visit="2027-08-02", talk="2027-08-16")
    assert (lies(review), asked(review)) == ([], {})
    review.pause("2027-07-01").resume(visit="2027-05-03")
    assert (lies(review), asked(review)) == ([("talk", "2027-08-16", "2027-05-17", "2027-06-14")], ASKED)


def test_a_window_that_counts_from_a_provisional_day_says_nothing_yet() -> None:
    review = launched(LINKED).take("settle", day="2027-05-24")  # the visit is on 26 April, provisionally
    assert lies(review) == []
    assert lies(review.take("fix", day="2027-05-31")) == OUT


def test_what_is_past_is_told_and_not_asked_and_a_case_that_ended_has_nothing_to_set() -> None:
    review = fixed().until("2027-05-25").take("fix", day="2027-05-31")
    assert (lies(review), asked(review)) == (OUT, {})
    draft = a_draft(review.case, review.definition, review.world, "2027-05-25")
    assert list(outside_ahead(draft)) == []
    on_the_day = a_draft(review.case, review.definition, review.world, "2027-05-24")
    assert [each.name for each in outside_ahead(on_the_day)] == ["talk"]
    review = fixed().take("fix", day="2027-05-31").take("finish")
    assert (lies(review), asked(review)) == ([], {})


def test_a_move_to_another_version_compares_anew_and_keeps_what_is_meant_under_another_name() -> None:
    to = LINKED.replace("talk", "meeting") + "\nversion: 2\nreplaces: {version: 1, as: {talk: meeting}}"
    wide = a_definition(to)
    review = fixed().take("fix", day="2027-05-31").move_version(wide)
    assert review.task("outside_window").about == "window:meeting"
    review = launched(LINKED).take("fix", day="2027-05-03")
    review.take("settle", "owen", waive={LINE: "agreed"}, day="2027-07-01").move_version(wide)
    assert (lies(review), asked(review)) == ([], {})
    narrow = a_definition(LINKED.replace("visit + 2w ..", "visit + 4w ..") + "\nversion: 2\nreplaces: {version: 1}")
    review = fixed().move_version(narrow)
    assert (lies(review), asked(review)) == ([("talk", "2027-05-24", "2027-05-31", "2027-06-14")], ASKED)


BY_TASK = """
dates:
  visit: {set_by: fix, says: {en: Visit}}
  talk: {set_by: [settle, agree], window: visit + 2w .. visit + 6w, says: {en: Talk}}
transitions:
  fix: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day}}
  settle: {from: busy, by: office, asks: {day: date}, sets: {talk: chosen.day}, times: 1}
  agree: {from: day.asking, to: day.agreed, when: propose.done, sets: {talk: propose.day}}
  go: {from: busy, to: later, by: office}
  finish: {from: [busy, later], to: over, by: office}
stages: {busy: {}, later: {}, over: {end: true}}
tracks: {day: {during: [busy], states: [asking, agreed]}}
tasks: {propose: {for: contact, opens: fix, form: proposal, due: {at: opened + 10wd}}}
"""


def test_what_sets_it_anew_is_what_somebody_can_do_as_the_case_stands() -> None:
    definition = a_definition(BY_TASK, proposal="{day: {type: date}}")

    def names(review: Review) -> list[str]:
        found = setters(a_draft(review.case, review.definition, review.world), "talk")
        return [each.name for each in found]

    review = launched(definition).take("fix", day="2027-05-03")
    assert names(review) == ["propose", "settle"]
    review.take("settle", day="2027-05-24")
    assert names(review) == ["propose"]
    assert names(review.submit("propose", "carl", day="2027-05-25")) == []
    assert names(launched(definition).take("fix", day="2027-05-03").take("go")) == []


DAYS = some.integers(0, 120)


@given(some.lists(some.tuples(some.sampled_from(["fix", "settle"]), DAYS), max_size=6))
def test_the_question_stands_exactly_as_long_as_the_date_lies_outside(deeds: list[tuple[str, int]]) -> None:
    review = fixed()
    for name, ahead in deeds:
        on = day("2027-04-01").toordinal() + ahead
        try:
            review.take(name, day=type(day("2027-04-01")).fromordinal(on))
        except Refused:
            assert name == "settle"
        visit, talk = (review.case.moments[each].day for each in ("visit", "talk"))
        fits = visit is not None and talk is not None and 14 <= (talk - visit).days <= 42
        assert (not fits, not fits) == (bool(asked(review)), bool(lies(review)))


def test_an_outside_date_says_its_day_and_window() -> None:
    review = fixed().take("fix", day="2027-05-31")
    (found,) = outside(a_draft(review.case, review.definition, review.world))
    assert found == Outside(name="talk", day=day("2027-05-24"), first=day("2027-06-14"), last=day("2027-07-12"))
