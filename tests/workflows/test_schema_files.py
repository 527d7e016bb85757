"""Are the shipped JSON Schemas those of the models, and does every definition file name its schema?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workflows.schema_files import FOLDER, schema_files, write_schemas

PACKAGE = FOLDER.parent


@pytest.mark.parametrize("name", schema_files())
def test_schema_is_up_to_date(name: str) -> None:
    written = (FOLDER / name).read_text(encoding="utf-8")
    assert written == schema_files()[name], "run `python -m workflows.schema_files`"


def test_written_schemas_are_those_of_the_package(tmp_path: Path) -> None:
    write_schemas(tmp_path)
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == schema_files()


def test_schema_knows_the_keys_of_a_task() -> None:
    task = json.loads(schema_files()["definition.schema.json"])["$defs"]["Task"]
    assert {"for", "each", "with", "opens", "form", "due", "remind", "late", "says", "accept"} <= set(
        task["properties"]
    )
    assert task["additionalProperties"] is False


def test_every_file_names_its_schema_in_its_first_line() -> None:
    kinds = {"process.yaml": "definition", "forms/*.yaml": "form", "rubrics/*.yaml": "rubric"}
    wrong = []
    for pattern, kind in kinds.items():
        for path in [*PACKAGE.glob(f"*/{pattern}"), *(PACKAGE.glob(pattern) if kind == "rubric" else ())]:
            up = "../" * (len(path.relative_to(PACKAGE).parts) - 1)
            if path.read_text(encoding="utf-8").splitlines()[0] != (
                f"# yaml-language-server: $schema={up}schema/{kind}.schema.json"
            ):
                wrong.append(str(path.relative_to(PACKAGE)))
    assert wrong == []
