"""Do answers fit a form? Validation of typed fields, and what the engine itself reads out of answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.counting import OPERATORS
from engine.definition import Definition, FieldDef, FormDef
from engine.expressions import AnyOf, At, Compare, Constant, DateExpr, IsState, Line

LONGEST_TEXT = 100_000  # characters of one answer


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one answer; `field` with its row or column, such as ``questions.2.question``."""

    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What an answer may name: the rows of the rubric in scope, and the people behind a role, seat or group."""

    rows: Sequence[str] = ()
    people: Mapping[str, Sequence[str]] | None = None  # group -> participants; None: not checked


def validate(
    definition: Definition, form: FormDef, answers: Mapping[str, Any], reach: Reach
) -> tuple[dict[str, Any], list[Problem]]:
    """Answers in their normal shape, and all that is wrong with them.

    Numbers may come as text, yes/no as booleans or words, dates as ISO text; a field asked per row of the rubric is a
    mapping of row to answer; a field of rows is a list of mappings.
    """
    clean: dict[str, Any] = {}
    problems: list[Problem] = []
    known = {field.name for field in form.fields}
    for name in answers:
        if name not in known:
            problems.append(Problem(name, f"the form {form.name} has no such field"))
    for field in form.fields:
        value = answers.get(field.name)
        if field.per is not None:
            cleaned, found = _per_row(definition, field, value, answers, reach)
        else:
            cleaned, found = _field(definition, field, field.name, value, answers, reach)
        problems += found
        if cleaned is not None:
            clean[field.name] = cleaned
    return clean, problems


def _per_row(
    definition: Definition, field: FieldDef, value: Any, answers: Mapping[str, Any], reach: Reach
) -> tuple[Any, list[Problem]]:
    given = value if isinstance(value, Mapping) else {}
    cleaned: dict[str, Any] = {}
    problems = [
        Problem(f"{field.name}.{row}", f"there is no such row; there are {', '.join(reach.rows)}")
        for row in given
        if row not in reach.rows
    ]
    for row in reach.rows:
        part, found = _field(definition, field, f"{field.name}.{row}", given.get(row), answers, reach)
        problems += found
        if part is not None:
            cleaned[row] = part
    return cleaned or None, problems


def _field(
    definition: Definition, field: FieldDef, path: str, value: Any, answers: Mapping[str, Any], reach: Reach
) -> tuple[Any, list[Problem]]:
    if value is None or value == "" or value == []:
        needed = field.required or (bool(field.required_if) and all(_line(line, answers) for line in field.required_if))
        return None, [Problem(path, "an answer is needed")] if needed else []
    if field.type == "rows":
        return _rows(definition, field, path, value, reach)
    if field.many:
        values = value if isinstance(value, list | tuple) else [value]
        pairs = [_single(definition, field, path, item, reach) for item in values]
        problems = [problem for _, problem in pairs if problem]
        return [item for item, _ in pairs], problems + _amount(field, path, len(values), "choices")
    cleaned, problem = _single(definition, field, path, value, reach)
    return cleaned, [problem] if problem else []


def _rows(definition: Definition, field: FieldDef, path: str, value: Any, reach: Reach) -> tuple[Any, list[Problem]]:
    if not isinstance(value, list | tuple):
        return None, [Problem(path, "a list of rows is expected")]
    problems = _amount(field, path, len(value), "rows")
    cleaned: list[dict[str, Any]] = []
    for number, row in enumerate(value, 1):
        given = row if isinstance(row, Mapping) else {}
        kept: dict[str, Any] = {}
        for column in field.columns:
            item, found = _field(
                definition, column, f"{path}.{number}.{column.name}", given.get(column.name), given, reach
            )
            problems += found
            if item is not None:
                kept[column.name] = item
        cleaned.append(kept)
    return cleaned, problems


def _amount(field: FieldDef, path: str, number: int, what: str) -> list[Problem]:
    if field.least is not None and number < field.least:
        return [Problem(path, f"at least {field.least} {what} are needed, there are {number}")]
    if field.most is not None and number > field.most:
        return [Problem(path, f"at most {field.most} {what} fit, there are {number}")]
    return []


def _single(definition: Definition, field: FieldDef, path: str, value: Any, reach: Reach) -> tuple[Any, Problem | None]:
    match field.type:
        case "text" | "file":
            return _text(field, path, str(value))
        case "number":
            return _number(field, path, value)
        case "yes_no":
            word = {True: "yes", False: "no"}.get(value, str(value).lower()) if isinstance(value, bool) else str(value)
            return word, None if word in ("yes", "no") else Problem(path, f"yes or no is expected, not {value!r}")
        case "choice":
            options = choices(definition, field)
            good = str(value) in options
            return str(value), None if good else Problem(path, f"{value!r} is none of {', '.join(options)}")
        case "date":
            return _date(path, value)
        case "person":
            return _person(field, path, str(value), reach)
    raise AssertionError(f"a field of type {field.type} is not a single value")


def _text(field: FieldDef, path: str, value: str) -> tuple[Any, Problem | None]:
    words = len(value.split())
    if len(value) > LONGEST_TEXT:
        return value, Problem(path, f"the text has {len(value)} characters, at most {LONGEST_TEXT} fit")
    if field.max_words is not None and words > field.max_words:
        return value, Problem(path, f"the text has {words} words, at most {field.max_words} fit")
    if field.min_words is not None and words < field.min_words:
        return value, Problem(path, f"the text has {words} words, at least {field.min_words} are needed")
    return value, None


def _number(field: FieldDef, path: str, value: Any) -> tuple[Any, Problem | None]:
    try:
        number = int(value)
    except (TypeError, ValueError):
        return value, Problem(path, f"a whole number is expected, not {value!r}")
    found = _amount(field, path, number, "")
    return number, found[0] if found else None


def _date(path: str, value: Any) -> tuple[Any, Problem | None]:
    try:
        return (value if isinstance(value, date) else date.fromisoformat(str(value))).isoformat(), None
    except ValueError:
        return value, Problem(path, f"a day such as 2027-04-22 is expected, not {value!r}")


def _person(field: FieldDef, path: str, value: str, reach: Reach) -> tuple[Any, Problem | None]:
    if reach.people is None or field.of is None or value in reach.people.get(field.of, ()):
        return value, None
    return value, Problem(path, f"this person is not one of {field.of}")


def choices(definition: Definition, field: FieldDef) -> tuple[str, ...]:
    """The values of a choice: its own, or those of a scale of the rubric."""
    if field.scale is not None and definition.rubric is not None:
        return definition.rubric.scales[field.scale]
    return field.choices


def _line(line: Line, answers: Mapping[str, Any]) -> bool:
    """Whether a line over fields of the same form holds."""
    test = line.test
    if isinstance(test, AnyOf):
        return any(_line(inner, answers) for inner in test.lines)
    if isinstance(test, IsState):
        value = answers.get(test.ref.name)
        found = {str(item) for item in value} if isinstance(value, list | tuple) else {_word(value)}
        return bool(found & set(test.words)) != test.negated
    if isinstance(test, Compare) and isinstance(test.left, DateExpr) and isinstance(test.left.base, At):
        value = answers.get(test.left.base.ref.name)
        right = test.right.number if isinstance(test.right, Constant) else None
        number = str(value)
        return right is not None and number.lstrip("-").isdigit() and OPERATORS[test.operator](int(number), right)
    return False


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def fields_of_type(form: FormDef, kind: str) -> Iterator[FieldDef]:
    """The fields of one type, as declared."""
    return (field for field in form.fields if field.type == kind)


def row_count(form: FormDef | None, answers: Mapping[str, Any]) -> int:
    """How many rows the first field of rows holds."""
    if form is None:
        return 0
    for field in fields_of_type(form, "rows"):
        return len(answers.get(field.name) or ())
    return 0


def agreed_word(form: FormDef | None, answers: Mapping[str, Any]) -> str | None:
    """Yes or no of the form's first yes/no field; None where it asks no such question."""
    if form is None:
        return None
    for field in fields_of_type(form, "yes_no"):
        return str(answers.get(field.name, "no"))
    return None
