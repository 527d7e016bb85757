"""Does the timeline tell the ordinary case, on its last days?"""

from __future__ import annotations

import pytest

from engine.expressions import At, DateExpr, Ref, Shift
from tests.builders.engine import a_definition
from tests.workflows.builders import small
from workflows.loader import load, shipped
from workflows.typical import Typical, ordinary_days, typical


def of(name: str) -> Typical:
    return typical(load(shipped()[name]).known()[0])


def test_development_review_goes_through_every_stage_to_its_end() -> None:
    case = of("development-review")
    assert [(stay.stage, round(stay.first / 7)) for stay in case.stays] == [
        ("invited", 0), ("planning", 2), ("preparing", 12), ("reading", 20), ("ready", 25), ("visiting", 26),
        ("drafting", 26), ("reaction", 30), ("agenda", 34), ("follow_up", 47), ("done", 78),
    ]  # fmt: skip
    assert case.days == (("visit", 26 * 7),)


def test_assessment_review_ends_with_the_decision_that_is_hoped_for() -> None:
    stages = [stay.stage for stay in of("assessment-review").stays]
    assert stages[0] == "announced"
    assert stages[-1] == "recognised"
    assert not {"supplementing", "remedy", "withdrawn"} & set(stages)


@pytest.mark.parametrize(
    ("name", "begins", "weeks"),
    [("caep-review", "reviewing", 83), ("irrs-follow-up", "mission", 78), ("nvao-group", "visiting", 70)],
)
def test_a_day_that_only_the_organisation_knows_is_told_from_when_a_case_is_launched(
    name: str, begins: str, weeks: int
) -> None:
    case = of(name)
    (entered,) = (stay.first for stay in case.stays if stay.stage == begins)
    assert (round(entered / 7), entered) == (weeks, dict(case.days)["visit"])


@pytest.mark.parametrize("name", ["development-review", "assessment-review"])
def test_work_lies_within_its_stage_and_in_the_case(name: str) -> None:
    case = of(name)
    stays = {stay.stage: stay for stay in case.stays}
    assert [stay.last for stay in case.stays[:-1]] == [stay.first for stay in case.stays[1:]]
    assert [work for work in case.work if work.due < stays[work.stage].first] == []


def test_rescue_and_repair_are_not_ordinary() -> None:
    names = {work.task for work in of("development-review").work}
    assert {"critical_reflection", "questions", "adoption", "talk"} <= names
    assert not {"supplement", "not_ready", "ring_host", "friend_draft"} & names


def test_bounds_of_a_due_date_count() -> None:
    bound = ("at: visit - 7w, not_before: opened + 10wd", "at: visit - 7w, not_before: opened + 30w")
    definition, _ = small(bound).known()
    work = {each.task: each.due for each in typical(definition).work}
    assert work == {"intake": 14.0, "poll": 14 + 30 * 7}


def test_work_that_waits_for_each_other_is_left_out() -> None:
    circle = [
        ("for: contact\n    opens: asked", "for: contact\n    opens: poll.done"),
        ("opens: busy", "opens: intake.done"),
        ("at: case.launched + 10wd", "at: opened + 10wd"),
        ("at: visit - 7w, not_before: opened + 10wd", "at: opened + 10wd"),
    ]
    definition, _ = small(*circle).known()
    assert typical(definition).work == ()


def test_a_moment_that_is_told_from_the_launch_has_a_day() -> None:
    definition, _ = small().known()
    moments = [
        DateExpr(At(Ref("visit")), (Shift(1, 2, "w"),)),
        DateExpr(At(Ref("poll", "done"))),
        DateExpr(At(Ref("case", "closed"))),
    ]
    assert ordinary_days(definition, moments) == (26 * 7 + 14, 26 * 7 - 49, None)


def test_what_waits_for_an_answer_waits_for_the_signature_below_it() -> None:
    process = """
stages: {asking: {}, reading: {}, over: {end: true}}
transitions:
  handed_in: {from: asking, to: reading, when: letter.done}
  finish: {from: reading, to: over, by: office}
tasks:
  letter:
    {for: contact, opens: asking, form: note, due: {at: opened + 2w}, sign: {by: signatory, due: {at: submitted + 7d}}}
"""
    case = typical(a_definition(process))
    assert [(stay.stage, stay.first) for stay in case.stays] == [("asking", 0), ("reading", 21), ("over", 21)]
    assert [(work.task, work.due) for work in case.work] == [("letter", 14)]
