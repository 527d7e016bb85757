"""Which running cases are concerned when something about a person changes?"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from collegium.case_names import host_name
from collegium.library import DefinitionLibrary
from collegium.roster import Roster
from collegium.worlds import StoredWorlds
from engine.actions import CLOCK
from engine.bars import barred
from engine.case import Case, Task
from engine.draft import Draft
from engine.ports import UnitOfWork
from engine.seat import LIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """An open case in which somebody takes part."""

    case: Case
    host: str  # name of the organisation under review
    person: str
    participant: str
    tasks: tuple[Task, ...] = ()  # open, and theirs
    bars: tuple[str, ...] = ()  # the kinds of those that keep them out of its panel by now


def concerns(
    work: UnitOfWork, library: DefinitionLibrary, persons: Collection[str], now: datetime
) -> Iterator[Concern]:
    """The open cases of some people, with what is to be done by them and what keeps them out of a panel by now."""
    worlds = StoredWorlds(library, Roster())  # of its own: what is asked may be rolled back
    for person in persons:
        for participant in work.people.participations(person):
            case = work.cases.load(participant.case)
            if case.closed:
                continue
            yield Concern(
                case=case,
                host=host_name(work, case),
                person=person,
                participant=participant.key,
                tasks=tuple(each for each in case.tasks.values() if each.is_open and participant.key in each.assignees),
                bars=tuple(_bars(work, library, worlds, case, participant.key, now)),
            )


def _bars(
    work: UnitOfWork, library: DefinitionLibrary, worlds: StoredWorlds, case: Case, participant: str, now: datetime
) -> Iterator[str]:
    definition = library.of(work, case)
    sits = any(held.participant == participant and held.state in LIVE for held in case.holdings.values())
    if not sits or definition.invitations is None:
        return
    draft = Draft(definition, case, worlds.of(work, case, now), CLOCK, now)
    for bar in definition.invitations.bars:
        if barred(draft, bar, participant):
            yield bar.kind
