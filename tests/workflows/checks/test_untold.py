"""Does the organisation hear how its case ends, and each side of what it may read from a moment on?"""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.untold import untold

PROCESS = """
seats: {{peer: {{count: 1}}}}
groups: {{party: [contact, peer]}}
invitations: {{form: answer, due: {{at: invited + 5wd}}}}
stages: {{busy: {{}}, writing: {{}}, checking: {{}}, over: {{end: true}}}}
transitions:
  begin: {{from: busy, to: writing, when: naming.done}}
  written: {{from: writing, to: checking, when: letter.done}}
  finish: {{from: checking, to: over, {finish}}}
tasks:
  naming: {{for: office, opens: busy, does: assign}}
  letter: {{for: peer, opens: writing, form: letter}}
  {task}
notices:
  begun: {{when: busy, to: contact}}
  {notices}
documents: {{letter: {{see: {{office: true, {see}}}}}}}
"""


def told(notices: str, *, finish: str = "by: office", see: str = "contact: true", task: str = "") -> list[str]:
    """The items at which something is told of a process with these notices."""
    text = PROCESS.format(notices=notices, finish=finish, see=see, task=task)
    return [" ".join(each.item) for each in untold(unchecked(text))]


@pytest.mark.parametrize(
    ("notices", "finish", "found"),
    [
        ("ended: {when: finish, to: peer}", "by: office", True),
        ("ended: {when: finish, to: party}", "by: office", False),
        ("ended: {when: over, to: peer, cc: contact}", "by: office", False),
        ("ended: {when: checking.left, to: contact}", "by: office", False),
        ("ended: {when: over + 1wd, to: contact}", "by: office", False),
        ("", "by: contact", False),
        ("", "by: [contact, office]", True),
        ("", "by_all: [contact, office]", False),
        ("near: {when: letter.done - 3wd, to: contact}", "when: letter.done + 4w", True),
    ],
)
def test_an_end_is_told_to_the_organisation_unless_it_makes_it_itself(
    notices: str, finish: str, *, found: bool
) -> None:
    assert told(notices, finish=finish) == (["stage over"] if found else [])


@pytest.mark.parametrize("finish", ["when: [reaction.done, reaction.expired]", "auto: true, if: [reaction is done]"])
def test_an_end_that_follows_from_work_of_the_organisation_is_known_to_it(finish: str) -> None:
    task = "reaction: {for: contact, opens: checking, form: reaction}"
    assert told("", finish=finish, task=task) == []
    assert told("", finish=finish, task=task.replace("contact", "peer")) == ["stage over"]


@pytest.mark.parametrize("see", ["contact: [letter is done]", "contact: [round of checking > 0]"])
def test_a_notice_that_leaves_out_those_who_may_read_from_then_on_is_told(see: str) -> None:
    ended = "ended: {when: over, to: contact}"
    assert told(f"ready: {{when: written, to: peer}}\n  {ended}", see=see) == ["notice ready"]
    assert told(f"ready: {{when: written, to: party}}\n  {ended}", see=see) == []
    assert told(f"ready: {{when: written, to: peer}}\n  {ended}", see="contact: true") == []
    asked = "reaction: {for: contact, opens: checking, form: reaction}"
    assert told(f"ready: {{when: written, to: peer}}\n  {ended}", see=see, task=asked) == []


def test_one_warning_is_enough_where_what_is_read_comes_with_the_end() -> None:
    """The end is told, and with it what may be read from then on."""
    see, finish = "contact: [stage is over]", "when: reaction.done"
    task = "reaction: {for: peer, opens: checking, form: reaction}"
    assert told("ended: {when: over, to: peer}", see=see, finish=finish, task=task) == ["stage over"]


def test_where_the_organisation_is_told_nothing_at_all_its_end_is_not_asked_about() -> None:
    text = PROCESS.format(notices="", finish="by: office", see="contact: true", task="").replace(
        "to: contact", "to: peer"
    )
    assert list(untold(unchecked(text))) == []
