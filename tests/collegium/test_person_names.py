"""Is a name taken apart as its bearer would, however a list writes it?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collegium.importing.names import PersonName, alike, name_of, shares_a_part, surely_alike, title_of

GIVEN = st.sampled_from(["Petra", "Jan Peter", "Marie-José", "P.", "P.J.", "Ömer", "Bo"])
INFIX = st.sampled_from(["", "de", "van der", "van den", "in 't", "’t", "von", "el", "ter", "van"])
FAMILY = st.sampled_from(["Berg", "Vries", "Jansen", "Hart", "Çelik", "Bos-Vos", "Berg-de Wit", "D'Hondt", "Øster"])
NAMES = st.builds(
    lambda given, infix, family: PersonName(given=given, infix=infix, family=family), GIVEN, INFIX, FAMILY
)


@given(NAMES)
def test_a_name_in_one_piece_has_the_parts_that_it_was_made_of(name: PersonName) -> None:
    assert name_of(name.full) == name


@given(NAMES)
def test_a_name_that_begins_with_the_family_is_the_same_name(name: PersonName) -> None:
    assert name_of(f"{name.family}, {name.given} {name.infix}".strip()) == name
    assert name_of(f"{name.infix} {name.family}, {name.given}".strip()) == name


@given(
    NAMES,
    st.sampled_from([("mw.", "mevrouw"), ("Dhr.", "de heer"), ("de heer", "de heer"), ("mw. dr.", "mevrouw dr.")]),
)
def test_a_title_before_a_name_is_taken_off(name: PersonName, title: tuple[str, str]) -> None:
    found = name_of(f"{title[0]} {name.full}")
    assert (found.title, found.full) == (title[1], name.full)


@given(st.text(max_size=60))
def test_any_text_is_a_name_without_an_error_and_the_same_when_read_again(text: str) -> None:
    full = name_of(text).full
    assert name_of(full).full == full


@pytest.mark.parametrize(
    ("text", "given_name", "infix", "family"),
    [
        ("Berg, P. (Petra) van der", "Petra", "van der", "Berg"),
        ("Berg, van der, Petra", "Petra", "van der", "Berg"),
        ("Berg van der, Petra", "Petra", "van der", "Berg"),
        ("de Vries", "", "de", "Vries"),
        ("De Vries", "", "De", "Vries"),
        ("Ali", "", "", "Ali"),
        ("El Hassan Ali", "El Hassan", "", "Ali"),
        ("Rachid el Idrissi", "Rachid", "el", "Idrissi"),
        ("Petra Berg - de Vries", "Petra", "", "Berg - de Vries"),
        ("Petra van den Berg-van der Plas", "Petra", "van den", "Berg-van der Plas"),
        ("  Petra   Bos ", "Petra", "", "Bos"),
    ],
)
def test_names_as_lists_have_them(text: str, given_name: str, infix: str, family: str) -> None:
    assert name_of(text) == PersonName(given=given_name, infix=infix, family=family)


@pytest.mark.parametrize(
    ("text", "full", "title"),
    [("Berg, dr.", "Berg", "dr."), ("x, y x, y", "y x y x", ""), ("Berg, P. (Bos, dr. Cor)", "Cor Berg Bos", "dr.")],
)
def test_a_strange_name_in_full_is_the_same_when_read_again(text: str, full: str, title: str) -> None:
    found = name_of(text)
    assert (found.full, found.title, name_of(full).full) == (full, title, full)


def test_titles_have_one_form() -> None:
    words = ("Mw.", "mevr", "V", "dhr", "De heer", "prof.dr.", "mw. dr.", "Ir.")
    assert [title_of(word) for word in words] == [
        "mevrouw", "mevrouw", "mevrouw", "de heer", "de heer", "prof. dr.", "mevrouw dr.", "ir.",
    ]  # fmt: skip
    assert title_of("directeur") is None


def test_initials_can_be_anybody_whose_name_begins_so() -> None:
    petra, paula = name_of("Petra van der Berg"), name_of("Paula van der Berg")
    texts = ("P. van der Berg", "P.J. v. Berg", "van der Berg", "p van der BERG")
    assert [alike(name_of(text), petra) for text in texts] == [True, False, True, True]
    assert (alike(petra, paula), surely_alike(petra, name_of("berg, pétra van der"))) == (False, True)
    assert not surely_alike(name_of("P. van der Berg"), name_of("P. van der Berg"))


def test_a_changed_name_shares_a_part_with_the_old_one() -> None:
    assert shares_a_part(name_of("Petra van der Berg"), name_of("Petra de Wit"))
    assert shares_a_part(name_of("Petra van der Berg"), name_of("P. Berg-de Wit"))
    assert not shares_a_part(name_of("Petra van der Berg"), name_of("Jan van der Wit"))
