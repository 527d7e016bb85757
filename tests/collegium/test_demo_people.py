"""Can the people of the demo fill every panel of both cycles at the same time, under the rules of both processes?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import pytest

from collegium.bootstrap import seeded_keys
from collegium.demo import people_workbook, under_review
from collegium.demo.make_workbook import demo_rows, meeting_days, phone
from collegium.importing.template import workbook_bytes
from collegium.workbook import apply, read
from engine.directory import Membership, OrganisationRecord, PersonRecord, TieRecord
from storage.definitions import SqlDefinitions
from storage.memory import MemoryStore
from storage.people import SqlPeople
from tests.collegium.workbooks import OFFICE, directory
from workflows.calendars import equated_days, public_holidays

START = date(2026, 9, 7)
FIVE_YEARS_AGO = START - timedelta(days=1826)
LAST_VISIT = date(2028, 12, 31)
MOST_PANELS = 3  # of one cycle, for one person


@dataclass(frozen=True)
class Candidate:
    """A person with what the rules look at, for one of their memberships."""

    person: PersonRecord
    seat: Membership
    home: OrganisationRecord
    organisations: frozenset[str]
    regions: frozenset[object]
    tied: frozenset[str]


Rule = Callable[[Candidate, OrganisationRecord], bool]
Slot = tuple[str, Rule]


@pytest.fixture(scope="module")
def demo() -> Iterator[tuple[SqlPeople, SqlDefinitions]]:
    reading = read(people_workbook())
    assert reading.problems == ()
    assert reading.workbook is not None
    with directory() as (people, gates):
        apply(reading.workbook, people, "office", today=date(2026, 9, 7), gates=gates, new_id=seeded_keys(1))
        yield people, gates


def candidates(people: SqlPeople) -> list[Candidate]:
    """Everybody who may sit on a panel on the day on which the demo starts."""
    organisations = {each.id: each for each in people.organisations("office")}
    found = []
    for person in people.persons("office"):
        held = [each for each in people.memberships(person=person.id) if (each.until or START) >= START]
        homes = [organisations[each.organisation] for each in held]
        regions = frozenset(each.facts["region"] for each in homes if "region" in each.facts)
        tied = frozenset(tie.organisation for tie in people.ties(person.id) if _counts(tie))
        found += [
            Candidate(
                person, each, organisations[each.organisation], frozenset(home.id for home in homes), regions, tied
            )
            for each in held
        ]
    return found


def _counts(tie: TieRecord) -> bool:
    return tie.until is None or tie.until >= FIVE_YEARS_AGO


def trained(kind: str) -> Rule:
    return lambda who, host: (who.person.trainings.get(kind, date.min) or date.max) >= LAST_VISIT


def anybody(who: Candidate, host: OrganisationRecord) -> bool:
    return True


def same_sector(who: Candidate, host: OrganisationRecord) -> bool:
    return trained("training")(who, host) and who.home.sector == host.sector


def educates_teachers(who: Candidate, host: OrganisationRecord) -> bool:
    return trained("training")(who, host) and "teacher_education" in who.person.expertise


def other_region(who: Candidate, host: OrganisationRecord) -> bool:
    region = who.home.facts.get("region")
    return trained("training")(who, host) and region is not None and region != host.facts["region"]


DEVELOPMENT: Sequence[Slot] = [
    ("chair", trained("chair_training")),
    ("secretary", anybody),
    ("peer", anybody),
    ("peer", anybody),
]
ASSESSMENT: Sequence[Slot] = [
    ("chair", trained("chair_training")),
    ("secretary", anybody),
    ("member", educates_teachers),
    ("member", same_sector),
    ("member", other_region),
]


def barred(who: Candidate, host: OrganisationRecord, round: frozenset[str], *, regions: bool) -> bool:
    """same_organisation and tie; for the development-oriented review also same_region and own_review_this_round."""
    if host.id in who.organisations or host.id in who.tied:
        return True
    return regions and (host.facts["region"] in who.regions or bool(who.organisations & round))


def fitting(
    slots: Sequence[Slot], hosts: Sequence[OrganisationRecord], pool: Sequence[Candidate], *, regions: bool
) -> Mapping[tuple[str, int], list[Candidate]]:
    """Who fits each seat of each case."""
    round = frozenset(host.id for host in hosts)
    return {
        (host.id, number): [
            who
            for who in pool
            if who.seat.role == role and rule(who, host) and not barred(who, host, round, regions=regions)
        ]
        for host in hosts
        for number, (role, rule) in enumerate(slots)
    }


def panels(fits: Mapping[tuple[str, int], list[Candidate]]) -> Mapping[tuple[str, int], Candidate] | None:
    """One person for each seat; nobody twice on a panel, no two of one role from one organisation, load bounded."""
    seats = sorted(fits, key=lambda seat: len(fits[seat]))
    chosen: dict[tuple[str, int], Candidate] = {}
    load: Counter[str] = Counter()
    steps = iter(range(200_000))

    def allowed(who: Candidate, seat: tuple[str, int]) -> bool:
        others = [each for (host, _), each in chosen.items() if host == seat[0]]
        return load[who.person.id] < MOST_PANELS and not any(
            each.person.id == who.person.id
            or (each.seat.role == who.seat.role and each.seat.organisation == who.seat.organisation)
            for each in others
        )

    def fill(at: int) -> bool:
        if at == len(seats):
            return True
        for who in sorted(fits[seats[at]], key=lambda each: load[each.person.id]):
            if next(steps, None) is None:
                return False
            if allowed(who, seats[at]):
                chosen[seats[at]] = who
                load[who.person.id] += 1
                if fill(at + 1):
                    return True
                load[who.person.id] -= 1
                del chosen[seats[at]]
        return False

    return chosen if fill(0) else None


def test_there_are_24_organisations_under_review_and_90_people(demo: tuple[SqlPeople, SqlDefinitions]) -> None:
    people, _ = demo
    development = under_review(people, "office", "development")
    assessment = under_review(people, "office", "assessment")
    assert (len(development), len(assessment), len(people.persons("office"))) == (13, 11, 90)
    assert Counter(host.kind for host in development) == {"partnership": 11, "region": 2}
    assert Counter(host.kind for host in assessment) == {"partnership": 11}
    for host in (*development, *assessment):
        assert host.school_region in {"Noord", "Midden", "Zuid"}
        assert host.facts["sector"] == host.sector
        assert host.sector in {"po", "vo", "mbo"}
        assert "region" in host.facts
    assert {host.sector for host in development} == {host.sector for host in assessment} == {"po", "vo", "mbo"}


def test_the_outer_dates_leave_room_for_a_visit(demo: tuple[SqlPeople, SqlDefinitions]) -> None:
    people, _ = demo
    for host in under_review(people, "office", "development"):
        previous = host.facts["previous_visit"]
        assert isinstance(previous, date)
        assert 5.2 < (START - previous).days / 365.25 < 5.5
    for host in under_review(people, "office", "assessment"):
        since = host.facts["aspirant_since"]
        assert isinstance(since, date)
        assert date(2023, 9, 1) <= since <= START.replace(year=2023)


def test_every_host_has_one_contact_and_one_signatory_who_are_not_the_same(
    demo: tuple[SqlPeople, SqlDefinitions],
) -> None:
    people, _ = demo
    for host in (*under_review(people, "office", "development"), *under_review(people, "office", "assessment")):
        now = [each for each in people.memberships(organisation=host.id) if (each.until or START) >= START]
        held = {role: [each.person for each in now if each.role == role] for role in ("contact", "signatory")}
        assert [len(held["contact"]), len(held["signatory"])] == [1, 1], host.name
        assert held["contact"] != held["signatory"]


def test_the_office_the_committee_and_the_readers_are_there(demo: tuple[SqlPeople, SqlDefinitions]) -> None:
    people, _ = demo
    roles = Counter(each.seat.role for each in candidates(people))
    assert {
        role: roles[role] for role in ("office", "coordinator", "committee_chair", "committee", "second_reader")
    } == {
        "office": 3,
        "coordinator": 1,
        "committee_chair": 1,
        "committee": 5,
        "second_reader": 2,
    }
    assert roles["student"] == 4
    languages = Counter(person.language for person in people.persons("office"))
    assert (languages["nl"], languages["en"]) == (86, 4)
    served = Counter(
        each.person.id for each in candidates(people) if each.seat.role == "contact" and each.home.kind != "part"
    )
    assert Counter(served.values()) == {1: 22, 2: 1}


def test_both_cycles_can_have_all_their_panels_at_the_same_time(demo: tuple[SqlPeople, SqlDefinitions]) -> None:
    people, _ = demo
    pool = candidates(people)
    development = under_review(people, "office", "development")
    assessment = under_review(people, "office", "assessment")
    fits = {
        **fitting(DEVELOPMENT, development, pool, regions=True),
        **fitting(ASSESSMENT, assessment, pool, regions=False),
    }
    assert min(map(len, fits.values())) >= 4  # a wave of three, and one more
    chosen = panels(fits)
    assert chosen is not None
    assert len(chosen) == 13 * 4 + 11 * 5
    for host in development:
        assert len({chosen[host.id, number].home.sector for number in range(4)}) >= 2


def test_panels_stay_possible_whoever_falls_out(demo: tuple[SqlPeople, SqlDefinitions]) -> None:
    people, _ = demo
    pool = candidates(people)
    for slots, review, regions in ((DEVELOPMENT, "development", True), (ASSESSMENT, "assessment", False)):
        hosts = under_review(people, "office", review)
        for gone in {each.person.id for each in pool if each.seat.role in {role for role, _ in slots}}:
            left = [each for each in pool if each.person.id != gone]
            assert panels(fitting(slots, hosts, left, regions=regions)) is not None


def test_the_committee_meets_about_every_four_weeks_and_never_on_a_holiday(
    demo: tuple[SqlPeople, SqlDefinitions],
) -> None:
    _, gates = demo
    days = [date.fromisoformat(day) for day in gates.gate("office", "committee_day")]
    assert days == list(meeting_days())
    assert (days[0], days[-1].year) == (date(2026, 9, 24), 2031)
    assert {(later - day).days for day, later in pairwise(days)} <= {14, 21, 28, 35, 42}
    assert not set(days) & (public_holidays("NL").days | equated_days("NL").days)
    assert {day.isoweekday() for day in days} == {4}


def test_nobody_in_the_demo_can_be_reached_in_the_real_world(demo: tuple[SqlPeople, SqlDefinitions]) -> None:
    people, _ = demo
    assert all(person.email.endswith(".example") for person in people.persons("office"))


def test_the_shipped_workbook_is_what_the_script_makes() -> None:
    assert people_workbook().read_bytes() == workbook_bytes(demo_rows(), "nl")


def test_the_store_in_memory_takes_the_same_import(demo: tuple[SqlPeople, SqlDefinitions]) -> None:
    people, gates = demo
    workbook = read(people_workbook()).workbook
    assert workbook is not None
    with MemoryStore().write() as work:
        work.people.put_secretariat(OFFICE)
        first = apply(
            workbook, work.people, "office", today=date(2026, 9, 7), gates=work.definitions, new_id=seeded_keys(1)
        )
        assert first.changes == len(workbook)
        assert apply(workbook, work.people, "office", today=date(2026, 9, 7), gates=work.definitions).changes == 0
        assert work.people.organisations("office") == people.organisations("office")
        assert work.people.persons("office") == people.persons("office")
        assert work.definitions.gate("office", "committee_day") == gates.gate("office", "committee_day")
        for person in people.persons("office"):
            assert work.people.memberships(person=person.id) == people.memberships(person=person.id)
            assert work.people.ties(person.id) == people.ties(person.id)


def test_everybody_can_be_rung_at_a_number_that_nobody_has(demo: tuple[SqlPeople, SqlDefinitions]) -> None:
    numbers = [person.phone for person in demo[0].persons("office")]
    assert sorted(numbers) == [phone(number) for number in range(1, len(numbers) + 1)]
    assert {number[:5] for number in numbers} == {"020-0"}
