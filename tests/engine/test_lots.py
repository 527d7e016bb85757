"""Is a sample of a round drawn by lot, and can anybody draw it again?"""

from __future__ import annotations

import math
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from engine.history import replay
from engine.lots import Lot, draw
from tests.builders.engine import Review, a_definition, launched, promises_broken

SAMPLE = """
values: {sample: {choice: [visited, read], drawn: 10%, may_differ: {by: office, asks: {reason: text}}}}
stages: {busy: {}, visiting: {}, over: {end: true}}
transitions:
  visit: {from: busy, to: visiting, when: work.done, if: [sample is visited]}
  read: {from: busy, to: over, when: work.done, if: [sample is read]}
  finish: {from: visiting, to: over, by: office}
"""
HOSTS = st.sets(st.text(alphabet="abcdef", min_size=1, max_size=6), min_size=2, max_size=40)


def a_case(*, drawn: bool) -> Review:
    return launched(a_definition(SAMPLE), lots={"sample": Lot(drawn=drawn, seed="round-7", out_of=24)})


def test_who_is_drawn_goes_the_one_way_and_the_others_the_other() -> None:
    ways = {drawn: a_case(drawn=drawn).submit("work", "carl").case.stage for drawn in (True, False)}
    assert ways == {True: "visiting", False: "over"}


def test_the_history_says_what_was_drawn_by_which_seed_and_is_replayed_as_it_was() -> None:
    review = a_case(drawn=True)
    (event,) = [row.event for row in review.history if row.event.kind == "lot_drawn"]
    assert (event.name, event.data) == (
        "sample", {"choice": "visited", "seed": "round-7", "percent": 10, "out_of": 24},
    )  # fmt: skip
    assert replay(review.history) == review.case
    assert promises_broken(review) == []


def test_the_office_may_set_a_lot_aside_with_a_reason() -> None:
    review = a_case(drawn=False).differ("sample", "visited", by="olga", reason="a complaint")
    assert review.submit("work", "carl").case.stage == "visiting"


def test_a_case_that_is_launched_alone_draws_by_its_own_key() -> None:
    review = launched(a_definition(SAMPLE))
    lot = draw("case-1", "sample", 10, ["host"])["host"]
    assert review.case.facts["drawn:sample"] == ("visited" if lot.drawn else "read")


@given(seed=st.text(max_size=8), percent=st.integers(1, 99), hosts=HOSTS)
def test_a_draw_is_a_share_of_the_round_rounded_up_and_comes_out_the_same_in_whatever_order(
    seed: str, percent: int, hosts: set[str]
) -> None:
    found = draw(seed, "sample", percent, hosts)
    assert Counter(lot.drawn for lot in found.values())[True] == math.ceil(len(hosts) * percent / 100)
    assert found == draw(seed, "sample", percent, sorted(hosts, reverse=True))


def test_each_host_is_drawn_as_often_as_any_other_and_alone_with_the_same_chance() -> None:
    hosts = [f"host-{number}" for number in range(10)]
    times = Counter(host for seed in range(2000) for host, lot in draw(str(seed), "s", 20, hosts).items() if lot.drawn)
    assert all(330 < times[host] < 470 for host in hosts)  # 400 of 2000, and five deviations
    alone = sum(draw(str(seed), "s", 20, ["host"])["host"].drawn for seed in range(2000))
    assert 330 < alone < 470
