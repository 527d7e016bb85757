"""Who gets which digest, and about which cases? Read from the directory and from who is who in the cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from collegium.digests.hours import hours_of
from collegium.roster import Entry, is_current
from collegium.summaries.facts import Gathered
from engine.case import Case
from engine.definition import Definition
from engine.digests import KINDS, DigestIssue, DigestKind, Hours, Reader, course_of
from engine.directory import PersonRecord, Secretariat
from engine.offsets import local
from engine.ports import UnitOfWork
from engine.summary import Audience, CaseSummary, for_audience

if TYPE_CHECKING:
    from collegium.bootstrap import Application

SUMMARY = "summary"  # what a role `sees` whose people read along from outside


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A reader, which cases that reader's digest is about, and the newest one that was made."""

    reader: Reader
    person: PersonRecord
    cases: tuple[Case, ...]
    course: str
    last: DigestIssue | None

    def may_see(self, gathered: Gathered) -> tuple[CaseSummary, ...]:
        """The cases as far as this reader may know them."""
        own = {case.id for case in self.cases}
        audience: Audience = "office" if self.reader.kind == "week" else self.reader.kind
        return tuple(for_audience(each, audience) for each in gathered.cases if each.case in own)


def subscribers(app: Application, work: UnitOfWork, office: Secretariat, now: datetime) -> list[Subscriber]:
    """Everybody to whom a digest of this office belongs, whether or not they want it."""
    return list(_Circle(app, work, office, now).subscribers())


class _Circle:
    """Finds the readers of one office."""

    def __init__(self, app: Application, work: UnitOfWork, office: Secretariat, now: datetime) -> None:
        self._roster = app.worlds.roster
        self._roster.refresh(work)
        self._work = work
        self._office = office
        self._today = local(now, office.zone).day
        self._off = {(each.person, each.kind) for each in work.digests.subscriptions() if each.off_since is not None}
        self._last = {(each.person, each.kind): each for each in work.digests.last_issues(office.id)}
        self._cases = list(work.cases.load_all(office.id))
        self._definitions = {case.id: app.library.of(work, case) for case in self._cases}
        self._desks = [each for each in work.people.organisations(office.id) if each.kind == "office"]
        self._hours: dict[tuple[object, ...], Hours] = {}

    def subscribers(self) -> Iterator[Subscriber]:
        for kind, people in self._people().items():
            for person, cases in sorted(people.items()):
                entry = self._roster.entry(self._work, person)
                if entry is not None:
                    yield self._subscriber(kind, entry, cases)

    def _people(self) -> dict[DigestKind, dict[str, list[Case]]]:
        """Kind -> person -> the cases that concern this person."""
        found: dict[DigestKind, dict[str, list[Case]]] = {kind: {} for kind in KINDS}
        for person in self._colleagues() if self._cases else ():
            found["week"][person] = self._cases
        taking_part = self._work.people.participants_of(self._office.id)
        for case in self._cases:
            persons = {each.key: each.person for each in taking_part.get(case.id, ())}
            for kind, participants in _concerned(self._definitions[case.id], case).items():
                for who in sorted({known for key in participants if (known := persons.get(key))}):
                    found[kind].setdefault(who, []).append(case)
        return found

    def _colleagues(self) -> list[str]:
        current = [
            each.person
            for desk in self._desks
            for each in self._work.people.memberships(organisation=desk.id)
            if is_current(each, self._today)
        ]
        return list(dict.fromkeys(current))

    def _subscriber(self, kind: DigestKind, entry: Entry, cases: Sequence[Case]) -> Subscriber:
        person = entry.person
        running = [case for case in cases if not self._definitions[case.id].stages[case.stage].end]
        reader = Reader(
            person=person.id,
            kind=kind,
            hours=self._hours_of(entry),
            wanted=(person.id, kind) not in self._off and person.reachable and bool(person.email),
            since=min((case.moments["case.launched"].at for case in running), default=None),
        )
        course = "" if kind == "week" else course_of((self._definitions[case.id], case) for case in cases)
        last = self._last.get((person.id, kind))
        return Subscriber(reader=reader, person=person, cases=tuple(cases), course=course, last=last)

    def _hours_of(self, entry: Entry) -> Hours:
        """The same for all who work at one place and are not on leave."""
        employer = self._roster.employer(self._work, entry, self._today)
        key = (employer.id if employer else None, entry.person.absences)
        if key not in self._hours:
            definitions = {each.behaviour: each for each in self._definitions.values()}
            self._hours[key] = hours_of(self._office, definitions.values(), self._desks, entry.person, employer)
        return self._hours[key]


def _concerned(definition: Definition, case: Case) -> dict[DigestKind, set[str]]:
    """Participants who stand for the host (a round is not launched without them), and who read along from outside."""
    readers = [name for name, role in definition.roles.items() if role.sees == SUMMARY]
    return {
        "partnership": {who for name in definition.launch.subject_has for who in case.roles.get(name, ())},
        "region": {who for name in readers for who in case.roles.get(name, ())},
    }
