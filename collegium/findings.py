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
from engine.history import replay
from engine.ports import UnitOfWork
from engine.world import Followed, World

Known: TypeAlias = tuple[Definition, Case, Sequence[Submission]]


def findings_of(work: UnitOfWork, library: DefinitionLibrary, subject: str, now: datetime) -> tuple[Finding, ...]:
    """Every finding of an organisation, of whichever process, as it stands at a moment."""
    return of_organisation(_known(work, library, subject, now))


def _known(work: UnitOfWork, library: DefinitionLibrary, subject: str, now: datetime) -> Iterator[Known]:
    """Nothing is read of cases whose process has no findings and follows none."""
    host = work.people.organisation(subject)
    rows = work.cases.of_subject(host.secretariat, subject) if host is not None else []
    known = {id: library.get(work, process, version, behaviour)[0] for id, process, version, behaviour in rows}
    wanted = {id: definition for id, definition in known.items() if makes(definition)}
    given: dict[str, list[Submission]] = {id: [] for id in wanted}
    for each in work.cases.submissions(*wanted) if wanted else ():
        given[each.case].append(each)
    for id in wanted:
        by_then = [each for each in given[id] if each.at <= now]
        if by_then:
            then = work.cases.load(id) if len(by_then) == len(given[id]) else _as_it_was(work, id, now)
            if then is not None:
                yield library.of(work, then), then, by_then


def _as_it_was(work: UnitOfWork, case: str, now: datetime) -> Case | None:
    """A case that has gone on since a past moment; None where it had not begun."""
    rows = [row for row in work.cases.history(case) if row.event.recorded_at <= now]
    return replay(rows) if rows else None


def followed(
    work: UnitOfWork, library: DefinitionLibrary, subject: str, now: datetime, world_of: Callable[[Case], World]
) -> dict[str, Followed]:
    """The same, as a case needs to know of them: by its number only where the organisation itself may not see its text.

    `world_of` gives the world of the case that a finding is from, without what that follows.
    """
    known = list(_known(work, library, subject, now))
    found = of_organisation(known)
    made = {each.case for each in found}
    drafts = {
        case.id: Draft(definition, case, world_of(case), CLOCK, now) for definition, case, _ in known if case.id in made
    }
    return {each.key: _followed(each, seen=seen_by(drafts[each.case], each.given, "host")) for each in found}


def _followed(found: Finding, *, seen: bool) -> Followed:
    return Followed(text=found.text if seen else found.number, is_open=found.is_open)
