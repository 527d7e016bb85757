"""A notice that asks for a task goes to those who have it, when it opens."""

from __future__ import annotations

from tests.builders.engine import unchecked
from workflows.checks.asks import asks

COURSE = """
seats: {peer: {count: 2}}
groups: {panel: [peer]}
stages: {early: {}, busy: {}, late: {}, over: {end: true}}
transitions:
  begin: {from: early, to: busy, by: office}
  go_on: {from: busy, to: late, auto: true, if: [1 peer seated]}
  finish: {from: late, to: over, by: office}
tasks:
  work: {for: contact, opens: busy, form: note}
  own: {each: panel, opens: late, form: note}
  someday: {for: contact, opens: case.launched + 2w, form: note}
"""


def test_what_is_said_names_who_has_the_task() -> None:
    definition = unchecked(f"{COURSE}notices: {{word: {{when: busy, to: office, asks: work}}}}")
    assert [(each.kind, each.item, each.severity, each.message) for each in asks(definition)] == [(
        "asks_others", ("notice", "word"), "warning",
        "The notice `word` asks `office` for `work`, which is for `contact`: they are not asked by it. Tell them, or "
        "take it out of `asks`.",
    )]  # fmt: skip


def test_a_notice_asks_those_who_have_the_task_when_it_opens() -> None:
    cases = {
        "when: busy, to: contact, asks: work": [],
        "when: busy, to: [office, contact], asks: work": [],
        "when: busy, to: open_assignees, asks: work": [],
        "when: late, to: peer, asks: own": [],
        "when: late, to: contact, asks: [work, own]": ["asks_others"],
        "when: work.opened, to: contact, asks: work": [],
        "when: over, to: contact, asks: work": ["asks_then"],
        "when: early, to: contact, asks: work": ["asks_then"],
        "when: begin, to: contact, asks: work": [],
        "when: go_on, to: contact, asks: work": [],
        "when: over, to: contact, asks: someday": [],
        "when: case.paused, to: contact, asks: work": [],
    }
    notices = "\n".join(f"  n{at}: {{{notice}}}" for at, notice in enumerate(cases))
    found: dict[str, list[str]] = {}
    for each in asks(unchecked(f"{COURSE}notices:\n{notices}")):
        found.setdefault(each.item[1], []).append(each.kind)
    assert {notice: found.get(f"n{at}", []) for at, notice in enumerate(cases)} == cases
