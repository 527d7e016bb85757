"""Who is asked to work as an answer is there may see it in that stage."""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.in_time import in_time

PROCESS = """
seats: {peer: {count: 2}}
groups: {panel: [peer]}
invitations: {form: answer, due: {at: invited + 5wd}}
stages: {writing: {}, reading: {}, ready: {}, over: {end: true}}
transitions:
  hand_in: {from: writing, to: reading, when: story.done}
  prepared: {from: reading, to: ready, by: office}
  finish: {from: ready, to: over, by: office}
tasks:
  story: {for: contact, opens: writing, form: story, due: {at: opened + 4w}}
  notes: {each: panel, opens: OPENS, form: notes, due: {at: opened + 4w}}
NOTICE
documents:
  story: {see: {office: true, panel: SEE}}
"""
TEXT = "{tale: {type: text, required: true}}"
WORD = "{agreed: {type: yes_no}}"
TOLD = "notices: {ready_to_read: {when: hand_in, to: panel}}"


def told(see: str, opens: str = "reading", story: str = TEXT, notice: str = "") -> list[tuple[str, tuple[str, str]]]:
    text = PROCESS.replace("SEE", see).replace("OPENS", opens).replace("NOTICE", notice)
    return [(one.kind, one.item) for one in in_time(unchecked(text, story=story, notes=WORD))]


FOUND = [("unseen", ("document", "story"))]


@pytest.mark.parametrize(
    ("see", "found"),
    [
        ("true", []),
        ("[story is done]", []),
        ("[round of reading > 0]", []),
        ("[round of ready > 0]", FOUND),
        ("[stage is ready]", FOUND),
    ],
)
def test_who_reads_as_it_is_there_may_see_it_then(see: str, found: list[object]) -> None:
    assert told(see) == found


def test_what_begins_later_may_be_seen_later() -> None:
    assert told("[round of ready > 0]", opens="ready") == []


def test_an_answer_of_a_word_counts_where_they_are_told_of_it() -> None:
    assert told("[round of ready > 0]", story=WORD) == []
    assert told("[round of ready > 0]", story=WORD, notice=TOLD) == FOUND
