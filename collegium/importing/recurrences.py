"""Which repetitions of an event are worked out? Those of calendars that people keep; not those made to exhaust us.

A rule that yields thousands of moments a day, or none in any year, keeps a machine busy for hours (RFC 5545 section 7
leaves that to the reader).
"""

from __future__ import annotations

from typing import Any

from icalendar import vRecur

from engine.saying import said

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
WITHIN_A_DAY = ("BYHOUR", "BYMINUTE", "BYSECOND")
RARE = ("BYYEARDAY", "BYWEEKNO")
LONGEST_MONTHS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
EARLIEST = 1900


def objection(event: Any) -> str | None:
    """Why the rule of an event is not worked out; None where it has none or is an ordinary one."""
    rule = event.get("RRULE")
    if rule is None:
        return None
    if isinstance(rule, list):
        return "it has more than one rule of repetition"
    if not isinstance(rule, vRecur):
        return "its rule of repetition cannot be read"
    frequency = str(next(iter(rule.get("FREQ") or ()), "")).upper()
    if frequency not in FREQUENCIES:
        return said(
            "it repeats {frequency}: only days, weeks, months and years are worked out",
            frequency=frequency.lower() or said("by no rule"),
        )
    if any(rule.get(name) for name in (*WITHIN_A_DAY, *RARE)):
        return "it repeats by hours, weeks of the year or days of the year, which is not worked out"
    if _year(event) < EARLIEST:
        return said("it repeats since before {year}", year=EARLIEST)
    if _never(rule, frequency):
        return "it repeats on days of the month that are not worked out, or that do not exist"
    return None


def _never(rule: Any, frequency: str) -> bool:
    days, weekdays, months = (list(rule.get(name) or ()) for name in ("BYMONTHDAY", "BYDAY", "BYMONTH"))
    places = [int(place) for place in rule.get("BYSETPOS") or ()]
    if places and (any(weekday[0] in "+-0123456789" for weekday in map(str, weekdays)) or max(map(abs, places)) > 31):
        return True
    if not days:
        return False
    if frequency in ("DAILY", "WEEKLY") or weekdays:
        return True
    longest = max((LONGEST_MONTHS.get(int(month), 31) for month in months), default=31)
    return all(abs(int(day)) > longest for day in days)


def _year(event: Any) -> int:
    try:
        return int(event["DTSTART"].dt.year)
    except (KeyError, ValueError, AttributeError):
        return EARLIEST  # its begin is refused in words of its own
