"""How do individual judgements become one? Consensus, vote, tie, quorum, minority; and values from which one differs."""

from __future__ import annotations

import pytest

from engine.case import Decision
from engine.decisions import Tally, decide, tally
from engine.errors import InvalidAnswers, Refused, UnknownName
from tests.builders.engine import Review, a_definition, launched


def test_the_value_with_most_votes_wins() -> None:
    assert tally({"a": "high", "b": "high", "c": "low"}) == Tally(value="high", votes={"high": 2, "low": 1})


def test_a_tie_is_broken_by_who_may_and_only_with_a_vote_of_their_own() -> None:
    votes = {"a": "high", "b": "low"}
    assert tally(votes, "b") == Tally(value="low", votes={"high": 1, "low": 1}, tie_broken=True)
    assert tally(votes, "z") == Tally(value=None, votes={"high": 1, "low": 1})
    assert tally(votes) == Tally(value=None, votes={"high": 1, "low": 1})
    assert tally({}) == Tally(value=None, votes={})
    assert (tally(votes).divided, tally({"a": "low"}).divided) == (True, False)


def found(answers: dict[str, object], **more: object) -> tuple[dict[str, Decision], list[str]]:
    named = {
        "rows": ("one",),
        "noun": "safeguard",
        "scales": ("basis", "ambition"),
        "voters": ("a", "b", "c"),
        "tie": "a",
    }
    return decide(answers, **{**named, **more})  # type: ignore[arg-type]


def a_vote(**votes: str) -> dict[str, object]:
    rows = [{"safeguard": "one", "voter": who, "basis": value} for who, value in votes.items()]
    return {"how": {"one": "vote"}, "motivation": {"one": "because"}, "ambition": {"one": "high"}, "votes": rows}


def test_a_consensus_stands_as_it_is_given() -> None:
    given = {
        "how": {"one": "consensus"},
        "basis": {"one": "high"},
        "ambition": {"one": "low"},
        "motivation": {"one": "so"},
    }
    assert found(given) == (
        {"one": Decision(row="one", levels={"basis": "high", "ambition": "low"}, how="consensus", motivated=True)}, [],
    )  # fmt: skip
    assert found({}) == ({}, ["one: a value on basis is needed"])


def test_a_majority_decides_and_the_minority_may_write_a_note() -> None:
    given = {**a_vote(a="high", b="high", c="low"), "minority_note": "we differ"}
    assert found(given)[0]["one"] == Decision(
        row="one", levels={"ambition": "high", "basis": "high"}, how="majority", motivated=True, minority=True,
        votes={"high": 2, "low": 1},
    )  # fmt: skip
    alone = found({**a_vote(a="high", b="high"), "minority_note": "we differ"})[0]["one"]
    assert alone.minority is False


def test_the_chairs_vote_breaks_a_tie() -> None:
    assert found(a_vote(a="low", b="high"))[0]["one"].how == "chair"
    assert found(a_vote(b="low", c="high")) == ({}, ["one: the vote gives no majority"])


def test_votes_of_people_who_may_not_vote_are_refused() -> None:
    assert found(a_vote(a="low", z="high")) == ({}, ["one: 1 vote(s) of people who may not vote"])
    assert found({**a_vote(), "votes": [{"voter": "a"}]}) == ({}, ["one: the vote gives no majority"])


# in a case ------------------------------------------------------------------------------------------------------------

TEXT = """
rubric: {file: small, pinned: busy}
seats: {chair: {count: 1, votes: true}, peer: {count: 0..4, votes: true}, secretary: {count: 0..1}}
groups: {panel: [chair, peer, secretary]}
invitations: {form: answer, due: {at: invited + 5wd}}
values:
  verdict:
    choice: [good, bad]
    first_of: [{good: [no safeguard with basis = low decided]}, {bad: otherwise}]
    may_differ: {by: chair, asks: {reason: text}}
transitions:
  judged: {from: busy, to: over, when: judge.done, if: [all safeguard decided, verdict is good]}
tasks:
  meeting: {for: secretary, opens: busy, form: meeting}
  score: {each: [chair, peer], by_row: rubric.safeguards, opens: busy, form: note}
  judge:
    for: chair
    opens: busy
    form: judge
    decides: {rows: rubric.safeguards, from: score, reach: consensus, else: majority, quorum: [2/3 of panel present],
              tie: chair, minority_note: true}
"""
FORMS = {
    "meeting": "{there: {type: person, of: panel, many: true, marks: present}}",
    "judge": """{
      how: {type: choice, per: safeguards, required: true, choices: [consensus, vote]},
      basis: {type: choice, per: safeguards, scale: basis},
      motivation: {type: text, per: safeguards},
      votes: {type: rows, columns: {safeguard: {type: text}, voter: {type: person, of: panel},
              basis: {type: choice, scale: basis}}}}""",
}


def a_panel() -> Review:
    review = launched(a_definition(TEXT, **FORMS)).seat("chair", "p1").seat("peer", "p2", "p3").seat("secretary", "p4")
    return review


def by_vote(**votes: str) -> dict[str, object]:
    rows = [{"safeguard": row, "voter": who, "basis": value} for row in ("one", "two") for who, value in votes.items()]
    both = {"one": "because", "two": "because"}
    return {"how": {"one": "vote", "two": "vote"}, "motivation": both, "votes": rows}


def test_without_a_quorum_nothing_is_decided() -> None:
    with pytest.raises(Refused, match="2/3 of panel present: 0 of 3"):
        a_panel().submit("judge", "p1", **by_vote(p1="high"))


def test_only_who_was_there_votes() -> None:
    review = a_panel().submit("meeting", "p4", there=["p1", "p2", "p4"])
    with pytest.raises(Refused, match="people who may not vote"):
        review.submit("judge", "p1", **by_vote(p1="high", p3="low"))
    review.submit("judge", "p1", **by_vote(p1="high", p2="low"))
    assert review.case.decisions["one"] == Decision(
        row="one", levels={"basis": "high"}, how="chair", motivated=True, votes={"high": 1, "low": 1}
    )
    assert review.case.outcome == "over"


def test_somebody_may_differ_from_a_derived_value_with_a_reason() -> None:
    review = a_panel().submit("meeting", "p4", there=["p1", "p2", "p3"]).submit("judge", "p1", **by_vote(p1="low"))
    assert review.case.stage == "busy"
    assert [task.about for task in review.case.tasks.values() if task.is_open and task.name == "next_step"] == [
        "transition:judged"
    ]
    with pytest.raises(InvalidAnswers, match="reason: an answer is needed"):
        review.differ("verdict", "good", "p1")
    with pytest.raises(UnknownName, match="verdict has no choice 'great'"):
        review.differ("verdict", "great", "p1")
    with pytest.raises(Refused, match="this is for the office"):
        review.differ("verdict", "good", "p2", reason="so")
    assert review.differ("verdict", "good", "p1", reason="so").case.outcome == "over"
