"""Does the office read in a case what became of everybody who was named for its panel?"""

from __future__ import annotations

from pathlib import Path

from tests.builders.engine import a_folder
from tests.collegium.command_line import HOST, a_new_office

PROCESS = """
people:
  office: {of: secretariat}
  coordinator: {of: secretariat, count: 1, owner: true}
  contact: {of: host, count: 1}
launch: {by: office, subject_has: [contact]}
stages: {busy: {accept: {asleep: somebody acts in the test}}, over: {end: true}}
seats: {peer: {count: 2, accept: {unused: the test names people}}}
invitations: {form: answer, due: {at: invited + 5wd}}
transitions: {finish: {from: busy, to: over, by: office}}
"""


def test_who_was_not_needed_any_more_is_not_said_to_have_given_no_answer(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    for name, content in a_folder(PROCESS).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    office.run("launch", tmp_path, "--name", "Ronde 2027", "--hosts", HOST)
    office.run("act", HOST, "assign", "peer", "Bram Vos", "Sien Stam")
    office.run("act", HOST, "answer", "yes", "--as", "Bram Vos")
    office.run("act", HOST, "take", "finish")
    assert [(each["who"], each["state_label"]) for each in office.json("show", HOST)["panel"]] == [
        ("Bram Vos", "Seated"), ("Sien Stam", "No longer needed"),
    ]  # fmt: skip
    told = office.run("show", HOST, "--history", env={"COLLEGIUM_LANGUAGE": "nl"}).stdout
    assert "niet meer nodig: Sien Stam (peer) - de zaak is afgelopen" in told
    assert "the case has ended" not in told
