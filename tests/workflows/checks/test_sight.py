"""Does who may see a document keep seeing it as the case goes on?"""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.sight import sight

PROCESS = """
stages: {busy: {}, reading: {}, telling: {}, over: {end: true}}
seats: {peer: {count: 1}}
invitations: {form: answer, due: {at: invited + 5wd}}
transitions:
  read: {from: busy, to: reading, by: office}
  tell: {from: reading, to: telling, by: office}
  finish: {from: telling, to: over, by: office}
documents: {work: {see: {office: true, peer: RULE}}}
"""


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("[stage is reading]", True),
        ("[work is done, stage is busy or reading]", True),
        ("[stage is telling]", False),  # after that it ends
        ("[stage is reading or telling]", False),
        ("[stage is not busy]", False),
        ("[round of reading > 0]", False),
        ("[{any: [stage is reading, work is done]}]", False),
        ("true", False),
    ],
)
def test_what_is_seen_in_a_stage_is_seen_from_then_on(rule: str, *, found: bool) -> None:
    told = [(each.kind, each.item, each.severity) for each in sight(unchecked(PROCESS.replace("RULE", rule)))]
    assert told == ([("seen_no_more", ("document", "work"), "warning")] if found else [])
