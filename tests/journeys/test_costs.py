"""Does the office know what a review has cost, and does a report tell of nobody by name?"""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook

from collegium.demo.scripts import Script
from collegium.summaries import Summary, render, render_file, summarise
from engine.actions import Actor, Correct, Take
from engine.summary import AUDIENCES, Audience
from tests.journeys.journey import Journey

CLAIM, REPAY = "claim_travel", "repay_travel"
TRAIN = {"items": [{"day": "2027-03-11", "what": "=SUM(A1)", "amount": "€ 1.000,00", "ticket": "ticket.pdf"}]}


def told(story: Journey, audience: Audience) -> Summary:
    return summarise(
        story.app, audience=audience, now=story.now, case=story.id if audience == "partnership" else None,
        person=story.person(next(iter(story.case.holdings.values())).participant) if audience == "reviewer" else None,
    )  # fmt: skip


def sheet(summary: Summary, name: str) -> list[tuple[object, ...]]:
    book = load_workbook(BytesIO(render_file(summary, "nl", "xlsx")))
    return [tuple(cell.value for cell in row) for row in book[name].iter_rows()]


def test_the_office_sees_what_each_has_claimed_and_what_is_still_to_be_paid() -> None:
    with Journey(
        "development-review", Script(what="claims", answers={CLAIM: TRAIN}, silent=frozenset({REPAY}))
    ) as story:
        story.until_open(REPAY)
        claims = [task for task in story.case.tasks.values() if task.name == CLAIM]
        assert len(claims) > 3
        assert {task.state for task in claims} == {"done"}
        head, *rows = sheet(told(story, "office"), "Kosten")
        assert head == ("Ronde", "Partnerschap", "Wie", "Gedeclareerd", "Uitbetaald", "Nog uit te betalen")
        assert len({row[2] for row in rows}) == len(claims)
        assert {row[3:] for row in rows} == {(1000, 0, 1000)}
        (_, *rounds) = sheet(told(story, "office"), "Kosten per ronde")
        total = 1000 * len(claims)
        assert [row[1:] for row in rounds] == [(total, 0, total)]

        whom = story.case.holdings[str(claims[0].holding)].participant
        other = story.case.holdings[str(claims[1].holding)].participant
        payments = [
            {"whom": whom, "day": "2027-05-03", "amount": "950,50"},
            {"whom": other, "day": "2027-05-03", "amount": "1.100"},
        ]
        story.scene.submit(story.task(REPAY), story.scene.holder("office") or "", payments=payments)
        _, *rows = sheet(told(story, "office"), "Kosten")
        assert sorted(row[3:] for row in rows if row[4]) == [(1000, 950.5, 49.5), (1000, 1100, 0)]
        _, *rounds = sheet(told(story, "office"), "Kosten per ronde")
        assert [row[1:] for row in rounds] == [(total, 2050.5, total - 1950.5)]
        assert "€\u00a01.000,00" in render(told(story, "office"), "nl", "html")
        assert "€\u00a01,000.00" in render(told(story, "office"), "en", "html")


@pytest.mark.parametrize(
    "end",
    [Take(transition="break_off", answers={"reason": "x"}), Correct(state="done", reason="x")],
    ids=["broken off", "done early"],
)
def test_what_one_of_them_has_claimed_is_paid_back_however_the_review_ends(end: Take | Correct) -> None:
    with Journey("development-review", Script(what="few", silent=frozenset({CLAIM, REPAY}))) as story:
        story.until(lambda case: any(task.name == CLAIM for task in case.tasks.values())).until("drafting")
        claim = next(task for task in story.case.tasks.values() if task.name == CLAIM)
        whom = story.case.holdings[str(claim.holding)].participant
        story.scene.submit(claim, whom, **TRAIN)
        story.app.operations.act(story.id, end, Actor(kind="operator"), story.now)
        open_ = [task for task in story.case.open_tasks() if task.name == CLAIM]
        assert len(open_) > 2
        repay = story.until_open(REPAY)
        assert not story.case.closed
        paid = {"payments": [{"whom": whom, "day": str(story.today), "amount": "1.000"}]}
        story.scene.submit(repay, story.scene.holder("office") or "", **paid)
        assert story.case.closed
        _, *rows = sheet(told(story, "office"), "Kosten")
        assert [row[3:] for row in rows] == [(1000, 1000, 0)]


def test_a_payment_that_stands_open_is_still_to_be_made_when_the_review_is_broken_off() -> None:
    with Journey("development-review", Script(what="unpaid", silent=frozenset({REPAY}))) as story:
        repay = story.until_open(REPAY)
        end = Take(transition="break_off", answers={"reason": "x"})
        story.app.operations.act(story.id, end, Actor(kind="operator"), story.now)
        assert (story.case.tasks[repay.key].state, story.case.closed) == ("open", False)


def test_a_report_says_what_all_have_claimed_and_others_read_nothing_of_it() -> None:
    with Journey("development-review") as story:
        story.until(lambda case: any(task.name == REPAY and task.state == "done" for task in case.tasks.values()))
        claims = sum(task.name == CLAIM and task.state == "done" for task in story.case.tasks.values())
        _, *rows = sheet(told(story, "cycle"), "Kosten")
        assert rows == [("Gedeclareerd", 25 * claims), ("Uitbetaald", 25 * claims)]
        assert told(story, "cycle").costs == ()
        for audience in AUDIENCES:
            if audience not in ("office", "cycle", "committee"):
                summary = told(story, audience)
                assert (summary.costs, summary.cost_sums) == ((), ())
                assert "Kosten" not in render(summary, "nl", "md")


def test_a_review_whose_panel_claims_nothing_asks_the_office_for_no_payment() -> None:
    with Journey("development-review", Script(what="nothing to claim", silent=frozenset({CLAIM}))) as story:
        story.until("done")
        assert {task.state for task in story.case.tasks.values() if task.name == CLAIM} == {"expired"}
        assert not [task for task in story.case.tasks.values() if task.name == REPAY]
        assert told(story, "office").costs == ()
