"""Who visits whom: each organisation is visited by another one of its round, and visits once itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rings import faults, proposed

ROUND = ["a", "b", "c", "d"]
NAMES = {key: key.upper() for key in "abcdx"}


def wrong(visitors: dict[str, str], *, pairs: bool = True) -> list[tuple[str, str]]:
    return [(each.host, each.why) for each in faults(ROUND, visitors, NAMES, pairs=pairs)]


def test_a_ring_and_two_rings_beside_one_another_are_right() -> None:
    assert wrong({"b": "a", "c": "b", "d": "c", "a": "d"}, pairs=False) == []
    assert wrong({"b": "a", "a": "b", "d": "c", "c": "d"}) == []


@pytest.mark.parametrize(
    ("visitors", "found"),
    [
        (
            {"b": "a", "c": "a", "d": "c", "a": "d"},
            [("b", "B visits nobody"), ("c", "A visits C, and B already")],
        ),
        (
            {"b": "b", "c": "x", "a": "d"},
            [
                ("a", "A visits nobody"),
                ("b", "B can't visit itself"),
                ("c", "X visits C, and is not in this round"),
                ("c", "C visits nobody"),
                ("d", "nobody visits D"),
            ],
        ),
        (
            {"b": "a", "c": "b", "d": "c", "a": "d", "x": "a"},
            [("x", "X is not in this round"), ("x", "A visits X, and B already")],
        ),
    ],
)
def test_all_that_is_wrong_is_told_at_its_organisation(visitors: dict[str, str], found: list[tuple[str, str]]) -> None:
    assert wrong(visitors) == found


def test_two_that_visit_one_another_are_told_at_both_where_that_is_barred() -> None:
    pairs = {"b": "a", "a": "b", "d": "c", "c": "d"}
    assert wrong(pairs, pairs=False) == [
        ("a", "B and A visit one another"),
        ("b", "A and B visit one another"),
        ("c", "D and C visit one another"),
        ("d", "C and D visit one another"),
    ]


@given(st.lists(st.text("abcdefgh", min_size=1), min_size=3, unique=True))
def test_a_ring_of_three_or_more_that_is_proposed_is_right_and_goes_by_the_order_of_the_list(hosts: list[str]) -> None:
    visitors = proposed(hosts)
    assert faults(hosts, visitors, {host: host for host in hosts}, pairs=False) == []
    assert [visitors[host] for host in hosts] == [hosts[-1], *hosts[:-1]]


def test_one_that_is_alone_can_be_in_no_ring_and_two_visit_one_another() -> None:
    assert [each.why for each in faults(["a"], proposed(["a"]), NAMES, pairs=True)] == ["A can't visit itself"]
    assert faults(["a", "b"], proposed(["a", "b"]), NAMES, pairs=True) == []
    assert len(faults(["a", "b"], proposed(["a", "b"]), NAMES, pairs=False)) == 2
