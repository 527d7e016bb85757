"""Which names does a part of a definition use? Found by walking its values, whatever they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from engine.expressions import Ref


def refs_in(value: object) -> Iterator[Ref]:
    """Every reference within a value of the definition."""
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from refs_in(inner)
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from refs_in(inner)
    elif is_dataclass(value):
        for each in fields(value):
            yield from refs_in(getattr(value, each.name))
