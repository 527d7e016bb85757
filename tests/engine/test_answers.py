"""Do answers and facts of the subject count where a definition names them? As amounts, days, words and numbers."""

from __future__ import annotations

import pytest

from engine import answers
from engine.errors import InvalidAnswers, Refused
from engine.world import Organisation
from tests.builders.engine import Review, a_definition, a_world, launched, promises_broken
from tests.workflows.builders import errors

FORM = """{weeks: {type: number}, day1: {type: date}, kind: {type: choice, choices: [easy, hard, long], many: true},
  rows: {type: rows, columns: {q: {type: text}}}, who: {type: person, of: office, many: true}}"""


def a_case(text: str, facts: dict[str, str | int] | None = None) -> Review:
    """A case with `work`, whose form asks five things, and what the text says beside it."""
    host = Organisation(id="host", name="Host", region="middle", sector="vo", facts=facts or {})
    work = "tasks: {work: {for: contact, opens: busy, form: asked}"
    whole = text.replace("tasks: {", f"{work}, ") if "tasks: {" in text else f"{work}}}\n{text}"
    return launched(a_definition(whole, asked=FORM), world=a_world(host=host))


NEXT = "tasks: {later: {for: contact, opens: work.done, form: note, due: {at: %s}}}"
PANEL = """
dates: {visit: {else: asked_at_launch}}
seats: {peer: {count: 0..3}}
invitations: {form: answer, due: {at: invited + 5wd}}
conditions: {one_peer: [1 peer seated], two_peers: [2 peer seated]}
"""
WAITS = "transitions: {finish: {from: busy, to: over, by: office, if: [%s]}}"


def test_a_number_that_was_answered_is_how_far_a_date_is_counted() -> None:
    review = a_case(NEXT % "opened + work.weeks w").submit("work", weeks="3")
    assert review.due("later") == "2027-03-22"


@pytest.mark.parametrize("answer", [{}, {"weeks": "1000000000"}])
def test_an_amount_that_is_not_known_gives_no_date_and_the_owner_is_asked(answer: dict[str, str]) -> None:
    review = a_case(NEXT % "opened + work.weeks w").submit("work", **answer)
    assert review.due("later") is None
    assert review.open() == {"later:1": ("carl",), "missing_date:1": ("owen",)}


def test_an_amount_may_be_a_fact_of_the_subject() -> None:
    text = NEXT % "opened + subject.weeks w"
    assert a_case(text, facts={"weeks": 2}).submit("work").due("later") == "2027-03-15"
    assert a_case(text, facts={"weeks": "many"}).submit("work").due("later") is None


def test_a_day_that_was_answered_is_an_anchor_and_moves_what_counts_from_it() -> None:
    text = (
        "tasks: {note: {for: contact, opens: busy, form: note, due: {at: work.day1 + 2w}},"
        " meet: {for: office, opens: work.day1, form: note, due: {at: opened + 1w}}}"
    )
    review = a_case(text)
    assert review.due("note") is None
    review.submit("work", day1="2027-03-10")
    assert review.due("note") == "2027-03-24"
    assert "meet:1" not in review.open()
    review.until("2027-03-10")
    assert "meet:1" in review.open()
    assert promises_broken(review) == []


def test_a_day_that_was_answered_compares_with_others() -> None:
    review = a_case(WAITS % "work.day1 >= now + 1w").submit("work", day1="2027-03-10")
    assert review.take("finish", "olga").case.stage == "over"


@pytest.mark.parametrize(
    ("line", "stage"),
    [("subject.kind is hard", "over"), ("subject.sector is vo", "over"), ("subject.kind is not easy or long", "over")],
)
def test_a_fact_of_the_subject_is_a_word(line: str, stage: str) -> None:
    review = a_case(WAITS % line, facts={"kind": "hard"})
    assert review.take("finish", "olga").case.stage == stage


def test_what_the_subject_is_not_is_the_reason() -> None:
    with pytest.raises(Refused, match=r"subject\.kind is easy: it is hard"):
        a_case(WAITS % "subject.kind is easy", facts={"kind": "hard"}).take("finish", "olga")


def test_what_is_asked_is_a_word() -> None:
    text = "transitions: {finish: {from: busy, to: over, by: office, asks: {why: text}, if: [chosen.why is good]}}"
    with pytest.raises(Refused, match=r"chosen\.why is good: it is bad"):
        a_case(text).take("finish", "olga", why="bad")
    assert a_case(text).take("finish", "olga", why="good").case.stage == "over"


@pytest.mark.parametrize(
    ("line", "holds"),
    [
        ("number of work.kind = 2", True),
        ("number of work.kind > 2", False),
        ("number of work.rows = 1", True),
        ("number of work.who = 2", True),
        ("number of work.weeks = 5", True),
        ("work.kind is hard", True),
        ("work.kind is long", False),
        ("number of subject.pupils > 300", True),
    ],
)
def test_several_choices_people_and_rows_are_counted_and_each_choice_is_a_word(line: str, holds: bool) -> None:
    review = a_case(WAITS % line, facts={"pupils": 400})
    review.submit("work", kind=["easy", "hard"], rows=[{"q": "one"}], who=["olga", "otto"], weeks=5)
    if holds:
        assert review.take("finish", "olga").case.stage == "over"
    else:
        with pytest.raises(Refused, match=line):
            review.take("finish", "olga")


def test_rows_that_nobody_answered_are_none_and_a_number_is_not_known() -> None:
    assert a_case(WAITS % "number of work.rows = 0").take("finish", "olga").case.stage == "over"
    with pytest.raises(Refused, match="not known yet"):
        a_case(WAITS % "number of work.weeks < 3").take("finish", "olga")


def test_cases_that_a_child_called_for_are_counted() -> None:
    text = "children: {kid: {process: small, opens: work.done, many: true}}\n" + WAITS % "number of kid = 1"
    with pytest.raises(Refused, match="number of kid = 1: 0 against 1"):
        a_case(text).take("finish", "olga")
    assert a_case(text).submit("work").take("finish", "olga").case.stage == "over"


def test_a_single_text_cannot_be_counted() -> None:
    (problem,) = errors(("if: [poll is done, planning", "if: [poll is done, number of intake.scope > 1, planning"))
    assert "`intake.scope` is no number or list in the form of `intake`" in problem.message
    assert errors(("if: [poll is done, planning", "if: [poll is done, number of intake.weeks > 1, planning")) == []


def test_words_are_what_conditions_ask_for() -> None:
    assert [answers.word(value) for value in (True, False, None, 3, "long")] == ["yes", "no", "", "3", "long"]
    assert [answers.whole(value) for value in (True, 2.5, 2.0, "4", "four", None)] == [None, None, 2, 4, None, None]


@pytest.mark.parametrize(
    ("lines", "day", "needed"),
    [
        ("[two_peers]", "2027-04-01", False),
        ("[one_peer]", "2027-04-01", True),
        ("[one_peer, weeks > 3]", "2027-04-01", True),
        ("[one_peer, weeks > 4]", "2027-04-01", False),
        ("[stage is busy]", "2027-04-01", True),
        ("[stage is over]", "2027-04-01", False),
        ("[{any: [stage is over, weeks = 4]}]", "2027-04-01", True),
        ("[weeks > number of peer]", "2027-04-01", True),
        ("[weeks < number of peer]", "2027-04-01", False),
        ("[day > visit]", "2027-05-02", True),
        ("[day > visit]", "2027-05-01", False),
        ("[day between visit - 1w and visit]", "2027-04-24", True),
        ("[day between visit - 1w and visit]", "2027-04-23", False),
    ],
)
def test_whether_an_answer_is_needed_may_hang_on_the_case(lines: str, day: str, needed: bool) -> None:
    note = """{weeks: {type: number}, day: {type: date}, why: {type: text, required_if: LINES}}"""
    review = launched(a_definition(PANEL, note=note.replace("LINES", lines)), dates={"visit": "2027-05-01"})
    review.seat("peer", "p1")
    if needed:
        with pytest.raises(InvalidAnswers, match="why: an answer is needed"):
            review.submit("work", "carl", weeks=4, day=day)
    review.submit("work", "carl", weeks=4, day=day, **({"why": "so"} if needed else {}))
    assert review.task("work").state == "done"
