"""Would the tests of the defects notice them? Each is put into a copy of the code, and its tests must fail there."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from workflows.plain_yaml import load_plain

ROOT = Path(__file__).parents[2]
PARTS = ("engine", "workflows", "notifications", "storage", "collegium", "tests")
DEFECTS: list[dict[str, Any]] = load_plain(Path(__file__).with_name("defects.yaml").read_text(encoding="utf-8"))
TESTS_FAILED = 1  # what pytest answers then; 4 would be a test that is not there
NOT_YET = frozenset({6, 11, 12, 13})  # those that need pages, or a solver for panels


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The code and its tests, to be spoiled."""
    folder = tmp_path_factory.mktemp("spoiled")
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    yield folder
    shutil.rmtree(folder)


def run(folder: Path, *tests: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)


def test_every_defect_that_can_show_has_a_change_that_puts_it_in() -> None:
    assert {defect["number"] for defect in DEFECTS} == set(range(1, 19)) - NOT_YET


@pytest.mark.slow
@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: str(defect["number"]))
def test_a_defect_that_is_put_in_is_noticed(copy: Path, defect: dict[str, Any]) -> None:
    sound = {edit["file"]: (copy / edit["file"]).read_text(encoding="utf-8") for edit in defect["edits"]}
    try:
        for edit in defect["edits"]:
            path = copy / edit["file"]
            text = path.read_text(encoding="utf-8")
            assert text.count(edit["old"]) == 1, (
                f"{edit['file']} has changed: mend defect {defect['number']} in the table"
            )
            path.write_text(text.replace(edit["old"], edit["new"]), encoding="utf-8")
        for test in defect["tests"]:
            done = run(copy, test)
            assert done.returncode == TESTS_FAILED, f"{test} does not see that {defect['says']}:\n{done.stdout}"
    finally:
        for name, text in sound.items():
            (copy / name).write_text(text, encoding="utf-8")


@pytest.mark.slow
def test_the_same_tests_pass_where_nothing_was_put_in(copy: Path) -> None:
    done = run(copy, *(test for defect in DEFECTS for test in defect["tests"]))
    assert done.returncode == 0, done.stdout
