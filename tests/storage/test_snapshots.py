"""Does what was removed also leave the file, and no copy take it along?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from storage import snapshots
from storage.snapshots import copy, wipe_freed

MARK = b"zephyrine"


@contextmanager
def a_file_with_remains(folder: Path) -> Iterator[tuple[Path, sqlite3.Connection]]:
    """A text was removed, and still stands on its pages: so SQLite leaves it where nothing else was asked."""
    path = folder / "there.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete=OFF")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE note (text)")
        connection.executemany("INSERT INTO note VALUES (?)", [(MARK.decode() * 100,)] * 50)
        connection.execute("DELETE FROM note")
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        yield path, connection


def remains(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if MARK in path.read_bytes())


def test_what_was_removed_leaves_the_file_and_its_journal(tmp_path: Path) -> None:
    with a_file_with_remains(tmp_path) as (path, _):
        assert remains(tmp_path) == ["there.db", "there.db-wal"]
        assert wipe_freed(path)
        assert remains(tmp_path) == []


def test_a_copy_takes_nothing_along_that_was_removed(tmp_path: Path) -> None:
    with a_file_with_remains(tmp_path) as (path, _):
        (tmp_path / "copies").mkdir()
        copy(path, tmp_path / "copies" / "copy.db")
        assert remains(tmp_path / "copies") == []


def test_a_file_that_somebody_is_writing_to_is_left_and_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "BUSY_TIMEOUT", 0.1)
    with a_file_with_remains(tmp_path) as (path, connection):
        connection.execute("BEGIN IMMEDIATE")
        assert not wipe_freed(path)
        connection.execute("ROLLBACK")
        assert wipe_freed(path)
