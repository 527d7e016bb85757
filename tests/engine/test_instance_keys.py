"""Which task is an instance of, whatever it was called when it opened?"""

from __future__ import annotations

import pytest

from engine.definition import Definition
from engine.errors import Refused
from engine.instance_keys import key_of, name_in, same_work, task_of
from tests.builders.engine import a_definition, launched
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


@pytest.mark.parametrize(("changes", "plan"), [(AGAIN[0], ""), (AGAIN[1], ", as: {letter: count}")])
@pytest.mark.parametrize("between", [1, 2])
def test_the_name_of_a_task_that_was_dropped_is_no_other_work_where_rounds_of_it_were_begun(
    changes: tuple[tuple[str, str], ...], plan: str, between: int
) -> None:
    review = launched(old()).submit("count", "carl").move_version(without_count(2, plan=", drops: [count]"))
    for version in range(3, 2 + between):
        review.move_version(without_count(version))
    to = without_count(2 + between, *changes, plan=plan)
    with pytest.raises(Refused) as refused:
        review.move_version(to)
    assert list(refused.value.reasons) == [
        f"it had work called count of a task that was dropped since, and version {2 + between} has another of that name"
    ]


def test_a_name_that_no_case_has_used_is_free_again() -> None:
    late = (COUNT, COUNT.replace("opens: asked", "opens: busy"))
    review = launched(version_2(late)).move_version(without_count(3, plan=", drops: [count]"))
    review.move_version(without_count(4, *AGAIN[1], plan=", as: {letter: count}")).submit("count", "carl")
    assert (review.case.stage, list(review.case.tasks)) == ("busy", ["letter:1", "report:1"])


def test_the_name_of_a_seat_that_was_dropped_is_no_other_seat_where_somebody_had_it() -> None:
    seats = ("seats: {peer: {count: 0..3}}", "seats: {guest: {count: 0..3}}")
    review = launched(old()).seat("peer", "p1", "p2").substitute("peer-1", None).substitute("peer-2", None)
    review.move_version(version_2(seats, plan=", drops: [peer]"))
    back = a_definition(f"version: 3\nreplaces: {{version: 2}}\n{OLD}", letter=LETTER)
    with pytest.raises(Refused) as refused:
        review.move_version(back)
    assert list(refused.value.reasons) == [
        f"peer has the key peer-{n} here, and version 3 has another seat of that name" for n in (1, 2)
    ]
