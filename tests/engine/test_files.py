"""What does the engine take for a file that is kept, and where does it stand in answers?"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.answers import kept
from engine.files import files_in, is_kept, placed
from engine.questions import FieldDef
from tests.builders.forms import of, wrong

HASH = "a" * 64


def a_file(**more: Any) -> dict[str, Any]:
    return {"file": "f1", "sha256": HASH, "size": 1000, "type": "pdf", **more}


@pytest.mark.parametrize(
    "value",
    [
        a_file(sha256="A" * 64), a_file(sha256="a" * 63), a_file(size=0), a_file(size="1"), a_file(file=3),
        a_file(type=None), a_file(more=1), {"file": "f1"}, "f1", None, [a_file()],
    ],
)  # fmt: skip
def test_what_is_no_file_is_not_taken_for_one(value: Any) -> None:
    assert not is_kept(value)


@pytest.mark.parametrize("field", ["{type: file}", "{type: file, types: [docx, pdf], max_mb: 1}"])
def test_a_file_of_a_type_and_size_that_fit_is_an_answer(field: str) -> None:
    assert of(field, a_file()) == a_file()


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("{type: file, types: [docx]}", a_file(), "a file of the type pdf is none of docx"),
        ("{type: file}", a_file(type="exe"), "a file of the type exe is none of pdf, docx"),
        ("{type: file, types: [pdf], max_mb: 1}", a_file(size=1_900_000), "the file has 1.9 MB, at most 1 fit"),
        ("{type: file, types: [pdf, docx]}", "report.pdf", "the file itself is needed, of the type pdf or docx"),
        ("{type: file, types: [pdf]}", {"file": "f1"}, "one answer is expected, not several"),
        ("{type: file}", ["a.pdf"], "one answer is expected, not several"),
        ("{type: text}", a_file(), "one answer is expected, not several"),
        ("{type: file, types: [pdf], required: true}", None, "an answer is needed"),
    ],
)
def test_what_does_not_fit_is_told(field: str, value: Any, why: str) -> None:
    assert wrong(field, value)[0].partition(": ")[2].startswith(why)


def test_exactly_the_largest_size_fits() -> None:
    assert of("{type: file, types: [pdf], max_mb: 1}", a_file(size=1_000_000)) == a_file(size=1_000_000)


def test_several_files_are_an_answer_and_the_same_one_twice_is_one() -> None:
    field = "{type: file, types: [pdf], many: true}"
    assert of(field, [a_file(), a_file(file="f2"), a_file()]) == [a_file(), a_file(file="f2")]


def test_files_have_places_in_rows_in_lists_and_per_criterion() -> None:
    answers = {
        "text": "x", "letter": a_file(), "more": [a_file(file="f2"), a_file(file="f3")],
        "evidence": [{"piece": "a"}, {"document": a_file(file="f4")}], "per": {"A": a_file(file="f5")},
    }  # fmt: skip
    assert [(place, each["file"]) for place, each in placed(answers)] == [
        ("letter", "f1"), ("more.1", "f2"), ("more.2", "f3"), ("evidence.2.document", "f4"), ("per.A", "f5"),
    ]  # fmt: skip


@given(st.recursive(st.none() | st.text() | st.integers() | st.just(a_file()),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=3), inner)))  # fmt: skip
def test_no_file_is_overlooked(answers: Any) -> None:
    def count(value: Any) -> int:
        if value == a_file():
            return 1
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return sum(map(count, inner))

    assert len(list(files_in(answers))) == count(answers)


@pytest.mark.parametrize(
    ("value", "fact"), [(a_file(), "pdf"), ([a_file(), a_file(sha256="b" * 64, type="odt")], "pdf\nodt")]
)
def test_what_a_condition_reads_of_a_file_is_its_type_and_never_its_hash(value: Any, fact: str) -> None:
    assert kept(FieldDef(name="letter", type="file"), value) == fact
