"""Does a read file have the shape that its schema asks for? Validation told as sentences, each at its place."""

from __future__ import annotations

import re
import types
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from engine.saying import said
from workflows.problems import Place, Problem, did_you_mean, problem, sentence
from workflows.schema_parts import Part
from workflows.yaml_reading import Items, Section, Spot, Text

Model = TypeVar("Model", bound=Part)

MOST_ROUNDS = 50
EXPECTED = {
    "dict_type": "Here belongs a mapping: `key: value`.",
    "model_type": "Here belongs a mapping: `key: value`.",
    "model_attributes_type": "Here belongs a mapping: `key: value`.",
    "list_type": "Here belongs a list: `[one, two]`.",
    "bool_type": "Here belongs `true` or `false`.",
    "int_type": "Here belongs a whole number.",
    "int_from_float": "Here belongs a whole number.",
}


def shaped(model: type[Model], raw: Section, file: str, problems: list[Problem]) -> tuple[Model | None, set[str]]:
    """The file as its model, and the names of items that had to be left out because something in them is wrong.

    What is wrong goes to `problems`; faulty items are taken out of `raw` so that the rest can still be checked.
    """
    broken: set[str] = set()
    for _ in range(MOST_ROUNDS):
        try:
            return model.model_validate(raw), broken
        except ValidationError as error:
            found = _first_per_place(error.errors(include_url=False), raw)
            problems.extend(_told(model, raw, detail, file) for detail in found)
            ways = [_way(raw, detail["loc"]) for detail in found]  # before anything is taken out
            taken = [_take_out(model, raw, detail, way, broken) for detail, way in zip(found, ways, strict=True)]
            if not all(taken):
                return None, broken
    return None, broken


def _first_per_place(errors: Iterable[ErrorDetails], raw: Section) -> list[ErrorDetails]:
    """One error per place: a union reports each of its members."""
    found: dict[tuple[object, ...], ErrorDetails] = {}
    for error in errors:
        loc = error["loc"]
        way = _way(raw, loc)
        if error["type"] in ("extra_forbidden", "missing"):
            way = (*way[: len(way)], error["type"], loc[-1])
        known = found.get(way)
        if known is None or (known["type"] == "bool_type" and error["type"] != "bool_type"):
            found[way] = error
    return list(found.values())


def _way(raw: Any, loc: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """The part of a location that leads through the file, without the marks of pydantic's unions."""
    way: list[int | str] = []
    for step in loc:
        if isinstance(raw, Section) and step in raw:
            raw = raw[Text(step)]
        elif isinstance(raw, Items) and isinstance(step, int) and step < len(raw):
            raw = raw[step]
        else:
            continue
        way.append(step)
    return tuple(way)


def _spot(raw: Section, way: tuple[int | str, ...]) -> Spot:
    """Where the value at the end of a way stands."""
    spot: Spot = raw.spot
    value: Any = raw
    for step in way:
        spots: Any = value.spots
        spot, value = spots[step], value[step]
    return spot


def _key_spot(raw: Section, way: tuple[int | str, ...]) -> Spot:
    """Where the key of the value at the end of a way stands; the value itself where it has none."""
    parent: Any = raw
    for step in way[:-1]:
        parent = parent[step]
    if way and isinstance(parent, Section):
        key = next(key for key in parent if key == way[-1])
        return key.line, key.column
    return _spot(raw, way)


def _told(model: type[Part], raw: Section, error: ErrorDetails, file: str) -> Problem:
    loc, way = error["loc"], _way(raw, error["loc"])
    if error["type"] == "missing":
        key = str(loc[-1])
        message = (
            said("`{within}` lacks the key `{key}`: add `{key}: ...`.", within=way[-1], key=key)
            if way
            else said("This file lacks the key `{key}`: add `{key}: ...`.", key=key)
        )
        return problem(Place(file, *_key_spot(raw, way)), message)
    if error["type"] == "extra_forbidden":
        known = _keys(model, loc[:-1])
        unknown = said("The key `{key}` is not known here.", key=loc[-1])
        help_ = did_you_mean(str(loc[-1]), known, most=40)
        return problem(Place(file, *_key_spot(raw, way)), sentence(unknown, help_))
    key = next((str(step) for step in reversed(way) if isinstance(step, str)), "")
    wrong = _wrong_value(error)
    return problem(Place(file, *_spot(raw, way)), said("`{key}`: {wrong:text}", key=key, wrong=wrong) if key else wrong)


def _wrong_value(error: ErrorDetails) -> str:
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    if value is None:
        return "This is empty: give it a value, or take the key out."
    if kind == "literal_error":
        allowed = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        return sentence(said("`{value}` is not possible here.", value=value), did_you_mean(str(value), allowed))
    if kind == "is_instance_of":
        if isinstance(value, bool | int | float):
            return said(
                "Here belongs a text; `{value}` is read as something else: put it in quotes.", value=str(value).lower()
            )
        return "Here belongs a single text, not a list or a mapping."
    if kind == "greater_than_equal":
        return said("Here belongs a number of at least {least}.", least=context.get("ge"))
    if kind == "too_short":
        return said("Here belongs at least {least}.", least=context.get("min_length"))
    return EXPECTED.get(kind, f"{error['msg']}.")


def _take_out(
    model: type[Part], raw: Section, error: ErrorDetails, way: tuple[int | str, ...], broken: set[str]
) -> bool:
    """Take the faulty thing out of the file; False where the file cannot do without it."""
    if error["type"] == "extra_forbidden":
        _remove(raw, way)
        return True
    if not way:
        return False
    section = raw.get(Text(way[0]))
    if len(way) >= 2 and isinstance(section, Section) and isinstance(way[1], str) and _is_mapping(model, str(way[0])):
        broken.add(way[1])
        _remove(raw, way[:2])
        return True
    field = next((one for name, one in model.model_fields.items() if (one.alias or name) == way[0]), None)
    if field is None or field.is_required():
        return False
    broken.add(str(way[0]))
    _remove(raw, way[:1])
    return True


def _remove(raw: Any, way: tuple[int | str, ...]) -> None:
    for step in way[:-1]:
        if isinstance(raw, Section) and step not in raw:
            return  # taken out with another fault
        raw = raw[step]
    if isinstance(raw, Section):
        raw.pop(Text(way[-1]), None)


def _is_mapping(model: type[Part], key: str) -> bool:
    field = next((one for name, one in model.model_fields.items() if (one.alias or name) == key), None)
    return field is not None and get_origin(_plain(field.annotation)) is dict


def _keys(model: Any, loc: Iterable[int | str]) -> list[str]:
    """The keys that a schema knows at a location."""
    here = model
    for step in loc:
        here = _inner(_plain(here), step)
    here = _plain(here)
    if isinstance(here, type) and issubclass(here, Part):
        return [field.alias or name for name, field in here.model_fields.items()]
    return []


def _plain(kind: Any) -> Any:
    """The mapping, list or model behind annotations and unions."""
    if get_origin(kind) is Annotated:
        return _plain(get_args(kind)[0])
    if get_origin(kind) in (Union, types.UnionType):
        found = [_plain(one) for one in get_args(kind)]
        return next((one for one in found if get_origin(one) in (dict, list) or _is_part(one)), found[0])
    return kind


def _is_part(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Part)


def _inner(kind: Any, step: int | str) -> Any:
    if get_origin(kind) is dict:
        return get_args(kind)[1]
    if get_origin(kind) is list:
        return get_args(kind)[0] if isinstance(step, int) else kind
    if _is_part(kind):
        fields: Mapping[str, Any] = kind.model_fields
        return next((one.annotation for name, one in fields.items() if (one.alias or name) == step), None)
    return kind
