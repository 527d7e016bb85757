"""Who acts on an answer may read it: where it alone opens their task, and where they led to it themselves."""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.consulted import consulted

PROCESS = """
people: {office: {of: secretariat}, owner: {of: secretariat, count: 1, owner: true}, contact: {of: host, count: 1},
  lead: {of: committee, count: 1}, member: {of: committee}, expert: {of: outside, count: 1}}
stages: {weighing: {}, asking: {}, over: {end: true}}
transitions:
  ask: {from: weighing, to: asking, when: opinion.done, if: [opinion.answer is no]}
  answered: {from: asking, to: weighing, when: [reply.done, reply.expired]}
  finish: {from: weighing, to: over, when: opinion.done, if: [opinion.answer is yes]}
tasks:
  opinion: {for: lead, with: member, opens: weighing, form: answer}
  reply: {for: contact, opens: asking, form: note, due: {at: opened + 5wd}, silence: nothing}
  advice: {for: expert, opens: ADVICE, form: page}
documents:
  answer: {see: {office: true, contact: true, expert: true}}
  note: {see: SEE}
  page: {see: {office: true}}
"""
SENT_FOR = (
    "By `ask` `lead` leads to `reply`, and `answered` then to `opinion` of theirs; but they may not see there what was "
    "answered: name them under `see`."
)
OPENED = (
    "`advice` opens as `reply` has been answered, and `expert`, who does it, may not see the answer then: name them "
    "under `see`."
)
HELPED = (
    "`reply` leads to `opinion`, and `lead`, who does that, may not see what was answered then, though `member` may, "
    "who helps: name them under `see`."
)


def told(see: str, advice: str = "weighing", *edits: tuple[str, str]) -> list[str]:
    text = PROCESS.replace("SEE", see).replace("ADVICE", advice)
    for old, new in edits:
        assert text.count(old) == 1
        text = text.replace(old, new)
    found = list(consulted(unchecked(text)))
    assert {(one.kind, one.item, one.severity) for one in found} <= {("unseen", ("document", "note"), "warning")}
    return [str(one.message) for one in found]


@pytest.mark.parametrize(
    ("see", "found"),
    [
        ("{office: true}", [SENT_FOR]),
        ("{office: true, lead: [reply is done]}", []),
        ("{office: true, lead: [stage is asking]}", [SENT_FOR]),  # and no more when they decide
        ("{office: true, lead: [round of over > 0]}", [SENT_FOR]),
        ("{office: true, member: true}", [SENT_FOR, HELPED]),
        ("{lead: true}", []),
    ],
)
def test_who_led_to_an_answer_reads_it_as_they_go_on(see: str, found: list[str]) -> None:
    assert told(see) == found


def test_who_led_nobody_there_need_not_read_it_where_others_work_too() -> None:
    by_owner = ("when: opinion.done, if: [opinion.answer is no]", "by: owner")
    assert told("{office: true}", "weighing", by_owner) == []
    assert told("{office: true, member: true}", "weighing", by_owner) == [HELPED]


@pytest.mark.parametrize(
    ("advice", "see", "found"),
    [
        ("reply.done", "{lead: true}", [OPENED]),
        ("[reply.done, reply.expired]", "{lead: true}", [OPENED]),
        ("reply.done", "{lead: true, expert: true}", []),
        ("[reply.done, weighing]", "{lead: true}", []),  # their work is another matter
        ("[reply.done, opinion.done]", "{lead: true}", []),  # of which they see the other answer
        ("weighing", "{lead: true}", []),
    ],
)
def test_who_does_a_task_that_an_answer_opens_reads_it(advice: str, see: str, found: list[str]) -> None:
    assert told(see, advice) == found


def test_the_office_is_one_and_an_answer_of_several_is_not_read_by_each() -> None:
    by_owner = ("for: expert", "for: owner")
    assert told("{lead: true, office: true}", "reply.done", by_owner) == []
    each = ("reply: {for: contact", "reply: {each: [contact, expert]")
    assert told("{lead: true}", "reply.done", each) == [OPENED]


def test_work_on_a_row_names_that_row() -> None:
    rows = "{terms: {type: rows, columns: {what: {type: text}}}}"
    text = PROCESS.replace("SEE", "{lead: true}").replace("opens: ADVICE", "each: reply.rows, opens: reply.done")
    assert list(consulted(unchecked(text, note=rows))) == []


def test_what_is_public_is_read_by_everybody() -> None:
    assert told("{office: true}, publish: {when: reply.done}") == []
