"""Packages, clock, disk, database, key, and whether somebody runs."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from storage import snapshots
from storage.locks import AlreadyRunning, RunLock

if TYPE_CHECKING:
    from collegium.keeping.doctor import Grade, Ward

OURS = ("engine", "workflows", "notifications", "storage", "collegium")
DISTRIBUTION = "collegium"
SLACK = timedelta(minutes=2)
ROOM_WRONG, ROOM_LOOK = 200 * 2**20, 2 * 2**30  # bytes
OLDEST_SQLITE = (3, 35)  # RETURNING and upserts on all tables


def packages(ward: Ward) -> Iterator[tuple[Grade, str, str]]:
    """Our top-level names are common words: another distribution can bring a package of the same name."""
    owners = packages_distributions()
    for name in OURS:
        others = sorted({each for each in owners.get(name, []) if each != DISTRIBUTION})
        if others:
            yield (
                "wrong", f"the package {name} belongs to {', '.join(others)} as well",
                f"Uninstall {', '.join(others)} from this environment, or give Collegium one of its own.",
            )  # fmt: skip
    homes = {name: _home(name) for name in OURS}
    if len(set(homes.values())) > 1:
        told = ", ".join(f"{name} from {home}" for name, home in homes.items())
        yield "wrong", f"our packages come from different places: {told}", "Install Collegium anew."


def _home(name: str) -> str:
    spec = find_spec(name)
    return str(Path(spec.origin).parent.parent) if spec and spec.origin else "nowhere"


def clock(ward: Ward) -> Iterator[tuple[Grade, str, str]]:
    """A clock that was put back makes dates come late; zones without data make them come wrong."""
    newest = _newest(ward)
    if newest is not None and newest > ward.now + SLACK:
        yield (
            "wrong", f"the clock says {ward.now:%Y-%m-%d %H:%M} UTC, but something was recorded at "
            f"{newest:%Y-%m-%d %H:%M}", "Set the clock of this machine, and let a time service (NTP) keep it.",
        )  # fmt: skip
    for office in ward.work.people.secretariats():
        try:
            ZoneInfo(office.zone)
        except (ZoneInfoNotFoundError, ValueError):
            yield (
                "wrong", f"there is no data for the time zone {office.zone} of {office.name}",
                "Install tzdata, or mend the zone with `collegium init --update --zone`.",
            )  # fmt: skip


def _newest(ward: Ward) -> datetime | None:
    file = ward.app.settings.database_file
    if file is None:
        return None
    moments = [rows[-1].event.recorded_at for name in ward.work.streams() if (rows := ward.work.stream(name))]
    return max(moments, default=None)


def disk(ward: Ward) -> Iterator[tuple[Grade, str, str]]:
    file = ward.app.settings.database_file
    if file is None:
        return
    free = shutil.disk_usage(file.resolve().parent).free
    size = file.stat().st_size
    if free < ROOM_LOOK:
        grade: Grade = "wrong" if free < max(ROOM_WRONG, size) else "look"
        yield (
            grade, f"{free / 2**20:,.0f} MiB are free where the database is ({size / 2**20:,.1f} MiB)",
            "Make room: a full disk stops all work. Old backups may go to another machine.",
        )  # fmt: skip


def database(ward: Ward) -> Iterator[tuple[Grade, str, str]]:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        yield "wrong", f"SQLite {sqlite3.sqlite_version} is too old", "Use a Python with SQLite 3.35 or newer."
    file = ward.app.settings.database_file
    if file is None:
        return
    for fault in snapshots.faults(file)[:5]:
        yield (
            "wrong", f"{file}: {fault}",
            "Stop `run`, keep the damaged file, and restore the newest backup: `collegium restore`.",
        )  # fmt: skip


def key(ward: Ward) -> Iterator[tuple[Grade, str, str]]:
    """The key opens every private link, and the database holds personal data."""
    database = ward.app.settings.database_file
    if database is None:
        return
    for file in (database, database.with_suffix(".key")):
        if file.exists() and file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            yield "wrong", f"others on this machine may read {file}", f"chmod 600 {file}"


def runs(ward: Ward) -> Iterator[tuple[Grade, str, str]]:
    try:
        with RunLock(ward.app.settings.database):
            waiting = ward.work.cases.next_due()
    except AlreadyRunning:
        return
    if waiting is not None and waiting < ward.now - SLACK:
        yield (
            "wrong", f"nobody runs on this database, and a date of {waiting:%Y-%m-%d %H:%M} UTC waits",
            "Start `collegium run`, and let the system start it after a reboot.",
        )  # fmt: skip
    else:
        yield "look", "nobody runs on this database: no date comes and no mail leaves", "Start `collegium run`."
