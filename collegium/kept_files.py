"""Is this a file that can be kept, and under which name may it be written? Content decides, not only the name."""

from __future__ import annotations

import os
import unicodedata
import zipfile
import zlib
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.case import Case, Task
from engine.errors import Refused
from engine.files import MB, TYPES, KeptFile, files_in, placed
from engine.forms import Problem
from engine.instance_keys import task_of
from engine.ports import UnitOfWork
from engine.saying import said

if TYPE_CHECKING:
    from collegium.bootstrap import Application

LONGEST_NAME = 200  # bytes in UTF-8; file systems take 255, and a number may come behind it
SPELLINGS = {"jpeg": "jpg"}
DEVICES = {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))}
OWNER_ONLY = 0o600

_BEGINS = {"png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff"}
_FOLDERS = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}  # ECMA-376: one of them holds the parts of each kind
# Each of these zipfile raises on content that only begins like an archive: such a file is not of its type.
_BROKEN = (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError, NotImplementedError, EOFError, KeyError)


def read(path: Path, most: int) -> tuple[str, str, bytes]:
    """A file on this machine: its name, its type and what is in it; `most` is the largest size in MB.

    Raises Refused where there is none, or where it is empty, too large, of no known type, or of another than its name
    says.
    """
    name = clean_name(path.name)
    cannot = said("Can't keep the file {file}", file=name)
    try:
        size = path.stat().st_size if path.is_file() else None
        if size is None:
            raise Refused(cannot, [said("there is no such file, or it is none: {path}", path=path)])
        if size > most * MB:
            raise Refused(cannot, [said("the file has {n} MB, at most {most} fit", n=-(-size // MB), most=most)])
        data = path.read_bytes()
    except OSError as error:
        raise Refused(cannot, [said("it cannot be read: {why}", why=error.strerror)]) from error
    return name, recognised(name, data), data


def recognised(name: str, data: bytes) -> str:
    """The type of a file, one of TYPES. Raises Refused where its content is not what its name says."""
    suffix = Path(name).suffix.removeprefix(".").lower()
    kind = SPELLINGS.get(suffix, suffix)
    cannot = said("Can't keep the file {file}", file=name)
    if kind not in TYPES:
        raise Refused(cannot, [said("its name must end in its type: one of {types}", types=tuple(TYPES))])
    if not data:
        raise Refused(cannot, ["it is empty"])
    if not _is(kind, data):
        raise Refused(cannot, [said("it is called .{kind}, and what is in it is something else", kind=suffix)])
    return kind


def _is(kind: str, data: bytes) -> bool:
    """Whether content looks like that type; only what can be told from its first bytes or its list of parts."""
    if kind == "pdf":
        return b"%PDF-" in data[:1024]  # ISO 32000-1, Annex H.3.4.1: readers look for it there
    if kind in _BEGINS:
        return data.startswith(_BEGINS[kind])
    if kind in ("txt", "csv"):
        return not any(byte < 32 and byte not in b"\t\n\r\f" for byte in data)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
            if kind in _FOLDERS:
                return "[Content_Types].xml" in names and any(one.startswith(_FOLDERS[kind]) for one in names)
            stored = archive.getinfo("mimetype")  # OpenDocument 1.2, part 3, 3.3
            return stored.file_size < 200 and archive.read(stored).decode("ascii") == TYPES[kind]
    except _BROKEN:
        return False


def clean_name(name: str) -> str:
    """A name that names one file in one folder, on any system, whatever somebody called theirs.

    No separators, no characters that steer a terminal or the direction of writing, no leading or trailing dots.
    """
    text = unicodedata.normalize("NFC", name)
    kept = "".join("_" if unicodedata.category(one)[0] == "C" or one in '/\\:*?"<>|' else one for one in text)
    stem, dot, suffix = kept.strip(" .").rpartition(".")
    if not dot or len(suffix.encode()) > 20:
        stem, dot, suffix = kept.strip(" ."), "", ""
    while len(stem.encode()) > LONGEST_NAME:
        stem = stem[:-1]
    stem = stem.strip(" .") or "document"
    return f"{'_' if stem.partition('.')[0].casefold() in DEVICES else ''}{stem}{dot}{suffix}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """A file of this machine as it was read."""

    name: str
    type: str
    sha256: str
    data: bytes


def read_ahead(paths: Iterable[Path], most: int) -> Mapping[Path, ReadFile | Refused]:
    """Files that are to be handed in, each read and hashed once, before a transaction makes others wait.

    Where one can't be kept, why not: a text that looks like a path is no file of a form yet.
    """
    found: dict[Path, ReadFile | Refused] = {}
    for path in dict.fromkeys(paths):
        try:
            name, kind, data = read(path, most)
            found[path] = ReadFile(name=name, type=kind, sha256=sha256(data).hexdigest(), data=data)
        except Refused as why:
            found[path] = why
    return found


def take_in(
    app: Application, work: UnitOfWork, case: Case, task: Task, who: str | None, file: ReadFile | Refused,
    now: datetime, *, put: bool = True,
) -> Any:  # fmt: skip
    """Keep a file for answers that are being given in this transaction, and return what stands in these for it.

    `put` is False where the answers are only tried out. Raises what it was refused for when it was read.
    """
    if isinstance(file, Refused):
        raise file
    record = KeptFile(
        id=app.keys(), case=case.id, task=task.key, participant=who, name=file.name, type=file.type,
        size=len(file.data), sha256=file.sha256, at=now,
    )  # fmt: skip
    if put:
        work.files.put(record, file.data)
    return record.answer


def again(
    app: Application, work: UnitOfWork, case: Case, task: Task, who: str | None, id: str, now: datetime, *,
    put: bool = True,
) -> Any | None:  # fmt: skip
    """What stands in answers for a file that is kept already: one of this task's unfinished answers, or one that who
    answers now, or whoever had the task before, handed in with it. None of any other: nobody reads by naming an id.

    Where its content went with whoever put it in, its place in the answers stays: see `gone_from`.
    """
    known = next((one for one in work.files.of_case(case.id) if one.id == id), None)
    if known is not None and known.submission is None and known.task == task.key:
        return known.answer
    if known is not None and known.submission is not None and task_of(case, known.task) == task.name:
        own = known.submission == task.answer or (who is not None and known.participant == who)
        if own and (known.gone or not put):
            return known.answer
        data = work.files.content(id) if own else None
        if data is not None:  # those answers keep theirs: each file goes with the answers that hold it
            copy = replace(known, id=app.keys(), task=task.key, participant=who, submission=None, at=now)
            work.files.put(copy, data)
            return copy.answer
    return None


def gone_from(work: UnitOfWork, case: Case, answers: Any) -> list[Problem]:
    """Where answers hold a file whose content is gone, since who put it in was erased: they say what to do there."""
    held = dict(placed(answers))
    gone = {each.id for each in work.files.of_case(case.id) if each.gone} if held else set()
    return [
        Problem(place, said("the file is gone with who put it in: hand in another with @PATH, or nothing ({place}=)",
                            place=place))
        for place, each in held.items() if each["file"] in gone
    ]  # fmt: skip


def let_go(work: UnitOfWork, before: Any, after: Any) -> None:
    """Files that unfinished answers held and hold no more are not kept."""
    left = {each["file"] for each in files_in(after)}
    work.files.drop([each["file"] for each in files_in(before) if each["file"] not in left])


def plain(work: UnitOfWork, record: KeptFile) -> dict[str, Any]:
    """A file with its content (base64, RFC 4648) as plain values, for an export."""
    data = work.files.content(record.id)
    return {
        "id": record.id, "name": record.name, "type": TYPES[record.type], "size": record.size, "sha256": record.sha256,
        "task": record.task, "answers": record.submission, "given": record.at.isoformat(),
        "content": None if data is None else b64encode(data).decode("ascii"),
    }  # fmt: skip


def save(found: Iterable[tuple[KeptFile, bytes]], target: Path) -> list[Path]:
    """Write files into a folder under their own names, or one file under the name given; nothing is written over.

    Raises Refused where something stands in the way, before that file is written.
    """
    files, written = list(found), list[Path]()
    if not target.is_dir() and len(files) > 1:
        raise Refused("Can't write the files", [said("there are {n}: name a folder that is there", n=len(files))])
    for record, data in files:
        path = _free(target / clean_name(record.name)) if target.is_dir() else target
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        except OSError as error:
            why = said("{file}: {why}", file=path, why=error.strerror)
            raise Refused("Can't write the files", [why]) from error
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        written.append(path)
    return written


def _free(path: Path) -> Path:
    """That path, or the first one beside it with a number that is not there yet."""
    number, found = 1, path
    while os.path.lexists(found):
        number += 1
        found = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return found
