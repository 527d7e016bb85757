"""Does work that was complete stay complete? Whatever is counted, one more person who is done takes nothing away."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.conditions import holds
from tests.builders.engine import a_definition, a_draft, a_person, a_world, launched

SHAPES = (
    "1 panel done work", "3 panel done work", "2 peer done work", "50% of panel done work",
    "75% of panel done work", "2/3 of peer done work", "all panel done work", "1 chair done work",
    "2 panel done work from 2 different organisation", "75% of panel answered work",
)  # fmt: skip
"""Numbers, shares, all, who must be among them, from how many organisations; by themselves and together."""

MEMBERS = ("p1", "p2", "p3", "p4", "c1")
TEXT = """
seats: {chair: {count: 1}, peer: {count: 4}}
groups: {panel: [chair, peer]}
invitations: {form: answer, due: {at: invited + 5wd}}
tasks: {work: {each: panel, opens: busy, form: note, done_if: [RULE]}}
"""

rules = st.lists(st.sampled_from(SHAPES), min_size=1, max_size=3, unique=True)
orders = st.permutations(MEMBERS)
places = st.lists(st.sampled_from(("a", "b", "c")), min_size=len(MEMBERS), max_size=len(MEMBERS))


def told(rule: list[str], order: list[str], organisations: list[str]) -> list[tuple[bool, bool]]:
    """Before anybody and after each of them is done: whether the rule holds, and whether `done` was told."""
    definition = a_definition(TEXT.replace("RULE", ", ".join(rule)))
    people = (a_person(who, organisation=where) for who, where in zip(MEMBERS, organisations, strict=True))
    world = a_world(*people)
    review = launched(definition, world=world).seat("peer", *MEMBERS[:4]).seat("chair", MEMBERS[4])
    lines = definition.tasks["work"].done_if

    def now() -> tuple[bool, bool]:
        draft = a_draft(review.case, definition, world)
        return holds(draft, lines), "work.done" in review.case.moments

    found = [now()]
    for who in order:
        review.submit("work", who)
        found.append(now())
    return found


@settings(max_examples=60, deadline=None)
@given(rules, orders, places)
@example(list(SHAPES[:1]), list(MEMBERS), ["a"] * 5)
@example(list(SHAPES), list(MEMBERS), ["a", "b", "c", "a", "b"])
def test_one_more_who_is_done_never_makes_complete_work_incomplete(
    rule: list[str], order: list[str], organisations: list[str]
) -> None:
    found = told(rule, order, organisations)
    assert all(after >= before for (before, _), (after, _) in pairwise(found))
    assert [done for _, done in found] == [complete for complete, _ in found]


def test_each_shape_is_complete_when_all_of_several_organisations_are_done() -> None:
    for shape in SHAPES:
        found = told([shape], list(MEMBERS), ["a", "b", "c", "a", "b"])
        assert (shape, found[0], found[-1]) == (shape, (False, False), (True, True))
