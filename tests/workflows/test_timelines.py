"""Does each procedure keep the distances that its sources name, when everyone acts on the last day?"""

from __future__ import annotations

from datetime import date

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
