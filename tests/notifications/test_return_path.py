"""To which address does a mail come back? Made from the message's id, read back in any case, and not to be guessed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from notifications.return_path import LOCAL_PART, message_of, tagged

KEY = b"a key"
ADDRESS = "bounces@review.example"


@given(st.text("0123456789abcdef", min_size=1, max_size=40))
def test_what_is_made_of_an_id_gives_the_id_back_whatever_its_case(id: str) -> None:
    made = tagged(ADDRESS, id, KEY)
    assert [message_of(each, ADDRESS, KEY) for each in (made, made.upper(), f" {made}")] == [id, id, id]
    assert len(made.partition("@")[0]) <= LOCAL_PART


def test_a_tag_of_another_key_or_none_is_none_of_ours() -> None:
    made = tagged(ADDRESS, "ab12", KEY)
    for other in (tagged(ADDRESS, "ab12", b"other"), made[:-19] + "0" + made[-18:], ADDRESS, "x@review.example", ""):
        assert message_of(other, ADDRESS, KEY) is None


def test_an_id_that_does_not_fit_leaves_the_address_as_it_is() -> None:
    assert tagged("a" * 60 + "@review.example", "ab12", KEY) == "a" * 60 + "@review.example"
    assert tagged(ADDRESS, "m-1", KEY) == ADDRESS
