"""Where does a case stand? Milestones, lateness and whose turn it is; and what each audience never learns."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.business_days import DaySet
from engine.case import Conflict, Decision, Present, Waiver
from engine.standing import Change, Day, Milestone, Schedule, Waiting, party_of
from engine.summary import (
    Audience,
    CaseSummary,
    CycleSummary,
    case_summary,
    cycle_summary,
    for_audience,
    phases_of,
    visits_ahead,
)
from engine.tally import Tally, tally
from tests.builders.engine import Review, a_definition, a_world, launched, moment

PROCESS = """
seats: {chair: {count: 1}, peer: {count: 1..4}}
groups: {panel: [chair, peer]}
people:
  office: {of: secretariat}
  owner: {of: secretariat, count: 1, owner: true}
  contact: {of: host, count: 1}
  signatory: {of: host, count: 1}
  judge: {of: minister, count: 0..1}
invitations: {form: invite, due: {at: invited + 10wd}, replace: {by: office, tasks: move_open, due: {at: due}}}
phases: {before: {en: Before}, after: {en: After}}
dates:
  visit: {set_by: [fix, move], provisional: case.launched + 20w, moves: true, says: {en: visit}}
deadlines: {far: {at: reading + 30w, says: {en: far}}}
stages: {busy: {phase: before}, reading: {phase: before}, ready: {phase: after}, over: {end: true}}
transitions:
  fix: {from: busy, to: reading, by: office, asks: {day: date}, sets: {visit: chosen.day}}
  move: {from: reading, by: office, asks: {day: date}, sets: {visit: chosen.day}}
  go: {from: reading, to: ready, when: far}
  finish: {from: [busy, reading, ready], to: over, by: office}
pause: {by: office, asks: {reason: text, until: date}}
tasks:
  work:
    for: contact
    opens: busy
    form: note
    due: {at: opened + 10wd}
    extend: {by: office, at_most: +10wd, times: 2}
  extra: {for: contact, opens: busy, form: note, due: {at: opened + 1wd}, optional: true}
  read: {each: panel, opens: reading, form: note, due: {at: opened + 15wd}}
  advise: {for: judge, opens: ready, form: note, due: {at: opened + 5wd}}
  quick: {for: contact, opens: reading, form: note, due: {at: visit - 40w}}
"""
FORMS = {"note": "{remark: {type: text}}", "invite": "{answer: {type: yes_no, required: true}}"}


def begun(**more: Any) -> Review:
    return launched(a_definition(PROCESS, **FORMS), roles={"judge": ("p8",)}, **more)


def reading(visit: str = "2027-06-15") -> Review:
    """The panel reads; a chair and two peers are seated."""
    review = begun().seat("chair", "a1").seat("peer", "b1", "c1")
    return review.take("fix", "olga", day=visit)


def summary(review: Review, on: str, audience: Audience = "office", **more: Any) -> CaseSummary:
    counts = tally(review.definition, review.history, moment(on))
    return case_summary(
        review.definition, review.case, review.world, moment(on), audience=audience, tally=counts, **more
    )


# what comes next ------------------------------------------------------------------------------------------------------


def test_a_new_case_says_its_phase_step_and_first_date() -> None:
    found = summary(begun(), "2027-03-02")
    assert (found.phases, found.phase, found.phase_number) == (("before", "after"), "before", 1)
    assert (found.stage, found.since) == ("busy", date(2027, 3, 1))
    assert found.milestone == Milestone(kind="task", name="work", on=Day(day=date(2027, 3, 15)), party="host")
    assert found.schedule == Schedule(state="on_schedule")
    assert found.changed == Change(kind="stage", name="busy", on=date(2027, 3, 1))


def test_a_date_that_is_not_fixed_yet_is_provisional() -> None:
    assert summary(begun(), "2027-03-02").visit == ("visit", Day(day=date(2027, 7, 19), provisional=True))
    assert summary(reading(), "2027-03-02").visit == ("visit", Day(day=date(2027, 6, 15)))


def test_a_calendar_that_is_not_known_that_far_is_told() -> None:
    unknown = DaySet("school", "unknown", frozenset(), known=())
    general = {"public-holidays(NL)": (unknown,), "equated-days(NL)": ()}
    review = launched(
        a_definition("calendars: {office: [weekend, public-holidays(NL)]}"), world=a_world(general=general)
    )
    milestone = summary(review, "2027-03-02").milestone
    assert milestone is not None
    assert milestone.on.unknown == ("school",)


def test_optional_work_is_no_milestone_and_holds_nobody_up() -> None:
    found = summary(begun(), "2027-03-04")
    assert found.schedule == Schedule(state="on_schedule")
    assert found.open_tasks == {"host": 1}


def test_a_deadline_that_the_stage_waits_for_is_a_milestone() -> None:
    review = reading()
    for name in ("a1", "b1", "c1"):
        review.submit("read", name)
    review.submit("quick", "carl")
    assert summary(review, "2027-06-20").milestone == Milestone(
        kind="deadline", name="far", on=Day(day=date(2027, 9, 27))
    )


def lapsing() -> Review:
    text = "  give_up: {from: busy, to: over, when: case.launched + 3w}\npause:"
    return launched(a_definition(PROCESS.replace("pause:", text), **FORMS), roles={"judge": ("p8",)})


def test_a_case_that_lapses_before_anything_else_says_so_first() -> None:
    review = lapsing()
    assert summary(review, "2027-03-02").milestone == Milestone(
        kind="task", name="work", on=Day(day=date(2027, 3, 15)), party="host"
    )
    lapse = Milestone(kind="transition", name="give_up", on=Day(day=date(2027, 3, 22)))
    found = summary(review.until("2027-03-17"), "2027-03-17")
    assert (found.milestone, found.desk and found.desk.ends) == (lapse, lapse)
    assert summary(review, "2027-03-17", "region").milestone == lapse


def end_of(review: Review) -> str | None:
    desk = summary(review, "2027-03-02").desk
    return desk.ends.name if desk is not None and desk.ends is not None else None


def test_the_end_that_comes_by_itself_is_known_as_long_as_the_case_goes_on() -> None:
    assert end_of(lapsing()) == "give_up"
    assert [end_of(each) for each in (lapsing().pause("2027-06-01"), lapsing().take("finish", "olga"), begun())] == [
        None, None, None,
    ]  # fmt: skip


def test_fixing_a_date_is_a_change_and_moving_it_is_counted() -> None:
    review = reading().until("2027-03-08").take("move", "olga", day="2027-06-22")
    found = summary(review, "2027-03-08")
    assert found.changed == Change(kind="date", name="visit", on=date(2027, 3, 8))
    assert found.tally.moves == 1


def test_the_stages_that_were_reached_stand_in_their_order() -> None:
    assert summary(reading(), "2027-03-02").reached == (("busy", date(2027, 3, 1)), ("reading", date(2027, 3, 1)))


# how it goes ----------------------------------------------------------------------------------------------------------


def test_lateness_is_counted_in_working_days_and_says_whose_turn_it_is() -> None:
    review = begun().until("2027-03-23")
    found = summary(review, "2027-03-23")
    assert found.schedule == Schedule(state="late", days=6, party="host", cause="overdue")
    assert found.desk is not None
    assert [(each.name, each.days, each.people) for each in found.desk.late] == [("work", 6, ("carl",))]
    assert found.waits_for[0].late == 6


def test_on_the_saturday_after_its_date_a_task_is_late_without_a_working_day() -> None:
    review = begun().pin("work", "2027-03-12").until("2027-03-13")
    assert summary(review, "2027-03-13").schedule == Schedule(state="late", party="host", cause="overdue")


def test_the_panel_and_others_have_their_turn() -> None:
    review = reading().submit("quick", "carl").until("2027-03-24")
    assert summary(review, "2027-03-24").schedule == Schedule(state="late", days=2, party="panel", cause="overdue")
    review.correct("ready").until("2027-04-02")
    assert summary(review, "2027-04-02").schedule == Schedule(state="late", days=2, party="outside", cause="overdue")


def test_something_due_within_five_working_days_is_a_risk_past_the_middle_of_its_term() -> None:
    assert summary(begun(), "2027-03-05").schedule == Schedule(state="on_schedule")
    found = summary(begun().until("2027-03-10"), "2027-03-10")
    assert found.schedule == Schedule(state="at_risk", party="host", cause="soon")


def test_a_date_that_was_past_when_its_task_opened_is_a_risk() -> None:
    assert summary(reading(), "2027-03-01").schedule == Schedule(state="at_risk", party="host", cause="born_late")


def test_what_the_engine_asks_the_office_to_free_is_a_blocked_case() -> None:
    review = launched(a_definition(PROCESS, **FORMS))  # nobody judges
    review.correct("ready")
    found = summary(review, "2027-03-01")
    assert found.schedule == Schedule(state="at_risk", party="secretariat", cause="blocked")


def test_while_a_case_is_paused_nothing_becomes_late() -> None:
    review = begun().pause("2027-06-01")
    found = summary(review, "2027-05-20")
    assert (found.paused_until, found.schedule) == (date(2027, 6, 1), None)
    assert found.milestone == Milestone(kind="pause", name="", on=Day(day=date(2027, 6, 1)))
    assert found.changed.kind == "paused"
    assert found.desk is not None
    assert found.desk.late == ()


def test_a_case_that_has_ended_has_an_outcome_and_no_schedule() -> None:
    found = summary(begun().take("finish", "olga"), "2027-03-05")
    assert (found.ended, found.outcome, found.schedule, found.milestone) == (True, "over", None, None)
    assert (found.visit, found.phase_number) == (None, None)


def test_two_dates_too_close_together_are_a_risk() -> None:
    review = launched(
        a_definition(
            """
tasks:
  work:
    for: contact
    opens: busy
    form: note
    due: {at: opened + 10wd, not_before: case.launched + 15wd, not_after: opened + 8wd}
"""
        )
    )
    task = review.task("work")
    assert task.due is not None
    assert task.due.squeezed
    squeezed = replace(review.case, tasks={task.key: task})  # without the engine's own worry about it
    found = case_summary(review.definition, squeezed, review.world, moment("2027-03-01"), audience="office")
    assert found.schedule == Schedule(state="at_risk", party="host", cause="squeezed")


def test_a_candidate_has_the_panels_turn_and_a_task_of_nobody_that_of_its_role() -> None:
    review = begun().assign("peer", "a1", places=1)
    invitation = review.task("invitation")
    assert party_of(review.definition, review.case, invitation) == "panel"
    work = review.task("work")
    assert party_of(review.definition, review.case, replace(work, assignees=())) == "host"
    assert party_of(review.definition, review.case, replace(invitation, assignees=())) == "panel"
    assert party_of(review.definition, review.case, replace(invitation, assignees=("carl",))) == "host"
    assert party_of(review.definition, review.case, replace(invitation, assignees=("gone",))) == "secretariat"


CHILDREN = """
stages: {busy: {}, waiting: {}, over: {end: true}}
transitions:
  call: {from: busy, to: waiting, by: office}
  back: {from: waiting, to: over, when: [again.over]}
children: {again: {process: small, opens: waiting, await: all}}
"""


def test_a_case_waits_for_the_one_that_it_called_for() -> None:
    review = launched(a_definition(CHILDREN)).take("call", "olga")
    waiting = Waiting(party="outside", kind="child", name="again")
    for audience in ("office", "partnership"):
        assert waiting in summary(review, "2027-03-02", audience).waits_for
    assert summary(review, "2027-03-02", "region").waits_for == ()
    assert waiting not in summary(review.hear("again.over"), "2027-03-02").waits_for


def test_a_date_on_a_meeting_that_is_not_listed_is_not_known() -> None:
    text = """
gates: {meeting: {dates: listed_by_office}}
transitions:
  fix: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day}}
  finish: {from: busy, to: over, by: office}
dates: {visit: {set_by: fix, provisional: next meeting from case.launched, moves: true, says: {en: visit}}}
"""
    review = launched(a_definition(text))
    assert summary(review, "2027-03-02").visit is None


# counting -------------------------------------------------------------------------------------------------------------


def test_dates_kept_and_missed_are_read_from_the_history() -> None:
    review = begun().submit("work", "carl")
    assert summary(review, "2027-03-05").tally == Tally(met=1)
    late = begun().until("2027-03-20")
    assert summary(late, "2027-03-20").tally == Tally(missed=1)
    assert summary(late.submit("work", "carl"), "2027-03-22").tally == Tally(missed=1)


def test_a_task_that_was_never_done_and_is_needed_no_more_was_missed() -> None:
    review = begun().until("2027-03-20").take("finish", "olga")
    assert summary(review, "2027-03-22").tally == Tally(missed=1)
    assert summary(begun().take("finish", "olga"), "2027-03-22").tally == Tally()


def test_more_time_pauses_and_corrections_are_counted() -> None:
    review = (
        begun().extend("work", "2027-03-20").pause("2027-04-01").resume().correct("reading").pin("quick", "2027-05-03")
    )
    assert summary(review, "2027-03-01").tally == Tally(extensions=1, pauses=1, corrections=2)


def test_a_substitution_is_counted_once() -> None:
    review = reading().substitute("peer-1", "d1")
    assert summary(review, "2027-03-01").tally.substitutions == 1


def test_a_history_up_to_a_past_moment_gives_the_counts_of_that_day() -> None:
    review = begun().until("2027-03-20").submit("work", "carl")
    before = [row for row in review.history if row.event.recorded_at <= moment("2027-03-10")]
    assert tally(review.definition, before, moment("2027-03-10")) == Tally()


def test_a_round_counts_cases_by_phase_outcome_and_standing() -> None:
    late = summary(begun().until("2027-03-23"), "2027-03-23")
    over = summary(begun().take("finish", "olga"), "2027-03-23")
    ready = summary(begun().correct("ready"), "2027-03-02")
    child = replace(ready, child="again")
    definition = begun().definition
    found = cycle_summary(definition, "cycle", [late, over, ready, child])
    assert found == CycleSummary(
        cycle="cycle", process="small", behaviour=definition.behaviour, cases=3, children=1,
        by_phase=(("before", 1), ("after", 1)), by_outcome=(("over", 1),),
        by_state=(("on_schedule", 1), ("at_risk", 0), ("late", 1)), paused=0,
        tally=late.tally + over.tally + ready.tally + child.tally,
    )  # fmt: skip


def test_visits_ahead_are_those_within_the_weeks_asked_for() -> None:
    near, far = summary(reading("2027-04-20"), "2027-03-02"), summary(reading("2027-06-15"), "2027-03-02")
    assert visits_ahead([far, near], date(2027, 3, 2), 8) == (near,)
    assert visits_ahead([far, near], date(2027, 3, 2), 16) == (near, far)
    assert visits_ahead([far, near], date(2027, 4, 21), 16) == (far,)


# who may see what -----------------------------------------------------------------------------------------------------


def test_a_partnership_sees_its_own_tasks_and_of_others_only_whose_turn_it_is() -> None:
    found = summary(reading(), "2027-03-02", "partnership")
    assert found.waits_for == (
        Waiting(party="host", kind="task", name="quick", on=Day(day=date(2027, 3, 3))),
        Waiting(party="panel", kind="task", name=None, on=Day(day=date(2027, 3, 22))),
    )
    assert found.open_tasks == {"host": 1}
    assert found.desk is None


def test_what_is_due_last_of_one_task_is_known_too_and_to_the_office_alone() -> None:
    review = begun().seat("chair", "a1").take("fix", "olga", day="2027-06-15").until("2027-03-08").seat("peer", "b1")
    waiting = Waiting(
        party="panel", kind="task", name="read", on=Day(day=date(2027, 3, 22)), last=Day(day=date(2027, 3, 29)),
        number=2,
    )  # fmt: skip
    assert waiting in summary(review, "2027-03-08").waits_for
    assert all(each.last is None for each in summary(review, "2027-03-08", "partnership").waits_for)


def test_the_work_of_others_is_called_by_the_step_it_belongs_to() -> None:
    review = reading().submit("quick", "carl")
    assert summary(review, "2027-03-02").milestone == Milestone(
        kind="task", name="read", on=Day(day=date(2027, 3, 22)), party="panel"
    )
    for audience in ("partnership", "region"):
        assert summary(review, "2027-03-02", audience).milestone == Milestone(
            kind="stage", name="reading", on=Day(day=date(2027, 3, 22)), party="panel"
        )


def test_a_region_sees_no_tasks_at_all() -> None:
    found = summary(begun(), "2027-03-02", "region")
    assert (found.waits_for, found.open_tasks, found.desk) == ((), {}, None)
    assert found.milestone is not None
    assert found.milestone.kind == "stage"


def marked() -> Review:
    """A case with a mark in everything that only the office or the panel may see."""
    review = begun().assign("peer", "a1", "b1", "c1", places=2)
    case = review.case
    holdings = {
        key: replace(held, participant=f"MARK-{key}", reason="MARK-reason") for key, held in case.holdings.items()
    }
    tasks = {
        key: replace(task, answer="MARK-answer", submitted_by="MARK-who", due=replace(task.due, pinned="MARK-pin"))
        if task.due else task
        for key, task in case.tasks.items()
    }  # fmt: skip
    tasks = {
        key: replace(task, assignees=("MARK-peer-1",)) if task.name == "invitation" else task
        for key, task in tasks.items()
    }
    review.case = replace(
        case,
        holdings=holdings,
        tasks=tasks,
        facts={**case.facts, "work.remark": "MARK-fact", "agreed:MARK": "no"},
        decisions={
            "one": Decision(row="one", levels={"basis": "MARK-low"}, how="majority", motivated=True, votes={"MARK": 2})
        },
        conflicts={"peer-1": Conflict(holding="peer-1", reason="MARK-conflict")},
        waivers={"x": Waiver(line="MARK-line", scope="busy", by="MARK-by", reason="MARK-waived")},
        present={"read": Present(of="panel", participants=("MARK-present",), seq=1)},
        differs={"MARK-value": "MARK-choice"},
        roles={**case.roles, "owner": ("MARK-owner",), "office": ("MARK-office",)},
    )
    return review


@pytest.mark.parametrize("audience", ["partnership", "region"])
@pytest.mark.parametrize("on", ["2027-03-02", "2027-03-30"])
def test_no_mark_of_what_is_hidden_comes_through(audience: Audience, on: str) -> None:
    assert "MARK" not in repr(summary(marked(), on, audience, undelivered=3, stuck=2))


def test_a_conflict_or_an_open_invitation_changes_nothing_that_others_read() -> None:
    quiet = begun().assign("peer", "a1", "b1", places=2)
    loud = begun().assign("peer", "a1", "b1", places=2)
    loud.answer("peer-1", accepts=False)
    before, after = (summary(each, "2027-03-02", "partnership") for each in (quiet, loud))
    assert replace(after, waits_for=(), milestone=None) == replace(before, waits_for=(), milestone=None)


def test_the_office_sees_everything() -> None:
    whole = summary(marked(), "2027-03-30", undelivered=3, stuck=2)
    assert for_audience(whole, "office") is whole
    assert whole.desk is not None
    assert (whole.desk.ask, whole.desk.undelivered, whole.desk.stuck) == (("MARK-owner",), 3, 2)


def test_phases_stand_in_the_order_of_the_stages() -> None:
    assert phases_of(begun().definition) == ("before", "after")
