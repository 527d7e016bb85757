"""Each choice of a derived value can be reached."""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.choices import choices

PROCESS = """
stages: {busy: {}, over: {end: true}}
transitions: {finish: {from: busy, to: over, by: office}}
tasks: {work: {for: contact, opens: busy, form: page}, more: {for: contact, opens: busy, form: page}}
conditions: {both: [work is done, more is done]}
values:
  outcome:
    choice: {good: {en: Good, nl: Goed}, fair: {en: Fair, nl: Redelijk}, poor: {en: Poor, nl: Slecht}}
    first_of: [FIRST, SECOND, {poor: otherwise}]
"""


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("fair: [work is done]", "good: [work is done, more is done]", True),
        ("fair: [more is done]", "good: [both]", True),
        ("fair: [both]", "good: [more is done, work is done]", True),
        ("good: [both]", "fair: [work is done]", False),
        ("fair: [work is done]", "good: [more is done]", False),
        ("good: [work is done]", "good: [both]", False),  # two ways to the same
        ("fair: [{any: [work is done, more is done]}]", "good: [both]", False),  # not looked into
    ],
)
def test_a_choice_that_asks_all_that_an_earlier_one_asks_is_told(first: str, second: str, *, found: bool) -> None:
    text = PROCESS.replace("FIRST", f"{{{first}}}").replace("SECOND", f"{{{second}}}")
    told = [(each.kind, each.item, each.severity, each.message) for each in choices(unchecked(text))]
    message = (
        "The value `outcome` never becomes `good`: wherever that holds, `fair` holds too, which stands before it under "
        "`first_of`. Put `good` first, or ask less for it."
    )
    assert told == ([("never_chosen", ("value", "outcome"), "warning", message)] if found else [])
