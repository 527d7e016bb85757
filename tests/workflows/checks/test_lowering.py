"""What lower levels took away is not brought back by levels that are lower still."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.definition import Definition, ValueDef
from engine.questions import Rubric
from tests.builders.engine import unchecked
from workflows.checks.asked import asked
from workflows.checks.lowering import lowering
from workflows.expressions import parse_condition

PROCESS = """
rubric: {file: small, pinned: case.launched}
values:
  verdict: {choice: [good, fair, poor], first_of: [RULES]}
MORE
"""
DECIDED = "all safeguard decided"


def process(rules: str, more: str = "") -> Definition:
    return unchecked(PROCESS.replace("RULES", f"{rules}, {{poor: otherwise}}").replace("MORE", more))


def told(rules: str, more: str = "") -> list[str]:
    definition = process(rules, more)
    found = list(lowering(definition, asked(definition)))
    assert {(each.kind, each.severity) for each in found} <= {("lower_is_better", "warning")}
    return [" ".join(each.item) for each in found]


GOOD = "{good: [no safeguard with basis != high decided]}"
VALUE = ["value verdict"]


def test_it_tells_the_three_cases() -> None:
    definition = process("{good: [no safeguard with basis = middle decided]}")
    assert [each.message for each in lowering(definition, asked(definition))] == [
        "Lower levels bring back what `verdict` was: `good` with 2 `high`; `poor` with 1 `middle`, 1 `high`; `good` "
        "again with 1 `low`, 1 `high`. Count each level that is too low, as `!=` does."
    ]


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        (GOOD, []),
        (f"{GOOD}, {{fair: [no safeguard with basis = low decided]}}", []),
        (f"{GOOD}, {{fair: [at most 1 safeguard with basis = low decided]}}", []),
        (f"{GOOD}, {{fair: [at most 1 safeguard with basis = middle decided]}}", VALUE),
        ("{good: [all safeguard decided, no safeguard with basis = middle decided]}", VALUE),
        ("{good: [exactly 1 safeguard with basis = middle decided]}", VALUE),  # and poor before and after it
        ("{good: [2 safeguard with basis = high decided]}, {fair: [1 safeguard with basis = high decided]}", []),
        ("{good: [any: [no safeguard with basis = middle decided, 1 safeguard with basis = low decided]]}", VALUE),
        ("{good: [any: [no safeguard with basis != high decided, 2 safeguard with basis = low decided]]}", VALUE),
        ("{good: [1 safeguard with basis = low decided]}", []),  # which choice is the better one is not known
        ("{good: [1 contact seated]}", []),
        (f"{GOOD}, {{fair: [case is child, at most 1 safeguard with basis = middle decided]}}", VALUE),
        # what excludes each other is never taken together
        ("{good: [case is child, no safeguard with basis != high decided]}, "
         "{fair: [case is child]}, {good: [case is not child, 1 safeguard with basis = low decided]}", []),
    ],
)  # fmt: skip
def test_a_choice_that_was_left_does_not_come_back(rules: str, found: list[str]) -> None:
    assert told(rules) == found


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("no safeguard with basis != high decided", []),
        ("no safeguard with basis = middle decided", ["transition finish"]),
        ("few", ["transition finish"]),
        ("1 safeguard with basis = middle decided", []),  # that it begins where levels are low is its point
        ("verdict is good", []),  # of the value it would be told by itself
    ],
)
def test_a_condition_that_did_not_hold_does_not_hold_again(condition: str, found: list[str]) -> None:
    arrow = f"transitions: {{finish: {{from: busy, to: over, auto: true, if: [{condition}]}}}}\n"
    few = "conditions: {few: [at most 1 safeguard with basis = middle decided]}\n"
    assert told(GOOD, f"{few}{arrow}") == found


def test_what_is_said_under_unless_counts_the_other_way_round() -> None:
    arrow = "transitions: {finish: {from: busy, to: over, auto: true, unless: [LINE]}}\n"
    assert told(GOOD, arrow.replace("LINE", "1 safeguard with basis = middle decided")) == ["transition finish"]
    assert told(GOOD, arrow.replace("LINE", "1 safeguard with basis != high decided")) == []


BOOK = Rubric(
    name="book", noun="standard", plural="standards", criteria=("a", "b", "c", "d"), above="part",
    below={"one": ("a", "b"), "two": ("c", "d")},
    scales={"met": ("no", "partly", "yes"), "hoped": ("little", "much")},
)  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["no part with met = no decided"], False),
        (["no part with met = partly decided"], True),
        (["no part with met = no decided", "at most 1 standard with met != yes decided"], False),
        (["no part with met = no decided", "at most 1 standard with met = partly decided"], False),
        (["at most 1 part with met = no decided", "at most 1 standard with met = partly decided"], True),
        (["1 standard with hoped = much decided", "no standard with met = no decided"], False),
        (["no standard with hoped = little decided", "no standard with hoped = much decided",
          "no standard with met = partly decided"], False),  # never chosen at all
    ],
)  # fmt: skip
def test_a_criterion_has_the_lowest_level_below_it_and_each_scale_is_looked_at_by_itself(
    texts: list[str], *, found: bool
) -> None:
    lines = tuple(parse_condition(text) for text in texts)
    value = ValueDef(name="verdict", choices=("good", "poor"), first_of=(("good", lines), ("poor", ())))
    definition = replace(process(GOOD), rubric=BOOK, values={"verdict": value})
    assert [each.item for each in lowering(definition, ())] == ([("value", "verdict")] if found else [])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["low", "high"]), st.integers(0, 2)), min_size=1, max_size=2),
)
def test_rules_that_count_all_that_is_too_low_are_left_alone(limits: list[tuple[str, int]]) -> None:
    lines = {
        "low": "at most {n} safeguard with basis = low decided",
        "high": "at most {n} safeguard with basis != high decided",
    }
    strict = sorted(limits, key=lambda one: (one[0] == "low", one[1]))
    rules = [
        f"{{{choice}: [{', '.join(lines[level].format(n=n) for level, n in strict[at:])}]}}"
        for at, choice in zip(range(len(strict)), ("good", "fair"), strict=False)
    ]
    assert told(", ".join(rules)) == []
