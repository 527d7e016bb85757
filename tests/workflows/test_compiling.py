"""Does the definition say what the files say: defaults merged, groups expanded, the engine's own tasks added?"""

from __future__ import annotations

from datetime import time

import pytest

from engine.definition import BarRule, DueRule, LateStep, SendingRule, TaskDef
from engine.expressions import At, DateExpr, Delta, Ref, Shift
from tests.builders.engine import a_definition, a_folder
from tests.workflows.builders import small
from workflows.compiling.names import BUILT_IN_TASKS
from workflows.expressions import parse_condition, parse_date, parse_delta, parse_duration
from workflows.loader import load, load_files, shipped

LATE = LateStep(at=Delta(1, 1, "wd", None, "+1wd"), tell="assignee", notice="late")
ON_THE_DAY = Delta(1, 0, "d", time(9), "on the day at 09:00")
REPEAT = Delta(1, 4, "w", None, "+4w")


def tasks(*changes: tuple[str, str]) -> dict[str, TaskDef]:
    return dict(small(*changes).known()[0].tasks)


def test_task_has_its_own_and_the_defaults() -> None:
    assert tasks()["intake"] == TaskDef(
        name="intake",
        order=0,
        performers=("contact",),
        opens=(DateExpr(At(Ref("asked")), text="asked"),),
        form="intake",
        due=(DueRule(at=parse_date("case.launched + 10wd"), calendar="host"),),
        remind=(parse_delta("-5wd"), ON_THE_DAY),
        late=(LATE,),
        repeat=REPEAT,
    )


def test_equal_defaults_are_added_once() -> None:
    own = ("remind: [-5wd]", "remind: [on the day at 09:00]\n    late: [{after: +1wd, tell: assignee, notice: late}]")
    task = tasks(own)["intake"]
    assert (task.remind, task.late) == ((ON_THE_DAY,), (LATE,))


def test_empty_ladder_means_none() -> None:
    task = tasks(("remind: [-5wd]", "late: []"))["intake"]
    assert (task.late, task.remind) == ((), (ON_THE_DAY,))


def test_optional_task_has_no_ladder_and_no_repetition() -> None:
    task = tasks(("remind: [-5wd]", "optional: true"))["intake"]
    assert (task.late, task.repeat, task.remind) == ((), None, (ON_THE_DAY,))


def test_task_without_a_due_date_takes_no_defaults() -> None:
    task = tasks(("    due: {at: visit - 7w, not_before: opened + 10wd}\n", ""))["poll"]
    assert (task.remind, task.late, task.repeat) == ((), (), None)


def test_groups_are_expanded_to_roles_and_seats() -> None:
    definition = small(("party: [contact, peer]", "party: [both, contact]\n  both: [contact, peer]")).known()[0]
    assert dict(definition.groups) == {"party": ("contact", "peer"), "both": ("contact", "peer")}
    assert definition.tasks["poll"].each == ("contact", "peer")
    assert definition.notices["ready"].to == ("contact", "peer", "office")


def test_any_is_every_stage_that_is_no_end() -> None:
    assert small().known()[0].transitions["withdraw"].sources == ("asked", "busy")


def test_arrow_of_a_track_knows_its_track() -> None:
    arrow = small().known()[0].transitions["fix_visit"]
    assert (arrow.track, arrow.sources, arrow.target) == ("planning", ("open",), "fixed")
    assert dict(arrow.sets) == {"visit": Ref("chosen", "day")}
    assert dict(arrow.asks) == {"day": "date"}


def test_engine_adds_its_own_tasks() -> None:
    found = {name: task for name, task in tasks().items() if task.built_in}
    assert tuple(found) == BUILT_IN_TASKS
    assert {name: task.performers or task.each for name, task in found.items()} == {
        "invitation": ("peer",),
        "objection": ("contact",),
        **dict.fromkeys(BUILT_IN_TASKS[2:], ("office",)),
    }
    days = {name: task.due[0].at.shifts for name, task in found.items()}
    assert days == {
        "invitation": (Shift(1, 10, "wd"),),
        "objection": (Shift(1, 5, "wd"),),
        "decide_objection": (Shift(1, 3, "wd"),),
        "decide_conflict": (Shift(1, 3, "wd"),),
        "next_step": (Shift(1, 5, "wd"),),
        "resume": (Shift(1, 2, "wd"),),
        "missing_date": (Shift(1, 5, "wd"),),
        "add_dates": (Shift(1, 10, "wd"),),
        "stuck": (Shift(1, 1, "wd"),),
        "unreached": (Shift(1, 1, "wd"),),
        "wrote_back": (Shift(1, 2, "wd"),),
        "decide_mail": (Shift(1, 1, "wd"),),
        "outside_window": (Shift(1, 5, "wd"),),
    }


def test_invitation_follows_the_settings_of_the_process() -> None:
    task = tasks()["invitation"]
    assert (task.form, task.silence, task.remind, task.late, task.repeat) == (
        "answer",
        "nothing",
        (parse_delta("-1wd"),),
        (),
        None,
    )
    assert task.due[0].closes == parse_date("due + 2wd")


def test_own_tasks_of_the_owner_are_reminded_on_the_day_and_repeated() -> None:
    task = tasks()["next_step"]
    assert (task.remind, task.repeat, task.late) == ((Delta(1, 0, "d", None, "on the day"),), REPEAT, ())


def test_process_without_a_panel_has_no_tasks_about_it() -> None:
    cut = [
        ("seats:\n  peer: {count: 1..3, says: {nl: Peer, en: Peer}}\n", ""),
        ("party: [contact, peer]", "party: [contact]"),
        ("peer: [own poll is done]", "contact: [own poll is done]"),
        (
            "invitations:\n  form: answer\n  due: {at: invited + 10wd, closes: due + 2wd}\n  remind: [-1wd]\n"
            "  objection: {by: contact, form: answer, due: {at: proposed + 5wd}, decides: office}\n",
            "",
        ),
    ]
    built_in = [name for name, task in tasks(*cut).items() if task.built_in]
    assert built_in == list(BUILT_IN_TASKS[4:])


def test_reserved_texts_of_the_engine_are_in_the_wording() -> None:
    _, wording = small().known()
    assert wording.label("task", "next_step", "en") == "See to it that the case goes on"
    assert wording.label("ask", "reason", "nl") == "Reden"
    assert {name for kind, name in wording.labels if kind == "task"} >= set(BUILT_IN_TASKS)
    kinds = {kind for kind, _ in wording.labels}
    assert {"ask", "task_state", "seat_state", "notice", "action"} <= kinds


def test_labels_are_found_by_kind_and_name() -> None:
    _, wording = small().known()
    expected = {
        ("process", "small"): "Klein",
        ("phase", "start"): "Begin",
        ("stage", "busy"): "Bezig",
        ("track", "planning"): "Dag",
        ("state", "planning.fixed"): "Vast",
        ("transition", "finish"): "Af",
        ("task", "poll"): "Data doorgeven",
        ("role", "office"): "Bureau",
        ("seat", "peer"): "Peer",
        ("form", "answer"): "Antwoord",
        ("field", "answer.reason"): "Reden",
    }
    assert {key: wording.label(*key, "nl") for key in expected} == expected


def test_ask_may_bring_its_own_label() -> None:
    own = ("asks: {day: date}", "asks: {day: {type: date, says: {nl: Bezoekdag, en: Day of the visit}}}")
    definition, wording = small(own).known()
    assert dict(definition.transitions["fix_visit"].asks) == {"day": "date"}
    assert wording.label("ask", "fix_visit.day", "nl") == "Bezoekdag"


def test_document_is_seen_by_rule() -> None:
    document = small().known()[0].documents["intake"]
    assert dict(document.see) == {"office": True, "peer": (parse_condition("own poll is done"),)}
    assert document.keep == parse_duration("7y")


OF_A_CLASS = """
tasks: {work: {for: contact, opens: busy, form: note, due: {at: opened + 10wd}}}
classes: {own: {says: {en: Own}, see: {author: true, office: true, contact: [work is done]}, keep: 2y}}
documents: {note: {class: own, see: {contact: true, signatory: true}}, work: {class: own, keep: 7y}}
"""


def test_what_a_document_does_not_say_its_class_says() -> None:
    documents = a_definition(OF_A_CLASS).documents
    assert [(each.visibility, dict(each.see), str(each.keep and each.keep.text)) for each in documents.values()] == [
        ("own", {"author": True, "office": True, "contact": True, "signatory": True}, "2y"),
        ("own", {"author": True, "office": True, "contact": (parse_condition("work is done"),)}, "7y"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("note: {class: own", "note: {class: owm", "Did you mean `own`?"),
        ("classes: {", "classes: {spare: {says: {en: Spare}}, ", "No document is of the class `spare`"),
        ("class: own, keep: 7y", "class: own, publish: {when: work.done, without: remork}", "Did you mean `remark`?"),
    ],
)
def test_a_class_or_field_that_is_not_there_is_told(old: str, new: str, words: str) -> None:
    assert old in OF_A_CLASS
    said = " ".join(one.message for one in load_files(a_folder(OF_A_CLASS.replace(old, new))).errors)
    assert words in said
    assert words not in " ".join(one.message for one in load_files(a_folder(OF_A_CLASS)).errors)


def test_any_of_several_is_one_line() -> None:
    change = ("if: [poll is done, planning is fixed]", "if: [{any: [poll is done, planning is fixed], waive: office}]")
    (line,) = small(change).known()[0].transitions["finish"].condition
    assert (line.text, line.waive) == ("poll is done or planning is fixed", "office")


def test_sending_and_shortest_are_read() -> None:
    change = ("  shortest: 2wd\n", "  shortest: 3wd\n  sending: {calendar: host, between: 09:00-12:15, roll: back}\n")
    defaults = small(change).known()[0].defaults
    assert defaults.shortest == Delta(1, 3, "wd", None, "3wd")
    assert defaults.sending == SendingRule(calendar="host", opens=time(9), closes=time(12, 15), roll="back")


def test_bars_are_read() -> None:
    definition = small(("  remind: [-1wd]\n", "  bars: [same_region, tie(5y)]\n")).known()[0]
    assert definition.invitations is not None
    assert definition.invitations.bars == (
        BarRule(kind="same_region"),
        BarRule(kind="tie", window=Delta(1, 5, "y", None, "5y")),
    )


def test_shipped_development_review_says_what_the_table_says() -> None:
    definition, _ = load(shipped()["development-review"]).known()
    task = definition.tasks["critical_reflection"]
    assert task.due == (
        DueRule(at=parse_date("visit - 7w at 17:00"), calendar="host", not_before=parse_date("opened + 10wd")),
    )
    assert definition.rubric is not None
    assert definition.rubric.plural == "safeguards"
    assert definition.rubric_pinned == Ref("preparing")


def test_shipped_assessment_review_scores_by_row() -> None:
    definition, _ = load(shipped()["assessment-review"]).known()
    assert definition.tasks["score"].by_row == "safeguards"
    scope = definition.children["reassessment"].scope
    assert scope is not None
    assert (scope[0], [line.text for line in scope[1]]) == (
        "safeguards",
        ["all safeguard with basis != sufficient decided"],
    )
    assert definition.gates["committee_day"].yearly == ()
