"""Which people on panels are expected in two places at once, over the running cases of an office?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

from collegium.library import DefinitionLibrary
from collegium.worlds import StoredWorlds
from engine.actions import CLOCK
from engine.case import Case
from engine.clashes import Clash, Engagement, clashes, engagements
from engine.draft import Draft
from engine.ports import UnitOfWork


class Clashes:
    """The engagements of running cases, each case looked at once."""

    def __init__(self, work: UnitOfWork, library: DefinitionLibrary, worlds: StoredWorlds, now: datetime) -> None:
        self._work, self._library, self._worlds, self._now = work, library, worlds, now
        self._found: dict[str, list[Engagement]] = {}

    def of_office(self, office: str) -> list[Clash]:
        """All of an office, the soonest first."""
        return self.between(self._work.cases.load_all(office))

    def between(self, cases: Iterable[Case]) -> list[Clash]:
        """All of these cases, the soonest first."""
        return sorted(clashes(each for case in cases for each in self._of(case)), key=_order)

    def of_cases(self, cases: Iterable[str]) -> list[Clash]:
        """Those in which one of these cases is one of the two."""
        chosen = list(dict.fromkeys(cases))
        own = [each for case in chosen for each in self._of(self._work.cases.load(case))]
        return self._among(own, chosen)

    def new(self, before: Case, after: Case) -> list[Clash]:
        """Those that a case has and did not have before."""
        if not _may_differ(before, after):
            return []
        was = {(each.person, each.first, each.last) for each in self._seen(before)}
        own = [each for each in self._of(after) if (each.person, each.first, each.last) not in was]
        return self._among(own, (after.id,))

    def _among(self, own: Collection[Engagement], chosen: Collection[str]) -> list[Clash]:
        """The clashes of these engagements with one another and with those of other running cases."""
        people = {each.person for each in own}
        others = {each.case: None for one in sorted(people) for each in self._work.people.participations(one)}
        found = [
            each
            for case in others
            if case not in chosen
            for each in self._of(self._work.cases.load(case))
            if each.person in people
        ]
        known = {(each.case, each.of, each.person) for each in own}
        return sorted(
            (
                clash
                for clash in clashes([*own, *found])
                if not known.isdisjoint((each.case, each.of, each.person) for each in (clash.first, clash.second))
            ),
            key=_order,
        )

    def _of(self, case: Case) -> list[Engagement]:
        if case.id not in self._found:
            self._found[case.id] = list(self._seen(case))
        return self._found[case.id]

    def _seen(self, case: Case) -> Iterator[Engagement]:
        definition = self._library.of(self._work, case)
        if case.closed:
            return
        world = self._worlds.of(self._work, case, self._now)
        draft = Draft(definition, case, world, CLOCK, self._now)
        yield from engagements(draft, self._persons(case), self._shared(case))

    def _shared(self, case: Case) -> dict[str, str]:
        """The dates that a case shares with one above it, and in which case each is set."""
        if case.parent is None:
            return {}
        above = self._work.cases.load(case.parent.case)
        child = self._library.of(self._work, above).children.get(case.parent.child)
        further = self._shared(above)
        return {name: further.get(name, above.id) for name in (child.shared_dates if child is not None else ())}

    def _persons(self, case: Case) -> Mapping[str, str]:
        known = self._work.people.participants(case.id)
        return {each.key: each.person for each in known if each.person is not None}


def _may_differ(before: Case, after: Case) -> bool:
    return any(
        getattr(before, part) is not getattr(after, part) for part in ("moments", "holdings", "roles", "behaviour")
    )


def _order(clash: Clash) -> tuple[object, ...]:
    return clash.second.first, clash.first.first, clash.person, clash.first.case, clash.second.case
