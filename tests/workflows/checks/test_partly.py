"""What is about those who answered comes for them too where others stay silent."""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.partly import partly

COURSE = """
people:
  office: {of: secretariat}
  owner: {of: secretariat, count: 1, owner: true}
  contact: {of: host, count: 1}
  author: {of: host, count: 0..9}
stages: {busy: {}, over: {end: true}}
transitions: {finish: {from: busy, to: over, by: office}}
"""
CLAIM = "each: author, opens: busy, form: note, due: {at: opened + 10wd}, silence: nothing"
PAY = "for: office, opens: claim.done, if: [1 author answered claim], form: page, due: {at: opened + 5wd}"


def told(claim: str = CLAIM, pay: str = PAY, more: str = "") -> list[tuple[str, str]]:
    text = f"{COURSE}\ntasks:\n  claim: {{{claim}}}\n  pay: {{{pay}}}\n{more}"
    found = list(partly(unchecked(text)))
    assert {(each.kind, each.severity) for each in found} <= {("one_silent", "warning")}
    return [each.item for each in found]


def test_it_says_what_becomes_of_those_who_answered() -> None:
    text = f"{COURSE}\ntasks:\n  claim: {{{CLAIM}}}\n  pay: {{{PAY}}}\n"
    assert [each.message for each in partly(unchecked(text))] == [
        "`pay` comes only when everybody has done `claim`: as soon as one of them stays silent, that ends as "
        "`claim.expired`, and it never comes for those who did answer. Name `claim.expired` too, or a day."
    ]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("", "", True),
        ("claim.done,", "[claim.done, claim.expired],", False),
        ("claim.done,", "[claim.done, opened + 4w],", False),
        ("claim.done,", "[claim.done, busy.left],", False),
        ("1 author answered", "50% of author done", True),
        ("1 author answered", "all author answered", False),  # that one silence hinders it is what this says
        ("if: [1 author answered claim]", "skip_if: [no author answered claim]", True),
        ("if: [1 author answered claim]", "if: [any: [share of claim >= 50%, stage is over]]", True),
        ("if: [1 author answered claim]", "if: [own claim is answered]", True),
        ("if: [1 author answered claim], ", "", False),
    ],
)
def test_work_that_asks_who_answered_does_not_wait_for_all(old: str, new: str, *, found: bool) -> None:
    assert told(pay=PAY.replace(old, new)) == ([("task", "pay")] if found else [])


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("each: author", "each: contact", False),  # one person: who stays silent did not answer
        ("silence: nothing", "silence: agrees", False),
        ("silence: nothing", "silence: waits", False),
        ("opened + 10wd}, silence: nothing", "opened + 10wd, closes: due + 2w}", True),
        ("silence: nothing", "silence: nothing, done_if: [1 author done claim]", False),
    ],
)
def test_one_silence_is_the_end_where_several_are_asked_and_silence_ends_it(old: str, new: str, *, found: bool) -> None:
    assert told(claim=CLAIM.replace(old, new)) == ([("task", "pay")] if found else [])


def test_of_optional_work_not_everybody_does_it() -> None:
    pay = PAY.replace("if: [1 author answered claim], ", "")
    assert told(claim=f"{CLAIM}, optional: true", pay=pay) == [("task", "pay")]


def test_who_asks_the_same_after_a_silence_is_enough() -> None:
    other = f"  pay_less: {{{PAY.replace('claim.done', 'claim.expired')}}}\n"
    assert told(more=other) == []


@pytest.mark.parametrize(
    ("arrows", "found"),
    [
        ("settle: {from: busy, to: over, when: claim.done, if: [50% of author agreed claim]}", True),
        ("settle: {from: busy, to: over, when: claim.done, by: owner, if: [50% of author agreed claim]}", False),
        ("settle: {from: busy, to: over, when: claim.done, if: [50% of author agreed claim]}, "
         "late: {from: busy, to: over, when: busy + 8w}", False),
    ],
)  # fmt: skip
def test_an_arrow_that_counts_answers_has_another_beside_it(arrows: str, *, found: bool) -> None:
    course = COURSE.replace("{finish: {from: busy, to: over, by: office}}", f"{{{arrows}}}")
    text = f"{course}\ntasks:\n  claim: {{{CLAIM}}}\n"
    assert [each.item for each in partly(unchecked(text))] == ([("transition", "settle")] if found else [])


def test_a_notice_and_a_child_for_those_who_answered_do_not_wait_for_all() -> None:
    notices = "notices: {paid: {when: claim.done, to: author, if: [1 author answered claim]}}\n"
    assert told(pay=PAY.replace("claim.done,", "[claim.done, claim.expired],"), more=notices) == [("notice", "paid")]
