"""Holidays that run out, and processes that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from workflows import loader
from workflows.calendars import REGIONS, equated_days, public_holidays, school_holidays

if TYPE_CHECKING:
    from collegium.keeping.doctor import Grade, Ward
    from engine.business_days import DaySet

AHEAD = timedelta(days=365)
COUNTRY = "NL"


def holidays(ward: Ward) -> Iterator[tuple[Grade, str, str]]:
    """Dates beyond what is known are computed as if there were no holidays: that is to be known a year ahead."""
    today = ward.now.date()
    sets = [public_holidays(COUNTRY), equated_days(COUNTRY), *(school_holidays(region) for region in REGIONS)]
    for one in sets:
        last = known_until(one, today)
        if last is not None and last < today + AHEAD:
            grade: Grade = "wrong" if last < today else "look"
            told = f"only up to {last:%Y-%m-%d}" if last >= today else "not for today"
            yield (
                grade, f"{one.name} are known {told}",
                "Install a newer version of Collegium or of the package `holidays`; closing days of an organisation "
                "can be imported (`collegium calendar import`). Then `collegium act recalculate` where dates change.",
            )  # fmt: skip


def known_until(days: DaySet, today: date) -> date | None:
    """The last day of the period of which it is known which days are free, from today on; None: for ever."""
    if days.known is None:
        return None
    last = today - timedelta(days=1)
    for begin, end in days.known:
        if begin <= last + timedelta(days=1) <= end:
            last = end
    return last


def processes(ward: Ward) -> Iterator[tuple[Grade, str, str]]:
    folder = ward.app.settings.definitions
    if not folder:
        return
    if not Path(folder).is_dir():
        yield "wrong", f"there is no folder {folder}", "Mend the setting `definitions`."
        return
    for path in sorted(Path(folder).glob("*/process.yaml")):
        errors = loader.load(path.parent).errors
        if errors:
            yield "wrong", f"{path}: {errors[0]}", f"`collegium check {path.parent}` names every error."
