"""Where does the office read that a date no longer fits, since the one from which its window counts has moved?"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.collegium.command_line import HOST, Office, a_new_office

EXAMPLES = Path(__file__).parents[2] / "docs" / "reference" / "examples"
SECOND = """
  second: {set_by: again, window: meeting + 2w .. meeting + 6w, says: {nl: Tweede gesprek, en: Second talk}}
"""
AGAIN = """
  again:
    from: SOURCES
    by: office
    asks: {day: date}
    sets: {second: chosen.day}
    says: {nl: Tweede gesprek afspreken, en: Fix the second talk}
"""


def linked(folder: Path, sources: str = "[preparing, reporting]", accept: str = "") -> Path:
    """The yearly talk with a second one, two to six weeks after the first."""
    made = shutil.copytree(EXAMPLES / "talk", folder / "linked")
    text = (made / "process.yaml").read_text()
    for old, new in (
        ("launch: {by: office}\n", SECOND.lstrip("\n") + "launch: {by: office}\n"),
        ("tasks:\n", AGAIN.lstrip("\n").replace("SOURCES", sources) + "tasks:\n"),
        ("fix:    {from: preparing,", f"fix:    {{{accept}from: [preparing, reporting],"),
    ):
        assert old in text, old
        text = text.replace(old, new)
    (made / "process.yaml").write_text(text)
    return made


def begun(office: Office, process: Path) -> None:
    """The talk is on Wednesday 2 June, the second one four weeks later."""
    office.run("launch", process, "--name", "Ronde", "--hosts", HOST)
    office.run("act", HOST, "take", "fix", "--answer", "day=2027-06-02")
    office.run("act", HOST, "take", "again", "--answer", "day=2027-06-30")


def moved(office: Office, day: str, name: str = "fix", *more: str) -> list[str]:
    return [line for line in office.lines("act", HOST, "take", name, "--answer", f"day={day}", *more) if "!" in line]


def amiss(office: Office, *more: str) -> list[str]:
    return [line for line in office.lines("due", *more) if line.startswith("!")]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return a_new_office(tmp_path)


def test_the_deed_says_it_and_the_office_hears_of_it_until_the_date_is_set_anew(office: Office, tmp_path: Path) -> None:
    begun(office, linked(tmp_path))
    assert (moved(office, "2027-06-03"), amiss(office)) == ([], [])
    (told,) = moved(office, "2027-07-05", "fix", "--preview")
    assert told.startswith(f"! Second talk with {HOST} (")
    assert ") is set for Wed 2027-06-30, and fits only from Mon 2027-07-19 to Mon 2027-08-16." in told
    assert told.endswith("take again --answer day=DAY`).")
    assert "Agree on another day: “Fix the second talk” (`collegium act " in told
    assert (moved(office, "2027-07-05"), amiss(office)) == ([told], [told])
    assert office.notes("due", "--json")[-1] == told
    assert amiss(office, "--who", "Cora Kok") + amiss(office, "--who", "Olga Ooms") == [told]
    (row,) = [each["label"] for each in office.json("due") if each["task"] == "outside_window"]
    days = "Wed 2027-06-30, fits from Mon 2027-07-19 to Mon 2027-08-16"
    assert row == f"Agree anew on a date that no longer fits [Second talk: {days}]"
    page = office.run("summary", "--language", "en").stdout
    assert "Second talk on 30 June 2027 fits only from 19 July 2027 to 16 August 2027" in page
    mails = office.json("outbox", "tomorrow", "--date", "2027-03-02")["mails"]
    assert "Een datum opnieuw afspreken die niet meer past (Tweede gesprek, 30 juni)" in str(mails)
    assert moved(office, "2027-07-19", "again") == []
    assert amiss(office) == []
    assert "fits only" not in office.run("summary", "--language", "en").stdout


def test_where_nothing_can_set_it_anew_that_is_said_too(office: Office, tmp_path: Path) -> None:
    begun(office, linked(tmp_path, "preparing", "accept: {left_behind: by telephone}, "))
    office.run("act", HOST, "correct", "--state", "reporting", "--reason", "Het gesprek was al geweest")
    (told,) = moved(office, "2027-07-05")
    assert told.endswith(" As the case stands, nothing sets it anew.")
    again = office.json("act", HOST, "take", "fix", "--answer", "day=2027-07-06")
    assert [each["ways"] for each in again["outside"]] == [[]]


def test_a_move_to_another_version_tells_of_it(office: Office, tmp_path: Path) -> None:
    process = linked(tmp_path)
    begun(office, process)
    text = (process / "process.yaml").read_text()
    text = text.replace("version: 1", "version: 2\nreplaces: {version: 1}").replace(
        "meeting + 2w ..", "meeting + 5w .."
    )
    (process / "process.yaml").write_text(text)
    told = office.run("move-version", "Ronde", "--to", process, "--reason", "Langer ertussen").stdout
    assert "! Second talk with" in told
    assert "is set for Wed 2027-06-30, and fits only from Wed 2027-07-07 to Wed 2027-07-14." in told
