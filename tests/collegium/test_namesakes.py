"""Is it told where a process of the office's own stands in the place of a shipped one?"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from collegium import demo
from tests.collegium.command_line import Office
from workflows.loader import shipped

NAME = "development-review"
SAYS = (
    f"{NAME} version 1 is a shipped process too, and this is another one: that name now begins this one, and the "
    "shipped one is out of reach."
)
HELPS = "Write `version: 2` in `process.yaml`, or give it a name of its own."
LATER = ("least: visit - 16w", "least: visit - 15w")
CHANGES: dict[str, tuple[list[tuple[str, str]], bool]] = {
    "the same": ([], False),
    "other words": ([("nl: Eerste versie van het verslag schrijven", "nl: Het verslag schrijven")], False),
    "another version": ([LATER, ("version: 1", "version: 2")], False),
    "another name": ([LATER, (f"process: {NAME}", "process: our-review")], False),
    "another process": ([LATER], True),
}


def own(folder: Path, changes: list[tuple[str, str]]) -> Path:
    """A copy of the shipped process with these changes, in a folder of the office's processes."""
    found = Path(shutil.copytree(shipped()[NAME], folder / "own" / "mine"))
    text = (found / "process.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (found / "process.yaml").write_text(text, encoding="utf-8")
    return found


@pytest.mark.parametrize(("changes", "hides"), CHANGES.values(), ids=CHANGES)
def test_check_tells_of_a_process_that_hides_a_shipped_one(
    changes: list[tuple[str, str]], hides: bool, tmp_path: Path
) -> None:
    found = own(tmp_path, changes)
    lines = Office(folder=tmp_path).lines("check", found)
    told = [line for line in lines if "shipped" in line]
    assert told == ([f"{found / 'process.yaml'}:5:1: warning: {SAYS} {HELPS}"] if hides else [])


def test_a_launch_and_the_doctor_tell_of_it_too(tmp_path: Path) -> None:
    own(tmp_path, [LATER])
    office = Office(folder=tmp_path)
    office.run("init", "--name", "Bureau Peerreview", "--email", "bureau@bureau.example")
    office.run("people", "import", str(Path(demo.__file__).parent / "people.xlsx"))
    ours = {"COLLEGIUM_DEFINITIONS": str(tmp_path / "own")}
    launch = ("launch", NAME, "--name", "Ronde", "--hosts", "De Linde", "--dry-run")
    assert f"! {SAYS} {HELPS}" in office.run(*launch, env=ours).stdout.splitlines()
    assert SAYS not in office.run(*launch).stdout
    said = office.run("doctor", "--offline", env=ours).stdout
    assert f"look  Processes: {tmp_path / 'own' / 'mine' / 'process.yaml'}: {SAYS}" in said
    assert f"-> {HELPS}" in said
