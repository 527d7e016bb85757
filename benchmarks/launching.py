"""How fast is a round launched, with all tasks, dates and notices? Against bare executemany of as many rows."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

from benchmarks.installation import NOW, OFFICE, copied, folder, host, made, opened
from benchmarks.measuring import Benchmark, Row, Stopwatch, exponent
from benchmarks.recording import bare
from collegium.launching import Round

GOAL = 0.2
TABLES = ("cycle", "review_case", "participant", "task", "deadline", "notice", "history", "signal", "link")


def run(sizes: Sequence[int]) -> list[Row]:
    """`sizes` are numbers of cases in one round, launched in one transaction."""
    took: dict[int, float] = {}
    rows = bare_seconds = 0.0
    memory: dict[int, int] = {}
    for size in sizes:
        with folder() as place:
            empty = place / "empty.db"
            made(empty, size)
            launched = copied(empty, "launched.db")
            took[size] = _launched(launched, size)
            memory[size] = getrusage(RUSAGE_SELF).ru_maxrss // 1024
            rows, bare_seconds = _inserted(launched, empty)
    last = max(sizes)
    ours, reference = rows / took[last], rows / bare_seconds
    return [
        Row(
            measure="launching a round, small process", size=" / ".join(f"{size:,}" for size in sizes) + " cases",
            unit="rows/s", ours=ours, against="bare executemany of as many rows", reference=reference,
            goal=f">= {GOAL} of it, straight", met=ours >= GOAL * reference, growth=exponent(took),
            note=f"{last / took[last]:,.0f} cases/s, {rows / last:.0f} rows a case; "
            f"at most {memory[last]} MB in use, {memory[min(sizes)]} MB with {min(sizes):,}",
        )
    ]  # fmt: skip


def _launched(database: Path, size: int) -> float:
    watch = Stopwatch()
    with opened(database) as app:
        with app.store.read() as work:
            stored = work.definitions.newest("small")
            assert stored is not None
            app.library.get(work, stored.name, stored.version, stored.behaviour)
        round_ = Round(
            name="Round", process="small", secretariat=OFFICE.id, hosts=[host(number) for number in range(size)]
        )
        with watch.timing(), app.store.write() as work:
            app.launcher.launch_cycle(work, round_, stored, NOW)
            work.commit()
    return watch.seconds


def _inserted(launched: Path, empty: Path) -> tuple[int, float]:
    """The rows that the launch has written, written again without anything else."""
    with closing(bare(launched)) as source:
        rows = {table: source.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}
    watch = Stopwatch()
    with closing(bare(empty)) as target, watch.timing():
        target.execute("BEGIN IMMEDIATE")
        for table, found in rows.items():
            if found:
                marks = ", ".join("?" * len(found[0]))
                target.executemany(f"INSERT INTO {table} VALUES ({marks})", found)
        target.commit()
    return sum(map(len, rows.values())), watch.seconds


BENCHMARK = Benchmark(
    name="launching", says="launching a round", run=run, sizes=(100, 300, 1_000), tiny=(2, 4), large=(10_000,)
)
