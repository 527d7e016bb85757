"""Which day is named where a step asks for one?"""

from __future__ import annotations

from datetime import date

import pytest

from collegium.rehearsal.deeds import Wishes, deeds
from engine.actions import Take
from tests.builders.engine import a_draft, launched

ASKS = """
dates: {letter: {set_by: send}}
transitions:
  send: {from: busy, by: contact, asks: {day: date}, if: [LINE], sets: {letter: chosen.day}}
  finish: {from: busy, to: over, by: office}
tasks:
  sending: {for: contact, opens: busy, does: send, due: {at: opened + 10wd}}
"""


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("chosen.day >= now + 2w", "2027-03-29"),  # four weeks ahead, where nothing says when it ought to be
        ("chosen.day <= now", "2027-03-01"),  # the date of a letter is never to come
        ("chosen.day <= now - 2d", "2027-02-27"),
    ],
)
def test_the_day_is_one_that_the_process_accepts(line: str, day: str) -> None:
    review = launched(ASKS.replace("LINE", line))
    draft = a_draft(review.case, review.definition, at="2027-03-01 10:00")
    ((action, who),) = deeds(review.task("sending"), Wishes(), lambda: draft, lambda seat, number: ())
    assert isinstance(action, Take)
    assert (action.transition, action.answers, who) == ("send", {"day": date.fromisoformat(day)}, "carl")
