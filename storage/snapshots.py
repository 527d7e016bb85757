"""How is a database copied while others write to it, and which version of the tables does it have?"""

from __future__ import annotations

import ast
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path

import sqlalchemy as sa

from engine.errors import CollegiumError
from storage.database import BUSY_TIMEOUT, open_engine

CANNOT_WRITE = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
VERSIONS = Path(__file__).parent / "migrations" / "versions"


class CannotCopy(CollegiumError):
    """The database cannot be copied."""


def copy(source: Path, target: Path) -> None:
    """A whole copy of an SQLite database as it stands at one moment; writers are not held up. Raises CannotCopy."""
    if not source.exists():
        raise CannotCopy(f"Can't copy {source}: there is no such database.")
    try:
        with closing(_read_only(source)) as origin, closing(sqlite3.connect(target)) as made:
            origin.backup(made)  # all pages in one step: a copy in several begins anew with each change of the original
            made.execute("VACUUM")  # what was removed is not copied with the pages on which it stood
            made.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
    except sqlite3.Error as error:
        raise CannotCopy(f"Can't copy {source} to {target}: {error}.") from error


def wipe_freed(path: Path) -> bool:
    """Write an SQLite file anew, so that what was removed stands on no free page and in no journal beside it.

    False where somebody was reading or writing for too long, or the disk has no room for a second copy.
    """
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT, isolation_level=None)) as connection:
            connection.execute("VACUUM")
            (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in CANNOT_WRITE:  # the low byte is the kind; sqlite.org/rescode.html
            return False
        raise


def faults(path: Path) -> list[str]:
    """What SQLite itself finds wrong with a file: damaged pages, references to nothing. Empty: it is whole."""
    try:
        with closing(_read_only(path)) as connection:
            damaged = [str(row[0]) for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
            loose = [
                f"a row of {table} refers to a row of {parent} that is not there"
                for table, _, parent, _ in connection.execute("PRAGMA foreign_key_check")
            ]
    except sqlite3.Error as error:
        return [f"it cannot be read: {error}"]
    return [*damaged, *dict.fromkeys(loose)]


def revision(url: str) -> str | None:
    """The version of the tables; None where there are none. Raises CannotCopy where it is no database."""
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
            return str(found[0]) if found else None
    except sa.exc.DatabaseError as error:
        where = sa.make_url(url).database or url
        raise CannotCopy(f"Can't read {where}: {error.orig or error}.") from error
    finally:
        engine.dispose()


def newest_revision() -> str:
    """The version of the tables that this software works with."""
    return _known()[-1][0]


def steps(since: str | None) -> list[tuple[str, str]] | None:
    """The migrations that lead from a version to the newest, each with what it does; None: that version is unknown."""
    known = list(_known())
    names = [name for name, _ in known]
    if since is None:
        return known
    return known[names.index(since) + 1 :] if since in names else None


@cache
def _known() -> tuple[tuple[str, str], ...]:
    """Every migration in order, with the first line of its docstring. Read as files: Alembic is slow to import."""
    found = []
    for path in sorted(VERSIONS.glob("[0-9]*.py")):
        says = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n")[0]
        found.append((path.name.partition("_")[0], says))
    return tuple(found)


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
