"""Do days that were fixed stay so in the process, when what they were fixed for is not held and gets new ones?"""

from __future__ import annotations

import pytest

from engine.definition import Definition
from tests.builders.engine import a_world, day, launched, the_process
from workflows.loader import shipped

PEOPLE = {
    "coordinator": ("cora",), "office": ("olga",), "institution_liaison": ("carl",), "institution_board": ("sara",),
    "accreditor": ("nina",),
}  # fmt: skip


def begun_anew(definition: Definition) -> list[str]:
    """Tracks by which a date is set, and that begin anew where a transition from after them sets that date again."""
    spine = [arrow for arrow in definition.transitions.values() if arrow.track is None]
    return [
        f"{name} at {arrow.name}"
        for name, track in definition.tracks.items()
        for arrow in spine
        if track.each is None and not track.keeps and arrow.target in track.during
        and any(source in definition.stages and source not in track.during for source in arrow.sources)
        and any(set(own.sets) & set(arrow.sets) for own in definition.transitions.values() if own.track == name)
    ]  # fmt: skip


@pytest.mark.parametrize("process", sorted(shipped()))
def test_a_track_of_days_is_where_it_was_when_what_was_not_held_gets_new_ones(process: str) -> None:
    assert begun_anew(the_process(process)) == []


def test_a_visit_that_was_not_held_has_its_new_days_and_can_be_moved_again() -> None:
    review = launched(the_process("nvao-group"), roles=PEOPLE, dates={"group_due": "2029-11-01"})
    review.correct("composing")
    review.take("fix_visit", "cora", day=day("2028-09-12"), last=day("2028-09-14"))
    review.correct("visiting")
    review.take("not_held", "cora", day=day("2028-10-10"), last=day("2028-10-12"), reason="strike")
    assert (review.case.stage, review.tracks()["visit_days"]) == ("studying", "set")
    review.take("move_visit", "cora", day=day("2028-10-17"), last=day("2028-10-19"), reason="fire")
    assert review.case.moments["visit"].day == day("2028-10-17")


def test_comments_that_were_heeded_are_not_called_for_again_when_the_review_is_postponed() -> None:
    world = a_world(general={"public-holidays(US)": ()})
    staff = {"accreditation_staff": ("anne",)}
    review = launched(the_process("caep-review"), roles=staff, world=world, dates={"expected_review": "2028-10-02"})
    review.correct("self_studying").correct("testimony.heeded").correct("reviewing")
    review.take("postpone_review", "anne", day=day("2028-11-13"), last=day("2028-11-15"), reason="strike")
    assert (review.case.stage, review.tracks()["testimony"]) == ("awaiting_review", "heeded")
