"""Which findings does the organisation of a case have, out of all its cases?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from collegium.library import DefinitionLibrary
from engine.case import Case
from engine.definition import Definition
from engine.events import Submission
from engine.findings import Finding, makes, of_organisation
from engine.ports import UnitOfWork
from engine.world import Followed

Known: TypeAlias = tuple[Definition, Case, Sequence[Submission]]


def findings_of(work: UnitOfWork, library: DefinitionLibrary, subject: str) -> tuple[Finding, ...]:
    """Every finding of an organisation, of whichever process."""
    host = work.people.organisation(subject)
    ids = work.cases.all_ids(host.secretariat, subject=subject) if host is not None else []
    return of_organisation(_known(work, library, ids))


def _known(work: UnitOfWork, library: DefinitionLibrary, ids: Sequence[str]) -> Iterator[Known]:
    for case in map(work.cases.load, ids):
        definition = library.of(work, case)
        if makes(definition):
            yield definition, case, work.cases.submissions(case.id)


def followed(work: UnitOfWork, library: DefinitionLibrary, subject: str) -> dict[str, Followed]:
    """The same, as a case needs to know of them."""
    return {each.key: Followed(text=each.text, is_open=each.is_open) for each in findings_of(work, library, subject)}
