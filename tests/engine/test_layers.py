"""A decision in layers: each has its own body of voters, quorum and tie, and may differ from the one before."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import Refused
from engine.world import Tie
from tests.builders.engine import Review, a_definition, a_person, a_world, launched, unchecked

LAYERS = """
rubric: {file: small}
seats: {peer: {count: 0..5, votes: true}}
groups: {panel: [peer], board: [judge, president]}
invitations: {form: answer, due: {at: invited + 5wd}}
people:
  office: {of: secretariat}
  owner: {of: secretariat, count: 1, owner: true}
  contact: {of: host, count: 1}
  judge: {of: committee}
  president: {of: committee, count: 1}
stages: {advising: {}, deciding: {}, over: {end: true}}
transitions:
  hand_over: {from: advising, to: deciding, when: advise.done}
  finish: {from: deciding, to: over, when: decide.done}
conditions: {quorum: [3 board present]}
tasks:
  score: {each: panel, opens: advising, form: note, until: deciding}
  advise:
    for: contact
    opens: advising
    form: advise
    until: over
    decides: {rows: rubric.safeguards, from: score}
  decide:
    for: president
    opens: deciding
    form: decide
    recuse: [tie(5y)]
    until: over
    decides: {rows: rubric.safeguards, from: score, votes: board, quorum: quorum, tie: president}
"""
FORM = """
{how: {type: choice, choices: [consensus, vote], per: safeguards},
 present: {type: person, of: BODY, many: true, marks: present},
 votes: {type: rows, columns: {safeguard: {type: text}, voter: {type: person, of: BODY},
                               basis: {type: choice, scale: basis}}},
 basis: {type: choice, scale: basis, per: safeguards}}
"""
BOARD = {"judge": ("j1", "j2", "j3"), "president": ("pam",)}


def cast(**basis: str) -> list[dict[str, str]]:
    """Who votes what on the first safeguard."""
    return [{"safeguard": "one", "voter": who, "basis": value} for who, value in basis.items()]


def ruled(review: Review, task: str, by: str, there: tuple[str, ...], **basis: str) -> Review:
    """The first safeguard is voted on, the second agreed upon."""
    answers: dict[str, Any] = {
        "how": {"one": "vote", "two": "consensus"}, "basis": {"two": "high"}, "present": list(there),
        "votes": cast(**basis),
    }  # fmt: skip
    return review.submit(task, by, **answers)


def advised() -> Review:
    """The panel has judged the first safeguard low; now the board decides."""
    tied = a_person("j3", ties=(Tie(organisation="host", reason="was its director"),))
    process = a_definition(LAYERS, advise=FORM.replace("BODY", "panel"), decide=FORM.replace("BODY", "board"))
    review = launched(process, roles=BOARD, world=a_world(tied)).seat("peer", "p1", "p2", "p3")
    return ruled(review, "advise", "carl", ("p1", "p2", "p3"), p1="low", p2="low", p3="high")


def level(review: Review) -> str:
    return review.case.decisions["one"].levels["basis"]


def test_each_layer_counts_the_votes_of_its_own_body_and_may_differ_from_the_one_before() -> None:
    review = advised()
    assert (review.case.stage, level(review)) == ("deciding", "low")
    ruled(review, "decide", "pam", ("j1", "j2", "pam"), j1="high", j2="high", pam="low")
    assert (review.case.stage, level(review)) == ("over", "high")
    assert review.case.decisions["one"].votes == {"high": 2, "low": 1}


@pytest.mark.parametrize("stranger", ["p1", "carl"])
def test_who_votes_in_another_layer_has_no_vote_in_this_one(stranger: str) -> None:
    with pytest.raises(Refused, match="this person is not one of board"):
        ruled(advised(), "decide", "pam", ("j1", "j2", "pam"), j1="high", **{stranger: "low"})


def test_who_of_the_body_was_not_there_or_has_a_tie_has_no_vote_either() -> None:
    for stranger, there in (("j2", ("j1", "j3", "pam")), ("j3", ("j1", "j3", "pam"))):
        with pytest.raises(Refused, match="people who may not vote"):
            ruled(advised(), "decide", "pam", there, j1="high", **{stranger: "low"})


def test_who_was_there_is_whom_the_record_names_where_only_they_take_part() -> None:
    text = LAYERS.replace("quorum: quorum, ", "").replace("    recuse: [tie(5y)]\n", "    only: present\n")
    text += "  roll: {for: contact, opens: deciding, form: roll, until: over}\n"
    present = " present: {type: person, of: BODY, many: true, marks: present},\n"
    roll = "{there: {type: person, of: president, many: true, marks: present}}"
    decide = FORM.replace(present, "").replace("BODY", "board")
    process = unchecked(text, advise=FORM.replace("BODY", "panel"), decide=decide, roll=roll)
    review = launched(process, roles=BOARD).seat("peer", "p1", "p2", "p3")
    ruled(review, "advise", "carl", ("p1", "p2", "p3"), p1="low", p2="low", p3="high")
    assert review.open()["decide:1"] == ()
    review.submit("roll", "carl", there=["pam"])
    assert review.open()["decide:1"] == ("pam",)
    answers = {"how": {"one": "vote", "two": "consensus"}, "basis": {"two": "high"}}
    with pytest.raises(Refused, match="people who may not vote"):
        review.submit("decide", "pam", votes=cast(j1="high", pam="low"), **answers)
    review.submit("decide", "pam", votes=cast(pam="low"), **answers)
    assert level(review) == "low"


@pytest.mark.parametrize("missing", ["safeguard", "voter", "basis"])
def test_a_vote_of_which_a_part_is_left_open_is_refused_with_its_row_and_not_lost(missing: str) -> None:
    votes = cast(j1="high", j2="low")
    del votes[1][missing]
    with pytest.raises(Refused, match="row 2 of the votes: what is voted on, who votes and basis are all needed"):
        advised().submit(
            "decide", "pam", how={"one": "vote", "two": "consensus"}, basis={"two": "high"},
            present=["j1", "j2", "pam"], votes=votes,
        )  # fmt: skip


def test_a_layer_has_a_quorum_of_its_own_body_and_its_own_president_breaks_a_tie() -> None:
    review = advised()
    with pytest.raises(Refused, match="3 board present: 2 of 3"):
        ruled(review, "decide", "pam", ("j1", "pam"), j1="high", pam="high")
    ruled(review, "decide", "pam", ("j1", "j2", "pam"), j1="high", pam="middle")
    assert (level(review), review.case.decisions["one"].how) == ("middle", "chair")
