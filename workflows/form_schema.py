"""What may stand in `forms/<form>.yaml` and `rubrics/<rubric>.yaml`? Their shapes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from workflows.schema_parts import NO_ITEMS, NOTHING, Conditions, Many, Part, Texts
from workflows.yaml_reading import Text


class FormField(Part):
    """One question of a form."""

    type: Literal["text", "number", "money", "yes_no", "choice", "date", "file", "person", "rows"]
    says: Texts | None = None
    help: Texts | None = None
    required: bool = False
    required_if: Conditions = NOTHING
    choices: dict[Text, Texts] = NO_ITEMS
    max_words: Annotated[int, Field(ge=1)] | None = None
    min_words: Annotated[int, Field(ge=1)] | None = None
    least: int | None = None
    most: int | None = None
    many: bool = False
    of: Text | None = None
    marks: Literal["present", "conflict", "recusal", "finding"] | None = None
    closes: Many = NOTHING
    per: Text | None = None
    scale: Text | None = None
    prefill: Text | None = None
    types: Many = NOTHING
    max_mb: Annotated[int, Field(ge=1)] | None = None
    currency: Literal["EUR", "GBP", "USD", "CHF", "SEK", "NOK", "DKK"] | None = None
    cost: Literal["claimed", "paid"] | None = None
    columns: dict[Text, FormField] = NO_ITEMS


class Form(Part):
    """Questions as data."""

    form: Text
    title: Texts
    intro: Texts | None = None
    accept: Text | dict[Text, Text] | None = None
    fields: Annotated[dict[Text, FormField], Field(min_length=1)]


class Criterion(Part):
    """One row of a rubric."""

    says: Texts | None = None
    help: Texts | None = None
    criteria: dict[Text, Criterion] = NO_ITEMS


class Above(Part):
    """What criteria are called that have criteria below them."""

    noun: Text
    plural: Text


class Scale(Part):
    """The values that a row may get, lowest first."""

    says: Texts | None = None
    help: Texts | None = None
    levels: Annotated[dict[Text, Texts], Field(min_length=2)]


class RubricFile(Part):
    """Criteria and the scales on which each is judged."""

    rubric: Text
    noun: Text
    plural: Text
    title: Texts
    source: Text | None = None
    above: Above | None = None
    criteria: Annotated[dict[Text, Criterion], Field(min_length=1)]
    scales: dict[Text, Scale] = NO_ITEMS

    @property
    def judged(self) -> dict[str, Criterion]:
        """The rows that are judged: those without criteria below them, and these in the place of the one above."""
        found: dict[str, Criterion] = {}
        for name, criterion in self.criteria.items():
            found.update({str(key): each for key, each in (criterion.criteria or {name: criterion}).items()})
        return found
