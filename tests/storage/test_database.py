"""How a database is opened, and what a prepared statement does."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage.database import Busy, Encoded, Prepared, encode, inserting, open_engine
from storage.tables import GateRow, TieRow, table
from storage.unit_of_work import SqlStore
from tests.builders.storage import a_person, a_sql_store, furnish


def test_sqlite_is_opened_for_one_writer_and_many_readers(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'x.db'}")
    with engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        }
    engine.dispose()
    assert found == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 1, "busy_timeout": 30_000}


def test_a_reader_keeps_its_picture_while_somebody_writes(tmp_path: Path) -> None:
    store = a_sql_store(tmp_path)
    furnish(store)
    with store.read() as reader:
        assert len(reader.people.persons("office")) == 2
        with store.write() as writer:
            writer.people.put_person(a_person("cas"))
            writer.commit()
        assert len(reader.people.persons("office")) == 2
    with store.read() as reader:
        assert len(reader.people.persons("office")) == 3
    store.close()


def test_a_writer_that_waits_too_long_is_told_so(tmp_path: Path) -> None:
    a_sql_store(tmp_path).close()
    url = f"sqlite:///{tmp_path / 'collegium.db'}"
    first, second = SqlStore(url), SqlStore(url, timeout=0.01)
    with first.write():
        with pytest.raises(Busy, match="try again"), second.write():
            pass
        with second.read() as reader:
            assert reader.people.secretariats() == []
    with second.write():
        pass
    first.close()
    second.close()


def test_errors_of_the_driver_become_those_of_sqlalchemy_and_hold_no_values(tmp_path: Path) -> None:
    store = a_sql_store(tmp_path)
    stray = a_person("secret-name", secretariat="nowhere")
    with store.write() as work, pytest.raises(sa.exc.IntegrityError) as caught:
        work.people.put_person(stray)
    assert "secret-name" not in str(caught.value)
    assert isinstance(caught.value.orig, sqlite3.IntegrityError)
    store.close()


def test_json_that_is_text_already_is_not_encoded_twice() -> None:
    assert encode(Encoded('{"a":1}')) == '{"a":1}'
    assert encode('{"a":1}') == '"{\\"a\\":1}"'
    assert encode({"é": [1, None]}) == '{"é":[1,null]}'


def test_a_prepared_statement_begins_a_transaction(tmp_path: Path) -> None:
    store = a_sql_store(tmp_path)
    furnish(store)
    gates = table(GateRow)
    insert = inserting(gates)
    rows = [{"secretariat_id": "office", "name": "day", "day": day} for day in ("a", "b")]
    with store.engine.connect() as connection:
        assert insert.run(connection, rows) == 2
        assert connection.in_transaction()
        connection.rollback()
        assert insert.run(connection, []) == 0
        count = Prepared(lambda dialect: sa.select(sa.func.count()).select_from(gates))
        assert count.read(connection, {}) == [(0,)]
    store.close()


def test_values_are_written_as_sqlalchemy_writes_them(tmp_path: Path) -> None:
    store = a_sql_store(tmp_path)
    furnish(store)
    ties = table(TieRow)
    row = {"person_id": "ann", "organisation_id": "north", "until": date(2030, 1, 2), "reason": ""}
    with store.engine.connect() as connection:
        inserting(ties).run(connection, [row])
        assert dict(connection.execute(sa.select(ties)).mappings().one()) == row
    store.close()
