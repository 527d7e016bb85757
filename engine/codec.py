"""How do values become plain JSON and back? Used for history, and for the state that a case keeps in its own row."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime, time
from functools import cache, lru_cache
from typing import Any


def plain(value: Any) -> Any:
    """A value of the case as JSON types; parts that hold their default are left out."""
    kind: Any = type(value)
    return value if kind in _AS_THEY_ARE else _maker(kind)(value)


_AS_THEY_ARE = frozenset({str, int, bool, float, type(None)})


@cache
def _maker(kind: type) -> Callable[[Any], Any]:
    """How values of a type become plain; found once per type."""
    if issubclass(kind, (str, int, float)):
        return lambda value: value
    if issubclass(kind, datetime):
        return lambda value: _instant(value if value.tzinfo is UTC else value.astimezone(UTC))
    if issubclass(kind, (date, time)):
        return lambda value: value.isoformat()
    if issubclass(kind, Mapping):
        return lambda value: {str(key): plain(item) for key, item in value.items()}
    if issubclass(kind, (frozenset, set)):
        return lambda value: sorted(plain(item) for item in value)
    if issubclass(kind, (tuple, list)):
        return lambda value: [plain(item) for item in value]
    if is_dataclass(kind):
        return _dataclass_maker(kind)
    raise TypeError(f"{kind.__name__} has no plain form")


@lru_cache(maxsize=4096)
def _instant(value: datetime) -> str:
    """The text of an instant in UTC; a step says the same few again and again."""
    return value.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _dataclass_maker(kind: Any) -> Callable[[Any], Any]:
    parts = _defaults(kind)

    def make(value: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, default in parts:
            item = getattr(value, name)
            if item is not default and item != default:
                found[name] = item if type(item) in _AS_THEY_ARE else plain(item)
        return found

    return make


_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def canonical(value: Any) -> str:
    """The one JSON text of a plain value: sorted keys, no blanks."""
    return _canonical(value)


def restore(kind: Any, value: Any) -> Any:
    """The inverse of `plain` for a type annotation of the case's values."""
    return _restorer(kind)(value)


@cache
def _defaults(kind: Any) -> tuple[tuple[str, Any], ...]:
    return tuple(
        (part.name, part.default_factory() if part.default_factory is not MISSING else part.default)
        for part in fields(kind)
    )


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


@cache
def _restorer(kind: Any) -> Any:
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        inner = [item for item in typing.get_args(kind) if item is not type(None)]
        once = _restorer(inner[0]) if len(inner) == 1 else (lambda value: value)
        return lambda value: None if value is None else once(value)
    if origin is tuple:
        items = typing.get_args(kind)
        if len(items) == 2 and items[1] is Ellipsis:
            each = _restorer(items[0])
            return lambda value: tuple(each(item) for item in value)
        parts = [_restorer(item) for item in items]
        return lambda value: tuple(part(item) for part, item in zip(parts, value, strict=True))
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        each = _restorer(typing.get_args(kind)[1])
        return lambda value: {key: each(item) for key, item in value.items()}
    if kind is datetime:
        return lambda value: datetime.fromisoformat(value)
    if kind in (date, time):
        return kind.fromisoformat
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass_restorer(kind)
    return lambda value: value


def _dataclass_restorer(kind: type) -> Any:
    hints = _hints(kind)
    restorers: dict[str, Any] = {}

    def build(value: Mapping[str, Any]) -> Any:
        if not restorers:  # filled at first use: a type may hold itself
            restorers.update({name: _restorer(hint) for name, hint in hints.items()})
        return kind(**{name: restorers[name](item) for name, item in value.items()})

    return build
