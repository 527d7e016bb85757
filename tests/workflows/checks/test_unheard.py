"""A task opens by each way to its stage, and silence is heard where something waits for the work."""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.unheard import unheard

COURSE = """
stages: {asked: {}, busy: {}, over: {end: true}}
transitions:
  agree: {from: asked, to: busy, by: contact}
  letter: {from: asked, to: busy, by: office}
  finish: {from: busy, to: over, when: [WAITS]}
tasks:
  work: {for: contact, opens: OPENS, form: note, due: {at: opened + 10wd}, HOW}
MORE
"""


def told(opens: str = "busy", how: str = "silence: waits", waits: str = "work.done", more: str = "") -> list[str]:
    text = COURSE.replace("OPENS", opens).replace("HOW", how).replace("WAITS", waits).replace("MORE", more)
    found = list(unheard(unchecked(text)))
    assert [(each.item, each.severity) for each in found] == [(("task", "work"), "warning")] * len(found)
    return [each.kind for each in found]


@pytest.mark.parametrize(
    ("opens", "found"),
    [("busy", []), ("[agree, letter]", []), ("[agree, asked.left]", []), ("agree", ["other_way"]), ("finish", [])],
)
def test_a_task_opens_by_each_way_to_its_stage(opens: str, found: list[str]) -> None:
    assert told(opens) == found


@pytest.mark.parametrize(
    ("how", "waits", "more", "found"),
    [
        ("silence: nothing", "work.done", "", ["silence_unheard"]),
        ("silence: nothing", "work.done, work.expired", "", []),
        ("silence: agrees", "work.done", "", []),
        ("silence: nothing, optional: true", "work.done", "", []),
        ("silence: nothing", "work.done", "notices: {word: {when: over, to: contact, if: [work is expired]}}", []),
        ("silence: nothing", "work.done", "notices: {word: {when: over, to: contact, if: [work is not done]}}", []),
        (
            "silence: nothing",
            "work.done",
            "notices: {w: {when: over, to: contact, if: [work is done]}}",
            ["silence_unheard"],
        ),
    ],
)
def test_silence_is_heard_where_something_waits(how: str, waits: str, more: str, found: list[str]) -> None:
    assert told(how=how, waits=waits, more=more) == found
