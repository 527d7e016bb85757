"""Which definition does a case follow? Loaded once per version from the bytes that were stored at its launch."""

from __future__ import annotations

from collegium.finding_words import problem_line
from engine.case import Case
from engine.definition import Definition
from engine.errors import CollegiumError
from engine.ports import StoredDefinition, UnitOfWork
from engine.wording import Wording
from workflows import loader


class BadDefinition(CollegiumError):
    """A definition cannot be used; its errors say where and why."""


class DefinitionLibrary:
    """Definitions and wordings by (process, version, behaviour), kept once loaded."""

    def __init__(self) -> None:
        self._loaded: dict[tuple[str, int, str], tuple[Definition, Wording]] = {}

    def of(self, work: UnitOfWork, case: Case) -> Definition:
        """The definition that a case was launched with."""
        return self.get(work, case.process, case.process_version, case.behaviour)[0]

    def wording(self, work: UnitOfWork, case: Case) -> Wording:
        """The texts of the definition that a case was launched with."""
        return self.get(work, case.process, case.process_version, case.behaviour)[1]

    def get(self, work: UnitOfWork, name: str, version: int, behaviour: str) -> tuple[Definition, Wording]:
        """Raises BadDefinition where it is not stored or does not load."""
        key = (name, version, behaviour)
        if key not in self._loaded:
            stored = work.definitions.get(name, version, behaviour)
            if stored is None:
                raise BadDefinition(f"The definition {name} {version} is not in the database")
            self._loaded[key] = load(stored)
        return self._loaded[key]


def load(stored: StoredDefinition) -> tuple[Definition, Wording]:
    """A stored definition, compiled. What is refused by now does not stop its cases: it was sound at their launch.

    Raises BadDefinition with every error where it cannot be read at all.
    """
    found = loader.load_stored(stored.files)
    if found.definition is None or found.wording is None:
        raise BadDefinition("\n".join(map(problem_line, found.errors)))
    return found.definition, found.wording
