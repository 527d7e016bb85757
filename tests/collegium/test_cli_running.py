"""`demo` and `run`: nobody's folder is emptied, and the clock runs once per file."""

from __future__ import annotations

from pathlib import Path

import pytest

from collegium.cli.running import may_be_emptied
from engine.errors import Refused
from storage.locks import RunLock
from tests.collegium.command_line import Office, an_office_with_a_case


def test_only_an_empty_folder_or_a_former_demo_is_emptied(tmp_path: Path) -> None:
    may_be_emptied(tmp_path / "new")
    may_be_emptied(tmp_path)
    (tmp_path / "letter.txt").write_text("dear all")
    with pytest.raises(Refused, match="it holds other things than a former demo"):
        may_be_emptied(tmp_path)
    (tmp_path / "collegium.db").write_bytes(b"")
    may_be_emptied(tmp_path)


def test_the_demo_refuses_a_folder_with_other_things(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear all")
    assert Office(folder=tmp_path).refused("demo", "--folder", tmp_path)[0] == f"Can't empty {tmp_path}:"
    assert (tmp_path / "letter.txt").exists()


def test_the_wall_clock_cannot_be_set(tmp_path: Path) -> None:
    an_office_with_a_case(tmp_path).run("run", code=2)


def test_a_second_run_on_one_file_is_refused(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    with RunLock(f"sqlite:///{office.database}"):
        assert "runs on it already" in office.at(None).refused("run")[-1]
