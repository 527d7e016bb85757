"""How is a place in the panel filled? Lists, waves, answers, silence, objections, reserves, conflicts, successors."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine import conditions
from engine.errors import InvalidAnswers, Refused, UnknownName
from engine.moments import Scope
from engine.seat import Crowd, crowded
from engine.world import Organisation, Tie
from tests.builders.engine import Review, a_definition, a_draft, a_person, a_world, launched, promises_broken
from workflows.expressions import parse_condition

PANEL = """
stages: {busy: {}, second: {}, over: {end: true}}
transitions:
  advance: {from: busy, to: second, by: office}
  vacate: {from: second, to: busy, by: office, asks: {seat: seat, reason: text}, vacates: chosen.seat}
  finish: {from: [busy, second], to: over, by: office}
seats:
  chair: {count: 1}
  peer: {count: 2..4}
  reserve: {count: 0..2}
groups: {panel: [chair, peer]}
invitations:
  form: answer
  due: {at: invited + 5wd, closes: due + 2wd}
  remind: [-1wd]
  ask_per_seat: 2
  bars: [same_organisation, same_region, tie(5y), own_review_this_round]
  OBJECTION
  replace: {by: office, tasks: TASKS, due: {at: due, not_before: opened + 4wd}, until: second.left}
tasks:
  name_them: {for: office, opens: busy, does: assign, due: {at: opened + 5wd}}
  read_it: {each: panel, opens: busy, form: note, due: {at: opened + 10wd}, until: over}
"""
OBJECTION = "objection: {by: contact, form: answer, due: {at: proposed + 5wd}, silence: agrees, decides: office}"


def a_panel(*, objection: str = "", tasks: str = "move_open", **more: Any) -> Review:
    text = PANEL.replace("OBJECTION", objection).replace("TASKS", tasks).replace(", until: second.left", "")
    return launched(text, **more)


def test_who_is_kept_from_the_case_before_is_first_on_the_list_and_is_asked_once_the_office_names_candidates() -> None:
    barred = a_world(a_person("p3", organisation="host"))
    review = a_panel(kept={"peer": ("p1", "p3", "p2")}, world=barred)
    assert (review.seats(), review.task("name_them").state) == ({"peer-1": "proposed", "peer-2": "proposed"}, "open")
    line = parse_condition("1 panel with kept seated")
    assert not conditions.holds(a_draft(review.case, review.definition), (line,), Scope())
    review.assign("peer", "p4").answer("peer-2")
    assert review.seats() == {"peer-1": "invited", "peer-2": "seated", "peer-3": "invited"}
    assert conditions.holds(a_draft(review.case, review.definition), (line,), Scope())


def test_a_seat_takes_its_kept_candidates_as_they_are_and_nobody_at_all_is_refused() -> None:
    review = a_panel(kept={"peer": ("p1", "p2")}).assign("peer")
    assert review.seats() == {"peer-1": "invited", "peer-2": "invited"}
    with pytest.raises(Refused, match="nobody is named, and nobody is listed"):
        review.assign("chair")
    with pytest.raises(Refused, match="nobody is named"):
        review.assign("office")


# lists and waves ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "places", "asked"),
    [("100%", 1, 1), ("100%", 4, 4), ("150%", 1, 2), ("150%", 2, 3), ("150%", 3, 5), ("150%", 4, 6), ("200%", 2, 4)],
)
def test_so_many_more_are_asked_than_there_are_places_rounded_up(share: str, places: int, asked: int) -> None:
    text = PANEL.replace("OBJECTION", "").replace("TASKS", "move_open").replace("ask_per_seat: 2", f"overbook: {share}")
    text = text.replace("until: second.left", "until: over").replace("count: 2..4", "count: 1..4")
    review = launched(text).assign("peer", *(f"p{number}" for number in range(1, 9)), places=places)
    assert [*review.seats().values()].count("invited") == asked


def test_of_those_who_were_asked_too_many_who_say_yes_last_become_reserve_and_a_no_is_made_up_for() -> None:
    text = PANEL.replace("OBJECTION", "").replace("TASKS", "move_open").replace("ask_per_seat: 2", "overbook: 150%")
    review = launched(text.replace("until: second.left", "until: over")).assign(
        "peer", "p1", "p2", "p3", "p4", places=2
    )
    review.answer("peer-1", accepts=False)
    assert review.seats() == {"peer-1": "declined", **{f"peer-{n}": "invited" for n in (2, 3, 4)}}
    review.answer("peer-2").answer("peer-3")
    assert review.seats() == {"peer-1": "declined", "peer-2": "seated", "peer-3": "seated", "peer-4": "expired"}


def test_a_list_is_asked_in_waves_of_so_many_for_one_seat() -> None:
    review = a_panel().assign("chair", "p1", "p2", "p3")
    assert review.seats() == {"chair-1": "invited", "chair-2": "invited", "chair-3": "proposed"}
    assert review.told() == [("seat_invited", "p1"), ("seat_invited", "p2")]
    assert review.answer("chair-1", False).seats() == {
        "chair-1": "declined", "chair-2": "invited", "chair-3": "invited",
    }  # fmt: skip


def test_more_people_than_places_are_counted_until_somebody_sits() -> None:
    review = a_panel(objection=OBJECTION).assign("chair", "p1", "p2")
    assert crowded(review.case) == [Crowd(seat="chair", free=1, asked=2, accepted=0)]
    review.answer("chair-1", True).answer("chair-2", True)
    assert crowded(review.case) == [Crowd(seat="chair", free=1, asked=0, accepted=2)]
    review.until("2027-03-09")
    assert review.seats() == {"chair-1": "seated", "chair-2": "accepted"}
    assert crowded(review.case) == []
    assert crowded(a_panel().assign("chair", "p1").case) == []


def test_who_accepts_is_seated_and_the_others_hear_that_the_place_is_filled() -> None:
    review = a_panel().assign("chair", "p1", "p2", "p3").answer("chair-2")
    assert review.seats() == {"chair-1": "expired", "chair-2": "seated", "chair-3": "expired"}
    assert [template for template, who in review.told() if who == "p1"] == ["seat_closed"]
    assert review.open()["read_it:1@chair-2"] == ("p2",)


def test_whom_no_invitation_reached_does_not_hear_that_the_place_is_filled() -> None:
    review = a_panel().assign("chair", "p1", "p2").answer("chair-2")
    (closed,) = [each for each in review.notices if each.template == "seat_closed"]
    (invitation,) = [task for task in review.case.tasks.values() if task.about == "chair-1"]
    assert (closed.recipient, closed.only_if_asked) == ("p1", invitation.key)


def test_who_said_yes_hears_of_being_a_reserve_however_they_were_asked() -> None:
    review = a_panel(objection=OBJECTION).assign("chair", "p1", "p2").answer("chair-1").answer("chair-2")
    review.until("2027-03-09")
    (closed,) = [each for each in review.notices if each.template == "seat_closed"]
    assert (closed.recipient, closed.only_if_asked) == ("p2", None)


def test_a_reserve_hears_of_the_list_and_then_that_the_review_has_ended() -> None:
    review = a_panel(objection=OBJECTION).assign("chair", "p1", "p2").answer("chair-1").answer("chair-2")
    review.until("2027-03-09").take("finish", by="olga")
    closed = [each for each in review.notices if each.template == "seat_closed"]
    assert [(each.recipient, each.data["reserve"]) for each in closed] == [("p2", True), ("p2", False)]
    assert len({each.key for each in closed}) == 2


def test_silence_frees_the_place_for_the_next_on_the_list() -> None:
    review = a_panel().assign("chair", "p1", "p2", "p3").until("2027-03-11")
    assert review.seats() == {"chair-1": "expired", "chair-2": "expired", "chair-3": "invited"}
    assert ("seat_closed", "p1") in [(each.template, each.recipient) for each in review.notices]


def test_a_list_that_runs_out_is_the_owners_to_look_at() -> None:
    review = a_panel().assign("chair", "p1").answer("chair-1", False)
    assert [task.about for task in review.case.tasks.values() if task.is_open and task.name == "next_step"] == [
        "seat:chair"
    ]
    review.assign("chair", "p2")
    assert not any(task.is_open and task.name == "next_step" for task in review.case.tasks.values())


def test_naming_is_done_when_every_seat_that_must_be_filled_has_its_list() -> None:
    review = a_panel().assign("chair", "p1").assign("peer", "p2")
    assert review.task("name_them").state == "open"
    assert review.assign("peer", "p3").task("name_them").state == "done"


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        ({"organisation": "host"}, "p1 works for the host"),
        ({"region": "middle"}, "p1 works in the host's region"),
        ({"organisation": "other"}, "p1's own organisation is reviewed in this round"),
        ({"ties": (Tie(organisation="host", until=date(2024, 1, 1)),)}, "p1 has a tie with the host: declared"),
        ({"ties": (Tie(organisation="host", reason="family"),)}, "p1 has a tie with the host: family"),
    ],
)
def test_a_bar_keeps_somebody_out_unless_it_is_set_aside(person: dict[str, Any], reason: str) -> None:
    review = a_panel(world=a_world(a_person("p1", **person), hosts_this_round=frozenset({"host", "other"})))
    with pytest.raises(Refused) as refused:
        review.assign("chair", "p1")
    assert refused.value.reasons == (reason,)
    assert review.assign("chair", "p1", waive={"p1": "nobody else"}).seats() == {"chair-1": "invited"}


def test_a_tie_that_is_long_over_or_with_another_bars_nobody() -> None:
    ties = (Tie(organisation="host", until=date(2020, 1, 1)), Tie(organisation="elsewhere"))
    assert a_panel(world=a_world(a_person("p1", ties=ties))).assign("chair", "p1").seats() == {"chair-1": "invited"}


def test_a_list_is_refused_with_all_its_reasons() -> None:
    review = a_panel().assign("chair", "p1")
    with pytest.raises(Refused) as refused:
        review.assign("peer", "p1", "stranger", places=7)
    assert refused.value.reasons == (
        "stranger is not known", "stranger is not known", "stranger is not known", "stranger is not known",
        "there are 2 to 4 places for peer, not 7", "p1 is already proposed or seated in this panel",
    )  # fmt: skip
    with pytest.raises(UnknownName, match="no seat or role 'nothing'"):
        review.assign("nothing", "p1")


def test_qualifications_must_last_until_the_day_that_counts() -> None:
    text = PANEL.replace("OBJECTION", "").replace("TASKS", "move_open").replace(", until: second.left", "")
    text = text.replace("chair: {count: 1}", "chair: {count: 1, has: [course]}")
    text = text.replace("  advance:", "  move: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day}}\n"
                        "  advance:")  # fmt: skip
    text += "dates: {visit: {set_by: [move], provisional: case.launched + 12w, moves: true}}"
    for until, good in ((None, True), (date(2027, 5, 24), True), (date(2027, 5, 1), False)):
        review = launched(text, world=a_world(a_person("p1", trainings={"course": until})))
        if good:
            assert review.assign("chair", "p1").seats() == {"chair-1": "invited"}
        else:
            with pytest.raises(Refused, match="p1 has no valid course"):
                review.assign("chair", "p1")


# answers --------------------------------------------------------------------------------------------------------------


def test_only_the_candidate_answers_and_once() -> None:
    review = a_panel().assign("chair", "p1")
    with pytest.raises(Refused, match="this is for the candidate"):
        review.answer("chair-1", by="p2")
    review.answer("chair-1", False)
    with pytest.raises(Refused, match="the candidate is declined"):
        review.answer("chair-1")
    with pytest.raises(UnknownName, match="no candidate 'chair-9'"):
        review.answer("chair-9", by="p1")
    with pytest.raises(InvalidAnswers, match="no such field"):
        review.assign("chair", "p2").answer("chair-2", shoes="red")


def test_later_acceptances_wait_as_reserves_and_nobody_moves_up_by_himself() -> None:
    review = a_panel(objection=OBJECTION).assign("chair", "p1", "p2").answer("chair-1").answer("chair-2")
    assert review.seats() == {"chair-1": "accepted", "chair-2": "accepted"}  # the host may still object
    review.until("2027-03-09")
    assert (review.seats(), review.case.holdings["chair-2"].reserve) == (
        {"chair-1": "seated", "chair-2": "accepted"}, True,
    )  # fmt: skip
    assert ("seat_closed", "p2") in [(each.template, each.recipient) for each in review.notices]
    review.substitute("chair-1", None)
    assert review.seats() == {"chair-1": "left", "chair-2": "accepted"}
    assert review.assign("chair", "p2").seats() == {"chair-1": "left", "chair-2": "seated"}


# objections -----------------------------------------------------------------------------------------------------------


def test_an_objection_that_is_upheld_refuses_the_candidate() -> None:
    definition = a_definition(
        PANEL.replace("OBJECTION", OBJECTION.replace("form: answer", "form: complaint")).replace("TASKS", "move_open")
        .replace(", until: second.left", ""),
        complaint="{objects: {type: yes_no}}",
    )  # fmt: skip
    review = launched(definition).assign("chair", "p1", "p2", "p3").answer("chair-1")
    review.submit("objection:1", "carl", objects="yes")
    assert review.open()["decide_objection:1"] == ("olga", "otto")
    review.submit("decide_objection", "olga", upheld="yes")
    assert review.seats() == {"chair-1": "refused", "chair-2": "invited", "chair-3": "invited"}
    review.answer("chair-2").submit("objection:2", "carl", objects="yes")
    review.submit("decide_objection", "olga", upheld="no")
    assert review.seats()["chair-2"] == "seated"


def test_a_candidate_who_declines_leaves_no_question_behind() -> None:
    review = a_panel(objection=OBJECTION).assign("chair", "p1").answer("chair-1", False)
    assert review.task("objection").state == "closed"


# conflicts ------------------------------------------------------------------------------------------------------------

CONFLICT = (
    PANEL.replace("OBJECTION", "")
    .replace("TASKS", "move_open")
    .replace(", until: second.left", "")
    .replace("read_it: {each: panel, opens: busy, form: note", "read_it: {each: panel, opens: busy, form: declare")
)


def in_conflict() -> Review:
    review = launched(a_definition(CONFLICT, declare="{tie: {type: yes_no, marks: conflict}}")).seat("chair", "p1")
    return review.submit("read_it", "p1", tie="yes")


def test_a_declared_conflict_is_the_offices_to_decide() -> None:
    review = in_conflict()
    assert review.open()["decide_conflict:1"] == ("owen",)
    assert review.submit("decide_conflict", "owen", upheld="no").seats() == {"chair-1": "seated"}
    assert review.case.conflicts["chair-1"].state == "waived"


def test_a_conflict_that_is_upheld_ends_the_seat() -> None:
    review = in_conflict().submit("decide_conflict", "owen", upheld="yes")
    assert (review.seats(), review.case.conflicts["chair-1"].state) == ({"chair-1": "left"}, "upheld")


# successors -----------------------------------------------------------------------------------------------------------


def test_a_successor_takes_over_open_work_with_a_date_of_its_own() -> None:
    review = a_panel().seat("chair", "p1").until("2027-03-12").substitute("chair-1", "p2")
    assert review.seats() == {"chair-1": "left", "chair-2": "seated"}
    assert (review.task("read_it:1@chair-1").state, review.open()["read_it:1@chair-2"]) == ("closed", ("p2",))
    assert review.due("read_it:1@chair-2") == "2027-03-18"  # due on the 15th, not before four working days
    assert review.recalculate().due("read_it:1@chair-2") == "2027-03-18"
    assert review.case.holdings["chair-2"].replaces == "chair-1"
    line = (parse_condition("all panel done read_it"),)
    assert not conditions.holds(a_draft(review.case, review.definition), line, Scope())
    assert conditions.holds(a_draft(review.submit("read_it", "p2").case, review.definition), line, Scope())


def test_what_was_done_is_asked_again_only_where_the_process_says_so() -> None:
    for tasks, asked, failing in (("redo_own", ["read_it:1@chair-2"], 1), ("move_open", [], 0)):
        review = a_panel(tasks=tasks).seat("chair", "p1").submit("read_it", "p1").until("2027-03-12")
        review.substitute("chair-1", "p2")
        assert review.task("read_it:1@chair-1").submitted_by == "p1"
        assert [key for key in review.open() if key.endswith("@chair-2")] == asked
        draft = a_draft(review.case, review.definition)
        for line in ("all panel done read_it", "own read_it is done"):
            test = parse_condition(line)
            assert len(conditions.failing(draft, (test,), Scope(holding="chair-2"))) == failing
        assert promises_broken(review) == []
    assert review.substitute("chair-2", "p3").open().get("read_it:1@chair-3") is None  # nor of the next one


def test_what_was_done_again_has_the_replaced_date() -> None:
    review = a_panel(tasks="redo_own").seat("chair", "p1").submit("read_it", "p1").until("2027-03-12")
    assert review.substitute("chair-1", "p2").due("read_it:1@chair-2") == "2027-03-18"


def test_a_new_round_is_asked_of_the_successor() -> None:
    text = PANEL.replace("OBJECTION", "").replace("TASKS", "move_open").replace(", until: second.left", "")
    text = text.replace("transitions:", "transitions:\n  again: {from: busy, to: busy, by: office}", 1)
    review = launched(text.replace(", until: over", "")).seat("chair", "p1").submit("read_it", "p1")
    assert review.substitute("chair-1", "p2").open().get("read_it:1@chair-2") is None
    assert review.take("again").open()["read_it:2@chair-2"] == ("p2",)


def test_a_reserve_leaves_the_seat_outside_and_a_candidate_the_list() -> None:
    review = a_panel().seat("chair", "p1").seat("reserve", "p2").assign("peer", "p3", "p4")
    review.substitute("chair-1", "p2")
    assert review.seats()["reserve-1"] == "left"
    review.substitute("chair-2", "p3")
    assert (review.seats()["peer-1"], review.seats()["chair-3"]) == ("left", "seated")
    review.answer("peer-2").assign("peer", "p5", "p6").substitute("peer-2", "p5")
    assert (review.seats()["peer-3"], review.case.holdings["peer-3"].replaces) == ("seated", "peer-2")
    assert not any(task.is_open and task.about == "peer-3" for task in review.case.tasks.values())
    assert promises_broken(review) == []


def test_who_sits_on_the_panel_already_cannot_come_in_a_second_time() -> None:
    review = a_panel().seat("chair", "p1").seat("peer", "p2", "p3")
    with pytest.raises(Refused, match="p2 sits on this panel already"):
        review.substitute("chair-1", "p2")
    with pytest.raises(Refused, match="p9 is not known"):
        review.substitute("chair-1", "p9")
    assert review.substitute("chair-1", "p9", waive={"p9": "known to us"}).seats()["chair-2"] == "seated"


def test_who_has_no_place_cannot_be_replaced() -> None:
    review = a_panel().assign("chair", "p1").answer("chair-1", False)
    with pytest.raises(Refused, match="chair-1 is declined"):
        review.substitute("chair-1", "p2")
    with pytest.raises(UnknownName, match="no place 'chair-9'"):
        review.substitute("chair-9", "p2")


def test_a_holder_may_resign_and_a_successor_comes_only_until_the_day_of_the_process() -> None:
    text = PANEL.replace("OBJECTION", "").replace("TASKS", "move_open").replace("until: second.left", "until: visit")
    text += "dates: {visit: {set_by: [move]}}"
    text = text.replace("  advance:", "  move: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day}}\n"
                        "  advance:")  # fmt: skip
    review = launched(text).seat("chair", "p1").take("move", day="2027-03-03").until("2027-03-04")
    with pytest.raises(Refused, match="this was possible until 2027-03-03"):
        review.substitute("chair-1", "p2")
    with pytest.raises(Refused, match="this is for the office"):
        review.substitute("chair-1", None, by="p2")
    assert review.substitute("chair-1", None, by="p1").seats() == {"chair-1": "left"}


def test_a_transition_can_vacate_a_seat_that_somebody_has() -> None:
    review = a_panel().seat("chair", "p1").seat("peer", "p2", "p3").substitute("peer-1", "p4").take("advance")
    with pytest.raises(
        InvalidAnswers, match="'peer-1' is no place that somebody has; there are chair-1, peer-2, peer-3"
    ):
        review.take("vacate", seat="peer-1", reason="objection")
    review.take("vacate", seat="peer-2", reason="objection")
    assert (review.case.stage, review.seats()["peer-2"]) == ("busy", "left")
    assert "seat:peer" in [task.about for task in review.case.tasks.values() if task.is_open]


# the end --------------------------------------------------------------------------------------------------------------


def test_when_the_case_ends_nobody_waits_for_an_answer_any_more() -> None:
    review = a_panel(objection=OBJECTION).assign("chair", "p1", "p2", "p3").answer("chair-1").take("finish")
    assert review.seats() == {"chair-1": "expired", "chair-2": "expired", "chair-3": "expired"}
    assert [who for template, who in review.told() if template == "seat_closed"] == ["p1", "p2"]
    assert (review.open(), review.case.closed, review.ahead()) == ({}, True, [])


def test_who_sits_stays_in_the_record_when_the_case_ends() -> None:
    review = in_conflict().take("finish")
    assert (review.seats(), review.case.closed) == ({"chair-1": "seated"}, True)


def test_fewer_places_than_are_taken_ask_nobody() -> None:
    review = a_panel(world=a_world(host=Organisation(id="host", name="Host"))).seat("peer", "p1", "p2", "p3")
    assert review.assign("peer", "p4", places=2).seats()["peer-4"] == "proposed"


def test_who_leaves_has_the_task_of_the_seat_no_more_and_it_waits_for_whoever_sits_there_next() -> None:
    text = PANEL.replace("OBJECTION", "").replace("TASKS", "move_open").replace("until: second.left", "until: over")
    text += "  lead_it: {for: chair, opens: busy, form: note, due: {at: opened + 10wd}, until: over}\n"
    review = launched(text).seat("chair", "p1")
    assert review.open()["lead_it:1"] == ("p1",)
    review.substitute("chair-1", None)
    assert review.open()["lead_it:1"] == ()
    with pytest.raises(Refused, match="lead_it"):
        review.submit("lead_it", "p1")
    assert promises_broken(review) == []
    assert review.seat("chair", "p2").open()["lead_it:1"] == ("p2",)
    assert promises_broken(review) == []
