"""Where does a shipped process show a key, and how is it written there? The shortest of all, for the reference."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from workflows.form_schema import Form, RubricFile
from workflows.schema import Process
from workflows.yaml_reading import read_yaml

ROOT = Path(__file__).parents[1]
LONGEST = 80  # characters; a longer example is only pointed at
SOURCES: tuple[tuple[type[BaseModel], str], ...] = (
    (Process, "workflows/*/process.yaml"),
    (Form, "workflows/*/forms/*.yaml"),
    (RubricFile, "workflows/rubrics/*.yaml"),
    (RubricFile, "workflows/*/rubrics/*.yaml"),
    (Process, "docs/reference/examples/*/process.yaml"),
    (Form, "docs/reference/examples/*/forms/*.yaml"),
)

Example = tuple[str, str, str]  # how it is written, the item in which, the file


@cache
def examples() -> Mapping[tuple[str, str], Example]:
    """(part, key) -> its shortest example; a key that no file shows is not there."""
    found: dict[tuple[str, str], Example] = {}
    for model, pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            raw, problems = read_yaml(path.read_bytes(), path.name)
            if raw is None or problems:
                raise SystemExit(f"{path} cannot be read: {problems}")
            for part, key, value, item in _shown(model.model_validate(raw), ""):
                here = (flow(value), item, path.relative_to(ROOT).as_posix())
                known = found.get((part, key))
                if known is None or len(here[0]) < len(known[0]):
                    found[part, key] = here
    return found


def cell(part: str, key: str) -> str:
    """The example of a key as a cell of a table: how it is written, and where. Raises SystemExit without one."""
    found = examples().get((part, key))
    if found is None and part == "Deadline":
        found = examples().get(("Due", key))
    if found is None:
        raise SystemExit(f"Nothing shows {part}.{key}: use it in a process, or in docs/reference/examples/")
    text, item, file = found
    where = f"[{item or Path(file).stem}](../../{file})"
    if len(text) > LONGEST:
        return where
    written = f"{key}: {text}".replace("|", "&#124;")
    return f"`{written}` {where}"


def _shown(part: BaseModel, item: str) -> Iterator[tuple[str, str, Any, str]]:
    """Every key that a part and those within it give: (part, key, value, the item in which)."""
    for name, info in type(part).model_fields.items():
        if name not in part.model_fields_set:
            continue
        key = (info.alias or name).rstrip("_")
        value = getattr(part, name)
        yield type(part).__name__, key, value, item
        yield from _within(value, f"{item}.{key}" if item else key)


def _within(value: Any, item: str) -> Iterator[tuple[str, str, Any, str]]:
    if isinstance(value, BaseModel):
        yield from _shown(value, item)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _within(inner, f"{item}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from _within(inner, item)


def flow(value: Any) -> str:
    """A value as YAML on one line, a list of one as its only element."""
    if isinstance(value, BaseModel):
        given = {name: getattr(value, name) for name in type(value).model_fields if name in value.model_fields_set}
        fields = type(value).model_fields
        value = {(fields[name].alias or name).rstrip("_"): inner for name, inner in given.items()}
        if set(value) == {"that"}:
            return flow(value["that"])
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, tuple):
        return str(value[0]) if value[0] == value[1] else f"{value[0]}..{value[1]}"
    if isinstance(value, list):
        return flow(value[0]) if len(value) == 1 else "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False) if ", " in value or ": " in value else str(value)
    return json.dumps(value)
