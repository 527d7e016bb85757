"""Which lines can trying out not decide, and who asks them?"""

from __future__ import annotations

from tests.builders.engine import a_definition
from workflows.checking.given import Given, given

PROCESS = """
seats: {peer: {count: 2}}
invitations: {form: answer, due: {at: invited + 5wd}}
conditions: {full: [2 peer seated, work is done]}
stages: {busy: {}, again: {}, over: {end: true}}
dates: {visit: {set_by: set_it}}
transitions:
  set_it: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day}}
  repeat: {from: busy, to: again, by: office, if: [{any: [work is done, visit < now]}], times: 2}
  back: {from: again, to: busy, auto: true, if: [round of repeat < 2]}
  finish: {from: busy, to: over, by: office, if: [full, full]}
tasks:
  work: {for: contact, opens: busy, form: note, skip_if: [no peer seated]}
  more: {for: contact, opens: busy, form: note, if: [1 contact done work]}
"""


def test_counts_of_people_and_days_are_not_decided_and_states_answers_and_rounds_are() -> None:
    assert given(a_definition(PROCESS)) == (
        Given(item=("transition", "repeat"), text="visit < now"),
        Given(item=("transition", "finish"), text="2 peer seated"),
        Given(item=("task", "work"), text="no peer seated"),
    )
