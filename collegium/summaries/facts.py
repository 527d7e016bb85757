"""Which facts does a summary rest on? Loaded from the store for one audience, now or as of a past moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from collegium.clashes import Clashes
from collegium.findings import Known
from collegium.ringing import Ringing, ringing
from collegium.summaries.post import LostMail, Post, Unreached, lost_mail, undelivered, unreached
from collegium.summaries.served import present, visitors
from collegium.summaries.texts import settings
from collegium.summaries.twice import Twice, twice
from engine.access import seen_by
from engine.actions import CLOCK
from engine.case import Case
from engine.costs import Cost, costs
from engine.course import Course, course
from engine.cycle_report import CycleReport
from engine.definition import Definition
from engine.directory import OrganisationRecord, Secretariat
from engine.docket import Docket, days_ahead, docket
from engine.draft import Draft
from engine.errors import CollegiumError
from engine.events import Sealed, Submission
from engine.findings import Finding, makes, of_organisation
from engine.forms import counts_costs
from engine.history import replay
from engine.money import Money
from engine.offsets import local
from engine.part import Part, part_of
from engine.ports import Cycle, UnitOfWork
from engine.saying import said
from engine.standing import Standing
from engine.summary import Audience, CaseSummary, CycleSummary, case_summary
from engine.tally import tally
from engine.wording import Wording
from engine.world import World

if TYPE_CHECKING:
    from collegium.bootstrap import Application  # which needs the digests, and they need this

MANY = 20  # cases from which on everything is read at once
TOLD_THEIR_COURSE: tuple[Audience, ...] = ("office", "partnership", "cycle")  # whose summaries read histories


class NothingToSummarise(CollegiumError):
    """There is no such case, round or region to summarise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Whom the office can ring; while they are on leave, who looks after their work (None: nobody does)."""

    person: str
    name: str
    phone: str = ""
    away_until: date | None = None
    substitute: Contact | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewer:
    """One person over all cases: what only this person may read."""

    person: str
    name: str
    parts: tuple[tuple[str, Part], ...] = ()  # case -> what is this person's in it
    served: tuple[tuple[str, date], ...] = ()  # case -> day of the visit at which this person was
    partnership: tuple[str, int] | None = None  # the own organisation, and the visits to others of all its people
    trainings: tuple[tuple[str, date | None], ...] = ()  # kind -> valid until
    informal: bool = False  # addressed by the given name and with "je"
    since: date = date.min  # from which day on visits count


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
    ring: tuple[tuple[str, str], ...] = ()  # of a round: host -> who visits it
    people: Mapping[str, str] = field(default_factory=dict)  # participant -> name; for the office only
    contacts: Mapping[str, Contact] = field(default_factory=dict)  # participant -> whom to ring; for the office only
    twice: tuple[Twice, ...] = ()  # for the office only, and not as of a past moment
    lost: tuple[LostMail, ...] = ()  # likewise
    unreached: tuple[Unreached, ...] = ()  # likewise
    wordings: Mapping[str, Wording] = field(default_factory=dict)  # behaviour of a definition -> its texts
    pages: Mapping[str, str] = field(default_factory=dict)  # case -> name of its own page beside this one
    dockets: Mapping[str, Docket] = field(default_factory=dict)  # case -> what lies before the body
    meetings: tuple[tuple[str, str, tuple[date, ...]], ...] = ()  # behaviour, gate, days ahead
    reviewer: Reviewer | None = None
    report: CycleReport | None = None
    post: Post | None = None
    costs: tuple[Cost, ...] = ()  # with whose they are: for the office only
    findings: tuple[Finding, ...] = ()  # of all organisations, for the office only
    cost_sums: tuple[tuple[str, Money], ...] = ()  # claimed, paid: of a whole round


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Every case of an office, whole, with what belongs to them all."""

    office: Secretariat
    moment: datetime
    cases: tuple[CaseSummary, ...]
    definitions: Mapping[str, Definition]  # by behaviour
    wordings: Mapping[str, Wording]
    cycle_names: Mapping[str, str]
    cycles: Mapping[str, Cycle]
    people: Mapping[str, str]
    contacts: Mapping[str, Contact]
    organisations: Mapping[str, OrganisationRecord]  # by id; not for the office or a partnership
    served: Mapping[str, int]
    present: Mapping[str, frozenset[str]]  # case -> participants who were at its visit
    twice: tuple[Twice, ...] = ()
    lost: tuple[LostMail, ...] = ()
    unreached: tuple[Unreached, ...] = ()
    courses: Mapping[str, Course] = field(default_factory=dict)  # by case; for a round
    dockets: Mapping[str, Docket] = field(default_factory=dict)  # by case; for the body
    meetings: tuple[tuple[str, str, tuple[date, ...]], ...] = ()
    parts: Mapping[str, Part] = field(default_factory=dict)  # by case; for a reviewer
    costs: tuple[Cost, ...] = ()  # for the office and a round
    findings: tuple[Finding, ...] = ()  # for the office


def gather(
    app: Application, work: UnitOfWork, office: Secretariat, ids: Iterable[str], moment: datetime, *, past: bool,
    audience: Audience = "office", person: str | None = None,
) -> Gathered:  # fmt: skip
    """Load cases (those called by them as well) and summarise each of them, whole. `past`: from the histories.

    What only another audience reads (lost mail, names, visits to others) is not looked up.
    """
    return _Gathering(app, work, office, moment, past, audience, person).over(set(ids))


class _Gathering:
    """One reading of the store for one audience."""

    def __init__(
        self, app: Application, work: UnitOfWork, office: Secretariat, moment: datetime, past: bool,
        audience: Audience, person: str | None,
    ) -> None:  # fmt: skip
        self.app, self.work, self.office = app, work, office
        self.moment, self.past, self.audience, self.person = moment, past, audience, person
        self.found: list[CaseSummary] = []
        self.stored: list[Case] = []
        self.definitions: dict[str, Definition] = {}
        self.wordings: dict[str, Wording] = {}
        self.served: Counter[str] = Counter()
        self.present: dict[str, frozenset[str]] = {}
        self.courses: dict[str, Course] = {}
        self.dockets: dict[str, Docket] = {}
        self.meetings: dict[tuple[str, str], tuple[date, ...]] = {}
        self.parts: dict[str, Part] = {}
        self.costs: list[Cost] = []
        self.reports: dict[str, list[Known]] = {}  # by organisation: cases that have findings, or follow them
        mine = work.people.participations(person) if person is not None else []
        self.keys = {each.case: each.key for each in mine}

    def over(self, wanted: set[str]) -> Gathered:
        work, told = self.work, self.audience == "office" and not self.past
        lost = undelivered(work, self.office.id) if told else Counter()
        stuck = Counter(row.case for row in work.cases.stuck()) if told else Counter()
        taking_part = None
        if len(wanted) >= MANY:
            self.app.worlds.roster.fill(work, self.office.id)
            taking_part = work.people.participants_of(self.office.id)
        for case, history in _cases(work, self.office.id, wanted, self.moment, self.past):
            known = taking_part.get(case.id, []) if taking_part is not None else None
            world = self.app.worlds.of(work, case, self.moment, known)
            self._take(case, world, history, None if self.past else lost[case.id], stuck[case.id])
        names = self.audience == "office"
        today = local(self.moment, self.office.zone).day
        contacts = _contacts(work, self.found, self.costs, today) if names else {}
        cycles = {each.id: each for each in work.definitions.cycles(self.office.id)}
        return Gathered(
            office=self.office,
            moment=self.moment,
            cases=tuple(sorted(self.found, key=_in_order)),
            definitions=self.definitions,
            wordings=self.wordings,
            cycle_names={id: each.name for id, each in cycles.items()},
            cycles=cycles,
            people={key: each.name for key, each in contacts.items()},
            contacts=contacts,
            organisations={each.id: each for each in work.people.organisations(self.office.id)} if not names else {},
            served=self.served,
            present=self.present,
            twice=tuple(self._twice()) if told else (),
            lost=tuple(lost_mail(work, self.office.id)) if told else (),
            unreached=tuple(unreached(work, self.office.id, self.stored, today)) if told else (),
            courses=self.courses,
            dockets=self.dockets,
            meetings=tuple((behaviour, gate, days) for (behaviour, gate), days in self.meetings.items()),
            parts=self.parts,
            costs=tuple(self.costs),
            findings=tuple(each for known in self.reports.values() for each in of_organisation(known)),
        )

    def _take(self, case: Case, world: World, known: list[Sealed] | None, lost: int | None, stuck: int) -> None:
        definition = self.definitions.get(case.behaviour)
        if definition is None:
            definition = self.definitions[case.behaviour] = self.app.library.of(self.work, case)
            self.wordings[case.behaviour] = self.app.library.wording(self.work, case)
        told = self.audience in TOLD_THEIR_COURSE
        history = (_history(self.work, case.id, self.moment) if known is None else known) if told else []
        went = course(definition, history, self.moment) if history else None
        summary = case_summary(
            definition, case, world, self.moment, audience="office", tally=tally(definition, history, self.moment),
            course=went, undelivered=lost, stuck=stuck,
        )  # fmt: skip
        self.found.append(summary)
        if self.audience == "office":
            self.stored.append(case)
        if self.audience not in ("office", "partnership"):
            visit = summary.visit[1].day if summary.visit else None
            there = present(case, visit, self.moment)
            self.served.update(visitors(case, there, world))
            self.present[case.id] = frozenset(there)
        if self.audience == "cycle" and went is not None:
            self.courses[case.id] = went
        if self.audience in ("office", "cycle") and any(map(counts_costs, definition.forms.values())):
            self.costs += costs(Draft(definition, case, world, CLOCK, self.moment), self._given(case))
        if self.audience == "office" and makes(definition):
            draft = Draft(definition, case, world, CLOCK, self.moment)
            seen = [each for each in self._given(case) if seen_by(draft, each, "secretariat")]
            self.reports.setdefault(case.subject, []).append((definition, case, seen))
        if self.audience == "committee":
            self.dockets[case.id] = docket(Standing(definition, case, world, self.moment))
            today = local(self.moment, self.office.zone).day
            for gate, days in days_ahead(definition, world, today, settings()["meetings_ahead"]):
                self.meetings[case.behaviour, gate] = days
        if case.id in self.keys:
            self.parts[case.id] = part_of(Standing(definition, case, world, self.moment), self.keys[case.id])

    def _twice(self) -> Iterator[Twice]:
        """Who is expected in two places at once, by what the cases have ahead now."""
        clashes = Clashes(self.work, self.app.library, self.app.worlds, self.moment)
        return twice(self.work, self.app.library, clashes.between(self.stored))

    def _given(self, case: Case) -> list[Submission]:
        """The answers of a case by then."""
        answers = self.work.cases.submissions(case.id)
        return [each for each in answers if not self.past or each.at <= self.moment]


def _history(work: UnitOfWork, case: str, moment: datetime) -> list[Sealed]:
    return [row for row in work.cases.history(case) if row.event.recorded_at <= moment]


def _in_order(each: CaseSummary) -> tuple[str, str, str, bool, str]:
    return each.host, each.process, str(each.reached[0][1]) if each.reached else "", each.child is not None, each.case


def _cases(
    work: UnitOfWork, office: str, wanted: set[str], moment: datetime, past: bool
) -> Iterator[tuple[Case, list[Sealed] | None]]:
    """The wanted cases and those that they called for, as they stood at the moment; of a past one with its history."""
    everything = work.cases.all_ids(office)
    if not wanted <= set(everything):
        raise NothingToSummarise(said("There is no such case in this office"))
    if not past:
        yield from ((case, None) for case in _wanted(work, office, wanted, everything))
        return
    called = any(_has_called(work.cases.load(id)) for id in wanted) if len(wanted) < MANY else True
    for id in everything:
        history = _history(work, id, moment) if id in wanted or called else []
        case = replay(history) if history else None
        if case is not None and (id in wanted or _called_by(case, wanted)):
            yield case, history


def _wanted(work: UnitOfWork, office: str, wanted: set[str], everything: Sequence[str]) -> Iterator[Case]:
    """One after another, so that none is held longer than needed; where many are wanted, all are read at once."""
    if len(wanted) >= MANY:
        yield from (case for case in work.cases.load_all(office) if case.id in wanted or _called_by(case, wanted))
        return
    loaded = [work.cases.load(id) for id in everything if id in wanted]
    yield from loaded
    if len(loaded) < len(everything) and any(_has_called(case) for case in loaded):
        yield from (case for case in work.cases.load_all(office) if case.id not in wanted and _called_by(case, wanted))


def _called_by(case: Case, wanted: set[str]) -> bool:
    return case.parent is not None and case.parent.case in wanted


def _has_called(case: Case) -> bool:
    return any(name.startswith("child:") for name in case.counts)


def _contacts(work: UnitOfWork, cases: Sequence[CaseSummary], costs: Sequence[Cost], today: date) -> dict[str, Contact]:
    """Whoever a summary for the office names."""
    found: dict[str, Contact] = {}
    paid = {each.whose for each in costs if each.whose is not None}
    for key in sorted(paid | {who for each in cases if each.desk for who in _named(each)}):
        known = work.people.participant(key)
        person = work.people.person(known.person) if known and known.person else None
        if person is not None:
            found[key] = _contact(ringing(work, person, today))
    return found


def _contact(about: Ringing) -> Contact:
    person, other = about.person, about.substitute
    return Contact(
        person=person.id, name=person.name, phone=person.phone, away_until=about.away_until,
        substitute=Contact(person=other.id, name=other.name, phone=other.phone) if other else None,
    )  # fmt: skip


def _named(each: CaseSummary) -> Iterable[str]:
    if each.desk is not None:
        yield from each.desk.ask
        yield from (who for task in each.desk.late for who in task.people)
        yield from (who for question in each.desk.questions for who in question.people)
