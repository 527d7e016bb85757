"""A question counts wherever it is asked, and a conflict is asked for once somebody may have declared one."""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.asked import asked
from workflows.checks.marked import marked

SEATS = "seats: {chair: {count: 1}, peer: {count: 2}}\ngroups: {panel: [chair, peer]}\n"
Told = tuple[str, tuple[str, str], str]


def told(text: str, **forms: str) -> list[Told]:
    definition = unchecked(SEATS + text, **forms)
    found = list(marked(definition, asked(definition)))
    assert {each.severity for each in found} <= {"warning"}
    return [(each.kind, each.stands, str(each.message)) for each in found]


def twins(first: str, second: str, *, tasks: str = "each: panel") -> list[tuple[str, str]]:
    """What is told of two forms with one question each, of two tasks that everybody of the panel has."""
    text = f"""
tasks:
  one: {{{tasks}, opens: busy, form: one}}
  two: {{each: panel, opens: busy, form: two}}
"""
    found = told(text, one=first, two=second)
    assert {kind for kind, _, _ in found} <= {"unmarked"}
    return [stands for _, stands, _ in found]


ASKED, MARKED = "{bound: {type: yes_no}}", "{bound: {type: yes_no, marks: conflict}}"
POINTS = "{points: {type: rows, columns: {what: {type: text}}%s}}"
STATE = "{state: {type: choice, marks: finding, choices: {still: {en: A}, done: {en: B}, past: {en: C}}, closes: %s}}"


def test_a_question_that_only_another_form_marks_is_told() -> None:
    text = "tasks: {one: {each: panel, opens: busy, form: one}, two: {each: panel, opens: busy, form: two}}"
    assert told(text, one=ASKED, two=MARKED) == [(
        "unmarked", ("field", "one.bound"),
        "`one` asks `bound` as `two` does, but only there it has `marks: conflict`: what is answered here is not "
        "heard. Add it, or give the question another name.",
    )]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        (MARKED, MARKED, []),
        (ASKED, ASKED, []),
        ("{other: {type: yes_no}}", MARKED, []),
        ("{bound: {type: text}}", MARKED, []),
        ("{who: {type: person, of: panel}}", "{who: {type: person, of: panel, marks: present}}", ["one.who"]),
        ("{who: {type: person, of: panel}}", "{who: {type: person, of: panel, many: true, marks: present}}", []),
        (
            "{who: {type: person, of: panel}}",
            "{who: {type: person, of: panel, marks: present, prefill: one.who}}",
            [],  # who is expected is not yet who was there
        ),
        (POINTS % "", POINTS % ", marks: finding", ["one.points"]),
        (POINTS % "", POINTS % ", marks: finding, prefill: one.points", []),  # a draft is no report yet
        ("{points: {type: rows, columns: {why: {type: text}}}}", POINTS % ", marks: finding", []),
        (
            "{items: {type: rows, columns: {out: {type: person, of: panel}}}}",
            "{items: {type: rows, columns: {out: {type: person, of: panel, marks: recusal}}}}",
            ["one.items"],
        ),
        (STATE % "[done]", STATE % "[done, past]", ["one.state"]),
        (STATE % "[past, done]", STATE % "[done, past]", []),
    ],
)
def test_questions_are_twins_by_their_name_and_what_may_be_answered(first: str, second: str, found: list[str]) -> None:
    assert twins(first, second) == [("field", each) for each in found]


def test_only_who_sits_declares_a_conflict_of_their_own() -> None:
    assert twins(ASKED, MARKED, tasks="for: contact") == []


def test_the_invitation_is_asked_of_who_will_sit() -> None:
    text = """
invitations: {form: answer, due: {at: invited + 5wd}}
tasks: {two: {each: panel, opens: busy, form: two}}
"""
    asked_first = "{answer: {type: yes_no}, bound: {type: yes_no}}"
    assert [stands for _, stands, _ in told(text, answer=asked_first, two=MARKED)] == [("field", "answer.bound")]


def conflicts(opens: str, *, each: str = "each: panel", form: str = MARKED) -> list[Told]:
    """What is told of an arrow out of the first of three stages that asks for no open conflict."""
    return told(
        f"""
stages: {{early: {{}}, busy: {{}}, over: {{end: true}}}}
conditions: {{complete: [no conflict open]}}
transitions:
  begin: {{from: early, to: busy, by: office, if: [complete]}}
  finish: {{from: busy, to: over, by: office, if: [complete]}}
tasks: {{declare: {{{each}, opens: {opens}, form: declare}}}}
""",
        declare=form,
    )


def test_a_conflict_is_declared_before_it_is_asked() -> None:
    assert conflicts("early") == []
    assert conflicts("busy") == [(
        "undeclared", ("transition", "begin"),
        "`begin` asks for conflicts, and a holder can declare one in `busy` at the earliest, which comes only later: "
        "ask for it there.",
    )]  # fmt: skip


@pytest.mark.parametrize(("each", "form"), [("each: panel", ASKED), ("for: contact", MARKED)])
def test_conflicts_that_no_form_of_a_holder_marks_are_never_open(each: str, form: str) -> None:
    assert conflicts("early", each=each, form=form) == [(
        "undeclared", ("condition", "complete"),
        "`complete` asks for conflicts, and no form in which holders of a seat answer for themselves has a question "
        "with `marks: conflict`: nobody declares one. Add it, or take the line out.",
    )]  # fmt: skip
