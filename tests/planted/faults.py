"""Which seeded faults does `collegium check` find? `python -m tests.planted.faults` prints caught and missed per kind.

Each file of this folder holds one kind of fault: a shipped process, edits, and what must be found: a proof by its kind
and item, or a problem by a part of its words and of its line. `missed` says why a fault is not found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

from ruamel.yaml import YAML

from workflows.checking.questions import prove
from workflows.checking.report import Proved, Report
from workflows.loader import Loaded, load, load_files, shipped

FOLDER = Path(__file__).parent
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


def faults() -> Iterator[Fault]:
    """The whole corpus."""
    for path in sorted(FOLDER.glob("*.yaml")):
        for number, raw in enumerate(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")), start=1):
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
def _files(base: str) -> dict[str, bytes]:
    return dict(load(shipped()[base.replace("_", "-")]).files)


def judged(fault: Fault) -> Verdict:
    """What becomes of a fault."""
    files = planted(fault)
    found = load_files(files)
    if "says" in fault.finds:
        return "caught" if _told(fault, found, files) else "missed"
    if found.definition is None:
        kind, _, name = fault.finds["item"].partition(" ")
        place = found.places.get((kind, name))
        if place is not None and any((one.file, one.line) == (place.file, place.line) for one in found.errors):
            return "caught"  # the checker of names tells it already, at that item
        raise ValueError(f"{fault} is found by other means: {[str(one) for one in found.errors]}")
    report = prove(found.definition)
    return "caught" if _among(fault, report.findings) else "doubted" if _among(fault, report.doubts) else "missed"


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


def main() -> None:
    """Print caught, told as undecided and missed, per kind."""
    table: dict[str, dict[str, int]] = {}
    for fault in faults():
        verdict = judged(fault)
        table.setdefault(fault.kind, {})[verdict] = table.get(fault.kind, {}).get(verdict, 0) + 1
        if verdict != "caught":
            print(f"{fault}: {verdict}: {fault.says}")
    verdicts = ("caught", "doubted", "missed")
    for kind, row in table.items():
        print(f"{kind:24}" + "".join(f"{row.get(name, 0):9} {name}" for name in verdicts))
    totals = {name: sum(row.get(name, 0) for row in table.values()) for name in verdicts}
    print(f"{len(table)} kinds, {sum(totals.values())} faults: {totals}")


if __name__ == "__main__":
    main()
