"""Who is expected in two places at once? Appointments of two cases to which somebody on a panel is invited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import combinations

from engine.appointments import Appointment, ahead, wanted
from engine.draft import Draft
from engine.seat import LIVE

WAITING = LIVE[1:3]
"""States of a place whose candidate was asked and does not sit yet: the dates of that seat will be theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """One appointment of one person in one case; of somebody who may come to sit there, as it will be."""

    person: str
    case: str
    appointment: Appointment
    first: datetime  # UTC
    last: datetime  # UTC, when it is over
    on_panel: bool  # they have it by a place on the panel
    of: tuple[str, str]  # the case in which the date is set, and its name: a date that cases share is one


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Two engagements of one person at one time; the one that begins first comes first."""

    first: Engagement
    second: Engagement

    @property
    def person(self) -> str:
        return self.first.person


def engagements(draft: Draft, persons: Mapping[str, str], shared: Mapping[str, str]) -> Iterator[Engagement]:
    """What lies ahead in a case for people on its panel and others.

    `persons`: participant -> person; `shared`: date -> the case above that sets it, of dates which it shares with that.

    Of those who have a date in their calendars, and of candidates for a seat who would have it.
    """
    panel = draft.definition.members("panel") if "panel" in draft.definition.groups else tuple(draft.definition.seats)
    found = dict.fromkeys(wanted(draft), False)
    for name, whom in draft.plan.invites.items():
        leaves = {leaf for each in whom for leaf in draft.definition.members(each)}
        live = [each for each in draft.holdings.values() if each.seat in leaves and each.state in LIVE]
        for held in live:
            if held.state not in WAITING or not held.reserve:
                for each in ahead(draft, name):
                    key = (held.participant, each.name)
                    if key in found or held.state in WAITING:
                        found[key] = found.get(key, False) or held.seat in panel
    days = {each.name: each for name in draft.plan.invites for each in ahead(draft, name)}
    for (participant, name), on_panel in found.items():
        if participant in persons:
            of = (shared.get(name, draft.before.id), name)
            yield _engagement(draft, persons[participant], days[name], of, on_panel=on_panel)


def _engagement(draft: Draft, person: str, each: Appointment, of: tuple[str, str], *, on_panel: bool) -> Engagement:
    end = each.end if each.clock is not None else datetime.combine(each.last + timedelta(days=1), time(0))
    first, last = (moment.replace(tzinfo=draft.plan.zone).astimezone(UTC) for moment in (each.begin, end))
    return Engagement(
        person=person, case=draft.before.id, appointment=each, first=first, last=last, on_panel=on_panel, of=of
    )  # fmt: skip


def clashes(found: Iterable[Engagement]) -> list[Clash]:
    """Which of them one person cannot both keep: of two cases, at one time, at least one by a place on its panel.

    Of appointments with a time of day their hours are compared; a whole day takes all of that day.
    """
    own: dict[str, list[Engagement]] = {}
    for each in found:
        own.setdefault(each.person, []).append(each)
    return [
        Clash(first=one, second=other)
        for engaged in own.values()
        for one, other in combinations(sorted(engaged, key=lambda each: (each.first, each.case, each.of)), 2)
        if one.case != other.case and one.of != other.of and (one.on_panel or other.on_panel) and _meet(one, other)
    ]


def _meet(one: Engagement, other: Engagement) -> bool:
    return one.first < other.last and other.first < one.last
