"""Which case, person, task or place is meant? By key, by the beginning of one, by name; near names are suggested."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Protocol, TypeVar

from collegium.case_names import host_name, row_text
from collegium.importing.names import telling
from collegium.speech import t
from engine.case import Case, Holding, Task
from engine.directory import OrganisationRecord, PersonRecord
from engine.errors import CollegiumError
from engine.instance_keys import key_of, task_of
from engine.mail import Message
from engine.ports import UnitOfWork
from engine.saying import said
from notifications.addresses import as_read, same_address

SHORTEST_PREFIX = 3
MOST_NAMED = 8
NEARLY = 0.05  # as good a likeness as the best
Thing = TypeVar("Thing")


class NotFound(CollegiumError):
    """There is nothing of that name."""


class Ambiguous(CollegiumError):
    """Several things have that name."""


def near(word: str, names: Iterable[str]) -> str:
    """``Did you mean X or Y?``, or the names themselves where they are few; empty where nothing helps."""
    known = sorted(set(names))
    folded = word.casefold().strip()
    found = _close(telling(word), [(telling(name), name) for name in known], 0.6)
    found = found or _close(folded, [(part, name) for name in known for part in telling(name).split()], 0.7)
    found = found or [name for name in known if folded and folded in name.casefold()][:3]
    if found:
        return said(" Did you mean {names:or}?", names=tuple(found))
    if 0 < len(known) <= MOST_NAMED:
        return said(" There are: {names}.", names=tuple(known))
    return ""


def _close(word: str, names: Sequence[tuple[str, str]], cutoff: float) -> list[str]:
    """The names whose words look most like this one: the best, and those that come near it."""
    looks = sorted(
        ((SequenceMatcher(None, part, word).ratio(), name) for part, name in names), key=lambda each: -each[0]
    )
    best = [name for ratio, name in looks if ratio >= max(cutoff, looks[0][0] - NEARLY)]
    return list(dict.fromkeys(best))[:3]


def chosen(word: str, things: Sequence[tuple[str, Thing]], what: str) -> Thing:
    """The thing of exactly that name, else the only one whose name holds the word; accents need not be typed.

    Raises NotFound and Ambiguous.
    """
    exact = [(name, thing) for name, thing in things if name.casefold() == word.casefold().strip()]
    plain = _without_accents(word)
    if not exact:
        alike = [(name, thing) for name, thing in things if _without_accents(name) == plain]
        exact = alike if len(alike) == 1 else []
    if len(exact) > 1:
        same = "; ".join(f"{name} ({getattr(thing, 'id', thing)})" for name, thing in exact[:MOST_NAMED])
        raise Ambiguous(t("ambiguous_things", n=len(exact), name=word, which=same))
    if exact:
        return exact[0][1]
    holding = [(name, thing) for name, thing in things if plain and plain in _without_accents(name)]
    if len(holding) == 1:
        return holding[0][1]
    if holding:
        names = [name for name, _ in holding]
        could = tuple(sorted(names)[:MOST_NAMED])
        raise Ambiguous(
            said("{name!r} could be {n} {what:noun}s: {which}", name=word, n=len(names), what=what, which=could)
        )
    raise no_such(what, word, (name for name, _ in things))


def no_such(what: str, word: str, names: Iterable[str]) -> NotFound:
    """There is nothing of that name, and what comes near."""
    return NotFound(said("There is no {what:noun} {name!r}.{near}", what=what, name=word, near=near(word, names)))


def _without_accents(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold().strip())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def organisation_named(work: UnitOfWork, office: str, name: str) -> OrganisationRecord:
    """An organisation by its name or id."""
    records = work.people.organisations(office)
    for record in records:
        if record.id == name:
            return record
    return chosen(name, [(record.name, record) for record in records], "organisation")


def person_named(work: UnitOfWork, office: str, name: str) -> PersonRecord:
    """A person by e-mail address, name or id. Raises NotFound, and Ambiguous with what tells the same names apart."""
    records = sorted(work.people.persons(office), key=lambda each: (each.name.casefold(), each.email))
    for record in records:
        if name in (record.id, record.email) or same_address(name, record.email):
            return record
    if "@" in name:
        addresses = near(name, (as_read(record.email) for record in records))
        raise NotFound(said("Nobody has the address {name!r}.{near}", name=name, near=addresses))
    found = _called(name, records)
    if len(found) < 2:
        return chosen(name, [(record.name, record) for record in records], "person")
    same = {_without_accents(each.name) for each in found} == {_without_accents(name)}
    who = "; ".join(_apart(work, each) for each in found[:MOST_NAMED])
    raise Ambiguous(t("ambiguous_people" if same else "ambiguous_part", n=len(found), name=name, who=who))


def _called(name: str, records: Sequence[PersonRecord]) -> list[PersonRecord]:
    """Those of exactly that name; where there are none, those whose name holds it."""
    plain = _without_accents(name)
    exact = [each for each in records if each.name.casefold() == name.casefold().strip()]
    alike = exact or [each for each in records if _without_accents(each.name) == plain]
    return alike or [each for each in records if plain and plain in _without_accents(each.name)]


def _apart(work: UnitOfWork, person: PersonRecord) -> str:
    """What tells somebody from another of the same name: the address, and where they work."""
    places = [work.people.organisation(each.organisation) for each in work.people.memberships(person=person.id)]
    names = ", ".join(dict.fromkeys(each.name for each in places if each is not None))
    return f"{person.name} <{as_read(person.email) or person.id}>" + (f", {names}" if names else "")


def case_named(work: UnitOfWork, office: str, name: str) -> Case:
    """A case by its id, the beginning of one, or the name of its organisation (its open case, where it has several)."""
    ids = work.cases.all_ids(office)
    if name in ids:
        return work.cases.load(name)
    found = [case for case in ids if len(name) >= SHORTEST_PREFIX and case.startswith(name)]
    if len(found) == 1:
        return work.cases.load(found[0])
    if found:
        which = tuple(found[:MOST_NAMED])
        raise Ambiguous(said("{n} cases begin with {name!r}: {which}", n=len(found), name=name, which=which))
    loaded = [work.cases.load(case) for case in ids]
    return _of_host(work, loaded, name)


def _of_host(work: UnitOfWork, loaded: list[Case], name: str) -> Case:
    about_rows = [case for case in loaded if case.parent is not None and case.parent.row is not None]
    exactly = [case for case in about_rows if host_name(work, case).casefold() == name.casefold()]
    if len(exactly) == 1:
        return exactly[0]
    hosts = {case.subject for case in loaded}
    records = [record for host in hosts if (record := work.people.organisation(host)) is not None]
    host = chosen(name, [(record.name, record) for record in records], "case")
    own = [case for case in loaded if case.subject == host.id]
    live = [case for case in own if not case.closed] or own
    if len(live) > 1:
        which = "; ".join(f"{case.id} ({_told_apart(work, case)})" for case in live)
        raise Ambiguous(
            said("{host} has {n} cases, name one by its id: {which}", host=host.name, n=len(live), which=which)
        )
    return live[0]


def _told_apart(work: UnitOfWork, case: Case) -> str:
    row = row_text(work, case.parent) if case.parent is not None else ""
    return ", ".join(filter(None, (row, case.process, case.stage)))


def mail_named(work: UnitOfWork, office: str, id: str) -> Message:
    """A mail by its id, or the beginning of one."""
    own = [each for each in work.outbox.messages_named(id, MOST_NAMED + 1) if each.secretariat == office]
    return chosen_by_prefix(id, own, "mail")


class _Named(Protocol):
    @property
    def id(self) -> str: ...


Record = TypeVar("Record", bound=_Named)


def chosen_by_prefix(id: str, things: Iterable[Record], what: str) -> Record:
    """The thing of that id, or the only one whose id begins so. Raises NotFound and Ambiguous."""
    found = [each for each in things if id and each.id.startswith(id)]
    exact = [each for each in found if each.id == id] or found
    if not exact:
        raise no_such(what, id, ())
    if len(exact) > 1:
        raise Ambiguous(said("{n} {what:noun}s begin with {name!r}", n=len(exact), what=what, name=id))
    return exact[0]


def participant_named(work: UnitOfWork, office: str, case: Case, name: str) -> str:
    """The key of somebody who takes part in a case, by e-mail address or name. Raises NotFound with who does."""
    person = person_named(work, office, name)
    known = {each.person: each.key for each in work.people.participants(case.id)}
    if person.id not in known:
        there = [record.name for key in known if key and (record := work.people.person(key)) is not None]
        raise NotFound(
            said("{who} takes no part in this case. Taking part: {there}", who=person.name, there=tuple(sorted(there)))
        )
    return known[person.id]


def task_named(case: Case, name: str, participant: str | None = None) -> Task:
    """A task by its key or name; of several instances, that of whom one acts for. `score/row` names one about a row.

    A task that had another name in an earlier version of the process is found by both. Raises NotFound and Ambiguous.
    """
    if name in case.tasks:
        return case.tasks[name]
    same = [task for task in case.tasks.values() if key_of(case, task.key) == key_of(case, name)]
    if len(same) == 1:
        return same[0]
    word, _, row = name.partition("/")
    wanted = task_of(case, word)
    own = [task for task in case.tasks.values() if task.name == wanted and row in ("", task.row)]
    if not own:
        live = {task.name for task in case.tasks.values() if task.is_open}
        hint = near(word, {task.name for task in case.tasks.values()}) or near(word, live)
        raise NotFound(said("This case has no task {name!r}.{near}", name=name, near=hint))
    live_ones = [task for task in own if task.is_open] or own
    mine = [task for task in live_ones if participant in task.assignees] or live_ones
    if len(mine) > 1:
        keys = tuple(task.key for task in mine[:MOST_NAMED])
        raise Ambiguous(
            said("There are {n} tasks {name!r}, name one by its key: {keys}", n=len(mine), name=name, keys=keys)
        )
    return mine[0]


def holding_named(work: UnitOfWork, office: str, case: Case, name: str, states: Sequence[str]) -> Holding:
    """A place in the panel by its key (`peer-2`), or by who holds it or was asked."""
    if name in case.holdings:
        return case.holdings[name]
    if "-" in name and name.rpartition("-")[2].isdigit():
        raise NotFound(said("This case has no place {name!r}.{near}", name=name, near=near(name, case.holdings)))
    participant = participant_named(work, office, case, name)
    own = [held for held in case.holdings.values() if held.participant == participant]
    live = [held for held in own if held.state in states] or own
    if not live:
        raise NotFound(said("{name} was never asked for the panel of this case", name=name))
    if len(live) > 1:
        raise Ambiguous(
            said("{name} has several places, name one: {keys}", name=name, keys=tuple(held.key for held in live))
        )
    return live[0]
