"""Does a child have the seats and dates that are shared with it, and does it get those that it needs?"""

from __future__ import annotations

import pytest

from engine.definition import Definition
from tests.builders.engine import a_definition, a_folder, unchecked
from workflows.checks.children import children
from workflows.loader import faults_of_children, load_files

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


FIX = "  fix: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day}}\n"
ENDS = "  finish: {from: busy, to: over, by: office}\n"
NO_DAY = (
    "no_day",
    "The child `unit` never gets a day for `visit`, which `other` asks for at a launch, and a child is not asked: name "
    "it under `dates` or `shares`.",
)


@pytest.mark.parametrize(
    ("given", "date", "found"),
    [
        ("", "{else: asked_at_launch}", [NO_DAY]),
        (", dates: {visit: case.launched + 8w}", "{else: asked_at_launch}", []),
        (", shares: [visit]", "{else: asked_at_launch}", []),
        ("", "{from: subject.previous_visit + 6y, else: asked_at_launch}", []),  # whether it is known hangs on the host
        ("", "{else: asked_at_launch, set_by: [fix]}", []),
        ("", "{set_by: [fix]}", []),
        ("", "{set_by: [fix], else: asked_at_launch, provisional: case.launched + 8w}", []),
    ],
)
def test_a_date_that_a_launch_asks_for_is_given_to_a_child(given: str, date: str, found: list[tuple[str, str]]) -> None:
    parent = (
        f"dates: {{visit: {{else: asked_at_launch}}}}\nchildren: {{unit: {{process: other, opens: finish{given}}}}}"
    )
    fix = FIX if "set_by" in date else ""
    other = a_definition(f"process: other\ndates: {{visit: {date}}}\ntransitions:\n{fix}{ENDS}")
    told_now = [(each.kind, str(each.message)) for each in children(a_definition(parent), {"other": other})]
    assert told_now == found


def test_a_child_of_the_process_itself_gets_its_dates_too() -> None:
    text = "dates: {visit: {else: asked_at_launch}}\nchildren: {again: {process: small, opens: finish, await: none}}"
    (found,) = children(a_definition(text), {})
    assert (found.kind, found.item, found.severity) == ("no_day", ("child", "again"), "error")
    assert list(children(a_definition(text.replace("await", "dates: {visit: visit + 6y}, await")), {})) == []


@pytest.mark.parametrize(
    ("date", "given", "found"),
    [
        ("from: subject.visit_due, else: asked_at_launch", "", True),
        ("from: subject.visit_due, else: asked_at_launch", "dates: {visit: visit + 6y},", False),
        ("from: subject.previous_visit + 6y, else: asked_at_launch", "", True),
        ("from: subject.visit_due", "", False),
    ],
)
def test_a_next_round_does_not_take_its_day_from_the_fact_of_this_one(date: str, given: str, *, found: bool) -> None:
    again = f"children: {{again: {{process: small, opens: finish, {given} await: none}}}}"
    fact = date.removeprefix("from: ").partition(",")[0]
    message = (
        f"The child `again` takes `visit` from `{fact}`, as this case did: the same day again, unless "
        "somebody has changed that fact, and a child is not asked. Name it under `dates`."
    )
    told_now = [
        (each.kind, each.severity, str(each.message))
        for each in children(unchecked(f"dates: {{visit: {{{date}}}}}\n{again}"), {})
    ]  # fmt: skip
    assert told_now == ([("same_day", "warning", message)] if found else [])


@pytest.mark.parametrize(
    ("opens", "day", "found"),
    [
        ("finish + 4y", "finish + 3y", True),
        ("finish + 4y", "finish + 4y", True),
        ("finish + 4y", "finish + 6y", False),
        ("[finish, finish + 4y]", "finish + 4y", False),
    ],
)
def test_a_child_begins_with_the_time_that_a_launch_of_it_asks(opens: str, day: str, *, found: bool) -> None:
    parent = f"children: {{unit: {{process: other, opens: {opens}, dates: {{visit: {day}}}}}}}"
    other = a_definition(f"{OTHER}launch: {{by: office, lead_time: {{least: visit - 10mo}}}}\n")
    assert [each.kind for each in children(a_definition(parent), {"other": other})] == (["child_late"] if found else [])


@pytest.mark.parametrize(
    ("accept", "told_now"),
    [
        ("", [("warning", "child_late")]),
        (", accept: {child_late: the office agrees on a day}", []),
        (", accept: {nobody_kept: nobody need be}", [("warning", "child_late"), ("warning", "accept")]),
        (", accept: {nonsense: nobody knows}", [("warning", "child_late"), ("warning", "accept")]),
    ],
)
def test_a_warning_about_a_child_is_accepted_by_its_kind_beside_the_child(
    accept: str, told_now: list[tuple[str, str]]
) -> None:
    parent = f"children: {{unit: {{process: other, opens: finish + 4y, dates: {{visit: finish + 4y}}{accept}}}}}"
    other = a_definition(f"{OTHER}launch: {{by: office, lead_time: {{least: visit - 10mo}}}}\n")
    found = load_files(a_folder(parent))
    assert [one for one in found.errors if "[accept]" in one.message] == []  # whether there is one is not known yet
    told = faults_of_children(found, {"other": other})
    assert [(one.severity, one.message.rpartition("[")[2].rstrip("]")) for one in told] == told_now
