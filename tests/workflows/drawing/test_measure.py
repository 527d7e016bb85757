"""Does a text fit where it is said to fit?"""

from __future__ import annotations

import pytest

from workflows.drawing.measure import BOUND, lines, width

WORDS = "Met het partnerschap bespreken of het bezoek verplaatst wordt"


def test_lines_fit_and_lose_no_word() -> None:
    found = lines(WORDS, 10, 120)
    assert " ".join(found) == WORDS
    assert [line for line in found if width(line, 10) > 120] == []


def test_only_a_word_that_is_too_wide_is_broken() -> None:
    assert lines("De belangenverstrengelingsverklaring", 10, 110) == ["De", "belangenverstreng-", "elingsverklaring"]
    assert lines("kop-staartverbinding", 10, 80) == ["kop-", "staartverbind-", "ing"]


def test_what_belongs_together_stays_on_a_line() -> None:
    assert lines(f"Vervallen →{BOUND}14", 10, 60) == ["Vervallen", f"→{BOUND}14"]


@pytest.mark.parametrize("letter", ["i", "m", "W", "é", "中"])
def test_bold_is_never_narrower(letter: str) -> None:
    assert width(letter, 10, bold=True) >= width(letter, 10) > 0
