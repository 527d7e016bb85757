"""Which documents of a case are there to read, whatever was answered since?"""

from __future__ import annotations

import pytest

from collegium.documents import documents
from engine.publishing import public_since
from tests.builders.engine import Review, a_definition, a_draft, a_person, a_world, launched
from tests.engine.test_publishing import GIVEN, NOTE, PART, PUBLIC


@pytest.fixture
def review() -> Review:
    """The answers to the first round were published."""
    definition = a_definition(PUBLIC, reply="answer: {type: yes_no}", note=NOTE)
    review = launched(definition, world=a_world(a_person("pia"))).seat("peer", "pia")
    return review.submit("work", "carl", **GIVEN).take("go").take("reveal")


def found(review: Review, *readers: str) -> list[tuple[str, bool, bool, object]]:
    draft = a_draft(review.case, review.definition, review.world)
    return [
        (each.task.key, each.public_since is not None, each.whole, dict(each.answers))
        for each in documents(draft, review.submissions, readers)
        if not each.reasons
    ]


FIRST = ("work:1", True, False, PART)
WHOLE = ("work:1", True, True, GIVEN)


def test_anybody_goes_on_reading_what_was_published_after_a_correction_and_a_later_answer(review: Review) -> None:
    assert found(review) == [FIRST]
    review.correct("busy")
    assert (found(review), list(public_since(review.case))) == ([FIRST], ["work:1"])
    review.submit("work", "carl", text="another")
    assert (found(review), list(public_since(review.case))) == ([FIRST], ["work:1"])


def test_who_sees_a_document_by_its_process_reads_what_stands_and_what_was_published_whole(review: Review) -> None:
    review.correct("busy").submit("work", "carl", text="another")
    both = [WHOLE, ("work:2", False, True, {"text": "another"})]
    assert (found(review, "sara"), found(review, "carl"), found(review, "pia")) == (both, both, [FIRST])


def test_an_answer_anew_in_one_round_stands_beside_the_published_one(review: Review) -> None:
    review.correct(task="work:1", to="open").submit("work", "carl", text="another")
    assert found(review) == [FIRST]
    assert found(review, "sara") == [WHOLE, ("work:1", False, True, {"text": "another"})]
