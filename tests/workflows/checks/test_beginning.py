"""A child begins when a launch of its process is meant, by the days that it is given."""

from __future__ import annotations

import pytest

from engine.definition import Definition
from tests.builders.engine import unchecked
from workflows.checks.beginning import child_begins

CHILD = """
process: other
dates:
  mission: {else: asked_at_launch}
  meant: {from: mission + 6mo}
  loose: {from: mission + 6mo, else: asked_at_launch}
launch: {by: office, RULE}
"""
PARENT = """
dates: {visit: {else: asked_at_launch}, sent: {from: visit + 6mo}}
children: {unit: {process: other, opens: OPENS, GIVEN}}
"""
EARLY = (
    "The child `unit` begins at `visit + 18w`, and with the days that it is given a launch of `other` is meant only at "
    "`mission + 18mo`, which is after that: let it begin later, or hand over an earlier day."
)
LATE = (
    "The child `unit` begins at `visit + 4y`, and with the days that it is given a launch of `other` wants "
    "`mission + 42mo` not to be past: let it begin earlier, or hand over a later day."
)
MEANT, LEAST = "when: mission + 18mo", "lead_time: {least: mission + 42mo}"


def told(opens: str, rule: str, given: str = "dates: {mission: visit}") -> list[tuple[str, str, str]]:
    parent: Definition = unchecked(PARENT.replace("OPENS", opens).replace("GIVEN", given))
    found = child_begins(parent, parent.children["unit"], unchecked(CHILD.replace("RULE", rule)))
    return [(one.kind, one.severity, str(one.message)) for one in found]


def test_a_child_that_begins_before_it_is_meant_or_when_it_is_refused_is_told() -> None:
    assert told("visit + 18w", MEANT) == [("child_early", "warning", EARLY)]
    assert told("visit + 4y", LEAST) == [("child_late", "warning", LATE)]


@pytest.mark.parametrize(
    ("opens", "rule", "given", "found"),
    [
        ("visit + 18mo", MEANT, "dates: {mission: visit}", []),
        ("visit + 2y", MEANT, "dates: {mission: visit}", []),
        ("visit + 18mo", MEANT, "dates: {mission: visit + 1y}", ["child_early"]),
        ("sent + 1y", MEANT, "dates: {mission: visit}", []),  # a year and a half after the visit
        ("sent + 1y", MEANT, "dates: {mission: sent}", ["child_early"]),
        ("[finish, visit + 18w]", MEANT, "dates: {mission: visit}", ["child_early"]),
        ("finish", MEANT, "dates: {mission: visit}", []),
        ("visit + 18w", MEANT, "dates: {loose: visit}", []),  # not counted from it
        ("visit + 1y", "when: meant + 1y", "dates: {mission: visit}", ["child_early"]),
        ("visit + 2y", "when: meant + 1y", "dates: {mission: visit}", []),
        ("visit + 1y", "when: loose + 1y", "dates: {mission: visit}", []),  # a launch may ask for another day
        ("visit + 4y", "lead_time: {least: meant + 3y}", "dates: {mission: visit}", ["child_late"]),
        ("visit + 3y", LEAST, "dates: {mission: visit}", []),
        ("[finish, visit + 4y]", LEAST, "dates: {mission: visit}", []),
        ("visit + 18w", "lead_time: {advised: mission + 18mo}", "dates: {mission: visit}", []),
    ],
)
def test_days_are_counted_through_those_that_it_is_given(opens: str, rule: str, given: str, found: list[str]) -> None:
    assert [kind for kind, _, _ in told(opens, rule, given)] == found


def test_a_day_that_is_shared_is_given_too() -> None:
    parent = unchecked("dates: {mission: {else: asked_at_launch}}\nchildren: {unit: {process: other, "
                       "opens: mission + 18w, shares: [mission]}}")  # fmt: skip
    found = child_begins(parent, parent.children["unit"], unchecked(CHILD.replace("RULE", MEANT)))
    assert [one.kind for one in found] == ["child_early"]
