"""How does a benchmark get ten thousand cases at once? One case is launched, and its rows are copied in SQL.

All ids of the case, its people and its organisation hold the same mark, which each copy replaces by its own.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from benchmarks.installation import NOW, OFFICE, host, opened, put_cycle
from benchmarks.recording import bare
from engine.case import Case
from engine.machine import Launch
from engine.ports import StoredDefinition

MARK = host(0)
TABLES = ("organisation", "person", "membership", "review_case", "participant", "task", "deadline", "notice", "history")
OWN = {
    "organisation": f"id = '{MARK}'",
    "person": f"id LIKE '%{MARK}'",
    "membership": f"organisation_id = '{MARK}'",
    "review_case": f"id = 'case-{MARK}'",
    "history": f"stream = 'case:case-{MARK}'",
}


def launch_one(database: Path, stored: StoredDefinition) -> Case:
    """The case that is copied, of the first host."""
    numbers = iter(range(1, 1000))
    with opened(database) as app, app.store.write() as work:
        cycle = put_cycle(work, stored)
        definition, _ = app.library.get(work, stored.name, stored.version, stored.behaviour)
        app.launcher._keys = lambda: f"key{next(numbers)}-{MARK}"
        start = Launch(case=f"case-{MARK}", cycle=cycle.id, subject=MARK, roles={})
        case = app.launcher.begin(work, definition, start, OFFICE.id, 0, NOW)
        work.commit()
    return case


def copy(database: Path, first: int, last: int) -> None:
    """Copies with these numbers, the last left out; 0 is the case itself."""
    with closing(bare(database)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("PRAGMA defer_foreign_keys=ON")
        connection.execute("CREATE TEMP TABLE copies (mark TEXT)")
        connection.executemany("INSERT INTO copies VALUES (?)", [(host(number),) for number in range(first, last)])
        for table in TABLES:
            _copy_rows(connection, table)
        connection.execute("DROP TABLE copies")
        connection.commit()


def _copy_rows(connection: sqlite3.Connection, table: str) -> None:
    columns = [
        (name, kind)
        for _, name, kind, _, _, key in connection.execute(f"PRAGMA table_info({table})")
        if not (key and kind == "INTEGER" and name == "id")  # a serial number that SQLite gives
    ]
    quoted = ", ".join(f'"{name}"' for name, _ in columns)
    values = ", ".join(
        f"replace(\"{name}\", '{MARK}', mark)" if kind not in ("INTEGER", "BOOLEAN") else f'"{name}"'
        for name, kind in columns
    )
    own = OWN.get(table, f"case_id = 'case-{MARK}'")
    connection.execute(f"INSERT INTO {table} ({quoted}) SELECT {values} FROM {table}, copies WHERE {own}")
