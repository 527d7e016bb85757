"""Does a whole review, played through the real program, stay among the states that the checker tried out?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from collegium.demo.scripts import Script
from engine.case import Case
from engine.events import Sealed
from engine.history import replay
from tests.builders.engine import the_process
from tests.builders.projection import projected, standing
from tests.journeys.journey import Journey
from tests.journeys.test_assessment_review import NEGATIVE
from workflows.checking.exploring import explore
from workflows.checking.model import model_of

RECOVERS = Script(
    what="recognised after recovery", answers=NEGATIVE, weak=("organisation",), child=Script(what="positive")
)


def rests(history: Sequence[Sealed]) -> Iterator[Case]:
    """The case after each action: what one person or date did at one moment is one action."""
    for number, row in enumerate(history, start=1):
        follows = history[number].event if number < len(history) else None
        if follows is None or (follows.effective_at, follows.actor) != (row.event.effective_at, row.event.actor):
            yield replay(history[:number])


@pytest.mark.parametrize(
    ("process", "script"),
    [("development-review", Script(what="all on time")), ("assessment-review", RECOVERS)],
    ids=["to the end", "over recovery to a child that recognises"],
)
def test_every_state_of_a_whole_review_was_tried_out(process: str, script: Script) -> None:
    model = model_of(the_process(process))
    known = {standing(state) for state in explore(model).came}
    with Journey(process, script) as story:
        story.until(lambda case: case.closed)
        with story.app.store.read() as work:
            histories = [list(work.cases.history(case.id)) for case in story.cases() if case.process == process]
    found = [projected(model, case) for history in histories for case in rests(history)]
    assert len(set(found)) > 20
    assert [one for one in found if one not in known] == []
