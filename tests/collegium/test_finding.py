"""Is the right thing found by a name as people type it?"""

from __future__ import annotations

import pytest

from collegium.cli.finding import Ambiguous, NotFound, chosen, task_named
from tests.builders.engine import launched
from tests.engine.test_moving import essay_for_letter, old

PEOPLE = [("René Bos", 1), ("Zoë Çelik", 2), ("Anna Bos", 3)]


@pytest.mark.parametrize(
    ("word", "found"), [("rene", 1), ("RENÉ", 1), ("zoe celik", 2), ("Celik", 2), (" anna bos ", 3)]
)
def test_accents_need_not_be_typed(word: str, found: int) -> None:
    assert chosen(word, PEOPLE, "person") == found


def test_a_name_with_its_accents_is_meant_exactly() -> None:
    both = [("Rene Bos", 1), ("René Bos", 2), ("Renè Bos", 3)]
    assert [chosen(word, both, "person") for word in ("rene bos", "rené bos", "Renè Bos")] == [1, 2, 3]
    with pytest.raises(Ambiguous, match="'renê bos' could be 3 persons: Rene Bos, Renè Bos, René Bos"):
        chosen("renê bos", both, "person")


def test_two_things_of_one_name_are_both_named_and_none_is_taken() -> None:
    with pytest.raises(Ambiguous, match=r"“ronde”: Ronde \(a1\); ronde \(b2\)\."):
        chosen("ronde", [("Ronde", "a1"), ("ronde", "b2"), ("Ronde 2", "c3")], "round")


@pytest.mark.parametrize("word", ["De Brug", "Stichting De Brug", "School de Brug"])
def test_words_that_many_names_have_in_common_make_no_two_alike(word: str) -> None:
    with pytest.raises(NotFound) as refused:
        chosen(
            word,
            [(f"{name} {number}", number) for number in range(9) for name in ("De Reiger", "Stichting De Els")],
            "x",
        )
    assert "Did you mean" not in str(refused.value)


def test_a_name_that_nobody_has_is_told_with_a_near_one() -> None:
    with pytest.raises(NotFound, match=r"There is no person 'Reni'\. Did you mean René Bos\?"):
        chosen("Reni", PEOPLE, "person")


def test_a_task_is_found_by_each_name_that_it_had_and_a_closed_one_is_named() -> None:
    case = launched(old()).submit("letter", "carl").move_version(essay_for_letter()).case
    for word in ("letter", "letter:1", "essay", "essay:1"):
        assert task_named(case, word).key == "letter:1"
    with pytest.raises(NotFound) as refused:
        task_named(case, "poem")
    assert str(refused.value) == "This case has no task 'poem'. There are: count, essay, report."
