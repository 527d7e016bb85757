"""Of what are the files of a definition made? Texts, spans, lists of conditions: the parts that every schema uses."""

from __future__ import annotations

import re
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from workflows.yaml_reading import Text

Texts: TypeAlias = dict[Text, Text]  # language -> text

NOTHING: Any = Field(default_factory=list)  # where a list may be left out
NO_ITEMS: Any = Field(default_factory=dict)  # where a mapping may be left out


class Part(BaseModel):
    """A mapping with known keys."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Item(Part):
    """A named part: it may carry its label, and the reason why a warning about it is accepted."""

    says: Texts | None = None
    accept: Text | dict[Text, Text] | None = None


def listed(value: Any) -> Any:
    """The value as a list; a list stays as it is."""
    return value if isinstance(value, list) else [value]


def one_or_more(inner: Any) -> Any:
    """Behind ``Annotated``: accepts a single value where a list may stand."""
    return BeforeValidator(listed, json_schema_input_type=inner | list[inner])


def short_for(model: Any, key: str) -> Any:
    """Behind ``Annotated``: accepts a bare text for the mapping ``{key: text}``."""

    def expand(value: Any) -> Any:
        return {Text.at(key): value} if isinstance(value, Text) else value

    return BeforeValidator(expand, json_schema_input_type=Text | model)


def _that(value: Any) -> Any:
    return {Text.at("that"): value} if isinstance(value, Text) else value


class Condition(Part):
    """One line of a list of conditions: a text, perhaps waivable, or `any` of several."""

    model_config = ConfigDict(alias_generator=lambda name: name.rstrip("_"))

    that: Text | None = None
    any_: list[Annotated[Condition, BeforeValidator(_that, json_schema_input_type=str | dict[str, Any])]] | None = None
    waive: Text | None = None


Many: TypeAlias = Annotated[list[Text], one_or_more(Text)]
Conditions: TypeAlias = Annotated[
    list[Annotated[Condition, short_for(Condition, "that")]], one_or_more(Text | Condition)
]


def _span(value: Any) -> tuple[int, int]:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value, value
    if isinstance(value, str) and (found := re.fullmatch(r"(\d{1,4})\.\.(\d{1,4})", value)):
        least, most = int(found[1]), int(found[2])
        if least <= most:
            return least, most
    raise PydanticCustomError("span", "Write a number, or a span such as 0..9")


Span: TypeAlias = Annotated[
    tuple[int, int],
    PlainValidator(_span),
    WithJsonSchema(
        {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": r"^\d{1,4}\.\.\d{1,4}$"}]}
    ),
]
