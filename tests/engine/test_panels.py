"""What may be asked of a panel because of the other panels on which its members sit?"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import conditions
from engine.counting import overlap
from engine.plan import plan_of
from tests.builders.engine import Review, a_definition, a_draft, a_folder, a_person, a_world, launched
from workflows.expressions import parse_condition
from workflows.loader import load_files

PANEL = """
seats: {peer: {count: 0..9}}
groups: {panel: [peer]}
invitations: {form: answer, due: {at: invited + 5wd}}
transitions:
  finish: {from: busy, to: over, by: office, if: ["LINE"]}
"""


def a_panel(line: str = "2 panel seated", **of: tuple[frozenset[str], int, bool]) -> Review:
    """A panel of these people: on which panels of the round they sit, on how many of the year, and here before."""
    people = [a_person(key, beside=one[0], this_year=one[1], served_before=one[2]) for key, one in of.items()]
    return launched(a_definition(PANEL.replace("LINE", line)), world=a_world(*people)).seat("peer", *of)


def reason(review: Review, line: str) -> str:
    """Why a line does not hold of the panel; empty where it does."""
    draft = a_draft(review.case, review.definition, review.world)
    return "; ".join(failure.reason for failure in conditions.failing(draft, (parse_condition(line),)))


ANN = (frozenset({"a", "b"}), 3, False)
BEN = (frozenset({"b", "c"}), 2, True)
CAS = (frozenset({"b"}), 1, True)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("no panel with round_panels > 3 seated", ""),
        ("no panel with round_panels > 2 seated", "no panel with round_panels > 2 seated: 2 now"),
        ("no panel with year_panels >= 4 seated", "no panel with year_panels >= 4 seated: 1 now"),
        ("at most 2 panel with served_before seated", ""),
        ("at most 1 panel with served_before seated", "at most 1 panel with served_before seated: 2 of at most 1"),
        ("overlap of panel <= 3", ""),
        ("overlap of panel <= 2", "overlap of panel <= 2: 3 against 2"),
    ],
)
def test_a_line_about_other_panels_holds_or_says_what_was_found(line: str, why: str) -> None:
    assert reason(a_panel(p1=ANN, p2=BEN, p3=CAS), line) == why


def test_nobody_shares_a_panel_with_nobody() -> None:
    assert reason(launched(a_definition(PANEL.replace("LINE", "2 panel seated"))), "overlap of panel <= 0") == ""


def test_only_a_process_that_asks_looks_at_other_panels() -> None:
    asked = {
        line: plan_of(a_definition(PANEL.replace("LINE", line))).counts_panels
        for line in ("2 panel seated", "1 panel with sector = po seated", "overlap of panel <= 1",
                     "no panel with round_panels > 2 seated", "1 panel with served_before seated")
    }  # fmt: skip
    assert [*asked.values()] == [False, False, True, True, True]


def test_an_overlap_is_of_people() -> None:
    found = load_files(a_folder(PANEL.replace("LINE", "overlap of work <= 1"))).errors
    assert [problem.message.partition(". ")[0] for problem in found] == ["`work` is no role, seat or group"]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.frozensets(st.sampled_from("abcd")), max_size=6))
def test_the_overlap_is_the_largest_number_who_share_one_panel(panels: list[frozenset[str]]) -> None:
    members = {f"p{number}": (on, 0, False) for number, on in enumerate(panels, 1)} or {
        "p1": (frozenset[str](), 0, False)
    }
    review = a_panel("2 panel seated", **members)
    draft = a_draft(review.case, review.definition, review.world)
    assert overlap(draft, "panel") == max((sum(name in on for on in panels) for name in "abcd"), default=0)
