"""What does it cost, beside bare references in the same run? `python -m benchmarks [name...]`; --help says more.

A figure without its reference means little: the processor may be shared, and its disk may be busy.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from benchmarks import batches, launching, mailing, marked, nothing_due, rendering, steps, summary
from benchmarks.measuring import Benchmark, Row, versions

ALL: dict[str, Benchmark] = {
    module.BENCHMARK.name: module.BENCHMARK
    for module in (steps, batches, nothing_due, marked, launching, rendering, mailing, summary)
}
TOP = 25
WIDTH = 168


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 0 whatever the figures are, since they are no test, and 1 where one did not run."""
    chosen = _parser().parse_args(arguments)
    unknown = [name for name in [*chosen.names, *([chosen.profile] if chosen.profile else [])] if name not in ALL]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(ALL)}.", file=sys.stderr)
        return 2
    if chosen.profile:
        profiled(ALL[chosen.profile], _sizes(ALL[chosen.profile], chosen))
        return 0
    rows, broken = measured([ALL[name] for name in chosen.names or ALL], chosen)
    Console(width=WIDTH).print(table(rows))
    for name, error in broken.items():
        print(f"{name} did not run: {type(error).__name__}: {error}", file=sys.stderr)
    return 1 if broken else 0


def measured(benchmarks: Sequence[Benchmark], chosen: argparse.Namespace) -> tuple[list[Row], dict[str, Exception]]:
    """The rows of each, and what broke: hours of the others are not lost with one."""
    rows: list[Row] = []
    broken: dict[str, Exception] = {}
    for benchmark in benchmarks:
        print(f"{benchmark.name}: {benchmark.says} ...", file=sys.stderr, flush=True)
        try:
            rows += benchmark.run(_sizes(benchmark, chosen))
        except Exception as error:
            broken[benchmark.name] = error
    return rows, broken


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"one of {', '.join(ALL)}; without: all")
    parser.add_argument("--long", action="store_true", help="the largest sizes too")
    parser.add_argument("--tiny", action="store_true", help="the smallest sizes: does it run at all?")
    parser.add_argument("--profile", metavar="NAME", help=f"the {TOP} functions in which a benchmark spends most time")
    return parser


def _sizes(benchmark: Benchmark, chosen: argparse.Namespace) -> tuple[int, ...]:
    if chosen.tiny:
        return benchmark.tiny
    return benchmark.sizes + (benchmark.large if chosen.long else ())


def table(rows: Sequence[Row]) -> Table:
    """All rows, with what they were measured with."""
    known = ", ".join(f"{name} {number}" for name, number in versions().items())
    made = Table(
        title=f"{known}; {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}",
        caption="Ratio: ours over the reference. Growth: exponent of the time over the sizes (1: a straight line).",
    )
    for name in ("measure", "sizes"):
        made.add_column(name)
    for name in ("ours", "reference", "ratio"):
        made.add_column(name, justify="right")
    for name in ("goal", "met", "growth", "reference is; remarks"):
        made.add_column(name)
    for row in rows:
        made.add_row(*_cells(row), end_section=True)
    return made


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.measure,
        row.size,
        _figure(row.ours, row.unit),
        "-" if row.reference is None else _figure(row.reference, row.unit),
        "-" if row.ratio is None else f"{row.ratio:.2f}",
        row.goal,
        "" if row.met is None else ("yes" if row.met else "NO"),
        "-" if row.growth is None else f"{row.growth:.2f}",
        f"{row.against}. {row.note}" if row.note else row.against,
    )


def _figure(value: float, unit: str) -> str:
    return f"{value:,.{0 if value >= 100 else 1 if value >= 10 else 2}f} {unit}"


def profiled(benchmark: Benchmark, sizes: Sequence[int]) -> None:
    """Where the time goes, its reference included; by time in the functions themselves."""
    profile = cProfile.Profile()
    profile.runcall(benchmark.run, sizes[:1])
    pstats.Stats(profile).strip_dirs().sort_stats("tottime").print_stats(TOP)
    pstats.Stats(profile).strip_dirs().sort_stats("cumulative").print_stats(TOP)


if __name__ == "__main__":
    sys.exit(main())
