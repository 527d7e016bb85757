"""Which faults does the checker find? Each is put into a shipped process by itself, and what is told is compared.

``python -m tests.corpus.seeds`` prints the table: kinds of faults, how many are found, which are missed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from workflows.checking.questions import prove
from workflows.checking.telling import problems
from workflows.loader import bundle, load_files, shipped
from workflows.problems import Problem
from workflows.yaml_reading import Text, read_yaml

FAULTS = Path(__file__).with_name("faults.yaml")
DEFAULT = "development-review"
PROCESS = "process.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """One fault: what is changed in which file of which process, and which item is wrong by it."""

    kind: str
    name: str
    of: str
    edits: tuple[tuple[str, str, str], ...]  # file, old, new
    item: tuple[str, str]


def seeds() -> list[Seed]:
    """All faults of the file, in its order."""
    read, wrong = read_yaml(FAULTS.read_bytes(), FAULTS.name)
    assert read is not None, wrong
    return [_seed(str(kind), str(name), entry) for kind, entries in read.items() for name, entry in entries.items()]


def _seed(kind: str, name: str, entry: Mapping[str, Any]) -> Seed:
    file = str(entry.get("file", PROCESS))
    edits = [(file, str(entry["old"]), str(entry["new"]))]
    edits += [(PROCESS, str(old), str(new)) for old, new in entry.get("and", [])]
    what, which = entry["item"]
    return Seed(
        kind=kind, name=name, of=str(entry.get("of", DEFAULT)), edits=tuple(edits), item=(str(what), str(which))
    )


@cache
def files_of(process: str) -> Mapping[str, bytes]:
    return bundle(shipped()[process])


def planted(seed: Seed) -> dict[str, bytes]:
    """The files of the process with the fault in them. Raises AssertionError where the place to change is not there."""
    files = dict(files_of(seed.of))
    for file, old, new in seed.edits:
        text = files[file].decode()
        assert old in text, f"{seed.kind}, {seed.name}: {file} has not {old!r}"
        files[file] = text.replace(old, new, 1).encode()
    return files


def told(seed: Seed) -> list[Problem]:
    """What is said of the process with that fault, by looking and by trying out; of the sound ones nothing is."""
    loaded = load_files(planted(seed))
    found = list(loaded.errors)
    if loaded.definition is not None:
        found += problems(prove(loaded.definition).findings, loaded.places, found)
    return found


SECTIONS = {
    "task": "tasks", "condition": "conditions", "transition": "transitions", "stage": "stages", "date": "dates",
    "deadline": "deadlines", "notice": "notices", "child": "children", "seat": "seats", "role": "people",
    "document": "documents", "track": "tracks",
}  # fmt: skip


def is_found(seed: Seed, told_of_it: list[Problem]) -> bool:
    """Whether something that is told names the item that is wrong, or stands within it."""
    what, name = seed.item
    first, last = _lines(seed)
    return any(
        f"`{name}`" in problem.message
        or (what == "form" and problem.file.endswith(f"/{name}.yaml"))
        or (problem.file == PROCESS and first <= problem.line < last)
        for problem in told_of_it
    )


def _lines(seed: Seed) -> tuple[int, int]:
    """From the line of the wrong item up to that of the next one."""
    what, name = seed.item
    read, _ = read_yaml(planted(seed)[PROCESS], PROCESS)
    if read is None or what not in SECTIONS:
        return 0, 0
    lines = sorted(key.line for section in read.values() if isinstance(section, Mapping) for key in section)
    lines += [key.line for key in read]
    first = next(key.line for key in read[Text(SECTIONS[what])] if key == name)
    return first, min((line for line in lines if line > first), default=first + 10_000)


def table() -> Iterator[str]:
    """A line for each kind, and one for all."""
    yield "| kind of fault | planted | found | missed |"
    yield "|---|---:|---:|---|"
    found: dict[str, list[tuple[Seed, bool]]] = {}
    for seed in seeds():
        found.setdefault(seed.kind, []).append((seed, is_found(seed, told(seed))))
    for kind, each in found.items():
        missed = "; ".join(seed.name for seed, ok in each if not ok)
        yield f"| {kind.replace('_', ' ')} | {len(each)} | {sum(ok for _, ok in each)} | {missed} |"
    every = [ok for each in found.values() for _, ok in each]
    yield f"| all {len(found)} kinds | {len(every)} | {sum(every)} | |"


if __name__ == "__main__":
    sys.stdout.write("\n".join(table()) + "\n")
