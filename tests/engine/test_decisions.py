"""How do individual judgements become one? Consensus, majorities, ties, minorities, and votes that do not count."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.case import Decision
from engine.decisions import Tally, decide, tally

VALUES = ("low", "middle", "high")
VOTERS = ("ann", "ben", "cor", "dia")
BALLOTS = st.dictionaries(st.sampled_from([f"p{n}" for n in range(9)]), st.sampled_from(VALUES))


def votes(row: str = "one", **cast: str) -> list[dict[str, str]]:
    """Rows of a consensus form: who voted what."""
    return [{"safeguard": row, "voter": who, "basis": value} for who, value in cast.items()]


def judged(answers: dict[str, Any], *, tie: str | None = "ann", rows: tuple[str, ...] = ("one",)) -> Any:
    return decide(answers, rows=rows, noun="safeguard", scales=("basis", "ambition"), voters=VOTERS, tie=tie)


def decision(answers: dict[str, Any], **more: Any) -> Decision:
    """The one judgement; there is nothing wrong with it."""
    found, problems = judged(answers, **more)
    assert problems == []
    only: Decision = found["one"]
    return only


def by_vote(*cast: dict[str, str], **more: Any) -> dict[str, Any]:
    return {"how": {"one": "vote"}, "votes": list(cast), **more}


# a tally --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cast", "tie", "outcome"),
    [
        ({}, None, Tally(value=None, votes={})),
        ({"ann": "low"}, None, Tally(value="low", votes={"low": 1})),
        ({"ann": "low", "ben": "high", "cor": "high"}, None, Tally(value="high", votes={"low": 1, "high": 2})),
        ({"ann": "low", "ben": "high"}, None, Tally(value=None, votes={"low": 1, "high": 1})),
        ({"ann": "low", "ben": "high"}, "ann", Tally(value="low", votes={"low": 1, "high": 1}, tie_broken=True)),
        ({"ann": "low", "ben": "high"}, "dia", Tally(value=None, votes={"low": 1, "high": 1})),
        (
            {"ann": "middle", "ben": "high", "cor": "high", "dia": "low", "eva": "low"}, "ann",
            Tally(value=None, votes={"low": 2, "middle": 1, "high": 2}),
        ),
        (
            {"ann": "low", "ben": "high", "cor": "high", "dia": "middle"}, "ann",
            Tally(value="high", votes={"low": 1, "middle": 1, "high": 2}),
        ),
    ],
    ids=[
        "nobody voted", "one vote", "most votes", "a tie", "the chair breaks it", "the chair did not vote",
        "the chair voted for none of the first", "most votes against the chair",
    ],
)  # fmt: skip
def test_more_votes_than_any_other_value_win_and_the_chair_breaks_a_tie(
    cast: dict[str, str], tie: str | None, outcome: Tally
) -> None:
    assert tally(cast, tie) == outcome


@pytest.mark.parametrize(
    ("cast", "divided"),
    [({}, False), ({"ann": "low", "ben": "low"}, False), ({"ann": "low", "ben": "high"}, True)],
)
def test_a_vote_is_divided_where_two_values_have_votes(cast: dict[str, str], divided: bool) -> None:
    assert tally(cast).divided is divided


@settings(deadline=None)
@given(cast=BALLOTS, tie=st.none() | st.sampled_from(["p0", "p1"]), random=st.randoms(use_true_random=False))
def test_the_order_of_votes_does_not_matter(cast: dict[str, str], tie: str | None, random: Any) -> None:
    shuffled = list(cast.items())
    random.shuffle(shuffled)
    assert tally(dict(shuffled), tie) == tally(cast, tie)


@settings(deadline=None)
@given(cast=BALLOTS, tie=st.none() | st.sampled_from(["p0", "p1"]))
def test_a_strict_majority_wins_and_nobody_wins_with_fewer_votes_than_another(
    cast: dict[str, str], tie: str | None
) -> None:
    outcome = tally(cast, tie)
    counted = Counter(cast.values())
    for value, number in counted.items():
        if 2 * number > len(cast):
            assert outcome == Tally(value=value, votes=counted)
    if outcome.value is not None:
        assert counted[outcome.value] == max(counted.values())
    assert sum(outcome.votes.values()) == len(cast)


@settings(deadline=None)
@given(cast=BALLOTS, rows=st.randoms(use_true_random=False))
def test_the_order_of_rows_in_the_form_does_not_matter(cast: dict[str, str], rows: Any) -> None:
    shuffled = votes(**cast)
    rows.shuffle(shuffled)

    def outcome(ballots: list[dict[str, str]]) -> Any:
        answers = by_vote(*ballots)
        return decide(answers, rows=("one",), noun="safeguard", scales=("basis",), voters=tuple(cast), tie="p0")

    assert outcome(shuffled) == outcome(votes(**cast))


# a judgement ----------------------------------------------------------------------------------------------------------


def test_a_consensus_stands_as_given_on_every_scale() -> None:
    answers = {
        "how": {"one": "consensus"}, "basis": {"one": "high"}, "ambition": {"one": "begun"},
        "motivation": {"one": "seen everywhere"}, "minority_note": "I do not agree", "votes": votes(ben="low"),
    }  # fmt: skip
    assert decision(answers) == Decision(
        row="one", levels={"basis": "high", "ambition": "begun"}, how="consensus", motivated=True
    )


def test_a_vote_that_was_begun_and_not_finished_is_named_and_an_empty_row_is_none() -> None:
    begun = [{"safeguard": "one", "voter": "ann"}, {}, {"safeguard": "", "voter": "ben", "basis": "low"}]
    _, problems = judged(by_vote(*begun, *votes(ben="high", cor="high")))
    needed = "of the votes: what is voted on, who votes and basis are all needed"
    assert problems == [f"row 1 {needed}", f"row 3 {needed}"]
    assert decision(by_vote({}, *votes(ben="high", cor="high"))).votes == {"high": 2}


def test_where_nobody_says_how_it_is_a_consensus_on_every_row() -> None:
    found, problems = judged({"basis": {"one": "high", "two": "low"}}, rows=("one", "two"))
    assert {row: (each.how, each.levels) for row, each in found.items()} == {
        "one": ("consensus", {"basis": "high"}), "two": ("consensus", {"basis": "low"}),
    }  # fmt: skip
    assert problems == []


def test_a_consensus_without_a_value_on_the_first_scale_is_no_judgement() -> None:
    found, problems = judged(
        {"basis": {"two": "high"}, "ambition": {"one": "begun", "two": "begun"}}, rows=("one", "two")
    )
    assert list(found) == ["two"]
    assert problems == ["one: a value on basis is needed"]


@pytest.mark.parametrize(
    ("motivation", "motivated"),
    [({"one": "seen everywhere"}, True), ({"one": ""}, False), ({"two": "seen"}, False), (None, False), ("all", False)],
)
def test_a_judgement_is_motivated_where_a_motivation_of_its_row_is_given(motivation: Any, motivated: bool) -> None:
    assert decision({"basis": {"one": "high"}, "motivation": motivation}).motivated is motivated
    assert decision(by_vote(*votes(ann="high"), motivation=motivation)).motivated is motivated


def test_a_majority_of_votes_decides_the_first_scale_and_leaves_the_others_as_given() -> None:
    cast = votes(ann="low", ben="high", cor="high")
    found = decision(by_vote(*cast, basis={"one": "low"}, ambition={"one": "begun"}))
    assert found == Decision(
        row="one", levels={"basis": "high", "ambition": "begun"}, how="majority", motivated=False,
        votes={"high": 2, "low": 1},
    )  # fmt: skip


def test_in_a_tie_the_chair_decides() -> None:
    found = decision(by_vote(*votes(ann="low", ben="high")))
    assert (found.levels, found.how, found.votes) == ({"basis": "low"}, "chair", {"high": 1, "low": 1})


@pytest.mark.parametrize(
    ("cast", "tie"),
    [
        ({"ann": "low", "ben": "high"}, None),
        ({"ben": "low", "cor": "high"}, "ann"),
        ({}, "ann"),
    ],
    ids=["nobody breaks ties", "the chair did not vote", "nobody voted"],
)
def test_without_a_majority_there_is_no_judgement(cast: dict[str, str], tie: str | None) -> None:
    assert judged(by_vote(*votes(**cast)), tie=tie) == ({}, ["one: the vote gives no majority"])


@pytest.mark.parametrize(
    ("cast", "note", "minority"),
    [
        ({"ann": "low", "ben": "high", "cor": "high"}, "I saw too little", True),
        ({"ann": "low", "ben": "high"}, "I saw too little", True),
        ({"ann": "high", "ben": "high"}, "I saw too little", False),
        ({"ann": "low", "ben": "high", "cor": "high"}, "", False),
        ({"ann": "low", "ben": "high", "cor": "high"}, None, False),
    ],
    ids=["divided", "a broken tie", "unanimous", "an empty note", "no note"],
)
def test_there_is_a_minority_only_where_the_vote_was_divided_and_a_note_was_written(
    cast: dict[str, str], note: str | None, minority: bool
) -> None:
    assert decision(by_vote(*votes(**cast), minority_note=note)).minority is minority


# votes that do not count ----------------------------------------------------------------------------------------------


def test_votes_of_strangers_are_refused_and_counted_but_not_named() -> None:
    cast = votes(ann="low", zoe="high", yan="high")
    assert judged(by_vote(*cast)) == ({}, ["one: 2 vote(s) of people who may not vote"])


def test_who_votes_twice_is_refused_whatever_the_votes_say() -> None:
    for cast in (votes(ann="low") + votes(ann="high"), votes(ann="high") + votes(ann="high")):
        _, problems = judged(by_vote(*cast))
        assert problems == ["one: somebody votes twice"]


def test_one_voter_has_a_vote_on_each_row() -> None:
    cast = votes(ann="low") + votes("two", ann="high")
    found, problems = judged({"how": {"one": "vote", "two": "vote"}, "votes": cast}, rows=("one", "two"))
    assert problems == []
    assert {row: each.levels["basis"] for row, each in found.items()} == {"one": "low", "two": "high"}


def test_a_vote_on_a_row_that_is_not_judged_is_refused_not_lost() -> None:
    found, problems = judged(by_vote(*votes(ann="low"), *votes("onne", ben="high")))
    assert problems == ["onne: there is no such safeguard to vote on"]
    assert found["one"].votes == {"low": 1}


@pytest.mark.parametrize("missing", ["safeguard", "voter", "basis"])
def test_a_vote_that_lacks_its_row_its_voter_or_its_value_is_named_and_not_dropped(missing: str) -> None:
    (half,) = votes(ben="high")
    del half[missing]
    _, problems = judged(by_vote(*votes(ann="low"), half))
    assert problems == ["row 2 of the votes: what is voted on, who votes and basis are all needed"]


def test_all_that_is_wrong_is_said_at_once_and_the_rest_is_decided() -> None:
    rows = ("one", "two", "three", "four")
    answers = {
        "how": {"one": "vote", "two": "vote", "three": "consensus", "four": "consensus"},
        "basis": {"four": "high"},
        "votes": votes(zoe="low") + votes("two", ben="low", cor="high"),
    }
    found, problems = judged(answers, rows=rows)
    assert list(found) == ["four"]
    assert problems == [
        "one: 1 vote(s) of people who may not vote",
        "two: the vote gives no majority",
        "three: a value on basis is needed",
    ]
