"""Does a mail or task of a day ask for stages in which a case is not then, where everybody works on their last day?"""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.ahead import ahead

LAYERS = """
stages: {first: {}, second: {}, third: {}, aside: {}, over: {end: true}}
dates: {session: {else: asked_at_launch, provisional: case.launched + 20w}}
tracks: {paper: {during: [first, second, third], states: {asked: {}, told: {}}}}
conditions: {late: [stage is third]}
transitions:
  next: {from: first, to: second, when: one.done}
  last: {from: second, to: third, when: two.done}
  tell: {from: paper.asked, to: paper.told, when: two.done}
  finish: {from: third, to: over, when: three.done}
  step_aside: {from: first, to: aside, by: office}
  come_back: {from: aside, to: over, by: office}
tasks:
  one: {for: office, opens: first, form: note, due: {at: session - 4w}}
  two: {for: office, opens: second, form: note, due: {at: session - 1w}}
  three: {for: office, opens: third, form: note, due: {at: session}}
  watch: {for: office, opens: WATCH, form: note, due: {at: opened + 3d}}
notices:
  meets: {NOTICE, to: office, says: {en: Meets, nl: Bijeen}}
"""


def told(notice: str, watch: str = "first") -> list[tuple[str, tuple[str, str]]]:
    text = LAYERS.replace("NOTICE", notice).replace("WATCH", watch)
    return [(each.kind, each.item) for each in ahead(unchecked(text))]


@pytest.mark.parametrize(
    ("notice", "found"),
    [
        ("when: session - 2w, if: [stage is third]", True),
        ("when: session - 2w, if: [late]", True),
        ("when: session - 2w, if: [round of third > 0]", True),
        ("when: session - 2w, if: [paper is told]", True),
        ("when: session - 2w, if: [{any: [stage is third, paper is told]}]", True),
        ("when: [session - 2w, session - 3w], if: [stage is third]", True),
        ("when: [session - 2w, session - 3d], if: [stage is third]", False),
        ("when: session - 2w, if: [stage is second or third]", False),
        ("when: session - 2w, if: [stage is not first]", False),  # from aside too
        ("when: session - 2w, if: [stage is third or aside]", False),  # a way beside the ordinary one
        ("when: session - 3d, if: [stage is third]", False),
        ("when: session - 1w, if: [stage is third]", False),  # on the day itself
        ("when: last, if: [stage is third]", False),
        ("when: session - 2w", False),
        ("when: session - 2w, if: [stage is first]", False),  # a word to who is late
    ],
)
def test_a_notice_of_a_day_asks_for_a_stage_that_begins_only_later(notice: str, *, found: bool) -> None:
    assert told(notice) == ([("asked_early", ("notice", "meets"))] if found else [])


@pytest.mark.parametrize(
    ("notice", "found"),
    [
        ("when: session - 2w, if: [stage is first], invite: session", True),
        ("when: session - 2w, if: [stage is first or aside], invite: session", False),
        ("when: session - 5w, if: [stage is first], invite: session", False),
    ],
)
def test_an_invitation_asks_for_a_stage_that_has_been_left(notice: str, *, found: bool) -> None:
    assert told(notice) == ([("asked_early", ("notice", "meets"))] if found else [])


@pytest.mark.parametrize(
    ("watch", "found"),
    [
        ("session - 2w, if: [stage is third]", True),
        ("session - 2w, if: [stage is first]", False),  # it looks after who is late
        ("session - 2w, if: [stage is second]", False),
    ],
)
def test_a_task_of_a_day_asks_for_a_stage_that_begins_only_later(watch: str, *, found: bool) -> None:
    assert told("when: first", watch) == ([("asked_early", ("task", "watch"))] if found else [])
