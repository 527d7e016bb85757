"""Is a round the ring that its process asks for, and who visits whom in it?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.definition import Definition
from engine.errors import Refused
from engine.ports import UnitOfWork
from engine.rings import VISITOR, faults
from engine.saying import said

if TYPE_CHECKING:
    from collegium.launching import Round
    from engine.case import Case


def ring_problems(work: UnitOfWork, definition: Definition, round_: Round) -> list[str]:
    """Why a round can't begin as it is given: all that is wrong with who visits whom, each with where it was read."""
    rule = definition.launch.ring
    if rule is None:
        return [said("in this process no organisation visits another: leave out --ring")] if round_.visitors else []
    if not round_.visitors:
        return [said("in this process each organisation is visited by another one: say who visits whom, with --ring")]
    named = dict.fromkeys([*round_.hosts, *round_.visitors, *round_.visitors.values()])
    names = {id: _name(work, id) for id in named}
    found = faults(round_.hosts, round_.visitors, names, pairs=rule.pairs)
    return [
        said("{place}: {why}", place=round_.places[each.host], why=each.why) if each.host in round_.places else each.why
        for each in found
    ]


def refuse_pair(work: UnitOfWork, definition: Definition, case: Case, visitor: str) -> None:
    """Raises Refused where the process lets no two organisations visit one another, and these two would."""
    if definition.launch.ring is None or definition.launch.ring.pairs:
        return
    back = [each for each in _beside(work, case) if each.subject == visitor and each.facts.get(VISITOR) == case.subject]
    if back:
        both = said(
            "{visitor} and {host} visit one another", visitor=_name(work, visitor), host=_name(work, case.subject)
        )
        raise Refused(said("Can't let another organisation visit"), [both])


def _beside(work: UnitOfWork, case: Case) -> Sequence[Case]:
    """The other cases of the round that run."""
    host = work.people.organisation(case.subject)
    assert host is not None
    cases = (work.cases.load(id) for id in work.cases.all_ids(host.secretariat, case.cycle) if id != case.id)
    return [each for each in cases if not each.closed]


def _name(work: UnitOfWork, id: str) -> str:
    record = work.people.organisation(id)
    return record.name if record is not None else id
