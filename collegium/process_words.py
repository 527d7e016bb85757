"""By which words may a workbook name what a process calls something? Roles, seats and gates of all known processes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from pathlib import Path

from workflows import loader

KINDS = {"roles": ("role", "seat"), "gates": ("gate",)}


class ProcessWords(Mapping[str, Mapping[str, Collection[str]]]):
    """Name of a list of choices -> identifier -> its labels in all languages.

    Processes are read when a list is asked for: the words of a usual workbook stand in a table of their own.
    """

    def __init__(self, folder: str) -> None:
        """`folder` holds the office's own processes; an empty text where it has none."""
        self._own = loader.processes_in(Path(folder)) if folder else {}

    def __getitem__(self, group: str) -> Mapping[str, Collection[str]]:
        return self._found[group]

    def __iter__(self) -> Iterator[str]:
        return iter(KINDS)

    def __len__(self) -> int:
        return len(KINDS)

    @cached_property
    def own_gates(self) -> list[str]:
        """The gates of the office's own processes."""
        return [gate for path in self._own.values() if (made := loader.load(path).definition) for gate in made.gates]

    @cached_property
    def _found(self) -> dict[str, dict[str, set[str]]]:
        found: dict[str, dict[str, set[str]]] = {group: {} for group in KINDS}
        for path in ({**loader.shipped(), **self._own}).values():
            loaded = loader.load(path)
            if loaded.definition is None or loaded.wording is None:
                continue
            for id in (*loaded.definition.roles, *loaded.definition.seats):
                found["roles"].setdefault(id, set())
            for id in loaded.definition.gates:
                found["gates"].setdefault(id, set())
            for (kind, id), texts in loaded.wording.labels.items():
                for group, kinds in KINDS.items():
                    if kind in kinds and id in found[group]:
                        found[group][id] |= set(texts.values())
        return found
