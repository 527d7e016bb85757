"""Which seeded faults does `collegium check` find? `python -m tests.planted.faults` prints the table per kind.

Each file of this folder holds one kind of fault: a shipped process, edits, and what must be found: a proof by its
`kind` and `item`; a problem by a part of what it `says` and of the line `at` which it stands; or anything that is
told `about` the item that is wrong. `missed` says why a fault is not found, `doubted` why it can only be undecided.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

from engine.definition import Definition
from workflows.checking.questions import prove
from workflows.checking.report import Proved, Report
from workflows.checking.telling import problems
from workflows.loader import Folders, Loaded, faults_of_children, faults_of_replacing, load, load_files, shipped
from workflows.plain_yaml import load_plain
from workflows.yaml_reading import Text, read_yaml

FOLDER = Path(__file__).parent
PROCESS = "process.yaml"
SECTIONS = {
    "task": "tasks", "condition": "conditions", "transition": "transitions", "stage": "stages", "date": "dates",
    "deadline": "deadlines", "notice": "notices", "child": "children", "seat": "seats", "role": "people",
    "document": "documents", "track": "tracks",
}  # fmt: skip
Verdict: TypeAlias = Literal["caught", "doubted", "missed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault that somebody might make."""

    kind: str
    number: int
    base: str
    says: str
    edits: tuple[dict[str, Any], ...]
    finds: dict[str, str]
    missed: str = ""
    doubted: str = ""

    def __str__(self) -> str:
        return f"{self.kind}-{self.number}"

    @property
    def verdict(self) -> Verdict:
        """What the corpus says becomes of it; a test of each fault says whether that is so."""
        return "missed" if self.missed else "doubted" if self.doubted else "caught"


def faults() -> Iterator[Fault]:
    """The whole corpus."""
    for path in sorted(FOLDER.glob("*.yaml")):
        for number, raw in enumerate(load_plain(path.read_text(encoding="utf-8")), start=1):
            yield Fault(kind=path.stem, number=number, **{**raw, "edits": tuple(raw["edits"])})


def planted(fault: Fault) -> dict[str, bytes]:
    """The files of the process with the fault in them. Raises ValueError where an edit does not fit any more."""
    files = dict(_files(fault.base))
    for edit in fault.edits:
        name = edit.get("file", "process.yaml")
        if "old" not in edit:
            del files[name]
            continue
        old, new = edit["old"].encode(), edit["new"].encode()
        if files[name].count(old) != 1:
            raise ValueError(f"{fault}: {edit['old']!r} stands {files[name].count(old)} times in {name}, not once")
        files[name] = files[name].replace(old, new)
    return files


@cache
def _shipped(base: str) -> Loaded:
    return load(shipped()[base.replace("_", "-")])


def _files(base: str) -> dict[str, bytes]:
    return dict(_shipped(base).files)


def _as_shipped(base: str) -> Definition:
    """The version that a fault in a later one replaces."""
    return _shipped(base).known()[0]


def judged(fault: Fault) -> Verdict:
    """What becomes of a fault."""
    files = planted(fault)
    found = load_files(files)
    more = (*faults_of_children(found, Folders(shipped())), *faults_of_replacing(found, _as_shipped(fault.base)))
    found = replace(found, errors=(*found.errors, *more))
    if "about" in fault.finds:
        return "caught" if _names(fault.finds["about"], found, files) else "missed"
    if "says" in fault.finds:
        return "caught" if _told(fault, found, files) else "missed"
    if found.definition is None:
        if _names(fault.finds["item"], found, files):
            return "caught"  # what looks at each part by itself tells it already
        raise ValueError(f"{fault} is found by other means: {[str(one) for one in found.errors]}")
    report = prove(found.definition)
    return "caught" if _among(fault, report.findings) else "doubted" if _among(fault, report.doubts) else "missed"


def _names(item: str, found: Loaded, files: dict[str, bytes]) -> bool:
    """Whether something that is told names the item that is wrong, or stands within it."""
    told = list(found.errors)
    if found.definition is not None:
        told += problems(prove(found.definition).findings, found.places, told)
    what, name = item.split()
    first, last = _lines(what, name, files)
    return any(
        f"`{name}`" in one.message
        or (what == "form" and one.file.endswith(f"/{name}.yaml"))
        or (one.file == PROCESS and first <= one.line < last)
        for one in told
    )


def _lines(what: str, name: str, files: dict[str, bytes]) -> tuple[int, int]:
    """From the line of an item up to that of the next one."""
    read, _ = read_yaml(files[PROCESS], PROCESS)
    if read is None or what not in SECTIONS:
        return 0, 0
    lines = sorted(key.line for section in read.values() if isinstance(section, Mapping) for key in section)
    lines += [key.line for key in read]
    first = next(key.line for key in read[Text(SECTIONS[what])] if key == name)
    return first, min((line for line in lines if line > first), default=first + 10_000)


def _told(fault: Fault, found: Loaded, files: dict[str, bytes]) -> bool:
    return any(
        fault.finds["says"] in one.message
        and fault.finds["at"] in files[one.file].decode().splitlines()[one.line - 1]
        for one in found.errors
    )  # fmt: skip


def _among(fault: Fault, proved: tuple[Proved, ...]) -> bool:
    wanted = fault.finds["kind"], fault.finds["item"]
    return any((one.finding.kind, " ".join(one.finding.item)) == wanted for one in proved)


def proof(fault: Fault) -> Report:
    """The whole report about a process with its fault, to look at."""
    return prove(load_files(planted(fault)).known()[0])


def table() -> Iterator[str]:
    """A line for each kind, and one for all, in Markdown, by what the corpus says."""
    yield "| kind of fault | planted | found | undecided | missed, and why |"
    yield "|---|---:|---:|---:|---|"
    verdicts: dict[str, list[tuple[Fault, Verdict]]] = {}
    for fault in faults():
        verdicts.setdefault(fault.kind, []).append((fault, fault.verdict))
    for kind, each in verdicts.items():
        missed = "; ".join(f"{fault.says} ({fault.missed})" for fault, verdict in each if verdict == "missed")
        yield f"| {kind.replace('_', ' ')} | {len(each)} | {_numbers(each)} | {missed} |"
    every = [one for each in verdicts.values() for one in each]
    yield f"| all {len(verdicts)} kinds | {len(every)} | {_numbers(every)} | {Counter(v for _, v in every)['missed']} |"


def _numbers(each: list[tuple[Fault, Verdict]]) -> str:
    counts = Counter(verdict for _, verdict in each)
    return f"{counts['caught']} | {counts['doubted']}"


if __name__ == "__main__":
    sys.stdout.write("\n".join(table()) + "\n")
