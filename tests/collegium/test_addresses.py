"""Which address does a list take, and which only somebody who gives it by hand?"""

from __future__ import annotations

import pytest

from collegium.importing.addresses import address
from collegium.importing.problems import CellRefused


def test_letters_beyond_ascii_before_the_at_are_taken_by_hand_alone() -> None:
    assert address("jörg@müller.example", foreign=True) == "jörg@xn--mller-kva.example"
    with pytest.raises(CellRefused):
        address("jörg@müller.example")


@pytest.mark.parametrize("word", ["jörg müller@school.example", "@school.example", "jörg@", "a@b@school.example"])
def test_what_is_no_address_is_refused_by_hand_too(word: str) -> None:
    with pytest.raises(CellRefused):
        address(word, foreign=True)
