"""Who could sit on which panel? The office's choice in the demo: eligible people, those with the least to do first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from collegium.worlds import region_of
from engine.directory import OrganisationRecord, PersonRecord
from engine.ports import UnitOfWork

FIVE_YEARS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody of the pool, with where they work."""

    person: PersonRecord
    roles: frozenset[str]
    organisation: OrganisationRecord
    tied_to: Mapping[str, date | None]  # organisation -> until when


class Pool:
    """All people of the directory who may sit on panels. Counts how often each was asked."""

    def __init__(self, work: UnitOfWork, secretariat: str, hosts: Sequence[str], today: date) -> None:
        self._hosts = frozenset(hosts)
        self._today = today
        self.asked: Counter[str] = Counter()
        self._candidates = [
            found
            for person in sorted(work.people.persons(secretariat), key=lambda each: each.email)
            if (found := _candidate(work, person)) is not None
        ]

    def choose(
        self, seat: str, number: int, host: OrganisationRecord, taken: Sequence[str], needs: Sequence[str] = (),
        own_round: bool = True, beside: Collection[str] = (),
    ) -> list[Candidate]:  # fmt: skip
        """As many as can be found, from different organisations as far as possible, the least asked first.

        `needs` are trainings that the seat asks for; `own_round`: people of hosts of this round are left out; `beside`:
        persons who sit there already, whose organisations are better not chosen again.
        """
        present = {each.organisation.id for each in self._candidates if each.person.id in beside}
        fit = [
            each
            for each in self._candidates
            if seat in each.roles and each.person.id not in taken and self._may(each, host, needs, own_round)
        ]
        fit.sort(key=lambda each: (self.asked[each.person.id], each.person.email))
        chosen: list[Candidate] = _first_of_each(fit, number, host) if seat == "member" else []
        for different in (True, False):
            for each in fit:
                if len(chosen) == number:
                    break
                known = present | {other.organisation.id for other in chosen}
                if each not in chosen and (not different or each.organisation.id not in known):
                    chosen.append(each)
        for each in chosen:
            self.asked[each.person.id] += 1
        return chosen

    def who_fits(
        self, seat: str, fits: Callable[[Candidate], bool], host: OrganisationRecord, taken: Sequence[str],
        needs: Sequence[str], own_round: bool,
    ) -> Candidate | None:  # fmt: skip
        """Somebody with what a panel still lacks."""
        for each in self._candidates:
            known = seat in each.roles and each.person.id not in taken
            if known and fits(each) and self._may(each, host, needs, own_round):
                self.asked[each.person.id] += 1
                return each
        return None

    def _may(self, each: Candidate, host: OrganisationRecord, needs: Sequence[str], own_round: bool) -> bool:
        if each.organisation.id == host.id or region_of(each.organisation) == region_of(host):
            return False
        if own_round and each.organisation.id in self._hosts:
            return False
        if host.id in each.tied_to:
            until = each.tied_to[host.id]
            if until is None or until.replace(year=until.year + FIVE_YEARS) >= self._today:
                return False
        return all(need in each.person.trainings for need in needs)


def _first_of_each(fit: list[Candidate], number: int, host: OrganisationRecord) -> list[Candidate]:
    """Somebody of the host's sector, and somebody of teacher education: a panel that assesses needs both."""
    found: list[Candidate] = []
    same = [each for each in fit if each.organisation.sector == host.sector]
    teachers = [each for each in fit if "teacher_education" in each.person.expertise]
    for group in (same[:2], teachers[:1]):
        found += [each for each in group if each not in found]
    return found[:number]


def _candidate(work: UnitOfWork, person: PersonRecord) -> Candidate | None:
    memberships = work.people.memberships(person=person.id)
    order = {"partnership": 0, "part": 1, "region": 2, "body": 3, "office": 4}
    places = [found for each in memberships if (found := work.people.organisation(each.organisation)) is not None]
    if not places:
        return None
    return Candidate(
        person=person,
        roles=frozenset(each.role for each in memberships),
        organisation=min(places, key=lambda place: order[place.kind]),
        tied_to={tie.organisation: tie.until for tie in work.people.ties(person.id)},
    )
