"""What is asked for, and by whom? The one way in: the facts for one audience, at one moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from collegium.roster import Entry
from collegium.summaries.audiences import for_committee, for_cycle, for_office, for_region, for_reviewer, partnership
from collegium.summaries.facts import Gathered, NothingToSummarise, Summary, gather
from collegium.summaries.post import post_of
from engine.directory import Secretariat
from engine.offsets import local
from engine.ports import Cycle, UnitOfWork
from engine.saying import said
from engine.summary import Audience, CaseSummary

if TYPE_CHECKING:
    from collegium.bootstrap import Application


def summarise(
    app: Application,
    *,
    audience: Audience,
    case: str | None = None,
    cycle: str | None = None,
    region: str | None = None,
    person: str | None = None,
    secretariat: str | None = None,
    language: str = "nl",
    now: datetime,
    as_of: datetime | None = None,
) -> Summary:
    """The facts for one audience: the whole office, one case and what it called for, a region, the body that decides,
    one person (`person`: an id), or a whole round.

    `cycle` and `region` are ids or names. A summary as of a past moment is replayed from the histories up to then;
    names of people and what they may do are today's. Raises NothingToSummarise.
    """
    if audience == "partnership" and case is None:
        raise NothingToSummarise(said("A summary for a partnership is about one case: say which"))
    if audience == "reviewer" and person is None:
        raise NothingToSummarise(said("A summary for a reviewer is about one person: say who"))
    moment = as_of if as_of is not None else now
    with app.store.read() as work:
        office = _office(work, secretariat)
        if audience == "cycle":
            return _round(app, work, office, cycle, language, now, as_of)
        ids = [case] if case is not None and audience == "partnership" else work.cases.all_ids(office.id)
        gathered = gather(app, work, office, ids, moment, past=as_of is not None, audience=audience, person=person)
        if audience == "partnership":
            return partnership(gathered, gathered.cases, language, now, as_of)
        if audience == "reviewer" and person is not None:
            return _reviewer(app, work, gathered, person, language, now, as_of)
    chosen = _chosen(gathered, case, cycle)
    if audience == "region":
        return for_region(gathered, chosen, region, language, now, as_of)
    if audience == "committee":
        return for_committee(gathered, chosen, language, now, as_of)
    return for_office(gathered, chosen, language, now, as_of)


def _chosen(gathered: Gathered, case: str | None, cycle: str | None) -> Sequence[CaseSummary]:
    chosen = [each for each in gathered.cases if case in (None, each.case)]
    if cycle is not None:
        chosen = [each for each in chosen if cycle in (each.cycle, gathered.cycle_names.get(each.cycle))]
    if (case or cycle) and not chosen:
        raise NothingToSummarise(said("There are no cases of {what} to summarise", what=case or cycle))
    return chosen


def _office(work: UnitOfWork, id: str | None) -> Secretariat:
    offices = work.people.secretariats()
    chosen = [each for each in offices if id in (None, each.id)]
    if len(chosen) != 1:
        ids = tuple(each.id for each in offices)
        raise NothingToSummarise(
            said("Say for which office: {names}", names=ids)
            if offices
            else said("There is no office yet: `collegium init` sets one up")
        )
    return chosen[0]


def _round(
    app: Application, work: UnitOfWork, office: Secretariat, cycle: str | None, language: str, now: datetime,
    as_of: datetime | None,
) -> Summary:  # fmt: skip
    found = _cycle(work.definitions.cycles(office.id), cycle)
    moment = as_of if as_of is not None else now
    ids = work.cases.all_ids(office.id, found.id)
    gathered = gather(app, work, office, ids, moment, past=as_of is not None, audience="cycle")
    cases = [each.case for each in gathered.cases if each.cycle == found.id]
    return for_cycle(gathered, found.id, post_of(work, cases, moment), language, now, as_of)


def _cycle(cycles: Sequence[Cycle], wanted: str | None) -> Cycle:
    found = [each for each in cycles if wanted in (None, each.id, each.name)]
    if len(found) == 1:
        return found[0]
    names = tuple(f'"{each.name}"' for each in cycles)
    if not names:
        raise NothingToSummarise(said("There is no round yet"))
    if not found:
        raise NothingToSummarise(said("There is no round {wanted}; there are: {names}", wanted=wanted, names=names))
    raise NothingToSummarise(said("A report is about one round, say which: {names}", names=names))


def _reviewer(
    app: Application, work: UnitOfWork, gathered: Gathered, person: str, language: str, now: datetime,
    as_of: datetime | None,
) -> Summary:  # fmt: skip
    roster = app.worlds.roster
    roster.refresh(work)
    entry: Entry | None = roster.entry(work, person)
    if entry is None or entry.person.secretariat != gathered.office.id:
        raise NothingToSummarise(said("There is no person {who} in this office", who=person))
    employer = roster.employer(work, entry, local(gathered.moment, gathered.office.zone).day)
    keys = {each.case: each.key for each in work.people.participations(person)}
    return for_reviewer(gathered, entry, employer, keys, language, now, as_of)
