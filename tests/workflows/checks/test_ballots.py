"""Whoever is to decide can: whose votes count is asked, one of them breaks a tie, and a quorum can be met."""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from tests.engine.test_layers import FORM, LAYERS
from workflows.checks.ballots import ballots

PANEL, BOARD = FORM.replace("BODY", "panel"), FORM.replace("BODY", "board")


def told(old: str = "", new: str = "", decide: str = BOARD) -> list[tuple[tuple[str, str], str, str]]:
    """What is told of a decision in two layers, in which the second one has a body, a quorum and a tie of its own."""
    assert LAYERS.count(old) == 1 or not old
    definition = unchecked(LAYERS.replace(old, new), advise=PANEL, decide=decide)
    return [(each.item, each.severity, each.message) for each in ballots(definition)]


def test_layers_of_which_each_asks_its_own_body_are_sound() -> None:
    assert told() == []


@pytest.mark.parametrize(
    ("votes", "severity", "left"),
    [("votes: contact", "error", "`contact`"), ("votes: [board, contact]", "warning", "`contact`")],
    ids=["none", "some"],
)
def test_whose_votes_count_must_be_asked_by_the_form(votes: str, severity: str, left: str) -> None:
    found = told("votes: board", votes)
    assert (("task", "decide"), severity, (
        f"In the task `decide` the votes of {left} count, and its form `decide` notes only votes of `board`: name "
        "those who vote under `of`, or the others under `votes`."
    )) in found  # fmt: skip


def test_a_tie_is_broken_by_one_who_votes() -> None:
    assert told("tie: president", "tie: contact") == [(
        ("task", "decide"), "error",
        "`tie: contact` of the task `decide` never breaks a tie: contact has no vote there. Name one of `judge`, "
        "`president`.",
    )]  # fmt: skip


def test_a_quorum_counts_those_of_whom_a_form_records_who_was_there() -> None:
    other = BOARD.replace("present: {type: person, of: board", "present: {type: person, of: panel")
    assert told(decide=other) == [(
        ("task", "decide"), "error",
        "The quorum of the task `decide` counts `board` who are present, and no form records which of them were: add a "
        "question `{type: person, of: board, many: true, marks: present}`.",
    )]  # fmt: skip


@pytest.mark.parametrize(
    "quorum", ["{that: 3 board present, waive: owner}", "no board present", "at most 3 board present"]
)
def test_a_quorum_that_needs_nobody_is_left_alone(quorum: str) -> None:
    other = BOARD.replace("present: {type: person, of: board", "present: {type: person, of: panel")
    assert told("3 board present", quorum, decide=other) == []


def test_a_quorum_of_a_condition_that_is_waived_needs_nobody() -> None:
    other = BOARD.replace("present: {type: person, of: board", "present: {type: person, of: panel")
    assert told("quorum: quorum", "quorum: [{that: quorum, waive: owner}]", decide=other) == []
