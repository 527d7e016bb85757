"""How does an installation begin again from a backup, without mailing anybody a second time?

A backup does not know what was mailed after it was made. What was ready then, and what falls due up to the moment of
the restore, is held for the office to decide.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from collegium.keeping import backup
from collegium.keeping.backup import OWNER_ONLY, Contents, NoBackup
from collegium.settings import Settings
from engine.ports import UnitOfWork
from engine.saying import said
from notifications.doubt import RESTORED, Doubt
from storage import snapshots
from storage.database import upgrade
from storage.unit_of_work import SqlStore

STREAM = "keeping"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """An installation that was put back."""

    database: Path
    contents: Contents
    upgraded: bool
    held: int  # mails that were ready when the backup was made


def restore(source: Path, settings: Settings, now: datetime, *, mail_goes_on: bool = False) -> Restored:
    """Put a backup into the place that the settings name; it must be fresh. Nothing is written unless all is whole.

    `mail_goes_on`: nothing was mailed since the backup (the old installation stood still), so that nothing need be
    held. Raises NoBackup with what is wrong.
    """
    target = settings.database_file
    if target is None:
        raise NoBackup("Can't restore into a database server from here: use its own tool, such as pg_restore.")
    key_file = target.with_suffix(".key")
    for path in (target, key_file):
        if path.exists():
            raise NoBackup(
                said(
                    "Can't restore: {file} exists already. Move it away, or name another place with --database.",
                    file=path,
                )
            )
    contents = backup.read_contents(source)
    if snapshots.steps(contents.revision) is None:
        raise NoBackup(
            said(
                "{file} holds tables of version {version}, which is newer than this software.",
                file=source,
                version=contents.revision,
            )
        )
    if found := backup.faults(source):
        raise NoBackup(said("Can't restore {file}, it is not whole: {found:all}.", file=source, found=tuple(found[:5])))
    target.parent.mkdir(parents=True, exist_ok=True)
    with backup.unpacked(source) as folder:
        fresh = _brought_in(folder / backup.DATABASE, target.with_name(f".{target.name}.new"))
        upgraded = contents.revision != snapshots.newest_revision()
        if upgraded:
            upgrade(f"sqlite:///{fresh}")
        held = _note(fresh, contents, now, hold=not mail_goes_on)
        if not settings.key:  # a key of the settings goes before one in a file
            _write_key(folder / backup.KEY, key_file)
        os.replace(fresh, target)
    return Restored(database=target, contents=contents, upgraded=upgraded, held=held)


def _brought_in(copied: Path, fresh: Path) -> Path:
    """Beside its place and not yet in it: what breaks off leaves no half an installation."""
    fresh.unlink(missing_ok=True)
    shutil.copyfile(copied, fresh)
    fresh.chmod(OWNER_ONLY)
    return fresh


def _write_key(source: Path, target: Path) -> None:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(source.read_bytes())


def _note(database: Path, contents: Contents, now: datetime, *, hold: bool) -> int:
    store = SqlStore(f"sqlite:///{database}")
    try:
        with store.write() as work:
            held = sum(work.outbox.hold(each.id, RESTORED) for each in work.outbox.messages("ready")) if hold else 0
            told = {
                "backup_made_at": contents.made_at,
                "held": held,
                "mail_goes_on": not hold,
                "last_notice": max((each.id for each in work.outbox.notices()), default=0),
            }
            work.record(STREAM, "restored", told, now)
            work.commit()
        _settle(store)
    finally:
        store.close()
    return held


def _settle(store: SqlStore) -> None:
    """Bring what stands in the journal beside the file into the file itself, since only that one is moved."""
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.rollback()


def doubt(work: UnitOfWork) -> Doubt | None:
    """Which mail may have gone out without this database knowing of it; None: it was never restored."""
    for sealed in reversed(work.stream(STREAM)):
        if sealed.event.kind == "restored":
            data = sealed.event.data
            return None if data["mail_goes_on"] else Doubt(sealed.event.recorded_at, data["last_notice"])
    return None
