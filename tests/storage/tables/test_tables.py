"""The rules of tables: no default takes the time, all instants are UTC, PostgreSQL takes them too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlmodel import UTCDateTime

from storage.database import inserting_or_ignoring, open_engine, upserting
from storage.tables import Base, DeadlineRow, SignalRow, table
from tests.builders.storage import NOW, a_case, a_sql_store, a_task, furnish, launch

TABLES = [pytest.param(one, id=one.name) for one in Base.metadata.sorted_tables]


@pytest.mark.parametrize("one", TABLES)
def test_the_database_fills_in_no_more_than_a_plain_value_for_rows_of_before(one: sa.Table) -> None:
    defaults = [column.server_default for column in one.columns if column.server_default is not None]
    assert {default.arg for default in defaults if isinstance(default, sa.DefaultClause)} <= {"", "0", "1", "[]"}
    assert all(isinstance(default, sa.DefaultClause) for default in defaults)


@pytest.mark.parametrize("one", TABLES)
def test_every_instant_is_aware_and_in_utc(one: sa.Table) -> None:
    assert [column.name for column in one.columns if isinstance(column.type, sa.DateTime)] == []


@pytest.mark.parametrize("one", TABLES)
def test_postgresql_takes_it(one: sa.Table) -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    assert str(CreateTable(one).compile(dialect=dialect))
    for index in one.indexes:
        assert str(CreateIndex(index).compile(dialect=dialect))
    keys = [column.name for column in one.primary_key]
    for prepared in (upserting(one), inserting_or_ignoring(one, *keys)):
        statement: Any = prepared.statement(dialect)
        assert "ON CONFLICT" in str(statement.compile(dialect=dialect))


def test_a_naive_instant_is_refused(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'x.db'}")
    query = sa.select(sa.bindparam("at", NOW.replace(tzinfo=None), type_=UTCDateTime()))
    with engine.connect() as connection, pytest.raises(sa.exc.StatementError, match="timezone"):
        connection.execute(query)
    engine.dispose()


def test_an_unknown_word_is_refused(tmp_path: Path) -> None:
    store = a_sql_store(tmp_path)
    furnish(store)
    with pytest.raises(sa.exc.IntegrityError, match="ck_task_state"):
        launch(store, a_case(tasks=[a_task(state="asleep")]))
    store.close()


def test_instants_come_back_in_utc(tmp_path: Path) -> None:
    store = a_sql_store(tmp_path)
    with store.engine.begin() as connection:
        row = {"key": "s", "source": "a", "target": "b", "name": "n", "effective_at": NOW, "data": {}, "done": False}
        connection.execute(table(SignalRow).insert().values(**row))
        assert connection.scalar(sa.select(table(SignalRow).c.effective_at)) == NOW
    store.close()


def test_the_diary_has_an_index_over_what_may_fire() -> None:
    assert {index.name for index in table(DeadlineRow).indexes} == {
        "ix_deadline_due",
        "ix_deadline_idle",
        "ix_deadline_next_try",
    }
