"""What changes when files are imported? It is decided first, over values; then it is written.

An import adds and changes; an empty cell leaves what is stored, and a row that is not there takes nothing away. Who is
known is recognised by number, address, former address or name: the same workbook twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Protocol

from collegium.importing.answers import Answers
from collegium.importing.directory import Directory
from collegium.importing.free_days import intend_absences, intend_meetings
from collegium.importing.functions import intend_memberships, intend_ties
from collegium.importing.intended import Intended, random_id
from collegium.importing.organisations import intend_organisations
from collegium.importing.people import intend_people
from collegium.importing.problems import WorkbookProblem
from collegium.importing.reading import Workbook
from collegium.importing.report import Report
from engine.ports import People


class Gates(Protocol):
    """Where the fixed days of an office are kept."""

    def put_gate(self, secretariat: str, gate: str, days: Iterable[str]) -> None: ...

    def gate(self, secretariat: str, gate: str) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import is going to do, and what stands in its way."""

    intended: Intended
    problems: tuple[WorkbookProblem, ...] = ()  # rows that cannot be; nothing of them is intended

    @property
    def report(self) -> Report:
        """Row by row."""
        return self.intended.report


def plan(
    workbook: Workbook, directory: Directory, *, secretariat: str, today: date, answers: Answers | None = None,
    new_id: Callable[[], str] = random_id,
) -> Plan:  # fmt: skip
    """Decide what a workbook changes. `today` is the day on which a function of which no day is given begins or ends.

    `new_id` makes the ids of people who are new, of nothing that is known of them: an id outlives an erasure.

    Raises NoSuchRow where an answer names none.
    """
    intended = Intended.of(directory, secretariat, today, new_id)
    intend_organisations(intended, workbook.organisations)
    problems = intend_people(intended, workbook.people, workbook.memberships, answers or Answers())
    bad = {(problem.file, problem.sheet, problem.row) for problem in problems}
    lost = {row.text("email") for row in workbook.people if row.place in bad}
    intend_memberships(intended, [row for row in workbook.memberships if row.text("person") not in lost])
    intend_ties(intended, [row for row in workbook.ties if row.text("person") not in lost])
    intend_absences(intended, [row for row in workbook.absences if row.text("person") not in lost])
    intend_meetings(intended, workbook.meetings)
    return Plan(intended, tuple(problems))


def write(intended: Intended, people: People, gates: Gates | None = None, *, now: datetime) -> None:
    """Write what becomes different: organisations before what is part of them, people before their functions.

    Whom mail reaches elsewhere than before is marked with `now`. The caller commits.
    Meetings go to `gates`; without it they are left alone.
    """
    before = intended.directory
    for id in _tops_first(intended):
        if intended.organisations[id] != before.organisations.get(id):
            people.put_organisation(intended.organisations[id])
    for id, person in intended.persons.items():
        known = before.persons.get(id)
        if person != known:
            people.put_person(person if known is None else person.reached_anew(known, now))
    for membership in intended.memberships:
        people.put_membership(membership)
    for tie in intended.ties:
        people.put_tie(tie)
    for gate, days in intended.gates.items():
        if gates is not None and days != before.gates.get(gate):
            gates.put_gate(intended.secretariat, gate, days)


def apply(
    workbook: Workbook, people: People, secretariat: str, *, today: date, gates: Gates | None = None,
    new_id: Callable[[], str] = random_id,
) -> Report:  # fmt: skip
    """Plan and write in one: for a workbook that asks nothing. Raises ValueError where it does."""
    named = {str(row.text("gate")) for row in workbook.meetings}
    directory = Directory.of(people, secretariat, gates=gates, named=named)
    planned = plan(workbook, directory, secretariat=secretariat, today=today, new_id=new_id)
    waiting = [*planned.problems, *(each.sentences[0] for each in planned.report.asked)]
    if waiting:
        raise ValueError("; ".join(map(str, waiting)))
    write(planned.intended, people, gates, now=datetime.combine(today, time(), UTC))
    return planned.report


def _tops_first(intended: Intended) -> Iterator[str]:
    def depth(id: str | None) -> int:
        steps, seen = 0, set[str]()
        while id is not None and id in intended.organisations and id not in seen:
            seen.add(id)
            id, steps = intended.organisations[id].part_of, steps + 1
        return steps

    yield from sorted(intended.organisations, key=depth)
