"""Which day does a cell mean? Dates, spreadsheets' numbers for dates, and text, day first as the Dutch write."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from collegium.importing.columns import normal
from collegium.importing.problems import CellRefused, quoted

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)
SERIAL_ZERO = date(1899, 12, 30)  # what day 0 would be, for days after February 1900
SERIALS = range((FIRST_DAY - SERIAL_ZERO).days, (LAST_DAY - SERIAL_ZERO).days + 1)
MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "jan januari january",
            "feb februari february",
            "mrt maart mar march",
            "apr april",
            "mei may",
            "jun juni june",
            "jul juli july",
            "aug augustus august",
            "sep sept september",
            "okt oktober oct october",
            "nov november",
            "dec december",
        ],
        start=1,
    )
    for name in names.split()
}
MIDNIGHT = r"(?:[T ]0?0:00(?::00(?:\.0+)?)?)?"
YEAR_FIRST = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){MIDNIGHT}", re.ASCII | re.IGNORECASE)
DAY_FIRST = re.compile(rf"(\d{{1,2}})([-/.]) ?(\d{{1,2}})\2 ?(\d{{4}}){MIDNIGHT}", re.ASCII)
IN_WORDS = re.compile(r"(?:[a-z]+\.?,? )?(\d{1,2})(?:e|ste|de|st|nd|rd|th)?[ -]([a-z]+)\.?[ -](\d{4})", re.ASCII)
MONTH_FIRST = re.compile(r"(?:[a-z]+\.?,? )?([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})", re.ASCII)


def day(raw: object) -> date:
    """A day from a date cell, a spreadsheet's number, or text: year first, or day first; never a year of two digits.

    A number that is a text, as in every CSV, is none: nothing says that a day was meant.
    Raises CellRefused.
    """
    if isinstance(raw, datetime):
        found: date | None = raw.date()
    elif isinstance(raw, date):
        found = raw
    elif isinstance(raw, int | float) and not isinstance(raw, bool):
        found = _serial(raw)
    else:
        found = day_in_text(normal(raw)) if isinstance(raw, str) else None
    if found is None:
        parts = DAY_FIRST.fullmatch(normal(raw)) if isinstance(raw, str) else None
        american = parts is not None and int(parts[1]) <= 12 < int(parts[3]) <= 31
        if (meant := _number_in_text(raw)) is not None:
            raise CellRefused("number_for_day", word=quoted(raw), day=str(meant))
        raise CellRefused("month_first" if american else "bad_date", word=quoted(raw))
    if not FIRST_DAY <= found <= LAST_DAY:
        raise CellRefused("date_out_of_range", word=quoted(found), first=str(FIRST_DAY), last=str(LAST_DAY))
    return found


def could_be_american(raw: object) -> bool:
    """Whether a text would be another day if its month stood first, as Americans write it: `01/09/2027`."""
    parts = DAY_FIRST.fullmatch(normal(raw)) if isinstance(raw, str) else None
    return parts is not None and parts[2] == "/" and parts[1] != parts[3] and max(int(parts[1]), int(parts[3])) <= 12


def day_in_text(text: str) -> date | None:
    """The day that a text in its normal form names; None where it is none."""
    if found := YEAR_FIRST.fullmatch(text):
        year, month, number = (int(part) for part in found.groups())
    elif found := DAY_FIRST.fullmatch(text):
        number, month, year = int(found[1]), int(found[3]), int(found[4])
    elif (found := IN_WORDS.fullmatch(text)) and found[2] in MONTHS:
        number, month, year = int(found[1]), MONTHS[found[2]], int(found[3])
    elif (found := MONTH_FIRST.fullmatch(text)) and found[1] in MONTHS:
        number, month, year = int(found[2]), MONTHS[found[1]], int(found[3])
    else:
        return None
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _number_in_text(raw: object) -> date | None:
    """The day that a spreadsheet would have kept as the number in a text."""
    text = raw.strip() if isinstance(raw, str) else ""
    return _serial(int(text)) if re.fullmatch(r"\d{5}", text, re.ASCII) else None


def _serial(number: float) -> date | None:
    """The day that spreadsheets keep as this number of days (ECMA-376 part 1, 18.17.4.1, the 1900 date base)."""
    whole = int(number)
    return SERIAL_ZERO + timedelta(days=whole) if whole == number and whole in SERIALS else None
