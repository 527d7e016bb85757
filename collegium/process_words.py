"""By which words may a workbook name what a process calls something? Roles, seats and gates of all known processes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path

from engine.wording import within
from workflows import loader

KINDS = {"roles": ("role", "seat"), "gates": ("gate",)}


class ProcessWords(Mapping[str, Mapping[str, Collection[str]]]):
    """Name of a list of choices -> identifier -> its labels in all languages.

    Processes are read when a list is asked for: the words of a usual workbook stand in a table of their own.
    """

    def __init__(self, folder: str) -> None:
        """`folder` holds the office's own processes; an empty text where it has none."""
        self._loaded: dict[Path, loader.Loaded] = {}
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

    def called(self, group: str, id: str, language: str) -> str:
        """What an identifier is called within a sentence, in the first process that has it: an own one if possible.

        Only processes that name it are read. The identifier itself where there is none.
        """
        for path in {**self._own, **loader.shipped()}.values():
            texts = self._labels(path, group).get(id) if id in _text(path) else None
            if texts is not None:
                return within(texts.get(language) or next(iter(texts.values()), id))
        return id

    def meant(self, group: str, word: str) -> set[str]:
        """The identifiers that some process calls by that word, in any language."""
        sought = word.casefold()
        return {
            id
            for path in {**self._own, **loader.shipped()}.values()
            if sought in _text(path).casefold()
            for id, texts in self._labels(path, group).items()
            if sought in (id.casefold(), *(text.casefold() for text in texts.values()))
        }

    def _labels(self, path: Path, group: str) -> dict[str, Mapping[str, str]]:
        """Identifier -> language -> its label in one process."""
        if path not in self._loaded:
            self._loaded[path] = loader.load(path)
        definition, wording = self._loaded[path].definition, self._loaded[path].wording
        if definition is None or wording is None:
            return {}
        own = {"roles": (*definition.roles, *definition.seats), "gates": tuple(definition.gates)}[group]
        return {
            id: texts for kind in KINDS[group] for id in own if (texts := wording.labels.get((kind, id))) is not None
        }

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


@cache
def _text(folder: Path) -> str:
    return (folder / "process.yaml").read_text(encoding="utf-8", errors="replace")
