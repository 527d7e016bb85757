"""Which task is an instance of, whatever it was called when it opened?"""

from __future__ import annotations

import pytest

from engine.definition import Definition
from engine.errors import Refused
from engine.instance_keys import key_of, name_in, same_work, task_of, was_dropped
from tests.builders.engine import a_definition, launched, promises_broken
from tests.engine.test_moving import LETTER, NEW_LETTER, OLD, essay_for_letter, old, version_2

KEYS = ("letter:1", "letter:1@peer-1/row:2", "essay:2", "count:1", "letter")


def test_an_instance_of_whatever_round_is_one_of_the_task_as_it_is_called_now() -> None:
    before = launched(old()).case
    case = launched(old()).submit("letter", "carl").move_version(essay_for_letter()).correct("asked").case
    assert list(case.tasks) == ["report:1", "essay:2", "count:2"]
    assert [task_of(before, key) for key in KEYS] == ["letter", "letter", "essay", "count", "letter"]
    assert [task_of(case, key) for key in KEYS] == ["essay", "essay", "essay", "count", "essay"]
    assert [key_of(case, key) for key in KEYS] == ["essay:1", "essay:1@peer-1/row:2", "essay:2", "count:1", "essay"]
    assert [same_work(case, key) for key in KEYS] == ["essay", "essay@peer-1/row:2", "essay", "count", "essay"]
    assert [name_in(key) for key in KEYS] == ["letter", "letter", "essay", "count", "letter"]


def test_a_task_that_gets_its_old_name_back_has_one_and_one_that_goes_keeps_its_last() -> None:
    def third(plan: str, *changes: tuple[str, str]) -> Definition:
        text = f"version: 3\nreplaces: {{version: 2, {plan}}}\n{OLD}"
        for before, after in changes:
            text = text.replace(before, after)
        return a_definition(text, letter=LETTER)

    def names(to: Definition) -> list[str]:
        review = launched(old()).submit("letter", "carl").move_version(essay_for_letter()).move_version(to)
        return [task_of(review.case, key) for key in ("letter:1", "essay:1", "letter:2")]

    without = (("  letter: {", "  other: {"), ("letter.done", "other.done"))
    assert names(third("as: {essay: letter}")) == ["letter", "letter", "letter"]
    assert names(third("drops: [essay]", *without)) == ["essay", "essay", "essay"]


def test_a_name_under_which_rounds_have_their_keys_is_not_given_to_other_work() -> None:
    review = launched(old()).submit("letter", "carl").move_version(essay_for_letter()).correct("asked")
    to = essay_for_letter(NEW_LETTER, version=3, plan="as: {}")
    with pytest.raises(Refused) as refused:
        review.move_version(to)
    assert list(refused.value.reasons) == ["essay was called letter once, and version 3 has another task of that name"]


COUNT = "  count: {for: contact, opens: asked, form: note, due: {at: opened + 2w}, remind: [-1w]}\n"


def without_count(version: int, *changes: tuple[str, str], plan: str = "") -> Definition:
    """The talk without that task, or with something else that is called so."""
    text = f"version: {version}\nreplaces: {{version: {version - 1}{plan}}}\n{OLD.replace(COUNT, '')}"
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    return a_definition(text, letter=LETTER)


AGAIN = (
    (("  report: {", COUNT + "  report: {"),),
    (("  letter: {", "  count: {"), ("letter.done", "count.done")),
)


@pytest.mark.parametrize("between", [1, 2])
def test_a_task_that_was_dropped_and_comes_back_begins_anew_and_what_was_done_stays_of_then(between: int) -> None:
    review = launched(old()).submit("count", "carl").move_version(without_count(2, plan=", drops: [count]"))
    assert not [key for known in (review.case.moments, review.case.rounds) for key in known if "count" in key]
    for version in range(3, 2 + between):
        review.move_version(without_count(version))
    review.move_version(without_count(2 + between, *AGAIN[0]))
    assert (review.open(), review.told()) == ({"letter:1": ("carl",), "count:2": ("carl",)}, [("opened", "carl")])
    assert [was_dropped(review.case, key) for key in ("count:1", "count:2", "letter:1")] == [True, False, False]
    assert same_work(review.case, "count:1") != same_work(review.case, "count:2") == "count"
    assert promises_broken(review) == []
    review.submit("count", "carl").correct("asked")
    assert list(review.open()) == ["letter:2", "count:3"]


@pytest.mark.parametrize("between", [1, 2])
def test_work_that_gets_the_name_of_a_task_that_was_dropped_is_not_taken_for_it(between: int) -> None:
    review = launched(old()).submit("count", "carl").move_version(without_count(2, plan=", drops: [count]"))
    for version in range(3, 2 + between):
        review.move_version(without_count(version))
    review.move_version(without_count(2 + between, *AGAIN[1], plan=", as: {letter: count}"))
    assert (review.case.stage, review.open()) == ("asked", {"letter:1": ("carl",)})
    review.submit("count", "carl").correct("asked")
    assert (review.case.stage, list(review.open())) == ("asked", ["count:2"])


def test_a_name_that_no_case_has_used_is_free_again() -> None:
    late = (COUNT, COUNT.replace("opens: asked", "opens: busy"))
    review = launched(version_2(late)).move_version(without_count(3, plan=", drops: [count]"))
    review.move_version(without_count(4, *AGAIN[1], plan=", as: {letter: count}")).submit("count", "carl")
    assert (review.case.stage, list(review.case.tasks)) == ("busy", ["letter:1", "report:1"])


def test_a_seat_that_was_dropped_and_comes_back_has_new_places() -> None:
    seats = ("seats: {peer: {count: 0..3}}", "seats: {guest: {count: 0..3}}")
    review = launched(old()).seat("peer", "p1", "p2").substitute("peer-1", None).substitute("peer-2", None)
    review.move_version(version_2(seats, plan=", drops: [peer]"))
    assert not [key for key in review.case.moments if key.startswith("peer.")]
    review.move_version(a_definition(f"version: 3\nreplaces: {{version: 2}}\n{OLD}", letter=LETTER)).seat("peer", "p3")
    assert [(held.key, held.seat, held.state) for held in review.case.holdings.values()] == [
        ("peer-1", "peer", "left"), ("peer-2", "peer", "left"), ("peer-3", "peer", "seated"),
    ]  # fmt: skip
    assert promises_broken(review) == []


def test_a_date_a_track_and_a_stage_that_were_dropped_and_come_back_begin_anew() -> None:
    """None of the second is left: neither the day that was agreed nor that a state was once entered."""
    more = ("stages: {asked: {}, busy: {}", "stages: {asked: {}, extra: {}, busy: {}")
    way = (
        "  begin: {",
        "  detour: {from: asked, to: extra, by: office}\n  back: {from: extra, to: asked, by: office}\n  begin: {",
    )
    whole = OLD.replace(*more).replace(*way)
    gone = OLD.replace("tracks: {side: {during: [asked, busy], states: [left, right]}}\n", "").replace(
        "dates: {visit: {set_by: fix, provisional: case.launched + 20w}}\n", ""
    )
    gone = "\n".join(line for line in gone.splitlines() if not line.startswith("  fix:"))
    plan = "version: 2\nreplaces: {version: 1, drops: [side, visit, extra]}\n"
    review = launched(a_definition(whole, letter=LETTER)).take("fix", "olga", day="2027-06-02")
    review.take("detour", "olga").take("back", "olga").move_version(a_definition(plan + gone, letter=LETTER))
    (event,) = [row.event for row in review.last.history if row.event.kind == "version_moved"]
    assert event.data["forgot"] == {"visit": "2027-06-02"}
    known = [*review.case.moments, *review.case.counts]
    assert not {"visit", "extra", "detour", "back", "fix", "side.left", "side.right"}.intersection(known)
    review.move_version(a_definition(f"version: 3\nreplaces: {{version: 2}}\n{whole}", letter=LETTER))
    assert (review.tracks(), "visit" in review.case.moments) == ({"side": "left"}, False)
    assert promises_broken(review) == []
    review.take("fix", "olga", day="2027-06-09")
    assert str(review.case.moments["visit"].day) == "2027-06-09"
