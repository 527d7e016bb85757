"""What is asked, and on what scales is it judged? Forms and the rubric of a process."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from engine.definition import FieldDef, FormDef, Rubric
from engine.expressions import Ref
from engine.files import TYPES
from engine.questions import FINDINGS
from engine.saying import said
from workflows.compiling.reader import Reader
from workflows.compiling.scope import Scope
from workflows.form_schema import Form, FormField, RubricFile
from workflows.problems import did_you_mean
from workflows.yaml_reading import Text


def form(reader: Reader, item: Form, known: Mapping[str, Form]) -> FormDef:
    """One form; `known` are all forms of the process, for `prefill`."""
    _check_recused(reader, item)
    return FormDef(
        name=str(item.form),
        fields=tuple(_field(reader, name, question, item.fields, known) for name, question in item.fields.items()),
    )


def _field(
    reader: Reader, name: Text, item: FormField, beside: Mapping[Text, FormField], known: Mapping[str, Form]
) -> FieldDef:
    _check_kind(reader, name, item)
    answers = tuple((str(key), question) for key, question in beside.items())
    return FieldDef(
        name=str(name),
        type=item.type,
        required=item.required,
        required_if=reader.lines(item.required_if, Scope(answers=answers)),
        choices=tuple(map(str, item.choices)),
        max_words=item.max_words,
        min_words=item.min_words,
        least=item.least,
        most=item.most,
        many=item.many,
        of=None if item.of is None else reader.who(item.of, "of"),
        marks=item.marks,
        closes=tuple(
            reader.one_of(one, map(str, item.choices), "closes", said("choice of `{name}`", name=name))
            for one in item.closes
        ),
        per=_per(reader, item.per),
        scale=_scale(reader, item.scale),
        prefill=None if item.prefill is None else _prefill(reader, item.prefill, known),
        types=tuple(reader.one_of(one, TYPES, "types", said("kind of file")) for one in item.types),
        max_mb=item.max_mb,
        currency=item.currency,
        cost=item.cost,
        columns=tuple(_field(reader, key, column, item.columns, known) for key, column in item.columns.items()),
    )


MARKED = {
    "present": ("person",),
    "conflict": ("yes_no",),
    "recusal": ("person", "yes_no"),
    "finding": ("rows", "choice"),
}  # which fields may mark what


def _check_recused(reader: Reader, item: Form) -> None:
    """Who is out is out for a row: of the rubric, or of the form's first list, which is the one that tasks follow."""
    lists = [question for question in item.fields.values() if question.type == "rows"]
    for name, question in item.fields.items():
        columns = question.columns.items()
        wrong = [column for column, one in columns if one.marks == "recusal" and one.type != "person"]
        if question.marks == "recusal" and question.per is None:
            wrong.append(name)
        if lists and question is not lists[0]:
            wrong += [column for column, one in columns if one.marks == "recusal" and column not in wrong]
        for each in wrong:
            message = said("`marks: recusal` of `{name}` says of no row who is out.", name=each)
            reader.error(each, message, "Ask it `per` row of the rubric, or of people in a column of the first rows.")


def _check_kind(reader: Reader, name: Text, item: FormField) -> None:
    wrong = {
        "choices": bool(item.choices) and item.type != "choice",
        "scale": item.scale is not None and item.type != "choice",
        "columns": bool(item.columns) and item.type != "rows",
        "of": item.of is not None and item.type != "person",
        "marks": item.marks is not None and item.type not in MARKED[item.marks],
        "closes": bool(item.closes) and not (item.type == "choice" and item.marks == "finding"),
        "max_words": item.max_words is not None and item.type != "text",
        "min_words": item.min_words is not None and item.type != "text",
        "types": bool(item.types) and item.type != "file",
        "max_mb": item.max_mb is not None and item.type != "file",
        "currency": item.currency is not None and item.type != "money",
        "cost": item.cost is not None and item.type != "money",
        "many": item.many and item.type not in ("choice", "person", "file"),
    }
    for key in (key for key, found in wrong.items() if found):
        message = said(
            "The field `{name}` is of the type {type}: `{key}` has no meaning there.",
            name=name, type=item.type, key=key,
        )  # fmt: skip
        reader.error(name, message)
    if item.type == "choice" and not item.choices and item.scale is None:
        message = said("The field `{name}` offers no choice: add `choices`, or a `scale` of the rubric.", name=name)
        reader.error(name, message)
    if item.type == "money" and item.currency is None:
        message = said("The field `{name}` asks for an amount: add its `currency`, such as EUR.", name=name)
        reader.error(name, message)
    if item.type == "file" and item.max_mb is not None and not item.types:
        message = said(
            "The file `{name}` is kept only where it says of which kinds: add `types`, such as [pdf].", name=name
        )
        reader.error(name, message)
    if item.columns and item.marks == "finding" and all(one.type != "text" for one in item.columns.values()):
        reader.error(name, said("Nothing names a finding of `{name}`: give it a column of the type text.", name=name))
    if item.type == "rows" and not item.columns:
        reader.error(name, said("The field `{name}` has rows without columns: add `columns`.", name=name))
    if item.least is not None and item.most is not None and item.least > item.most:
        message = said(
            "The field `{name}` asks for at least {least} and at most {most}.",
            name=name, least=item.least, most=item.most,
        )  # fmt: skip
        reader.error(name, message)


def _per(reader: Reader, text: Text | None) -> str | None:
    rubric = reader.names.rubric
    if text is None or rubric is None:
        if text is not None and "rubric" not in reader.names.broken:
            reader.error(text, said("`per: {text}` asks for a rubric, and this process has none.", text=text))
        return None if text is None else str(text)
    return reader.one_of(text, [str(rubric.plural)], "per", "set of rows of the rubric")


def _scale(reader: Reader, text: Text | None) -> str | None:
    rubric = reader.names.rubric
    if text is None or rubric is None:
        return None if text is None else str(text)
    return reader.one_of(text, map(str, rubric.scales), "scale", "scale of the rubric")


def _prefill(reader: Reader, text: Text, known: Mapping[str, Form]) -> Ref:
    name, _, part = text.partition(".")
    if text == FINDINGS:
        return Ref(FINDINGS)
    if name not in reader.names.broken:
        found = known.get(name)
        if found is None:
            message = said("`prefill: {text}` begins with no form of this process.", text=text)
            reader.error(text, message, did_you_mean(name, known))
        elif part not in found.fields:
            help_ = did_you_mean(part, map(str, found.fields))
            message = said(
                "`prefill: {text}`: the form `{form}` has no field `{field}`.", text=text, form=name, field=part
            )
            reader.error(text, message, help_)
    return Ref(str(name), str(part) or None)


def rubric(item: RubricFile) -> Rubric:
    """Criteria and scales without their texts."""
    return Rubric(
        name=str(item.rubric),
        noun=str(item.noun),
        plural=str(item.plural),
        criteria=tuple(item.judged),
        above=str(item.above.noun) if item.above is not None else "",
        below=MappingProxyType(
            {str(name): tuple(map(str, each.criteria)) for name, each in item.criteria.items() if each.criteria}
        ),
        scales=MappingProxyType({str(name): tuple(map(str, scale.levels)) for name, scale in item.scales.items()}),
    )
