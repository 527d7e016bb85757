"""Are trainings and expertise called as the workbook calls them?"""

from __future__ import annotations

import pytest

from collegium.cli.people_list import expertise_text, training_text
from collegium.speech import speak


@pytest.mark.parametrize(
    ("language", "training", "expertise"),
    [("nl", "Voorzitterstraining", "schoolpraktijk"), ("en", "Chair training", "school practice")],
)
def test_both_are_said_in_the_language_of_the_answer(language: str, training: str, expertise: str) -> None:
    speak(language)
    assert training_text("chair_training") == training
    assert expertise_text("school_practice") == expertise


def test_the_words_of_an_office_stay_as_it_wrote_them() -> None:
    assert (training_text("Wadlopen"), expertise_text("muziek")) == ("Wadlopen", "muziek")
