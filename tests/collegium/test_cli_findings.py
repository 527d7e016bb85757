"""Does the office see what became of each finding, and does a later review ask about the open ones?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.builders.engine import a_folder
from tests.collegium.command_line import HOST, Office, a_new_office

HEAD = """
people:
  office: {of: secretariat}
  coordinator: {of: secretariat, count: 1, owner: true}
  contact: {of: host, count: 1}
launch: {by: office, subject_has: [contact]}
stages: {busy: {accept: {asleep: somebody acts in the test}}, over: {end: true}}
documents: {DOCUMENT: {see: {office: true}, keep: 7y}}
"""
FIRST = (
    HEAD.replace("DOCUMENT", "note")
    + "tasks: {work: {for: contact, opens: busy, form: note, due: {at: opened + 10wd}}}"
)
LATER = (
    "process: later"
    + HEAD.replace("DOCUMENT", "outcome")
    + """
tasks: {look: {for: contact, each: findings, opens: busy, form: outcome, due: {at: opened + 10wd}}}
transitions: {finish: {from: busy, to: over, by: office, if: [number of findings = 0]}}
"""
)
READ_TOO = "documents: {told: {see: {office: true}, keep: 7y}, "
POINTS = "points: {type: rows, marks: finding, columns: {mark: {type: text}, subject: {type: text}, who: {type: text}}}"
OUTCOME = "status: {type: choice, required: true, marks: finding, choices: [still, settled], closes: [settled]}"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A review that had two findings, and a later one of another process."""
    return two_reviews(tmp_path, a_folder(FIRST, note=POINTS), a_folder(LATER, outcome=OUTCOME))


def two_reviews(
    tmp_path: Path, first: Mapping[str, bytes], later: Mapping[str, bytes], who: str = "anna@linde.example"
) -> Office:
    """The first has an answer with two findings, and the later one was launched after it."""
    office = a_new_office(tmp_path)
    for name, files in (("first", first), ("later", later)):
        for file, content in files.items():
            path = tmp_path / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    office.run("launch", tmp_path / "first", "--name", "Ronde 2027", "--hosts", HOST)
    given = '{"points": [{"mark": "R1", "subject": "Staff"}, {"mark": "R2", "subject": "Rooms"}]}'
    (tmp_path / "points.json").write_text(given, encoding="utf-8")
    office.run("act", HOST, "submit", "work", "--as", who, "--answers-json", tmp_path / "points.json")
    office.run("launch", tmp_path / "later", "--name", "Ronde 2030", "--hosts", HOST)
    return office


def the_later(office: Office) -> str:
    return str(next(row["case"] for row in office.json("cases") if row["process"] == "later"))


def table(office: Office, *words: str) -> list[list[str]]:
    """The findings in the office's summary: round, what names one, how it stands."""
    page = office.run("summary", *words, "--language", "en").stdout
    rows = page.partition("What became of each finding")[2].splitlines()
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows if row.startswith("|")]
    return [row[1:4] for row in cells[2:4]]


def test_a_later_review_asks_about_each_open_finding_by_what_names_it(office: Office) -> None:
    asked = [row["label"] for row in office.json("show", the_later(office))["tasks"]]
    assert asked == ["look (R1 - Staff)", "look (R2 - Rooms)"]


def test_what_the_organisation_may_not_see_is_named_and_proposed_nowhere_else(tmp_path: Path) -> None:
    listed = """tasks: {look: {for: contact, each: findings, opens: busy, form: outcome, due: {at: opened + 10wd}},
      list: {for: contact, opens: busy, form: told, due: {at: opened + 10wd}}}"""
    later = LATER.replace(LATER[LATER.index("tasks:") : LATER.index("transitions:")], listed + "\n")
    later = later.replace("documents: {", READ_TOO)
    told = "told: {type: rows, prefill: findings, columns: {mark: {type: text}, subject: {type: text}}}"
    first = FIRST.replace("for: contact", "for: office")
    office = two_reviews(
        tmp_path, a_folder(first, note=POINTS), a_folder(later, outcome=OUTCOME, told=told), "olga@bureau.example"
    )
    case = the_later(office)
    assert [row["label"] for row in office.json("show", case)["tasks"]] == ["look (1)", "look (2)", "list"]
    assert office.json("form", case, "list")["proposed"] == {}


def test_a_list_of_open_findings_is_filled_in_where_the_organisation_may_see_them(tmp_path: Path) -> None:
    told = "told: {type: rows, prefill: findings, columns: {mark: {type: text}}}"
    later = LATER.replace(
        "tasks: {", "tasks: {list: {for: contact, opens: busy, form: told, due: {at: opened + 10wd}}, "
    ).replace("documents: {", READ_TOO)
    office = two_reviews(tmp_path, a_folder(FIRST, note=POINTS), a_folder(later, outcome=OUTCOME, told=told))
    assert office.json("form", the_later(office), "list")["proposed"] == {"told": [{"mark": "R1"}, {"mark": "R2"}]}


def test_the_office_reads_how_each_finding_stands_the_open_ones_first(office: Office) -> None:
    assert [row[1:] for row in table(office)] == [
        ["R1 - Staff", "open, not looked at yet"], ["R2 - Rooms", "open, not looked at yet"],
    ]  # fmt: skip
    later = the_later(office)
    key = office.json("show", later)["tasks"][0]["key"]
    office.run("act", later, "submit", key, "--as", "anna@linde.example", "--answer", "status=settled")
    assert [row[1:] for row in table(office)] == [
        ["R2 - Rooms", "open, not looked at yet"], ["R1 - Staff", "settled"],
    ]  # fmt: skip


def test_a_finding_that_is_gone_is_not_named_by_its_key_and_what_was_said_of_one_is_told(office: Office) -> None:
    later = the_later(office)
    key = office.json("show", later)["tasks"][0]["key"]
    office.run("act", later, "submit", key, "--as", "anna@linde.example", "--answer", "status=settled")
    first = next(row["case"] for row in office.json("cases") if row["process"] != "later")
    office.run("act", first, "correct", "--task", "work", "--to", "open", "--reason", "written in the wrong review")
    assert [row["label"] for row in office.json("show", later)["tasks"]] == ["look (no longer known)"]
    assert table(office)[0][1:] == ["R1 - Staff", "settled; the list does not have it any more"]


def test_a_round_of_which_the_findings_were_closed_in_another_says_so(office: Office) -> None:
    later = the_later(office)
    key = office.json("show", later)["tasks"][0]["key"]
    office.run("act", later, "submit", key, "--as", "anna@linde.example", "--answer", "status=settled")
    assert [row[1:] for row in table(office, "--cycle", "Ronde 2027")] == [
        ["R2 - Rooms", "open, not looked at yet"], ["R1 - Staff", "settled"],
    ]  # fmt: skip


def test_conditions_count_the_findings_that_are_open_now(office: Office) -> None:
    later = the_later(office)
    refused = office.run("act", later, "take", "finish", code=1).output
    assert "open findings of the host’ is = 0 (now 2" in refused
