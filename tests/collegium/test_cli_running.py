"""`demo` and `run`: nobody's folder is emptied, and the clock runs once per file."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree

import pytest

from collegium.catch_all import CatchAll
from collegium.cli.running import may_be_emptied, tell_round
from collegium.speech import speak
from collegium.wall_clock import Worked
from engine.errors import Refused
from storage.locks import RunLock
from tests.builders.definitions import SMALL_REVIEW
from tests.collegium.command_line import HOST, Office, a_new_office, a_writing_office, an_office_with_a_case


def test_only_an_empty_folder_or_a_former_demo_is_emptied(tmp_path: Path) -> None:
    may_be_emptied(tmp_path / "new")
    may_be_emptied(tmp_path)
    (tmp_path / "letter.txt").write_text("dear all")
    with pytest.raises(Refused, match="it holds other things than a former demo"):
        may_be_emptied(tmp_path)
    (tmp_path / "collegium.db").write_bytes(b"")
    may_be_emptied(tmp_path)


def test_the_demo_refuses_a_folder_with_other_things(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear all")
    assert Office(folder=tmp_path).refused("demo", "--folder", tmp_path)[0] == f"Can't empty {tmp_path}:"
    assert (tmp_path / "letter.txt").exists()


def test_the_wall_clock_cannot_be_set(tmp_path: Path) -> None:
    told = " ".join(an_office_with_a_case(tmp_path).refused("run", code=2))
    assert "`collegium rehearse` plays a round ahead of it" in told


def test_a_second_run_on_one_file_is_refused(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    with RunLock(f"sqlite:///{office.database}"):
        assert "runs on it already" in office.at(None).refused("run")[-1]


@pytest.mark.parametrize("words", [("outbox",), ("show", HOST, "--history"), ("outbox", "counts", "--json")])
def test_who_reads_no_further_hears_nothing_more(tmp_path: Path, words: tuple[str, ...]) -> None:
    office = a_writing_office(tmp_path)
    command = [sys.executable, "-m", "collegium", "--database", str(office.database), "--now", str(office.now), *words]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.close()
    _, told = process.communicate(timeout=60)
    assert (process.returncode, told) == (141, "")


def test_what_was_asked_for_goes_to_stdout_and_all_else_to_stderr(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    refused = office.run("act", HOST, "take", "no-such-step", code=1)
    assert (refused.stdout, bool(refused.stderr)) == ("", True)
    asked = office.run("cases")
    assert (bool(asked.stdout), asked.stderr) == (True, "")


def test_a_run_says_what_it_will_do_next_and_when_and_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    at = datetime(2027, 3, 31, 7, 0, tzinfo=UTC)
    idle = Worked(at=at, applied=0, failed=0, sent=0, next=at + timedelta(days=1), what=("dates", "digests"))
    done = replace(idle, applied=1, sent=2, next=None, what=())

    def told(language: str, worked: Worked) -> str:
        speak(language)
        tell_round(worked, "Europe/Amsterdam")
        return capsys.readouterr().err

    assert copy_context().run(told, "nl", idle) == (
        "wo 2027-03-31 09:00  Hierna: do 2027-04-01 09:00, een datum in een zaak en kijken of er een "
        "overzicht uitgaat.\n"
    )
    assert copy_context().run(told, "en", done) == (
        "Wed 2027-03-31 09:00  1 date applied, 2 mails sent. Nothing is due next; what others write is noticed.\n"
    )


def test_a_run_catches_up_mails_and_stops_when_asked(tmp_path: Path) -> None:
    office = a_new_office(tmp_path).at("2025-03-03T09:00")
    office.run("launch", at_any_hour(tmp_path), "--name", "R", "--hosts", HOST)
    office.run("act", HOST, "take", "begin", "--answer", "day=2025-06-17")
    with CatchAll("127.0.0.1", 0, tmp_path / "mail") as server:
        with running(office, server.port) as process:
            wait_until(lambda: server.received["begun"] == 1)  # whose task is over gets no link to it
            process.send_signal(signal.SIGTERM)
            out, told = process.communicate(timeout=20)
        assert process.returncode == 0
        assert out.startswith("Stopped: ")
        assert told.startswith("Bureau Peerreview: dates and mail on ")
        assert re.search(r"\d\d:\d\d  \d+ dates applied, \d+ mails? sent\. Next: ", told)
        received = sum(server.received.values())
    assert office.json("cases", "--closed")[0]["outcome"] == "done"
    assert sum(row["number"] for row in office.json("outbox", "counts")["mails"] if row["state"] == "sent") == received
    assert office.json("verify")["ok"]


@pytest.mark.slow
def test_a_run_notices_what_another_process_writes(tmp_path: Path) -> None:
    office, process = a_new_office(tmp_path).at("2025-03-03T09:00"), at_any_hour(tmp_path)
    office.run("launch", process, "--name", "R", "--hosts", HOST)
    with CatchAll("127.0.0.1", 0, tmp_path / "mail") as server, running(office, server.port) as run:
        wait_until(lambda: office.json("cases", "--closed") != [])
        office.run("launch", process, "--name", "S", "--hosts", "De Wulp", "--date", "latest=2028-06-01")
        wait_until(lambda: len(office.json("cases", "--closed")) == 2)
        run.send_signal(signal.SIGINT)
        assert run.wait(timeout=20) == 0


def at_any_hour(folder: Path) -> Path:
    """The small review of an office that never closes: what is due leaves, whatever time it is here."""
    made = copytree(SMALL_REVIEW, folder / "small_review")
    text = (made / "process.yaml").read_text(encoding="utf-8")
    for old, new in (("office: [weekend,", "office: [] # "), ("between: 08:30-17:30", "between: 00:00-23:59")):
        assert old in text
        text = text.replace(old, new)
    (made / "process.yaml").write_text(text, encoding="utf-8")
    return made


@contextmanager
def running(office: Office, port: int) -> Iterator[subprocess.Popen[str]]:
    """A process that runs the clock; it ends with the block."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COLLEGIUM_")}
    environment |= {
        "COLLEGIUM_SMTP_PORT": str(port),
        "COLLEGIUM_SMTP_HOST": "127.0.0.1",
        "COLLEGIUM_TICK_SECONDS": "600",
        "COLLEGIUM_LANGUAGE": "en",
    }
    words = [sys.executable, "-m", "collegium", "--database", str(office.database), "run"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def wait_until(holds: Callable[[], bool]) -> None:
    """At most half a minute."""
    for _ in range(300):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come to hold within 30 seconds")
