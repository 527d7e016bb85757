"""Who works where from now on, and what ties do they have? A new employer ends the same function at the old one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from collegium.importing.intended import Intended, column_of, word_of
from collegium.importing.problems import Called, WorkbookProblem, quoted
from collegium.importing.report import FieldChange
from collegium.importing.rules import Row
from engine.directory import Membership, TieRecord

EVE = timedelta(days=1)


def intend_memberships(intended: Intended, rows: Sequence[Row]) -> None:
    """Bring rows about who works where into what is intended."""
    named: dict[str, set[str]] = {}  # person -> organisations where the files say that they work
    ready = []
    for row in rows:
        if intended.waits(row):
            intended.wait(row, word_of(row, "person"))
            continue
        person, organisation = intended.person(row), intended.organisation(row)
        named.setdefault(person, set()).add(organisation)
        ready.append((row, person, organisation))
    for row, person, organisation in ready:
        _membership(intended, row, person, organisation, named[person])


def _membership(intended: Intended, row: Row, person: str, organisation: str, named: set[str]) -> None:
    role = word_of(row, "role")
    stored = intended.directory.memberships.get(person, ())
    same = [each for each in stored if (each.organisation, each.role) == (organisation, role)]
    new = Membership(
        person=person, organisation=organisation, role=role, since=row.day("since"), until=row.day("until")
    )
    who = _who(intended, person, organisation, role)
    before = _stored(new, same)
    if before is not None:
        now = replace(before, until=new.until or before.until)
        intended.enter(row, who, before, now, _until(row, before, now), _over(intended, row, now))
        intended.memberships += [now] if now != before else []
        return
    left = list(_left(intended, stored, new, named))
    if left and new.since is None:
        new = replace(new, since=intended.today)
    ended = [each for each in (*same, *left) if each.until is None and _begins_before(each, new.since)]
    intended.memberships += [replace(each, until=(new.since or intended.today) - EVE) for each in ended]
    sentences = [_moved(intended, row, each, new) for each in ended if each in left]
    intended.enter(row, who, None, new, (), [*sentences, *_still_there(intended, row, stored, left)])
    intended.memberships.append(new)


def _stored(new: Membership, same: Sequence[Membership]) -> Membership | None:
    """The stored period that a row means: the one that begins then; without a first day, the latest."""
    before = next((each for each in same if each.since == new.since), None)
    if before is None and new.since is None and same:
        before = max(same, key=lambda each: each.since or date.min)
    return before


def _left(intended: Intended, stored: Sequence[Membership], new: Membership, named: set[str]) -> Iterator[Membership]:
    """The same function at another organisation of that kind, where the files name none of those that are known."""
    kind = intended.organisations[new.organisation].kind
    alike = [each for each in stored if intended.organisations[each.organisation].kind == kind]
    if any(each.organisation in named for each in alike):
        return
    for each in alike:
        if each.role == new.role and (each.until is None or each.until >= intended.today):
            yield each


def _begins_before(each: Membership, since: date | None) -> bool:
    return since is not None and (each.since is None or each.since < since)


def _until(row: Row, before: Membership, now: Membership) -> list[FieldChange]:
    if before.until == now.until:
        return []
    cell = row.problem("", "until").cell
    return [FieldChange(column=column_of("memberships", "until"), cell=cell, old=before.until, new=now.until)]


def _over(intended: Intended, row: Row, now: Membership) -> list[WorkbookProblem]:
    """A function that has ended does not begin again because an old row is still there."""
    if now.until is None or now.until >= intended.today or row.day("until") is not None:
        return []
    return [row.problem("function_is_over", "role", day=str(now.until))]


def _moved(intended: Intended, row: Row, old: Membership, new: Membership) -> WorkbookProblem:
    place = quoted(intended.name_of(old.organisation))
    last = str((new.since or intended.today) - EVE)
    return row.problem("moved", "organisation", place=place, first=str(new.since), last=last)


def _still_there(
    intended: Intended, row: Row, stored: Sequence[Membership], left: Sequence[Membership]
) -> Iterator[WorkbookProblem]:
    """Other functions at an organisation that somebody leaves: they stay, and it is said."""
    places = {each.organisation for each in left}
    for each in stored:
        if each.organisation in places and each not in left and (each.until is None or each.until >= intended.today):
            role, place = (
                intended.called(column_of("memberships", "role"), each.role),
                intended.name_of(each.organisation),
            )
            yield row.problem("still_there", "organisation", role=role, place=quoted(place))


def _who(intended: Intended, person: str, organisation: str, role: str) -> Called:
    name, place = intended.persons[person].name, intended.name_of(organisation)
    return intended.called(column_of("memberships", "role"), role, before=f"{name}, ", after=f", {place}")


def intend_ties(intended: Intended, rows: Sequence[Row]) -> None:
    """Bring rows about ties into what is intended."""
    for row in rows:
        if intended.waits(row):
            intended.wait(row, word_of(row, "person"))
            continue
        person, organisation = intended.person(row), intended.organisation(row)
        stored = intended.directory.ties.get(person, ())
        before = next((each for each in stored if each.organisation == organisation), None)
        until = row.day("until") or (before.until if before else None)
        now = TieRecord(person=person, organisation=organisation, until=until, reason=word_of(row, "reason"))
        who = f"{intended.persons[person].name}, {intended.name_of(organisation)}"
        intended.enter(row, who, before, now, list(_tie_changes(row, before, now)))
        intended.ties += [now] if now != before else []


def _tie_changes(row: Row, before: TieRecord | None, now: TieRecord) -> Iterator[FieldChange]:
    for name in ("until", "reason") if before is not None else ():
        old, new = getattr(before, name), getattr(now, name)
        if old != new:
            yield FieldChange(column=column_of("ties", name), cell=row.problem("", name).cell, old=old, new=new)
