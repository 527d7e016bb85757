"""Does each procedure keep the distances that its sources name, when everyone acts on the last day?"""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.builders.engine import the_process
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
