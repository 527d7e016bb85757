"""When may a mail reach its reader? Working hours, working days, and the reader's own free days for reminders."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from engine.business_days import Calendar
from engine.case import Due
from engine.draft import Draft
from engine.moments import Scope, calendar
from engine.offsets import Point, instant, local


def earliest(draft: Draft, reader: str, *, reminder: bool, due: Due | None = None) -> datetime:
    """The first moment at or after now at which a notice may go out.

    Reminders keep to the sending window of the definition: its hours, and its calendar as seen by the reader; one that
    would so come after its due date goes at once. Other mails that a person's deed has caused go at once; those that
    the clock has caused, in working hours of the office.
    """
    rule = draft.definition.defaults.sending
    if draft.by_person and not reminder:
        return draft.now
    name = rule.calendar if reminder else None
    moment = within(draft, draft.now, calendar(draft, name, Scope(reader=reader)))
    if reminder and due is not None and moment > due.at >= draft.now and rule.or_earlier:
        return draft.now
    return moment


def within(draft: Draft, moment: datetime, cal: Calendar) -> datetime:
    """The first moment at or after this one in the sending hours of a day that counts."""
    rule = draft.definition.defaults.sending
    here = local(moment, draft.plan.zone)
    day, clock = here.day, here.clock
    assert clock is not None
    if not cal.counts(day) or clock > rule.closes:
        day = _next(cal, day)
        clock = rule.opens
    elif clock < rule.opens:
        clock = rule.opens
    else:
        return moment
    return instant(Point(day, clock), draft.plan.zone, ends=False)


def _next(cal: Calendar, day: date) -> date:
    return cal.roll(day + timedelta(days=1), "forward")
