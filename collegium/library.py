"""Which definition does a case follow? Loaded once per version from the bytes that were stored at its launch."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

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
        self._texts: dict[tuple[object, ...], Wording] = {}  # of cases that have moved

    def of(self, work: UnitOfWork, case: Case) -> Definition:
        """The definition that a case follows now."""
        return self.get(work, case.process, case.process_version, case.behaviour)[0]

    def wording(self, work: UnitOfWork, case: Case) -> Wording:
        """The texts of the definition that a case follows; of what only an earlier one of it had, the texts of that."""
        own = self.get(work, case.process, case.process_version, case.behaviour)[1]
        if not case.former:
            return own
        key = (
            case.process,
            case.process_version,
            case.behaviour,
            tuple((each.version, each.behaviour) for each in case.former),
        )
        if key not in self._texts:
            for each in reversed(case.former):
                own = _behind(own, self.get(work, case.process, each.version, each.behaviour)[1])
            self._texts[key] = own
        return self._texts[key]

    def then(self, work: UnitOfWork, case: Case, at: datetime) -> tuple[Definition, Wording]:
        """The definition that a case followed at a moment, and its texts."""
        for each in case.former:
            if at <= each.until:
                return self.get(work, case.process, each.version, each.behaviour)
        return self.get(work, case.process, case.process_version, case.behaviour)

    def get(self, work: UnitOfWork, name: str, version: int, behaviour: str) -> tuple[Definition, Wording]:
        """Raises BadDefinition where it is not stored or does not load."""
        key = (name, version, behaviour)
        if key not in self._loaded:
            stored = work.definitions.get(name, version, behaviour)
            if stored is None:
                raise BadDefinition(f"The definition {name} {version} is not in the database")
            self._loaded[key] = load(stored)
        return self._loaded[key]


def _behind(own: Wording, earlier: Wording) -> Wording:
    """Texts with those of an earlier version where they have none."""
    return replace(
        own,
        labels={**earlier.labels, **own.labels},
        mails={**earlier.mails, **own.mails},
        papers={**earlier.papers, **own.papers},
    )


def load(stored: StoredDefinition) -> tuple[Definition, Wording]:
    """A stored definition, compiled. What is refused by now does not stop its cases: it was sound at their launch.

    Raises BadDefinition with every error where it cannot be read at all.
    """
    found = loader.load_stored(stored.files)
    if found.definition is None or found.wording is None:
        raise BadDefinition("\n".join(map(problem_line, found.errors)))
    return found.definition, found.wording
