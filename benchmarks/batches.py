"""How fast are due dates applied in batches, and does a step cost more among ten thousand cases than among a thousand?

The reference claims the same dates fifty at a time in a transaction, a savepoint each, and writes a row of each kind
that a step writes, without an engine.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from benchmarks.copying import copy, launch_one
from benchmarks.installation import copied, folder, made, opened
from benchmarks.measuring import Benchmark, Row, Stopwatch, exponent
from benchmarks.recording import bare
from engine.operations import BATCH

GOAL, FLAT = 1000, 1.3


def run(sizes: Sequence[int]) -> list[Row]:
    """`sizes` are numbers of cases, each with one date that has come."""
    rates: dict[int, float] = {}
    busy: dict[int, float] = {}
    bares: dict[int, float] = {}
    for size in sizes:
        with folder() as place:
            database = place / "cases.db"
            first = min(launch_one(database, made(database, 1)).deadlines.values(), key=lambda row: row.at)
            copy(database, 1, size)
            bares[size] = size / _claimed_bare(copied(database, "bare.db"), first.at)
            claimed = _claimed(database, first.at, size)
            rates[size], busy[size] = size / claimed.seconds, claimed.busy / size
    small, large = min(sizes), max(sizes)
    dearer = busy[large] / busy[small]
    return [
        Row(
            measure="due dates applied in batches", size=" / ".join(f"{size:,}" for size in sizes) + " cases",
            unit="dates/s", ours=rates[large], against=f"bare claims of {BATCH}, a savepoint each",
            reference=bares[large], goal=f">= {GOAL:,}/s; <= {FLAT}x a step",
            met=rates[large] >= GOAL and dearer <= FLAT,
            growth=exponent({size: size / rate for size, rate in rates.items()}),
            note=f"each applied once; by processor time {1 / busy[large]:,.0f}/s, and a step costs {dearer:.2f}x among "
            f"{large:,} cases of that among {small:,}",
        )
    ]  # fmt: skip


def _claimed(database: Path, moment: datetime, size: int) -> Stopwatch:
    watch = Stopwatch()
    with opened(database) as app:
        with watch.timing():
            done = app.operations.claim_due(moment)
        again = app.operations.claim_due(moment)
    if (done.applied, done.failed, again.applied) != (size, 0, 0):
        raise AssertionError(f"{done} and again {again} of {size}")
    with closing(bare(database)) as connection:
        (events,) = connection.execute("SELECT count(*) FROM review_case WHERE version = 2").fetchone()
    if events != size:
        raise AssertionError(f"{events} of {size} cases have made one step")
    return watch


def _claimed_bare(database: Path, moment: datetime) -> float:
    due = moment.strftime("%Y-%m-%d %H:%M:%S.%f")
    watch = Stopwatch()
    with closing(bare(database)) as connection:
        claimed = 1
        with watch.timing():
            while claimed:
                connection.execute("BEGIN IMMEDIATE")
                claimed = _batch(connection, due)
                connection.commit()
    return watch.seconds


def _batch(connection: sqlite3.Connection, due: str) -> int:
    rows = connection.execute(
        "SELECT case_id, key FROM deadline WHERE idle IS NULL AND due_at <= ? ORDER BY due_at, case_id LIMIT ?",
        (due, BATCH),
    ).fetchall()
    for case, key in rows:
        connection.execute("SAVEPOINT one")
        connection.execute("SELECT * FROM review_case WHERE id = ?", (case,)).fetchone()
        connection.execute("DELETE FROM deadline WHERE case_id = ? AND key = ?", (case, key))
        connection.execute("UPDATE review_case SET version = version + 1 WHERE id = ?", (case,))
        connection.execute(
            "INSERT INTO history SELECT stream, seq + 1000, hash, previous, kind, recorded_at, effective_at, payload "
            "FROM history WHERE stream = ? AND seq = 1",
            (f"case:{case}",),
        )
        connection.execute("RELEASE one")
    return len(rows)


BENCHMARK = Benchmark(
    name="batches", says="due dates applied in batches", run=run, sizes=(1_000, 3_000, 10_000), tiny=(3, 60)
)
