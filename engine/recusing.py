"""Who is out for one item, and for that item only? What answers marked `recusal` say of a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from engine.answers import BETWEEN
from engine.case import Task
from engine.definition import FieldDef, FormDef
from engine.draft import Draft

FACT = "recused:"
"""Facts of a case: who is out for a row of the rubric (``/row``) or of an answer (``task/row``); by which answer."""


def note(draft: Draft, item: Task, form: FormDef | None, answers: Mapping[str, Any]) -> None:
    """Remember whom an answer leaves out of which rows; what the same answer said in an earlier round goes."""
    if form is None or not draft.plan.recuses:
        return
    source = _source(item)
    gone = {source} | _asked_no_more(draft, item)
    found: dict[str, set[str]] = {}
    for row, who in _named(draft, item, form, answers):
        found.setdefault(f"{FACT}{row}:{source}", set()).update(who)
    for key in [key for key in draft.facts if key.startswith(FACT) and key.rpartition(":")[2] in gone]:
        if key not in found:
            draft.drop("facts", key)
    for key, people in sorted(found.items()):
        words = BETWEEN.join(sorted(people))
        if draft.facts.get(key) != words:
            draft.put("facts", key, words)


def _source(item: Task) -> str:
    """Which answer it is, in every round: of a task per row each row has one of its own."""
    holder = item.name if item.holding is None else f"{item.name}@{item.holding}"
    return holder if item.row is None else f"{holder}/{item.row}"


def _asked_no_more(draft: Draft, item: Task) -> set[str]:
    """The answers about rows that an earlier round had and this one has not."""
    begin = _source(replace(item, row="")) if item.row is not None else None
    sources = {key.rpartition(":")[2] for key in draft.facts if key.startswith(FACT)}
    asked = {_source(each) for each in draft.tasks.values() if each.name == item.name}
    return {each for each in sources if begin is not None and each.startswith(begin)} - asked


def _named(draft: Draft, item: Task, form: FormDef, answers: Mapping[str, Any]) -> Iterator[tuple[str, Iterable[str]]]:
    """Row and people: named for a row of the rubric, named in a row of the answer, or who says yes of themselves."""
    for field in form.fields:
        given = answers.get(field.name)
        if field.marks == "recusal" and isinstance(given, Mapping):
            for row, value in given.items():
                yield f"/{row}", _people(draft, item, field, value)
        for column in field.columns:
            if column.marks == "recusal":
                for number, row in enumerate(given or (), 1):
                    yield f"{item.name}/{number}", _people(draft, item, column, row.get(column.name))


def _people(draft: Draft, item: Task, field: FieldDef, value: Any) -> tuple[str, ...]:
    if field.type == "yes_no":
        own = person_of(draft, item.holding) or draft.doer
        return (own,) if value == "yes" and own is not None else ()
    return tuple(value) if isinstance(value, list | tuple) else (value,) if value else ()


def person_of(draft: Draft, holding: str | None) -> str | None:
    """The participant behind a holding, or who does a task in a role."""
    held = draft.holdings.get(holding or "")
    return held.participant if held is not None else holding


def out_of(draft: Draft, row: str | None, task: str = "") -> frozenset[str]:
    """The participants who are out for a row of the rubric, or of the answer to a task."""
    if row is None or not draft.plan.recuses:
        return frozenset()
    start = f"{FACT}{task}/{row}:"
    return frozenset(
        who for key, words in draft.facts.items() if key.startswith(start) for who in words.split(BETWEEN) if who
    )


def is_out(draft: Draft, holding: str | None, row: str | None) -> bool:
    """Whether who does an instance is out for its row of the rubric."""
    return holding is not None and person_of(draft, holding) in out_of(draft, row)
