"""What are the keys of a case under the names of another version?"""

from __future__ import annotations

import pytest

from engine.definition import Replaces
from engine.renaming import about, goes, here, in_text, names_of, renamed

NAMES = {"letter": "essay", "asked": "invited", "side": "flank", "side.left": "flank.left", "side.right": "flank.on",
         "peer": "guest", "fix": "settle", "contact": "host_contact"}  # fmt: skip


@pytest.mark.parametrize(
    ("key", "new"),
    [
        ("asked", "invited"),
        ("asked.left", "invited.left"),
        ("side.right", "flank.on"),
        ("side.left@peer-1", "flank.left@peer-1"),
        ("letter.done", "essay.done"),
        ("letter.day/2", "essay.day/2"),
        ("letter@peer-1", "essay@peer-1"),
        ("peer.seated@peer-1", "guest.seated@peer-1"),
        ("scope:letter", "scope:essay"),
        ("until:letter", "until:essay"),
        ("when:fix@peer-1", "when:settle@peer-1"),
        ("consent:fix:contact", "consent:settle:host_contact"),
        ("fired:open:letter:0", "fired:open:essay:0"),
        ("listed:letter.day/1", "listed:essay.day/1"),
        ("public:letter:1", "public:letter:1"),  # an instance keeps its key
        ("agreed:letter:1@peer-1", "agreed:letter:1@peer-1"),
        ("letter:1", "letter:1"),
        ("child:letter", "child:letter"),
        ("letters.done", "letters.done"),
        ("report.letter", "report.letter"),
        ("seated@peer-1", "seated@peer-1"),
    ],
)
def test_a_key_has_the_new_name_where_it_holds_one(key: str, new: str) -> None:
    assert renamed(key, NAMES) == new


def test_what_is_known_of_a_place_is_about_no_stage_of_that_name() -> None:
    assert renamed("invited@peer-1", {"invited": "asked", "peer": "guest"}) == "invited@peer-1"
    keys = ("invited@peer-1", "invited", "side.left@peer-1", "fired:open:letter:0", "letter:1")
    assert [about(key) for key in keys] == [(), ("invited", "invited"), ("side.left", "side"), ("letter", "letter"), ()]


def test_an_expression_can_be_compared_in_the_new_names() -> None:
    assert in_text("letter.done + 2w, not side is right", NAMES) == "essay.done + 2w, not flank is right"


def test_states_follow_their_track_and_go_with_it() -> None:
    plan = Replaces(version=1, renamed={"side": "flank", "side.right": "flank.on"}, drops=frozenset({"other"}))
    assert [here(plan, name) for name in ("side", "side.left", "side.right", "else")] == [
        "flank", "flank.left", "flank.on", "else",
    ]  # fmt: skip
    assert [goes(plan, name) for name in ("other", "other.on", "side")] == [True, True, False]
    assert names_of(plan, ["side", "side.left", "side.right", "other", "kept"]) == {
        "side": "flank", "side.left": "flank.left", "side.right": "flank.on",
    }  # fmt: skip
