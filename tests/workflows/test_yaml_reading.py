"""Does every value know its place, and is bad YAML told instead of raised?"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.yaml_reading import LARGEST_FILE, Section, Text, read_yaml


def read(text: str) -> Section:
    section, problems = read_yaml(text.encode(), "f.yaml")
    assert problems == []
    assert section is not None
    return section


def told(text: str | bytes) -> list[tuple[int, int, str]]:
    _, problems = read_yaml(text if isinstance(text, bytes) else text.encode(), "f.yaml")
    return [(one.line, one.column, one.message) for one in problems]


def test_keys_and_values_know_where_they_stand() -> None:
    section = read('a: {b: c}\nlist:\n  - "quoted"\n  - 3\n')
    inner = section[Text("a")]
    (key,) = inner
    assert (key, key.line, key.column) == ("b", 1, 5)
    assert (inner["b"].line, inner["b"].column) == (1, 8)
    quoted, number = section[Text("list")]
    assert (quoted, quoted.line, quoted.column) == ("quoted", 3, 6)
    assert (number, section[Text("list")].spots[1]) == (3, (4, 5))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("17:00", "17:00"),
        ("2027-04-22", "2027-04-22"),
        ("-5wd", "-5wd"),
        ("1..2", "1..2"),
        ("012", 12),
        ("0x1F", 31),
        ("true", True),
        ("~", None),
        ("1.5", 1.5),
        ('"true"', "true"),
    ],
)
def test_scalars_are_those_of_yaml_1_2(text: str, value: object) -> None:
    found = read(f"a: {text}")[Text("a")]
    assert found == value
    assert isinstance(found, bool) == isinstance(value, bool)


def test_duplicate_key_is_told_with_both_places() -> None:
    (problem,) = told("a: 1\nb: 2\na: 3\n")
    assert problem[:2] == (3, 1)
    assert "`a` stands here a second time; the first is in line 1, column 1" in problem[2]


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a: [1, 2\nb: 3\n", (2, 2), "This is not YAML"),
        ("a: 1\n---\nb: 2\n", (2, 1), "A second document begins here"),
        ("a: !!python/object:os.system x", (1, 4), "is not allowed"),
        ("a: *b", (1, 4), "`*b` stands for nothing"),
        ("a: &a [*a]", (1, 8), "`*a` stands for nothing"),
        ("? [a, b]\n: c", (1, 3), "A key is a single word"),
        ("- a", (1, 1), "This file holds no mapping"),
        ("", (1, 1), "This file is empty"),
        ("# only a comment", (1, 1), "This file is empty"),
        ("é: x\na: \x07", (2, 4), "This is not YAML: control characters are not allowed"),
    ],
)
def test_bad_yaml_is_told_at_its_place(text: str, place: tuple[int, int], words: str) -> None:
    problem = told(text)[-1]
    assert problem[:2] == place
    assert words in problem[2]


def test_many_laughs_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert "aliases counted each time" in told("\n".join(lines))[-1][2]


def test_deep_nesting_is_refused() -> None:
    assert "nested deeper" in told("a: " + "[" * 500)[-1][2]
    assert "exceeded maximum nesting depth" in told("a: " + "[" * 5000)[-1][2]


def test_large_file_is_refused() -> None:
    assert f"at most {LARGEST_FILE}" in told(b"a" * (LARGEST_FILE + 1))[0][2]


def test_other_encodings_are_told() -> None:
    assert told("a: b\nc: é".encode("latin-1"))[0] == (2, 1, "This is not UTF-8: save the file as UTF-8.")


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(alphabet="ab:-[]{}&*!|>'\"#?,\n \t1", max_size=80).map(str.encode)))
def test_nothing_makes_the_reader_crash(data: bytes) -> None:
    section, problems = read_yaml(data, "f.yaml")
    assert section is not None or problems
