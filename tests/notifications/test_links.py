import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications import links

KEY = b"sixteen bytes or more of key"
IDS = st.from_regex(r"[A-Za-z0-9._-]{1,40}", fullmatch=True)


@given(IDS, st.integers(min_value=1, max_value=10**6))
def test_a_token_names_its_link_and_generation(link: str, generation: int) -> None:
    assert links.read(KEY, links.make(KEY, link, generation)) == (link, generation)


@given(st.text(max_size=80))
def test_whatever_is_typed_opens_nothing(token: str) -> None:
    with pytest.raises(links.InvalidLink):
        links.read(KEY, token)


def test_a_changed_token_opens_nothing_and_the_error_does_not_say_why() -> None:
    token = links.make(KEY, "L1", 1)
    name, generation, mac = token.split(".")
    other_name = links.make(KEY, "L2", 1).split(".")[0]
    changed = [
        f"{other_name}.{generation}.{mac}",
        f"{name}.2.{mac}",
        f"{name}.{generation}.{mac[:-1]}",
        f"{name}.{generation}.{mac}=",
        f"{name}.0{generation}.{mac}",
        f"{name}=.{generation}.{mac}",
        token + ".",
        token.upper(),
        token + "\N{COMBINING ACUTE ACCENT}",
    ]
    errors = set()
    for wrong in changed:
        with pytest.raises(links.InvalidLink) as caught:
            links.read(KEY, wrong)
        errors.add(str(caught.value))
    assert errors == {"This link does not work: it is incomplete, or it was not made here."}


def test_a_token_of_another_key_opens_nothing() -> None:
    with pytest.raises(links.InvalidLink):
        links.read(b"another key of many bytes", links.make(KEY, "L1", 1))


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 16"):
        links.make(b"short", "L1", 1)


def test_placeholders_are_filled_in() -> None:
    text = f"Open {links.placeholder('L1')} of {links.placeholder('L-2_x')}."
    assert links.named(text) == ["L1", "L-2_x"]
    assert links.fill(text, {"L1": "https://a/1", "L-2_x": "https://a/2"}) == "Open https://a/1 of https://a/2."


def test_a_placeholder_without_a_link_is_refused() -> None:
    with pytest.raises(links.UnknownPlaceholder, match="L9"):
        links.fill(links.placeholder("L9"), {})


def test_an_id_that_could_end_a_placeholder_is_refused() -> None:
    with pytest.raises(ValueError, match="placeholder"):
        links.placeholder("L1%%")


def test_only_the_letters_own_placeholders_stay_armed() -> None:
    assert links.disarm("%%link:L1%% %%link:L2%%", ["L1"]) == "%%link:L1%% link L2"


@given(st.lists(st.sampled_from(["%", "%%", "link:", "%%link:", "L1", "%%link:L1%%", " "]), max_size=12))
def test_nothing_that_is_typed_survives_as_a_placeholder(parts: list[str]) -> None:
    assert links.named(links.disarm("".join(parts), [])) == []
