"""What does it cost to find that nothing is due, when ten thousand, or a million, dates wait? Against one query."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from benchmarks.copying import copy, launch_one
from benchmarks.installation import NOW, folder, made, opened
from benchmarks.measuring import Benchmark, Row, each, exponent
from benchmarks.recording import bare

CASES = 100
GOAL = 200.0  # microseconds
TIMES = 500
QUERY = "SELECT case_id, key FROM deadline WHERE idle IS NULL AND due_at <= ? ORDER BY due_at LIMIT 1"


def run(sizes: Sequence[int]) -> list[Row]:
    """`sizes` are numbers of dates that are still to come."""
    looks: dict[int, float] = {}
    claims: dict[int, float] = {}
    bares: dict[int, float] = {}
    for size in sizes:
        with folder() as place:
            database = place / "waiting.db"
            launch_one(database, made(database, 1))
            copy(database, 1, CASES)
            _fill(database, size)
            looks[size], claims[size] = _found(database)
            bares[size] = _found_bare(database)
    largest = max(sizes)
    shown = " / ".join(f"{size:,}" for size in sizes) + " open dates"
    return [
        Row(
            measure=measure, size=shown, unit="us", ours=times[largest] * 1e6,
            against="one indexed query, bare sqlite3", reference=bares[largest] * 1e6,
            goal=f"< {GOAL:.0f} us, flat", met=times[largest] * 1e6 < GOAL, growth=exponent(times),
        )
        for measure, times in (("nothing is due: when is the next?", looks), ("nothing is due: claim", claims))
    ]  # fmt: skip


def _fill(database: Path, size: int) -> None:
    """More dates of a kind that the cases have, until so many are open; each at another minute."""
    with closing(bare(database)) as connection:
        (have,) = connection.execute("SELECT count(*) FROM deadline").fetchone()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("CREATE TEMP TABLE pattern AS SELECT * FROM deadline GROUP BY case_id")
        connection.execute(
            """
            WITH RECURSIVE number(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n + 1 < :rounds)
            INSERT INTO deadline
            SELECT case_id, 'more-' || n, kind, subject, rung, rule, rank, declared, instance, term, day, clock,
                   strftime('%Y-%m-%d %H:%M:%S.000000', due_at, '+' || (n % 500000) || ' minutes'),
                   why, clock_runs, provisional, idle, attempts, next_try, last_error
            FROM number, pattern
            """,
            {"rounds": max(1, (size - have) // CASES)},
        )
        connection.commit()


def _found(database: Path) -> tuple[float, float]:
    """Seconds to ask for the next moment, and to look for what is due, in a transaction each."""
    with opened(database) as app:

        def look() -> None:
            with app.store.read() as work:
                work.cases.next_due()

        def claim() -> None:
            if app.operations.claim_due(NOW).applied:
                raise AssertionError("something was due")

        return each(look, TIMES), each(claim, TIMES)


def _found_bare(database: Path) -> float:
    moment = (NOW - timedelta(minutes=1)).strftime("%Y-%m-%d %H:%M:%S.%f")
    with closing(bare(database)) as connection:
        return each(lambda: connection.execute(QUERY, (moment,)).fetchall(), TIMES)


BENCHMARK = Benchmark(
    name="nothing_due", says="finding that nothing is due", run=run, sizes=(10_000, 100_000, 1_000_000),
    tiny=(1_000, 2_000),
)  # fmt: skip
