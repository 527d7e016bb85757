"""What is meant once comes once: two tasks that both publish, or are the same work, exclude each other."""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.twice import twice

Told = list[tuple[tuple[str, str], str]]
PUBLISHED = "documents: {report: {see: {office: true}, publish: {when: [soon.done, later.done]}}}"
TOLD = "notices: {known: {when: [soon.done, later.done], to: contact}}"


def told(
    soon: str = "", later: str = "", *, opens: tuple[str, str] = ("asking.yes", "asking.no"), form: str = "confirm",
    thing: str = PUBLISHED,
) -> Told:  # fmt: skip
    """What is told of two tasks of the office, each with what stands there beside its opening and form."""
    text = f"""
stages: {{early: {{}}, busy: {{}}, other: {{}}, over: {{end: true}}}}
tracks: {{asking: {{during: [early, busy], states: [open, yes, no, late]}}}}
transitions:
  begin: {{from: early, to: busy, by: office}}
  turn: {{from: early, to: other, by: office}}
  finish: {{from: [busy, other], to: over, by: office}}
  agree: {{from: asking.open, to: asking.yes, by: office}}
  pass: {{from: asking.yes, to: asking.no, by: office}}
  wait: {{from: asking.no, to: asking.late, by: office}}
tasks:
  choose: {{for: contact, opens: early, form: choose}}
  report: {{for: contact, opens: early, form: report}}
  soon: {{for: office, opens: {opens[0]}, form: confirm{soon}}}
  later: {{for: office, opens: {opens[1]}, form: {form}{later}}}
{thing}
"""
    found = list(twice(unchecked(text, choose="{early: {type: yes_no}}")))
    assert {(each.kind, each.severity) for each in found} <= {("twice", "warning")}
    return [(each.item, str(each.message)) for each in found]


BOTH: Told = [(
    ("task", "later"),
    "`soon` and `later` can both be done in one case, and each brings about `report`, which then comes twice: let one "
    "of them ask `soon is not done` under `if`.",
)]  # fmt: skip
STILL: Told = [(
    ("task", "soon"),
    "`soon` may still be open when `later` opens, which asks that it is not done; then both can be done, and each "
    "brings about `report`: close `soon` by then (`until`).",
)]  # fmt: skip


def test_two_tasks_that_publish_one_document_are_told() -> None:
    assert told() == BOTH
    assert told(later=", skip_if: [soon is done]") == BOTH  # what is skipped brings about the same


def test_the_one_asks_that_the_other_is_not_done_and_closes_before() -> None:
    denies = ", if: [soon is not done]"
    assert told(", until: asking.no", denies) == []
    assert told("", denies) == STILL
    assert told(", until: asking.late", denies) == STILL
    assert told(", until: asking.no", denies, opens=("asking.yes", "asking.late")) == []  # which comes only after that


@pytest.mark.parametrize(
    ("soon", "later", "opens"),
    [
        ("", ", if: [soon is expired]", ("asking.yes", "asking.no")),
        ("", ", if: [any: [soon is expired, soon is skipped]]", ("asking.yes", "asking.no")),
        (", if: [choose.early is yes]", ", if: [choose.early is no]", ("early", "busy")),
        (", until: later.done", "", ("early", "early")),
        ("", "", ("busy", "other")),  # no case comes to both
        ("", "", ("early", "soon.done")),  # the second one goes on from the first
    ],
)
def test_what_else_keeps_two_tasks_apart(soon: str, later: str, opens: tuple[str, str]) -> None:
    assert told(soon, later, opens=opens) == []


def test_conditions_that_may_both_hold_in_turn_keep_nothing_apart() -> None:
    assert told(", if: [stage is early]", ", if: [stage is busy]", opens=("early", "busy")) == BOTH


def test_a_mail_of_two_tasks_is_meant_once_where_they_are_the_same_work() -> None:
    mail: Told = [(BOTH[0][0], BOTH[0][1].replace("report", "known"))]
    assert told(thing=TOLD) == mail
    assert told(thing=TOLD, form="other") == []
    assert told(thing=f"{PUBLISHED}\n{TOLD}", form="other") == [
        (BOTH[0][0], BOTH[0][1].replace("`report`, which", "`report` and `known`, which"))
    ]


def test_what_asks_itself_which_of_the_two_was_done_is_left_to_it() -> None:
    asking = "if: [later is not done]"
    assert told(thing=TOLD.replace("to: contact", f"to: contact, {asking}")) == []
    assert told(thing=PUBLISHED.replace("later.done]", f"later.done], {asking}")) == []
