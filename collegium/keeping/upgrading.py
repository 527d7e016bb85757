"""How does a database come to the tables of newer software? With a backup first, and never while somebody runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from collegium.keeping import backup
from collegium.settings import Settings
from engine.errors import CollegiumError
from engine.saying import said
from storage import snapshots
from storage.database import upgrade as bring_up
from storage.locks import RunLock
from storage.unit_of_work import SqlStore
from storage.verify import problems


class NotUpToDate(CollegiumError):
    """The tables are of another version than this software works with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgrade:
    """What an upgrade would do, or has done."""

    since: str | None
    to: str
    steps: tuple[tuple[str, str], ...]
    backup: Path | None = None


def planned(settings: Settings) -> Upgrade:
    """Which migrations are still to be done. Raises NotUpToDate where the tables are newer than this software."""
    since = snapshots.revision(settings.database)
    steps = snapshots.steps(since)
    if steps is None:
        raise NotUpToDate(
            said(
                "The tables are of version {version}, which is newer than this software: install a newer one.",
                version=since,
            )
        )
    return Upgrade(since=since, to=snapshots.newest_revision(), steps=tuple(steps))


def upgrade(settings: Settings, now: datetime, *, without_backup: bool = False) -> Upgrade:
    """Do them, in one transaction, after a backup beside the database; then check every history against its rows.

    Raises AlreadyRunning while a process runs on the database, and NotUpToDate.
    """
    with RunLock(settings.database):
        plan = planned(settings)
        if not plan.steps:
            return plan
        made: Path | None = None
        file = settings.database_file
        if file is not None and not without_backup and plan.since is not None:
            target = file.with_name(f"{file.stem}-before-{plan.to}-{now:%Y-%m-%dT%H%M%S}.zip")
            made = backup.make(settings, target, now).path
        bring_up(settings.database)
        if found := _untrue(settings.database):
            kept = said(" The backup is {file}.", file=made) if made else ""
            raise NotUpToDate(
                said(
                    "The tables were brought to {version}, but: {found:all}.{kept}",
                    version=plan.to,
                    found=tuple(found[:5]),
                    kept=kept,
                )
            )
        return Upgrade(since=plan.since, to=plan.to, steps=plan.steps, backup=made)


def check(settings: Settings) -> None:
    """Raises NotUpToDate where the tables are not those of this software: older ones are never changed unasked."""
    plan = planned(settings)
    if plan.steps:
        raise NotUpToDate(
            said(
                "The tables in {database} are of version {since}, this software needs {to}: "
                "`collegium upgrade` makes a backup and brings them up to date.",
                database=settings.database,
                since=plan.since or said("none"),
                to=plan.to,
            )
        )


def _untrue(database: str) -> list[str]:
    store = SqlStore(database)
    try:
        with store.read() as work:
            return list(problems(work))
    finally:
        store.close()
