"""Packages, clock, disk, database, key, and whether somebody runs."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from collegium.case_names import host_name
from collegium.clock import SLACK
from collegium.speech import known, moment_text, spoken, t
from engine.case import Case
from engine.events import Event
from storage import snapshots
from storage.history import stream_of
from storage.locks import AlreadyRunning, RunLock

if TYPE_CHECKING:
    from collegium.keeping.doctor import Grade, Ward

OURS = ("engine", "workflows", "notifications", "storage", "collegium")
DISTRIBUTION = "collegium"
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
    """A clock that was put back makes dates come late; zones without data make them come wrong.

    What was done "as if it were" another moment (`--now`) looks the same: which of the two it was, only people know.
    """
    newest = _newest(ward)
    if newest is not None and newest.event.recorded_at > ward.now + SLACK:
        yield "wrong", _later(ward, newest), t("doctor.clock_back.do")
    for office in ward.work.people.secretariats():
        try:
            ZoneInfo(office.zone)
        except (ZoneInfoNotFoundError, ValueError):
            yield "wrong", t("doctor.no_zone", zone=office.zone, office=office.name), t("doctor.no_zone.do")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Newest:
    """The event that was recorded last, and the case to which it belongs, if it belongs to one."""

    event: Event
    case: Case | None


def _newest(ward: Ward) -> _Newest | None:
    file = ward.app.settings.database_file
    if file is None:
        return None
    last = [(name, rows[-1].event.recorded_at) for name in ward.work.streams() if (rows := ward.work.stream(name))]
    if not last:
        return None
    stream, moment = max(last, key=lambda each: each[1])
    event = next(each.event for each in ward.work.stream(stream) if each.event.recorded_at == moment)
    offices = ward.work.people.secretariats()
    cases = {stream_of(id): id for office in offices for id in ward.work.cases.all_ids(office.id)}
    return _Newest(event=event, case=ward.work.cases.load(cases[stream]) if stream in cases else None)


def _later(ward: Ward, newest: _Newest) -> str:
    """What was recorded after now: with what the deed began, where, by whom and at which moment."""
    event, case, work = newest.event, newest.case, ward.work
    what, where = known("event", event.kind), t("the_office")
    if case is not None:
        where = host_name(work, case)
        labels = ward.app.library.wording(work, case).labels
        texts = next((labels[kind, event.name] for kind in ("transition", "task") if (kind, event.name) in labels), {})
        what += f": {label}" if (label := texts.get(spoken())) else ""
    return t(
        "doctor.clock_back", now=moment_text(ward.now, ward.zone), recorded=moment_text(event.recorded_at, ward.zone),
        what=what, where=where, who=_who(ward, event),
    )  # fmt: skip


def _who(ward: Ward, event: Event) -> str:
    key = event.actor.on_behalf_of or event.actor.participant
    participant = ward.work.people.participant(key) if key else None
    person = ward.work.people.person(participant.person) if participant and participant.person else None
    if person is not None:
        return person.name
    if event.actor.kind == "clock":
        return t("the_clock")
    return t("an_operator") if event.actor.kind == "operator" else known("actor", event.actor.kind)


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
        yield "wrong", t("doctor.late_clock", date=moment_text(waiting, ward.zone)), t("doctor.late_clock.do")
    else:
        yield "look", t("doctor.no_clock"), t("doctor.no_clock.do")
