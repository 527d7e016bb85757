"""Can all that is declared be used? What never does its work is told, and what nearly looks like it is not."""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from tests.workflows.builders import ANSWER, small_files, spot
from workflows.checks.findings import Finding
from workflows.checks.usable import usable
from workflows.loader import load_files

SEATS = """
seats: {chair: {count: 1}, peer: {count: 1..3}}
groups: {panel: [chair, peer]}
invitations: {form: answer, due: {at: invited + 5wd}}
"""
TASK = "tasks: {{work: {{for: contact, opens: busy, form: note, due: {{at: opened + 10wd}}, {more}}}}}"


def told(text: str, **forms: str) -> list[Finding]:
    """What is told of a small process, whether or not it could be launched."""
    definition = unchecked(text, **forms)
    return list(usable(definition))


def kinds(text: str, **forms: str) -> list[tuple[str, tuple[str, str], str]]:
    return [(each.kind, each.item, each.severity) for each in told(text, **forms)]


# forms ----------------------------------------------------------------------------------------------------------------

STATE = "{{state: {{type: choice, marks: finding, choices: {{still: {{en: Still}}, done: {{en: Done}}}}{closes}}}}}"


@pytest.mark.parametrize(
    ("closes", "finding"),
    [
        (", closes: done", []),
        ("", [("never_closes", "error", "name in `closes` the choices after which it is not open any more")]),
        (
            ", closes: [still, done]",
            [("always_closes", "warning", "leave out of `closes` the choices after which it is")],
        ),
    ],
    ids=["some", "none", "every"],
)
def test_some_answers_about_a_finding_close_it_and_some_leave_it_open(
    closes: str, finding: list[tuple[str, str, str]]
) -> None:
    found = told(TASK.format(more="optional: true"), note=STATE.format(closes=closes))
    assert [(each.kind, each.severity) for each in found] == [(kind, severity) for kind, severity, _ in finding]
    assert all(help_ in each.message for each, (_, _, help_) in zip(found, finding, strict=True))


def test_it_is_told_at_the_question_and_accepted_at_the_form() -> None:
    state = (
        "  state: {type: choice, says: {nl: Hoe, en: How}, marks: finding, closes: [still, done],\n"
        "    choices: {still: {nl: Nog, en: Still}, done: {nl: Af, en: Done}}}\n"
    )
    asked = ANSWER + state
    (problem,) = load_files(small_files(**{"forms/answer.yaml": asked})).errors
    assert (problem.file, problem.line, problem.column) == ("forms/answer.yaml", *spot(asked, "state:"))
    accepted = asked.replace("fields:", "accept: {always_closes: what nobody answers stays open}\nfields:")
    assert load_files(small_files(**{"forms/answer.yaml": accepted})).errors == ()


@pytest.mark.parametrize(
    ("of", "least", "found"),
    [("panel", 4, []), ("panel", 5, ["never_holds"]), ("contact", 2, ["never_holds"]), ("office", 9, [])],
)
def test_more_people_than_there_can_be_are_not_asked_for(of: str, least: int, found: list[str]) -> None:
    asked = f"{{who: {{type: person, of: {of}, many: true, least: {least}}}}}"
    assert [each.kind for each in told(SEATS, note=asked)] == found


# tasks ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "found"),
    [("opened + 12wd", []), ("opened + 10wd", []), ("opened + 9wd", ["bounds"]), ("case.launched + 1y", [])],
)
def test_an_extension_does_not_end_before_the_day_that_it_puts_off(last: str, found: list[str]) -> None:
    extend = f"extend: {{by: office, at_most: +5wd, not_after: {last}}}"
    assert kinds(TASK.format(more=extend)) == [(kind, ("task", "work"), "error") for kind in found]


@pytest.mark.parametrize(
    ("role", "found"), [("contact", ["own_signature"]), ("signatory", []), ("office", [])], ids=["own", "other", "many"]
)
def test_a_signature_is_that_of_a_second_person(role: str, found: list[str]) -> None:
    sign = f"sign: {{by: {role}, due: {{at: submitted + 3wd}}}}"
    assert kinds(TASK.format(more=sign)) == [(kind, ("task", "work"), "warning") for kind in found]


def test_a_role_of_several_may_sign_what_one_of_them_does() -> None:
    sign = TASK.format(more="sign: {by: office, due: {at: submitted + 3wd}}").replace("for: contact", "for: office")
    assert kinds(sign) == []


# conditions -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("1 chair seated, 2 peer seated, at most 3 panel seated", False),
        ("1 chair seated, 3 peer seated, at most 3 panel seated", True),
        ("exactly 1 chair seated, 3 peer seated, exactly 3 panel seated", True),
        ("1 chair seated, 3 peer present, at most 3 panel seated", False),  # another question
        ("2 peer seated, 3 peer seated, at most 3 panel seated", False),  # the same people
        ("{that: 1 chair seated, waive: office}, 3 peer seated, at most 3 panel seated", False),
        ("1 chair seated, 3 peer seated, at most 75% of panel seated", False),
        ("1 chair seated, 3 peer seated, at most 3 panel with sector = po seated", False),
    ],
)
def test_a_condition_does_not_ask_for_more_of_some_than_it_allows_of_all(lines: str, *, found: bool) -> None:
    clash = [("never_holds", ("condition", "complete"), "error")] if found else []
    assert kinds(f"{SEATS}conditions: {{complete: [{lines}]}}") == clash


# days -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arrow", "found"),
    [
        ("when: busy + 4w, until: busy + 8w", False),
        ("when: busy + 8w, until: busy + 4w", True),
        ("when: busy + 8w, until: work.done", False),  # whether that is before is not known
        ("when: [busy + 8w, busy + 2w], until: busy + 4w", False),  # one of them comes in time
        ("when: busy + 8w, until: busy + 4w, by: office", False),  # a person takes it before
    ],
)
def test_an_arrow_is_not_closed_before_the_moment_for_which_it_waits(arrow: str, *, found: bool) -> None:
    text = f"transitions: {{finish: {{from: busy, to: over, {arrow}}}}}"
    assert kinds(text) == ([("never_taken", ("transition", "finish"), "error")] if found else [])


@pytest.mark.parametrize(("last", "found"), [("12w", False), ("4w", True)])
def test_a_window_ends_after_it_begins(last: str, *, found: bool) -> None:
    text = f"""
dates: {{visit: {{set_by: fix, window: case.launched + 8w .. case.launched + {last}}}}}
transitions:
  fix: {{from: busy, by: office, asks: {{day: date}}, sets: {{visit: chosen.day}}}}
  finish: {{from: busy, to: over, by: office}}
"""
    assert kinds(text) == ([("bounds", ("date", "visit"), "error")] if found else [])


@pytest.mark.parametrize(("least", "found"), [("visit - 10w", False), ("visit - 40w", True)])
def test_a_launch_is_not_meant_on_a_day_on_which_it_is_refused(least: str, *, found: bool) -> None:
    text = f"""
dates: {{visit: {{else: asked_at_launch}}}}
launch: {{by: office, when: visit - 26w, lead_time: {{advised: visit - 26w, least: {least}}}}}
"""
    assert kinds(text) == ([("bounds", ("date", "visit"), "error")] if found else [])
