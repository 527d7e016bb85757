"""Has everything of the version that a process replaces its place in it, or is it named as gone?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.engine import a_definition, a_folder
from tests.workflows.builders import PROCESS, only_error, small, small_files, spot
from workflows.checks.replacing import WHOLE, replacing
from workflows.loader import faults_of_replacing, load, load_files, version_beside

EXAMPLES = Path(__file__).parents[3] / "docs" / "reference" / "examples"
OLD = """
stages: {asked: {}, busy: {}, over: {end: true}}
tracks: {side: {during: [asked, busy], states: [left, right]}}
dates: {visit: {else: asked_at_launch}}
transitions:
  turn: {from: side.left, to: side.right, by: office}
  begin: {from: asked, to: busy, when: work.done}
  finish: {from: busy, to: over, by: office}
tasks: {work: {for: contact, opens: asked, form: note, due: {at: opened + 2w}}}
"""


def told(plan: str, *changes: tuple[str, str]) -> list[tuple[tuple[str, str], str]]:
    text = OLD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    later = a_definition(f"version: 2\nreplaces: {{version: 1{plan}}}\n{text}")
    return [(each.item, str(each.message)) for each in replacing(later, a_definition(OLD))]


STAGE = (("{asked: {}", "{invited: {}"), ("[asked,", "[invited,"), ("from: asked", "from: invited"),
         ("opens: asked", "opens: invited"))  # fmt: skip
TRACK = (("{side: {", "{flank: {"), ("side.left", "flank.left"), ("side.right", "flank.right"))
SAY = "say under `replaces` what it has become (`as`), or that it is gone (`drops`)."


@pytest.mark.parametrize(
    ("plan", "changes"),
    [
        ("", ()),
        (", as: {asked: invited}", STAGE),
        (", as: {side: flank}", TRACK),
        (", as: {side.left: side.start}", (("[left, right]", "[start, right]"), ("side.left", "side.start"))),
        (", drops: [visit]", (("dates: {visit: {else: asked_at_launch}}\n", ""),)),
        (", as: {turn: move}", (("turn: {", "move: {"),)),
    ],
)
def test_what_keeps_its_name_is_renamed_or_is_named_as_gone_has_its_place(
    plan: str, changes: tuple[tuple[str, str], ...]
) -> None:
    assert told(plan, *changes) == []


@pytest.mark.parametrize(
    ("plan", "changes", "item", "message"),
    [
        ("", STAGE, "", f"Version 1 has the stage `asked`, and this one has not: {SAY}"),
        ("", (("dates: {visit: {else: asked_at_launch}}\n", ""),), "",
         f"Version 1 has the date `visit`, and this one has not: {SAY}"),
        (", as: {wrok: work}", (), "wrok", "`as` names `wrok`, which version 1 does not have. Did you mean `work`?"),
        (", drops: [survey]", (), "survey",
         "`drops` names `survey`, which version 1 does not have."),
        (", drops: [visit]", (), "visit", "`drops` names `visit`, which is still there: take it out of one of them."),
        (", as: {asked: work}", STAGE, "asked", "`asked` is a stage in version 1, and `work` is no stage here."),
    ],
)  # fmt: skip
def test_what_has_no_place_is_told_where_it_stands(
    plan: str, changes: tuple[tuple[str, str], ...], item: str, message: str
) -> None:
    assert told(plan, *changes) == [(("replaces", item), message)]


def test_two_states_may_become_one_and_two_tasks_may_not() -> None:
    assert told(", as: {side.left: side.right}", ("[left, right]", "[right, wrong]"),
                ("from: side.left, to: side.right", "from: side.right, to: side.wrong")) == []  # fmt: skip
    other = "tasks: {other: {for: contact, opens: asked, form: note, due: {at: opened + 2w}}, "
    two = a_definition(OLD.replace("tasks: {", other))
    one = a_definition(f"version: 2\nreplaces: {{version: 1, as: {{other: work}}}}\n{OLD}")
    assert [str(each.message) for each in replacing(one, two)] == [
        "`work` and `other` of version 1 cannot both become `work`: only stages and states can."
    ]


TASK = "tasks: {work: {for: contact, opens: asked, form: note, due: {at: opened + 2w}}}"
JOB = TASK.replace("work:", "job:")


def visit(task: str) -> str:
    return task.replace("tasks: {work:", "visit:")


@pytest.mark.parametrize(
    ("plan", "changes", "kind", "name"),
    [
        (", as: {work: job}", ((TASK, f"{JOB[:-1]}, {TASK[8:]}"), ("work.done", "job.done")), "task", "work"),
        (", drops: [visit]", (("dates: {visit: {else: asked_at_launch}}\n", ""), (TASK, f"{TASK[:-1]}, {visit(TASK)}")),
         "date", "visit"),
        (", as: {side: flank}", (("{side: {", "{side: {during: [asked], states: [on]}, flank: {"),
         ("side.left", "flank.left"), ("side.right", "flank.right")), "track", "side"),
        (", as: {work: visit, visit: work}", ((TASK, TASK.replace("work", "visit")), ("work.done", "visit.done"),
         ("{visit: {else: asked_at_launch}}", "{work: {else: asked_at_launch}}")), "task", "work"),
    ],
)  # fmt: skip
def test_the_old_name_of_what_has_another_or_is_gone_is_nobody_elses(
    plan: str, changes: tuple[tuple[str, str], ...], kind: str, name: str
) -> None:
    message = (
        f"The {kind} `{name}` of version 1 has another name here or is gone: nothing else can have its old name in "
        "this version."
    )
    assert (("replaces", name), message) in told(plan, *changes)


def test_what_keeps_only_cases_that_have_got_so_far_is_a_warning_where_it_stands() -> None:
    seen = f"{OLD}documents: {{note: {{see: {{office: true}}}}}}"
    form = "{cost: {type: money, currency: EUR, cost: claimed}, how: {type: choice, choices: [well, badly]}}"

    def warned(plan: str, *changes: tuple[str, str], note: str = form) -> list[tuple[tuple[str, str], str, str]]:
        text = seen
        for before, after in changes:
            text = text.replace(before, after)
        later = a_definition(f"version: 2\nreplaces: {{version: 1{plan}}}\n{text}", note=note)
        found = replacing(later, a_definition(seen, note=form))
        return [(each.item, str(each.message), each.severity) for each in found]

    renamed = (("work: {", "job: {"), ("work.done", "job.done"))
    assert warned("", note=form.replace("[well, badly]", "[well, badly, so_so]")) == []
    assert warned(", as: {work: job}", *renamed) == [
        (("replaces", "work"), "What was answered in `work` counts on under its name, and that of its form: a case "
         "that has such an answer cannot move to this version.", "warning"),
    ]  # fmt: skip
    assert warned("", ("for: contact", "each: contact")) == [
        (WHOLE, "`work` is done by or about each of several in one of the two versions only: a case that has it cannot "
         "move to this version.", "warning"),
    ]  # fmt: skip
    assert warned("", note=form.replace(", badly]", ", poorly]")) == [
        (WHOLE, "An answer to `note.how` need not be one to the question of that name in this version: a case that has "
         "one cannot move. Give the new question another name.", "warning"),
    ]  # fmt: skip


def test_stages_and_states_may_change_places() -> None:
    assert told(", as: {side.left: side.right, side.right: side.left}") == []


# in the file ----------------------------------------------------------------------------------------------------------


def with_plan(plan: str, version: int = 2) -> tuple[tuple[str, str], str]:
    change = ("version: 1\n", f"version: {version}\nreplaces: {plan}\n")
    return change, PROCESS.replace(*change, 1)


@pytest.mark.parametrize(
    ("plan", "version", "needle", "message"),
    [
        ("{version: 1, as: {asked: bsuy}}", 2, "bsuy",
         "`as` names `bsuy`, which this version does not have. Did you mean `busy`?"),
        ("{version: 1, as: {old: busy}, drops: [old]}", 2, "old]",
         "`old` has its place under `as`, so it cannot go: take it out of `drops`."),
        ("{version: 3}", 2, "small",
         "`replaces` names version 3, and this is version 2: it can only replace an earlier one."),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_is_told_with_line_and_column(plan: str, version: int, needle: str, message: str) -> None:
    change, text = with_plan(plan, version)
    found = only_error(change)
    assert (found.line, found.column, str(found.message)) == (*spot(text, needle), message)


def test_a_finding_of_another_version_stands_at_its_name_or_at_the_plan() -> None:
    change, text = with_plan("{version: 1, drops: [survey]}")
    old = small(("  latest:", "  last:"), ("chosen.day <= latest", "chosen.day <= last")).definition
    told_of = faults_of_replacing(load_files(small_files(change)), old)
    assert [(one.line, one.column) for one in told_of] == [spot(text, "survey"), (spot(text, "replaces:")[0], 1)]


def test_a_plan_for_a_version_that_is_nowhere_is_a_warning() -> None:
    loaded = load_files(small_files(with_plan("{version: 1}")[0]))
    (one,) = faults_of_replacing(loaded, None)
    assert (one.severity, one.line) == ("warning", 3)
    assert faults_of_replacing(small(), None) == ()


def test_a_plan_is_no_behaviour() -> None:
    assert [load_files(a_folder(text)).known()[0].behaviour for text in ("", "version: 2\nreplaces: {version: 1}")] == [
        a_definition().behaviour
    ] * 2


def test_the_version_beside_a_folder_is_found() -> None:
    found = version_beside(EXAMPLES / "talk_2", "talk", 1)
    assert found == load(EXAMPLES / "talk").definition
    assert version_beside(EXAMPLES / "talk_2", "talk", 7) is None
    assert faults_of_replacing(load(EXAMPLES / "talk_2"), found) == ()


def back(plan: str, *changes: tuple[str, str]) -> list[tuple[tuple[str, str], str, str]]:
    """What is said of a third version that is as the first one was, by the second."""
    text = OLD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    second = a_definition(f"version: 2\nreplaces: {{version: 1{plan}}}\n{text}")
    third = a_definition(f"version: 3\nreplaces: {{version: 2{', drops: [job]' * ('job' in plan)}}}\n{OLD}")
    found = replacing(third, second)
    return [(each.item, str(each.message), each.severity) for each in found if each.item[0] != "replaces"]


def test_what_the_version_before_dropped_and_comes_back_is_said_to_begin_anew() -> None:
    no_date = ("dates: {visit: {else: asked_at_launch}}\n", "")
    message = (
        "Version 2 dropped `visit`: in a case that had it before, the date begins anew, without its days and answers "
        "of then."
    )
    assert back(", drops: [visit]", no_date) == [(("date", "visit"), message, "warning")]
    assert back("") == []


def test_new_work_under_a_name_that_the_version_before_changed_is_said_to_keep_cases() -> None:
    message = (
        "Version 2 calls `job` what was called `work` before: a case that had some of that then cannot move to this "
        "version."
    )
    assert back(", as: {work: job}", (TASK, JOB), ("work.done", "job.done")) == [(("task", "work"), message, "warning")]
