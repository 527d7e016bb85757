"""Do answers fit a form? Validation of typed fields, and what the engine itself reads out of answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from engine.answers import day, whole, word
from engine.counting import OPERATORS
from engine.definition import Definition, FieldDef, FormDef
from engine.expressions import AnyOf, At, Between, Compare, Constant, DateExpr, IsState, Line, NumberOf, Ref, Term
from engine.files import MB, TYPES, is_kept
from engine.money import money
from engine.saying import Said, said

LONGEST_TEXT = 100_000  # characters of one answer


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one answer; `field` with its row or column, such as ``questions.2.question``."""

    field: str
    message: str
    asked: bool = True  # False: the form has no such field
    lacking: bool = False  # nothing is wrong with what is there: something is still to come

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"

    def told(self, form: str) -> Said:
        """The problem as a sentence, which knows the form."""
        if not self.asked:
            return said("{name}: {why}", name=self.field, why=self.message)
        return said("{field}: {why}", field=self.field, why=self.message, path=f"{form}.{self.field}")


Value: TypeAlias = int | Decimal | date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What an answer may name: the rows of the rubric in scope, and the people behind a role, seat or group.

    `holds` and `value` answer what a form asks of the case, in lines that name none of its own fields.
    """

    rows: Sequence[str] = ()
    people: Mapping[str, Sequence[str]] | None = None  # group -> participants; None: not checked
    holds: Callable[[Line], bool] = lambda line: False
    value: Callable[[Term], Value] = lambda term: None


def validate(
    definition: Definition, form: FormDef, answers: Mapping[str, Any], reach: Reach
) -> tuple[dict[str, Any], list[Problem]]:
    """Answers in their normal shape, and all that is wrong with them.

    Numbers may come as text, yes/no as booleans or words, dates as ISO text; a field asked per row of the rubric is a
    mapping of row to answer; a field of rows is a list of mappings.
    """
    clean: dict[str, Any] = {}
    problems: list[Problem] = []
    known = dict.fromkeys(field.name for field in form.fields)
    for name in answers:
        if name not in known:
            problems.append(Problem(name, said("the form {form} has no such field", form=form.name), asked=False))
    beside: Mapping[str, Any] = {**known, **answers}
    for field in form.fields:
        value = answers.get(field.name)
        if field.per is not None:
            cleaned, found = _per_row(definition, field, value, beside, reach)
        else:
            cleaned, found = _field(definition, field, field.name, value, beside, reach)
        problems += found
        if cleaned is not None:
            clean[field.name] = cleaned
    return clean, problems


def _per_row(
    definition: Definition, field: FieldDef, value: Any, answers: Mapping[str, Any], reach: Reach
) -> tuple[Any, list[Problem]]:
    if not _empty(value) and not isinstance(value, Mapping):
        return None, [Problem(field.name, said("an answer for each of {rows} is expected", rows=tuple(reach.rows)))]
    given = value if isinstance(value, Mapping) else {}
    cleaned: dict[str, Any] = {}
    problems = [
        Problem(f"{field.name}.{row}", said("there is no such row; there are {rows}", rows=tuple(reach.rows)))
        for row in given
        if row not in reach.rows
    ]
    for row in reach.rows:
        beside = {name: one.get(row) if isinstance(one, Mapping) else one for name, one in answers.items()}
        part, found = _field(definition, field, f"{field.name}.{row}", given.get(row), beside, reach)
        problems += found
        if part is not None:
            cleaned[row] = part
    return cleaned or None, problems


def _field(
    definition: Definition, field: FieldDef, path: str, value: Any, answers: Mapping[str, Any], reach: Reach
) -> tuple[Any, list[Problem]]:
    if field.many and isinstance(value, list | tuple):
        value = [item for item in value if not _empty(item)]
    if _empty(value):
        needed = is_needed(field, answers, reach)
        return None, [Problem(path, "an answer is needed", lacking=True)] if needed else []
    if field.type == "rows":
        return _rows(definition, field, path, value, reach)
    if field.many:
        values = value if isinstance(value, list | tuple) else [value]
        pairs = [_single(definition, field, path, item, reach) for item in values]
        problems = [problem for _, problem in pairs if problem]
        different = [item for at, (item, _) in enumerate(pairs) if item not in [each for each, _ in pairs[:at]]]
        return different, problems + _amount(field, path, len(different), said("choices"))
    cleaned, problem = _single(definition, field, path, value, reach)
    return cleaned, [problem] if problem else []


def is_needed(field: FieldDef, answers: Mapping[str, Any], reach: Reach) -> bool:
    """Whether a field must be answered; `answers` name all fields beside it, also those without an answer (None)."""
    lines = field.required_if
    return field.required or (bool(lines) and all(_line(line, answers, reach) for line in lines))


def _empty(value: Any) -> bool:
    """Whether nothing is answered: blanks are no answer."""
    return value is None or value in ((), [], {}) or (isinstance(value, str) and not value.strip())


def _rows(definition: Definition, field: FieldDef, path: str, value: Any, reach: Reach) -> tuple[Any, list[Problem]]:
    if not isinstance(value, list | tuple):
        return None, [Problem(path, "a list of rows is expected")]
    problems = _amount(field, path, len(value), said("rows"))
    cleaned: list[dict[str, Any]] = []
    columns = [column.name for column in field.columns]
    for number, given in enumerate(value, 1):
        if not isinstance(given, Mapping):
            problems.append(Problem(f"{path}.{number}", said("a row of {columns} is expected", columns=tuple(columns))))
            continue
        problems += [
            Problem(f"{path}.{number}.{key}", "there is no such column") for key in given if key not in columns
        ]
        kept: dict[str, Any] = {}
        for column in field.columns:
            beside = {**dict.fromkeys(columns), **given}
            item, found = _field(
                definition, column, f"{path}.{number}.{column.name}", given.get(column.name), beside, reach
            )
            problems += found
            if item is not None:
                kept[column.name] = item
        cleaned.append(kept)
    return cleaned, problems


def _amount(field: FieldDef, path: str, number: int, what: Said) -> list[Problem]:
    if field.least is not None and number < field.least:
        return [
            Problem(
                path,
                said("at least {n} {what} are needed, there are {number}", n=field.least, what=what, number=number),
                lacking=True,
            )
        ]
    if field.most is not None and number > field.most:
        return [
            Problem(path, said("at most {n} {what} fit, there are {number}", n=field.most, what=what, number=number))
        ]
    return []


def _single(definition: Definition, field: FieldDef, path: str, value: Any, reach: Reach) -> tuple[Any, Problem | None]:
    if field.type == "file":
        return _file(field, path, value)
    if isinstance(value, Mapping | list | tuple):
        return str(value), Problem(path, "one answer is expected, not several")
    match field.type:
        case "text":
            return _text(field, path, str(value))
        case "number":
            return _number(field, path, value)
        case "money":
            return _money(field, path, value)
        case "yes_no":
            answer = word(value)
            return answer, None if answer in ("yes", "no") else Problem(
                path, said("yes or no is expected, not {value!r}", value=value)
            )
        case "choice":
            options = choices(definition, field)
            good = str(value) in options
            return str(value), None if good else Problem(
                path, said("{value!r} is none of {options}", value=value, options=tuple(options))
            )
        case "date":
            return _date(path, value)
        case "person":
            return _person(field, path, str(value), reach)
    raise AssertionError(f"a field of type {field.type} is not a single value")


def _file(field: FieldDef, path: str, value: Any) -> tuple[Any, Problem | None]:
    """A file that is kept, of a type and size that the form takes; where it names no types, a word about it will do."""
    if is_kept(value):
        kind, size = value["type"], value["size"]
        taken = field.types or tuple(TYPES)
        if kind not in taken:
            return value, Problem(path, said("a file of the type {kind} is none of {taken}", kind=kind, taken=taken))
        if field.max_mb is not None and size > field.max_mb * MB:
            large = said("the file has {n} MB, at most {most} fit", n=Decimal(size * 10 // MB) / 10, most=field.max_mb)
            return value, Problem(path, large)
        return dict(value), None
    if isinstance(value, Mapping | list | tuple):
        return str(value), Problem(path, "one answer is expected, not several")
    if field.types:
        return value, Problem(path, said("the file itself is needed, of the type {taken:or}", taken=field.types))
    return _text(field, path, str(value))


def _text(field: FieldDef, path: str, value: str) -> tuple[Any, Problem | None]:
    words = len(value.split())
    if len(value) > LONGEST_TEXT:
        return value, Problem(
            path, said("the text has {n} characters, at most {most} fit", n=len(value), most=LONGEST_TEXT)
        )
    if field.max_words is not None and words > field.max_words:
        return value, Problem(path, said("the text has {n} words, at most {most} fit", n=words, most=field.max_words))
    if field.min_words is not None and words < field.min_words:
        few = said("the text has {n} words, at least {least} are needed", n=words, least=field.min_words)
        return value, Problem(path, few, lacking=True)
    try:
        value.encode()
    except UnicodeEncodeError:
        return value, Problem(path, "the text has characters that cannot be kept")
    return value, None


def _number(field: FieldDef, path: str, value: Any) -> tuple[Any, Problem | None]:
    number = whole(value)
    if number is None:
        return value, Problem(path, said("a whole number is expected, not {value!r}", value=value))
    if field.least is not None and number < field.least:
        return number, Problem(path, said("the number is {n}, at least {least} is needed", n=number, least=field.least))
    if field.most is not None and number > field.most:
        return number, Problem(path, said("the number is {n}, at most {most} fits", n=number, most=field.most))
    return number, None


def _money(field: FieldDef, path: str, value: Any) -> tuple[Any, Problem | None]:
    """The text that is kept. Bounds are in whole units of the currency."""
    amount = money(value, field.currency)
    if amount is None:
        return value, Problem(
            path, said("an amount such as 1.250,00 or 1,250.00 is expected, not {value!r}", value=value)
        )
    if amount.currency != field.currency:
        reason = said(
            "the amount is in {given}, and {wanted} is expected", given=amount.currency, wanted=field.currency
        )
        return value, Problem(path, reason)
    if field.least is not None and amount.value < field.least:
        return str(amount), Problem(path, said("the amount is less than {least}", least=field.least))
    if field.most is not None and amount.value > field.most:
        return str(amount), Problem(path, said("the amount is more than {most}", most=field.most))
    return str(amount), None


def _date(path: str, value: Any) -> tuple[Any, Problem | None]:
    is_day = isinstance(value, date) and not isinstance(value, datetime)
    try:
        return (value if is_day else date.fromisoformat(str(value))).isoformat(), None
    except ValueError:
        return value, Problem(path, said("a day such as 2027-04-22 is expected, not {value!r}", value=value))


def _person(field: FieldDef, path: str, value: str, reach: Reach) -> tuple[Any, Problem | None]:
    if reach.people is None or field.of is None or value in reach.people.get(field.of, ()):
        return value, None
    return value, Problem(path, said("this person is not one of {group:role}", group=field.of))


def choices(definition: Definition, field: FieldDef) -> tuple[str, ...]:
    """The values of a choice: its own, or those of a scale of the rubric."""
    if field.scale is not None and definition.rubric is not None:
        return definition.rubric.scales[field.scale]
    return field.choices


def _line(line: Line, answers: Mapping[str, Any], reach: Reach) -> bool:
    """Whether a line holds: of fields of the same form, of the case where it names none of them, or of both."""
    test = line.test
    if isinstance(test, AnyOf):
        return any(_line(inner, answers, reach) for inner in test.lines)
    if isinstance(test, IsState) and not test.own and _is_field(test.ref, answers):
        return bool(_words(answers.get(test.ref.name)) & set(test.words)) != test.negated
    if isinstance(test, Compare):
        left, right = _term(test.left, answers, reach), _term(test.right, answers, reach)
        return _ordered(left, right) and OPERATORS[test.operator](left, right)
    if isinstance(test, Between):
        first, term, last = (_term(each, answers, reach) for each in (test.first, test.term, test.last))
        return _ordered(first, term) and _ordered(term, last) and first <= term <= last  # type: ignore[operator]
    return reach.holds(line)


def _is_field(ref: Ref, answers: Mapping[str, Any]) -> bool:
    return ref.part is None and ref.name in answers


def _ordered(left: Value, right: Value) -> bool:
    """Whether both are known, and of one kind: a day is neither more nor less than a number."""
    return left is not None and right is not None and isinstance(left, date) == isinstance(right, date)


def _term(term: Term, answers: Mapping[str, Any], reach: Reach) -> Value:
    """What is answered beside it, or how many rows, choices or people are; else what the case says."""
    if isinstance(term, NumberOf) and _is_field(term.ref, answers):
        given = answers[term.ref.name]
        return len(given) if isinstance(given, list | tuple) else int(not _empty(given))
    if isinstance(term, DateExpr) and isinstance(term.base, At) and _is_field(term.base.ref, answers):
        given = answers[term.base.ref.name]
        number, amount = whole(given), money(given, "any")
        return number if number is not None else day(given) or (amount.value if amount else None)
    return term.number if isinstance(term, Constant) else reach.value(term)


def _words(value: Any) -> set[str]:
    """The words of an answer; all of them where there are several, or one per row."""
    if isinstance(value, Mapping):
        value = list(value.values())
    return {word(item) for item in value} if isinstance(value, list | tuple) else {word(value)}


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
    """Yes or no of the form's first yes/no field that is asked once; None where it asks no such question."""
    if form is None:
        return None
    for field in fields_of_type(form, "yes_no"):
        if field.per is None:
            return str(answers.get(field.name, "no"))
    return None


def counts_costs(form: FormDef) -> bool:
    """Whether a form asks an amount that is claimed or paid, as a question or in its rows (decision 29)."""
    return any(each.cost is not None for field in form.fields for each in (field, *field.columns))


def outlives(form: FormDef) -> bool:
    """Whether answers count on after the round in which they were given: amounts and findings (decisions 29 and 37)."""
    return counts_costs(form) or any(field.marks == "finding" for field in form.fields)
