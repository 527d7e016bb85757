"""How many steps are committed in a second? Against the very same statements through bare sqlite3.

The small process is the reference work; its five places are roles of people, since an invitation to each would add six
steps. The large one is the shipped development-oriented process with six seats, without peers beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from benchmarks import peers
from benchmarks.installation import NOW, copied, folder, made, opened, put_cycle
from benchmarks.measuring import Benchmark, Row, Stopwatch, exponent
from benchmarks.peers import Peer
from benchmarks.recording import Tape, recording, replayed
from benchmarks.walking import Walked, large, large_made, small
from collegium.bootstrap import Application
from engine.ports import StoredDefinition

LARGE_SHARE = 40  # so many small cases are measured for each large one
PEERS_SHARE = 6  # and so many for each case of a peer
GOAL, PEER_GOAL = 0.5, 5


def run(sizes: Sequence[int]) -> list[Row]:
    """`sizes` are numbers of small cases; the large process gets a fortieth of them."""
    rows = _small(sizes)
    rows += [_large([max(1, size // LARGE_SHARE) for size in sizes])]
    return rows


def _small(sizes: Sequence[int]) -> list[Row]:
    with folder() as place:
        empty = place / "empty.db"
        stored = made(empty, max(sizes))
        with opened(empty) as app, app.store.write() as work:
            put_cycle(work, stored)
            work.commit()
        measured = [
            _measured(empty, size, partial(_walk_small, stored, size), partial(_walk_small, stored, 1))
            for size in sizes
        ]
        others = peers.measured(max(sizes) // PEERS_SHARE or 1, place)
    row = _row("steps, small process", sizes, measured)
    return [row, *(_beside(row, peer) for peer in others)]


def _beside(row: Row, peer: Peer) -> Row:
    rate = peer.rate
    note = "load, step, serialise, store; by processor time {:,.0f}" if rate else "not installed"
    return Row(
        measure="steps, small process", size=row.size, unit="steps/s", ours=row.ours, against=peer.name,
        reference=rate, goal=f">= {PEER_GOAL}x", met=None if rate is None else row.ours >= PEER_GOAL * rate,
        note=note.format(peer.busy_rate),
    )  # fmt: skip


def _large(sizes: Sequence[int]) -> Row:
    measured = []
    for size in sizes:
        with folder() as place:
            large_made(place / "empty.db", size)
            measured.append(_measured(place / "empty.db", size, large, lambda app: app.operations.claim_due(NOW)))
    return _row("steps, large process", sizes, measured)


class _Measured:
    """One size: ours, and the same statements bare."""

    def __init__(self, ours: Walked, bare: Stopwatch, statements: int) -> None:
        self.ours = ours
        self.bare = bare
        self.statements = statements


def _measured(
    empty: Path, size: int, walk: Callable[[Application, Tape | None], Walked], warm: Callable[[Application], object]
) -> _Measured:
    """Once to be timed, once to be recorded, once bare: each on its own copy of the same database."""
    with opened(copied(empty, f"warm{size}.db")) as app:
        warm(app)
    with opened(copied(empty, f"ours{size}.db")) as app:
        ours = walk(app, None)
    tape = Tape()
    with opened(copied(empty, f"recorded{size}.db"), factory=recording(tape)) as app:
        walk(app, tape)
    return _Measured(ours, replayed(copied(empty, f"bare{size}.db"), tape), tape.statements)


def _walk_small(stored: StoredDefinition, cases: int, app: Application, tape: Tape | None = None) -> Walked:
    return small(app, stored, cases, tape)


def _row(measure: str, sizes: Sequence[int], measured: Sequence[_Measured]) -> Row:
    last = measured[-1]
    ours = last.ours.steps / last.ours.seconds
    reference = last.ours.steps / last.bare.seconds
    return Row(
        measure=measure, size=" / ".join(f"{size:,}" for size in sizes) + " cases", unit="steps/s", ours=ours,
        against="same statements, bare sqlite3", reference=reference, goal=f">= {GOAL} of it",
        met=ours >= GOAL * reference,
        growth=exponent({one.ours.steps: one.ours.seconds for one in measured}),
        note=f"{last.statements / last.ours.steps:.1f} statements a step, {last.ours.steps:,} steps; by processor time "
        f"{last.ours.steps / last.ours.busy:,.0f} against {last.ours.steps / last.bare.busy:,.0f}",
    )  # fmt: skip


BENCHMARK = Benchmark(
    name="steps", says="committed steps per second", run=run, sizes=(40, 120, 360), tiny=(1,), large=(1_000,)
)
