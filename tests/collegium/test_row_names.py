"""What is somebody called according to a row? As its cells say, and what they leave open is guessed from the others."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collegium.importing.columns import sheets, trimmed
from collegium.importing.found import FoundSheet
from collegium.importing.names import PersonName
from collegium.importing.pages import Page
from collegium.importing.row_names import RowName, name_in
from collegium.importing.rules import Row

PEOPLE = next(sheet for sheet in sheets() if sheet.key == "people")
WORDS = st.sampled_from(
    ["'t Hart", "=1+1", "<b>", "van", "van der", "De", "in", "Berg", "Berg,", "Petra", "(Petra)", "P.", "dr.", "Mw.",
     "m", "prof.dr.", "-", "Berg-de", ",", "ß", "El", "(", ")"]
)  # fmt: skip
TEXTS = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)
CELLS = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("name", "given", "initials", "infix", "family"), TEXTS)
).filter(lambda cells: "name" in cells or "family" in cells)


def a_row(**cells: str) -> Row:
    found = FoundSheet(sheet=PEOPLE, page=Page(file="people.xlsx", title="Personen", rows=()))
    return Row(source=found, number=2, values={name: cell for name, cell in cells.items() if cell})


@settings(max_examples=400, deadline=None)
@given(CELLS)
def test_a_name_that_was_written_in_all_its_columns_is_read_as_it_was(cells: dict[str, str]) -> None:
    found = name_in(a_row(**cells))
    parts = found.parts
    again = a_row(name=found.full, given=parts.given, infix=parts.infix, family=parts.family, title=parts.title)
    assert name_in(again) == found


@pytest.mark.parametrize(
    ("cells", "parts"),
    [
        ({"given": "Petra", "family": "van der Berg"}, ("Petra", "van der", "Berg")),
        ({"given": "Petra", "family": "Berg, van der"}, ("Petra", "van der", "Berg")),
        ({"name": "Petra van der Berg", "family": "van der Berg"}, ("Petra", "van der", "Berg")),
        ({"name": "Petra van der Berg", "family": "Berg"}, ("Petra", "van der", "Berg")),
        ({"name": "Petra van der Berg", "given": "Petra", "family": "Berg"}, ("Petra", "van der", "Berg")),
        ({"name": "Petra van der Berg", "infix": "van der", "family": "Berg"}, ("Petra", "van der", "Berg")),
        ({"name": "Berg, P. (Petra) van der"}, ("Petra", "van der", "Berg")),
        ({"name": "Petra", "family": "van der Berg"}, ("Petra", "van der", "Berg")),
    ],
)
def test_lists_without_some_columns_say_who_petra_is(cells: dict[str, str], parts: tuple[str, str, str]) -> None:
    given_name, infix, family = parts
    whole = PersonName(given=given_name, infix=infix, family=family)
    assert name_in(a_row(**cells)) == RowName("Petra van der Berg", whole)


def test_a_double_name_in_a_column_of_its_own_stays_whole() -> None:
    found = name_in(a_row(name="Maria Garcia Lopez", family="Garcia Lopez"))
    assert found == RowName("Maria Garcia Lopez", PersonName(given="Maria", family="Garcia Lopez"))


@given(st.text(max_size=20))
def test_a_cell_without_blanks_around_it_stays_as_it_is(text: str) -> None:
    assert trimmed(trimmed(text)) == trimmed(text)
    assert trimmed("Anna \u200b Bos") == "Anna Bos"
