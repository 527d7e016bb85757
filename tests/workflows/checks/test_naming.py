"""Is anybody asked to name people for seats that have work, here and in a child?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.builders.engine import unchecked
from workflows.checks.naming import naming, nobody_named

PROCESS = """
seats: {{chair: {{count: 1}}, peer: {{count: 2}}}}
groups: {{panel: [chair, peer]}}
invitations: {{form: answer, due: {{at: invited + 5wd}}}}
stages: {{busy: {{}}, over: {{end: true}}}}
transitions: {{finish: {{from: busy, to: over, auto: true, if: [{line}]}}}}
tasks:
  asking: {{for: office, opens: busy{does}}}
  talk: {{{talk}, opens: busy, form: talk}}
children: {{kid: {{process: other, opens: over, shares: [peer]}}}}
"""


def told(talk: str, *, line: str = "talk is done", does: str = "") -> list[str]:
    return [each.message for each in naming(unchecked(PROCESS.format(talk=talk, line=line, does=does)))]


@pytest.mark.parametrize("talk", ["for: chair", "each: panel", "for: [chair, peer]"])
def test_work_for_seats_that_nobody_is_asked_to_fill_is_told_once(talk: str) -> None:
    (message,) = told(talk)
    assert "wait for them: add one with `does: assign`" in message
    assert told(talk, does=", does: assign") == []


@pytest.mark.parametrize(
    "talk", ["for: contact", "for: [contact, chair]", "for: chair, optional: true", "for: chair, if: [1 chair seated]"]
)
def test_work_that_others_can_do_or_that_may_stay_undone_is_not_told(talk: str) -> None:
    assert told(talk) == []


def test_a_transition_that_waits_for_people_on_seats_is_told() -> None:
    assert told("for: contact", line="2 peer seated") == [
        "No task asks anybody to name people for `peer`, and `finish` wait for them: add one with `does: assign`, or "
        "accept this where a case that calls this one shares its seats."
    ]
    assert told("for: contact", line="{that: 2 peer seated, waive: office}") == []


@pytest.mark.parametrize(
    ("shared", "does", "found"),
    [
        ((), "", True),
        (("peer",), "", True),
        (("chair",), "", False),
        (("panel",), "", False),
        ((), ", does: assign", False),
    ],
)
def test_a_child_shares_the_seats_that_have_work_there_unless_they_are_filled_there(
    shared: tuple[str, ...], does: str, *, found: bool
) -> None:
    talk = "for: chair, optional: true, if: [1 chair seated]"
    other = unchecked(PROCESS.format(talk=talk, line="talk is done", does=does))
    child = replace(other.children["kid"], shared_seats=shared)
    assert [each.message for each in nobody_named(child, other)] == [
        "The child `kid` does not share `chair`, and no task of `small` asks anybody to name people for them: nobody "
        "does `talk` there. Name them under `shares`, or let a task there do `assign`."
    ] * found
