"""Which date of a case comes before a moment?"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from engine.case import Case, Deadline


def due_before(case: Case, now: datetime, failed: Collection[str] = ()) -> Deadline | None:
    """The date of a case that comes first among those before now."""
    rows = [row for row in case.deadlines.values() if row.at < now and row.key not in failed]
    if case.paused is not None:
        rows = [row for row in rows if row.clock_runs]
    return min(rows, key=lambda row: (row.at, row.rank, row.order, row.instance, row.key), default=None)
