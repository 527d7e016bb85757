"""Who takes part? Roles, seats, groups, and the settings of the seats' built-in life cycle."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from engine.definition import BarRule, InvitationRule, ObjectionRule, ReplaceRule, RoleDef, SeatDef
from engine.saying import said
from workflows.compiling.dates import circle_from, due_rule
from workflows.compiling.reader import Reader
from workflows.compiling.scope import SEAT_BARE, Scope
from workflows.problems import did_you_mean
from workflows.schema import Invitations, Objection, Process, Replace, Role
from workflows.yaml_reading import Text

PLAIN_BARS = ("same_organisation", "same_region", "own_review_this_round", "not_of_visitor")
CANDIDATE = Scope(bare=SEAT_BARE | {"opened", "due"})


def roles(reader: Reader, process: Process) -> dict[str, RoleDef]:
    """The roles under `people`; exactly one of them answers for the case when nobody else does."""
    owners = [name for name, role in process.people.items() if role.owner]
    first = next(iter(process.people))
    if not owners:
        reader.error(first, "No role answers for the case when nobody else does: give one of `people` `owner: true`.")
    for name in owners[1:]:
        message = said("Both `{one}` and `{two}` are owner: only one role can be.", one=owners[0], two=name)
        reader.error(name, message)
    return {str(name): _role(reader, str(name), role) for name, role in process.people.items()}


def _role(reader: Reader, name: str, role: Role) -> RoleDef:
    least, most = role.count or (0, None)
    return RoleDef(
        name=name,
        of=role.of,
        least=least,
        most=most,
        owner=role.owner,
        account=role.account,
        sees=None if role.sees is None else str(role.sees),
        not_in=reader.whom(role.not_in, "not"),
        bars=bars(reader, role.bars),
    )


def seats(process: Process) -> dict[str, SeatDef]:
    """The kinds of places in the panel."""
    return {
        str(name): SeatDef(
            name=str(name),
            least=seat.count[0],
            most=seat.count[1],
            votes=seat.votes,
            qualifications=tuple(map(str, seat.has)),
        )
        for name, seat in process.seats.items()
    }


def groups(reader: Reader, items: Mapping[Text, list[Text]]) -> dict[str, tuple[str, ...]]:
    """Groups, each expanded to roles and seats; a group that contains itself is refused."""
    within = {str(name): [str(part) for part in parts] for name, parts in items.items()}
    for name, parts in items.items():
        reader.whom(parts, f"groups: {name}")
        if circle := circle_from(str(name), within):
            way = " -> ".join(circle)
            message = said("The group `{name}` contains itself: {way}. Remove one of these steps.", name=name, way=way)
            reader.error(name, message)
            return dict.fromkeys(within, ())
    return {name: _expanded(name, within) for name in within}


def _expanded(name: str, within: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    if name not in within:
        return (name,)
    return tuple(dict.fromkeys(one for part in within[name] for one in _expanded(part, within)))


def expand(names: Iterable[str], groups: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Roles and seats behind names, each once."""
    return tuple(dict.fromkeys(one for name in names for one in groups.get(name, (name,))))


def bars(reader: Reader, texts: Iterable[Text]) -> tuple[BarRule, ...]:
    """Why somebody may not sit on a panel."""
    found = (bar(reader, text) for text in texts)
    return tuple(rule for rule in found if rule is not None)


def bar(reader: Reader, text: Text) -> BarRule | None:
    """One bar: a name, or ``tie(5y)``."""
    if tie := re.fullmatch(r"tie\((.+)\)", text):
        line, column = getattr(text, "line", 1), getattr(text, "column", 1)
        return BarRule(kind="tie", window=reader.duration(Text.at(tie[1], line, column + 4)))
    match str(text):
        case ("same_organisation" | "same_region" | "own_review_this_round" | "not_of_visitor") as kind:
            return BarRule(kind=kind)
    known = (*PLAIN_BARS, "tie(5y)")
    reader.error(text, said("`{text}` is no bar of the engine.", text=text), did_you_mean(text, known))
    return None


def invitations(reader: Reader, item: Invitations | None) -> InvitationRule | None:
    """The settings of a seat's life cycle."""
    if item is None:
        return None
    return InvitationRule(
        form=reader.one_of(item.form, reader.names.forms, "form", "form"),
        due=due_rule(reader, item.due, CANDIDATE),
        remind=tuple(reader.delta_or_date(text, CANDIDATE) for text in item.remind),
        ask_per_seat=item.ask_per_seat or 1,
        overbook=_overbook(reader, item),
        bars=bars(reader, item.bars),
        objection=None if item.objection is None else _objection(reader, item.objection),
        replace=None if item.replace is None else _replace(reader, item.replace),
    )


def _overbook(reader: Reader, item: Invitations) -> int | None:
    text = item.overbook
    if text is None:
        return None
    found = re.fullmatch(r"([1-9]\d{2,3})%", text)
    if found is None:
        reader.error(text, said("`overbook: {text}` is no share of 100% or more: write `150%`.", text=text))
    elif item.ask_per_seat is not None:
        message = said("`overbook: {text}` and `ask_per_seat` both say how many are asked: take one out.", text=text)
        reader.error(text, message)
    return int(found[1]) if found is not None else None


def _objection(reader: Reader, item: Objection) -> ObjectionRule:
    return ObjectionRule(
        by=reader.who(item.by, "by"),
        form=reader.one_of(item.form, reader.names.forms, "form", "form"),
        due=due_rule(reader, item.due, CANDIDATE),
        remind=tuple(reader.delta_or_date(text, CANDIDATE) for text in item.remind),
        silence=item.silence,
        decides=reader.who(item.decides, "decides"),
    )


def _replace(reader: Reader, item: Replace) -> ReplaceRule:
    return ReplaceRule(
        by=reader.whom(item.by, "by"),
        tasks=item.tasks,
        due=due_rule(reader, item.due, CANDIDATE),
        until=reader.maybe_date(item.until, CANDIDATE),
    )
