"""Are our own tables read by YAML 1.2, and is what they cannot mean refused at its place?"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yaml import MarkedYAMLError, safe_dump

from workflows.plain_yaml import load_plain


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("True", True),
        ("~", None),
        ("", None),
        ("010", 10),
        ("0o17", 15),
        ("0x1F", 31),
        ("1:30", "1:30"),
        ("1e3", 1000.0),
        ("-.inf", float("-inf")),
        ("2026-08-01", "2026-08-01"),
        ("'12'", "12"),
        ("|\n 12\n", "12\n"),
        ("{on: 1, <<: {a: b}}", {"on": 1, "<<": {"a": "b"}}),
    ],
)
def test_words_mean_what_the_core_schema_says(text: str, value: Any) -> None:
    found = load_plain(text)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "place", "why"),
    [
        ("a: 1\nb: {c: 1,\n  c: 2}\n", (2, 2), "this key stands here a second time"),
        ("a: [1", (1, 0), "did not find expected"),
        ("a: !!python/object:os.system x", (0, 3), "could not determine a constructor"),
    ],
)
def test_what_it_cannot_mean_is_refused_at_its_place(text: str, place: tuple[int, int], why: str) -> None:
    with pytest.raises(MarkedYAMLError) as raised:
        load_plain(text)
    mark = raised.value.problem_mark
    assert mark is not None
    assert (mark.line, mark.column) == place
    assert why in str(raised.value.problem)


@settings(max_examples=50, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(alphabet="abyno1: -é", max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet="abc", max_size=3), inner),
        max_leaves=8,
    )
)
def test_what_is_written_is_read_back(value: Any) -> None:
    assert load_plain(safe_dump(value, allow_unicode=True)) == value
