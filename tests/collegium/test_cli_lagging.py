"""What does a read say where dates have come that the clock has not played? The same, whatever is read."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from collegium.bootstrap import build
from collegium.clock import Driven, Driver
from collegium.settings import Settings
from tests.collegium.command_line import HOST, a_writing_office

REMINDED = "2027-05-04T09:00"  # the first reminder of the reflection
MOMENT = "2027-05-11T09:00"  # after the second
TWO = (
    "2 dates came after the clock last ran; what follows from them is not told here yet. "
    "`collegium run` lets them come."
)
TWEE = (
    "2 datums kwamen nadat de klok voor het laatst liep; wat daaruit volgt, staat hier nog niet. "
    "`collegium run` laat ze komen."
)
READS = {
    "cases": ("cases",),
    "show": ("show", HOST),
    "due": ("due",),
    "form": ("form", HOST, "reflection"),
    "summary": ("summary",),
    "summary of this day": ("summary", "--as-of", "{day}"),
    "outbox": ("outbox",),
    "what waits": ("outbox", "--waiting"),
    "counts": ("outbox", "counts"),
    "bounces": ("bounces",),
    "digest": ("digest",),
    "preview": ("digest", "preview", "cora@bureau.example", "--kind", "week"),
    "people show": ("people", "show", "anna@linde.example"),
    "export": ("export", "--case", HOST, "--out"),
}


@pytest.mark.parametrize("words", READS.values(), ids=READS)
def test_every_read_says_how_many_dates_the_clock_has_not_played(words: tuple[str, ...], tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    moments = (REMINDED, MOMENT)
    assert [office.at(moment).notes(*_filled(words, tmp_path, moment)) for moment in moments] == [[], [TWO]]


def test_it_is_said_in_the_language_of_the_office_and_never_within_the_answer(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path).at(MOMENT)
    assert office.run("--language", "nl", "cases").stderr.splitlines() == [TWEE]
    assert [row["host"] for row in office.json("cases")] == [HOST]


def test_a_past_day_is_told_by_what_had_come_by_then(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path).at(MOMENT)
    assert office.notes("summary", "--as-of", "2027-05-03") == []


def test_what_the_clock_has_played_and_what_the_forecast_plays_is_not_spoken_of(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path).at(MOMENT)
    assert office.notes("outbox", "tomorrow") == []
    with build(Settings(database=f"sqlite:///{office.database}")) as app:
        driver = Driver(store=app.store, operations=app.operations, mailroom=None)
        driver.step(datetime.fromisoformat(MOMENT).replace(tzinfo=ZoneInfo("Europe/Amsterdam")), Driven())
    assert office.notes("cases") == []


def _filled(words: tuple[str, ...], folder: Path, moment: str) -> list[str]:
    """The words with the day, and with a new file where one is written."""
    given = [word.format(day=moment[:10]) for word in words]
    return [*given, str(folder / f"{moment[:10]}.json")] if words[-1] == "--out" else given
