"""What does a YAML 1.2 file say, and where does each key and value of it stand?

Read from the parser's events: duplicate keys, tags, deep nesting and aliases without end are refused as problems.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema
from yaml import MarkedYAMLError, YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from yaml.reader import ReaderError

from engine.saying import said
from workflows.plain_yaml import INTEGER, events, of_word
from workflows.problems import Place, Problem, problem

LARGEST_FILE = 1024 * 1024
DEEPEST = 40
LONGEST_NUMBER = 20
MOST_NODES = 50_000  # what aliases stand for counts each time

Spot: TypeAlias = tuple[int, int]


class Text(str):
    """A text that knows where it stands (its first character, counted from 1)."""

    __slots__ = ("column", "line")
    line: int
    column: int

    @classmethod
    def at(cls, text: str, line: int = 1, column: int = 1) -> Text:
        made = cls(text)
        made.line, made.column = line, column
        return made

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.json_or_python_schema(
            json_schema=core_schema.str_schema(), python_schema=core_schema.is_instance_schema(cls)
        )


class Section(dict[Text, Any]):
    """A mapping, with the spot where it begins and those of its values."""

    def __init__(self, spot: Spot) -> None:
        super().__init__()
        self.spot = spot
        self.spots: dict[str, Spot] = {}


class Items(list[Any]):
    """A list, with the spot where it begins and those of its items."""

    def __init__(self, spot: Spot) -> None:
        super().__init__()
        self.spot = spot
        self.spots: list[Spot] = []


def read_yaml(data: bytes, file: str) -> tuple[Section | None, list[Problem]]:
    """The mapping that a file holds, and what is wrong with it; None where it cannot be read at all."""
    if len(data) > LARGEST_FILE:
        message = said("This file has {size} bytes; at most {most} are read.", size=len(data), most=LARGEST_FILE)
        return None, [problem(Place(file), message)]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return None, [problem(Place(file, line), "This is not UTF-8: save the file as UTF-8.")]
    builder = _Builder(file)
    try:
        top = builder.build(events(text))
    except _Refused as refused:
        return None, [*builder.problems, refused.problem]
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        why = "; ".join(part for part in (error.context, error.problem) if part)
        return None, [*builder.problems, problem(place, said("This is not YAML: {why}.", why=why))]
    except ReaderError as error:
        before = data.decode("utf-8-sig").encode()[: error.position].decode(errors="ignore").split("\n")
        place = Place(file, len(before), len(before[-1]) + 1)
        return None, [*builder.problems, problem(place, said("This is not YAML: {why}.", why=error.reason))]
    except (YAMLError, ValueError) as error:
        first = str(error).strip().splitlines()[0]
        return None, [*builder.problems, problem(Place(file), said("This is not YAML: {why}.", why=first))]
    if not isinstance(top, Section):
        message = (
            said("This file is empty: it begins with keys, such as `title: ...`.")
            if top is None
            else said("This file holds no mapping: it begins with keys, such as `title: ...`.")
        )
        return None, [*builder.problems, problem(Place(file), message)]
    return top, builder.problems


class _Refused(Exception):
    def __init__(self, found: Problem) -> None:
        super().__init__(found.message)
        self.problem = found


class _Builder:
    """Builds positioned values from parser events; keeps the first of duplicate keys and reports the others."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.nodes = 0

    def build(self, events: Iterator[Any]) -> Any:
        top: Any = None
        documents = 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._refused(event, "A second document begins here: a file holds one.")
            elif isinstance(event, ScalarEvent | AliasEvent | MappingStartEvent | SequenceStartEvent):
                top = self._node(event, events, 0)
        return top

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Any:
        self._count(event, 1)
        if depth > DEEPEST:
            raise self._refused(event, said("This is nested deeper than {most} levels.", most=DEEPEST))
        if isinstance(event, AliasEvent):
            return self._alias(event)
        if event.anchor is not None and event.anchor in self.anchors:
            raise self._refused(event, said("The anchor `&{anchor}` is used twice.", anchor=event.anchor))
        before = self.nodes
        value = self._value(event, events, depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = (value, self.nodes - before + 1)
        return value

    def _value(self, event: Any, events: Iterator[Any], depth: int) -> Any:
        if getattr(event, "tag", None) not in (None, "!"):
            self._report(event, said("The tag `{tag}` is not allowed: write the plain value.", tag=event.tag))
        if isinstance(event, ScalarEvent):
            return self._scalar(event)
        if isinstance(event, SequenceStartEvent):
            return self._items(event, events, depth)
        return self._section(event, events, depth)

    def _alias(self, event: Any) -> Any:
        if event.anchor not in self.anchors:
            message = said("`*{anchor}` stands for nothing: no finished `&{anchor}` is above it.", anchor=event.anchor)
            raise self._refused(event, message)
        value, size = self.anchors[event.anchor]
        self._count(event, size)
        return value

    def _items(self, event: Any, events: Iterator[Any], depth: int) -> Items:
        made = Items(_spot(event))
        for inner in events:
            if isinstance(inner, SequenceEndEvent):
                break
            made.spots.append(_spot(inner))
            made.append(self._node(inner, events, depth + 1))
        return made

    def _section(self, event: Any, events: Iterator[Any], depth: int) -> Section:
        made = Section(_spot(event))
        keys: dict[str, Text] = {}
        for inner in events:
            if isinstance(inner, MappingEndEvent):
                break
            key = self._key(inner)
            following = next(events)
            value = self._node(following, events, depth + 1)
            if key in keys:
                first = keys[key]
                self._report(
                    inner,
                    said(
                        "The key `{key}` stands here a second time; the first is in line {line}, column {column}. "
                        "Remove one of them or give it another name.",
                        key=key,
                        line=first.line,
                        column=first.column,
                    ),
                )
                continue
            keys[key] = key
            made[key] = value
            made.spots[key] = _spot(following)
        return made

    def _key(self, event: Any) -> Text:
        if not isinstance(event, ScalarEvent):
            raise self._refused(event, "A key is a single word, not a list or a mapping.")
        return Text.at(event.value, *_spot(event))

    def _scalar(self, event: Any) -> Any:
        value: str = event.value
        line, column = _spot(event)
        if not event.style and event.tag != "!":
            if len(value) > LONGEST_NUMBER and INTEGER.fullmatch(value):
                raise self._refused(event, "This number is too long.")
            meant = of_word(value)
            if not isinstance(meant, str):
                return meant
        inside = column + 1 if event.style in ("'", '"') else column
        return Text.at(value, line, inside)

    def _count(self, event: Any, size: int) -> None:
        self.nodes += size
        if self.nodes > MOST_NODES:
            message = said("This file stands for more than {most} values, aliases counted each time.", most=MOST_NODES)
            raise self._refused(event, message)

    def _refused(self, event: Any, message: str) -> _Refused:
        return _Refused(problem(Place(self.file, *_spot(event)), message))

    def _report(self, event: Any, message: str) -> None:
        self.problems.append(problem(Place(self.file, *_spot(event)), message))


def _spot(event: Any) -> Spot:
    return event.start_mark.line + 1, event.start_mark.column + 1
