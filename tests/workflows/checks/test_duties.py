"""Is what is told at the launch told to somebody?"""

from __future__ import annotations

import pytest

from tests.builders.engine import a_folder
from workflows.checks.duties import duties
from workflows.loader import load_stored

PARTS = """
seats: {peer: {count: 2}}
groups: {panel: [peer], all: [peer, contact]}
tasks: {work: {for: contact, opens: busy, form: note}}
"""


@pytest.mark.parametrize(
    ("notice", "found"),
    [
        ("when: case.launched, to: panel", True),
        ("when: [work.done, case.launched], to: peer", True),
        ("when: busy, to: panel", True),
        ("when: case.launched + 4w, to: panel", False),
        ("when: work.done, to: panel", False),
        ("when: case.launched, to: all", False),
        ("when: case.launched, to: panel, cc: contact", False),
    ],
)
def test_nobody_sits_on_a_panel_yet_when_a_case_is_launched(notice: str, *, found: bool) -> None:
    loaded = load_stored(a_folder(f"{PARTS}notices: {{word: {{{notice}}}}}\n"))
    assert loaded.definition is not None
    assert loaded.wording is not None
    told = [(each.kind, each.item, each.severity) for each in duties(loaded.definition, loaded.wording)]
    assert (("nobody_yet", ("notice", "word"), "warning") in told) is found
