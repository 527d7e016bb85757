"""Who is counted, and are they enough? Holders of roles and seats, rows of the rubric, open conflicts, children."""

from __future__ import annotations

import math
import operator
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, assert_never

from engine import recusing
from engine.case import Task
from engine.draft import Draft
from engine.expressions import Count, Filter, Line, Ref, SetOf, Spread, Verb
from engine.rings import VISITOR
from engine.saying import said
from engine.world import Person

KEPT = "kept"  # as an attribute: sat in the panel of the case that called this one
DEEDS = ("done", "answered", "agreed")
OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody counted by a condition: through a role or a holding of a seat; a row of the rubric, or a child."""

    name: str  # role, seat, the rubric's noun, or the child's name
    key: str  # the holding's key, the participant's, the row's, or the child's number
    participant: str | None


def failed_count(draft: Draft, test: Count, line: Line) -> str | None:
    """Why a count does not hold; None where it does."""
    everybody = [each for each in members(draft, test.members) if not _out_of_all(draft, each, test.verb)]
    matching = [member for member in everybody if _does(draft, member, test.verb)]
    if test.spread is not None and test.spread.kind == "outside":
        inside = [member for member in matching if not _outside(draft, member, test.spread)]
        if test.amount.kind == "all" and inside:
            return said("{line}: {n} of {all} not outside", line=line, n=len(inside), all=len(matching))
        matching = [member for member in matching if member not in inside]
    need, enough = needed(test, len(everybody), len(matching))
    if not enough and not everybody and set(test.members.names) & draft.definition.children.keys():
        return said("{line}: there is none", line=line)
    if not enough and test.amount.kind == "all" and not everybody:
        return said("{line}: nobody is there yet", line=line)
    if not enough and test.amount.kind == "no":
        return said("{line}: {n} now", line=line, n=len(matching))
    if not enough:
        return said("{line}: {n} of {need}", line=line, n=len(matching), need=need)
    if test.spread is not None and test.spread.kind != "outside":
        return _spread(draft, matching, test.spread, line)
    return None


def _out_of_all(draft: Draft, member: Member, verb: Verb) -> bool:
    """Whether somebody has no part in a task that is done per row of the rubric, being out for each of them."""
    task = draft.definition.tasks.get(verb.ref.name) if verb.kind in DEEDS and verb.ref is not None else None
    if task is None or task.by_row is None or not draft.plan.recuses or not draft.rows:
        return False
    return all(recusing.is_out(draft, member.key, row) for row in draft.rows)


def needed(test: Count, total: int, found: int) -> tuple[object, bool]:
    """How many are needed, and whether so many were found; nothing holds of nobody, but `no`."""
    amount = test.amount
    if amount.kind == "no":
        return None, found == 0
    if amount.kind == "all":
        return total, total > 0 and found == total
    number = amount.number
    if amount.percent:
        number = math.ceil(amount.number * total / 100)
    elif amount.denominator is not None:
        number = math.ceil(amount.number * total / amount.denominator)
    relative = amount.percent or amount.denominator is not None
    if relative and total == 0:
        return said("0, since nobody holds this seat"), False
    if amount.kind == "at_most":
        return said("at most {n}", n=number), found <= number
    if amount.kind == "exactly":
        return said("exactly {n}", n=number), found == number
    return number, found >= number


def _spread(draft: Draft, matching: list[Member], spread: Spread, line: Line) -> str | None:
    values = {attribute(draft, member, spread.attribute) for member in matching} - {None}
    need = len(matching) if spread.kind == "all_different" else spread.number
    if len(values) >= need:
        return None
    return said("{line}: {n} different {attribute}", line=line, n=len(values), attribute=spread.attribute)


def _outside(draft: Draft, member: Member, spread: Spread) -> bool:
    person = _person(draft, member)
    if person is None:
        return True
    if spread.attribute == "host":
        return person.organisation != draft.world.host.id
    role = draft.definition.roles.get(spread.attribute)
    if role is not None and role.of == "region":
        return person.region != draft.world.host.region
    theirs = (_person(draft, each) for each in holders(draft, spread.attribute))
    return person.organisation not in {each.organisation for each in theirs if each is not None}


def attribute(draft: Draft, member: Member, name: str) -> Any:
    """An attribute of whoever is counted: where they work, what they know, other panels, kept; of a row, its level."""
    if draft.definition.rubric is not None and member.name == draft.definition.rubric.noun:
        decision = draft.decisions.get(member.key)
        return decision.levels.get(name) if decision else None
    if draft.definition.rubric is not None and member.name == draft.definition.rubric.above:
        return _lowest(draft, member.key, name)
    if name == KEPT:
        return draft.facts.get(f"kept:{member.participant}")
    person = _person(draft, member)
    match name:
        case "round_panels":
            return None if person is None else len(person.beside) + 1
        case "year_panels":
            return None if person is None else person.this_year + 1
        case _:
            return getattr(person, name, None)


def _person(draft: Draft, member: Member) -> Person | None:
    return None if member.participant is None else draft.world.people.get(member.participant)


def overlap(draft: Draft, name: str) -> int:
    """How many holders of a role, seat or group sit together on one other panel of the round, where that is most."""
    people = {each.participant: person for each in holders(draft, name) if (person := _person(draft, each))}
    beside = Counter(panel for person in people.values() for panel in person.beside)
    return max(beside.values(), default=0)


def rows_below(draft: Draft, above: str) -> list[str]:
    """The rows in scope that lie below a criterion."""
    assert draft.definition.rubric is not None
    return [row for row in draft.definition.rubric.below[above] if row in draft.rows]


def _lowest(draft: Draft, above: str, scale: str) -> str | None:
    """The level of a criterion that has others below it: the lowest of these; None as long as one of them has none."""
    assert draft.definition.rubric is not None
    decided = [draft.decisions.get(row) for row in rows_below(draft, above)]
    levels = [each.levels.get(scale) if each is not None else None for each in decided]
    known = draft.definition.rubric.scales.get(scale, ())
    return None if None in levels else next((level for level in known if level in levels), None)


def members(draft: Draft, wanted: SetOf) -> list[Member]:
    """Who or what a set names now: holders of seats and roles, rows of the rubric, open conflicts, called children."""
    found: list[Member] = []
    for name in wanted.names:
        if name == "conflict":
            open_ones = [conflict for conflict in draft.conflicts.values() if conflict.state == "open"]
            found += [Member(name, conflict.holding, None) for conflict in open_ones]
        elif draft.definition.rubric is not None and name == draft.definition.rubric.above:
            found += [Member(name, each, None) for each in draft.definition.rubric.below if rows_below(draft, each)]
        elif draft.definition.rubric is not None and name == draft.definition.rubric.noun:
            found += [Member(name, row, None) for row in draft.rows]
        elif name in draft.definition.children:
            found += [Member(name, str(number), None) for number in called(draft, name)]
        else:
            found += holders(draft, name)
    if wanted.filter is not None:
        condition = wanted.filter
        found = [member for member in found if _passes(draft, member, condition)]
    return found


def called(draft: Draft, child: str) -> range:
    """The numbers of the children of one kind that were called so far."""
    return range(1, draft.counts.get(f"child:{child}", 0) + 1)


def end_of(draft: Draft, child: str, number: str) -> str | None:
    """The end to which a child came; None: it is still open."""
    return draft.facts.get(f"child:{child}:{number}") or None


def open_children(draft: Draft, child: str) -> list[str]:
    """The numbers of those children of one kind that have come to no end yet."""
    return [number for number in map(str, called(draft, child)) if end_of(draft, child, number) is None]


def awaited(draft: Draft, child: str) -> list[str]:
    """The numbers of those for which the case waits; where any is enough, none as soon as one has ended."""
    rule, still = draft.definition.children[child].await_, open_children(draft, child)
    enough = rule == "none" or (rule == "any" and len(still) < len(called(draft, child)))
    return [] if enough else still


def holders(draft: Draft, name: str) -> list[Member]:
    """Everybody who holds a role, a seat, or one of a group, now."""
    found: list[Member] = []
    for leaf in draft.definition.members(name):
        if leaf in draft.definition.seats:
            found += [
                Member(leaf, held.key, held.participant)
                for held in draft.holdings.values()
                if held.seat == leaf and held.state == "seated"
            ]
        else:
            found += [Member(leaf, participant, participant) for participant in draft.roles.get(leaf, ())]
    return found


def _passes(draft: Draft, member: Member, condition: Filter) -> bool:
    value = attribute(draft, member, condition.attribute.name)
    if condition.operator is None:
        return bool(value)
    wanted: Any = condition.value
    if isinstance(wanted, Ref):
        wanted = subject_fact(draft, wanted.part) if wanted.name == "subject" else wanted.name
    if isinstance(value, frozenset):
        return bool((wanted in value) == (condition.operator == "="))
    if value is None:
        return condition.operator == "!="
    return OPERATORS[condition.operator](value, wanted)


def subject_fact(draft: Draft, name: str | None) -> Any:
    """What is known of the organisation under review: region, sector, who visits it, or another of its facts."""
    if name == VISITOR and VISITOR in draft.facts:
        return draft.facts[VISITOR]
    host = draft.world.host
    known = {**host.facts, "region": host.region, "sector": host.sector}
    return None if name is None else known.get(name)


def _does(draft: Draft, member: Member, verb: Verb) -> bool:
    if member.name in draft.definition.children:
        return _stands(end_of(draft, member.name, member.key), verb)
    match verb.kind:
        case "seated" | "open" | "ended":
            return True
        case "decided":
            rubric = draft.definition.rubric
            of_others = rubric is not None and member.name == rubric.above
            rows = rows_below(draft, member.key) if of_others else [member.key]
            decided = [draft.decisions.get(row) for row in rows]
            return all(each is not None and each.motivated for each in decided)
        case "present":
            return is_present(draft, member)
        case "in":
            assert verb.ref is not None
            track = draft.tracks.get(f"{verb.ref.name}@{member.key}") or draft.tracks.get(verb.ref.name)
            return track is not None and track.state == verb.ref.part
        case "done" | "answered" | "agreed":
            assert verb.ref is not None
            return has_done(draft, verb.kind, verb.ref.name, member.key)
        case _:
            assert_never(verb.kind)


def _stands(end: str | None, verb: Verb) -> bool:
    """Whether a child is open, has ended, or has come to the end that is asked for."""
    if verb.kind == "in":
        return verb.ref is not None and end == verb.ref.name
    return (end is None) == (verb.kind == "open")


def is_present(draft: Draft, member: Member) -> bool:
    """Whether the latest record of a meeting of that role or seat names them: where nobody recorded it, nobody was."""
    return member.participant in (_present(draft, member.name) or ())


def was_away(draft: Draft, member: Member) -> bool:
    """Whether there is a record of a meeting of that role or seat, and the latest does not name them."""
    there = _present(draft, member.name)
    return there is not None and member.participant not in there


def _present(draft: Draft, name: str) -> tuple[str, ...] | None:
    marks = [mark for mark in draft.present.values() if name in draft.definition.members(mark.of)]
    return max(marks, key=lambda mark: mark.seq).participants if marks else None


def has_done(draft: Draft, kind: str, task: str, holder: str) -> bool:
    """Whether a member has done, answered or agreed a task: all instances that are theirs."""
    own = own_instances(draft, task, holder)
    if not own:
        own = [item for item in draft.tasks.values() if item.name == task and item.holding is None]
    return bool(own) and all(_is_done(draft, kind, item) for item in own)


def own_instances(draft: Draft, task: str, holder: str) -> list[Task]:
    """The instances of a member, and what those had done whose work stands for the seat that was taken over."""
    found: list[Task] = []
    for key in credited(draft, holder):
        rows = {item.row for item in found}
        found += [
            item
            for item in draft.tasks.values()
            if item.name == task and item.holding == key
            and not (item.state == "closed" and recusing.is_out(draft, key, item.row))
            and (key == holder or (item.state == "done" and item.row not in rows))
        ]  # fmt: skip
    return found


def credited(draft: Draft, holder: str) -> Iterator[str]:
    """A holding, and those before it whose work stands for the seat (`replace.tasks: move_open`)."""
    yield holder
    rule = draft.definition.invitations.replace if draft.definition.invitations else None
    held = draft.holdings.get(holder)
    while held is not None and held.replaces is not None and rule is not None and rule.tasks == "move_open":
        yield held.replaces
        held = draft.holdings.get(held.replaces)


def _is_done(draft: Draft, kind: str, task: Task) -> bool:
    if task.state != "done":
        return False
    if kind == "answered":
        return not task.tacit
    if kind == "agreed":
        return task.tacit or draft.facts.get(f"agreed:{task.key}") != "no"
    return True
