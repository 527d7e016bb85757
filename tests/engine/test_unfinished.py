"""What of unfinished answers does a form ask?"""

from __future__ import annotations

from engine.unfinished import parted
from tests.builders.engine import a_definition

FORM = a_definition("", note="{wish: {type: text}, sites: {type: rows, columns: {place: {type: text}}}}").forms["note"]


def test_what_a_form_does_not_ask_is_parted_from_what_it_asks_down_to_columns() -> None:
    given = {"wish": "more", "gone": "x", "sites": [{"place": "north", "day": "2027-03-01"}, "odd", {"place": "east"}]}
    asked = {"wish": "more", "sites": [{"place": "north"}, "odd", {"place": "east"}]}
    assert parted(FORM, given) == (asked, {"gone": "x", "sites.1.day": "2027-03-01"})


def test_what_fits_no_list_and_what_has_no_form_stays_as_it_is() -> None:
    assert parted(FORM, {"sites": "north"}) == ({"sites": "north"}, {})
    assert parted(None, {"gone": "x"}) == ({"gone": "x"}, {})
