"""The migrations lead to exactly the tables that are declared, and back."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from storage.database import downgrade, open_engine, upgrade
from storage.tables import Base


def _parts(sql: str) -> list[str]:
    """What stands between the commas, brackets kept whole: an added column stands on no line of its own."""
    _, opened, rest = sql.partition("(")
    body, closed, tail = rest.rpartition(")")
    return [*re.split(r",(?![^(]*\))", body), tail] if opened and closed else [sql]


def schema(path: Path) -> dict[str, list[str]]:
    """The lines of each CREATE statement, in an order that does not depend on who wrote them."""
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    connection.close()
    return {
        name: sorted(part for part in (re.sub(r"\s+", " ", part).strip() for part in _parts(sql)) if part)
        for name, sql in rows
        if name != "alembic_version"
    }


def test_lead_to_the_declared_tables(tmp_path: Path) -> None:
    upgraded, declared = tmp_path / "upgraded.db", tmp_path / "declared.db"
    upgrade(f"sqlite:///{upgraded}")
    engine = open_engine(f"sqlite:///{declared}")
    Base.metadata.create_all(engine)
    engine.dispose()
    assert schema(upgraded) == schema(declared)


def test_alembic_finds_no_difference(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    upgrade(url)
    engine = open_engine(url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()


def test_go_up_again_after_going_down(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    upgrade(url)
    before = schema(tmp_path / "x.db")
    upgrade(url)
    assert schema(tmp_path / "x.db") == before
    downgrade(url, "base")
    assert schema(tmp_path / "x.db") == {}
    upgrade(url)
    assert schema(tmp_path / "x.db") == before


def test_a_failing_migration_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE task (mine TEXT)")
    connection.close()
    with pytest.raises(sa.exc.OperationalError, match="task already exists"):
        upgrade(f"sqlite:///{path}")
    assert schema(path) == {"task": ["mine TEXT"]}
