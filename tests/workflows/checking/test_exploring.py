"""Does the checker try out everything that the engine can do? Cases walk at random; each step is looked up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.actions import Submit
from tests.builders.engine import a_definition, launched, the_process
from tests.builders.projection import followed, unknown_steps
from tests.builders.walks import walk
from tests.engine.test_walks import FORMS, ROLES, SMALL, a_real_world
from workflows.checking.exploring import explore
from workflows.checking.model import model_of


@pytest.mark.parametrize("seed", range(8))
def test_every_step_of_a_small_process_was_tried_out(seed: int) -> None:
    definition = a_definition(SMALL, **FORMS)
    review = followed(launched(definition))
    walk(review, seed, 150)
    assert list(unknown_steps(explore(model_of(definition)), review)) == []


@pytest.mark.parametrize("process", ["development-review", "assessment-review"])
@pytest.mark.parametrize("seed", range(2))
def test_every_step_of_a_shipped_process_was_tried_out(process: str, seed: int) -> None:
    definition = the_process(process)
    review = followed(launched(definition, world=a_real_world(definition, gates=seed == 0), roles=ROLES))
    walk(review, seed, 200)
    assert list(unknown_steps(explore(model_of(definition)), review)) == []


def test_a_step_that_the_checker_does_not_know_is_noticed() -> None:
    definition = a_definition("transitions: {finish: {from: busy, to: over, when: work.done}}")
    lame = replace(definition, tasks={**definition.tasks, "work": replace(definition.tasks["work"], does=("finish",))})
    review = followed(launched(definition))
    review.apply(Submit(task=review.key_of("work", "carl"), answers={}, submission="s1"), "carl")
    assert review.case.stage == "over"
    assert list(unknown_steps(explore(model_of(definition)), review)) == []
    assert len(list(unknown_steps(explore(model_of(lame)), review))) == 1


@pytest.mark.parametrize("process", ["development-review", "assessment-review"])
def test_a_shipped_process_is_tried_out_whole(process: str) -> None:
    graph = explore(model_of(the_process(process)))
    assert graph.whole
    assert {state.stage for state in graph.came} == set(the_process(process).stages)


def test_a_bound_ends_the_exploration_and_is_told() -> None:
    graph = explore(model_of(the_process("development-review")), bound=50)
    assert not graph.whole
    assert len(graph.came) > 50
