"""A mail to a whole panel hears of each of its seats: a list of one moment of all but one has forgotten that one."""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.left_out import left_out

PROCESS = """
seats: {chair: {count: 1}, expert: {count: 1..2}, student: {count: 1}, observer: {count: 0..1}}
groups: {panel: [chair, expert, student], visitors: [chair, expert, student, observer], pair: [chair, expert]}
invitations: {form: answer, due: {at: invited + 5wd}}
notices:
  changed: {when: WHEN, to: TO}
  MORE: {when: over, to: contact}
"""
MESSAGE = (
    "`changed` tells `chair`, `expert` and `student` of `left` of each of them, but not of that of `student`: add "
    "`student.left` under `when`."
)


def told(when: str, to: str = "[panel, contact]", more: str = "closed: {when: over, to: contact}") -> list[str]:
    text = PROCESS.replace("WHEN", when).replace("TO", to).replace("MORE: {when: over, to: contact}", more)
    found = list(left_out(unchecked(text)))
    assert {(one.kind, one.item, one.severity) for one in found} <= {("left_out", ("notice", "changed"), "warning")}
    return [str(one.message) for one in found]


def test_a_mail_to_the_panel_of_all_but_one_is_told() -> None:
    assert told("[chair.left, expert.left]") == [MESSAGE]


@pytest.mark.parametrize(
    ("when", "to", "forgotten"),
    [
        ("[chair.left, expert.left, student.left]", "[panel, contact]", []),
        ("[chair.left, expert.left, chair.seated, expert.seated, student.seated]", "panel", ["student.left"]),
        ("[chair.left, expert.left, student.left, expert.seated, student.seated]", "panel", ["chair.seated"]),
        ("[chair.left, expert.left]", "contact", []),  # the panel is not told
        ("[chair.left, expert.left]", "[chair, expert, contact]", []),
        ("[chair.left, expert.left]", "[chair, expert, student]", ["student.left"]),
        ("chair.left", "panel", []),  # one is meant by itself
        ("[chair.left, expert.left, student.left]", "[visitors, contact]", ["observer.left"]),
        ("[chair.left, expert.left, student.left]", "[panel, observer]", ["observer.left"]),
    ],
)
def test_who_is_told_of_the_others_is_told_of_themselves(when: str, to: str, forgotten: list[str]) -> None:
    assert [text.split("add `")[1].split("`")[0] for text in told(when, to)] == forgotten


def test_what_another_mail_tells_is_not_forgotten() -> None:
    assert told("[chair.left, expert.left]", more="student_gone: {when: student.left, to: panel}") == []
