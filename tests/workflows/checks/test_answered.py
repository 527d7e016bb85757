"""Is an answer due before the day on which it is asked, once?"""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.answered import answered

PROCESS = """
dates: {visit: {else: asked_at_launch}}
deadlines: {last: {at: visit + 2y}}
conditions: {again: [wish.answer is yes]}
tasks:
  wish: {for: contact, opens: busy, form: answer, due: DUE, silence: nothing}
  more: {for: contact, opens: OPENS, if: [IF], form: note, due: {at: opened + 5d}}
"""
TASK, NOTICE, CHILD = ("task", "more"), ("notice", "more"), ("child", "more")


def told(text: str) -> list[tuple[str, tuple[str, str], str]]:
    return [(each.kind, each.item, each.severity) for each in answered(unchecked(text))]


@pytest.mark.parametrize(
    ("due", "opens", "asks", "found"),
    [
        ("{at: visit + 27mo}", "visit + 2y", "wish.answer is yes", True),
        ("{at: visit + 2y}", "visit + 24mo", "again", True),
        ("{at: visit + 1y, closes: due + 1y}", "visit + 2y", "again", True),
        ("{at: visit + 1y, closes: visit + 25mo}", "visit + 2y", "again", True),
        ("{at: visit + 1y, closes: due + 6mo}", "visit + 2y", "again", False),
        ("{at: visit + 21mo}", "visit + 2y", "again", False),
        ("{at: visit + 27mo, not_after: case.launched + 1y}", "visit + 2y", "again", False),
        ("[{if: [case is child], at: visit + 1y}, {at: visit + 27mo}]", "visit + 2y", "again", False),
        ("{at: visit + 27mo}", "case.launched + 2y", "again", False),
        ("{at: visit + 27mo}", "[visit + 2y, wish.done]", "again", False),
        ("{at: visit + 27mo}", "visit + 2y", "wish.answer is not yes", False),
        ("{at: visit + 27mo}", "visit + 2y", "wish is not done", False),
        ("{at: visit + 27mo}", "visit + 2y", "wish is done", True),
        ("{at: visit + 27mo}", "visit + 2y", "wish is done or expired", False),
        ("{at: visit + 27mo}", "last", "wish is done", True),
        ("{at: visit + 2y}", "last", "wish is done", False),  # a term comes as its day is over
        ("{at: visit + 2y}", "wish.due", "wish is done", False),
        ("{at: visit + 27mo}", "wish.due - 3mo", "wish is done", True),
        (
            "{at: visit + 2y - 1w}, sign: {by: signatory, due: {at: submitted + 5d}}",
            "visit + 2y",
            "wish is done",
            False,
        ),
        ("{at: visit + 2y - 1w}, sign: {by: signatory, due: {at: submitted + 8d}}", "visit + 2y", "wish is done", True),
        ("{at: visit + 2y - 1w}, sign: {by: signatory, due: {at: submitted + 8d}}", "visit + 2y", "again", False),
        ("{at: visit + 27mo}", "visit + 2y", "{any: [again, case is child]}", False),
    ],
)
def test_a_task_asks_for_an_answer_that_is_due_by_then(due: str, opens: str, asks: str, *, found: bool) -> None:
    text = PROCESS.replace("DUE", due).replace("OPENS", opens).replace("IF", asks)
    assert told(text) == ([("asked_early", TASK, "warning")] if found else [])


LISTED = "{wishes: {type: rows, columns: {what: {type: text}}}, other: {type: rows, columns: {what: {type: text}}}}"


@pytest.mark.parametrize(
    ("asks", "found"),
    [
        ("number of wish.wishes > 0", True),
        ("number of wish.wishes = 0", False),  # which holds where nothing was answered
        ("{any: [number of wish.wishes > 0, number of wish.other >= 1]}", True),
        ("{any: [number of wish.wishes > 0, case is child]}", False),
    ],
)
def test_how_many_were_answered_is_asked_once_too(asks: str, *, found: bool) -> None:
    text = PROCESS.replace("DUE", "{at: visit + 27mo}").replace("OPENS", "visit + 2y").replace("IF", asks)
    text = text.replace("conditions: {again: [wish.answer is yes]}\n", "").replace("form: answer", "form: wishes")
    found_now = [(each.kind, each.item) for each in answered(unchecked(text, wishes=LISTED))]
    assert found_now == ([("asked_early", TASK)] if found else [])


ORDINARY = """
dates: {visit: {provisional: case.launched + 1w, set_by: finish}}
transitions: {finish: {from: busy, to: over, by: office, sets: {visit: chosen.day}, asks: {day: date}}}
tasks:
  first: {for: contact, opens: visit, form: note, due: {at: opened + 3w}}
  wish: {for: contact, opens: [first.done, first.expired], form: answer, due: {at: opened + 2w}}
  more: {for: contact, opens: OPENS, if: [wish.answer is yes], form: note, due: {at: opened + 5d}}
"""


@pytest.mark.parametrize(
    ("opens", "found"),
    [("visit + 4w", True), ("visit + 6w", False), ("wish.opened", False), ("[visit + 4w, over]", False)],
)
def test_where_days_are_counted_from_different_ones_the_ordinary_case_is_asked(opens: str, *, found: bool) -> None:
    told_now = [each.message for each in answered(unchecked(ORDINARY.replace("OPENS", opens)))]
    message = (
        "`more` comes at `visit + 4w` and asks only then what was answered to `wish`, which is due after that where "
        "everybody works on their last day (`opened + 2w`): let it come later, or that be due sooner."
    )
    assert told_now == ([message] if found else [])


@pytest.mark.parametrize(
    ("part", "item"),
    [
        ("notices: {more: {when: visit + 2y, if: [again], to: contact}}", NOTICE),
        ("children: {more: {process: small, opens: visit + 2y, if: [again], dates: {visit: visit}}}", CHILD),
    ],
)
def test_so_do_a_mail_and_a_child(part: str, item: tuple[str, str]) -> None:
    lines = PROCESS.replace("DUE", "{at: visit + 27mo}").splitlines()
    text = "\n".join(line for line in lines if "more:" not in line)
    assert told(f"{text}\n{part}\n") == [("asked_early", item, "warning")]
