"""What is proposed as an answer, and how is it cut to what a form asks now?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from engine.events import Submission
from engine.prefilling import proposed
from tests.builders.engine import BEGIN, a_definition, moment

RUBRIC = """
rubric: {file: small}
tasks:
  first: {for: contact, opens: busy, form: old}
  second: {for: contact, opens: busy, form: new}
"""
OLD = """
text: {type: text}
grade: {type: choice, choices: {low: {en: Low}, gone: {en: Gone}}}
points: {type: rows, columns: {what: {type: text}, dropped: {type: text}}}
view: {type: text, per: safeguards}
who: {type: person, of: contact}
"""
NEW = """
text: {type: text, prefill: old.text}
mine: {type: text}
grade: {type: choice, prefill: old.grade, choices: {low: {en: Low}, high: {en: High}}}
points: {type: rows, prefill: old.points, columns: {what: {type: text}, added: {type: text}}}
view: {type: text, per: safeguards, prefill: old.view}
who: {type: person, of: contact, prefill: old.who}
"""


def given(number: int, answers: dict[str, Any], *, form: str = "old", case: str = "case-1") -> Submission:
    at = moment(BEGIN) + timedelta(hours=number)
    return Submission(
        id=f"s{number}", case=case, task=f"first:{number}", form=form, participant="carl", answers=answers, salt="",
        hash="", at=at,
    )  # fmt: skip


def proposals(*before: Submission, rows: tuple[str, ...] = ("one", "two")) -> dict[str, Any]:
    definition = a_definition(RUBRIC, old=OLD, new=NEW)
    return proposed(definition, definition.forms["new"], before, rows, "case-1")


def test_the_latest_answer_to_the_question_that_a_field_names_is_proposed() -> None:
    before = [given(1, {"text": "early"}), given(2, {"text": "late"}), given(3, {"grade": "low"})]
    assert proposals(*before) == {"text": "late", "grade": "low"}
    assert proposals(given(1, {"text": "elsewhere", "mine": "x"}, form="new")) == {}
    assert proposals() == {}


def test_what_the_form_does_not_ask_any_more_is_left_out() -> None:
    rows = [{"what": "a", "dropped": "b"}, {"dropped": "c"}]
    answers = {"grade": "gone", "points": rows, "view": {"one": "seen", "three": "?"}, "text": ["not", "one"]}
    assert proposals(given(1, answers)) == {"points": [{"what": "a"}, {}], "view": {"one": "seen"}}
    assert proposals(given(1, {"view": {"one": "seen"}}), rows=("two",)) == {}


def test_people_are_proposed_within_their_own_case_only() -> None:
    assert proposals(given(1, {"who": "carl"})) == {"who": "carl"}
    assert proposals(given(1, {"who": "carl"}, case="case-0")) == {}
