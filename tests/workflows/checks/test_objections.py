"""Does another side decide about an objection?"""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.objections import objections

PROCESS = """
groups: {theirs: [contact, signatory], both: [contact, office]}
seats: {peer: {count: 1..3}}
invitations:
  form: answer
  due: {at: invited + 5wd}
  objection: {by: BY, form: answer, due: {at: proposed + 5wd}, decides: DECIDES}
"""


@pytest.mark.parametrize(
    ("by", "decides", "found"),
    [
        ("contact", "signatory", True),
        ("contact", "contact", True),
        ("theirs", "signatory", True),
        ("contact", "office", False),
        ("both", "signatory", False),
        ("office", "owner", False),  # of the own office, one may decide for another
    ],
)
def test_an_objection_is_decided_by_another_side(by: str, decides: str, *, found: bool) -> None:
    definition = unchecked(PROCESS.replace("BY", by).replace("DECIDES", decides))
    told = [(each.kind, each.item, each.severity) for each in objections(definition)]
    assert told == ([("own_judge", ("role", decides), "warning")] if found else [])
