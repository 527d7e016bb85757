"""What does the sheet say that a person reads beside the framework, and does it leave out nothing?"""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

import workflows.reading
from engine.definition import ChildDef, DocumentDef, NoticeDef, TaskDef, TransitionDef
from tests.builders.engine import a_folder
from workflows.loader import load, load_files, shipped
from workflows.reading.sheet import reading_sheet

READING = Path(workflows.reading.__file__).parent
PROCESS = """
dates:
  visit: {set_by: fix_visit, provisional: case.launched + 6mo, window: case.launched + 2mo .. case.launched + 9mo}
seats: {chair: {count: 1, votes: true}, peer: {count: 2, votes: true}}
invitations: {form: answer, due: {at: invited + 10wd}}
groups: {panel: [chair, peer]}
tracks: {days: {during: [busy, judging], states: [choosing, set]}}
stages: {busy: {}, judging: {}, appeal: {}, over: {end: true}}
transitions:
  fix_visit: {from: days.choosing, to: days.set, by: [office, contact], asks: {day: date}, sets: {visit: chosen.day}}
  begin: {from: busy, to: judging, when: visit}
  judged: {from: judging, to: appeal, when: opinion.done}
  dismissed: {from: appeal, to: over, when: complaint.done, if: [complaint.outcome is dismissed]}
  close: {from: appeal, to: over, when: appeal + 6d}
tasks:
  opinion: {each: panel, opens: judging, form: note, due: {at: visit + 4w, not_before: opened + 5wd}}
  complaint: {for: contact, opens: opinion.done, form: complaint, due: {at: opened + 4w}, silence: nothing}
children:
  again: {process: small, opens: over, if: [complaint is done, complaint.outcome is granted], await: none}
notices:
  opinion_sent: {when: opinion.done, to: panel}
documents:
  note: {see: {author: true, office: [opinion is done]}, keep: 2y}
"""
COMPLAINT = {
    "complaint": "outcome: {type: choice, choices: [dismissed, granted, heard]}\n"
    "ties: {type: yes_no, marks: conflict}\n"
}


SHEET = {
    "work": [
        "`opinion` is asked of each of `panel`; opens at `judging`; is due at `visit + 4w, not_before: opened + 5wd`.",
        "`complaint` is asked of `contact`; opens at `opinion.done`; is due at `opened + 4w`; ends if nobody "
        "answers, and `dismissed` or `again` then does not come.",
    ],
    "days": [
        "`visit` counts as `case.launched + 6mo` until it is set; lies from `case.launched + 2mo` up to "
        "`case.launched + 9mo`.",
    ],
    "steps": [
        "`fix_visit` leads from `days.choosing` to `days.set`; may be taken by `office` or `contact`; only if "
        "`chosen.day between case.launched + 2mo and case.launched + 9mo`.",
        "`begin` leads from `busy` to `judging`; is taken at `visit`.",
        "`judged` leads from `judging` to `appeal`; is taken at `opinion.done`.",
        "`dismissed` leads from `appeal` to `over`; is taken at `complaint.done`; only if `complaint.outcome is "
        "dismissed`.",
        "`close` leads from `appeal` to `over`; is taken at `appeal + 6d`.",
    ],
    "told": ["`opinion_sent` goes to `panel` at `opinion.done`; not to `office`, `owner`, `contact`, `signatory`."],
    "readers": [
        "`note` is read by `author`; by `office` if `opinion is done`; of what others answered never by `panel`; never "
        "by `owner`, `contact`, `signatory`; is kept `2y`."
    ],
    "children": [
        "`again` begins at `over`; only if `complaint is done` and `complaint.outcome is granted`; "
        "does not take over `panel` or `visit`."
    ],
    "answers": [
        "`answer` may be without `answer`.",
        "`complaint` may be without `outcome` or `ties`.",
        "`note` may be without `remark`.",
        "`marks: conflict` stands at `complaint.ties` alone.",
    ],
    "left_out": [
        "`dismissed` asks `complaint.outcome is dismissed`, so not `granted` or `heard`.",
        "`again` asks `complaint.outcome is granted`, so not `dismissed` or `heard`.",
    ],
    "counts": [
        "Whether `chosen.day between case.launched + 2mo and case.launched + 9mo` holds is asked by `fix_visit`."
    ],
}


def test_the_sheet_of_a_process_says_what_is_there_and_what_was_left_out() -> None:
    definition = load_files(a_folder(PROCESS, **COMPLAINT)).definition
    assert definition is not None
    told: dict[str, list[str]] = {}
    for entry in reading_sheet(definition):
        told.setdefault(entry.section, []).append(entry.message)
    assert told == SHEET


@pytest.mark.parametrize("name", sorted(shipped()))
def test_no_task_notice_document_or_child_is_missing_on_the_sheet(name: str) -> None:
    definition = load(shipped()[name]).known()[0]
    on_it = {entry.item for entry in reading_sheet(definition)}
    kinds = {
        "task": [name for name, task in definition.tasks.items() if not task.built_in],
        "notice": definition.notices, "document": definition.documents, "child": definition.children,
        "value": definition.values,
    }  # fmt: skip
    assert {(kind, name) for kind, names in kinds.items() for name in names} - on_it == set()


LEFT_OUT = {
    *("name", "order", "built_in", "repeat", "form", "about", "recuse_tie", "many", "process", "column", "visibility"),
    *("attach", "asks", "sets", "ends", "vacates"),
}
"""What a part has that is no line of the sheet: names, what pictures are for, and how often it is asked again."""


@pytest.mark.parametrize("part", [TaskDef, ChildDef, DocumentDef, NoticeDef, TransitionDef])
def test_each_field_of_a_part_is_on_the_sheet_or_left_out_on_purpose(part: type) -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in sorted(READING.glob("*.py")))
    used = set(re.findall(r"(?:task|child|document|notice|arrow)\.(\w+)", source))
    assert {field.name for field in fields(part)} - used - LEFT_OUT == {*()}
