"""How long does a summary take, of one case, of a region, and as of a past day? Against one query of the same rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.copying import copy, launch_one
from benchmarks.installation import NOW, OFFICE, folder, made, opened
from benchmarks.measuring import Benchmark, Row, each, exponent
from benchmarks.recording import bare
from collegium import summaries
from collegium.bootstrap import Application

REGION = "Region of the benchmark"
TODAY = NOW + timedelta(days=3)
QUERY = (
    "SELECT c.*, t.value, d.due_at FROM review_case c LEFT JOIN task t ON t.case_id = c.id AND t.current "
    "LEFT JOIN deadline d ON d.case_id = c.id"
)
ONE, MANY, PAST = 20.0, 300.0, 2.0  # ms, ms for a region of a thousand cases, times the present
KINDS: dict[str, dict[str, Any]] = {
    "one case": {"audience": "partnership"},
    "a region": {"audience": "region", "region": REGION},
    "a region, as of yesterday": {"audience": "region", "region": REGION, "as_of": TODAY - timedelta(days=1)},
}


def run(sizes: Sequence[int]) -> list[Row]:
    """`sizes` are numbers of cases, all in one region."""
    times: dict[str, dict[int, float]] = {name: {} for name in KINDS}
    queries: dict[str, float] = {}
    for size in sizes:
        with folder() as place:
            database = place / "cases.db"
            case = launch_one(database, made(database, 1, region=REGION)).id
            copy(database, 1, size)
            queries = {name: _queried(database, case if name == "one case" else None) for name in KINDS}
            with opened(database) as app:
                for name, asked in KINDS.items():
                    of = {"case": case} if name == "one case" else {}
                    times[name][size] = each(_summarise(app, {**asked, **of}), 1, rounds=3)
    shown, last = " / ".join(f"{size:,}" for size in sizes) + " cases", max(sizes)
    now = times["a region"][last] * 1000
    goals = {
        "one case": (f"< {ONE:.0f} ms", ONE),
        "a region": (f"< {MANY:.0f} ms for 1,000", MANY * last / 1000),
        "a region, as of yesterday": (f"<= {PAST:.0f}x the present", PAST * now),
    }
    return [
        Row(
            measure=f"summary of {name}", size=shown, unit="ms", ours=found[last] * 1000,
            against="one query of the same rows, bare sqlite3", reference=queries[name] * 1000, goal=goals[name][0],
            met=found[last] * 1000 <= goals[name][1], growth=exponent(found),
        )
        for name, found in times.items()
    ]  # fmt: skip


def _summarise(app: Application, asked: dict[str, Any]) -> Callable[[], object]:
    """The facts, and the page that is made of them."""

    def summarise() -> str:
        told = summaries.summarise(app, secretariat=OFFICE.id, language="en", now=TODAY, **asked)
        return summaries.render(told, "en", "md")

    return summarise


def _queried(database: Path, case: str | None) -> float:
    where, values = (" WHERE c.id = ?", (case,)) if case else ("", ())
    with closing(bare(database)) as connection:
        return each(lambda: connection.execute(QUERY + where, values).fetchall(), 1)


BENCHMARK = Benchmark(name="summary", says="summaries", run=run, sizes=(100, 300, 1_000), tiny=(2, 3))
