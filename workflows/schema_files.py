"""Which JSON Schemas complete and check a definition in an editor? Made from the models, kept in ``workflows/schema``.

``python -m workflows.schema_files`` writes them anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workflows.form_schema import Form, RubricFile
from workflows.schema import Process
from workflows.schema_parts import Part

FOLDER = Path(__file__).with_name("schema")
MODELS: Mapping[str, type[Part]] = {
    "definition.schema.json": Process,
    "form.schema.json": Form,
    "rubric.schema.json": RubricFile,
}


def schema_files() -> dict[str, str]:
    """The text of each schema file by its name."""
    return {name: _text(model) for name, model in MODELS.items()}


def write_schemas(folder: Path = FOLDER) -> None:
    """Write all of them into a folder."""
    for name, text in schema_files().items():
        (folder / name).write_text(text, encoding="utf-8")


def _text(model: type[Part]) -> str:
    schema: dict[str, Any] = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    schema |= model.model_json_schema(by_alias=True, mode="validation")
    return json.dumps(_untitled(schema), indent=2, ensure_ascii=False) + "\n"


def _untitled(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _untitled(inner) for key, inner in value.items() if not (key == "title" and isinstance(inner, str))
        }
    return [_untitled(inner) for inner in value] if isinstance(value, list) else value


if __name__ == "__main__":
    write_schemas()
