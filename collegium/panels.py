"""On which other panels do people of a case sit? A panel that cases share is one, of the case in which it is filled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from collegium.library import DefinitionLibrary
from engine.case import Parent
from engine.definition import Definition
from engine.directory import SeatElsewhere
from engine.plan import plan_of
from engine.ports import UnitOfWork
from engine.world import Person


def panels_elsewhere(
    work: UnitOfWork, library: DefinitionLibrary, definition: Definition, case: str, parent: Parent | None
) -> tuple[SeatElsewhere, ...]:
    """On which other panels people of this case sit; asked only where a condition reads it.

    A seat that a child shares is left out: its holder sits in the case that called it, and is counted there. So are
    the seats of cases above, where this one shares them.
    """
    if not plan_of(definition).counts_panels:
        return ()
    own = definition.members("panel") if "panel" in definition.groups else tuple(definition.seats)
    here = set(_of_cases_above(work, library, parent))
    return tuple(
        each
        for each in work.people.seats_elsewhere(case)
        if (each.process != definition.name or each.seat in own)
        and (each.case, each.seat) not in here
        and each.seat not in _shared(work, library, each.caller, each.child)
    )


def _of_cases_above(work: UnitOfWork, library: DefinitionLibrary, parent: Parent | None) -> Iterator[tuple[str, str]]:
    """The seats that a case shares with the one that called it, which may share them with the one above: case, seat."""
    seats: frozenset[str] | None = None
    while parent is not None:
        shared = _shared(work, library, parent.case, parent.child)
        seats = shared if seats is None else seats & shared
        yield from ((parent.case, seat) for seat in seats)
        parent = work.cases.load(parent.case).parent if seats else None


def _shared(work: UnitOfWork, library: DefinitionLibrary, caller: str | None, child: str | None) -> frozenset[str]:
    """The seats of such a child that are filled in the case that called it."""
    if caller is None or child is None:
        return frozenset()
    called = library.of(work, work.cases.load(caller)).children.get(child)
    return frozenset(called.shared_seats if called is not None else ())


def with_panels(
    work: UnitOfWork, people: Mapping[str, Person], elsewhere: tuple[SeatElsewhere, ...], subject: str, cycle: str,
    today: date,
) -> Mapping[str, Person]:  # fmt: skip
    """The people with the panels on which they sit beside this one."""
    if not elsewhere:
        return people
    this = work.definitions.cycle(cycle)
    begun = date(today.year if today.month >= 8 else today.year - 1, 8, 1)  # of the school year
    changed = dict(people)
    for key in {each.participant for each in elsewhere if each.participant in people}:
        own = [each for each in elsewhere if each.participant == key]
        changed[key] = replace(
            people[key],
            beside=frozenset(each.case for each in own if each.cycle == cycle),
            this_year=len({each.case for each in own if each.since.date() >= begun}),
            served_before=any(each.subject == subject and this and each.begun < this.launched_at for each in own),
        )
    return changed
