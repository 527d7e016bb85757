"""How are dates and numbers of days written for people? "donderdag 22 april 2027", "3 working days late"."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from functools import cache

from notifications.catalogue import texts

START_OF_DAY = time(0, 0)
LAST_MINUTE = time(23, 59)


def day_text(day: date, language: str) -> str:
    """
    >>> day_text(date(2027, 4, 22), "nl"), day_text(date(2027, 4, 22), "en")
    ('donderdag 22 april 2027', 'Thursday 22 April 2027')
    """
    t = texts(language)
    return t["day"].format(
        weekday=t.series("weekdays")[day.weekday()], day=day.day, month=t.series("months")[day.month - 1], year=day.year
    )


def moment_text(local: datetime, language: str) -> str:
    """A day, with its time where it has one: the first instant and the last minute of a day go unsaid.

    >>> moment_text(datetime(2027, 4, 22, 17, 0), "nl"), moment_text(datetime(2027, 4, 22, 17, 0), "en")
    ('donderdag 22 april 2027 om 17:00 uur', 'Thursday 22 April 2027 at 17:00')
    >>> moment_text(datetime(2027, 4, 22, 23, 59, 59), "nl")
    'donderdag 22 april 2027'
    """
    day = day_text(local.date(), language)
    minute = local.time().replace(second=0, microsecond=0, tzinfo=None)
    if local.time().replace(tzinfo=None) == START_OF_DAY or minute == LAST_MINUTE:
        return day
    return texts(language)["moment"].format(day=day, time=f"{minute:%H:%M}")


def shortened(text: str, language: str) -> str:
    """The same with each date as day and month, for a subject that would be cut off.

    >>> shortened("Lezen, uiterlijk donderdag 22 april 2027 om 17:00 uur", "nl")
    'Lezen, uiterlijk 22 april'
    """
    return _long_date(language).sub(r"\1", text)


@cache
def _long_date(language: str) -> re.Pattern[str]:
    t = texts(language)
    clock = re.escape(t["moment"].format(day="", time="~")).replace("\\~", "~").replace("~", r"\d\d:\d\d")
    weekdays, months = ("|".join(map(re.escape, t.series(name))) for name in ("weekdays", "months"))
    return re.compile(rf"\b(?:{weekdays}) (\d{{1,2}} (?:{months})) \d{{4}}(?:{clock})?")


def period_text(first: date, last: date, language: str) -> str:
    """
    >>> period_text(date(2027, 4, 22), date(2027, 4, 23), "nl")
    'donderdag 22 april 2027 tot en met vrijdag 23 april 2027'
    """
    if first == last:
        return day_text(first, language)
    return texts(language)["period"].format(first=day_text(first, language), last=day_text(last, language))


def working_days_text(n: int, language: str) -> str:
    """
    >>> working_days_text(1, "nl"), working_days_text(3, "en")
    ('1 werkdag', '3 working days')
    """
    return texts(language).counted("working_days", n)


def late_text(n: int, language: str) -> str:
    """
    >>> late_text(1, "en"), late_text(3, "nl")
    ('1 working day late', '3 werkdagen te laat')
    """
    return texts(language).counted("late", n)
