"""What does the engine keep of an answer that a definition reads? Words, numbers and days, as facts of the case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from engine.definition import Definition, FieldDef
from engine.expressions import Ref
from engine.files import is_kept

BETWEEN = "\n"  # several words of one answer


def field_of(definition: Definition, ref: Ref) -> FieldDef | None:
    """The question that `TASK.FIELD` names; None where it names none."""
    task = definition.tasks.get(ref.name)
    form = definition.forms.get(task.form or "") if task is not None else None
    return next((field for field in form.fields if field.name == ref.part), None) if form is not None else None


def row_day(definition: Definition, ref: Ref) -> FieldDef | None:
    """The column of days that `TASK.COLUMN` names, in the first list of the form of that task; None: it names none.

    A question of that name comes first: then `TASK.FIELD` is meant.
    """
    task = definition.tasks.get(ref.name)
    form = definition.forms.get(task.form or "") if task is not None else None
    if form is None or field_of(definition, ref) is not None:
        return None
    rows = next((field for field in form.fields if field.type == "rows"), None)
    columns = rows.columns if rows is not None else ()
    return next((column for column in columns if column.name == ref.part and column.type == "date"), None)


def kept(field: FieldDef | None, value: Any) -> str:
    """An answer as a fact: rows by their number, files by their type, several choices as words, the rest as it is.

    Facts stand in the history, which no erasure reaches: the hash of a file would tell whoever has it that it was
    handed in.
    """
    if field is not None and field.type == "rows" and isinstance(value, list | tuple):
        return str(len(value))
    if is_kept(value):
        return str(value["type"])
    if isinstance(value, Mapping):
        return BETWEEN.join(kept(None, each) for each in value.values())
    if isinstance(value, list | tuple):
        return BETWEEN.join(kept(None, each) for each in value)
    return str(value)


def words(field: FieldDef | None, fact: str) -> set[str]:
    """The words of a fact, as `is` asks for them: several of a choice of many, or of one per row."""
    return set(fact.split(BETWEEN)) if field is not None and (field.many or field.per) else {fact}


def number(field: FieldDef | None, fact: str) -> int | None:
    """What `number of` finds: the number that was answered, or how many rows, choices or people; None: neither."""
    if field is not None and (field.many or field.per):
        return len(fact.split(BETWEEN))
    return whole(fact)


def word(value: Any) -> str:
    """A value as the word that a condition asks for."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def whole(value: Any) -> int | None:
    """A whole number, perhaps given as text; None where it is none."""
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        return None
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def day(value: Any) -> date | None:
    """A day, perhaps given as text; None where it is none."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
