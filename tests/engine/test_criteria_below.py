"""Do criteria that have others below them stand as these do?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.case import Decision
from engine.conditions import holds as lines_hold
from engine.definition import Definition
from engine.expressions import Line
from tests.builders.engine import a_draft, a_folder, launched
from workflows.loader import load as load_folder
from workflows.loader import load_files, shipped

NESTED = """
rubric: small
noun: standard
plural: standards
above: {noun: part, plural: parts}
title: {en: Small}
criteria:
  first: {says: {en: First}, criteria: {one: {says: {en: One}}, two: {says: {en: Two}}}}
  second: {says: {en: Second}, criteria: {three: {says: {en: Three}}}}
  four: {says: {en: Four}}
scales: {met: {says: {en: Met}, levels: {no: {en: No}, half: {en: Half}, full: {en: Full}}}}
"""
LEVELS = ("no", "half", "full")
LINES = {
    "whole": "all part decided",
    "bad": "no part with met = no decided",
    "good": "2 part with met = full decided",
    "rows": "all standard decided",
    "full": "all part with met = full decided",
}


def a_definition(rubric: str = NESTED) -> Definition:
    lines = "".join(f"\n  {name}: ['{line}']" for name, line in LINES.items())
    files = a_folder(f"rubric: {{file: small}}\nconditions:{lines}")
    return load_files({**files, "rubrics/small.yaml": rubric.encode()}).known()[0]


def hold(levels: dict[str, str], rows: tuple[str, ...] | None = None) -> dict[str, bool]:
    """Which of the lines hold where these rows were decided."""
    definition = a_definition()
    draft = a_draft(launched(definition, rows=rows).case, definition)
    draft.emit("test", "test")
    for row, level in levels.items():
        decision = Decision(row=row, levels={"met": level}, how="consensus", motivated=True)
        draft.put("decisions", row, decision)
    found: dict[str, tuple[Line, ...]] = {name: definition.conditions[name] for name in LINES}
    return {name: lines_hold(draft, lines) for name, lines in found.items()}


def test_only_criteria_without_others_below_them_are_judged_in_their_order() -> None:
    rubric = a_definition().rubric
    assert rubric is not None
    assert rubric.criteria == ("one", "two", "three", "four")
    assert dict(rubric.below) == {"first": ("one", "two"), "second": ("three",)}


def test_a_criterion_is_decided_when_all_below_it_are() -> None:
    assert hold({"one": "full", "three": "full"})["whole"] is False
    assert hold({"one": "full", "three": "full"})["full"] is True  # of those that have this level
    assert hold({"one": "full", "two": "half", "three": "full"})["whole"] is True


def test_a_criterion_has_the_lowest_level_of_those_below_it() -> None:
    half = hold({"one": "full", "two": "half", "three": "full", "four": "no"})
    assert half == {"whole": True, "bad": True, "good": False, "rows": True, "full": True}
    bad = hold({"one": "full", "two": "no", "three": "full", "four": "full"})
    assert bad == {"whole": True, "bad": False, "good": False, "rows": True, "full": True}


def test_what_is_out_of_scope_counts_for_nothing() -> None:
    found = hold({"three": "full"}, rows=("three",))
    assert found == {"whole": True, "bad": True, "good": False, "rows": True, "full": True}


@given(st.tuples(*[st.sampled_from(LEVELS)] * 4))
def test_one_line_about_the_parts_says_what_lines_about_all_below_them_would(levels: tuple[str, ...]) -> None:
    one, two, three, _ = levels
    found = hold(dict(zip(("one", "two", "three", "four"), levels, strict=True)))
    assert found["bad"] is ("no" not in (one, two, three))
    assert found["good"] is (one == two == three == "full")


def test_the_standards_of_agencies_stand_in_their_parts() -> None:
    rubric = load_folder(shipped()["enqa-review"]).known()[0].rubric
    assert rubric is not None
    assert {part: len(standards) for part, standards in rubric.below.items()} == {"part_two": 7, "part_three": 7}
    assert rubric.criteria == tuple(each for below in rubric.below.values() for each in below)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("above: {noun: part, plural: parts}\n", "", "`first` has criteria below it: say what such a one is called"),
        ("three: {says: {en: Three}}", "one: {says: {en: Three}}", "The criterion `one` stands here twice."),
        (
            "three: {says: {en: Three}}", "three: {says: {en: Three}, criteria: {five: {says: {en: Five}}}}",
            "`three` lies below `second`: nothing lies below it.",
        ),
    ],
    ids=["no word", "twice", "too deep"],
)  # fmt: skip
def test_what_cannot_lie_below_is_told(old: str, new: str, told: str) -> None:
    with pytest.raises(ValueError, match="errors") as error:
        a_definition(NESTED.replace(old, new))
    assert told in str(error.value)
