"""Which days are holidays, and how far is that known? Day sets from the package `holidays`, our data file, and imports.

A version is a digest of the days and of what is known: another release of the package with the same days changes none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from functools import cache
from hashlib import sha256
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import holidays

from engine.business_days import REGIONS, CalendarError, DaySet
from engine.definition import CalendarPart
from workflows.plain_yaml import load_plain

FIRST_YEAR, LAST_YEAR = 2020, 2045  # public holidays are computed for these
SUMMER = "Zomervakantie"
SCHOOL_HOLIDAYS = ("Herfstvakantie", "Kerstvakantie", "Voorjaarsvakantie", "Meivakantie", SUMMER)
SUMMER_DAYS = 44
LONGEST_RANGE = 3660
ONE_DAY = timedelta(days=1)
Ranges = Iterable[tuple[date, date]]


@dataclass(frozen=True, slots=True)
class SchoolBreak:
    """One school holiday, from the first day to the last, both included; a school year has its first year's number."""

    holiday: str
    school_year: int
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@cache
def public_holidays(country: str) -> DaySet:
    """Public holidays by law, 2020 to 2045; a year in which the package only estimates some is not known.

    NL: those of the Algemene termijnenwet, art. 3: its lid 1 with 5 May in every year (the package has it as optional
    outside lustrum years), and Goede Vrijdag (lid 2). The days of lid 3 are `equated_days`.
    """
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    found = _package(country, years)
    labels = {day: str(name) for day, name in found.items()}
    if country == "NL":
        labels |= {date(year, 5, 5): "Bevrijdingsdag" for year in years if date(year, 5, 5) not in labels}
    guessed = {day.year for day, label in labels.items() if "(estimated)" in label}
    known = _joined((date(year, 1, 1), date(year, 12, 31)) for year in years if year not in guessed)
    return _day_set(f"public-holidays({country})", labels, known)


@cache
def equated_days(country: str) -> DaySet:
    """Days that a decree equates with holidays (NL: Atw, art. 3 lid 3); known as far as decrees go."""
    source = files("workflows") / "data" / f"equated_days_{country.lower()}.yaml"
    if not source.is_file():
        raise CalendarError(f"There is no list of equated days for {country!r}; there is one for NL")
    content: dict[str, Any] = load_plain(source.read_text(encoding="utf-8"))
    labels: dict[date, str] = {}
    spoken: list[tuple[date, date]] = []
    for decree in content["decrees"]:
        first, last = (date.fromisoformat(decree[end]) for end in ("first", "last"))
        spoken.append((first, last))
        for text, label in decree["days"].items():
            day = date.fromisoformat(text)
            if day in labels or not first <= day <= last:
                raise CalendarError(
                    f"{source.name}: {day} is given twice or lies outside its decree ({decree['title']})"
                )
            labels[day] = label
    return _day_set(f"equated-days({country})", labels, _joined(spoken))


@cache
def school_breaks(region: str) -> tuple[SchoolBreak, ...]:
    """The school holidays of a region as the package has them, in order, incomplete school years among them."""
    if region not in REGIONS:
        raise CalendarError(f"There is no region {region!r} of school holidays; there are: {', '.join(REGIONS)}")
    found = _package("NL", range(FIRST_YEAR - 1, LAST_YEAR + 1), region)
    breaks: list[SchoolBreak] = []
    for day in sorted(found):
        name = str(found[day])
        if breaks and breaks[-1].holiday == name and breaks[-1].last + ONE_DAY == day:
            breaks[-1] = SchoolBreak(name, breaks[-1].school_year, breaks[-1].first, day)
        else:
            breaks.append(SchoolBreak(name, day.year if day.month >= 9 else day.year - 1, day, day))
    return tuple(breaks)


def break_faults(breaks: Iterable[SchoolBreak]) -> tuple[str, ...]:
    """What is wrong with school holidays: each starts on a Saturday and ends on a Sunday, a summer has 44 days."""
    faults: list[str] = []
    for each in breaks:
        what = f"{each.holiday} {each.school_year}-{each.school_year + 1} ({each.first} to {each.last})"
        if each.first.isoweekday() != 6:
            faults.append(f"{what} does not start on a Saturday")
        if each.last.isoweekday() != 7:
            faults.append(f"{what} does not end on a Sunday")
        if each.holiday == SUMMER and each.days != SUMMER_DAYS:
            faults.append(f"{what} has {each.days} days instead of {SUMMER_DAYS}")
    return tuple(faults)


def known_school_years(breaks: Iterable[SchoolBreak]) -> tuple[tuple[date, date], ...]:
    """The periods in which these holidays are all there are: school years with all five of them, none with a fault.

    Such a year lasts from the end of the summer before it (where that is not known: from its autumn holiday) to the
    end of its own.
    """
    years: dict[int, dict[str, SchoolBreak]] = {}
    for each in breaks:
        if not break_faults([each]):
            years.setdefault(each.school_year, {})[each.holiday] = each
    periods = []
    for number, found in years.items():
        if all(holiday in found for holiday in SCHOOL_HOLIDAYS):
            before = years.get(number - 1, {}).get(SUMMER)
            begin = before.last + ONE_DAY if before else found[SCHOOL_HOLIDAYS[0]].first
            periods.append((begin, found[SUMMER].last))
    return _joined(periods)


@cache
def school_holidays(region: str) -> DaySet:
    """School holidays of Noord, Midden or Zuid; known only where all five of a school year are there and have no fault.

    Autumn and spring are advice (a school may depart from them); an organisation's own days are `closing_days`.
    """
    breaks = school_breaks(region)
    labels = {each.first + timedelta(days=number): each.holiday for each in breaks for number in range(each.days)}
    return _day_set(f"school-holidays({region})", labels, known_school_years(breaks))


def closing_days(name: str, ranges: Ranges, *, label: str = "") -> DaySet:
    """Days on which an organisation is closed, as it says itself; each range includes its last day."""
    return _listed(f"closing-days({name})", ranges, label)


def absence(name: str, ranges: Ranges, *, label: str = "") -> DaySet:
    """Days on which a person is away; each range includes its last day."""
    return _listed(f"absence({name})", ranges, label)


def general_days(calendars: Mapping[str, tuple[CalendarPart, ...]]) -> Mapping[str, tuple[DaySet, ...]]:
    """The sets that hang on no case, for all calendars of a definition: ``public-holidays(NL)`` -> its sets."""
    found: dict[str, tuple[DaySet, ...]] = {}
    for part in (part for parts in calendars.values() for part in parts):
        days = general_part(part)
        if days is not None:
            found[days.name] = (days,)
    return MappingProxyType(found)


def general_part(part: CalendarPart) -> DaySet | None:
    """The set behind a part that hangs on no case: public holidays, equated days, a region's school holidays."""
    if part.kind == "public-holidays":
        return public_holidays(part.argument)
    if part.kind == "equated-days":
        return equated_days(part.argument)
    if part.kind == "school-holidays" and part.argument in REGIONS:
        return school_holidays(part.argument)
    return None


def _package(country: str, years: Iterable[int], region: str | None = None) -> Mapping[date, str]:
    """What the package has: public holidays, or a region's school holidays; names in Dutch for NL, else in English."""
    countries = holidays.list_supported_countries()
    if country not in countries:
        near = get_close_matches(country.upper(), countries, n=1)
        raise CalendarError(f"There are no public holidays of {country!r}" + (f"; {near[0]}?" if near else ""))
    spoken = holidays.country_holidays(country).supported_languages
    language = "nl" if country == "NL" else next((name for name in sorted(spoken) if name.startswith("en")), None)
    category = holidays.PUBLIC if region is None else holidays.SCHOOL
    return holidays.country_holidays(
        country,
        subdiv=region,
        years=years,
        expand=False,
        categories=(category,),
        language=language,
    )


def _listed(name: str, ranges: Ranges, label: str) -> DaySet:
    labels: dict[date, str] = {}
    for first, last in ranges:
        length = (last - first).days + 1
        if not 1 <= length <= LONGEST_RANGE:
            raise CalendarError(
                f"Can't take {first} to {last} into {name}: it has {length} days, not 1 to {LONGEST_RANGE}"
            )
        labels |= {first + timedelta(days=number): label for number in range(length)}
    return _day_set(name, labels, None)


def _day_set(name: str, labels: Mapping[date, str], known: tuple[tuple[date, date], ...] | None) -> DaySet:
    content = [day.isoformat() for day in sorted(labels)] + [f"{first}..{last}" for first, last in known or ()]
    version = sha256(" ".join(content).encode()).hexdigest()[:8]
    spoken = {day: label for day, label in labels.items() if label}
    return DaySet(name, version, frozenset(labels), known, MappingProxyType(spoken))


def _joined(periods: Ranges) -> tuple[tuple[date, date], ...]:
    joined: list[tuple[date, date]] = []
    for first, last in sorted(periods):
        if joined and first <= joined[-1][1] + ONE_DAY:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return tuple(joined)
