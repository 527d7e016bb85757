"""Do the labels of the shipped processes fit every reader, whether addressed with "u" or with "je"?"""

from __future__ import annotations

from pathlib import Path

import pytest

from notifications import catalogue
from notifications.address import misplaced
from workflows import loader

WORKFLOWS = Path(loader.__file__).parent
OF_FORMS = ("form", "intro", "field", "help", "choice", "ask")  # pages of questions: they say "u"


@pytest.mark.parametrize("name", ["development_review", "assessment_review"])
def test_a_label_addresses_nobody(name: str) -> None:
    wording = loader.load(WORKFLOWS / name).known()[1]
    words = {each for form in ("formal_words", "informal_words") for each in catalogue.texts("nl").series(form)}
    labels = {key: texts["nl"] for key, texts in wording.labels.items() if key[0] not in OF_FORMS and "nl" in texts}
    assert len(labels) > 100
    assert {key: text for key, text in labels.items() if misplaced(text, words, informal=False)} == {}
