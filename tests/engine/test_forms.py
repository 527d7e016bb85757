"""Do answers fit a form? Each type, rows, rows of the rubric, what is needed when, and what the engine reads."""

from __future__ import annotations

from typing import Any

import pytest

from engine.definition import FieldDef, FormDef
from engine.expressions import At, Compare, Constant, DateExpr, Line, Named, Operator, Ref
from engine.forms import LONGEST_TEXT, Problem, Reach, agreed_word, fields_of_type, row_count, validate
from tests.builders.engine import a_definition

DEFINITION = """
rubric: {file: small, pinned: busy}
tasks: {work: {for: contact, opens: busy, form: FORM}}
"""


def check(fields: str, reach: Reach | None = None, **answers: Any) -> tuple[dict[str, Any], list[str]]:
    definition = a_definition(DEFINITION.replace("FORM", "tried"), tried=fields)
    clean, problems = validate(definition, definition.forms["tried"], answers, reach or Reach(rows=("one", "two")))
    return clean, [str(problem) for problem in problems]


@pytest.mark.parametrize(
    ("field", "given", "clean", "problems"),
    [
        ("{type: text}", "a b", "a b", []),
        ("{type: text, max_words: 1}", "a b", "a b", ["x: the text has 2 words, at most 1 fit"]),
        ("{type: text, min_words: 3}", "a b", "a b", ["x: the text has 2 words, at least 3 are needed"]),
        ("{type: number}", "7", 7, []),
        ("{type: number}", "many", "many", ["x: a whole number is expected, not 'many'"]),
        ("{type: number, least: 3}", 2, 2, ["x: at least 3  are needed, there are 2"]),
        ("{type: number, most: 3}", 4, 4, ["x: at most 3  fit, there are 4"]),
        ("{type: yes_no}", True, "yes", []),
        ("{type: yes_no}", False, "no", []),
        ("{type: yes_no}", "yes", "yes", []),
        ("{type: yes_no}", "maybe", "maybe", ["x: yes or no is expected, not 'maybe'"]),
        ("{type: choice, choices: [a, b]}", "a", "a", []),
        ("{type: choice, choices: [a, b]}", "c", "c", ["x: 'c' is none of a, b"]),
        ("{type: choice, choices: [a, b], many: true}", "a", ["a"], []),
        ("{type: choice, choices: [a, b], many: true}", ["a", "c"], ["a", "c"], ["x: 'c' is none of a, b"]),
        ("{type: choice, scale: basis}", "middle", "middle", []),
        ("{type: date}", "2027-06-01", "2027-06-01", []),
        ("{type: date}", "soon", "soon", ["x: a day such as 2027-04-22 is expected, not 'soon'"]),
        ("{type: file}", "report.pdf", "report.pdf", []),
        ("{type: person, of: office}", "olga", "olga", []),
        ("{type: person, of: office, many: true}", ["olga", "carl"], ["olga", "carl"], ["x: this person is not one of office"]),
    ],
)  # fmt: skip
def test_a_single_answer(field: str, given: Any, clean: Any, problems: list[str]) -> None:
    reach = Reach(people={"office": ("olga", "otto")})
    assert check(f"{{x: {field}}}", reach, x=given) == ({"x": clean}, problems)


def test_a_text_that_is_far_too_long_is_refused() -> None:
    assert check("{x: {type: text}}", x="a" * (LONGEST_TEXT + 1))[1] == [
        "x: the text has 100001 characters, at most 100000 fit"
    ]


def test_what_is_needed_and_what_is_not_known() -> None:
    assert check("{x: {type: text, required: true}}", y=1) == (
        {}, ["y: the form tried has no such field", "x: an answer is needed"],
    )  # fmt: skip
    assert check("{x: {type: text}}", x="") == ({}, [])


@pytest.mark.parametrize(
    ("line", "given", "needed"),
    [
        ("why is other", {"why": "other"}, True),
        ("why is other", {"why": "own"}, False),
        ("why is not other", {}, True),
        ("many is p or q", {"many": ["q"]}, True),
        ("sure is no", {"sure": False}, True),
        ("{any: [why is other, sure is no]}", {"why": "other"}, True),
        ("{any: [why is other, sure is no]}", {"why": "own"}, False),
    ],
)
def test_an_answer_may_be_needed_because_of_another(line: str, given: dict[str, Any], needed: bool) -> None:
    fields = f"""{{
      why: {{type: choice, choices: [own, other]}}, many: {{type: choice, choices: [p, q], many: true}},
      sure: {{type: yes_no}}, x: {{type: text, required_if: [{line}]}}}}"""
    assert ("x: an answer is needed" in check(fields, **given)[1]) is needed


@pytest.mark.parametrize(
    ("operator", "given", "needed"),
    [(">", 3, True), (">", 2, False), ("<", "1", True), ("=", "lots", False), (">", None, False)],
)
def test_an_answer_may_be_needed_because_of_a_number(operator: Operator, given: Any, needed: bool) -> None:
    line = Line(Compare(DateExpr(At(Ref("size"))), operator, Constant(2)), f"size {operator} 2")
    never = Line(Named("something"), "something")
    fields = (FieldDef(name="size", type="text"), FieldDef(name="x", type="text", required_if=(line,)),
              FieldDef(name="y", type="text", required_if=(never,)))  # fmt: skip
    _, problems = validate(a_definition(), FormDef(name="tried", fields=fields), {"size": given}, Reach())
    assert [str(problem) for problem in problems] == (["x: an answer is needed"] if needed else [])


def test_rows_are_checked_row_by_row() -> None:
    fields = "{x: {type: rows, least: 1, most: 2, columns: {name: {type: text, required: true}, age: {type: number}}}}"
    assert check(fields, x=[{"name": "a", "age": "3"}]) == ({"x": [{"name": "a", "age": 3}]}, [])
    assert check(fields, x=[{"age": "old"}, "strange", {"name": "c"}])[1] == [
        "x: at most 2 rows fit, there are 3", "x.1.name: an answer is needed",
        "x.1.age: a whole number is expected, not 'old'", "x.2.name: an answer is needed",
    ]  # fmt: skip
    assert check(fields, x="none") == ({}, ["x: a list of rows is expected"])


def test_a_question_may_be_asked_once_per_row_of_the_rubric() -> None:
    fields = "{x: {type: choice, per: safeguards, scale: basis, required: true}}"
    assert check(fields, x={"one": "low", "two": "high"}) == ({"x": {"one": "low", "two": "high"}}, [])
    assert check(fields, x={"one": "low", "three": "high"})[1] == [
        "x.three: there is no such row; there are one, two", "x.two: an answer is needed",
    ]  # fmt: skip
    assert check(fields, x="low")[0] == {}


def test_what_the_engine_reads() -> None:
    definition = a_definition(
        DEFINITION.replace("FORM", "tried"),
        tried="{ok: {type: yes_no}, list: {type: rows, columns: {a: {type: text}}}}",
    )
    form = definition.forms["tried"]
    bare = FormDef(name="bare", fields=())
    assert [field.name for field in fields_of_type(form, "rows")] == ["list"]
    assert (row_count(form, {"list": [1, 2]}), row_count(form, {}), row_count(bare, {}), row_count(None, {})) == (
        2,
        0,
        0,
        0,
    )
    assert [agreed_word(form, {"ok": "yes"}), agreed_word(form, {}), agreed_word(bare, {}), agreed_word(None, {})] == [
        "yes", "no", None, None,
    ]  # fmt: skip
    assert str(Problem("a.1", "bad")) == "a.1: bad"
