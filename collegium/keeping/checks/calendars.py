"""Holidays and days of meetings that run out, and processes that cannot be read or hide a shipped one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from collegium.finding_words import problem_line
from collegium.namesakes import namesake
from collegium.speech import day_text, known, spoken, t
from engine.actions import CLOCK
from engine.business_days import REGIONS
from engine.draft import Draft
from engine.lead_time import Caution, gates_running_out
from workflows import loader
from workflows.calendars import equated_days, public_holidays, school_holidays

if TYPE_CHECKING:
    from collegium.keeping.doctor import Grade, Ward
    from engine.business_days import DaySet
    from engine.wording import Wording

AHEAD = timedelta(days=365)
COUNTRY = "NL"


def holidays(ward: Ward) -> Iterator[tuple[Grade, str, str]]:
    """Dates beyond what is known are computed as if there were no holidays: that is to be known a year ahead."""
    today = ward.today
    sets = [public_holidays(COUNTRY), equated_days(COUNTRY), *(school_holidays(region) for region in REGIONS)]
    for one in sets:
        last = known_until(one, today)
        if last is not None and last < today + AHEAD:
            grade: Grade = "wrong" if last < today else "look"
            told = "doctor.holidays_end" if last >= today else "doctor.holidays_unknown"
            yield grade, t(told, name=known("days", one.name), day=day_text(last)), t("doctor.holidays_end.do")


def known_until(days: DaySet, today: date) -> date | None:
    """The last day of the period of which it is known which days are free, from today on; None: for ever."""
    if days.known is None:
        return None
    last = today - timedelta(days=1)
    for begin, end in days.known:
        if begin <= last + timedelta(days=1) <= end:
            last = end
    return last


def gates(ward: Ward) -> Iterator[tuple[Grade, str, str]]:
    """Days of a gate that are not listed as far ahead as the processes of running rounds ask (`at_least_ahead`)."""
    told: set[str] = set()
    for office in ward.work.people.secretariats():
        for cycle in ward.work.definitions.cycles(office.id):
            cases = (ward.work.cases.load(id) for id in ward.work.cases.all_ids(office.id, cycle.id))
            case = next((each for each in cases if not each.closed), None)
            if case is not None:
                world = ward.app.worlds.of(ward.work, case, ward.now)
                draft = Draft(ward.app.library.of(ward.work, case), case, world, CLOCK, ward.now)
                wording = ward.app.library.wording(ward.work, case)
                told |= {gate_text(wording, each) for each in gates_running_out(draft)}
    for text in sorted(told):
        yield "look", text, t("gate.do")


def gate_text(wording: Wording, short: Caution) -> str:
    """Which days are listed, and which ought to be."""
    gate = wording.label("gate", short.name, spoken())
    if short.day is None:
        return t("gate_empty", gate=gate, wanted=day_text(short.wanted))
    return t("gate_runs_out", gate=gate, day=day_text(short.day), wanted=day_text(short.wanted))


def processes(ward: Ward) -> Iterator[tuple[Grade, str, str]]:
    folder = ward.app.settings.definitions
    if not folder:
        return
    if not Path(folder).is_dir():
        yield "wrong", t("doctor.no_folder", folder=folder), t("doctor.no_folder.do")
        return
    for path in sorted(Path(folder).glob("*/process.yaml")):
        found = loader.load(path.parent)
        if found.errors:
            yield "wrong", f"{path}: {problem_line(found.errors[0])}", t("doctor.process.do", folder=path.parent)
        if found.definition is not None and (hidden := namesake(found.definition)) is not None:
            yield "look", f"{path}: {hidden[0]}", hidden[1]
