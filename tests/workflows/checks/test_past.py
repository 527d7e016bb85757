"""What is waited for may still come when it is known."""

from __future__ import annotations

from tests.builders.engine import unchecked
from workflows.checks.past import past

PROCESS = """
dates: {visit: {set_by: fix, provisional: case.launched + 10w}}
deadlines: {term: {at: TERM}}
transitions:
  fix: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day}}
  lapse: {from: busy, to: over, when: LAPSE, until: term}
  finish: {from: busy, to: over, by: office}
tasks: {work: {for: contact, opens: busy, form: note, due: {at: DUE, not_after: LAST}}}
notices: {word: {when: TOLD, to: contact}}
children: {next: {process: small, opens: CALLED}}
"""
AHEAD = {
    "TERM": "case.launched + 8w", "LAPSE": "case.launched + 2y", "DUE": "opened + 10wd", "LAST": "visit - 2w",
    "TOLD": "visit - 5wd", "CALLED": "work.done + 5y - 14mo",
}  # fmt: skip
BACK = {
    "TERM": "case.launched - 8w", "LAPSE": "busy - 2y", "DUE": "opened - 10wd", "LAST": "case.launched - 2w",
    "TOLD": "finish - 5wd", "CALLED": "work.done - 5y",
}  # fmt: skip


def told(moments: dict[str, str]) -> list[tuple[tuple[str, str], str]]:
    text = PROCESS
    for name, moment in moments.items():
        text = text.replace(name, moment)
    return [(each.item, str(each.message)) for each in past(unchecked(text))]


def test_what_counts_on_or_back_from_a_date_may_still_come() -> None:
    assert told(AHEAD) == []


def test_what_counts_back_from_something_that_happens_is_told_wherever_it_is_waited_for() -> None:
    assert told({**AHEAD, "LAPSE": "case.launched - 2y"}) == [(
        ("transition", "lapse"),
        "`case.launched - 2y` of the transition `lapse` is past as soon as it is known, since it counts back from what "
        "happens: count on from it, or back from a date.",
    )]  # fmt: skip
    assert [item for item, _ in told(BACK)] == [
        ("transition", "lapse"), ("task", "work"), ("task", "work"), ("deadline", "term"), ("notice", "word"),
        ("child", "next"),
    ]  # fmt: skip
