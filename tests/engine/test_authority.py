"""May this actor do this? Persons, operators on somebody's behalf, the clock; one function for every action."""

from __future__ import annotations

import pytest

from engine.actions import (
    CLOCK,
    Action,
    Actor,
    Answer,
    Assign,
    Correct,
    Differ,
    Extend,
    PauseCase,
    Pin,
    Recalculate,
    ResumeCase,
    Submit,
    Substitute,
    Take,
    Waive,
)
from engine.authority import may, office, waiver_allowed
from tests.builders.engine import OPERATOR, a_draft, day, launched, person

TEXT = """
stages: {busy: {}, second: {}, over: {end: true}}
seats: {peer: {count: 2..3}}
groups: {panel: [peer]}
invitations: {form: answer, due: {at: invited + 5wd}, replace: {by: owner, tasks: move_open, due: {at: due}}}
values: {verdict: {choice: [good, bad], first_of: [{good: otherwise}], may_differ: {by: signatory}}}
transitions:
  advance: {from: busy, to: second, by: [office, contact]}
  timed: {from: busy, to: second, when: work.done}
  both: {from: second, to: over, by_all: [contact, office], asks: {reason: text}}
pause: {by: owner, asks: {reason: text, until: date}}
tasks:
  work: {for: contact, opens: busy, form: note, due: {at: opened + 5wd}, extend: {by: signatory, at_most: +5wd}}
  plain: {for: contact, opens: busy, form: note}
  name_them: {for: signatory, opens: busy, does: assign}
  each_of_them: {each: panel, opens: busy, form: note}
"""
DAY = day("2027-06-01")


@pytest.mark.parametrize(
    ("action", "allowed", "text"),
    [
        (Take(transition="advance"), {"olga", "otto", "carl"}, "office or contact"),
        (Take(transition="timed"), set(), "nobody: it happens by itself"),
        (Take(transition="both"), {"olga", "otto", "carl"}, "contact or office"),
        (Submit(task="work:1"), {"carl"}, "contact"),
        (Submit(task="each_of_them:1@peer-1"), {"p1"}, "peer-1"),
        (Answer(holding="peer-1", accepts=True), {"p1"}, "the candidate"),
        (Extend(task="work:1", until=DAY, reason="so"), {"sara"}, "signatory"),
        (Extend(task="plain:1", until=DAY, reason="so"), {"olga", "otto", "owen"}, "the office"),
        (Extend(task="nothing", until=DAY, reason="so"), {"olga", "otto", "owen"}, "the office"),
        (PauseCase(reason="so", until=DAY), {"owen"}, "the office"),
        (ResumeCase(), {"owen"}, "the office"),
        (Substitute(holding="peer-1", successor="p2", reason="so"), {"owen"}, "the office"),
        (Substitute(holding="peer-1", successor=None, reason="so"), {"owen", "p1"}, "the office"),
        (Assign(name="peer", participants=()), {"olga", "otto", "owen", "sara"}, "the office"),
        (Differ(value="verdict", choice="bad"), {"sara"}, "signatory"),
        (Differ(value="nothing", choice="bad"), set(), "the office"),
        (Waive(line="x", scope="busy", reason="so"), {"olga", "otto", "owen"}, "the office"),
        (Pin(task="work:1", day=DAY, reason="so"), {"olga", "otto", "owen"}, "the office"),
        (Correct(reason="so"), {"olga", "otto", "owen"}, "the office"),
        (Recalculate(reason="so"), {"olga", "otto", "owen"}, "the office"),
    ],
)
def test_who_may_do_it(action: Action, allowed: set[str], text: str) -> None:
    review = launched(TEXT).seat("peer", "p1", places=2)
    draft = a_draft(review.case, review.definition)
    everybody = ("olga", "otto", "owen", "carl", "sara", "p1", "p2")
    assert {who for who in everybody if not may(draft, person(who), action)} == allowed
    assert may(draft, person("p2"), action) == [f"this is for {text}"]
    assert may(draft, OPERATOR, action) == (["this is for nobody: it happens by itself"] if "by itself" in text else [])
    assert may(draft, Actor(kind="operator", on_behalf_of="p2"), action) == [f"this is for {text}"]


def test_what_is_not_known_is_refused_for_that_reason() -> None:
    draft = a_draft(launched(TEXT).case, launched(TEXT).definition)
    for action in (Take(transition="nothing"), Submit(task="nothing"), Answer(holding="nothing", accepts=True)):
        assert may(draft, person("p2"), action) == []


def test_without_a_rule_of_its_own_the_office_does_it_and_nobody_is_nobody() -> None:
    review = launched()
    draft = a_draft(review.case, review.definition)
    for action in (PauseCase(reason="so", until=DAY), Substitute(holding="x", successor="y", reason="so")):
        assert [who for who in ("olga", "carl") if not may(draft, person(who), action)] == ["olga"]
    assert may(draft, Actor(kind="outside"), Take(transition="finish")) == ["nobody is signed in"]
    assert office(draft) == ("olga", "otto", "owen")


def test_a_signature_is_the_signers_and_a_task_of_nobody_is_somebody_elses() -> None:
    signed = "tasks: {work: {for: contact, opens: busy, form: note, sign: {by: signatory, due: {at: submitted + 3wd}}}}"
    review = launched(signed).submit("work", "carl")
    draft = a_draft(review.case, review.definition)
    assert may(draft, person("carl"), Submit(task="work:1")) == ["this is for signatory"]


def test_who_may_set_a_line_aside_holds_the_role() -> None:
    review = launched()

    def allowed(actor: Actor) -> bool:
        draft = a_draft(review.case, review.definition)
        return waiver_allowed(draft, actor, "office")

    assert [allowed(each) for each in (person("olga"), person("carl"), OPERATOR, CLOCK)] == [True, False, True, False]
