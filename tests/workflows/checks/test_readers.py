"""What is answered is read by somebody, and proposed to those who may see it."""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.readers import readers

COURSE = """
seats: {peer: {count: 2}}
groups: {panel: [peer]}
tasks:
  work: {WHO, opens: busy, form: note}
  next: {for: signatory, opens: work.done, form: page}
MORE
documents: {note: {see: {SEE}}, page: {see: {office: true}}}
"""
TAKEN = "said: {type: text, prefill: note.remark}"


def told(see: str, who: str = "for: contact", more: str = "", page: str = "said: {type: text}") -> list[str]:
    text = COURSE.replace("WHO", who).replace("MORE", more).replace("SEE", see)
    return [each.kind for each in readers(unchecked(text, page=page))]


def test_what_is_said_names_who_answers() -> None:
    text = COURSE.replace("WHO", "for: contact").replace("MORE", "").replace("SEE", "author: true")
    assert [(each.item, each.severity, each.message) for each in readers(unchecked(text))] == [(
        ("document", "note"), "warning",
        "Nobody but `contact`, who answers it, ever sees `note`, and nothing asks what is answered there: name its "
        "readers under `see`.",
    )]  # fmt: skip


@pytest.mark.parametrize(
    ("tasks", "found"),
    [
        ("work: {for: contact, opens: busy, form: note}", ["work"]),
        ("work: {for: office, opens: busy, form: note}", []),
        ("work: {for: contact, opens: busy, form: page}", []),
        (
            "work: {for: contact, opens: busy, form: note}\n"
            "  see: {for: office, opens: work.done, if: [work.remark is yes]}",
            [],
        ),
        ("work: {for: contact, opens: busy, does: finish}", []),
    ],
)
def test_answers_have_a_document_that_names_their_readers(tasks: str, found: list[str]) -> None:
    text = f"tasks:\n  {tasks}\ndocuments: {{page: {{see: {{office: true}}}}}}\n"
    text += "transitions: {finish: {from: busy, to: over, by: [office, contact]}}\n"
    told = list(readers(unchecked(text, page="said: {type: text}")))
    assert [(each.kind, each.item) for each in told] == [("unread", ("task", name)) for name in found]


@pytest.mark.parametrize(
    ("see", "who", "more", "found"),
    [
        ("contact: true", "for: contact", "", True),
        ("contact: true, signatory: false", "for: contact", "", True),
        ("contact: true, signatory: [stage is over]", "for: contact", "", False),
        ("author: true", "for: office", "", False),
        ("author: true", "each: panel", "", True),
        ("panel: true", "for: contact, with: peer", "", False),
        ("author: true", "for: contact", "notices: {word: {when: over, to: contact, if: [work.remark is yes]}}", False),
        ("author: true}, publish: {when: over", "for: contact", "", False),
        ("author: true", "for: contact", "notices: {word: {when: over, to: contact, invite: work.day}}", False),
    ],
)
def test_somebody_reads_what_is_answered(see: str, who: str, more: str, *, found: bool) -> None:
    assert told(see, who, more) == (["unread"] if found else [])


@pytest.mark.parametrize(
    ("see", "who", "found"),
    [
        ("office: true", "each: panel", True),
        ("office: true, signatory: true", "each: panel", False),
        ("office: true, signatory: [stage is over]", "each: panel", False),
        ("office: true, signatory: false", "each: panel", True),
        ("office: true", "for: signatory", False),
        ("office: true", "for: contact", False),  # what the organisation itself answered in an earlier review
    ],
)
def test_an_earlier_answer_is_proposed_to_whoever_may_see_it(see: str, who: str, *, found: bool) -> None:
    assert told(see, who, page=TAKEN) == (["not_proposed"] if found else [])
