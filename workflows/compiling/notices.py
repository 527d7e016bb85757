"""Who is told what, who may see what, and which other cases begin? Notices, documents, children, sending."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import time
from types import MappingProxyType
from typing import TypeAlias

from engine.definition import ChildDef, Defaults, DocumentDef, NoticeDef, PublishRule, SendingRule
from engine.expressions import Count, DateExpr, Delta, Lines, Ref
from engine.saying import said
from workflows.compiling.people import expand
from workflows.compiling.reader import Reader
from workflows.compiling.scope import NOWHERE, Scope
from workflows.expressions import ExpressionError, parse_duration
from workflows.problems import did_you_mean
from workflows.schema import Child, Document, DocumentClass, Notice, Process, Publish, Sending
from workflows.schema import Defaults as DefaultsItem
from workflows.schema_parts import Condition
from workflows.yaml_reading import Text

READER = Scope(own=True)
OPEN_ASSIGNEES = "open_assignees"
WHO_LEFT = "who_left"


def notices(
    reader: Reader, items: Mapping[Text, Notice], groups: Mapping[str, tuple[str, ...]]
) -> dict[str, NoticeDef]:
    """What must be told at which moment."""
    return {
        str(name): _notice(reader, groups, order, str(name), item) for order, (name, item) in enumerate(items.items())
    }


def _notice(reader: Reader, groups: Mapping[str, tuple[str, ...]], order: int, name: str, item: Notice) -> NoticeDef:
    if not item.to and item.when:
        reader.error(item.when[0], said("The notice `{name}` goes to nobody: add `to`.", name=name))
    return NoticeDef(
        name=name,
        order=order,
        when=reader.dates(item.when, NOWHERE),
        to=expand(reader.whom(item.to, "to", also=(OPEN_ASSIGNEES, WHO_LEFT)), groups),
        cc=expand(reader.whom(item.cc, "cc"), groups),
        condition=reader.lines(item.condition, NOWHERE),
        invite=None if item.invite is None else _invited(reader, item.invite),
        attach=None if item.attach is None else str(item.attach),
        asks=tuple(reader.one_of(task, reader.names.of("task"), "asks", "task") for task in item.asks),
    )


def _invited(reader: Reader, text: Text) -> str:
    """What stands in calendars; a single day that is answered must be a date of the case for that."""
    task, _, name = text.partition(".")
    field = (reader.names.form_of(task) or {}).get(Text.at(name)) if task in reader.names.of("task") else None
    if field is None or field.type != "date":
        return reader.one_of(text, _invitable(reader), "invite", "date")
    message = said(
        "`invite: {text}` is one answer, and only days in the rows of a list are appointments by themselves.", text=text
    )
    example = f"{name}_day: {{from: {text}}}"
    help_ = said("Give it a name under `dates`, such as `{example}`, and invite that.", example=example)
    reader.error(text, message, help_)
    return str(text)


def _invitable(reader: Reader) -> Iterator[str]:
    """What can stand in a calendar: dates, deadlines, and the days in the first list of a task's form."""
    yield from reader.names.of("date", "deadline")
    for task in reader.names.of("task"):
        fields = reader.names.form_of(task) or {}
        rows = next((field for field in fields.values() if field.type == "rows"), None)
        columns = rows.columns.items() if rows is not None else ()
        yield from (f"{task}.{name}" for name, one in columns if one.type == "date" and name not in fields)


def documents(reader: Reader, process: Process) -> dict[str, DocumentDef]:
    """Who may see the answers to a form or task, and how long they are kept."""
    known = [*reader.names.forms, *reader.names.of("task")]
    known += [
        str(ask) for item in process.transitions.values() for ask, kind in item.asks.items() if kind.type == "document"
    ]
    for name in process.documents:
        reader.one_of(name, known, "documents", "form or task")
    used = {str(item.visibility) for item in process.documents.values()}
    for name in process.classes:
        if name not in used:
            message = said(
                "No document is of the class `{name}`: name it at one (`class: {name}`), or take it out.", name=name
            )
            reader.error(name, message)
    classes = {str(name): _class(reader, item) for name, item in process.classes.items()}
    return {str(name): _document(reader, str(name), item, classes) for name, item in process.documents.items()}


Shared: TypeAlias = tuple[Mapping[str, bool | Lines], Delta | DateExpr | None]


def _class(reader: Reader, item: DocumentClass) -> Shared:
    return _seen(reader, item.see), _keep(reader, item.keep)


def _document(reader: Reader, name: str, item: Document, classes: Mapping[str, Shared]) -> DocumentDef:
    """What a document says itself goes before what its class says."""
    see, keep = _seen(reader, item.see), _keep(reader, item.keep)
    if item.visibility is not None:
        found = reader.one_of(item.visibility, classes, "class", "class under `classes`")
        of_class, kept = classes.get(found, ({}, None))
        see, keep = {**of_class, **see}, kept if keep is None else keep
    return DocumentDef(
        name=name,
        visibility=None if item.visibility is None else str(item.visibility),
        see=MappingProxyType(see),
        publish=None if item.publish is None else _publish(reader, name, item.publish),
        keep=keep,
    )


def _seen(reader: Reader, see: Mapping[Text, bool | list[Condition]]) -> dict[str, bool | Lines]:
    return {reader.who(who, "see", also=("author",)): _see(reader, seen) for who, seen in see.items()}


def _publish(reader: Reader, name: str, item: Publish) -> PublishRule:
    fields = reader.names.form_of(name) or reader.names.forms.get(name) or {}
    known = [
        path for key, field in fields.items() for path in (str(key), *(f"{key}.{column}" for column in field.columns))
    ]
    of_document = said("field of `{name}`", name=name)
    return PublishRule(
        when=reader.dates(item.when, NOWHERE),
        condition=reader.lines(item.condition, NOWHERE),
        without=tuple(reader.one_of(text, known, "without", of_document) for text in item.without),
    )


def _see(reader: Reader, seen: bool | list[Condition]) -> bool | Lines:
    return seen if isinstance(seen, bool) else reader.lines(seen, READER)


def _keep(reader: Reader, text: Text | None) -> Delta | DateExpr | None:
    """A length or a date."""
    if text is None:
        return None
    try:
        return parse_duration(text)
    except ExpressionError:
        return reader.date(text, NOWHERE)


def children(reader: Reader, items: Mapping[Text, Child], groups: Mapping[str, tuple[str, ...]]) -> dict[str, ChildDef]:
    """Other cases that this one calls into life."""
    return {str(name): _child(reader, groups, order, name, item) for order, (name, item) in enumerate(items.items())}


def _child(reader: Reader, groups: Mapping[str, tuple[str, ...]], order: int, name: Text, item: Child) -> ChildDef:
    if not item.opens:
        reader.error(name, said("Nothing opens the child `{name}`: add `opens` or `by`.", name=name))
    if item.process == reader.names.process:
        for date in item.dates:
            reader.one_of(date, reader.names.of("date"), "dates", "date of this process")
    each, column = _each(reader, name, item)
    shares, dates = _shares(reader, item, groups), reader.names.of("date")
    return ChildDef(
        name=str(name),
        order=order,
        process=str(item.process),
        opens=reader.dates(item.opens, NOWHERE),
        each=each,
        column=column,
        by=reader.whom(item.by, "by"),
        condition=reader.lines(item.condition, NOWHERE),
        scope=_scope(reader, name, item),
        seats=_seats(reader, item, groups),
        dates=MappingProxyType({str(date): reader.date(text, NOWHERE) for date, text in item.dates.items()}),
        shared_seats=tuple(one for one in shares if one not in dates),
        shared_dates=tuple(one for one in shares if one in dates),
        await_=item.await_,
        many=item.many,
    )


def _each(reader: Reader, name: Text, item: Child) -> tuple[Ref | None, str]:
    """The question for each of whose rows there is one child, and the column whose text names a row."""
    if item.each is None:
        return None, ""
    task, _, field = item.each.partition(".")
    if item.many:
        message = said("`each` of the child `{name}` calls one for each row, also later: leave `many` out.", name=name)
        reader.error(name, message)
    reader.one_of(Text.at(task, item.each.line, item.each.column), reader.names.of("task"), "each", "task")
    fields = reader.names.form_of(task) or {}
    if fields and (field not in fields or fields[field].type != "rows"):
        known = [key for key, question in fields.items() if question.type == "rows"]
        message = said(
            "`each: {each}` names no list: write TASK.FIELD, of a question of the type rows.", each=item.each
        )
        reader.error(item.each, message, did_you_mean(f"{task}.{field}", [f"{task}.{key}" for key in known]))
    columns = fields[field].columns if field in fields else {}
    return Ref(task, field), next(map(str, columns), "")


def _seats(reader: Reader, item: Child, groups: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    seats = expand(reader.whom(item.seats, "seats"), groups)
    for one in seats:
        if one not in reader.names.of("seat") and one not in reader.names.broken:
            message = said("`seats` names `{name}`, which is a role: name seats, or a group of them.", name=one)
            reader.error(item.seats[0], message)
    return seats


def _shares(reader: Reader, item: Child, groups: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Seats, groups of them, and dates."""
    known = {*reader.names.of("seat"), *reader.names.of("date")}
    for one in item.shares:
        reader.one_of(one, [*known, *groups], "shares", said("seat, group of seats or date"))
        for member in set(expand([one], groups)) - known if one in groups else ():
            message = said("`shares` names `{name}`, which is a role: name seats, or a group of them.", name=member)
            reader.error(one, message)
    return expand(map(str, item.shares), groups)


def _scope(reader: Reader, name: Text, item: Child) -> tuple[str, Lines] | None:
    if not item.scope:
        return None
    (plural, text), *more = item.scope.items()
    rubric = reader.names.rubric
    if more:
        reader.error(more[0][0], said("The child `{name}` has more than one scope: keep one.", name=name))
    if rubric is not None and plural != rubric.plural:
        message = said(
            "`scope` names `{name}`, but the rows of the rubric are `{rows}`.", name=plural, rows=rubric.plural
        )
        reader.error(plural, message)
    lines = reader.lines([Condition(that=text)], NOWHERE)
    if lines and not isinstance(lines[0].test, Count):
        row = rubric.noun if rubric else "row"
        reader.error(text, said("`{text}` names no rows: write `all {row} with ... decided`.", text=text, row=row))
    return str(plural), lines


def defaults(reader: Reader, item: DefaultsItem, repeat: Delta | None) -> Defaults:
    """What holds where a task or mail says nothing."""
    return Defaults(
        shortest=reader.maybe_duration(item.shortest) or Delta(1, 2, "wd", None, "2wd"),
        repeat=repeat,
        sending=SendingRule() if item.sending is None else _sending(reader, item.sending),
    )


def _sending(reader: Reader, item: Sending) -> SendingRule:
    opens, closes = _hours(reader, item.between)
    return SendingRule(
        calendar=reader.maybe_one_of(item.calendar, reader.names.calendars, "calendar", "calendar"),
        opens=opens,
        closes=closes,
        roll=item.roll,
        or_earlier=item.or_earlier == "before due",
        bundle=item.bundle,
    )


def _hours(reader: Reader, text: Text | None) -> tuple[time, time]:
    usual = SendingRule()
    if text is None:
        return usual.opens, usual.closes
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", text)
    hours = [int(part) for part in found.groups()] if found else []
    if not hours or hours[:2] >= hours[2:]:
        reader.error(text, said("`between: {text}` is no part of a day: write it as 08:30-17:30.", text=text))
        return usual.opens, usual.closes
    return time(hours[0], hours[1]), time(hours[2], hours[3])
