"""When may somebody be written to? The hours of an office's processes, on days on which the reader is there."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from collegium.worlds import school_days
from engine.business_days import Calendar, DaySet, compose
from engine.definition import CalendarPart, Definition
from engine.digests import Hours
from engine.directory import OrganisationRecord, PersonRecord, Secretariat
from workflows import calendars

OWN_DAYS = "assignee"  # the argument of a calendar part that means whoever is written to


def hours_of(
    office: Secretariat, definitions: Iterable[Definition], closed: Iterable[OrganisationRecord],
    person: PersonRecord | None = None, employer: OrganisationRecord | None = None,
) -> Hours:  # fmt: skip
    """The sending window of all these processes together, less the days on which the office or the reader is away.

    `closed` are the organisations of the office: their closing days count for everybody, and leave for whoever has it;
    school holidays count where a process keeps its reminders out of them. The zone is the office's own.
    """
    rules = [(each, each.defaults.sending) for each in definitions]
    found = [_calendar(each, rule.calendar, employer) for each, rule in rules]
    shut = tuple(
        calendars.closing_days(each.name, [(first, last) for first, last, _ in each.closing_days])
        for each in closed
        if each.closing_days
    )
    own = Calendar("nobody is here", weekend=True, sets=(*shut, *_absent(person)))
    return Hours(
        zone=ZoneInfo(office.zone),
        opens=max(rule.opens for _, rule in rules),
        closes=min(rule.closes for _, rule in rules),
        calendar=Calendar.union("sending", own, *found),
    )


def _calendar(definition: Definition, name: str | None, employer: OrganisationRecord | None) -> Calendar:
    def days(part: CalendarPart) -> tuple[DaySet, ...]:
        general = calendars.general_part(part)
        if general is not None:
            return (general,)
        school = part.kind == "school-holidays" and part.argument == OWN_DAYS
        return school_days(employer) if school and employer is not None else ()

    name = name or definition.first_calendar
    return compose(definition.calendars[name], definition.calendars, days, name=name)


def _absent(person: PersonRecord | None) -> tuple[DaySet, ...]:
    if person is None or not person.absences:
        return ()
    return (calendars.absence(person.id, [(each.first, each.last) for each in person.absences]),)
