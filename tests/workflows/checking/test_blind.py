"""Nobody judges or writes where a way leads past what they work from, as far as its ways are tried out."""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checking.blind import blind
from workflows.checking.exploring import explore
from workflows.checking.model import model_of

SHOWN = """
people: {office: {of: secretariat}, owner: {of: secretariat, count: 1, owner: true}, contact: {of: host, count: 1},
  judge: {of: committee, count: 1}, reader: {of: committee, count: 1}}
stages: {writing: {}, reading: {}, judging: {}, amending: {}, over: {end: true}}
transitions:
  hand_in: {from: writing, to: reading, when: study.done}
  has_read: {from: reading, to: judging, by: owner}
  amend: {from: reading, to: amending, by: owner}
  amended: {from: amending, to: reading, when: study.done}
  finish: {from: judging, to: over, when: verdict.done}
tasks:
  study: {for: contact, opens: [writing, amending], form: note}
  verdict: {for: judge, opens: judging, form: verdict}
  remark: {for: judge, opens: judging, form: remark}
documents:
  note: {see: {office: true, judge: [round of reading > 0]}}
  verdict: {see: {office: true, contact: true}}
  remark: {see: {office: true}}
"""
VERDICT = "{grounds: {type: text, required: true}}"
READ = "round of reading > 0"


def told(*edits: tuple[str, str], base: str = SHOWN, **forms: str) -> list[tuple[str, str, str, str]]:
    """Kind, item and text of what is told of a small process, and the way to it."""
    for old, new in edits:
        assert base.count(old) == 1
        base = base.replace(old, new)
    found = blind(explore(model_of(unchecked(base, **{"verdict": VERDICT, **forms}))))
    return [(one.finding.kind, one.finding.item[1], one.finding.message, one.story) for one in found]


def test_a_way_past_the_stage_in_which_a_document_is_shown_is_told_with_its_steps() -> None:
    leap = "{from: writing, to: judging, by: owner, if: [study is done]}\n  finish:"
    hand_in = ("when: study.done}\n  has_read", "by: owner}\n  has_read")
    assert told(hand_in, ("  finish:", f"  leap: {leap}")) == [(
        "blind", "note",
        "A case can come to `verdict`, work of `judge`, by a way on which they never see `note`, though it was "
        "answered: let them see it on that way too, or take the way out.",
        "the case begins (writing); `study` is done (writing); somebody takes `leap` (judging)",
    )]  # fmt: skip


LEAP = (
    ("when: study.done}\n  has_read", "by: owner}\n  has_read"),
    ("  finish:", "  leap: {from: writing, to: judging, by: owner, if: [study is done]}\n  finish:"),
)


@pytest.mark.parametrize(
    ("edits", "found"),
    [
        ((), False),
        (LEAP, True),
        ((*LEAP, (READ, "{any: [round of reading > 0, round of judging > 0]}")), False),
        ((*LEAP, (READ, "round of has_read > 0")), True),
        ((*LEAP, (READ, "stage is reading or over")), True),
        ((*LEAP, ("judge: [round of reading > 0]", "judge: true")), False),
        ((*LEAP, ("office: true, judge", "office: true, reader: true, judge")), True),
        ((*LEAP, (READ, "round of amending > 0")), False),  # which the ordinary case does not come to
        ((*LEAP, ("[study is done]", "[study is open]")), False),  # nothing was answered
        ((*LEAP, ("opens: judging, form: verdict", "opens: reading, form: verdict, until: over")), False),
        ((*LEAP, ("  note: {see", "  note: {publish: {when: judging}, see")), False),
    ],
)
def test_who_judges_sees_what_was_answered_on_every_way(edits: tuple[tuple[str, str], ...], *, found: bool) -> None:
    assert [each[:2] for each in told(*edits)] == ([("blind", "note")] if found else [])


def test_short_remarks_are_no_judgement() -> None:
    assert told(*LEAP, verdict="{grounds: {type: text, required: true, max_words: 20}}") == []


DECIDED = """
rubric: {file: small, pinned: case.launched}
people: {office: {of: secretariat}, owner: {of: secretariat, count: 1, owner: true}, contact: {of: host, count: 1},
  judge: {of: committee, count: 1}}
stages: {reading: {}, thinking: {}, judging: {}, over: {end: true}}
transitions:
  has_read: {from: reading, to: thinking, when: view.done}
  think: {from: thinking, to: judging, by: owner}
  finish: {from: judging, to: over, when: verdict.done}
tasks:
  view: {for: judge, opens: OPENS, form: view}
  verdict: {for: judge, opens: judging, form: verdict, decides: {rows: rubric.safeguards, from: view}}
"""
LEAP_TOO = ("  finish:", "  leap: {from: reading, to: judging, by: owner}\n  finish:")


@pytest.mark.parametrize(
    ("opens", "more", "found"),
    [
        ("reading", (), False),
        ("thinking", (("when: view.done", "by: owner"),), False),
        ("thinking", (("when: view.done", "by: owner"), LEAP_TOO), True),
        ("[thinking, leap]", (("when: view.done", "by: owner"), LEAP_TOO), False),
        ("reading", (LEAP_TOO,), False),  # it was asked, and nobody answered
        ("[thinking, judging + 2d]", (("when: view.done", "by: owner"), LEAP_TOO), False),  # it may still come
    ],
)
def test_what_is_decided_from_was_asked_on_every_way(
    opens: str, more: tuple[tuple[str, str], ...], *, found: bool
) -> None:
    told_now = told(
        *more, base=DECIDED.replace("OPENS", opens), view="{level: {type: choice, per: safeguards, scale: basis}}"
    )  # fmt: skip
    message = (
        "A case can come to `verdict` past `view`, from which it decides: nobody was asked for that on the way. Let "
        "`view` open there too, or take that way out."
    )
    assert [each[:3] for each in told_now] == ([("blind", "verdict", message)] if found else [])
