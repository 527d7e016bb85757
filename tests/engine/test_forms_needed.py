"""Which answers does a form need? Required fields, lines over other answers, rows of the rubric, and lists of rows."""

from __future__ import annotations

from typing import Any, cast

import pytest

from engine.definition import FieldDef, FormDef
from engine.expressions import Amount, AnyOf, At, Compare, Constant, Count, DateExpr, Line, Operator, Ref, SetOf, Verb
from tests.builders.forms import checked, of, wrong

# needed ---------------------------------------------------------------------------------------------------------------

KINDS = [
    "type: text", "type: file", "type: number", "type: yes_no", "type: date", "type: person",
    "type: choice, scale: basis", "type: person, many: true", "type: rows, columns: {a: {type: text}}",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("nothing", [None, "", "  \n", [], (), {}], ids=repr)
def test_nothing_and_blanks_are_no_answer(kind: str, nothing: Any) -> None:
    assert checked(f"{{x: {{{kind}, required: true}}}}", {"x": nothing}) == ({}, ["x: an answer is needed"])
    assert checked(f"{{x: {{{kind}}}}}", {"x": nothing}) == ({}, [])


def test_a_needed_answer_that_is_not_there_is_a_problem() -> None:
    assert checked("{x: {type: text, required: true}, y: {type: text}}", {}) == ({}, ["x: an answer is needed"])


def test_a_list_of_blanks_only_is_no_answer() -> None:
    assert wrong("{type: person, of: panel, many: true, required: true}", ["", None]) == ["x: an answer is needed"]
    assert of("{type: person, of: panel, many: true}", ["", "ann"]) == ["ann"]


def test_no_and_zero_are_answers() -> None:
    assert of("{type: yes_no, required: true}", False) == "no"
    assert of("{type: number, required: true}", 0) == 0


@pytest.mark.parametrize(
    ("line", "answers", "needed"),
    [
        ("agrees is no", {"agrees": "no"}, True),
        ("agrees is no", {"agrees": False}, True),
        ("agrees is no", {"agrees": "yes"}, False),
        ("agrees is no", {"agrees": True}, False),
        ("agrees is no", {}, False),
        ("agrees is not yes", {"agrees": "no"}, True),
        ("agrees is not yes", {"agrees": "yes"}, False),
        ("agrees is not yes", {}, True),
        ("kind is small or large", {"kind": "large"}, True),
        ("kind is small or large", {"kind": "other"}, False),
        ("kinds is small", {"kinds": ["other", "small"]}, True),
        ("kinds is small", {"kinds": ("other",)}, False),
        ("kinds is not small", {"kinds": ["other"]}, True),
        ("level is low", {"level": {"one": "high", "two": "low"}}, True),
        ("level is low", {"level": {"one": "high"}}, False),
    ],
)
def test_an_answer_is_needed_where_another_answer_says_so(line: str, answers: dict[str, Any], needed: bool) -> None:
    fields = f"""{{
        agrees: {{type: yes_no}}, kind: {{type: choice, choices: [small, large, other]}},
        kinds: {{type: choice, choices: [small, large, other], many: true}},
        level: {{type: choice, per: safeguards, scale: basis}},
        x: {{type: text, required_if: ['{line}']}}}}"""
    assert checked(fields, answers)[1] == (["x: an answer is needed"] if needed else [])


@pytest.mark.parametrize(
    ("line", "answers", "needed"),
    [
        ("weeks > 3", {"weeks": 4}, True),
        ("weeks > 3", {"weeks": "4"}, True),
        ("weeks > 3", {"weeks": 3}, False),
        ("weeks > 3", {}, False),
        ("weeks <= most", {"weeks": 3, "most": 3}, True),
        ("number of kinds >= 2", {"kinds": ["small", "large"]}, True),
        ("number of kinds >= 2", {"kinds": ["small"]}, False),
        ("number of lines = 0", {}, True),
        ("number of lines = 0", {"lines": [{"a": "b"}]}, False),
        ("cost > 50", {"cost": "€ 50,01"}, True),
        ("cost > 50", {"cost": "50,00"}, False),
        ("cost > 50", {"cost": "60"}, True),
        ("cost > 50", {"cost": "much"}, False),
        ("day < until", {"day": "2027-03-01", "until": "2027-03-02"}, True),
        ("day < until", {"day": "2027-03-02", "until": "2027-03-02"}, False),
        ("day < weeks", {"day": "2027-03-02", "weeks": 3}, False),
    ],
)
def test_an_answer_is_needed_where_numbers_or_days_beside_it_say_so(
    line: str, answers: dict[str, Any], needed: bool
) -> None:
    fields = f"""{{
        cost: {{type: money, currency: EUR}},
        weeks: {{type: number}}, most: {{type: number}}, day: {{type: date}}, until: {{type: date}},
        kinds: {{type: choice, choices: [small, large], many: true}},
        lines: {{type: rows, columns: {{a: {{type: text}}}}}},
        x: {{type: text, required_if: ['{line}']}}}}"""
    about_x = [problem for problem in checked(fields, answers)[1] if problem.startswith("x")]
    assert about_x == (["x: an answer is needed"] if needed else [])


@pytest.mark.parametrize(
    ("answers", "needed"),
    [
        ({"a": "no", "b": "no"}, True),
        ({"a": "no", "c": "no"}, True),
        ({"a": "no"}, False),
        ({"b": "no", "c": "no"}, False),
    ],
)
def test_all_lines_must_hold_and_of_any_one(answers: dict[str, str], needed: bool) -> None:
    fields = """{a: {type: yes_no}, b: {type: yes_no}, c: {type: yes_no},
                 x: {type: text, required_if: [a is no, {any: [b is no, c is no]}]}}"""
    assert checked(fields, answers)[1] == (["x: an answer is needed"] if needed else [])


def needed_if(test: Any) -> FormDef:
    """A form with a number, and an `x` that is needed under one test."""
    lines = (Line(test=test, text="as told"),)
    return FormDef(
        name="note", fields=(FieldDef(name="number", type="number"), FieldDef(name="x", type="text", required_if=lines))
    )


NUMBER = DateExpr(At(Ref("number")))


@pytest.mark.parametrize(
    ("operator", "value", "needed"),
    [
        (">", 4, True), (">", "4", True), (">", 3, False), (">=", 3, True), ("<", -4, True), ("<", "-4", True),
        ("<=", 4, False), ("=", 3.0, True), ("!=", 3, False), ("!=", 4, True),
        ("!=", None, False), ("!=", "--3", False), ("!=", "²", False), ("!=", "many", False), ("!=", True, False),
    ],
)  # fmt: skip
def test_a_number_can_make_an_answer_needed_and_what_is_no_number_cannot(
    operator: Operator, value: Any, needed: bool
) -> None:
    _, problems = checked(needed_if(Compare(NUMBER, operator, Constant(3))), {"number": value})
    assert ("x: an answer is needed" in problems) is needed


@pytest.mark.parametrize(
    "test",
    [
        Compare(DateExpr(base=cast("Any", None)), "<", Constant(3)),
        Count(Amount("all"), SetOf(("peer",)), Verb("seated")),
        AnyOf(()),
    ],
    ids=["no answer", "a count", "none"],
)
def test_a_line_about_a_case_that_is_not_there_makes_nothing_needed(test: Any) -> None:
    assert checked(needed_if(test), {"number": 4})[1] == []


# per row of the rubric ------------------------------------------------------------------------------------------------

PER = "{level: {type: choice, per: safeguards, scale: basis, required: true}}"


def test_a_question_per_row_is_answered_per_row() -> None:
    assert checked(PER, {"level": {"one": "low", "two": "high"}}) == ({"level": {"one": "low", "two": "high"}}, [])


def test_each_row_in_scope_needs_its_answer_and_rows_out_of_scope_are_unknown() -> None:
    assert checked(PER, {"level": {"one": "best", "three": "low"}})[1] == [
        "level.three: there is no such row; there are one, two",
        "level.one: 'best' is none of low, middle, high",
        "level.two: an answer is needed",
    ]
    assert checked(PER, {})[1] == ["level.one: an answer is needed", "level.two: an answer is needed"]
    assert checked(PER, {"level": {"two": "low"}}, rows=("two",)) == ({"level": {"two": "low"}}, [])
    assert checked(PER, {}, rows=()) == ({}, [])


@pytest.mark.parametrize("required", ["true", "false"])
@pytest.mark.parametrize("value", ["low", ["low", "high"], 3])
def test_one_answer_for_all_rows_is_refused_not_lost(required: str, value: Any) -> None:
    fields = f"{{level: {{type: choice, per: safeguards, scale: basis, required: {required}}}}}"
    assert checked(fields, {"level": value}) == ({}, ["level: an answer for each of one, two is expected"])


def test_rows_without_an_answer_are_left_out() -> None:
    fields = "{why: {type: text, per: safeguards}}"
    assert checked(fields, {"why": {"one": "so", "two": " "}}) == ({"why": {"one": "so"}}, [])
    assert checked(fields, {"why": {"one": ""}}) == ({}, [])
    assert checked(fields, {"why": " "}) == ({}, [])


def test_an_answer_per_row_is_needed_where_the_answer_of_its_own_row_says_so() -> None:
    fields = """{
        agrees: {type: yes_no}, level: {type: choice, per: safeguards, scale: basis},
        why: {type: text, per: safeguards, required_if: [level is low, agrees is yes]}}"""
    answers = {"level": {"one": "high", "two": "low"}, "agrees": "yes"}
    assert checked(fields, answers)[1] == ["why.two: an answer is needed"]
    assert checked(fields, {**answers, "agrees": "no"})[1] == []


def test_limits_of_a_question_hold_per_row() -> None:
    fields = "{why: {type: text, per: safeguards, max_words: 2}}"
    assert checked(fields, {"why": {"one": "two words", "two": "now three words"}})[1] == [
        "why.two: the text has 3 words, at most 2 fit"
    ]


# rows -----------------------------------------------------------------------------------------------------------------

TABLE = """{list: {type: rows, least: 2, most: 3, columns: {
    what: {type: text, required: true, max_words: 2}, adopted: {type: choice, choices: [all, none]},
    why: {type: text, required_if: [adopted is none]}, who: {type: person, of: panel}}}}"""


def test_each_column_of_each_row_is_checked_and_named() -> None:
    rows = [{"what": "one two", "who": "ann"}, {"what": "one two three", "who": "zoe", "extra": 1}, {"adopted": "none"}]
    clean, problems = checked(TABLE, {"list": rows})
    assert problems == [
        "list.2.extra: there is no such column",
        "list.2.what: the text has 3 words, at most 2 fit",
        "list.2.who: this person is not one of panel",
        "list.3.what: an answer is needed",
        "list.3.why: an answer is needed",
    ]
    assert clean["list"][0] == {"what": "one two", "who": "ann"}


@pytest.mark.parametrize(
    ("number", "problems"),
    [
        (1, ["list: at least 2 rows are needed, there are 1"]),
        (2, []),
        (3, []),
        (4, ["list: at most 3 rows fit, there are 4"]),
    ],
)
def test_a_list_has_so_many_rows(number: int, problems: list[str]) -> None:
    assert checked(TABLE, {"list": [{"what": "x"}] * number})[1] == problems


def test_no_rows_are_fewer_than_needed_only_where_an_answer_is_needed() -> None:
    assert checked(TABLE, {"list": []}) == ({}, [])


def test_rows_hold_lists_of_their_own() -> None:
    fields = "{list: {type: rows, columns: {parts: {type: rows, most: 1, columns: {a: {type: number}}}}}}"
    assert checked(fields, {"list": [{"parts": [{"a": "1"}]}]}) == ({"list": [{"parts": [{"a": 1}]}]}, [])
    assert checked(fields, {"list": [{"parts": [{"a": "x"}, {}]}]})[1] == [
        "list.1.parts: at most 1 rows fit, there are 2",
        "list.1.parts.1.a: a whole number is expected, not 'x'",
    ]
