"""What is to become public is written by then."""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.unwritten import unwritten

COURSE = """
stages: {early: {}, busy: {}, late: {}, over: {end: true}}
transitions:
  begin: {from: early, to: busy, by: office}
  go_on: {from: busy, to: late, by: office}
  finish: {from: late, to: over, by: office}
"""


def told(when: str, opens: str, more: str = "") -> list[tuple[str, tuple[str, str], str]]:
    text = (
        f"{COURSE}{more}\n"
        f"tasks: {{work: {{for: contact, opens: {opens}, form: note}}, "
        "other: {for: contact, opens: work.done, form: page}}\n"
        f"documents: {{note: {{see: {{office: true}}, publish: {{when: {when}}}}}, page: {{see: {{office: true}}}}}}\n"
    )
    definition = unchecked(text)
    return [(each.kind, each.item, each.message) for each in unwritten(definition)]


def test_a_document_that_becomes_public_before_it_is_written_is_told() -> None:
    assert told("early", "go_on") == [(
        "unwritten", ("document", "note"),
        "`note` becomes public when `early` begins, and is written in `late` at the earliest, after which `early` "
        "never begins: nothing is public then. Name a later moment under `publish`.",
    )]  # fmt: skip


@pytest.mark.parametrize(
    ("when", "opens", "found"),
    [
        ("busy", "busy", True),
        ("busy", "[busy, late]", True),
        ("[late, busy]", "busy", True),
        ("late", "busy", False),
        ("busy", "[early, late]", False),
        ("busy", "[late, case.launched + 2w]", False),
        ("busy + 2w", "busy", False),
        ("work.done", "late", False),
    ],
)
def test_a_stage_publishes_what_may_be_written_before_it_begins(when: str, opens: str, *, found: bool) -> None:
    assert bool(told(when, opens)) is found


def test_a_stage_that_begins_again_publishes_what_was_written_since() -> None:
    assert told("early", "late", "  again: {from: late, to: early, by: office}") == []


def test_a_task_that_another_one_opens_is_written_no_earlier_than_that() -> None:
    text = "documents: {page: {see: {office: true}, publish: {when: busy}}}\n"
    tasks = (
        "tasks: {work: {for: contact, opens: late, form: note}, other: {for: contact, opens: work.done, form: page}}"
    )
    definition = unchecked(f"{COURSE}{tasks}\n{text}")
    assert [each.item for each in unwritten(definition)] == [("document", "page")]
