"""Who is out for one item, and for that item only?"""

from __future__ import annotations

import json

import pytest

from engine.errors import Refused
from engine.recusing import FACT
from tests.builders.engine import Review, a_definition, a_folder, launched
from workflows.loader import load_files

PANEL = """
seats: {peer: {count: 0..5, votes: true}}
groups: {panel: [peer]}
invitations: {form: answer, due: {at: invited + 5wd}}
"""
AGENDA = (
    PANEL
    + """
tasks:
  agenda: {for: contact, opens: busy, form: agenda, until: over}
  advise: {for: panel, each: agenda.rows, opens: agenda.done, form: note, until: over}
"""
)
ITEMS = (
    "{items: {type: rows, columns: {what: {type: text}, out: {type: person, of: panel, many: true, marks: recusal}}}}"
)
RUBRIC = PANEL + "rubric: {file: small}\n"
SCORES = (
    RUBRIC
    + """
tasks:
  declare: {each: panel, opens: busy, form: declare, until: over}
  score: {each: panel, by_row: rubric.safeguards, opens: busy, form: note, until: over}
  agree:
    for: contact
    opens: busy
    form: agree
    until: over
    decides: {rows: rubric.safeguards, from: score, quorum: [all panel done score]}
"""
)
OWN = "{mine: {type: yes_no, per: safeguards, marks: recusal}}"
VOTES = """
{how: {type: choice, choices: [consensus, vote], per: safeguards},
 votes: {type: rows, columns: {safeguard: {type: text}, voter: {type: person, of: panel},
                               basis: {type: choice, scale: basis}}},
 basis: {type: choice, scale: basis, per: safeguards}}
"""


def an_agenda() -> Review:
    return launched(a_definition(AGENDA, agenda=ITEMS)).seat("peer", "p1", "p2")


def a_score() -> Review:
    return launched(a_definition(SCORES, declare=OWN, agree=VOTES)).seat("peer", "p1", "p2")


def who_may(review: Review, task: str) -> dict[str, tuple[str, ...]]:
    return {key: who for key, who in review.open().items() if key.startswith(task)}


# items of an answer ---------------------------------------------------------------------------------------------------


def test_who_is_named_in_an_item_is_out_for_that_item_only() -> None:
    review = an_agenda()
    review.submit("agenda", "carl", items=[{"what": "north", "out": ["p1"]}, {"what": "south"}])
    assert who_may(review, "advise") == {"advise:1/1": ("p2",), "advise:1/2": ("p1", "p2")}
    with pytest.raises(Refused, match="this is for peer"):
        review.submit("advise:1/1", "p1")
    review.submit("advise:1/2", "p1").submit("advise:1/1", "p2")
    assert "advise.done" in review.case.moments


def test_an_item_for_which_everybody_is_out_is_the_owners_to_look_at() -> None:
    review = an_agenda()
    review.submit("agenda", "carl", items=[{"what": "north", "out": ["p1", "p2"]}])
    assert who_may(review, "advise") == {"advise:1/1": ()}
    assert who_may(review, "next_step") == {"next_step:1": ("owen",)}


PER_ITEM = AGENDA.replace(
    "opens: agenda.done, form: note, until: over}",
    """opens: agenda.done, form: declare, until: over}
  score: {each: panel, by_row: rubric.safeguards, opens: busy, form: note, until: over}
transitions:
  second: {from: busy, by: office}
  finish: {from: busy, to: over, by: office}
""",
).replace("opens: busy, form: agenda", "opens: [busy, second], form: agenda") + RUBRIC.removeprefix(PANEL)


def test_what_is_answered_of_one_item_leaves_what_was_answered_of_another() -> None:
    out = {"type": "person", "of": "panel", "many": True, "per": "safeguards", "marks": "recusal"}
    review = launched(a_definition(PER_ITEM, agenda=ITEMS, declare=json.dumps({"out": out}))).seat("peer", "p1", "p2")
    review.submit("agenda", "carl", items=[{"what": "north"}, {"what": "south"}])
    review.submit("advise:1/1", "p1", out={"one": ["p1"]}).submit("advise:1/2", "p1", out={"two": ["p2"]})
    left = {"score:1@peer-1/two": ("p1",), "score:1@peer-2/one": ("p2",)}
    assert who_may(review, "score") == left
    review.take("second").submit("agenda:2", "carl", items=[{"what": "north"}])
    assert kept_out(review) == {"one": ["p1"], "two": ["p2"]}  # nobody has answered anew
    review.submit("advise:2/1", "p1", out={"one": ["p2"]})
    assert kept_out(review) == {"one": ["p2"]}  # and the second item is not on the agenda any more


def kept_out(review: Review) -> dict[str, list[str]]:
    found = {key: words for key, words in review.case.facts.items() if key.startswith(f"{FACT}/")}
    return {key.removeprefix(f"{FACT}/").partition(":")[0]: words.split() for key, words in found.items()}


# rows of the rubric ---------------------------------------------------------------------------------------------------


def test_who_declares_a_row_afterwards_is_asked_for_it_no_more() -> None:
    review = a_score().submit("declare", "p1", mine={"one": "yes", "two": "no"})
    assert {key: task.state for key, task in review.case.tasks.items() if task.name == "score"} == {
        "score:1@peer-1/one": "closed", "score:1@peer-1/two": "open",
        "score:1@peer-2/one": "open", "score:1@peer-2/two": "open",
    }  # fmt: skip
    assert [(each.task, each.reason) for each in review.last.withdrawals] == [
        ("declare:1@peer-1", "done"), ("score:1@peer-1/one", "closed"),
    ]  # fmt: skip


def test_what_the_others_do_and_the_rest_of_ones_own_is_all_there_is_to_do() -> None:
    review = a_score().submit("score:1@peer-1/two", "p1")
    review.submit("score:1@peer-2/one", "p2").submit("score:1@peer-2/two", "p2")
    assert "score.done" not in review.case.moments
    review.submit("declare", "p1", mine={"one": "yes"})
    assert "score.done" in review.case.moments
    review.submit("agree", "carl", how={"one": "consensus", "two": "consensus"}, basis={"one": "low", "two": "low"})
    assert sorted(review.case.decisions) == ["one", "two"]


def test_who_is_out_for_every_row_is_not_counted() -> None:
    review = a_score().submit("declare", "p1", mine={"one": "yes", "two": "yes"})
    review.submit("score:1@peer-2/one", "p2").submit("score:1@peer-2/two", "p2")
    review.submit("agree", "carl", how={"one": "consensus", "two": "consensus"}, basis={"one": "low", "two": "low"})
    assert sorted(review.case.decisions) == ["one", "two"]


def test_a_row_for_which_everybody_is_out_is_the_owners_to_look_at_until_somebody_joins() -> None:
    review = a_score().submit("declare", "p1", mine={"two": "yes"})
    assert who_may(review, "next_step") == {}
    review.submit("declare", "p2", mine={"two": "yes"})
    assert who_may(review, "next_step") == {"next_step:1": ("owen",)}
    assert review.case.tasks["next_step:1"].about == "nobody:score/two"
    review.substitute("peer-1", "p3")
    assert {who for key, who in who_may(review, "score").items() if key.endswith("/two")} == {("p3",)}
    assert who_may(review, "next_step") == {}


def test_where_everybody_is_out_for_every_row_the_owner_looks_at_each() -> None:
    review = launched(
        a_definition(SCORES.replace("busy, form: note", "agree.opened, form: note"), declare=OWN, agree=VOTES)
    )
    review.seat("peer", "p1", "p2")
    for who in ("p1", "p2"):
        review.submit("declare", who, mine={"one": "yes", "two": "yes"})
    assert {task.about for task in review.case.open_tasks() if task.name == "next_step"} == {
        "nobody:score/one", "nobody:score/two",
    }  # fmt: skip


def test_what_was_done_before_the_mark_is_nobodys_to_look_at() -> None:
    review = a_score().submit("score:1@peer-1/two", "p1")
    for who in ("p1", "p2"):
        review.submit("declare", who, mine={"two": "yes"})
    assert who_may(review, "next_step") == {}


def test_a_vote_on_a_row_for_which_one_is_out_does_not_count_and_another_does() -> None:
    review = a_score().submit("declare", "p1", mine={"one": "yes"}).submit("score:1@peer-1/two", "p1")
    review.submit("score:1@peer-2/one", "p2").submit("score:1@peer-2/two", "p2")

    def voting(row: str) -> None:
        other = {"one": "two", "two": "one"}[row]
        cast = [{"safeguard": row, "voter": who, "basis": "low"} for who in ("p1", "p2")]
        review.submit("agree", "carl", how={row: "vote", other: "consensus"}, basis={other: "high"}, votes=cast)

    with pytest.raises(Refused, match="one: 1 vote\\(s\\) of people who may not vote"):
        voting("one")
    voting("two")
    assert review.case.decisions["two"].votes == {"low": 2}


def test_who_joins_later_and_is_not_out_gets_all_rows() -> None:
    review = a_score().submit("declare", "p1", mine={"one": "yes"})
    review.substitute("peer-1", "p3")
    assert sorted(key for key in who_may(review, "score") if "peer-3" in key) == [
        "score:1@peer-3/one", "score:1@peer-3/two",
    ]  # fmt: skip


def test_what_the_same_answer_says_in_a_later_round_holds() -> None:
    text = AGENDA.replace("opens: busy, form: agenda", "opens: [busy, again], form: agenda") + (
        "transitions:\n  again: {from: busy, by: office}\n  finish: {from: busy, to: over, by: office}\n"
    )
    review = launched(a_definition(text, agenda=ITEMS)).seat("peer", "p1", "p2")
    review.submit("agenda", "carl", items=[{"what": "north", "out": ["p1"]}]).submit("advise:1/1", "p2")
    review.take("again").submit("agenda:2", "carl", items=[{"what": "north", "out": ["p2"]}, {"what": "east"}])
    assert who_may(review, "advise") == {"advise:2/1": ("p1",), "advise:2/2": ("p1", "p2")}


# what is refused ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        "{out: {type: person, of: panel, marks: recusal}}",
        "{out: {type: yes_no, marks: recusal}}",
        "{items: {type: rows, columns: {out: {type: yes_no, marks: recusal}}}}",
        "{first: {type: rows, columns: {a: {type: text}}}, "
        "items: {type: rows, columns: {out: {type: person, marks: recusal}}}}",
    ],
)
def test_a_mark_that_names_no_row_is_a_fault(fields: str) -> None:
    found = load_files(a_folder(AGENDA.replace("form: agenda", "form: other"), other=fields)).errors
    assert [problem.message for problem in found if "of no row" in problem.message] == [
        "`marks: recusal` of `out` says of no row who is out. "
        "Ask it `per` row of the rubric, or of people in a column of the first rows."
    ]
