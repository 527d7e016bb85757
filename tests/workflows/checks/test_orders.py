"""Moments cannot come in two orders."""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.rivals import contradictions

DATES = """
dates:
  visit: {set_by: fix, provisional: case.launched + 10w}
  board: {set_by: fix, provisional: case.launched + 20w}
"""


def told(one: str, two: str) -> list[tuple[str, tuple[str, str], str]]:
    """What is told of an arrow by which somebody chooses a moment and a day, if both of these hold."""
    fix = f"from: busy, by: office, asks: {{start: moment, day: date}}, if: [{one}, {two}]"
    text = (
        f"{DATES}transitions:\n"
        f"  fix: {{{fix}, sets: {{visit: chosen.day, board: chosen.day}}}}\n"
        "  finish: {from: busy, to: over, by: office}\n"
    )
    definition = unchecked(text)
    return [(each.kind, each.item, each.message) for each in contradictions(definition)]


def test_a_moment_that_must_come_and_be_over_is_told() -> None:
    assert told("chosen.start > now", "chosen.start < case.launched") == [(
        "never_holds", ("transition", "fix"),
        "`chosen.start > now` and `chosen.start < case.launched` of the transition `fix` never hold together: take one "
        "out, or write `any`.",
    )]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "two", "found"),
    [
        ("visit < board", "board < visit", True),
        ("visit < board", "board <= visit", True),
        ("visit < board", "visit >= board", True),
        ("visit = board", "board < visit", True),
        ("visit <= board", "board <= visit", False),
        ("visit < board", "visit <= board", False),
        ("visit < board", "board > visit", False),
        ("visit < board - 2w", "board < visit", True),
        ("visit < board + 2w", "board < visit", False),
        ("chosen.day > now + 8w", "chosen.day < case.launched", True),
        ("chosen.day >= now", "chosen.day < case.launched", False),
        ("chosen.day >= now", "chosen.day <= case.launched", False),
        ("chosen.day > now", "chosen.day < case.launched + 2w", False),
        ("chosen.day < now", "chosen.day > case.launched", False),
        ("chosen.day > now", "chosen.day < visit", False),
        ("visit < board", "{that: board < visit, waive: office}", False),
        ("visit < board at 09:00", "board at 09:00 <= visit", True),
        ("visit <= board at 09:00", "board < visit", False),
    ],
)
def test_two_orders_are_told_only_where_no_calendar_allows_both(one: str, two: str, *, found: bool) -> None:
    assert bool(told(one, two)) is found
