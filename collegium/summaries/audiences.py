"""What may each audience know? Everything that was gathered, cut to one reader."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from collegium.roster import Entry
from collegium.summaries.facts import Gathered, NothingToSummarise, Reviewer, Summary
from collegium.summaries.post import Post
from collegium.summaries.served import period
from collegium.summaries.texts import settings
from collegium.worlds import region_of
from engine.costs import COSTS
from engine.cycle_report import cycle_report
from engine.directory import OrganisationRecord
from engine.docket import body_roles
from engine.money import Money, sums
from engine.offsets import local
from engine.saying import said
from engine.summary import CaseSummary, CycleSummary, cycle_summary, for_audience, visits_ahead


def for_office(
    gathered: Gathered, cases: Sequence[CaseSummary], language: str, now: datetime, as_of: datetime | None,
    pages: Mapping[str, str] | None = None,
) -> Summary:  # fmt: skip
    """Everything, with names."""
    own = {each.case for each in cases}
    return Summary(
        audience="office",
        language=language,
        made_at=now,
        as_of=as_of,
        office=gathered.office,
        cases=tuple(cases),
        cycles=_cycles(gathered, cases),
        cycle_names=gathered.cycle_names,
        ahead=_ahead(gathered, cases),
        people=gathered.people,
        contacts=gathered.contacts,
        twice=tuple(each for each in gathered.twice if own & each.cases),
        lost=tuple(each for each in gathered.lost if own & set(each.cases) or not each.cases),
        unreached=tuple(each for each in gathered.unreached if own & set(each.cases)),
        wordings=gathered.wordings,
        pages=pages or {},
        costs=tuple(each for each in gathered.costs if each.case in own),
        findings=tuple(each for each in gathered.findings if each.case in own),
    )


def partnership(
    gathered: Gathered, cases: Sequence[CaseSummary], language: str, now: datetime, as_of: datetime | None
) -> Summary:
    """One partnership's own cases; no names."""
    if not cases:
        raise NothingToSummarise(said("This case had not begun yet"))
    return Summary(
        audience="partnership",
        language=language,
        made_at=now,
        as_of=as_of,
        office=gathered.office,
        cases=tuple(for_audience(each, "partnership") for each in cases),
        cycle_names=gathered.cycle_names,
        wordings=gathered.wordings,
    )


def for_region(
    gathered: Gathered, cases: Sequence[CaseSummary], region: str | None, language: str, now: datetime,
    as_of: datetime | None,
) -> Summary:  # fmt: skip
    """The cases of one education region, or of all; no names, no tasks."""
    records = gathered.organisations
    own = {
        id for id, each in records.items()
        if each.kind in ("partnership", "region") and _lies_in(each, region, records)
    }  # fmt: skip
    if region is not None and not own:
        names = tuple(sorted(each.name for each in records.values() if each.kind == "region"))
        if not names:
            raise NothingToSummarise(said("There is no region {region}, and no other", region=region))
        raise NothingToSummarise(said("There is no region {region}; there are: {names}", region=region, names=names))
    chosen = [for_audience(each, "region") for each in cases if each.subject in own]
    found = [each.name for each in records.values() if each.kind == "region" and region in (each.id, each.name)]
    return Summary(
        audience="region",
        language=language,
        made_at=now,
        as_of=as_of,
        office=gathered.office,
        region=next(iter(found), region),
        cases=tuple(chosen),
        cycles=_cycles(gathered, chosen),
        cycle_names=gathered.cycle_names,
        ahead=_ahead(gathered, chosen),
        served=_served(gathered, own),
        wordings=gathered.wordings,
    )


def for_committee(
    gathered: Gathered, cases: Sequence[CaseSummary], language: str, now: datetime, as_of: datetime | None
) -> Summary:
    """The cases of processes in which a body advises or decides; no names, no judgement, no work of others."""
    own = [each for each in cases if body_roles(gathered.definitions[each.behaviour])]
    if cases and not own:
        raise NothingToSummarise(said("None of these cases comes before a committee"))
    chosen = [for_audience(each, "committee") for each in own]
    behaviours = {each.behaviour for each in own}
    return Summary(
        audience="committee",
        language=language,
        made_at=now,
        as_of=as_of,
        office=gathered.office,
        cases=tuple(chosen),
        cycles=_cycles(gathered, chosen),
        cycle_names=gathered.cycle_names,
        ahead=_ahead(gathered, chosen),
        wordings=gathered.wordings,
        dockets={each.case: gathered.dockets[each.case] for each in own},
        meetings=tuple(each for each in gathered.meetings if each[0] in behaviours),
    )


def for_reviewer(
    gathered: Gathered, entry: Entry, employer: OrganisationRecord | None, keys: Mapping[str, str], language: str,
    now: datetime, as_of: datetime | None,
) -> Summary:  # fmt: skip
    """One person's own tasks, seats and visits over all cases, and the visits of their partnership, counted."""
    parts = {case: part for case, part in gathered.parts.items() if part.tasks or part.seats}
    visits = [each for each in gathered.cases if keys.get(each.case) in gathered.present.get(each.case, ())]
    told = {*parts, *(each.case for each in visits)}
    chosen = [for_audience(each, "reviewer") for each in gathered.cases if each.case in told]
    seated = [each for each in chosen if each.case in parts and parts[each.case].goes_along]
    return Summary(
        audience="reviewer",
        language=language,
        made_at=now,
        as_of=as_of,
        office=gathered.office,
        cases=tuple(chosen),
        cycle_names=gathered.cycle_names,
        ahead=visits_ahead(seated, local(gathered.moment, gathered.office.zone).day, None),
        wordings=gathered.wordings,
        reviewer=Reviewer(
            person=entry.person.id,
            name=entry.person.name,
            informal=entry.person.informal,
            parts=tuple(parts.items()),
            served=tuple((each.case, each.visit[1].day) for each in visits if each.visit is not None),
            partnership=(employer.name, gathered.served.get(employer.id, 0))
            if employer is not None and employer.kind == "partnership"
            else None,
            trainings=tuple(sorted(entry.person.trainings.items())),
            since=period(gathered.moment)[0],
        ),
    )


def for_cycle(
    gathered: Gathered, cycle: str, post: Post, language: str, now: datetime, as_of: datetime | None
) -> Summary:
    """How a round went: figures over all its cases, with the names of hosts and of nobody else."""
    cases = [each for each in gathered.cases if each.cycle == cycle]
    if not cases:
        name = gathered.cycle_names.get(cycle, cycle)
        raise NothingToSummarise(said("The round {name} had no cases yet", name=name))
    chosen = [for_audience(each, "cycle") for each in cases]
    definition = gathered.definitions[cases[0].behaviour]
    zone = gathered.office.zone
    courses = {each.case: gathered.courses[each.case] for each in cases if each.case in gathered.courses}
    figures = cycle_summary(definition, cycle, chosen)
    launched, today = local(gathered.cycles[cycle].launched_at, zone).day, local(gathered.moment, zone).day
    return Summary(
        audience="cycle",
        language=language,
        made_at=now,
        as_of=as_of,
        office=gathered.office,
        cases=tuple(chosen),
        cycles=(figures,),
        cycle_names=gathered.cycle_names,
        ahead=_ahead(gathered, chosen),
        served=_served(gathered, {each.subject for each in cases} | set(gathered.served)),
        ring=tuple(_ring(gathered, chosen)),
        wordings=gathered.wordings,
        report=cycle_report(definition, figures, chosen, courses, launched, today, gathered.cycles[cycle].ends_by),
        post=post,
        cost_sums=_cost_sums(gathered, {each.case for each in cases}),
    )


def _ring(gathered: Gathered, cases: Sequence[CaseSummary]) -> Iterator[tuple[str, str]]:
    """Who visits whom, by the names of hosts."""
    for each in cases:
        if each.visitor is not None:
            record = gathered.organisations.get(each.visitor)
            yield each.host, record.name if record is not None else each.visitor


def _cost_sums(gathered: Gathered, own: Collection[str]) -> tuple[tuple[str, Money], ...]:
    """What was claimed and paid in all; a round is told no amount of anybody."""
    of = [each for each in gathered.costs if each.case in own]
    return tuple((kind, each) for kind in COSTS for each in sums(one.amount for one in of if one.kind == kind))


def _served(gathered: Gathered, own: Iterable[str]) -> tuple[tuple[str, int], ...]:
    records = gathered.organisations
    names = {id: records[id].name for id in own if id in records and records[id].kind == "partnership"}
    return tuple(sorted((name, gathered.served.get(id, 0)) for id, name in names.items()))


def _lies_in(each: OrganisationRecord, region: str | None, records: Mapping[str, OrganisationRecord]) -> bool:
    if region is None:
        return True
    above = records.get(each.part_of or "")
    return region in (each.id, each.name, region_of(each), each.part_of, above.name if above else None)


def _cycles(gathered: Gathered, cases: Sequence[CaseSummary]) -> tuple[CycleSummary, ...]:
    groups: dict[tuple[str, str], list[CaseSummary]] = {}
    for each in cases:
        groups.setdefault((each.cycle, each.behaviour), []).append(each)
    found = [
        cycle_summary(gathered.definitions[behaviour], cycle, own) for (cycle, behaviour), own in groups.items()
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda each: (each.process, gathered.cycle_names.get(each.cycle, ""), each.cycle)))


def _ahead(gathered: Gathered, cases: Sequence[CaseSummary]) -> tuple[CaseSummary, ...]:
    today = local(gathered.moment, gathered.office.zone).day
    return visits_ahead(cases, today, settings()["visits_ahead"])
