"""Stories of the assessment-oriented review: recognised, recovery and reassessment, objection, no quorum, withdrawn."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from collegium.demo.scripts import Script, Turn
from engine import actions
from engine.case import Case
from engine.errors import Refused
from tests.journeys.journey import Journey

PROCESS = "assessment-review"
TO_THE_DECISION = [
    "panel_forming", "panel_submitted", "self_evaluating", "completeness", "desk", "premeeting", "ready", "visiting",
    "deliberation", "drafting", "agreeing", "quality_check", "hearing", "processing", "advising", "awaiting",
]  # fmt: skip
NEGATIVE: dict[str, dict[str, Any]] = {"decision": {"outcome": "negative"}}


def closed(case: Case) -> bool:
    return case.closed


def test_a_positive_decision_recognises_and_the_report_is_published_after_the_term_for_objections() -> None:
    with Journey(PROCESS) as story:
        story.until("recognised")
        assert story.stages() == [*TO_THE_DECISION, "recognised"]
        assert story.case.tracks["appeal"].state == "possible"
        decided = story.today
        story.until(lambda case: case.tracks["appeal"].state == "none")
        assert timedelta(weeks=6) <= story.today - decided <= timedelta(weeks=9)
        story.until(closed)
        story.until_day(story.today + timedelta(days=7))
        assert story.case.outcome == "recognised"
        party = 2 + len([held for held in story.case.holdings.values() if held.state == "seated"])
        assert story.told("decision_positive") >= party
        assert story.told("published") == party
        assert story.told("decision_negative") == 0


def test_a_negative_decision_leads_over_recovery_to_a_child_case_that_recognises() -> None:
    script = Script(
        what="recognised after recovery", answers=NEGATIVE, weak=("organisation",), child=Script(what="positive")
    )
    with Journey(PROCESS, script) as story:
        story.until("remedy")
        assert story.told("decision_negative") > 0
        sent = story.case.moments["sent"].day
        story.until("reassessing")
        assert sent is not None
        assert timedelta(days=360) <= story.today - sent <= timedelta(days=370)
        story.until(lambda case: len(story.cases()) > 1)
        child = next(case for case in story.cases() if case.parent is not None)
        assert (child.parent and child.parent.case, child.rows) == (story.id, ("organisation",))
        story.until(lambda case: len(next(c for c in story.cases() if c.parent).holders("member")) > 0)
        story.until(closed)
        assert story.case.outcome == "recognised"
        assert story.stages()[-3:] == ["remedy", "reassessing", "recognised"]
        assert {case.outcome for case in story.cases()} == {"recognised"}
        assert story.told("reassessment_announcement") > 0


def test_a_second_negative_decision_refuses() -> None:
    weak = ("organisation", "quality_culture")
    child = Script(what="negative again", answers=NEGATIVE, weak=("organisation",))
    with Journey(PROCESS, Script(what="refused", answers=NEGATIVE, weak=weak, child=child)) as story:
        story.until("reassessing")
        story.until(lambda case: case.stage != "reassessing")
        assert (story.case.stage, {case.stage for case in story.cases()}) == ("rejected", {"rejected"})
        story.until(closed)
        story.until_day(story.today + timedelta(days=7))
        assert story.case.outcome == "rejected"
        assert story.told("decision_final") > 0


def test_without_a_plan_for_recovery_the_period_runs_out() -> None:
    script = Script(what="no plan", answers=NEGATIVE, weak=("organisation",), silent=frozenset({"improvement_plan"}))
    with Journey(PROCESS, script) as story:
        story.until("remedy")
        story.until("rejected")
        assert [event.name for event in story.events("transition_taken")][-1] in ("run_out", "no_appeal")
        assert len(story.cases()) == 1
        story.until(closed)
        story.until_day(story.today + timedelta(days=7))
        assert story.told("recovery_over") == 2


def test_a_review_is_withdrawn_and_nobody_is_asked_anything_more() -> None:
    script = Script(what="withdrawn", turns=(Turn(deed="withdraw", after="desk", days=10),))
    with Journey(PROCESS, script) as story:
        story.until(closed)
        assert story.case.outcome == "withdrawn"
        ended = story.now
        story.until_day(story.today + timedelta(days=90))
        assert {message.kind for message in story.mails() if message.created_at > ended} <= {"stopped", "not_needed"}
        assert story.told("stopped") > 0


def test_an_objection_that_is_upheld_leads_to_a_new_decision() -> None:
    script = Script(
        what="upheld", answers=NEGATIVE, weak=("learning_environment",),
        turns=(Turn(deed="object", after="remedy", days=20),),
    )  # fmt: skip
    with Journey(PROCESS, script) as story:
        story.until("remedy")
        story.until(lambda case: case.tracks["appeal"].state == "pending")
        story.script = Script(what="the new decision is positive")
        story.until("awaiting")
        assert story.case.tracks["appeal"].state == "upheld"
        assert story.told("objection_received") == 2
        story.until(closed)
        assert story.case.outcome == "recognised"
        assert story.case.tracks["appeal"].state == "settled"
        assert story.told("objection_decided") == 2
        assert story.stages().count("awaiting") == 2


def test_a_visit_without_a_quorum_does_not_count_and_gets_a_new_day() -> None:
    with Journey(PROCESS) as story:
        story.script = Script(what="nobody writes down who was there", silent=frozenset({"attendance"}))
        story.until("visiting")
        task = story.until_open("attendance")
        old = story.visit()
        chair = story.case.holders("chair")[0].participant
        story.scene.submit(task, task.assignees[0], present=[chair])
        story.driver.step(story.now, story.driven)
        assert story.case.stage == "visiting"
        repair = story.task("repair_visit")
        assert set(repair.assignees) == set(story.case.roles["coordinator"])
        # The quorum cannot be waived; the coordinator's task says what can be done.
        scene = story.scene
        scene.take("not_held", repair.assignees[0], day=scene.next_day(story.today + timedelta(days=30)))
        assert story.case.stage == "ready"
        assert story.visit() > old
        story.script = Script(what="everybody is there")
        story.until("deliberation")
        assert story.today > old + timedelta(days=29)
        story.until("recognised")
        assert story.told("visit_moved") > 0


def test_a_committee_without_a_quorum_does_not_adopt_the_advice() -> None:
    with Journey(PROCESS) as story:
        story.script = Script(what="the committee waits", silent=frozenset({"advice", "adopt_later"}))
        advice = story.until_open("advice")
        first = story.case.roles["committee"][:1]
        assert len(story.case.roles["committee"]) > 2
        story.scene.submit(advice, advice.assignees[0], present=list(first))
        story.driver.step(story.now, story.driven)
        assert story.case.stage == "advising"
        later = story.task("adopt_later")
        assert later.due is not None
        story.script = Script(what="they meet again")
        story.until("awaiting")
        assert story.case.counts["advise_later"] == 1


def test_more_time_after_the_date_brings_back_the_hearing_that_silence_had_ended() -> None:
    with Journey(PROCESS, Script(what="no reaction", silent=frozenset({"hearing_reaction", "advice"}))) as story:
        reaction = story.until_open("hearing_reaction")
        story.until("advising")
        assert reaction.due is not None
        assert story.case.tasks[reaction.key].state == "expired"
        until = story.today + timedelta(days=3)
        scene = story.scene
        scene.act(actions.Extend(task=reaction.key, until=until, reason="Ziekte"), scene.holder("office"))
        assert story.case.stage == "hearing"
        again = story.task("hearing_reaction")
        assert again.due is not None
        assert (again.due.day, again.term) == (until, 2)
        assert not [task for task in story.case.open_tasks() if task.name == "advice"]
        story.script = Script(what="the host reacts after all")
        story.until("processing")
        story.until("recognised")


def test_more_time_is_refused_when_what_silence_began_has_been_done() -> None:
    with Journey(PROCESS, Script(what="no reaction", silent=frozenset({"hearing_reaction"}))) as story:
        reaction = story.until_open("hearing_reaction")
        story.until("awaiting")
        until = story.today + timedelta(days=3)
        scene = story.scene
        with pytest.raises(Refused, match="gone on to awaiting"):
            scene.act(actions.Extend(task=reaction.key, until=until, reason="Ziekte"), scene.holder("office"))
