"""Stories of the development-oriented review: what office, host and panel live through, to the last mail."""

from __future__ import annotations

from datetime import timedelta

import pytest

from collegium.demo.scripts import Script, Turn
from engine import actions
from engine.case import Case
from engine.errors import Refused
from tests.journeys.journey import Journey

PROCESS = "development-review"
WHOLE_WAY = [
    "planning", "preparing", "reading", "ready", "visiting", "drafting", "reaction", "agenda", "follow_up", "done",
]  # fmt: skip


def closed(case: Case) -> bool:
    return case.closed


def test_everything_on_time_leads_to_done() -> None:
    with Journey(PROCESS) as story:
        story.until("agenda")
        panel = [held.participant for held in story.case.holdings.values() if held.state == "seated"]
        assert len(panel) == 4
        story.until(closed)
        assert (story.case.outcome, story.stages()) == ("done", WHOLE_WAY)
        # Everybody of the panel and the host hears of the day, what to bring, and the report; nobody is ever late.
        party = len(panel) + 2
        for kind in ("visit_fixed", "practical_information", "day_after_tomorrow", "adopted"):
            assert (kind, story.told(kind)) == (kind, party)
        assert story.told("thanks") == len(panel)
        assert story.told("late") == story.told("escalation") == 0
        assert {task.name for task in story.case.open_tasks()} <= {"evaluation_all"}


def test_a_host_that_stays_silent_lapses_after_a_ladder_of_mails() -> None:
    with Journey(PROCESS, Script(what="the host never answers", silent=frozenset({"intake", "ring_host"}))) as story:
        launched = story.today
        due = story.task("intake").due
        assert due is not None
        ringing = story.until_open("ring_host")
        assert story.today > due.day
        office = story.case.roles["office"]
        assert set(ringing.assignees) == set(office)
        story.until(closed)
        assert (story.case.outcome, story.today) == ("lapsed", launched + timedelta(weeks=8))
        story.until_day(story.today + timedelta(days=3))
        # The host has the invitation, is reminded twice and on the day, then hears that it is late; the signatory too.
        to_host = [message.kind for message in story.mails() if message.person == story.person(story.contact)]
        assert to_host == ["invitation", "reminder", "reminder", "today", "late", "stopped"]
        assert [message.kind for message in story.mails() if message.person == story.person(story.signatory)] == [
            "invitation", "escalation", "stopped",
        ]  # fmt: skip


def test_a_visit_that_moves_takes_open_dates_with_it_and_leaves_what_is_done() -> None:
    with Journey(PROCESS) as story:
        story.until("reading")
        story.until_day(story.today + timedelta(days=3))
        old, before, done = story.visit(), story.dues(), _done(story)
        scene = story.scene
        scene.take("move_visit", scene.holder("office"), day=scene.next_day(old + timedelta(days=14)))
        new, after = story.visit(), story.dues()
        moved = {key for key in before if after[key] != before[key]}
        assert new > old
        assert moved >= {"prep_meeting:1", "programme_concept:1"} & set(before)
        assert all(after[key] > before[key] for key in moved)
        assert any(key.startswith("questions:1") for key in moved)
        # What counts from its own opening stays, and what is done is not asked again.
        assert _done(story) == done
        anchored = {key: story.case.tasks[key].due for key in before if key not in moved}
        assert all(due is not None and "visit" not in due.text for due in anchored.values())
        # Reminders of a moved task begin again, counted from its new day.
        assert {story.case.tasks[key].term for key in moved} == {2}
        story.until("ready")
        assert story.told("visit_moved") == 6
        notices = {message.person for message in story.mails("visit_moved")}
        assert len(notices) == 6
        story.until("visiting")
        assert story.today == new
        story.until(closed)
        assert story.case.outcome == "done"


def test_more_time_can_be_given_after_the_date() -> None:
    script = Script(what="more time", silent=frozenset({"remarks"}))
    with Journey(PROCESS, script) as story:
        remarks = story.until_open("remarks")
        assert remarks.due is not None
        story.until_day(remarks.due.day + timedelta(days=2))
        late = story.told("late")
        assert late >= 1
        until = remarks.due.day + timedelta(days=9)
        story.scene.act(actions.Extend(task=remarks.key, until=until, reason="Ziekte"), story.scene.holder("office"))
        again = story.task("remarks")
        assert again.due is not None
        assert again.closes is not None
        assert (again.due.day, again.term, again.extensions) == (until, 2, 1)
        assert again.closes.day > until
        # Once is enough.
        further = actions.Extend(task=remarks.key, until=until + timedelta(days=3), reason="Weer")
        with pytest.raises(Refused, match="1 of 1 times"):
            story.scene.act(further, story.scene.holder("office"))
        story.until_day(until - timedelta(days=1))
        assert story.case.stage == "reaction"
        assert story.told("late") == late
        story.script = Script(what="and then they answer")
        story.until("agenda")
        assert story.task_done("remarks")
        assert story.told("extended") >= 1


def test_time_that_is_asked_for_after_the_report_was_adopted_is_refused_with_the_reason() -> None:
    with Journey(PROCESS, Script(what="silence", silent=frozenset({"remarks"}))) as story:
        remarks = story.until_open("remarks")
        story.until("agenda")
        story.until_day(story.today + timedelta(days=3))
        until = story.today + timedelta(days=2)
        with pytest.raises(Refused) as refused:
            story.scene.act(
                actions.Extend(task=remarks.key, until=until, reason="Ziekte"), story.scene.holder("office")
            )
        assert any("adopted" in reason for reason in refused.value.reasons)


def test_a_peer_who_is_replaced_hands_over_what_is_open_and_hears_no_more() -> None:
    with Journey(PROCESS) as story:
        story.until("reading")
        story.until_day(story.today + timedelta(days=1))
        case = story.case
        old = case.holders("peer")[0]
        theirs = {task.name for task in case.open_tasks() if task.holding == old.key}
        scene = story.scene
        scene.replace("peer")
        new = next(held for held in story.case.holdings.values() if held.replaces == old.key)
        assert story.case.holdings[old.key].state == "left"
        assert not [task for task in story.case.open_tasks() if task.holding == old.key]
        story.until(lambda case: case.holdings[new.key].state == "seated")
        handed = {task.name for task in story.case.tasks.values() if task.holding == new.key}
        assert theirs <= handed
        when, person = story.now, story.person(old.participant)
        story.until(closed)
        assert story.case.outcome == "done"
        assert [held.participant for held in story.case.holders("peer")][-1] == new.participant
        later = [message for message in story.mails() if message.person == person and message.created_at > when]
        assert {message.kind for message in later} <= {"substitution", "not_needed"}


def test_a_pause_gives_its_time_back() -> None:
    with Journey(PROCESS) as story:
        story.until("preparing")
        story.until_day(story.today + timedelta(days=2))
        before, mails = story.case.tasks, len(story.mails())
        until = story.today + timedelta(days=28)
        scene = story.scene
        scene.act(actions.PauseCase(reason="Wisseling van bestuur", until=until), scene.holder("office"))
        story.until_day(until - timedelta(days=7))
        assert {message.kind for message in story.mails()[mails:]} == {"on_hold"}  # nothing is asked meanwhile
        scene = story.scene
        scene.act(actions.ResumeCase(reason="Het bestuur is er"), scene.holder("office"))
        assert story.case.paused is None
        # What counts from its own opening gets the working days back; what counts from the visit stays.
        for task in [task for task in story.case.open_tasks() if task.due is not None and task.key in before]:
            old, new = before[task.key].due, task.due
            assert old is not None
            assert new is not None
            if "visit" in new.text:
                assert (new.day, new.shifted) == (old.day, False)
            else:
                assert new.shifted
                assert timedelta(days=19) <= new.day - old.day <= timedelta(days=24)
        assert any(task.due is not None and task.due.shifted for task in story.case.open_tasks())
        story.until(closed)
        assert story.case.outcome == "done"
        assert story.told("resumed") == story.told("on_hold") > 0


def test_a_case_that_is_put_right_by_hand_goes_on_from_there_and_shows_the_reason() -> None:
    with Journey(PROCESS) as story:
        story.until("reaction")
        story.until_day(story.today + timedelta(days=1))
        scene, reason = story.scene, "Het concept was te vroeg verstuurd"
        scene.act(actions.Correct(reason=reason, state="drafting"), scene.holder("office"))
        assert story.case.stage == "drafting"
        assert [task.round for task in story.case.open_tasks() if task.name == "draft"] == [2]
        story.until(closed)
        assert story.case.outcome == "done"
        assert story.stages().count("reaction") == 2
        assert [event.data["reason"] for event in story.events("corrected")] == [reason]


def test_a_review_is_withdrawn_when_both_sides_say_so() -> None:
    with Journey(PROCESS) as story:
        story.until("preparing")
        story.until_day(story.today + timedelta(days=12))
        story.scene.take("withdraw", story.scene.holder("contact"))
        assert story.case.stage == "preparing"  # one side is not enough: the office is asked
        assert story.task("next_step").about == "consent:withdraw:contact"
        story.until(closed)
        assert story.case.outcome == "withdrawn"
        assert story.case.open_tasks() == []
        story.until_day(story.today + timedelta(days=60))
        assert story.told("stopped") >= 6
        assert max(message.created_at for message in story.mails()) - story.case.stage_since < timedelta(days=5)


def test_the_scripts_of_the_demo_lead_to_the_same_ends() -> None:
    script = Script(
        what="moved, and a peer replaced",
        turns=(Turn(deed="move", after="reading", days=4), Turn(deed="replace", after="preparing", days=9)),
        late=frozenset({"intake", "draft"}),
    )
    with Journey(PROCESS, script, host=1) as story:
        story.until(closed)
        assert story.case.outcome == "done"
        assert story.told("late") > 0
        assert story.told("substitution") > 0


def _done(story: Journey) -> set[str]:
    return {task.key for task in story.case.tasks.values() if task.state == "done"}
