"""Which findings does the organisation of a case have, out of all its cases?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TypeAlias

from collegium.library import DefinitionLibrary
from engine.access import seen_by
from engine.actions import CLOCK
from engine.case import Case
from engine.definition import Definition
from engine.draft import Draft
from engine.events import Submission
from engine.findings import Finding, makes, of_organisation
from engine.ports import UnitOfWork
from engine.world import Followed, World

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


def followed(
    work: UnitOfWork, library: DefinitionLibrary, subject: str, now: datetime, world_of: Callable[[Case], World]
) -> dict[str, Followed]:
    """The same, as a case needs to know of them: by its number only where the organisation itself may not see its text.

    `world_of` gives the world of the case that a finding is from, without what that follows.
    """
    return {
        each.key: Followed(text=each.text if _shown(work, library, each, now, world_of) else each.number,
                           is_open=each.is_open)
        for each in findings_of(work, library, subject)
    }  # fmt: skip


def _shown(
    work: UnitOfWork, library: DefinitionLibrary, found: Finding, now: datetime, world_of: Callable[[Case], World]
) -> bool:
    case = work.cases.load(found.case)
    return seen_by(Draft(library.of(work, case), case, world_of(case), CLOCK, now), found.given, "host")
