"""What must be mended or accepted before a launch, when a process was looked at and tried out?"""

from __future__ import annotations

from tests.builders.engine import a_folder
from workflows.judging import Judgement, judged_files

PROCESS = """
stages: {busy: {ACCEPT}, over: {end: true}}
transitions: {finish: {from: busy, to: over, when: [work.done, work.expired]MORE}}
tasks: {work: {for: contact, opens: busy, form: note, due: {at: opened + 10wd}}}
"""


def judged(accept: str = "", more: str = "") -> Judgement:
    return judged_files(a_folder(PROCESS.replace("ACCEPT", accept).replace("MORE", more)))


def kinds(judgement: Judgement) -> list[tuple[str, str]]:
    return [
        (one.severity, one.message.split(" The way")[0].rpartition("[")[2].rstrip("]")) for one in judgement.problems
    ]


def test_what_trying_out_tells_hinders_a_launch_as_what_looking_tells() -> None:
    found = judged()
    assert kinds(found) == [("warning", "never_comes")]
    assert found.explored is not None
    assert found.explored.whole


def test_it_is_accepted_by_its_kind_beside_its_item() -> None:
    assert kinds(judged(more=", accept: {never_comes: it is how we do it}")) == []


def test_a_kind_that_is_not_told_is_an_idle_acceptance() -> None:
    found = judged(more=", accept: {never_comes: so it is, rivals: so it is}")
    assert kinds(found) == [("warning", "accept")]
    assert "there is no warning `rivals`" in found.problems[0].message


def test_one_reason_is_enough_for_a_stage_in_which_nobody_is_reminded() -> None:
    process = "stages: {busy: {ACCEPT}, over: {end: true}}\ntransitions: {finish: {from: busy, to: over, by: office}}\n"
    process += "tasks: {work: {for: contact, opens: busy, form: note, due: {at: opened + 10wd}}}\n"
    assert kinds(judged_files(a_folder(process.replace("ACCEPT", ""))))[:1] == [("warning", "asleep")]
    accepted = process.replace("ACCEPT", "accept: {asleep: the office looks every week}")
    assert kinds(judged_files(a_folder(accepted))) == []


def test_errors_of_reading_are_all_that_is_told() -> None:
    found = judged_files(a_folder(PROCESS.replace("ACCEPT", "").replace("MORE", ", if: [nobody is here]")))
    assert found.explored is None
    assert {severity for severity, _ in kinds(found)} == {"error"}


def test_a_moment_of_one_seat_opens_no_task() -> None:
    process = """
seats: {peer: {count: 1..2}}
invitations: {form: answer, due: {at: invited + 10wd}}
tasks: {declare: {each: peer, opens: seated, form: note, due: {at: opened + 5wd}}}
"""
    told = [one.message for one in judged_files(a_folder(process)).problems]
    assert any(message.startswith("A moment of one seat opens no task: `seated`.") for message in told)


def test_what_is_accepted_of_a_child_that_people_raise_is_accepted_of_nothing_else() -> None:
    process = "tasks: {work: {for: contact, opens: busy, form: note, due: {at: opened + 10wd}}}\n"
    process += "stages: {busy: {accept: {asleep: the office looks every week}}, over: {end: true}}\n"
    process += "transitions: {finish: {from: busy, to: over, by: office}}\n"
    process += "children: {check: {process: small, by: owner, await: any, ACCEPT}}\n"
    assert kinds(judged_files(a_folder(process.replace(", ACCEPT", "")))) == [("warning", "unheard_end")]
    assert (
        kinds(judged_files(a_folder(process.replace("ACCEPT", "accept: {unheard_end: it is only for the list}")))) == []
    )
