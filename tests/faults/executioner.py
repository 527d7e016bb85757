"""Where is a process killed? Before and after each SQL statement, each commit and each word to a mail server.

Each point has a name; that of a word to a server says of which mail or connection it is, so that no two are alike.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

CHANGES = "changes"  # asks for points at which something is different from the last: no reads
WARM_UP = -1  # a life of the parent itself: those who come after it find every statement and template compiled
READS = ("SELECT", "PRAGMA", "BEGIN")  # they change nothing: after one is where it is before the next statement


@dataclass(slots=True)
class Executioner:
    """Kills this very process at the `at`-th point whose name holds `where`; with 0 it only counts."""

    at: int = 0
    where: str = ""
    note: Path | None = None  # where the name of the point is written before the end
    passed: list[str] = field(default_factory=list)

    def point(self, name: str) -> None:
        if self._counts(name):
            name = " ".join(name.split())
            self.passed.append(name)
            if len(self.passed) == self.at:
                if self.note is not None:
                    self.note.write_text(name)
                os.kill(os.getpid(), signal.SIGKILL)

    def _counts(self, name: str) -> bool:
        if self.where == CHANGES:
            return not name.removeprefix("before ").startswith(READS)
        return self.where in name


def serve(live: Callable[[Path, int, str, Executioner], None]) -> None:
    """A life per line of the input, ``FOLDER PORT NAME AT WHERE``; how it ended is said on the output.

    Each is forked, so that it begins at once with all that was imported, and leaves nothing to the next.
    """
    for line in sys.stdin:
        folder, port, name, at, where = line.rstrip("\n").split("\t")
        if int(at) == WARM_UP:
            live(Path(folder), int(port), name, Executioner())
            print(0, flush=True)
            continue
        child = os.fork()
        if child == 0:
            executioner = Executioner(int(at), where, Path(folder) / "killed")
            _to_the_end(executioner, Path(folder), partial(live, Path(folder), int(port), name, executioner))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _to_the_end(executioner: Executioner, folder: Path, live: Callable[[], None]) -> NoReturn:
    code = 1
    try:
        live()
        (folder / "points").write_text("\n".join(executioner.passed))
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def watched_connections(executioner: Executioner) -> type[sqlite3.Connection]:
    """Connections that pass the executioner before each statement, and after each that changes something."""
    point = executioner.point

    class Cursor(sqlite3.Cursor):
        def execute(self, sql: str, *values: Any) -> Any:
            point(f"before {sql}")
            found = super().execute(sql, *values)
            if not sql.startswith(READS):
                point(f"after {sql}")
            return found

        def executemany(self, sql: str, *values: Any) -> Any:
            point(f"before {sql}")
            found = super().executemany(sql, *values)
            point(f"after {sql}")
            return found

    class Connection(sqlite3.Connection):
        def cursor(self, *kind: Any) -> Any:
            return super().cursor(Cursor)

        def commit(self) -> None:
            if not self.in_transaction:
                return super().commit()
            point("before COMMIT")
            super().commit()
            return point("after COMMIT")

    return Connection
