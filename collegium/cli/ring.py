"""`--ring`: who visits whom, out of a file with a row for each organisation, or in the order of the hosts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from collegium.cli.finding import NotFound, organisation_named
from collegium.speech import spoken
from engine.errors import CollegiumError, Refused
from engine.rings import proposed
from engine.saying import said

if TYPE_CHECKING:
    from collegium.importing.problems import WorkbookProblem
    from collegium.importing.ring_file import RingRow
    from engine.ports import UnitOfWork

IN_ORDER = "in-order"


@dataclass(slots=True)
class GivenRing:
    """Who visits whom, and where that was read; ids of organisations."""

    visitors: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)


def ring_given(work: UnitOfWork, office: str, word: str, hosts: Sequence[str], round_name: str) -> GivenRing:
    """The ring of a round. Raises Refused with all that can't be read, each with its sheet, row and column."""
    from collegium.importing.ring_file import read_ring

    if not word:
        return GivenRing()
    if word == IN_ORDER:
        return GivenRing(visitors=proposed(hosts))
    reading = read_ring(Path(word))
    found = GivenRing()
    wrong = [(each, each.says(spoken())) for each in reading.problems]
    wrong += [each for row in reading.rows for each in _take(work, office, row, found)]
    if wrong:
        reasons = [_placed(at, why) for at, why in sorted(wrong, key=lambda each: each[0].row)]
        raise Refused(said("Can't launch {name}", name=round_name), reasons)
    return found


def _placed(at: WorkbookProblem, why: str) -> str:
    return said("{place}: {why}", place=at.place(spoken()), why=why) if at.sheet else why


def _take(work: UnitOfWork, office: str, row: RingRow, found: GivenRing) -> Iterator[tuple[WorkbookProblem, str]]:
    """One row of the file; where it is wrong by itself, and why."""
    ids: list[str] = []
    for name, at in ((row.host, row.at_host), (row.visitor, row.at_visitor)):
        try:
            ids.append(organisation_named(work, office, name).id)
        except CollegiumError as unknown:
            yield at, unknown.args[0]
    if len(ids) < 2:
        return
    host, visitor = ids
    if host in found.visitors:
        yield row.at_host, said("{host} stands there already", host=row.host)
        return
    found.visitors[host] = visitor
    found.places[host] = row.at_visitor.place(spoken())


def visits_of(work: UnitOfWork, started: Sequence[str]) -> Mapping[str, str]:
    """Of cases that began as a ring: the name of the host -> that of who visits it."""
    from engine.rings import VISITOR

    cases = [work.cases.load(id) for id in started]
    return {_name(work, case.subject): _name(work, case.facts[VISITOR]) for case in cases if VISITOR in case.facts}


def _name(work: UnitOfWork, id: str) -> str:
    record = work.people.organisation(id)
    if record is None:
        raise NotFound(said("there is no organisation {name}", name=id))
    return record.name
