"""May those whose work begins with an answer read it?"""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.handing import handing
from workflows.checks.keeping import keeping

PROCESS = """
seats: {{peer: {{count: 2}}}}
groups: {{panel: [peer]}}
invitations: {{form: answer, due: {{at: invited + 5wd}}}}
dates: {{visit: {{provisional: case.launched + 20w, set_by: [fix]}}}}
stages: {{writing: {{}}, waiting: {{}}, visiting: {{}}, over: {{end: true}}}}
tracks: {{paper: {{during: [writing, waiting], keeps: true, states: [open, given, good]}}}}
transitions:
  fix: {{from: writing, by: office, asks: {{day: date}}, sets: {{visit: chosen.day}}}}
  given: {{from: paper.open, to: paper.given, when: story.done}}
  approve: {{from: paper.given, to: paper.good, by: office}}
  go: {{from: writing, to: waiting, {go}}}
  arrive: {{from: waiting, to: visiting, when: visit}}
  finish: {{from: visiting, to: over, by: office}}
tasks:
  story: {{for: {author}, opens: writing, form: story, due: {{at: opened + 4w}}}}
  notes: {{{notes}, form: notes, due: {{at: opened + 4w}}}}
documents:
  story: {{see: {{office: true{see}}}{keep}}}
  notes: {{see: {{office: true}}}}
"""
TEXT = "{tale: {type: text, required: true}}"
WORD = "{agreed: {type: yes_no}, remark: {type: text}}"


def told(
    go: str = "when: story.done", *, notes: str = "for: peer, opens: visiting", see: str = "", author: str = "contact",
    story: str = TEXT, keep: str = "",
) -> list[str]:  # fmt: skip
    text = PROCESS.format(go=go, notes=notes, see=see, author=author, keep=keep)
    definition = unchecked(text, story=story)
    return [f"{each.kind} {each.item[1]}" for each in (*handing(definition), *keeping(definition))]


@pytest.mark.parametrize(
    "go",
    [
        "when: story.done",
        "auto: true, if: [story is done]",
        "by: office, if: [story is done]",
        "auto: true, if: [paper is given]",
        "auto: true, if: [paper is good]",
    ],
)
def test_who_works_from_an_answer_may_read_it_however_it_leads_there(go: str) -> None:
    assert told(go) == ["kept_from story"]
    assert told(go, see=", peer: [round of visiting > 0]") == []


@pytest.mark.parametrize("notes", ["each: panel, opens: waiting", "for: [contact, peer], opens: visiting"])
def test_it_may_be_work_of_each_or_of_both_sides(notes: str) -> None:
    assert told(notes=notes) == ["kept_from story"]


def test_the_message_says_who_may_not_read_what() -> None:
    (finding,) = handing(
        unchecked(
            PROCESS.format(
                go="when: story.done", notes="for: peer, opens: visiting", see="", author="contact", keep=""
            ),
            story=TEXT,
        )
    )
    assert finding.message == (
        "`notes` begins when `story` has been answered, and `peer` may never see `story`, which is that answer: add "
        "them under `see`."
    )


@pytest.mark.parametrize(
    "change",
    [
        {"go": "by: office"},  # nothing says that it needs the answer
        {"story": WORD},  # consent is no text
        {"notes": "for: owner, opens: visiting"},  # the office helps at every step
        {"notes": "for: signatory, opens: visiting"},  # of the same side
        {"notes": "for: peer, opens: visiting, optional: true"},
        {"author": "peer", "notes": "for: [contact, peer], opens: visiting"},  # what a panel writes is its own
        {"keep": ", publish: {when: story.done}"},
        {"notes": "for: peer, opens: story.done"},  # `consulted` tells of that
    ],
)  # fmt: skip
def test_others_need_not_read_it(change: dict[str, str]) -> None:
    assert told(**change) == []


def test_an_answer_is_kept_until_the_work_that_begins_with_it() -> None:
    assert told(see=", peer: true", keep=", keep: visit - 2w") == ["kept_short story"]
    assert told(see=", peer: true", keep=", keep: visit + 8w") == []
