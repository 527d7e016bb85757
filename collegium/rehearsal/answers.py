"""What would somebody fill in? Plausible answers to any form, from its fields, with what a script wants otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from random import Random
from typing import Any

from engine.definition import Definition, FieldDef, FormDef
from engine.forms import Reach, choices, is_needed

TEXT = (
    "Studenten leren op school en op de opleiding samen met hun begeleiders en dat is goed te zien in de praktijk van "
    "elke dag omdat afspraken duidelijk zijn en iedereen weet wat er van hem of haar wordt verwacht"
)
WORDS = tuple(TEXT.split())


class Writer:
    """Fills in forms; the same seed writes the same. `first`: of choices that are no scale the first, else the last."""

    def __init__(
        self, definition: Definition, rows: Sequence[str], people: Mapping[str, Sequence[str]], *, first: bool = False
    ) -> None:
        self._first = first
        self._definition = definition
        self._rows = rows
        self._people = people

    def fill(self, form: FormDef, wanted: Mapping[str, Any], random: Random, today: date) -> dict[str, Any]:
        """Answers to all that is required, and what is wanted besides."""
        answers: dict[str, Any] = {}
        names = dict.fromkeys(field.name for field in form.fields)
        for field in form.fields:
            if field.name in wanted:
                if wanted[field.name] is not None:
                    answers[field.name] = wanted[field.name]
            elif is_needed(field, {**names, **answers}, Reach()):
                answers[field.name] = self._answer(field, random, today)
        return answers

    def _answer(self, field: FieldDef, random: Random, today: date) -> Any:
        if field.per is not None:
            return {row: self._one(field, random, today) for row in self._rows}
        return self._one(field, random, today)

    def _one(self, field: FieldDef, random: Random, today: date) -> Any:
        match field.type:
            case "rows":
                return self._rows_of(field, random, today)
            case "choice":
                option = choices(self._definition, field)[0 if self._first and not field.scale else -1]
                return [option] if field.many else option
            case "person":
                people = list(self._people.get(field.of or "", ()))
                return people if field.many else (people[0] if people else "")
            case "yes_no":
                return "no" if field.marks == "conflict" else "yes"
            case "number":
                return field.least or 1
            case "money":
                return f"{field.currency} {field.least or 25}"
            case "date":
                return today.isoformat()
            case "file" if field.types:
                return {"file": "rehearsed", "sha256": sha256(b"").hexdigest(), "size": 1, "type": field.types[0]}
            case _:
                return self._text(field, random)

    def _rows_of(self, field: FieldDef, random: Random, today: date) -> list[dict[str, Any]]:
        """As many as are needed, or where a row is about somebody, one for each of them."""
        about = next((each for each in field.columns if each.type == "person" and not each.many), None)
        people = self._people.get(about.of or "", ())[: field.most] if about is not None else ()
        if about is not None and people:
            return [{**self.row(field, random, today), about.name: each} for each in people]
        return [self.row(field, random, today) for _ in range(max(field.least or 1, 1))]

    def row(self, field: FieldDef, random: Random, today: date) -> dict[str, Any]:
        """One row of a field of rows."""
        row: dict[str, Any] = {}
        names = dict.fromkeys(column.name for column in field.columns)
        for column in field.columns:
            if is_needed(column, {**names, **row}, Reach()):
                row[column.name] = self._one(column, random, today)
        return row

    def _text(self, field: FieldDef, random: Random) -> str:
        number = max(field.min_words or 0, min(field.max_words or 24, 24))
        start = random.randrange(len(WORDS))
        return " ".join(WORDS[(start + i) % len(WORDS)] for i in range(number))
