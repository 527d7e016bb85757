"""Does each part of the organisation under review have a task of its own?"""

from __future__ import annotations

from tests.builders.engine import a_definition, a_world, launched, promises_broken

PARTS = """
tasks:
  survey: {for: contact, each: subject.parts, opens: busy, form: answer}
  alone: {for: contact, opens: busy, form: answer, skip_if: [number of subject.parts > 0]}
"""


def test_each_part_of_an_organisation_has_a_task_of_its_own() -> None:
    review = launched(a_definition(PARTS), world=a_world(parts={"north": "School North", "south": "School South"}))
    assert list(review.open()) == ["survey:1/north", "survey:1/south"]
    assert review.task("alone").state == "skipped"
    review.submit("survey:1/north", "carl", answer="yes")
    assert list(review.open()) == ["survey:1/south"]
    assert promises_broken(review) == []


def test_an_organisation_without_parts_has_nothing_to_do_for_them() -> None:
    review = launched(a_definition(PARTS))
    assert list(review.open()) == ["alone:1"]
    assert "survey.done" in review.case.moments
