"""Whoever is needed on a seat may sit there by then."""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.seating import seating

PARTS = """
seats: {peer: {count: 2}}
groups: {panel: [peer], all: [peer, contact]}
tasks: {work: {for: contact, opens: busy, form: note}}
"""
COURSE = """
seats: {peer: {count: 2}}
groups: {panel: [peer], all: [peer, contact]}
stages: {early: {}, filling: {}, busy: {}, over: {end: true}}
"""
Told = tuple[str, tuple[str, str], str]


def kinds(text: str) -> list[Told]:
    return [(each.kind, each.item, each.severity) for each in seating(unchecked(text))]


def of_course(task: str = "", arrow: str = "by: office", notice: str = "", until: str = "busy") -> list[Told]:
    """What is told of a case in which people are proposed for seats in its second stage."""
    text = f"""{COURSE}
transitions:
  begin: {{from: early, to: filling, {arrow}}}
  go_on: {{from: filling, to: busy, by: office}}
  again: {{from: busy, to: filling, by: office}}
  finish: {{from: busy, to: over, by: office}}
tasks:
  fill: {{for: office, opens: filling, does: assign}}
  work: {{form: note, {task or "for: contact, opens: busy"}}}
notices: {{word: {{{notice or "when: busy, to: panel"}}}}}
invitations:
  form: answer
  due: {{at: invited + 10wd}}
  replace: {{by: office, tasks: move_open, due: {{at: due}}, until: {until}}}
"""
    return kinds(text)


@pytest.mark.parametrize(
    ("notice", "found"),
    [
        ("when: case.launched, to: panel", True),
        ("when: [work.done, case.launched], to: peer", True),
        ("when: busy, to: panel", True),
        ("when: case.launched + 4w, to: panel", False),
        ("when: work.done, to: panel", False),
        ("when: case.launched, to: all", False),
        ("when: case.launched, to: panel, cc: contact", False),
    ],
)
def test_nobody_sits_on_a_panel_yet_when_a_case_is_launched(notice: str, *, found: bool) -> None:
    told = kinds(f"{PARTS}notices: {{word: {{{notice}}}}}\n")
    assert (("nobody_yet", ("notice", "word"), "warning") in told) is found


def test_what_is_said_names_the_stages() -> None:
    text = "tasks: {fill: {for: office, opens: busy, does: assign}, work: {for: peer, opens: early, form: note}}\n"
    arrows = "transitions: {begin: {from: early, to: busy, by: peer}, finish: {from: busy, to: over, by: office}}\n"
    found = seating(unchecked(f"{COURSE.replace('filling: {}, ', '')}{arrows}{text}"))
    assert [each.message for each in found] == [
        "`work` is open in `early` only, and nobody sits there yet as `peer`, unless a parent case hands over its "
        "seats: name others, or let it open later.",
        "`begin` is for `peer` to take in `early`, and nobody sits there yet, unless a parent case hands over its "
        "seats: let others take it.",
    ]


@pytest.mark.parametrize(
    ("task", "found"),
    [
        ("for: peer, opens: early", True),
        ("each: panel, opens: early", True),
        ("for: contact, opens: early, sign: {by: peer, due: {at: submitted + 3d}}", True),
        ("for: contact, opens: early, due: {at: opened + 1w}, late: [{after: +1d, tell: peer, notice: late}]", True),
        ("for: [peer, contact], opens: early", False),
        ("for: peer, opens: filling", False),
        ("for: peer, opens: early, until: over", False),
        ("for: peer, opens: case.launched + 2w", False),
    ],
)
def test_a_task_is_asked_of_somebody_who_may_sit_there(task: str, *, found: bool) -> None:
    assert (("nobody_yet", ("task", "work"), "warning") in of_course(task)) is found


@pytest.mark.parametrize(("arrow", "found"), [("by: panel", True), ("by: [peer, office]", False)])
def test_a_step_is_left_to_somebody_who_may_sit_there(arrow: str, *, found: bool) -> None:
    assert (("nobody_yet", ("transition", "begin"), "warning") in of_course(arrow=arrow)) is found


@pytest.mark.parametrize(
    ("notice", "found"),
    [
        ("when: early, to: panel", True),
        ("when: work.opened, to: panel", False),
        ("when: begin, to: panel", False),
        ("when: early, to: all", False),
    ],
)
def test_a_notice_goes_to_somebody_who_may_sit_there(notice: str, *, found: bool) -> None:
    assert (("nobody_yet", ("notice", "word"), "warning") in of_course(notice=notice)) is found


@pytest.mark.parametrize(
    ("until", "found"),
    [
        ("filling", True),
        ("early", True),
        ("early.left", True),
        ("begin", True),
        ("case.launched", True),
        ("filling - 2w", True),
        ("filling + 2w", False),
        ("filling.left", False),
        ("busy", False),
        ("again", False),
        ("fill.done", False),
    ],
)
def test_somebody_can_be_replaced_before_that_ends(until: str, *, found: bool) -> None:
    assert (("never_replaced", ("task", "fill"), "warning") in of_course(until=until)) is found


def test_nothing_is_known_where_no_task_asks_for_people() -> None:
    assert kinds(f"{PARTS}notices: {{word: {{when: over, to: panel}}}}") == []
