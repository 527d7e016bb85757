"""Does a report that has become public say so to every reader, and does nothing else of it come through?"""

from __future__ import annotations

from collegium.documents import documents
from collegium.summaries import render, summarise
from engine.actions import CLOCK
from engine.draft import Draft
from engine.publishing import public_since
from tests.collegium.marked_review import SHORTEST, _leaves
from tests.journeys.journey import Journey


def test_a_recognised_partnership_has_a_public_report_that_anybody_may_read() -> None:
    with Journey("assessment-review") as story:
        story.until("recognised")
        assert dict(public_since(story.case)) == {}
        story.until(lambda case: case.closed)
        (report,) = public_since(story.case)
        with story.app.store.read() as work:
            definition, world = story.app.library.of(work, story.case), story.app.worlds.of(work, story.case, story.now)
            given = work.cases.submissions(story.id)
        draft = Draft(definition, story.case, world, CLOCK, story.now)
        read = {each.task.key: each for each in documents(draft, given, ())}
        assert [key for key, each in read.items() if not each.reasons] == [report]
        assert "findings" in read[report].answers
        assert {each.reasons for key, each in read.items() if key != report} == {("it is not public",)}
        secrets = {text for each in given for text in _leaves(each.answers) if len(text) >= SHORTEST}
        for audience in ("office", "partnership", "region", "committee", "cycle"):
            case = story.id if audience == "partnership" else None
            text = render(summarise(story.app, audience=audience, case=case, now=story.now), "nl", "md")
            assert "Openbaar" in text
            assert "Rapport" in text
            assert [secret for secret in secrets if secret in text] == []
