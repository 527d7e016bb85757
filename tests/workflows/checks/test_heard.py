"""Does the office see the findings of which its summary tells?"""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.heard import heard

POINTS = "{points: {type: rows, marks: finding, columns: {what: {type: text}}}}"
STATE = "{state: {type: choice, marks: finding, choices: {still: {en: Still}, done: {en: Done}}, closes: done}}"
REPORTS = """
tasks:
  draft: {for: contact, opens: busy, form: report}
  report: {for: contact, opens: draft.done, form: report}
"""
FOLLOWS = "tasks: {follow: {for: contact, each: findings, opens: busy, form: state}}\n"


def told(text: str, **forms: str) -> list[tuple[str, tuple[str, str], str]]:
    definition = unchecked(text, **forms)
    return [(each.kind, each.item, each.severity) for each in heard(definition)]


@pytest.mark.parametrize(
    ("documents", "found"),
    [
        ("documents: {}", True),
        ("documents: {report: {see: {contact: true}}}", True),
        ("documents: {report: {see: {office: false, contact: true}}}", True),
        ("documents: {draft: {see: {office: true}}}", True),  # which makes no findings: a draft is no report yet
        ("documents: {report: {see: {office: true}}}", False),
        ("documents: {report: {see: {office: [work is done]}}}", False),
    ],
)
def test_the_office_sees_the_rows_that_are_findings(documents: str, *, found: bool) -> None:
    definition = f"{REPORTS}  work: {{for: contact, opens: busy, form: note}}\n{documents}"
    wrong = [("unlisted_findings", ("task", "report"), "warning")]
    assert told(definition, report=POINTS) == (wrong if found else [])


@pytest.mark.parametrize(
    ("documents", "found"), [("documents: {}", True), ("documents: {state: {see: {owner: true}}}", False)]
)  # fmt: skip
def test_the_office_sees_how_findings_stand(documents: str, *, found: bool) -> None:
    wrong = [("unlisted_findings", ("task", "follow"), "warning")]
    assert told(FOLLOWS + documents, state=STATE) == (wrong if found else [])
