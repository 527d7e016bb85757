"""Does a child of another process have the seats and dates that are shared with it?"""

from __future__ import annotations

import pytest

from engine.definition import Definition
from tests.builders.engine import a_definition
from workflows.checks.children import children

INVITED = "invitations: {form: answer, due: {at: invited + 5wd}}"
PARENT = f"""
dates: {{visit: {{else: asked_at_launch}}}}
seats: {{chair: {{count: 1}}}}
{INVITED}
children: {{unit: {{process: other, opens: finish, shares: [chair, visit]}}}}
"""
OTHER = f"""
process: other
dates: {{visit: {{else: asked_at_launch}}}}
seats: {{chair: {{count: 1}}}}
{INVITED}
"""


def told(other: str) -> list[tuple[str, str]]:
    definition: Definition = a_definition(other)
    return [(each.kind, str(each.message)) for each in children(a_definition(PARENT), {"other": definition})]


def test_seats_and_dates_of_the_same_names_can_be_shared() -> None:
    assert told(OTHER) == []


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        (
            "seats: {chair:", "seats: {chairs:",
            ("no_seat", "`shares` of the child `unit` names `chair`, which is no seat or date of `other`. Did you mean "
             "`chairs`?"),
        ),
        (
            "{visit: {else: asked_at_launch}}", "{visits: {else: asked_at_launch}}",
            ("no_date", "`shares` of the child `unit` names `visit`, which is no seat or date of `other`. Did you mean "
             "`visits`?"),
        ),
        (
            "{visit: {else: asked_at_launch}}",
            "{visit: {set_by: [fix]}}\ntransitions:\n  fix: {from: busy, by: office, asks: {day: date}, "
            "sets: {visit: chosen.day}}\n  finish: {from: busy, to: over, by: office}",
            ("no_date", "The child `unit` shares `visit`, which `other` sets itself: take `set_by` out there."),
        ),
    ],
    ids=["seat", "date", "set twice"],
)  # fmt: skip
def test_what_a_child_lacks_or_sets_itself_is_told(old: str, new: str, finding: tuple[str, str]) -> None:
    assert told(OTHER.replace(old, new)) == [finding]
