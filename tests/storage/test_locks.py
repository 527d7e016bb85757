"""One `run` per file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from storage.locks import AlreadyRunning, RunLock


def test_a_second_run_on_the_same_file_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    with RunLock(url), pytest.raises(AlreadyRunning, match=f"process {os.getpid()} runs on it") as caught, RunLock(url):
        pass
    assert caught.value.path == tmp_path / "x.db"
    with RunLock(url):
        pass


def test_a_process_that_is_killed_leaves_no_lock(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    program = f"from storage.locks import RunLock\nRunLock({url!r}).__enter__()\nprint('held', flush=True)\ninput()"
    root = str(Path(__file__).parents[2])
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunning, match=f"process {other.pid}"), RunLock(url):
            pass
        other.kill()
        other.wait()
    with RunLock(url):
        pass


def test_two_files_are_two_locks(tmp_path: Path) -> None:
    with RunLock(f"sqlite:///{tmp_path / 'x.db'}"), RunLock(f"sqlite:///{tmp_path / 'y.db'}"):
        pass


def test_a_database_that_is_no_file_needs_none() -> None:
    with RunLock("postgresql+psycopg://localhost/x") as first, RunLock("sqlite://") as second:
        assert (first.path, second.path) == (None, None)
