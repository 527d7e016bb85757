"""Which days does a list name, and which row is which when the list is answered anew?

A day in a row of an answer is an appointment of its own where a notice has `invite: TASK.COLUMN`. A row is known again
by its text, so that one that is dropped from the midst of a list moves no other. The case keeps a mark of that text,
made with its own key and too short to guess from, and not the text: that goes when its answer is removed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from engine.definition import Definition, FieldDef
from engine.draft import Draft
from engine.expressions import Ref

OF_ROW = "/"  # "sites.day/3f2a": the day in one row of an answer
MARK = "listed:"  # of a case: the mark of a row, beside its day
LENGTH = 4  # of a mark: some 65,000 of them


def ref_of(name: str) -> Ref | None:
    """The column to which a day belongs; None where that is a named date or a deadline."""
    column, of_row, _ = name.partition(OF_ROW)
    task, _, part = column.partition(".")
    return Ref(task, part) if of_row else None


def list_of(definition: Definition, task: str) -> FieldDef | None:
    """The first list of the form of a task."""
    found = definition.tasks.get(task)
    form = definition.forms.get(found.form or "") if found is not None else None
    return next((field for field in form.fields if field.type == "rows"), None) if form is not None else None


def field_path(definition: Definition, ref: Ref) -> str:
    """The column as its texts know it: `form.list.column`."""
    rows = list_of(definition, ref.name)
    return f"{definition.tasks[ref.name].form}.{rows.name}.{ref.part}" if rows is not None else str(ref)


def texts_of(rows: FieldDef, given: Sequence[Mapping[str, Any]]) -> list[str]:
    """What names each row of an answer, on one line: its first column of text; empty where it has none."""
    column = next((each.name for each in rows.columns if each.type == "text"), None)
    return [" ".join(str(row.get(column or "") or "").split()) for row in given]


def marks_of(case: str, task: str, texts: Sequence[str]) -> list[str]:
    """The mark of each row: of its text, or its number where it has none; of several with one mark each is counted."""
    seen: Counter[str] = Counter()
    found = []
    for number, text in enumerate(texts, 1):
        mark = sha256(f"{case}\n{task}\n{text.casefold()}".encode()).hexdigest()[:LENGTH] if text else str(number)
        seen[mark] += 1
        found.append(mark if seen[mark] == 1 else f"{mark}-{seen[mark]}")
    return found


def remember(draft: Draft, ref: Ref, given: Sequence[Mapping[str, Any]]) -> None:
    """Keep which row is which, beside their days, where these are appointments."""
    rows = list_of(draft.definition, ref.name)
    if rows is None or str(ref) not in draft.plan.invites:
        return
    marks = marks_of(draft.id, ref.name, texts_of(rows, given))
    known = {f"{MARK}{ref}{OF_ROW}{number}": mark for number, mark in enumerate(marks, 1)}
    for key in [key for key in draft.facts if key.startswith(f"{MARK}{ref}{OF_ROW}") and key not in known]:
        draft.drop("facts", key)
    for key, mark in known.items():
        draft.put("facts", key, mark)


def days_of(draft: Draft, column: str) -> Iterator[tuple[str, date]]:
    """The days that stand in a list now, each by the name of its row: `sites.day/3f2a`."""
    for key, moment in draft.moments.items():
        if key.startswith(f"{column}{OF_ROW}") and moment.day is not None:
            mark = draft.facts.get(f"{MARK}{key}", key.rpartition(OF_ROW)[2])
            yield f"{column}{OF_ROW}{mark}", moment.day


def is_column(definition: Definition, name: str) -> bool:
    """Whether a name is that of a column of days, and none of a date or deadline."""
    return name not in definition.dates and name not in definition.deadlines and "." in name


def texts_by_mark(definition: Definition, case: str, task: str, answers: Mapping[str, Any]) -> dict[str, str]:
    """Of one answer: the mark of each row that has a text -> that text."""
    rows = list_of(definition, task)
    given = answers.get(rows.name) if rows is not None else None
    if rows is None or not isinstance(given, list | tuple):
        return {}
    texts = texts_of(rows, given)
    return {mark: text for mark, text in zip(marks_of(case, task, texts), texts, strict=True) if text}
