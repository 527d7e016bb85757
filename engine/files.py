"""Which files may an answer hold, and what does the engine know of one? Its hash, size and type, never its content."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."

TYPES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "docx": f"{_OFFICE}wordprocessingml.document",
    "xlsx": f"{_OFFICE}spreadsheetml.sheet",
    "pptx": f"{_OFFICE}presentationml.presentation",
    "odt": f"{_OPEN}text",
    "ods": f"{_OPEN}spreadsheet",
    "odp": f"{_OPEN}presentation",
    "png": "image/png",
    "jpg": "image/jpeg",
    "txt": "text/plain",
    "csv": "text/csv",
}
"""The kinds of files that can be kept -> their media types (IANA, media-types)."""

MB = 1_000_000
_HASH = re.compile(r"[0-9a-f]{64}")
_PARTS = {"file", "sha256", "size", "type"}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file that was handed in with an answer, without its content. The answer knows its id, hash, size and type."""

    id: str
    case: str
    task: str  # key of the instance with whose answers it came
    participant: str | None  # who handed it in
    name: str  # as it is called by who handed it in; empty once they are erased
    type: str  # one of TYPES
    size: int  # bytes
    sha256: str
    at: datetime
    submission: str | None = None  # the answers that hold it; None: as long as they are not handed in
    gone: bool = False  # its content was taken out with who handed it in

    @property
    def answer(self) -> dict[str, Any]:
        """What stands in the answers: the salted hash of these, in the history, vouches for the content too."""
        return {"file": self.id, "sha256": self.sha256, "size": self.size, "type": self.type}


def is_kept(value: Any) -> bool:
    """Whether an answer is a file that is kept, and not a word about where one is."""
    return (
        isinstance(value, Mapping)
        and set(value) == _PARTS
        and all(isinstance(value[part], str) for part in ("file", "sha256", "type"))
        and _HASH.fullmatch(value["sha256"]) is not None
        and isinstance(value["size"], int)
        and value["size"] > 0
    )


def files_in(answers: Any) -> Iterator[Mapping[str, Any]]:
    """All files that are kept with some answers, wherever they stand."""
    return (value for _, value in placed(answers))


def placed(answers: Any, path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Files with their places: a question, ``evidence.2.document`` in a row, one of several, or per criterion."""
    if is_kept(answers):
        yield path, answers
        return
    parts = answers.items() if isinstance(answers, Mapping) else ()
    if isinstance(answers, list | tuple):
        parts = enumerate(answers, 1)  # type: ignore[assignment]
    for name, value in parts:
        yield from placed(value, f"{path}.{name}" if path else str(name))
