"""Who visits whom in a round? Each organisation is visited by another one of it, and visits once itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.draft import Draft
from engine.saying import Said, said

VISITOR = "visitor"  # of a case: the organisation that visits its host
NOT_OF_VISITOR = "not_of_visitor"  # the bar that keeps all others out of the panel


@dataclass(frozen=True, slots=True, kw_only=True)
class RingFault:
    """What is wrong with a ring, at which of its organisations."""

    host: str
    why: Said


def proposed(hosts: Sequence[str]) -> dict[str, str]:
    """A ring in the order of a list: the first visits the second, and the last the first. Host -> who visits it."""
    order = list(dict.fromkeys(hosts))
    return {host: order[at - 1] for at, host in enumerate(order)}


def faults(
    hosts: Sequence[str], visitors: Mapping[str, str], names: Mapping[str, str], *, pairs: bool
) -> list[RingFault]:
    """All that is wrong with who visits whom; several rings beside one another are a ring as well.

    `visitors`: host -> who visits it; `names`: what they are called; `pairs`: two may visit one another.
    """
    order = list(dict.fromkeys([*hosts, *visitors]))
    found = [each for host in order for each in _at(host, hosts, visitors, names, pairs)]
    visits: dict[str, list[str]] = defaultdict(list)
    for host in (each for each in order if each in visitors):
        visits[visitors[host]].append(host)
    for visitor, visited in visits.items():
        for host in visited[1:]:
            why = said(
                "{visitor} visits {host}, and {first} already", visitor=names[visitor], host=names[host],
                first=names[visited[0]],
            )  # fmt: skip
            found.append(RingFault(host=host, why=why))
    found += [
        RingFault(host=host, why=said("{host} visits nobody", host=names[host])) for host in hosts if host not in visits
    ]
    return sorted(found, key=lambda each: order.index(each.host))


def _at(
    host: str, hosts: Sequence[str], visitors: Mapping[str, str], names: Mapping[str, str], pairs: bool
) -> Iterator[RingFault]:
    """What is wrong at one organisation by itself."""
    visitor = visitors.get(host)
    if host not in hosts:
        yield RingFault(host=host, why=said("{host} is not in this round", host=names[host]))
    elif visitor is None:
        yield RingFault(host=host, why=said("nobody visits {host}", host=names[host]))
    elif visitor == host:
        yield RingFault(host=host, why=said("{host} can't visit itself", host=names[host]))
    elif visitor not in hosts:
        visits = said("{visitor} visits {host}, and is not in this round", visitor=names[visitor], host=names[host])
        yield RingFault(host=host, why=visits)
    elif not pairs and visitors.get(visitor) == host:
        both = said("{visitor} and {host} visit one another", visitor=names[visitor], host=names[host])
        yield RingFault(host=host, why=both)


def is_of_visitor(draft: Draft, participant: str) -> bool:
    """Whether somebody works for the organisation that visits; False as long as none does."""
    person = draft.world.people.get(participant)
    visitor = draft.facts.get(VISITOR)
    return person is not None and visitor is not None and person.organisation == visitor
