"""Does the real engine go the way to each stage in which a case would stay for ever, and does it stay there?"""

from __future__ import annotations

import pytest

from tests.planted.faults import Fault, faults, planted
from tests.planted.stories import Told
from workflows.checking.questions import prove
from workflows.loader import load_files

STORIES = tuple(
    fault for fault in faults() if fault.finds.get("kind") == "stuck" and not (fault.doubted or fault.missed)
)
NOT_PLAYED = {
    "child_unheard-8": "step 2, somebody takes `fix_visit`: in lapsed",  # the day of the visit would have to be asked
    "answer_unheard-2": "step 17, `decision` is done: in reassessing",  # the engine hears the answer that was given
    "wrong_moment-6": "step 10, somebody takes `not_held`: in visiting",  # a later day would have to be chosen
}


def story(fault: Fault) -> tuple[str, str, bool]:
    """Why the engine does not go that way, the stage in which it ends, and whether the case ends after all."""
    definition = load_files(planted(fault)).known()[0]
    item = tuple(fault.finds["item"].split())
    (found,) = [one for one in prove(definition).findings if (one.finding.kind, one.finding.item) == ("stuck", item)]
    case = Told(definition)
    why = case.follow(found.path)
    return why, case.review.case.stage, not why and case.ends()


@pytest.mark.slow
@pytest.mark.parametrize("fault", STORIES, ids=str)
def test_the_engine_comes_to_where_the_story_leads_and_stays_there(fault: Fault) -> None:
    why, stage, ends = story(fault)
    if str(fault) in NOT_PLAYED:
        assert why.startswith(NOT_PLAYED[str(fault)])
    else:
        assert (why, f"stage {stage}", ends) == ("", fault.finds["item"], False)


def test_of_the_stories_so_many_are_played() -> None:
    assert (len(STORIES), len(STORIES) - len(NOT_PLAYED)) == (13, 10)
