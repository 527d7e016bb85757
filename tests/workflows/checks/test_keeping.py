"""Is an answer kept until others have gone on from it?"""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.keeping import keeping

PROCESS = """
dates: {visit: {provisional: case.launched + 10w, set_by: fix}}
transitions:
  fix: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day}}
  finish: {from: busy, to: over, by: office}
tasks:
  view: {for: contact, opens: busy, form: view, due: {at: visit - 1w}}
  more: {for: contact, opens: view.done, form: FORM, due: {at: DUE}MORE}
documents: {view: {see: {office: true}, keep: KEEP}}
"""
FORMS = {
    "view": "{remark: {type: text}, rows: {type: rows, columns: {what: {type: text}}}}",
    "taken": "{remark: {type: text, prefill: view.remark}}",
}


def told(keep: str, due: str, form: str, more: str) -> list[tuple[str, tuple[str, str], str]]:
    text = PROCESS.replace("KEEP", keep).replace("DUE", due).replace("FORM", form).replace("MORE", more)
    return [(each.kind, each.item, each.severity) for each in keeping(unchecked(text, **FORMS))]


@pytest.mark.parametrize(
    ("keep", "due", "form", "more", "found"),
    [
        ("visit + 12w", "visit + 20w", "taken", "", True),
        ("visit + 12w", "opened + 20w", "taken", "", True),  # nine weeks from the launch, in the ordinary case
        ("visit + 12w", "visit + 10w", "taken", "", False),
        ("visit + 12w", "opened + 4w", "taken", "", False),
        ("visit + 12w", "visit + 20w", "note", "", False),
        ("visit + 12w", "visit + 20w", "note", ", each: view.rows", True),
        ("7y", "visit + 20w", "taken", "", False),
    ],
)
def test_an_answer_is_kept_until_it_has_been_used(keep: str, due: str, form: str, more: str, *, found: bool) -> None:
    assert told(keep, due, form, more) == ([("kept_short", ("document", "view"), "warning")] if found else [])


@pytest.mark.parametrize(("keep", "found"), [("visit + 12w", True), ("visit + 30w", False)])
def test_a_judgement_is_kept_until_it_has_been_decided_on(keep: str, *, found: bool) -> None:
    decides = ", decides: {rows: rubric.safeguards, from: view}"
    rubric = "seats: {peer: {count: 1, votes: true}}\ninvitations: {form: answer, due: {at: invited + 5wd}}\n"
    text = PROCESS.replace("KEEP", keep).replace("DUE", "visit + 20w").replace("FORM", "note").replace("MORE", decides)
    told = [each.item for each in keeping(unchecked(f"rubric: {{file: small}}\n{rubric}{text}", **FORMS))]
    assert told == ([("document", "view")] if found else [])
