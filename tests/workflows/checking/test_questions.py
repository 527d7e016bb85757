"""Which faults of a process does the checker prove, and does it tell the way to them?"""

from __future__ import annotations

import pytest

from tests.builders.engine import a_definition, the_process
from workflows.checking.questions import prove
from workflows.checking.report import Proved

STAGES = "stages: {busy: {}, waiting: {}, over: {end: true}}\n"


def proved(text: str, **forms: str) -> dict[str, Proved]:
    """What is surely found in a small process, by kind and name."""
    return {f"{one.finding.kind} {one.finding.item[1]}": one for one in prove(a_definition(text, **forms)).findings}


def doubted(text: str) -> set[str]:
    return {f"{one.finding.kind} {one.finding.item[1]}" for one in prove(a_definition(text)).doubts}


def test_silence_that_leads_nowhere_is_told_with_the_way_to_it() -> None:
    found = proved("""
transitions: {finish: {from: busy, to: over, when: work.done}}
tasks: {work: {for: contact, opens: busy, form: note, due: {at: opened + 10wd}, silence: nothing}}
""")
    assert set(found) == {"stuck busy"}
    assert found["stuck busy"].story == "the case begins (busy); nobody does `work` in time (busy)"
    assert "nothing moves it any more" in found["stuck busy"].finding.message


def test_a_way_out_for_silence_makes_it_sound() -> None:
    assert (
        proved("""
transitions: {finish: {from: busy, to: over, when: [work.done, work.expired]}}
tasks: {work: {for: contact, opens: busy, form: note, due: {at: opened + 10wd}, silence: nothing}}
""")
        == {}
    )


def test_a_loop_that_is_used_up_and_leaves_no_other_way_is_found() -> None:
    found = proved(
        STAGES
        + """
transitions:
  send: {from: busy, to: waiting, when: work.done}
  back: {from: waiting, to: busy, by: office, times: 1}
  finish: {from: waiting, to: over, auto: true, if: [round of busy > 2]}
"""
    )
    assert {"stuck waiting", "never_taken finish"} <= set(found)


def test_an_arrow_that_is_never_taken_from_one_of_its_stages_is_told_with_that_stage() -> None:
    course = """
stages: {busy: {}, waiting: {}, last: {}, over: {end: true}}
tracks: {protest: {states: [none, upheld], during: [waiting]}}
transitions:
  send: {from: busy, to: waiting, by: office}
  uphold: {from: protest.none, to: protest.upheld, by: office}
  again: {from: FROM, to: over, when: protest.upheld}
  go_on: {from: waiting, to: last, by: office}
  finish: {from: last, to: over, by: office}
"""
    assert "never_taken again" not in proved(course.replace("FROM", "waiting"))
    found = proved(course.replace("FROM", "[busy, waiting]"))
    assert "`again` is never taken from `busy`" in found["never_taken again"].finding.message
    assert "never_taken again" not in proved(course.replace("FROM", "any"))


def test_states_that_wait_for_each_other_are_found_although_each_has_a_way_out() -> None:
    found = proved("""
tracks:
  one: {during: [busy], states: [asked, given]}
  two: {during: [busy], states: [asked, given]}
transitions:
  give_one: {from: one.asked, to: one.given, auto: true, if: [two is given]}
  give_two: {from: two.asked, to: two.given, auto: true, if: [one is given]}
  finish: {from: busy, to: over, auto: true, if: [one is given]}
""")
    assert {"stuck busy", "unreachable one.given", "unreachable two.given", "unreachable over"} <= set(found)


def test_arrows_that_follow_each_other_for_ever_are_found() -> None:
    found = proved(
        STAGES
        + """
transitions:
  there: {from: busy, to: waiting, when: work.done}
  onward: {from: waiting, to: busy, auto: true}
  again: {from: busy, to: waiting, auto: true, if: [round of waiting > 0]}
  finish: {from: busy, to: over, by: office}
"""
    )
    assert "endless" in {one.split()[0] for one in found}


def test_two_arrows_that_become_possible_at_once_are_found_only_where_they_do() -> None:
    rivals = """
transitions:
  good: {from: busy, to: waiting, when: work.done}
  bad: {from: busy, to: over, auto: true, if: [work is %s]}
  finish: {from: waiting, to: over, by: office}
"""
    assert {"rivals bad", "never_taken bad"} <= set(proved(STAGES + rivals % "done"))
    assert "rivals bad" not in proved(STAGES + rivals % "expired")


PEERS = """
seats: {peer: {count: 1..3}}
invitations: {form: answer, due: {at: invited + 5wd, closes: due + 2wd}}
"""


def test_a_condition_of_an_arrow_that_may_hold_is_taken_to_hold_and_the_story_says_so() -> None:
    found = proved(
        STAGES
        + PEERS
        + """
transitions:
  go: {from: busy, to: waiting, when: work.done, if: [2 peer seated]}
  finish: {from: waiting, to: over, auto: true, if: [work is expired]}
  stop: {from: busy, to: over, by: office}
"""
    )
    assert found["stuck waiting"].story == (
        "the case begins (busy); `work` is done, if its conditions hold (waiting)"
    )  # fmt: skip


def test_a_task_that_opens_only_for_enough_people_is_told_as_undecided() -> None:
    process = (
        PEERS
        + """
transitions: {finish: {from: busy, to: over, when: work.done}}
tasks: {work: {for: contact, opens: busy, if: [2 peer seated], form: note, due: {at: opened + 10wd}}}
"""
    )
    assert proved(process) == {}
    assert doubted(process) == {"stuck busy"}


def test_the_silence_of_a_task_that_silence_does_not_end_never_comes() -> None:
    process = """
transitions: {finish: {from: busy, to: over, when: [work.done, work.expired]}}
tasks: {work: {for: contact, opens: busy, form: note, due: {at: opened + 10wd}%s}}
"""
    assert set(proved(process % "")) == {"never_comes finish"}
    assert proved(process % ", silence: nothing") == {}


def test_an_answer_that_no_condition_hears_leaves_the_case_behind() -> None:
    process = """
transitions: {finish: {from: busy, to: over, when: work.done, if: [work.good is yes]}}
"""
    found = proved(process, note="{good: {type: yes_no, required: true}}")
    assert set(found) == {"stuck busy"}


def test_children_with_opposite_conditions_never_both_stay_away() -> None:
    report = prove(the_process("assessment-review"))
    assert (report.findings, report.doubts) == ((), ())


UNITS = """
stages: {busy: {}, judging: {}, over: {end: true}}
transitions:
  begin: {from: busy, to: judging, when: work.done}
  finish: {from: judging, to: over, auto: true, if: [LINE]}
children: {unit: {process: small, opens: begin, each: work.units, await: all}}
"""
ROWS = "units: {type: rows, REQUIRED columns: {name: {type: text}}}"


@pytest.mark.parametrize(
    ("line", "required", "found"),
    [
        ("all unit ended", True, set()),
        ("all unit ended", False, {"stuck judging"}),  # of a list that may be empty nothing ends
        ("no unit open", False, set()),
        ("1 unit ended", True, set()),
        ("no unit ended", True, {"stuck judging"}),
    ],
)
def test_children_of_a_list_are_told_apart_by_whether_one_was_called_and_whether_one_is_open(
    line: str, required: bool, found: set[str]
) -> None:
    form = ROWS.replace("REQUIRED", "required: true," if required else "")
    assert set(proved(UNITS.replace("LINE", line), note=form)) == found


def test_the_shipped_process_without_grades_has_nothing_to_be_told() -> None:
    report = prove(the_process("development-review"))
    assert (report.findings, report.doubts) == ((), ())
    assert report.explored.whole


def test_beyond_the_bound_nothing_is_said_to_be_impossible() -> None:
    report = prove(the_process("development-review"), bound=20)
    assert not report.explored.whole
    assert report.findings == ()


def test_a_track_that_waits_for_what_cannot_come_any_more_is_found() -> None:
    process = """
tracks: {paper: {during: [busy], states: [asked, given]}}
transitions:
  give: {from: paper.asked, to: paper.given, when: [%s]}
  finish: {from: busy, to: over, auto: true, if: [paper is given]}
  lapse: {from: busy, to: over, when: case.launched + 1y}
tasks: {work: {for: contact, opens: busy, form: note, due: {at: opened + 10wd}, silence: nothing}}
"""
    found = proved(process % "work.done")
    assert set(found) == {"halted paper.asked"}
    assert found["halted paper.asked"].story == "the case begins (busy); nobody does `work` in time (busy)"
    assert proved(process % "work.done, work.expired") == {}


def test_a_stage_that_waits_for_a_step_of_which_nobody_is_told_is_found() -> None:
    process = (
        STAGES
        + """
transitions:
  send: {from: busy, to: waiting, when: work.done}
  finish: {from: waiting, to: over, by: office}
tasks:
  work: {for: contact, opens: busy, form: note, due: {at: opened + 10wd}}
  %s: {for: office, opens: waiting, does: [finish], due: {at: opened + 10wd}, optional: %s}
"""
    )
    assert set(proved(process % ("close_it", "true"))) == {"unasked waiting"}
    assert proved(process % ("close_it", "false")) == {}
