"""How does a round begin? From a definition and a list of organisations: one case each, with its people and dates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from collegium.finding_words import problem_line
from collegium.library import DefinitionLibrary
from collegium.refusals import Answering
from collegium.rings import ring_problems
from collegium.roster import Roster, is_current
from collegium.round_ends import set_end
from collegium.template_check import template_problems_of
from collegium.worlds import StoredWorlds
from engine import machine
from engine.actions import CLOCK, OPERATOR, Actor
from engine.case import Case, Decision, Parent, RowOf
from engine.codec import restore
from engine.definition import Definition, RoleDef
from engine.directory import Membership, OrganisationRecord, Participant
from engine.errors import CollegiumError, Refused
from engine.events import Signal
from engine.lots import Lot, draw
from engine.machine import Launch
from engine.ports import Cycle, StoredDefinition, UnitOfWork
from engine.saying import said
from engine.sharing import SHARED
from workflows import loader
from workflows.checks.children import other_processes
from workflows.judging import judged_files

ACCEPT = said("A warning wants to be mended, or accepted with a reason beside its item: `accept: ...`.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A cycle to be launched: which process, for which organisations (ids), and what is asked at launch."""

    name: str
    process: str
    secretariat: str
    hosts: Sequence[str]
    dates: Mapping[str, Mapping[str, date]] = field(default_factory=dict)  # host -> date's name -> day
    ends_by: date | None = None  # the day by which all of it must have ended
    waive: str = ""  # a reason for launching although the lead time is too short
    visitors: Mapping[str, str] = field(default_factory=dict)  # in a ring: host -> the organisation that visits it
    places: Mapping[str, str] = field(default_factory=dict)  # host -> where that was read, for what is wrong with it


class Launcher:
    """Launches cycles and children. `keys` makes random keys."""

    def __init__(self, library: DefinitionLibrary, worlds: StoredWorlds, keys: Callable[[], str]) -> None:
        self._library = library
        self._worlds = worlds
        self._keys = keys

    def store_definition(
        self, work: UnitOfWork, folder_files: Mapping[str, bytes], folders: Mapping[str, Path] | None = None
    ) -> StoredDefinition:
        """Put a definition into the database, unless that version with that behaviour is there already.

        The processes of its children are put there too, out of `folders` (None: those that are shipped).
        Raises CollegiumError where it has errors, or warnings that nobody has accepted; one that is stored is sound.
        """
        found = loader.load_files(folder_files)
        if found.definition is None or found.wording is None:
            raise CollegiumError("\n".join(map(problem_line, found.errors)))
        definition = found.definition
        stored = work.definitions.get(definition.name, definition.version, definition.behaviour)
        if stored is not None and stored.wording == found.wording.revision:
            return stored
        if told := judged_files(found.files).problems:
            accept = [Answering().say(ACCEPT)] if all(one.severity == "warning" for one in told) else []
            raise CollegiumError("\n".join([*map(problem_line, told), *accept]))
        faults = template_problems_of(found.files)
        if any(fault.severity == "error" for fault in faults):
            raise CollegiumError("\n".join(map(problem_line, faults)))
        record = StoredDefinition(
            id=f"{definition.name}-{definition.version}-{definition.behaviour[:12]}",
            name=definition.name,
            version=definition.version,
            behaviour=definition.behaviour,
            wording=found.wording.revision,
            wording_number=stored.wording_number + 1 if stored else 1,
            files=folder_files,
        )
        work.definitions.put(record)
        self._store_others(work, found, loader.shipped() if folders is None else folders)
        return record

    def _store_others(self, work: UnitOfWork, found: loader.Loaded, folders: Mapping[str, Path]) -> None:
        """The processes of which children are, each once; raises CollegiumError where one does not fit."""
        others: dict[str, Definition] = {}
        for name in other_processes(found.known()[0]):
            stored = work.definitions.newest(name)
            if stored is None and name in folders:
                stored = self.store_definition(work, loader.bundle(folders[name]), folders)
            if stored is not None:
                others[name] = self._library.get(work, stored.name, stored.version, stored.behaviour)[0]
        if faults := loader.faults_of_children(found, others):
            raise CollegiumError("\n".join(map(problem_line, faults)))

    def launch_cycle(self, work: UnitOfWork, round_: Round, definition: StoredDefinition, now: datetime) -> Cycle:
        """One case per organisation, or none at all: Refused names every organisation that lacks something."""
        cycle = Cycle(
            id=self._keys(), secretariat=round_.secretariat, name=round_.name, process=definition.name,
            process_version=definition.version, behaviour=definition.behaviour, launched_at=now,
            hosts=tuple(round_.hosts),
        )  # fmt: skip
        compiled, _ = self._library.get(work, definition.name, definition.version, definition.behaviour)
        work.definitions.put_cycle(cycle)
        problems = [problem for host in round_.hosts for problem in self._missing(work, compiled, host, now)]
        problems += self._under_way(work, round_, cycle)
        problems += ring_problems(work, compiled, round_)
        if problems:
            raise Refused(said("Can't launch {name}", name=round_.name), problems)
        lots = {
            name: draw(cycle.id, name, value.drawn, round_.hosts)
            for name, value in compiled.values.items()
            if value.drawn is not None
        }
        for number, host in enumerate(round_.hosts):
            own = {name: drawn[host] for name, drawn in lots.items()}
            self._launch(work, compiled, cycle, host, number, round_, now, own)
        work.record(
            f"cycle:{cycle.id}", "cycle_launched", {"name": cycle.name, "process": cycle.process,
            "hosts": len(cycle.hosts)}, now,
        )  # fmt: skip
        return cycle if round_.ends_by is None else set_end(work, cycle, round_.ends_by, now)

    def _missing(self, work: UnitOfWork, definition: Definition, host: str, now: datetime) -> list[str]:
        record = work.people.organisation(host)
        if record is None:
            return [said("there is no organisation {name}", name=host)]
        have = {each.role for each in work.people.memberships(organisation=host) if is_current(each, now.date())}
        return [
            said("{host} has no {role:role}", host=record.name, role=role)
            for role in definition.launch.subject_has
            if role not in have
        ]

    def _under_way(self, work: UnitOfWork, round_: Round, cycle: Cycle) -> Iterator[str]:
        """Hosts that have an open case of this process already: the same launch given twice invites nobody twice."""
        hosts = set(round_.hosts)
        for other in work.definitions.cycles(round_.secretariat):
            if other.id == cycle.id or other.process != cycle.process or not hosts & set(other.hosts):
                continue
            for id in work.cases.all_ids(round_.secretariat, other.id):
                case = work.cases.load(id)
                if case.subject in hosts and not case.closed:
                    record = work.people.organisation(case.subject)
                    name = record.name if record else case.subject
                    yield said("{host} has an open case already, in {round}", host=name, round=other.name)

    def _launch(
        self, work: UnitOfWork, definition: Definition, cycle: Cycle, host: str, number: int, round_: Round,
        now: datetime, lots: Mapping[str, Lot],
    ) -> Case:  # fmt: skip
        start = Launch(
            case=self._keys(), cycle=cycle.id, subject=host, roles={}, dates=round_.dates.get(host, {}),
            visitor=round_.visitors.get(host),
            waived={"lead_time": round_.waive} if round_.waive else {}, lots=lots,
        )  # fmt: skip
        return self.begin(work, definition, start, cycle.secretariat, number, now)

    def begin(
        self, work: UnitOfWork, definition: Definition, start: Launch, secretariat: str, number: int, now: datetime,
        actor: Actor = OPERATOR, kept: Mapping[str, Sequence[str]] = MappingProxyType({}),
        held: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> Case:  # fmt: skip
        """Name the holders of all roles, by new keys, and enter the first stage.

        `kept`: seat -> people to be asked; `held`: role -> people who go before others that may hold it.
        """
        roles = self._roles(work, definition, start, secretariat, number, now, held)
        seats = {
            seat: tuple(participant_of(work, start.case, person, self._keys) for person in people)
            for seat, people in kept.items()
        }
        start = replace(start, roles=roles, kept=seats, shared=self._in_case(work, start.case, start.shared))
        world = self._worlds.build(work, definition, start.case, start.subject, start.cycle, now, parent=start.parent)
        return work.cases.save(machine.launch(definition, start, actor, world, now))

    def _roles(
        self, work: UnitOfWork, definition: Definition, start: Launch, secretariat: str, number: int, now: datetime,
        held: Mapping[str, Sequence[str]],
    ) -> dict[str, tuple[str, ...]]:  # fmt: skip
        roster = self._worlds.roster
        roster.refresh(work)
        host = roster.organisation(work, start.subject)
        assert host is not None
        roles: dict[str, tuple[str, ...]] = {}
        known: dict[str, str] = {}  # person -> key: in a case that begins, nobody takes part yet
        for name, role in definition.roles.items():
            people = _people_of(work, roster, role, host, secretariat, now.date())
            chosen = _pick(people, role, number, held.get(name, ()))
            for person in chosen:
                if person not in known:
                    known[person] = self._keys()
                    work.people.add_participant(Participant(key=known[person], case=start.case, person=person))
            roles[name] = tuple(known[person] for person in chosen)
        return roles

    def launch(self, work: UnitOfWork, signal: Signal, now: datetime) -> str | None:
        """A case that another one called for (engine.operations.Children).

        One that belongs to it, since it judges some of its rows, is waited for or shares something, stands in the same
        round and follows the same version of a process that is the same; any other begins a round of its own year.
        """
        parent = work.cases.load(signal.source)
        stored = work.definitions.newest(signal.data["process"])
        rows, shared = signal.data.get("rows"), signal.data.get(SHARED, {})
        belongs = rows is not None or bool(signal.data.get("hears")) or bool(shared)
        beside = belongs and signal.data["process"] == parent.process
        if beside:
            stored = work.definitions.get(parent.process, parent.process_version, parent.behaviour)
        if stored is None:
            raise CollegiumError(said("The process {name} is not in the database", name=signal.data["process"]))
        definition, _ = self._library.get(work, stored.name, stored.version, stored.behaviour)
        host = work.people.organisation(parent.subject)
        assert host is not None
        cycle = parent.cycle if beside else self._later_round(work, parent, stored, now)
        start = Launch(
            case=self._keys(),
            cycle=cycle,
            subject=parent.subject,
            roles={},
            dates={name: date.fromisoformat(day) for name, day in signal.data.get("dates", {}).items()},
            parent=_parent(parent, signal) if belongs else None,
            rows=tuple(rows) if rows is not None else None,
            inherit=_inherited(parent, signal.data.get("inherit", ())),
            shared=shared,
        )
        kept = _persons(work, signal.data.get("seats", {}))
        held = _persons(work, parent.roles)
        case = self.begin(work, definition, start, host.secretariat, 0, now, actor=CLOCK, kept=kept, held=held)
        return case.id

    def heard(self, work: UnitOfWork, signal: Signal) -> Mapping[str, Any]:
        """What a word says; people who are new to the case that hears it get a key there.

        Somebody who was erased has no person that leads from the one key to the other: as many holders of a seat as
        the word names without a person, and who have none here either, are named as sitting still.
        """
        assert signal.target is not None
        told = self._in_case(work, signal.target, signal.data)
        if "seats" not in told:
            return told
        case = work.cases.load(signal.target)
        seats = {
            name: [*keys, *_nameless(work, case, name)[: len(signal.data["seats"][name]) - len(keys)]]
            for name, keys in told["seats"].items()
        }
        return {**told, "seats": seats}

    def _in_case(self, work: UnitOfWork, case: str, told: Mapping[str, Any]) -> Mapping[str, Any]:
        if "seats" not in told:
            return told
        seats = {
            name: [participant_of(work, case, person, self._keys) for person in people]
            for name, people in _persons(work, told["seats"]).items()
        }
        return {**told, "seats": seats}

    def _later_round(self, work: UnitOfWork, parent: Case, stored: StoredDefinition, now: datetime) -> str:
        """A case of a later round stands in a cycle of its own year."""
        old = work.definitions.cycle(parent.cycle)
        assert old is not None
        id = f"{old.secretariat}-{stored.name}-{now.year}"
        known = work.definitions.cycle(id)
        if known is not None and parent.subject not in known.hosts:
            work.definitions.put_cycle(replace(known, hosts=(*known.hosts, parent.subject)))
        elif known is None:
            work.definitions.put_cycle(
                Cycle(
                    id=id, secretariat=old.secretariat, name=f"{stored.name} {now.year}", process=stored.name,
                    process_version=stored.version, behaviour=stored.behaviour, launched_at=now,
                    hosts=(parent.subject,),
                )
            )  # fmt: skip
        return id


def _parent(parent: Case, signal: Signal) -> Parent:
    row = restore(RowOf, signal.data["row"]) if "row" in signal.data else None
    return Parent(case=parent.id, child=signal.name, number=signal.data.get("number", 1), row=row)


def _persons(work: UnitOfWork, groups: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Name -> the people behind the keys of participants; without those who were erased."""
    return {
        name: [known.person for key in keys if (known := work.people.participant(key)) and known.person]
        for name, keys in groups.items()
    }


def _nameless(work: UnitOfWork, case: Case, seat: str) -> list[str]:
    """Who sits there and was erased, in the order of their places."""
    held = [work.people.participant(each.participant) for each in case.holders(seat)]
    return [known.key for known in held if known is not None and known.person is None]


def _inherited(parent: Case, rows: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for row in rows:
        decision = parent.decisions.get(row)
        if decision is not None:
            found[row] = Decision(row=row, levels=decision.levels, how="inherited", motivated=True)
    return found


def participant_of(work: UnitOfWork, case: str, person: str, keys: Callable[[], str]) -> str:
    """The key of a person in a case; made where they are new to it."""
    for known in work.people.participants(case):
        if known.person == person:
            return known.key
    key = keys()
    work.people.add_participant(Participant(key=key, case=case, person=person))
    return key


def _people_of(
    work: UnitOfWork, roster: Roster, role: RoleDef, host: OrganisationRecord, secretariat: str, today: date
) -> list[str]:
    """Who may hold a role, in the order of their names: ids say nothing, also of an order."""
    memberships: Sequence[Membership] = ()
    if role.of == "host":
        memberships = work.people.memberships(organisation=host.id)
    elif role.of != "region":
        memberships = roster.holders(work, secretariat, role.name)
    elif host.part_of:
        memberships = work.people.memberships(organisation=host.part_of)
    current = dict.fromkeys(each.person for each in memberships if each.role == role.name and is_current(each, today))
    found = [entry.person for person in current if (entry := roster.entry(work, person)) is not None]
    return [each.id for each in sorted(found, key=lambda each: (each.name.casefold(), each.email, each.id))]


def _pick(people: list[str], role: RoleDef, number: int, held: Sequence[str]) -> list[str]:
    """As many as the role takes; where several could, who held it in the case that called goes first, then by turns."""
    if role.most is None or len(people) <= role.most:
        return people
    start = number % len(people)
    turns = [*people[start:], *people[:start]]
    return sorted(turns, key=lambda person: person not in held)[: role.most]
