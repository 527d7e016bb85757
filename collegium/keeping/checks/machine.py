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

from collegium.speech import t
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
            found = {"name": name, "others": ", ".join(others)}
            yield "wrong", t("doctor.foreign", **found), t("doctor.foreign.do", **found)
    homes = {name: _home(name) for name in OURS}
    if len(set(homes.values())) > 1:
        told = ", ".join(f"{name} {home}" for name, home in homes.items())
        yield "wrong", t("doctor.scattered", places=told), t("doctor.scattered.do")


def _home(name: str) -> str:
    spec = find_spec(name)
    return str(Path(spec.origin).parent.parent) if spec and spec.origin else "nowhere"


def clock(ward: Ward) -> Iterator[tuple[Grade, str, str]]:
    """A clock that was put back makes dates come late; zones without data make them come wrong."""
    newest = _newest(ward)
    if newest is not None and newest > ward.now + SLACK:
        known = {"now": f"{ward.now:%Y-%m-%d %H:%M}", "recorded": f"{newest:%Y-%m-%d %H:%M}"}
        yield "wrong", t("doctor.clock_back", **known), t("doctor.clock_back.do")
    for office in ward.work.people.secretariats():
        try:
            ZoneInfo(office.zone)
        except (ZoneInfoNotFoundError, ValueError):
            yield "wrong", t("doctor.no_zone", zone=office.zone, office=office.name), t("doctor.no_zone.do")


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
        known = {"free": f"{free / 2**20:,.0f}", "size": f"{size / 2**20:,.1f}"}
        yield grade, t("doctor.disk", **known), t("doctor.disk.do")


def database(ward: Ward) -> Iterator[tuple[Grade, str, str]]:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        yield "wrong", t("doctor.old_sqlite", version=sqlite3.sqlite_version), t("doctor.old_sqlite.do")
    file = ward.app.settings.database_file
    if file is None:
        return
    for fault in snapshots.faults(file)[:5]:
        yield "wrong", f"{file}: {fault}", t("doctor.damaged.do")


def key(ward: Ward) -> Iterator[tuple[Grade, str, str]]:
    """The key opens every private link, and the database holds personal data."""
    database = ward.app.settings.database_file
    if database is None:
        return
    for file in (database, database.with_suffix(".key")):
        if file.exists() and file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            yield "wrong", t("doctor.readable", file=file), f"chmod 600 {file}"


def runs(ward: Ward) -> Iterator[tuple[Grade, str, str]]:
    try:
        with RunLock(ward.app.settings.database):
            waiting = ward.work.cases.next_due()
    except AlreadyRunning:
        return
    if waiting is not None and waiting < ward.now - SLACK:
        yield "wrong", t("doctor.late_clock", date=f"{waiting:%Y-%m-%d %H:%M}"), t("doctor.late_clock.do")
    else:
        yield "look", t("doctor.no_clock"), t("doctor.no_clock.do")
