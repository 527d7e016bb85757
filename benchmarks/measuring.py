"""What is a measurement, and how does it grow? Rows of the table, timing, and the exponent over sizes."""

from __future__ import annotations

import math
import platform
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

PEERS = ("SpiffWorkflow",)  # measured where they are installed; in no lock
LIBRARIES = ("sqlalchemy", "sqlmodel", "jinja2", "aiosmtplib", *PEERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table. `ours` and `reference` are in the same unit; a rate is better when higher."""

    measure: str
    size: str
    unit: str  # "steps/s", "mails/s", "us", ...
    ours: float
    against: str  # what the reference is
    reference: float | None  # None: not installed
    goal: str
    met: bool | None  # None: no goal for this line
    growth: float | None = None  # 1: work and time grow alike; 0: time does not grow
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours over the reference."""
        return self.ours / self.reference if self.reference else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """One module's measurement at its sizes; `tiny` is what its smoke test runs, `large` what `--long` adds."""

    name: str
    says: str
    run: Callable[[Sequence[int]], list[Row]]
    sizes: tuple[int, ...]
    tiny: tuple[int, ...]
    large: tuple[int, ...] = ()


class Stopwatch:
    """Adds up the seconds of the blocks that it times, and those of them that this process had the processor."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.busy = 0.0

    @contextmanager
    def timing(self) -> Iterator[None]:
        start, busy = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - start
            self.busy += time.process_time() - busy


def each(work: Callable[[], object], times: int, rounds: int = 5) -> float:
    """Seconds for one call: the best of some rounds, since whatever else runs here can only slow it down."""
    found = math.inf
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(times):
            work()
        found = min(found, (time.perf_counter() - start) / times)
    return found


def exponent(times: Mapping[int, float]) -> float | None:
    """The slope of time over size, both as logarithms; None for fewer than two sizes."""
    points = [(math.log(size), math.log(took)) for size, took in times.items() if took > 0]
    if len(points) < 2:
        return None
    middle = [sum(each[axis] for each in points) / len(points) for axis in (0, 1)]
    spread = sum((x - middle[0]) ** 2 for x, _ in points)
    return sum((x - middle[0]) * (y - middle[1]) for x, y in points) / spread if spread else None


def versions() -> dict[str, str]:
    """What is measured with."""
    found = {"Python": platform.python_version(), "SQLite": sqlite3.sqlite_version}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found
