"""Is a round the ring that its process asks for, and who visits whom in it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.definition import Definition
from engine.ports import UnitOfWork
from engine.rings import faults
from engine.saying import said

if TYPE_CHECKING:
    from collegium.launching import Round


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


def _name(work: UnitOfWork, id: str) -> str:
    record = work.people.organisation(id)
    return record.name if record is not None else id
