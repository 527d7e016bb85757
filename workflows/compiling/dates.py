"""Which days count, and on which day is something due? Calendars, gates, named dates, deadlines and due rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeAlias, cast

from engine.business_days import REGIONS, CalendarError
from engine.definition import CalendarPart, DateDef, DueRule, GateDef
from engine.expressions import DateExpr, refs_in
from engine.saying import said
from workflows.compiling.reader import Reader
from workflows.compiling.scope import NOWHERE, Scope
from workflows.problems import did_you_mean
from workflows.schema import Deadline, Due, Gate, NamedDate, Process
from workflows.yaml_reading import Text

PartKind: TypeAlias = Literal["public-holidays", "equated-days", "school-holidays", "absence"]
ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "public-holidays": (),
    "equated-days": (),
    "school-holidays": ("host", "panel", "assignee", "region", *REGIONS),
    "absence": ("assignee",),
}
DEADLINE = Scope(bare=frozenset({"due"}))


def calendars(reader: Reader, items: Mapping[Text, Sequence[Text]]) -> dict[str, tuple[CalendarPart, ...]]:
    """What does not count, per calendar; circles are refused."""
    made = {str(name): tuple(_calendar_part(reader, part, items) for part in parts) for name, parts in items.items()}
    others = {name: [part.argument for part in parts if part.kind == "calendar"] for name, parts in made.items()}
    for name in items:
        if circle := circle_from(str(name), others):
            way = " -> ".join(circle)
            message = said(
                "The calendar `{name}` contains itself: {way}. Remove one of these steps.", name=name, way=way
            )
            reader.error(name, message)
            return {}
    return made


def _calendar_part(reader: Reader, text: Text, calendars: Mapping[Text, object]) -> CalendarPart:
    found = re.fullmatch(r"([a-z-]+)\((\w+)\)", text)
    if found and found[1] in ARGUMENTS:
        allowed = ARGUMENTS[found[1]]
        if allowed and found[2] not in allowed:
            message = said("`{text}`: `{name}` has no calendar of that kind.", text=text, name=found[2])
            reader.error(text, message, did_you_mean(found[2], allowed))
        elif not allowed and not re.fullmatch(r"[A-Z]{2}", found[2]):
            reader.error(text, said("`{text}`: write a country code in capitals, such as NL.", text=text))
        part = CalendarPart(kind=cast(PartKind, found[1]), argument=found[2])
        if not allowed:
            _check_country(reader, text, part)
        return part
    if text == "weekend":
        return CalendarPart(kind="weekend")
    if text not in calendars:
        known = [
            "weekend",
            *(f"{kind}({(args or ('NL',))[0]})" for kind, args in ARGUMENTS.items()),
            *map(str, calendars),
        ]
        message = said("`{text}` is no calendar and no kind of days off.", text=text)
        reader.error(text, message, did_you_mean(text, known))
    return CalendarPart(kind="calendar", argument=str(text))


def _check_country(reader: Reader, text: Text, part: CalendarPart) -> None:
    if re.fullmatch(r"[A-Z]{2}", part.argument) and part.argument != "NL":
        from workflows.calendars import general_part  # noqa: PLC0415  # the days of the world: for other countries only

        try:
            general_part(part)
        except CalendarError as error:
            message = said("`{text}`: {error}. Take it out, or name another country.", text=text, error=str(error))
            reader.error(text, message)


def circle_from(start: str, others: Mapping[str, Iterable[str]]) -> tuple[str, ...] | None:
    """The way from a name back to itself; None where there is none."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        for name in others.get(way[-1], ()):
            if name == start:
                return (*way, start)
            if name not in seen:
                seen.add(name)
                ways.append((*way, name))
    return None


def gates(reader: Reader, items: Mapping[Text, Gate]) -> dict[str, GateDef]:
    """Fixed days on which something can happen."""
    return {str(name): _gate(reader, str(name), gate) for name, gate in items.items()}


def _gate(reader: Reader, name: str, gate: Gate) -> GateDef:
    days: list[tuple[int, int]] = []
    for text in gate.dates:
        if text == "listed_by_office":
            continue
        found = re.fullmatch(r"(\d\d)-(\d\d)", text)
        month, day = (int(found[1]), int(found[2])) if found else (0, 0)
        if not (1 <= month <= 12 and 1 <= day <= (29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31)):
            reader.error(text, said("`{text}` is no day of the year: write MM-DD, or `listed_by_office`.", text=text))
        elif (month, day) == (2, 29):
            message = said("`{text}` is a day in one year of four only: write `02-28` or `03-01`.", text=text)
            reader.error(text, message)
            days.append((month, day))
        else:
            days.append((month, day))
    return GateDef(name=name, yearly=tuple(days), at_least_ahead=reader.maybe_duration(gate.at_least_ahead))


def dates(reader: Reader, process: Process) -> dict[str, DateDef]:
    """The named days of a process."""
    return {str(name): _date(reader, process, name, item) for name, item in process.dates.items()}


def _date(reader: Reader, process: Process, name: Text, item: NamedDate) -> DateDef:
    for text in item.set_by:
        transition = process.transitions.get(text)
        reader.one_of(text, map(str, process.transitions), "set_by", "transition")
        if transition is not None and not {name, f"{name}.end"} & set(transition.sets):
            message = said(
                "`set_by` names `{arrow}`, but that transition does not set it: add `sets: {{{date}: ...}}`.",
                arrow=text, date=name,
            )  # fmt: skip
            reader.error(text, message)
    if item.source is None and not item.set_by and item.otherwise is None:
        message = said(
            "The date `{name}` never gets a day: add `from`, `set_by` or `else: asked_at_launch`.", name=name
        )
        reader.error(name, message)
    if item.window is not None and not item.set_by and item.otherwise is None:
        message = said(
            "`window` means nothing for `{name}`, whose day follows from another: nobody chooses it.", name=name
        )
        reader.error(item.window, message)
    return DateDef(
        name=str(name),
        source=reader.maybe_date(item.source, NOWHERE),
        asked_at_launch=item.otherwise == "asked_at_launch",
        set_by=tuple(map(str, item.set_by)),
        provisional=reader.maybe_date(item.provisional, NOWHERE),
        window=reader.window(item.window, NOWHERE),
        days=item.lasts or (1, 1),
        moves=item.moves,
    )


def deadlines(reader: Reader, items: Mapping[Text, Deadline]) -> dict[str, DueRule]:
    """Moments that belong to no task."""
    return {str(name): _deadline(reader, name, item) for name, item in items.items()}


def _deadline(reader: Reader, name: Text, item: Deadline) -> DueRule:
    of_tasks = {
        "if": item.condition,
        "stops_while": item.stops_while,
        "closes": item.closes,
        "room": item.room,
        "warn_after": item.warn_after,
    }
    for key in (key for key, value in of_tasks.items() if value):
        message = said(
            "`{key}` means nothing in the deadline `{name}`: it is of tasks only. Take it out.", key=key, name=name
        )
        reader.error(name, message)
    return due_rule(reader, item, DEADLINE)


def due_rules(reader: Reader, rules: Iterable[Due], scope: Scope) -> tuple[DueRule, ...]:
    """The ways to compute a due date, in their order."""
    return tuple(due_rule(reader, rule, scope) for rule in rules)


def _stops_in(reader: Reader, due: Due, at: DateExpr) -> str | None:
    """The calendar of which the days that do not count stop a term; working days have one of their own."""
    if due.stops_in is not None and (not at.shifts or any(shift.unit in ("h", "wd", "sd") for shift in at.shifts)):
        message = said("`{at}` has no days that could be taken out.", at=due.at)
        reader.error(due.stops_in, message, "It is of terms in d, w, mo, q or y: working days count in `calendar`.")
    return reader.maybe_one_of(due.stops_in, reader.names.calendars, "stops_in", "calendar")


def _stops_while(reader: Reader, due: Due, at: DateExpr) -> tuple[str, ...]:
    """The tasks for which a term waits; it must count on from what happened, since a day that was set stays."""
    waits = tuple(reader.one_of(text, reader.names.of("task"), "stops_while", "task") for text in due.stops_while)
    follows = any(reader.names.kind(ref.name) in ("date", "deadline") or ref.part == "due" for ref in refs_in(at))
    if waits and (follows or due.clock == "runs"):
        message = said("`{at}` gets no time back: it follows a date, or its clock runs on.", at=due.at)
        reader.error(due.stops_while[0], message, "Count on from what happened, such as `opened + 8w`.")
    return waits


def due_rule(reader: Reader, due: Due, scope: Scope) -> DueRule:
    """One way to compute a due date."""

    def bound(text: Text | None) -> DateExpr | None:
        return reader.maybe_date(text, scope)

    at = reader.date(due.at, scope)
    return DueRule(
        at=at,
        condition=reader.lines(due.condition, scope),
        calendar=reader.maybe_one_of(due.calendar, reader.names.calendars, "calendar", "calendar"),
        roll=due.roll,
        atw=due.atw,
        not_before=bound(due.not_before),
        not_after=bound(due.not_after),
        closes=bound(due.closes),
        clock_runs=due.clock == "runs",
        stops_in=_stops_in(reader, due, at),
        stops_while=_stops_while(reader, due, at),
        room=reader.maybe_duration(due.room),
        warn_after=bound(due.warn_after),
    )
