"""Does what is asked or told reach somebody who can be there?"""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.addressees import addressees

PARTS = """
seats: {peer: {count: 2}}
groups: {panel: [peer], all: [peer, contact]}
tasks: {work: {for: contact, opens: busy, form: note}}
"""
SIGNED = "tasks: {work: {for: contact, opens: busy, form: note, sign: {by: friend, due: {at: submitted + 3d}}}}"
EXTENDED = """
tasks:
  work: {for: contact, opens: busy, form: note, due: {at: opened + 10wd}, extend: {by: friend, at_most: +5wd}}
"""
INVITED = """
seats: {{peer: {{count: 2}}}}
invitations:
  form: answer
  due: {{at: invited + 10wd}}
  objection: {{by: {objector}, form: note, due: {{at: proposed + 5wd}}, silence: agrees, decides: office}}
  replace: {{by: {replacer}, tasks: move_open, due: {{at: due}}}}
"""
Told = tuple[str, tuple[str, str], str]


def people(friend: str) -> str:
    """The usual people, and a friend of whom there are so many."""
    return (
        "people: {office: {of: secretariat}, owner: {of: secretariat, count: 1, owner: true}, "
        f"contact: {{of: host, count: 1}}, signatory: {{of: host, count: 1}}, friend: {{of: host, count: {friend}}}}}\n"
    )


def kinds(text: str) -> list[Told]:
    return [(each.kind, each.item, each.severity) for each in addressees(unchecked(text))]


@pytest.mark.parametrize(
    ("count", "found"), [("0..1", [("perhaps_nobody", ("task", "work"), "warning")]), ("1", []), ("1..2", [])]
)
def test_there_is_somebody_to_sign(count: str, found: list[Told]) -> None:
    assert [each for each in kinds(f"{people(count)}{SIGNED}") if each[0] == "perhaps_nobody"] == found


@pytest.mark.parametrize(
    ("count", "found"), [("0..1", [("perhaps_nobody", ("transition", "finish"), "warning")]), ("1", [])]
)
def test_there_is_somebody_of_each_who_must_consent(count: str, found: list[Told]) -> None:
    text = f"{people(count)}transitions: {{finish: {{from: busy, to: over, by_all: [contact, friend]}}}}\n"
    assert [each for each in kinds(text) if each[0] == "perhaps_nobody"] == found


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ("tasks: {work: {for: friend, opens: busy, form: note}}", True),
        ("tasks: {work: {for: [friend, contact], opens: busy, form: note}}", False),
        (SIGNED, True),
        ("notices: {word: {when: over, to: friend}}", True),
        ("notices: {word: {when: over, to: both}}", False),
        ("transitions: {finish: {from: busy, to: over, by: friend}}", True),
        ("transitions: {finish: {from: busy, to: over, by: contact}}", False),
        (EXTENDED, True),
        (EXTENDED.replace("friend", "[friend, office]"), False),
        (INVITED.format(objector="friend", replacer="office"), True),
        (INVITED.format(objector="contact", replacer="friend"), True),
        (INVITED.format(objector="contact", replacer="office"), False),
    ],
)
def test_who_has_no_account_is_asked_and_told_nothing(part: str, *, found: bool) -> None:
    text = f"{people('1, account: false')}groups: {{both: [friend, contact]}}\n{part}\n"
    assert (("no_account", ("role", "friend"), "warning") in kinds(text)) is found
