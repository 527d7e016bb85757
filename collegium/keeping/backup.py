"""How is everything that an installation needs written into one file, and is that file whole?

The file is a zip archive: the database, the key behind private links, and a list of what is in it with its hashes.
"""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import file_digest
from importlib.metadata import version
from pathlib import Path
from typing import Any

from collegium.settings import Settings
from engine.errors import CollegiumError
from engine.saying import said
from storage import snapshots
from storage.unit_of_work import SqlStore
from storage.verify import problems

DATABASE, KEY, CONTENTS = "collegium.db", "collegium.key", "contents.json"
FORMAT = 1
OWNER_ONLY = 0o600


class NoBackup(CollegiumError):
    """No backup could be made, or this file is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a backup says of itself."""

    format: int
    made_at: str  # ISO 8601, UTC
    software: str
    revision: str  # of the tables
    cases: int
    histories: int
    files: dict[str, str]  # name -> SHA-256


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A backup that was written and read back."""

    path: Path
    size: int  # bytes
    contents: Contents


def default_name(now: datetime) -> str:
    """A name that sorts by time."""
    return f"collegium-{now:%Y-%m-%dT%H%M%S}.zip"


def make(settings: Settings, target: Path, now: datetime) -> Backup:
    """Copy the database while others may write to it, pack it, and check what was written by reading it back.

    `target` is a file that does not exist yet, or a folder. Nothing appears under that name before it is whole.
    Raises NoBackup with what is wrong.
    """
    source = settings.database_file
    if source is None:
        raise NoBackup("Can't back up a database server from here: use its own tool, such as pg_dump.")
    if not target.is_dir() and target.suffix != ".zip":
        raise NoBackup(
            said(
                "Can't write the backup: there is no folder {folder}. Make it, or name a file ending in .zip.",
                folder=target,
            )
        )
    target = target / default_name(now) if target.is_dir() else target
    if target.exists():
        raise NoBackup(said("Can't write the backup: {file} exists already. Give another name.", file=target))
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        copied = Path(folder) / DATABASE
        snapshots.copy(source, copied)
        contents, key = _contents(settings, copied, now)
        packed = Path(folder) / "packed.zip"
        _pack(packed, copied, key, contents)
        if found := faults(packed):
            raise NoBackup(
                said("The backup was written but is not whole: {found:all}. Is the disk in order?", found=tuple(found))
            )
        os.replace(packed, target)
    return Backup(path=target, size=target.stat().st_size, contents=contents)


def _contents(settings: Settings, copied: Path, now: datetime) -> tuple[Contents, bytes]:
    key = settings.secret()
    revision = snapshots.revision(f"sqlite:///{copied}")
    if revision is None:
        raise NoBackup(said("Can't back up {file}: it has no tables of Collegium.", file=settings.database_file))
    if revision == snapshots.newest_revision():
        store = SqlStore(f"sqlite:///{copied}")
        try:
            with store.read() as work:
                streams = work.streams()
        finally:
            store.close()
    else:
        streams = []  # older tables are copied as they are: they cannot be asked before they are upgraded
    key_file = copied.with_name(KEY)
    key_file.write_bytes(key)
    made = Contents(
        format=FORMAT,
        made_at=now.isoformat(),
        software=version("collegium"),
        revision=revision,
        cases=sum(name.startswith("case:") for name in streams),
        histories=len(streams),
        files={path.name: _hash(path) for path in (copied, key_file)},
    )
    return made, key


def _pack(packed: Path, copied: Path, key: bytes, contents: Contents) -> None:
    descriptor = os.open(packed, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(copied, DATABASE)
        archive.writestr(KEY, key)
        archive.writestr(CONTENTS, json.dumps(asdict(contents), indent=2))


def read_contents(path: Path) -> Contents:
    """What a backup says of itself. Raises NoBackup where it is none, or one of a later format."""
    try:
        with zipfile.ZipFile(path) as archive:
            told: dict[str, Any] = json.loads(archive.read(CONTENTS))
    except FileNotFoundError:
        raise NoBackup(said("There is no file {file}.", file=path)) from None
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise NoBackup(
            said(
                "{file} is no backup of Collegium, or it is damaged: take another, or copy it once more ({error}).",
                file=path,
                error=error,
            )
        ) from error
    if told.get("format") != FORMAT:
        raise NoBackup(
            said(
                "{file} was written by another version ({version}): upgrade this one first.",
                file=path,
                version=told.get("software"),
            )
        )
    return Contents(**told)


def faults(path: Path) -> list[str]:
    """What is wrong with a backup, by reading all of it: hashes, pages, references, chains, replay. Empty: nothing."""
    contents = read_contents(path)
    with unpacked(path) as folder:
        found: list[str] = [
            said("{name} is not what was packed", name=name)
            for name, digest in contents.files.items()
            if _differs(folder, name, digest)
        ]
        found += snapshots.faults(folder / DATABASE)
        if not found and contents.revision == snapshots.newest_revision():
            found += _untrue(folder / DATABASE)
        return found


def _differs(folder: Path, name: str, digest: str) -> bool:
    path = folder / name
    return not path.exists() or _hash(path) != digest


def _untrue(database: Path) -> Iterator[str]:
    store = SqlStore(f"sqlite:///{database}")
    try:
        with store.read() as work:
            yield from problems(work)
    finally:
        store.close()


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """The files of a backup in a folder that is gone afterwards. Raises NoBackup where they cannot be unpacked."""
    with tempfile.TemporaryDirectory(prefix="collegium-") as folder:
        try:
            with zipfile.ZipFile(path) as archive:
                for name in (DATABASE, KEY):
                    archive.extract(name, folder)
        except (zipfile.BadZipFile, KeyError, OSError) as error:
            raise NoBackup(
                said(
                    "{file} cannot be unpacked: damaged, or the disk is full. Take another or make room ({error}).",
                    file=path,
                    error=error,
                )
            ) from error
        yield Path(folder)


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()
