"""Is each kind of fault found in a small process, and nothing in the shipped ones?"""

from __future__ import annotations

import pytest

from tests.builders.engine import a_folder
from tests.workflows.builders import errors, small, small_files, spot
from workflows.checker import check
from workflows.loader import load, load_files, shipped
from workflows.problems import Problem

STAGE = "  finished: {end: true"
ARROW = "  finish: {from: busy"
TASK = "notices:\n"


def before(mark: str, added: str) -> tuple[str, str]:
    return mark, added + mark


def found(words: str, *changes: tuple[str, str]) -> Problem:
    matching = [one for one in errors(*changes) if words in one.message]
    assert len(matching) == 1, "\n".join(map(str, errors(*changes)))
    return matching[0]


FAULTS: dict[str, tuple[tuple[tuple[str, str], ...], str, str, str]] = {
    # name: (changes, what is told, the word at which, severity)
    "circle of two dates": (
        (("from: subject.previous_visit + 6y", "from: visit + 6y"), ("case.launched + 26w", "latest - 2w")),
        "in a circle: visit -> latest -> visit",
        "visit: {set_by",
        "error",
    ),
    "circle over due dates": (
        (("case.launched + 10wd, cal", "poll.due - 1w, cal"), ("visit - 7w, not_before: opened", "intake.due")),
        "in a circle: intake.due -> poll.due -> intake.due",
        "intake:\n",
        "error",
    ),
    "due date that waits for itself": (
        (("case.launched + 10wd, cal", "due + 1wd, cal"),),
        "depends on itself: intake.due -> intake.due",
        "intake:\n",
        "error",
    ),
    "stage that nothing reaches": (
        (before(STAGE, "  lost: {says: {nl: Weg, en: Lost}}\n"),),
        "Nothing leads to the stage `lost`",
        "lost: {",
        "error",
    ),
    "stage without a way to an end": (
        (
            before(STAGE, "  lost: {says: {nl: Weg, en: Lost}}\n"),
            before(ARROW, "  lose: {from: busy, to: lost, by: office, says: {nl: Weg, en: Lose}}\n"),
            ("{from: any,", "{from: [asked, busy],"),
        ),
        "From the stage `lost` no end can be reached",
        "lost: {",
        "error",
    ),
    "stage left only by what can be used up": (
        (
            ("{from: any,", "{from: asked,"),
            ("auto: true, if", "times: 1, auto: true, if"),
            before(ARROW, "  back: {from: busy, to: asked, by: office, times: 2, says: {nl: T, en: B}}\n"),
        ),
        "leads only `back`, `finish`, which can be used up",
        "busy: {",
        "warning",
    ),
    "state that nothing reaches": (
        (("open: {nl: Open, en: Open},", "open: {nl: Open, en: Open}, lost: {nl: Weg, en: Lost},"),),
        "Nothing leads to the state `planning.lost`",
        "lost: {nl",
        "error",
    ),
    "track that never rests": (
        (
            ("during: [busy]", "during: [busy, finished]"),
            before(ARROW, "  loose: {from: planning.fixed, to: planning.open, by: office, says: {nl: L, en: L}}\n"),
        ),
        "from `planning.open` it never comes to rest",
        "open: {nl",
        "error",
    ),
    "two automatic transitions at once": (
        (
            before(STAGE, "  other: {end: true, says: {nl: Anders, en: Other}}\n"),
            before(ARROW, "  rival: {from: busy, to: other, auto: true, if: [poll is done], says: {nl: R, en: R}}\n"),
        ),
        "`rival` and `finish` may both become possible in `busy`",
        "finish: {",
        "warning",
    ),
    "task that nothing opens": (
        (("    opens: busy\n", ""),),
        "Nothing opens the task `poll`",
        "poll:\n",
        "error",
    ),
    "reminder before the opening": (
        (("case.launched + 10wd, calendar: host", "opened + 5wd"),),
        "The reminder `-5wd` of `intake` falls on or before the day of opening",
        "intake:\n",
        "warning",
    ),
    "anchor that is never set": (
        (
            (", provisional: case.launched + 26w", ""),
            ("by: office\n", "by: office\n    # \n"),
            ("{from: asked, to: busy, when: intake.done", "{from: asked, to: finished, when: intake.done"),
            ("from: planning.open\n    to: planning.fixed", "from: busy\n    to: finished"),
        ),
        "The task `poll` counts from `visit`, which nothing ever sets",
        "poll:\n",
        "error",
    ),
    "nobody may hold it": (
        (("count: 1,", "count: 0,"),),
        "Nobody may ever hold `contact` (`count: 0`), but `intake`, `poll`, `invitations.objection`, `ready`, ",
        "contact: {of",
        "error",
    ),
    "more people than can ever sit": (
        (("[poll is done,", "[4 peer seated, poll is done,"),),
        "4 of `peer` are asked for, but at most 3 can be there",
        "finish: {",
        "error",
    ),
    "more organisations than people": (
        (("[poll is done,", "[2 peer seated from 4 different organisation, poll is done,"),),
        "4 of `peer` are asked for",
        "finish: {",
        "error",
    ),
    "count that holds of every panel": (
        (("[poll is done,", "[at most 3 peer seated, poll is done,"),),
        "so this always holds",
        "finish: {",
        "warning",
    ),
    "circle of automatic transitions": (
        (
            before(ARROW, "  forth: {from: asked, to: busy, auto: true, says: {nl: V, en: O}}\n"),
            before(ARROW, "  back: {from: busy, to: asked, auto: true, says: {nl: T, en: B}}\n"),
        ),
        "`forth` -> `back` -> `forth` follow each other by themselves",
        "forth: {",
        "error",
    ),
    "notice that counts from a day that nothing sets": (
        (
            before("launch:", "  dinner: {set_by: [dine], says: {nl: Eten, en: Dinner}}\n"),
            before(
                ARROW,
                "  dine: {from: planning.fixed, by: office, asks: {day: date}, sets: {dinner: chosen.day},"
                " says: {nl: E, en: D}}\n",
            ),
            ("{when: planning.fixed,", "{when: dinner - 1wd,"),
            ("from: planning.open\n    to: planning.fixed", "from: busy\n    to: finished"),
        ),
        "The notice `ready` counts from `dinner`, which nothing ever sets",
        "ready: {",
        "error",
    ),
    "end of a child that nobody hears": (
        (
            before(
                "documents:",
                "children:\n  again: {process: small, opens: busy, if: [case is not child], await: all,"
                " dates: {latest: latest}, says: {nl: Weer, en: Again}}\n",
            ),
        ),
        "The child `again` may end in `finished`, which nothing here waits for",
        "again: {",
        "warning",
    ),
    "bounds that cross": (
        (("not_before: opened + 10wd}", "not_before: visit - 2w, not_after: visit - 3w}"),),
        "`not_before: visit - 2w` lies behind `not_after: visit - 3w`",
        "poll:\n",
        "error",
    ),
    "window that ends before it begins": (
        (("    opens: busy\n", "    opens: busy\n    window: visit - 3w .. visit - 9w\n"),),
        "ends before it begins",
        "poll:\n",
        "error",
    ),
    "due date outside its window": (
        (("    opens: busy\n", "    opens: busy\n    window: visit - 5w .. visit - 3w\n"),),
        "outside its window",
        "poll:\n",
        "error",
    ),
    "two reminders on one day": (
        (("remind: [-5wd]", "remind: [-1w, -7d]"),),
        "The reminders `-1w` and `-7d` fall on one day",
        "intake:\n",
        "warning",
    ),
    "reminder after the due date": (
        (
            ("{at: case.launched + 10wd, calendar: host}", "{at: opened + 10wd}"),
            ("remind: [-5wd]", "remind: [opened + 12wd]"),
        ),
        "The reminder `opened + 12wd` comes after the due date",
        "intake:\n",
        "warning",
    ),
    "arrow of the clock that another always comes before": (
        (
            before(ARROW, "  lapse: {from: asked, to: finished, when: case.launched + 4w, says: {nl: V, en: L}}\n"),
            before(
                ARROW, "  lapse_late: {from: asked, to: finished, when: case.launched + 5w, says: {nl: W, en: M}}\n"
            ),
        ),
        "`lapse_late` waits for `case.launched + 5w`, but `lapse` always comes before it",
        "lapse_late: {",
        "error",
    ),
    "stage that nobody is reminded of": (
        (("    form: intake\n    due: {at: case", "    form: intake\n    optional: true\n    due: {at: case"),),
        "The stage `asked` ends only when somebody acts (`confirm`, `withdraw`)",
        "asked: {phase",
        "warning",
    ),
    "moment that may be over before it is waited for": (
        (("auto: true, if: [poll is done, planning is fixed]", "when: intake.done"),),
        "`finish` waits for `intake.done`, but `intake` opens in `asked` already",
        "finish: {",
        "warning",
    ),
    "state and another state at once": (
        (("[poll is done, planning is fixed]", "[planning is open, planning is fixed]"),),
        "`planning is open` and `planning is fixed` of the transition `finish` never hold together",
        "finish: {",
        "error",
    ),
    "role of which there may be nobody": (
        (("count: 1, says: {nl: Contact", "count: 0..1, says: {nl: Contact"),),
        "Nobody need hold `contact` (`count: 0..`), and then nobody does the task `intake`",
        "intake:\n",
        "warning",
    ),
    "condition that nobody asks": (
        (("  possible_day: [", "  spare: [poll is done]\n  possible_day: ["),),
        "Nothing uses the condition `spare`",
        "spare: [",
        "warning",
    ),
    "deadline without an effect": (
        (before("launch:", "deadlines:\n  term: {at: visit + 6w}\n"),),
        "Nothing waits for the deadline `term`",
        "term: {",
        "warning",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_found(name: str) -> None:
    changes, words, word, severity = FAULTS[name]
    problem = found(words, *changes)
    source = small_files(*changes)["process.yaml"].decode()
    assert (problem.severity, problem.line, problem.column) == (severity, *spot(source, word))


EXCLUSIVE: dict[str, tuple[str, str]] = {
    "states": ("if: [planning is open]", "if: [planning is fixed]"),
    "not": ("if: [planning is not fixed]", "if: [planning is fixed]"),
    "unless": ("unless: [poll is done, planning is fixed]", "if: [poll is done, planning is fixed]"),
    "a named one": ("unless: [full]", "if: [full]"),
    "numbers": ("if: [round of fix_visit > 1]", "if: [round of fix_visit <= 1]"),
    "dates": ("if: [visit <= latest]", "if: [visit > latest]"),
}


@pytest.mark.parametrize("name", EXCLUSIVE)
def test_conditions_that_exclude_each_other_are_no_rivals(name: str) -> None:
    mine, theirs = EXCLUSIVE[name]
    changes = (
        before("phases:", "  full: [1 peer seated]\n"),
        before(STAGE, "  other: {end: true, says: {nl: Anders, en: Other}}\n"),
        before(ARROW, f"  rival: {{from: busy, to: other, auto: true, {mine}, says: {{nl: R, en: R}}}}\n"),
        ("if: [poll is done, planning is fixed]", theirs),
    )
    assert [
        one for one in errors(*changes) if not one.message.endswith(("[unused]", "[untold]", "[nobody_named]"))
    ] == []


def test_default_reminder_that_cannot_be_sent_is_left_out() -> None:
    early = ("remind: [on the day at 09:00]", "remind: [-20wd, on the day at 09:00]")
    due = "{at: visit - 7w, not_before: opened + 10wd}"
    long, short = (due, "{at: visit - 7w}"), (due, "{at: opened + 10wd}")
    assert reminders(early, long) == ["-20wd", "on the day at 09:00"]
    assert reminders(early, short) == ["on the day at 09:00"]


def reminders(*changes: tuple[str, str]) -> list[str]:
    return [one.text for one in small(*changes).known()[0].tasks["poll"].remind]


def test_missing_template_is_found_in_a_wording() -> None:
    definition, wording = small().known()
    bare = type(wording)(revision="", labels={}, mails={})
    kinds = [one.kind for one in check(definition, bare)]
    assert kinds == ["no_template"] * 4  # `ready` and `late`, in two languages


def test_unused_form_is_a_warning() -> None:
    files = small_files() | {
        "forms/other.yaml": small_files()["forms/intake.yaml"].replace(b"form: intake", b"form: other")
    }
    (problem,) = load_files(files).errors
    assert (problem.file, problem.severity) == ("forms/other.yaml", "warning")


@pytest.mark.parametrize("name", shipped())
def test_shipped_process_has_no_findings(name: str) -> None:
    assert load(shipped()[name]).errors == ()


def test_invitation_whose_yes_would_not_be_heard_is_a_warning() -> None:
    problem = found("has not a field `answer`", ("invitations:\n  form: answer", "invitations:\n  form: intake"))
    assert (problem.severity, problem.file) == ("warning", "forms/intake.yaml")


def test_costs_that_nobody_of_the_office_sees_are_an_error() -> None:
    asked = {"note": "sum: {type: money, currency: EUR, cost: claimed}"}
    tasks = "tasks: {work: {for: contact, opens: busy, form: note, due: {at: opened + 10wd}}}\n"
    wrong = [
        "documents: {}",
        "documents: {note: {see: {author: true, contact: true}}}",
        "documents: {note: {see: {office: false}}}",
    ]
    for documents in wrong:
        (problem,) = [
            one for one in load_files(a_folder(tasks + documents, **asked)).errors if "claimed or paid" in one.message
        ]
        assert (problem.severity, problem.file) == ("error", "process.yaml")
    seen = load_files(a_folder(tasks + "documents: {work: {see: {office: true}}}", **asked)).errors
    assert [one.message for one in seen if "claimed or paid" in one.message] == []
