"""Do answers fit a form? Every type of field, limits, people, all that is wrong in one run; what the engine reads."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.definition import FieldDef, FormDef
from engine.forms import LONGEST_TEXT, Problem, agreed_word, choices, fields_of_type, row_count
from tests.builders.engine import a_definition, day
from tests.builders.forms import PANEL, a_form, checked, of, wrong

# types ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "clean"),
    [
        ("{type: text}", "two words", "two words"),
        ("{type: text}", " kept as it was ", " kept as it was "),
        ("{type: text}", 3, "3"),
        ("{type: file}", "report.pdf", "report.pdf"),
        ("{type: file, many: true}", ["a.pdf", "b.pdf"], ["a.pdf", "b.pdf"]),
        ("{type: number}", 3, 3),
        ("{type: number}", 0, 0),
        ("{type: number}", "-3", -3),
        ("{type: number}", " 12 ", 12),
        ("{type: number}", 3.0, 3),
        ("{type: money, currency: EUR}", "€ 1.250,00", "EUR 1250.00"),
        ("{type: money, currency: EUR}", "EUR 1250.00", "EUR 1250.00"),
        ("{type: money, currency: EUR, most: 50}", 50, "EUR 50.00"),
        ("{type: yes_no}", "yes", "yes"),
        ("{type: yes_no}", "no", "no"),
        ("{type: yes_no}", True, "yes"),
        ("{type: yes_no}", False, "no"),
        ("{type: choice, choices: [a, b]}", "b", "b"),
        ("{type: choice, choices: [a, b], many: true}", ["b", "a"], ["b", "a"]),
        ("{type: choice, choices: [a, b], many: true}", ("b",), ["b"]),
        ("{type: choice, choices: [a, b], many: true}", "b", ["b"]),
        ("{type: choice, scale: basis}", "middle", "middle"),
        ("{type: date}", "2027-04-22", "2027-04-22"),
        ("{type: date}", day("2027-04-22"), "2027-04-22"),
        ("{type: person, of: panel}", "ann", "ann"),
        ("{type: person, of: panel, many: true}", ["ben", "ann"], ["ben", "ann"]),
        ("{type: person}", "anybody", "anybody"),
        ("{type: rows, columns: {a: {type: text}}}", [{"a": "x"}, {}], [{"a": "x"}, {}]),
        ("{type: rows, columns: {a: {type: number}}}", ({"a": "3"},), [{"a": 3}]),
    ],
)
def test_a_good_answer_gets_its_normal_shape(field: str, value: Any, clean: Any) -> None:
    found = of(field, value)
    assert (found, type(found)) == (clean, type(clean))


WHOLE = "a whole number is expected, not"
AMOUNT = "an amount such as 1.250,00 or 1,250.00 is expected, not"
DAY = "a day such as 2027-04-22 is expected, not"
ONE = "x: one answer is expected, not several"


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("{type: number}", "three", f"x: {WHOLE} 'three'"),
        ("{type: number}", "3.5", f"x: {WHOLE} '3.5'"),
        ("{type: number}", 3.5, f"x: {WHOLE} 3.5"),
        ("{type: number}", True, f"x: {WHOLE} True"),
        ("{type: number}", float("inf"), f"x: {WHOLE} inf"),
        ("{type: number}", float("nan"), f"x: {WHOLE} nan"),
        ("{type: money, currency: EUR}", "12,5", f"x: {AMOUNT} '12,5'"),
        ("{type: money, currency: EUR}", "$ 3", "x: the amount is in USD, and EUR is expected"),
        ("{type: money, currency: EUR, least: 5}", "4,99", "x: the amount is less than 5"),
        ("{type: money, currency: EUR, most: 50}", "50,01", "x: the amount is more than 50"),
        ("{type: money, currency: EUR}", ["3"], ONE),
        ("{type: yes_no}", "perhaps", "x: yes or no is expected, not 'perhaps'"),
        ("{type: yes_no}", "Yes", "x: yes or no is expected, not 'Yes'"),
        ("{type: yes_no}", 1, "x: yes or no is expected, not 1"),
        ("{type: choice, choices: [a, b]}", "c", "x: 'c' is none of a, b"),
        ("{type: choice, scale: basis}", "best", "x: 'best' is none of low, middle, high"),
        ("{type: date}", "22-04-2027", f"x: {DAY} '22-04-2027'"),
        ("{type: date}", "2027-02-30", f"x: {DAY} '2027-02-30'"),
        ("{type: date}", "2027-04-22T10:00", f"x: {DAY} '2027-04-22T10:00'"),
        ("{type: person, of: panel}", "zoe", "x: this person is not one of panel"),
        ("{type: rows, columns: {a: {type: text}}}", "text", "x: a list of rows is expected"),
        ("{type: rows, columns: {a: {type: text}, b: {type: text}}}", ["text"], "x.1: a row of a, b is expected"),
        ("{type: rows, columns: {a: {type: text}}}", [{}, {"b": "x"}], "x.2.b: there is no such column"),
        ("{type: text}", ["one", "two"], ONE),
        ("{type: text}", {"one": "two"}, ONE),
        ("{type: number}", [3], ONE),
        ("{type: person}", ["ann"], ONE),
        ("{type: choice, choices: [a, b], many: true}", [["a"]], ONE),
        ("{type: text}", "half a \ud83d", "x: the text has characters that cannot be kept"),
    ],
)
def test_an_answer_of_another_type_is_a_problem(field: str, value: Any, problem: str) -> None:
    assert wrong(field, value) == [problem]


def test_a_moment_is_no_day_since_its_day_depends_on_where_one_is() -> None:
    late = datetime(2027, 4, 22, 23, tzinfo=UTC)
    assert wrong("{type: date}", late) == [f"x: {DAY} '2027-04-22T23:00:00+00:00'"]


def test_a_type_that_nobody_knows_is_a_mistake_of_ours() -> None:
    colour = FormDef(name="note", fields=(FieldDef(name="x", type=cast("Any", "colour")),))
    with pytest.raises(AssertionError, match="a field of type colour is not a single value"):
        checked(colour, {"x": "red"})


@settings(deadline=None)
@given(answers=st.dictionaries(
    st.sampled_from(
        ["text", "number", "money", "yes_no", "choice", "date", "person", "rows", "many", "per", "strange"]
    ),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "one"]), inner, max_size=3),
        max_leaves=5,
    ),
))  # fmt: skip
def test_any_answers_are_clean_or_a_problem_and_clean_answers_stay_as_they_are(answers: dict[str, Any]) -> None:
    form = a_form("""{
        text: {type: text}, number: {type: number}, yes_no: {type: yes_no}, choice: {type: choice, choices: [a, b]},
        date: {type: date}, person: {type: person, of: panel}, rows: {type: rows, columns: {a: {type: number}}},
        many: {type: choice, choices: [a, b], many: true}, per: {type: text, per: safeguards},
        money: {type: money, currency: EUR}}""")
    clean, problems = checked(form, answers)
    if not problems:
        assert checked(form, clean) == (clean, [])


# limits ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("one", ["x: the text has 1 words, at least 2 are needed"]),
        ("one two", []),
        ("one\n two\tthree ", []),
        ("one two three four", ["x: the text has 4 words, at most 3 fit"]),
    ],
)
def test_a_text_has_so_many_words(text: str, problems: list[str]) -> None:
    assert wrong("{type: text, min_words: 2, max_words: 3}", text) == problems


def test_an_optional_text_may_be_left_out_whatever_its_least_words() -> None:
    assert wrong("{type: text, min_words: 2}", "") == []


def test_a_text_has_an_end_even_where_no_limit_is_given() -> None:
    assert wrong("{type: text}", "x" * LONGEST_TEXT) == []
    assert wrong("{type: text}", "x" * (LONGEST_TEXT + 1)) == ["x: the text has 100001 characters, at most 100000 fit"]


@pytest.mark.parametrize(
    ("number", "problems"),
    [
        (0, ["x: the number is 0, at least 1 is needed"]),
        (1, []),
        ("5", []),
        ("6", ["x: the number is 6, at most 5 fits"]),
    ],
)
def test_a_number_lies_between_its_limits(number: Any, problems: list[str]) -> None:
    assert wrong("{type: number, least: 1, most: 5}", number) == problems


CHOOSE = "{type: choice, choices: [a, b, c, d], many: true, least: 2, most: 3}"


@pytest.mark.parametrize(
    ("chosen", "problems"),
    [
        (["a"], ["x: at least 2 choices are needed, there are 1"]),
        ("a", ["x: at least 2 choices are needed, there are 1"]),
        (["a", "a"], ["x: at least 2 choices are needed, there are 1"]),
        (["a", "b"], []),
        (["a", "b", "a", "c"], []),
        (["a", "b", "c", "d"], ["x: at most 3 choices fit, there are 4"]),
        (["a", "y", "z"], ["x: 'y' is none of a, b, c, d", "x: 'z' is none of a, b, c, d"]),
    ],
)
def test_so_many_different_things_are_chosen(chosen: Any, problems: list[str]) -> None:
    assert wrong(CHOOSE, chosen) == problems


# people ---------------------------------------------------------------------------------------------------------------


def test_of_several_people_each_must_be_one_of_the_group() -> None:
    assert wrong("{type: person, of: panel, many: true}", ["ann", "zoe", "yan"]) == [
        "x: this person is not one of panel",
        "x: this person is not one of panel",
    ]


def test_people_are_not_checked_where_nobody_is_known_and_nobody_fits_a_group_that_is_empty() -> None:
    assert of("{type: person, of: panel}", "zoe", people=None) == "zoe"
    assert wrong("{type: person, of: panel}", "ann", people={}) == ["x: this person is not one of panel"]


# all at once ----------------------------------------------------------------------------------------------------------


def test_all_problems_are_said_in_one_run_in_the_order_of_the_form_and_good_answers_are_kept() -> None:
    fields = """{
        when: {type: date}, number: {type: number, most: 5}, agrees: {type: yes_no},
        missing: {type: text, required: true}, level: {type: choice, per: safeguards, scale: basis},
        list: {type: rows, columns: {a: {type: number}}}, good: {type: text}}"""
    answers = {
        "list": [{"a": "x"}], "level": {"one": "best", "two": "low"}, "agrees": "perhaps", "number": 9,
        "when": "soon", "good": "this", "other": 1, "another": None,
    }  # fmt: skip
    clean, problems = checked(fields, answers)
    assert problems == [
        "other: the form note has no such field",
        "another: the form note has no such field",
        f"when: {DAY} 'soon'",
        "number: the number is 9, at most 5 fits",
        "agrees: yes or no is expected, not 'perhaps'",
        "missing: an answer is needed",
        "level.one: 'best' is none of low, middle, high",
        f"list.1.a: {WHOLE} 'x'",
    ]
    assert clean["good"] == "this"


def test_answers_are_not_changed_where_they_stand() -> None:
    answers = {"list": [{"a": "1"}], "level": {"one": "low"}}
    checked("{list: {type: rows, columns: {a: {type: number}}}, level: {type: text, per: safeguards}}", answers)
    assert answers == {"list": [{"a": "1"}], "level": {"one": "low"}}


def test_a_problem_says_its_field_and_what_is_wrong() -> None:
    assert str(Problem("questions.2.question", "an answer is needed")) == "questions.2.question: an answer is needed"


# what the engine reads ------------------------------------------------------------------------------------------------


def test_the_values_of_a_choice_are_its_own_or_those_of_a_scale() -> None:
    form = a_form("{own: {type: choice, choices: [a, b]}, level: {type: choice, scale: basis}}")
    with_rubric = a_definition(PANEL)
    assert [choices(with_rubric, field) for field in form.fields] == [("a", "b"), ("low", "middle", "high")]
    assert choices(a_definition(), form.fields[1]) == ()


def test_fields_of_a_type_come_as_they_were_declared() -> None:
    form = a_form("{b: {type: text}, n: {type: number}, a: {type: text}}")
    assert [field.name for field in fields_of_type(form, "text")] == ["b", "a"]
    assert list(fields_of_type(form, "date")) == []


@pytest.mark.parametrize(
    ("fields", "answers", "count"),
    [
        ("{t: {type: text}, a: {type: rows, columns: {x: {type: text}}}}", {"a": [{}, {}], "t": "x"}, 2),
        ("{a: {type: rows, columns: {x: {type: text}}}, b: {type: rows, columns: {x: {type: text}}}}", {"b": [{}]}, 0),
        ("{a: {type: rows, columns: {x: {type: text}}}}", {"a": None}, 0),
        ("{t: {type: text}}", {"t": "x"}, 0),
    ],
    ids=["rows", "the first field only", "nothing", "no rows"],
)
def test_rows_are_counted_in_the_first_field_that_has_them(fields: str, answers: dict[str, Any], count: int) -> None:
    assert row_count(a_form(fields), answers) == count


@pytest.mark.parametrize(
    ("fields", "answers", "word"),
    [
        ("{t: {type: text}, a: {type: yes_no}, b: {type: yes_no}}", {"a": "yes", "b": "no"}, "yes"),
        ("{a: {type: yes_no}, b: {type: yes_no}}", {"a": "no", "b": "yes"}, "no"),
        ("{a: {type: yes_no}}", {}, "no"),
        ("{t: {type: text}}", {"t": "yes"}, None),
        ("{p: {type: yes_no, per: safeguards}, a: {type: yes_no}}", {"p": {"one": "no"}, "a": "yes"}, "yes"),
        ("{p: {type: yes_no, per: safeguards}}", {"p": {"one": "no"}}, None),
    ],
    ids=["yes", "no", "not answered", "not asked", "the one asked once", "asked per row only"],
)
def test_the_first_question_of_yes_or_no_says_whether_somebody_agrees(
    fields: str, answers: dict[str, Any], word: str | None
) -> None:
    assert agreed_word(a_form(fields), answers) == word


def test_where_there_is_no_form_there_are_no_rows_and_no_agreement() -> None:
    assert (row_count(None, {"a": [1]}), agreed_word(None, {"a": "yes"})) == (0, None)


@settings(deadline=None)
@given(on=st.dates())
def test_every_day_is_an_answer_and_comes_back_as_its_text(on: date) -> None:
    assert of("{type: date}", on) == of("{type: date}", on.isoformat()) == on.isoformat()
