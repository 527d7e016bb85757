"""Which facts does a summary rest on? Loaded from the store for one audience, now or as of a past moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from collegium.bootstrap import Application
from collegium.summaries.texts import settings
from collegium.worlds import region_of
from engine.case import Case
from engine.course import course
from engine.definition import Definition
from engine.directory import OrganisationRecord, Secretariat
from engine.errors import CollegiumError
from engine.events import Sealed
from engine.history import replay
from engine.offsets import add_months, local
from engine.ports import MessageState, UnitOfWork
from engine.summary import (
    Audience,
    CaseSummary,
    CycleSummary,
    case_summary,
    cycle_summary,
    for_audience,
    visits_ahead,
)
from engine.tally import tally
from engine.wording import Wording
from engine.world import World

MANY = 20  # cases from which on everything is read at once
LOST: tuple[MessageState, ...] = ("refused", "unknown", "held")
"""States of a message that the office must look at."""
ZONE = "UTC"  # visits are counted by the day; an hour more or less decides nothing
NO_ADDRESS = "no address that works"


class NothingToSummarise(CollegiumError):
    """There is no such case, round or region to summarise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What one audience may know at one moment, ready to be rendered in any language."""

    audience: Audience
    language: str
    made_at: datetime
    as_of: datetime | None  # None: as it stands
    office: Secretariat
    region: str | None = None  # name
    cases: tuple[CaseSummary, ...] = ()
    cycles: tuple[CycleSummary, ...] = ()
    cycle_names: Mapping[str, str] = field(default_factory=dict)
    ahead: tuple[CaseSummary, ...] = ()  # with a visit in the coming weeks, the first one first
    served: tuple[tuple[str, int], ...] = ()  # organisation -> visits to others
    people: Mapping[str, str] = field(default_factory=dict)  # participant -> name; for the office only
    wordings: Mapping[str, Wording] = field(default_factory=dict)  # behaviour of a definition -> its texts
    pages: Mapping[str, str] = field(default_factory=dict)  # case -> name of its own page beside this one


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Every case of an office, whole, with what belongs to them all."""

    office: Secretariat
    moment: datetime
    cases: tuple[CaseSummary, ...]
    definitions: Mapping[str, Definition]  # by behaviour
    wordings: Mapping[str, Wording]
    cycle_names: Mapping[str, str]
    people: Mapping[str, str]
    organisations: Mapping[str, OrganisationRecord]  # by id; for a region
    served: Mapping[str, int]


def summarise(
    app: Application,
    *,
    audience: Audience,
    case: str | None = None,
    cycle: str | None = None,
    region: str | None = None,
    secretariat: str | None = None,
    language: str = "nl",
    now: datetime,
    as_of: datetime | None = None,
) -> Summary:
    """The facts for one audience: the whole office, one case and what it called for, or a region.

    `cycle` and `region` are ids or names. A summary as of a past moment is replayed from the histories up to then.
    Raises NothingToSummarise.
    """
    if audience == "partnership" and case is None:
        raise NothingToSummarise("A summary for a partnership is about one case: say which")
    with app.store.read() as work:
        office = _office(work, secretariat)
        ids = [case] if case is not None and audience == "partnership" else work.cases.all_ids(office.id)
        moment = as_of if as_of is not None else now
        gathered = gather(app, work, office, ids, moment, past=as_of is not None, audience=audience)
        if audience == "partnership":
            return partnership(gathered, gathered.cases, language, now, as_of)
        chosen = [each for each in gathered.cases if case in (None, each.case)]
        if cycle is not None:
            chosen = [each for each in chosen if cycle in (each.cycle, gathered.cycle_names.get(each.cycle))]
        if (case or cycle) and not chosen:
            raise NothingToSummarise(f"There are no cases of {case or cycle} to summarise")
    if audience == "region":
        return for_region(gathered, chosen, region, language, now, as_of)
    return for_office(gathered, chosen, language, now, as_of)


def gather(
    app: Application, work: UnitOfWork, office: Secretariat, ids: Iterable[str], moment: datetime, *, past: bool,
    audience: Audience = "office",
) -> Gathered:  # fmt: skip
    """Load cases (those called by them as well) and summarise each of them, whole. `past`: from the histories.

    What only another audience reads (lost mail, names, visits to others) is not looked up.
    """
    told = audience == "office" and not past
    lost = _undelivered(work) if told else Counter()
    stuck = Counter(row.case for row in work.cases.stuck()) if told else Counter()
    found: list[CaseSummary] = []
    definitions: dict[str, Definition] = {}
    wordings: dict[str, Wording] = {}
    served: Counter[str] = Counter()
    wanted = set(ids)
    taking_part = None
    if len(wanted) >= MANY:
        app.worlds.roster.fill(work, office.id)
        taking_part = work.people.participants_of(office.id)
    for loaded in _cases(work, office.id, wanted, moment, past):
        definition = definitions[loaded.behaviour] = app.library.of(work, loaded)
        wordings[loaded.behaviour] = app.library.wording(work, loaded)
        world = app.worlds.of(work, loaded, moment, taking_part.get(loaded.id, []) if taking_part is not None else None)
        history: list[Sealed] = [] if audience == "region" else _history(work, loaded.id, moment)
        summary = case_summary(
            definition, loaded, world, moment, audience="office", tally=tally(definition, history, moment),
            course=course(definition, history, moment) if history else None,
            undelivered=None if past else lost[loaded.id], stuck=stuck[loaded.id],
        )  # fmt: skip
        found.append(summary)
        if audience == "region":
            served.update(visitors(loaded, summary.visit[1].day if summary.visit else None, world, moment))
    return Gathered(
        office=office,
        moment=moment,
        cases=tuple(sorted(found, key=_in_order)),
        definitions=definitions,
        wordings=wordings,
        cycle_names={each.id: each.name for each in work.definitions.cycles(office.id)},
        people=_names(work, found) if audience == "office" else {},
        organisations={each.id: each for each in work.people.organisations(office.id)} if audience == "region" else {},
        served=served,
    )


def _history(work: UnitOfWork, case: str, moment: datetime) -> list[Sealed]:
    return [row for row in work.cases.history(case) if row.event.recorded_at <= moment]


def _in_order(each: CaseSummary) -> tuple[str, str, str, bool, str]:
    return each.host, each.process, str(each.reached[0][1]) if each.reached else "", each.child is not None, each.case


def _office(work: UnitOfWork, id: str | None) -> Secretariat:
    offices = work.people.secretariats()
    chosen = [each for each in offices if id in (None, each.id)]
    if len(chosen) != 1:
        raise NothingToSummarise(f"Say for which office: {', '.join(each.id for each in offices) or 'there is none'}")
    return chosen[0]


def _cases(work: UnitOfWork, office: str, wanted: set[str], moment: datetime, past: bool) -> Iterable[Case]:
    """The wanted cases and those that they called for, as they stood at the moment."""
    everything = work.cases.all_ids(office)
    if not wanted <= set(everything):
        raise NothingToSummarise("There is no such case in this office")
    if len(wanted) >= MANY:
        loaded = {case.id: case for case in work.cases.load_all(office) if case.id in wanted}
    else:
        loaded = {id: work.cases.load(id) for id in everything if id in wanted}
    if len(loaded) < len(everything) and any(_has_called(case) for case in loaded.values()):
        for case in work.cases.load_all(office):
            if case.parent is not None and case.parent.case in wanted:
                loaded[case.id] = case
    for id, case in loaded.items():
        history = _history(work, id, moment) if past else []
        if not past:
            yield case
        elif history:
            yield replay(history)


def _has_called(case: Case) -> bool:
    return any(name.startswith("child:") for name in case.counts)


def _undelivered(work: UnitOfWork) -> Counter[str]:
    """Mails that were refused, are uncertain or held, and notices that found no address: how many for each case."""
    messages = [message for state in LOST for message in work.outbox.messages(state)]
    unaddressed = [each for each in work.outbox.notices("skipped") if each.reason == NO_ADDRESS]
    found = Counter(case for message in messages for case in message.cases)
    return found + Counter(each.notice.case for each in unaddressed)


def _names(work: UnitOfWork, cases: Sequence[CaseSummary]) -> dict[str, str]:
    wanted = {who for each in cases if each.desk for who in (*each.desk.ask, *_late_people(each))}
    names: dict[str, str] = {}
    for key in sorted(wanted):
        known = work.people.participant(key)
        person = work.people.person(known.person) if known and known.person else None
        if person is not None:
            names[key] = person.name
    return names


def _late_people(each: CaseSummary) -> list[str]:
    return [who for task in each.desk.late for who in task.people] if each.desk else []


def visitors(case: Case, visit: date | None, world: World, moment: datetime) -> set[str]:
    """Organisations that came to a visit of the last years: their people held a seat and were present.

    Who was present is read from answers given on or after the day of the visit.
    """
    today = local(moment, ZONE).day
    if visit is None or not add_months(today, -12 * settings()["served_years"]) < visit <= today:
        return set()
    seated = {held.participant for held in case.holdings.values()}
    there: set[str] = set()
    for task, mark in case.present.items():
        done = case.moments.get(f"{task}.done")
        if done is not None and local(done.at, ZONE).day >= visit:
            there |= set(mark.participants) & seated
    people = [world.people[who] for who in there if who in world.people]
    return {own for person in people if (own := person.organisation) is not None and own != case.subject}


# cut to the audience --------------------------------------------------------------------------------------------------


def for_office(
    gathered: Gathered, cases: Sequence[CaseSummary], language: str, now: datetime, as_of: datetime | None,
    pages: Mapping[str, str] | None = None,
) -> Summary:  # fmt: skip
    """Everything, with names."""
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
        wordings=gathered.wordings,
        pages=pages or {},
    )


def partnership(
    gathered: Gathered, cases: Sequence[CaseSummary], language: str, now: datetime, as_of: datetime | None
) -> Summary:
    """One partnership's own cases; no names."""
    if not cases:
        raise NothingToSummarise("This case had not begun yet")
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
        raise NothingToSummarise(f"There is no region {region}")
    chosen = [for_audience(each, "region") for each in cases if each.subject in own]
    found = [each.name for each in records.values() if each.kind == "region" and region in (each.id, each.name)]
    names = {id: records[id].name for id in own if records[id].kind == "partnership"}
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
        served=tuple(sorted((name, gathered.served.get(id, 0)) for id, name in names.items())),
        wordings=gathered.wordings,
    )


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
