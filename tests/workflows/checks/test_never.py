"""A condition can hold where it is asked, and it can fail there."""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.asked import asked
from workflows.checks.never import never

COURSE = """
seats: {chair: {count: 1}, peer: {count: 2}, guest: {count: 0..2}}
groups: {panel: [chair, peer]}
stages: {early: {}, busy: {}, late: {}, over: {end: true}}
dates: {day: {set_by: fix, provisional: case.launched + 10w}}
tracks:
  side: {during: busy, states: [begun, ended]}
  kept: {during: busy, keeps: true, states: [begun, ended]}
  own_one: {each: panel, during: seated, states: [begun, ended]}
"""
TASKS = """
tasks:
  fill: {for: office, opens: busy, does: assign}
  report: {for: contact, opens: late, form: note, due: {at: opened + 2w}}
  signed: {for: contact, opens: early, form: note, sign: {by: signatory, due: {at: submitted + 3d}}}
  skipped: {for: contact, opens: early, form: note, skip_if: [subject.small is yes]}
  over_in_time: {for: contact, opens: early, form: note, silence: nothing, due: {at: opened + 2w}}
  agreed: {for: contact, opens: early, form: note, silence: agrees, due: {at: opened + 2w}}
"""
ARROWS = """
transitions:
  begin: {{from: early, to: busy, by: office, if: [{begin}]}}
  fix: {{from: [early, busy], by: office, asks: {{day: date}}, sets: {{day: chosen.day}}}}
  go_on: {{from: busy, to: late, when: day, if: [{go_on}]}}
  finish: {{from: late, to: over, by: office, if: [{finish}]}}
  finish_side: {{from: side.begun, to: side.ended, by: office}}
  finish_kept: {{from: kept.begun, to: kept.ended, by: office}}
  finish_own: {{from: own_one.begun, to: own_one.ended, by: office}}
{more}
"""
NEVER, ALWAYS = "never_holds", "always_holds"
LAST = {
    "stage is late": ALWAYS,
    "stage is late or busy": ALWAYS,
    "stage is not late": NEVER,
    "stage is not busy": ALWAYS,
    "{that: stage is busy, waive: owner}": None,
    "{any: [stage is busy, stage is early]}": NEVER,
    "{any: [stage is busy, 1 chair seated]}": None,
    "report is done": None,
    "report is expired": NEVER,
    "report is not expired": ALWAYS,
    "report is done or expired": NEVER,  # `expired` is idle
    "report is not done or skipped": NEVER,
    "{that: report is done or skipped, waive: owner}": NEVER,
    "{any: [report is done or signing, 1 chair seated]}": NEVER,
    "report is open or done": None,
    "skipped is done or skipped": None,
    "over_in_time is done or expired": None,
    "signed is signing or done": None,
    "report is signing": NEVER,
    "report is skipped": NEVER,
    "signed is signing": None,
    "skipped is skipped": None,
    "over_in_time is expired": None,
    "agreed is expired": NEVER,
    "side is ended": NEVER,
    "side is not ended": ALWAYS,
    "kept is ended": None,
    "round of busy > 0": None,
    "round of busy > 1": NEVER,
    "round of busy < 3": None,
    "1 chair in own_one.ended": None,
    "1 guest in own_one.ended": NEVER,
    "no guest in own_one.ended": None,
    "3/2 of panel seated": NEVER,
    "120% of panel done report": NEVER,
    "2/3 of panel seated": None,
    "exactly 2 peer seated from 3 different organisation": NEVER,
    "2 peer seated from 3 different organisation": None,
}
FIRST = {
    "report is done": NEVER,
    "report is not done": ALWAYS,
    "report.remark is yes": NEVER,
    "signed is done": None,
    "1 contact done report": NEVER,
    "no contact done report": None,
    "round of busy > 0": NEVER,
    "1 chair seated": NEVER,
    "at most 1 chair seated": None,
    "1 contact seated": None,
    "side is ended": NEVER,
    "kept is ended": NEVER,
}


def told(begin: str = "", go_on: str = "", finish: str = "", more: str = "") -> list[tuple[str, str]]:
    """What is told of a case of three stages, by the kind and the name of the item."""
    text = f"{COURSE}{ARROWS.format(begin=begin, go_on=go_on, finish=finish, more=more)}{TASKS}"
    definition = unchecked(text)
    return [(each.kind, each.item[1]) for each in never(definition, asked(definition))]


def test_what_is_said_names_the_line_and_why_it_never_holds() -> None:
    text = f"{COURSE}{ARROWS.format(begin='', go_on='', finish='asked', more='')}{TASKS}"
    definition = unchecked(f"{text}\nconditions: {{asked: [1 chair seated, stage is early or busy]}}")
    assert [(each.item, each.severity, each.message) for each in never(definition, asked(definition))] == [(
        ("transition", "finish"), "warning",
        "`stage is early or busy`, which the transition `finish` asks, never holds there: it is asked in `late`.",
    )]  # fmt: skip


def test_of_several_words_those_are_named_that_a_task_can_never_be() -> None:
    line = "report is done or skipped or expired"
    text = f"{COURSE}{ARROWS.format(begin='', go_on='', finish=line, more='')}{TASKS}"
    definition = unchecked(text)
    assert [each.message for each in never(definition, asked(definition))] == [
        f"`{line}`, which the transition `finish` asks, names `{word}` for nothing: "
        f"{why}. Take the word out, or mend the task."
        for word, why in (
            ("skipped", "nothing skips `report` (`skip_if`)"), ("expired", "silence does not end `report`"),
        )
    ]  # fmt: skip


@pytest.mark.parametrize(("stage", "lines"), [("late", LAST), ("early", FIRST)])
def test_what_is_asked_in_a_stage_is_told_only_where_it_is_certain(stage: str, lines: dict[str, str | None]) -> None:
    notices = (f"  n{at}: {{when: {stage}, to: contact, if: [{line}]}}" for at, line in enumerate(lines))
    found = {name: kind for kind, name in told(more="\n".join(["notices:", *notices]))}
    assert {line: found.get(f"n{at}") for at, line in enumerate(lines)} == lines


def test_a_stage_that_is_entered_again_counts_on() -> None:
    assert told(finish="round of busy > 1", more="  again: {from: late, to: busy, by: office}\n") == []


def test_a_notice_asks_for_what_may_be_so_when_it_is_told() -> None:
    lines = {
        "when: late, if: [stage is busy], to: contact": NEVER,
        "when: late, if: [report is done], to: contact": None,
        "when: early, if: [report is done], to: contact": NEVER,
        "when: day - 2w, if: [stage is late], to: contact": NEVER,
        "when: day - 2w, if: [stage is busy], to: contact": None,
        "when: day + 2w, if: [stage is late], to: contact": None,
        "when: report.done, if: [stage is early], to: contact": NEVER,
        "when: report.done, if: [stage is over], to: contact": NEVER,  # nobody leads on as it is done
        "when: [late, case.closed], if: [stage is busy], to: contact": None,
    }
    notices = (f"  n{at}: {{{line}}}" for at, line in enumerate(lines))
    found = {name: kind for kind, name in told(more="\n".join(["notices:", *notices]))}
    assert {line: found.get(f"n{at}") for at, line in enumerate(lines)} == lines


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ("see: {contact: [stage is busy]}", NEVER),
        ("see: {contact: [stage is over]}", None),
        ("see: {contact: [own report is expired]}", NEVER),
        ("see: {contact: true}, publish: {when: over, if: [stage is late]}", NEVER),
    ],
)
def test_a_document_asks_for_what_may_be_so_once_it_is_there(document: str, found: str | None) -> None:
    assert told(more=f"documents: {{report: {{{document}}}}}") == ([(found, "report")] if found else [])


def test_an_answer_that_leads_on_is_seen_only_where_it_leads() -> None:
    lead = "  lead: {from: late, to: over, when: report.done}"
    document = "documents: {report: {see: {contact: [stage is late]}}}"
    assert told(more=document) == []
    assert told(more=f"{lead}\n{document}") == [(NEVER, "report")]
    assert told(more=f"{lead[:-1]}, if: [1 chair seated]}}\n{document}") == []
    assert told(more=f"{lead}\n  back: {{from: over, to: late, by: office}}\n{document}") == []


def test_a_day_comes_only_after_it_was_set_and_what_follows_an_answer_only_after_that() -> None:
    lines = {
        "when: known + 1y, if: [stage is early], to: contact": NEVER,
        "when: known + 1y, if: [stage is over], to: contact": None,
        "when: report.done + 1w, if: [stage is over], to: contact": None,
        "when: report.done, if: [stage is busy], to: contact": NEVER,
    }
    learn = "  learn: {from: late, by: office, asks: {day: date}, sets: {known: chosen.day}}"
    notices = "\n".join(f"  n{at}: {{{line}}}" for at, line in enumerate(lines))
    text = f"{COURSE}{ARROWS.format(begin='', go_on='', finish='', more=learn)}\nnotices:\n{notices}\n{TASKS}"
    definition = unchecked(text.replace("dates: {", "dates: {known: {set_by: learn}, "))
    found = {each.item[1]: each.kind for each in never(definition, asked(definition))}
    assert {line: found.get(f"n{at}") for at, line in enumerate(lines)} == lines


def test_a_day_that_is_set_anew_later_comes_again() -> None:
    notice = "notices: {word: {when: day - 2w, if: [stage is late], to: contact}}"
    again = "  put_off: {from: late, by: office, asks: {day: date}, sets: {day: chosen.day}}\n"
    assert told(more=f"{again}{notice}") == []
