"""Which task is an instance of, whatever it was called when it opened?"""

from __future__ import annotations

import pytest

from engine.definition import Definition
from engine.errors import Refused
from engine.instance_keys import key_of, name_in, same_work, task_of
from tests.builders.engine import a_definition, launched
from tests.engine.test_moving import LETTER, NEW_LETTER, OLD, essay_for_letter, old

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
