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
