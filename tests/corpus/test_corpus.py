"""Does the checker find the faults of the corpus, as the page of the checker says, and nothing in sound processes?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.corpus.seeds import Seed, is_found, seeds, table, told
from workflows.loader import load, shipped

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "checker.md"
SEEDS = seeds()
MISSED = {
    "a circle whose conditions always hold together",
    "anchor that is set only after it is needed",
    "answers that nobody reads",
    "closing date of a task whose silence waits",
    "complete and short at once",
    "due after the stage is always over",
    "four weeks before two weeks",
    "late step that tells whoever has just been told",
    "meeting notes that the panel may not see",
    "nothing sets the visit and no day is provisional",
    "opening at a moment that never comes",
    "repair of the reflection that ends nowhere",
    "report that its readers may not see",
    "role of the case that is never given",
    "seat that the proposal cannot fill",
    "stage of the arrow itself",
    "training asked of nobody",
}
"""What is known to be missed: who makes the checker find one takes it out here."""


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: f"{seed.kind}: {seed.name}")
def test_a_fault_is_found_or_known_to_be_missed(seed: Seed) -> None:
    assert is_found(seed, told(seed)) is (seed.name not in MISSED)


def test_there_are_sixty_faults_in_twenty_kinds_and_no_name_twice() -> None:
    assert (len(SEEDS) >= 60, len({seed.kind for seed in SEEDS}) >= 20) == (True, True)
    assert len({seed.name for seed in SEEDS}) == len(SEEDS)


def test_nothing_is_told_of_sound_processes() -> None:
    assert {name: load(folder).errors for name, folder in shipped().items()} == dict.fromkeys(shipped(), ())


@pytest.mark.slow
def test_the_page_holds_this_table() -> None:
    assert "\n".join(table()) in PAGE.read_text(encoding="utf-8")
