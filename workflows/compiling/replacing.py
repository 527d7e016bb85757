"""Which version does a process replace, and where do the names of that version have their place in this one?"""

from __future__ import annotations

from types import MappingProxyType

from engine.definition import Replaces
from engine.saying import said
from workflows.compiling.names import BUILT_IN_TASKS
from workflows.compiling.reader import Reader
from workflows.problems import did_you_mean
from workflows.schema import Process


def replaces(reader: Reader, process: Process) -> Replaces | None:
    """What stands under `replaces`; names that this version does not have are errors.

    Whether the other version has what is said of it is asked where that is known (`workflows.checks.replacing`).
    """
    stands = process.replaces
    if stands is None:
        return None
    if stands.version >= process.version:
        message = said(
            "`replaces` names version {old}, and this is version {version}: it can only replace an earlier one.",
            old=stands.version, version=process.version,
        )  # fmt: skip
        reader.error(process.process, message)
    known = _movable(reader)
    for name in stands.renamed.values():
        if name not in known and name.partition(".")[0] not in reader.names.broken:
            message = said("`as` names `{name}`, which this version does not have.", name=name)
            reader.error(name, message, did_you_mean(name, known))
    for name in stands.drops:
        if name in stands.renamed:
            message = said("`{name}` has its place under `as`, so it cannot go: take it out of `drops`.", name=name)
            reader.error(name, message)
    return Replaces(
        version=stands.version,
        renamed=MappingProxyType({str(old): str(new) for old, new in stands.renamed.items()}),
        drops=frozenset(map(str, stands.drops)),
    )


def _movable(reader: Reader) -> list[str]:
    """In what a case can stand, and what somebody can hold or do; the engine's own tasks keep their names."""
    names = reader.names.of("stage", "track", "task", "date", "role", "seat", "transition")
    states = [f"{track}.{state}" for track, own in reader.names.states.items() for state in own]
    return [*(name for name in names if name not in BUILT_IN_TASKS), *states]
