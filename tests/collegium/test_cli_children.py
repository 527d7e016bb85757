"""Can the several cases that one case called be told apart wherever the office reads of them?"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from collegium import bootstrap
from collegium.settings import Settings
from tests.builders.engine import a_folder
from tests.collegium.command_line import HOST, NOW, Office, a_new_office

GROUP = """
people:
  office: {of: secretariat}
  coordinator: {of: secretariat, count: 1, owner: true}
  contact: {of: host, count: 1}
launch: {by: office, subject_has: [contact]}
stages: {busy: {accept: {asleep: ACTS}}, judging: {accept: {asleep: ACTS}}, over: {end: true, says: {en: All is said}}}
transitions:
  begin: {from: busy, to: judging, when: work.done, if: [case is not child]}
  stop: {from: busy, to: over, by: office, if: [case is child]}
  finish: {from: judging, to: over, by: office, if: [all unit ended]}
tasks: {work: {for: contact, opens: busy, if: [case is not child], form: note, due: {at: opened + 10wd}}}
children: {unit: {process: small, opens: begin, each: work.units, await: all}}
"""
UNITS = "units: {type: rows, required: true, columns: {name: {type: text}, place: {type: text}}}"
NORTH, SOUTH = f"{HOST} (North)", f"{HOST} (South)"


def let_it_be_heard(office: Office) -> None:
    with bootstrap.build(Settings(database=f"sqlite:///{office.database}")) as app:
        app.operations.claim_due(datetime.fromisoformat(NOW).replace(tzinfo=UTC))


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A group whose two units, North and South, have begun."""
    office, process = a_new_office(tmp_path), tmp_path / "small"
    for name, content in a_folder(GROUP.replace("ACTS", "somebody acts in the test"), note=UNITS).items():
        (process / name).parent.mkdir(parents=True, exist_ok=True)
        (process / name).write_bytes(content)
    office.run("launch", process, "--name", "Ronde 2027", "--hosts", HOST)
    (tmp_path / "units.json").write_text('{"units": [{"name": "North"}, {"name": "South"}]}', encoding="utf-8")
    office.run("act", HOST, "submit", "work", "--as", "anna@linde.example", "--answers-json", tmp_path / "units.json")
    let_it_be_heard(office)
    return office


def test_the_history_says_which_of_them_told_what(office: Office) -> None:
    office.run("act", SOUTH, "take", "stop")
    let_it_be_heard(office)
    office.run("act", SOUTH, "correct", "--state", "busy", "--reason", "too early")
    let_it_be_heard(office)
    group = next(row["case"] for row in office.json("cases") if row["host"] == HOST)
    told = [row["text"] for row in office.json("show", group, "--history")["events"] if row["kind"] == "heard_of"]
    assert told == ["heard of: unit (2): All is said", "heard of: unit (2): goes on after all"]


def test_who_gets_a_digest_is_told_of_each(office: Office) -> None:
    about = {row["person"]: row["about"] for row in office.json("digest", "--kind", "partnership")}
    assert sorted(about["Anna Bos"]) == sorted([HOST, NORTH, SOUTH])


def test_what_is_exempted_from_removal_is_called_by_its_row(office: Office) -> None:
    office.run("retention", "exempt", NORTH, "--reason", "objection")
    assert NORTH in office.lines("retention")[-1]
