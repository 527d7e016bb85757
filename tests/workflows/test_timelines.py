"""Does each procedure keep the distances that its sources name, when everyone acts on the last day?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from engine.errors import Refused
from tests.builders.engine import day, the_process
from tests.builders.last_day import LastDay

VISIT = date(2028, 4, 11)  # a Tuesday


def test_a_european_peer_review_keeps_to_its_manual() -> None:
    story = LastDay(
        the_process("european-peer-review"), at="2027-10-11 10:00", days={"day": VISIT, "last": date(2028, 4, 13)}
    ).play()
    assert (story.refusals, story.review.case.outcome) == ([], "finished")
    assert story.came == {
        "registered": "2027-10-11", "recruiting": "2027-10-25", "preparing": "2027-12-13", "studying": "2028-03-15",
        "prepared": "2028-04-04", "visiting": "2028-04-11", "drafting": "2028-04-14", "commenting": "2028-05-11",
        "planning_change": "2028-06-08", "changing": "2028-08-10", "finished": "2029-04-11",
    }  # fmt: skip
    assert story.dues["self_report"] == "2028-03-10"  # a month before, on a Saturday: the Friday before it
    assert story.dues["draft_report"] == "2028-05-11"  # four weeks after the last day
    assert story.review.ahead() == [("2030-04-11 00:00", "child:next_review:0")]


CAEP_DAYS: dict[str, date | str] = {
    "day": VISIT, "last": date(2028, 4, 13), "start": "2027-10-20T15:00", "convenes": "2028-09-20T10:00",
    "session": date(2028, 10, 23),
}  # fmt: skip


def caep(conclusion: str = "improvable", *, answers: dict[str, dict[str, Any]] | None = None, **dates: str) -> LastDay:
    """A case whose Council finds every standard met, but for one that gets this conclusion."""
    process = the_process("caep-review")
    assert process.rubric is not None
    rows = dict.fromkeys(process.rubric.criteria, "fully_met") | {"program_impact": conclusion}
    decision = {"conclusion": rows, "sent_on": "2028-10-30"}
    return LastDay(
        process, at="2026-10-01 10:00", days=CAEP_DAYS, answers={"council_decision": decision, **(answers or {})},
        dates={"expected_review": str(VISIT), **dates},
    )  # fmt: skip


def test_a_caep_review_keeps_to_the_months_and_plain_days_of_its_sources() -> None:
    story = caep().play()
    assert (story.refusals, story.review.case.outcome) == ([], "granted")
    assert story.came == {
        "enlisted": "2026-10-01", "self_studying": "2026-10-11", "gathering_team": "2027-07-11",
        "formative": "2027-08-06", "amending": "2027-11-11", "awaiting_review": "2028-01-10",
        "reviewing": "2028-04-11", "site_reporting": "2028-04-14", "correcting": "2028-05-13",
        "completing": "2028-05-20", "rejoining": "2028-05-27", "responding": "2028-06-26", "first_layer": "2028-07-10",
        "second_layer": "2028-10-09", "third_layer": "2028-10-16", "granted": "2028-10-23",
    }  # fmt: skip
    due = story.dues
    assert (due["self_study"], due["formative_feedback"]) == ("2027-07-11", "2027-11-11")  # nine, five months before
    assert (due["addendum"], due["comment_call"]) == ("2028-01-10", "2027-10-11")  # 60 days; six months before
    assert due["panel_reading"] == "2028-09-26"  # four weeks before 24 October: nobody has fixed the day in October yet
    story.review.until("2033-10-12")  # when the template of the next review opens
    (called,) = story.review.signals
    assert (called.name, called.data["dates"]) == ("next_review", {"expected_review": "2035-04-11"})


def test_a_stipulation_leaves_a_caep_provider_two_years_and_then_the_council_decides_again() -> None:
    story = caep("stipulation", answers={"second_decision": {"lifted": "yes"}}).play()
    assert (story.refusals, story.review.case.outcome) == ([], "granted")
    assert story.dues["targeted_response"] == "2030-04-30"  # 18 months after the letter
    assert story.dues["second_decision"] == "2030-10-24"


def test_a_caep_standard_that_is_not_met_ends_a_first_accreditation() -> None:
    story = caep("unmet").play()
    assert (story.refusals, story.review.case.outcome) == ([], "unaccredited")
    assert story.review.ahead() == []


def test_a_caep_provider_that_is_accredited_already_gets_two_years_for_one_standard_that_is_not_met() -> None:
    story = caep("unmet", accredited_until="2028-06-30").play(until="repairing")
    assert story.came["repairing"] == "2028-10-23"


LETTER = date(2028, 6, 29)  # of the transmittal
FINDINGS = [{"mark": "R1", "topic": "Inspection", "basis": "GSR Part 1", "wording": "Inspect without notice."}]


def an_irrs_mission(**answers: dict[str, Any]) -> LastDay:
    return LastDay(
        the_process("irrs-mission"), at="2026-10-12 10:00",
        days={"meeting_day": date(2027, 1, 20), "day": VISIT, "last": date(2028, 4, 20), "letter_date": LETTER},
        answers={"final_report": {"recommendations": FINDINGS}, **answers},
    )  # fmt: skip


def an_irrs_follow_up(first: date, last: date) -> LastDay:
    return LastDay(
        the_process("irrs-follow-up"), at="2029-10-11 10:00", dates={"first_mission": str(VISIT)},
        days={"day": first, "last": last, "letter_date": date(2031, 6, 20)},
    )  # fmt: skip


def test_an_irrs_mission_fixes_its_scope_first_and_is_followed_up_after_two_years() -> None:
    story = an_irrs_mission().play()
    assert (story.refusals, story.review.case.outcome) == ([], "concluded")
    assert story.came == {
        "requested": "2026-10-12", "preparing": "2026-11-09", "self_assessment": "2027-02-03",
        "reference_material": "2027-12-17", "mission": "2028-04-11", "reporting": "2028-04-21",
        "transmitted": "2028-06-29", "action_plan": "2028-07-13", "concluded": "2029-01-12",
    }  # fmt: skip
    assert story.dues["mission_scope"] == "2027-01-27"  # five working days after the preparatory meeting
    assert story.dues["advance_material"] == "2028-02-11"  # two months before
    assert story.review.ahead() == [
        ("2029-10-11 00:00", "child:follow_up:0"),
        ("2036-10-11 00:00", "child:next_review:0"),
    ]
    calls = story.review.until("2029-10-12").signals
    assert [(each.name, each.data["dates"]) for each in calls] == [("follow_up", {"first_mission": "2028-04-11"})]


def test_an_irrs_report_without_recommendations_or_suggestions_is_not_followed_up() -> None:
    story = an_irrs_mission(final_report={}).play()
    assert story.review.until("2029-10-12").signals == []


def test_an_irrs_report_becomes_public_ninety_days_after_its_letter_when_the_host_says_nothing() -> None:
    review = an_irrs_mission().play(until="action_plan").review
    assert review.until(f"{LETTER + timedelta(days=89)} 23:00").case.tracks["publication"].state == "ninety_days"
    assert review.until(f"{LETTER + timedelta(days=90)} 00:00").case.tracks["publication"].state == "published"
    assert review.case.tasks["publication_wish:1"].tacit
    assert review.case.tasks["put_online:1"].is_open


@pytest.mark.parametrize(
    ("wish", "state", "online"),
    [("agree", "published", 1), ("ourselves", "published", 1), ("decline", "confidential", 0)],
)
def test_an_irrs_report_stays_confidential_only_when_the_host_declines(wish: str, state: str, online: int) -> None:
    story = an_irrs_mission(publication_wish={"wish": wish}).play()
    assert (story.refusals, story.review.case.tracks["publication"].state) == ([], state)
    assert sum(task.name == "put_online" for task in story.review.case.tasks.values()) == online


def test_an_irrs_follow_up_ends_with_a_report_that_is_made_public_as_well() -> None:
    story = an_irrs_follow_up(date(2031, 4, 8), date(2031, 4, 11)).play()
    assert (story.refusals, story.review.case.outcome) == ([], "concluded")
    assert story.came == {
        "requested": "2029-10-11", "preparing": "2029-12-06", "progress_told": "2030-01-24", "mission": "2031-04-08",
        "reporting": "2031-04-14", "transmitted": "2031-06-20", "concluded": "2031-07-04",
    }  # fmt: skip
    assert story.dues["put_online"] == "2031-09-25"  # five working days after the ninetieth day


@pytest.mark.parametrize(
    ("first", "fits"), [("2030-04-10", False), ("2030-04-11", True), ("2032-04-09", True), ("2032-04-12", False)]
)
def test_an_irrs_follow_up_lies_between_two_and_four_years_after_the_mission(first: str, fits: bool) -> None:
    review = an_irrs_follow_up(day(first), day(first) + timedelta(days=7)).play(until="preparing").review
    waive, answers = (
        {"open_findings is done or skipped": "agreed by telephone"},
        {"day": day(first), "last": day(first) + timedelta(days=7)},
    )
    if fits:
        review.take("fix_follow_up", "iaea_coordinator-1", waive=waive, **answers)
        assert review.case.stage == "progress_told"
    else:
        with pytest.raises(Refused, match="2030-04-11 and 2032-04-11"):
            review.take("fix_follow_up", "iaea_coordinator-1", waive=waive, **answers)


@pytest.mark.parametrize(("decided", "stage"), [(False, "reference_material"), (True, "mission")])
def test_an_irrs_mission_without_material_begins_only_when_its_coordinator_lets_it_go_ahead(
    decided: bool, stage: str
) -> None:
    review = an_irrs_mission().play(until="reference_material").review.until("2028-03-01")
    assert review.case.tasks["mission_in_doubt:1"].is_open
    if decided:
        review.take("go_ahead", "iaea_coordinator-1", reason="The material comes with the team.")
    assert review.until("2028-04-11").case.stage == stage


def test_an_irrs_follow_up_ends_when_the_host_does_not_want_it() -> None:
    review = an_irrs_follow_up(date(2031, 4, 8), date(2031, 4, 11)).review
    review.submit("follow_up_request", "regulator_head-1", wanted="no", why_not="All findings are closed already.")
    assert (review.case.outcome, review.case.closed) == ("not_wanted", True)


ENQA = {"panel_remarks": {"objection": "no"}, "scrutiny": {"departs": "no"}, "progress_choice": {"visit": "no"}}


def an_enqa_review(**answers: dict[str, Any]) -> LastDay:
    process = the_process("enqa-review")
    assert process.rubric is not None
    judged = {"panel_judgement": {"compliance": dict.fromkeys(process.rubric.criteria, "compliant")}}
    return LastDay(
        process, at="2027-06-11 10:00", dates={"needed_by": "2028-08-11"},
        days={"day": VISIT, "last": date(2028, 4, 13)}, answers={**judged, **ENQA, **answers},
    )  # fmt: skip


def test_an_enqa_review_is_asked_for_ten_months_before_its_visit_and_fourteen_before_it_is_complete() -> None:
    story = an_enqa_review().play()
    assert (story.refusals, story.review.case.outcome) == ([], "completed")
    assert story.came == {
        "requested": "2027-06-11", "contracting": "2027-06-25", "agreeing_terms": "2027-07-16",
        "composing": "2027-08-06", "panel_shown": "2027-10-15", "self_assessing": "2027-10-29",
        "screening": "2028-01-25", "studying": "2028-02-08", "visit_prepared": "2028-04-04", "visiting": "2028-04-11",
        "judging": "2028-04-14", "drafting": "2028-04-20", "fact_checking": "2028-05-25", "finalising": "2028-06-08",
        "scrutinising": "2028-06-27", "board_deciding": "2028-07-25", "following_up": "2028-08-11",
        "completed": "2030-09-16",
    }  # fmt: skip
    assert story.dues["fact_check"] == "2028-06-08"  # two weeks from 25 May
    assert story.dues["board_decision"] == "2028-08-11"
    assert story.dues["follow_up_report"] == "2030-08-12"  # two years, on a Sunday: the Monday after it
    assert "next_step" not in story.dues  # nobody is asked for what goes by itself
    # Fourteen months before five years are over.
    assert story.review.ahead() == [("2032-06-11 00:00", "child:next_review:0")]


def test_a_committee_that_differs_from_the_panel_asks_it_before_the_board_decides() -> None:
    story = an_enqa_review(scrutiny={"departs": "yes"}).play(until="following_up")
    assert story.refusals == []
    came = [story.came[stage] for stage in ("scrutinising", "clarifying", "board_deciding", "following_up")]
    assert came == ["2028-06-27", "2028-07-25", "2028-08-15", "2028-08-22"]
    assert story.review.case.counts["scrutinising"] == 2


def test_terms_that_the_register_refuses_are_drafted_again() -> None:
    story = an_enqa_review(register_terms={"answer": "no", "remarks": "An activity is missing."})
    story.play(until="agreeing_terms").play(until="contracting")
    story.answers = {**story.answers, "register_terms": {"answer": "yes"}}
    story.play(until="composing")
    assert (story.refusals, story.review.case.counts["agreeing_terms"]) == ([], 2)


def test_a_progress_visit_falls_two_to_three_years_after_the_decision() -> None:
    story = an_enqa_review(progress_choice={"visit": "yes"}).play(until="following_up")
    assert ("2030-08-11 00:00", "child:progress_visit:0") in story.review.ahead()
    visit = LastDay(
        the_process("enqa-progress-visit"), at="2030-08-12 10:00", dates={"board_day": "2028-08-11"},
        days={"day": date(2030, 12, 12)},
    ).play()  # fmt: skip
    assert (visit.refusals, visit.review.case.outcome) == ([], "visit_held")
    assert visit.came == {
        "arranging": "2030-08-12", "awaiting_day": "2030-09-23", "talking": "2030-12-12", "noting": "2030-12-16",
        "visit_held": "2031-01-09",
    }  # fmt: skip


PROGRAMMES = [{"name": name, "kind": "bachelor"} for name in ("Pabo", "Academische pabo", "Leraar Nederlands")]


def a_group_visit(**answers: dict[str, Any]) -> LastDay:
    """A group of three programmes that apply by 1 May 2029, visited on three days of September 2028."""
    return LastDay(
        the_process("nvao-group"), at="2027-05-03 10:00", dates={"group_due": "2029-05-01"},
        days={"day": date(2028, 9, 12), "last": date(2028, 9, 14)},
        answers={"programme_list": {"programmes": PROGRAMMES}, "panel_answer": {"approved": "yes"}, **answers},
    )  # fmt: skip


def test_a_group_visit_keeps_to_three_months_one_month_and_its_due_date() -> None:
    story = a_group_visit().play(until="accrediting")
    assert (story.refusals, story.came) == ([], {
        "listing": "2027-05-03", "composing": "2027-06-28", "panel_at_nvao": "2028-06-12", "evaluating": "2028-07-12",
        "studying": "2028-08-01", "visiting": "2028-09-12", "drafting": "2028-09-19", "fact_checking": "2028-10-26",
        "finalising": "2028-11-09", "accrediting": "2028-12-07",
    })  # fmt: skip
    review = story.review  # proposed three months before the visit, answered within one
    calls = [(signal.name, signal.data["shared"]["dates"], signal.data.get("number", 1)) for signal in review.signals]
    assert calls == [("programme", {"group_due": {"day": "2029-05-01"}}, number) for number in (1, 2, 3)]
    assert {row.row for row in review.case.tasks.values() if row.name == "draft_findings"} == {"1", "2", "3"}
    review.hear("programme.accredited", number=3).hear("programme.not_accredited")
    assert review.case.stage == "accrediting"
    assert review.hear("programme.not_applied", number=2).case.outcome == "group_done"
    assert review.ahead() == [("2033-05-01 00:00", "child:next_group:0")]


def test_a_panel_that_is_not_approved_is_composed_again() -> None:
    story = a_group_visit(panel_answer={"approved": "no", "lacks": "Nobody knows about assessment."})
    story.play(until="panel_at_nvao").play(until="composing")
    story.answers = {**story.answers, "panel_answer": {"approved": "yes"}}
    story.play(until="evaluating")
    assert (story.refusals, story.review.case.counts["panel_at_nvao"]) == ([], 2)


@pytest.mark.parametrize(
    ("outcome", "met", "ends"),
    [("positive", "no", "accredited"), ("negative", "no", "not_accredited"), ("conditional", "yes", "accredited"),
     ("conditional", "no", "not_accredited")],
)  # fmt: skip
def test_a_programme_applies_by_the_due_date_of_its_group_and_is_decided_on(outcome: str, met: str, ends: str) -> None:
    terms = [{"what": "More assessors", "met_by": "2030-05-01"}, {"what": "A new plan", "met_by": "2032-09-01"}]
    decision: dict[str, Any] = {"outcome": outcome, "decided_on": "2029-10-30"}
    decision |= {"conditions": terms} if outcome == "conditional" else {}
    story = LastDay(
        the_process("nvao-programme"), at="2028-12-07 10:00", dates={"group_due": "2029-05-01"}, days={},
        answers={"nvao_decision": decision, "second_decision": {"fulfilled": met}},
    ).play()  # fmt: skip
    assert (story.refusals, story.review.case.outcome) == ([], ends)
    assert (story.came["deciding"], story.dues["nvao_decision"]) == ("2029-05-01", "2029-11-01")
    if outcome == "conditional":
        of_terms = [task for task in story.review.case.tasks.values() if task.name == "conditions_evidence"]
        signed_by = [str(task.due.day) for task in of_terms if task.due]  # each within five working days of its date
        assert (story.dues["conditions_evidence"], signed_by) == ("2030-05-01", ["2030-05-08", "2031-11-06"])
