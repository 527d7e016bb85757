"""Does a child get the people of whom it counts who was kept?"""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.children import children

PROCESS = """
seats: {chair: {count: 1, votes: true}, peer: {count: 1..3}}
groups: {all_of_them: [chair, peer]}
invitations: {form: answer, due: {at: invited + 5wd}}
conditions: {together: [COUNT]}
children: {again: {process: PROCESS, opens: finishHANDED}}
"""


@pytest.mark.parametrize(
    ("count", "handed", "found"),
    [
        ("1 peer with kept seated", "", True),
        ("1 peer with kept seated", ", seats: chair", True),
        ("{any: [case is not child, 1 all_of_them with kept seated]}", "", True),
        ("1 peer with kept seated", ", seats: peer", False),
        ("1 all_of_them with kept seated", ", seats: chair", False),
        ("1 peer with kept seated", ", shares: [peer]", False),
        ("no peer with kept seated", "", False),
        ("1 peer seated", "", False),
    ],
)
@pytest.mark.parametrize("process", ["small", "other"])
def test_a_child_that_counts_who_was_kept_is_handed_them(process: str, count: str, handed: str, *, found: bool) -> None:
    text = PROCESS.replace("COUNT", count).replace("HANDED", handed).replace("PROCESS", process)
    other = {"other": unchecked("process: other\n" + text)}
    told = [(each.kind, each.item, each.severity) for each in children(unchecked(text), other)]
    assert told == ([("nobody_kept", ("child", "again"), "warning")] if found else [])
