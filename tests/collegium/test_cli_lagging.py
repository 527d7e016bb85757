"""What does a read say where dates have come that the clock has not played? The same, whatever is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import typer

from collegium.bootstrap import build
from collegium.cli.app import app
from collegium.clock import Driven, Driver
from collegium.settings import Settings
from tests.collegium.command_line import HOST, Office, a_writing_office
from tests.collegium.test_cli_bounces import AT, a_refused_office

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
    "a mail": ("outbox", "show", "{mail}"),
    "its story": ("outbox", "story", "{mail}"),
    "bounces": ("bounces",),
    "documents": ("documents", HOST),
    "what is public": ("documents", HOST, "--public"),
    "digest": ("digest",),
    "preview": ("digest", "preview", "cora@bureau.example", "--kind", "week"),
    "people show": ("people", "show", "anna@linde.example"),
    "export": ("export", "--case", HOST, "--out"),
    "rounds": ("rounds",),
}
OF_A_REPORT = {"bounces show"}  # reads too: the second test
OTHERS = {
    "a deed or the work itself": {
        "init", "launch", "move-version", "run", "demo", "erase",
        "people import", "people change", "people away", "people back",
        "act take", "act submit", "act answer", "act assign", "act substitute", "act extend", "act pin", "act pause",
        "act resume", "act recalculate",
        "act visitor", "act waive", "act differ", "act correct", "outbox pause", "outbox resume",
        "outbox hold", "outbox release", "outbox cancel", "outbox edit", "outbox resend", "outbox to-me",
        "outbox decide", "outbox revoke", "outbox approve", "digest off", "digest on", "retention",
        "retention exempt", "retention end-exemption", "calendar feed", "calendar import", "bounces read",
        "bounces clear",
    },
    "plays ahead itself": {"outbox tomorrow", "rehearse"},
    "of a process, and of no office": {"check", "draw", "people template"},
    "the file and its health, whatever its rows tell": {"verify", "backup", "restore", "upgrade", "doctor"},
    "the directory, which no date changes": {"people list", "people export"},
}  # fmt: skip


@pytest.mark.parametrize("words", READS.values(), ids=READS)
def test_every_read_says_how_many_dates_the_clock_has_not_played(words: tuple[str, ...], tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    moments = (REMINDED, MOMENT)
    mail = _a_mail(office) if "{mail}" in words else ""
    assert [office.at(moment).notes(*_filled(words, tmp_path, moment, mail)) for moment in moments] == [[], [TWO]]


def test_what_came_back_is_told_with_that_sentence_too(tmp_path: Path) -> None:
    office = a_refused_office(tmp_path).at(MOMENT)
    (report,) = office.json("bounces")["reports"]
    (said,) = office.notes("bounces", "show", report["id"])
    assert [said] == office.notes("bounces")


def test_no_command_is_forgotten() -> None:
    known = set(_every_command(typer.main.get_command(app)))
    of_reads = {max((name for name in known if _begins(words, name)), key=len) for words in READS.values()}
    assert sorted([*of_reads, *OF_A_REPORT, *chain.from_iterable(OTHERS.values())]) == sorted(known)


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


def _a_mail(office: Office) -> str:
    with build(Settings(database=f"sqlite:///{office.database}")) as app:
        app.mailroom.compose(AT)
    return str(office.json("outbox")[0]["id"])


def _filled(words: tuple[str, ...], folder: Path, moment: str, mail: str) -> list[str]:
    """The words with the day and the mail, and with a new file where one is written."""
    given = [word.format(day=moment[:10], mail=mail) for word in words]
    return [*given, str(folder / f"{moment[:10]}.json")] if words[-1] == "--out" else given


def _every_command(command: Any, *path: str) -> Iterator[str]:
    """What can be asked: "cases", "outbox", "outbox show"; a group that answers itself is a command too."""
    inner = getattr(command, "commands", {})
    if not inner or getattr(command, "invoke_without_command", False):
        yield " ".join(path)
    for name, each in inner.items():
        yield from _every_command(each, *path, name)


def _begins(words: tuple[str, ...], command: str) -> bool:
    return list(words[: len(command.split())]) == command.split()
