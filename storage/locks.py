"""Is somebody running on this file already? One `run` per SQLite file, by a lock of the operating system."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

import sqlalchemy as sa

from engine.errors import CollegiumError
from engine.saying import said


class AlreadyRunning(CollegiumError):
    """Another process runs on this database; stop that one first."""

    def __init__(self, path: Path, process: str) -> None:
        self.path = path
        self.process = process
        whom = said("process {n}", n=process) if process else said("another process")
        super().__init__(
            said("Can't run on {file}: {whom} runs on it already. Stop that one first.", file=path, whom=whom)
        )


class RunLock:
    """Held while a process runs the clock; released by the system even if that process is killed.

    A database that is not a file needs none: there the rows themselves are locked.
    """

    def __init__(self, url: str) -> None:
        parsed = sa.make_url(url)
        is_file = parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:")
        self.path = Path(f"{Path(parsed.database or '').resolve()}.lock") if is_file else None
        self._file: int | None = None

    def __enter__(self) -> Self:
        if self.path is None:
            return self
        # Never deleted: who locks a file that another has just unlinked holds a lock that nobody sees.
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            process = os.read(file, 32).decode().strip()
            os.close(file)
            raise AlreadyRunning(self.path.with_suffix(""), process) from error
        os.ftruncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode())
        self._file = file
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            os.ftruncate(self._file, 0)
            os.close(self._file)
            self._file = None
