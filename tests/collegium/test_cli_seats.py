"""Does the office read who holds what in a case, and what became of everybody who was named for its panel?"""

from __future__ import annotations

from pathlib import Path

from tests.builders.engine import a_folder
from tests.collegium.command_line import HOST, Office, a_new_office

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


def to_launch(folder: Path, text: str) -> tuple[Office, tuple[str | Path, ...]]:
    """A new office, and what launches that process there."""
    for name, content in a_folder(text).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return a_new_office(folder), ("launch", folder, "--name", "Ronde 2027", "--hosts", HOST)


def test_a_role_that_nobody_holds_is_told_before_the_launch_and_hinders_none(tmp_path: Path) -> None:
    wanted = PROCESS.replace("to: over, by: office}", "to: over, by: [office, lead]}")
    office, launch = to_launch(tmp_path, wanted.replace("  contact:", "  lead: {of: committee, count: 1}\n  contact:"))
    told = (
        "! Partnerschap De Linde: nobody is “lead”, whom the process counts on. Give somebody that function before the "
        "launch (`collegium people import`, the sheet Memberships), or name somebody in each case after it: `collegium "
        "act CASE assign lead PERSON`."
    )
    assert [line for line in office.lines(*launch, "--dry-run") if line.startswith("!")] == [told]
    assert [line for line in office.lines(*launch) if line.startswith("!")] == [told]
    office.run("act", HOST, "assign", "lead", "Bram Vos")


def test_who_was_not_needed_any_more_is_not_said_to_have_given_no_answer(tmp_path: Path) -> None:
    office, launch = to_launch(tmp_path, PROCESS)
    office.run(*launch)
    office.run("act", HOST, "assign", "peer", "Bram Vos", "Sien Stam")
    office.run("act", HOST, "answer", "yes", "--as", "Bram Vos")
    office.run("act", HOST, "take", "finish")
    assert [(each["who"], each["state_label"]) for each in office.json("show", HOST)["panel"]] == [
        ("Bram Vos", "Seated"), ("Sien Stam", "The case ended before the answer"),
    ]  # fmt: skip
    out = tmp_path / "sien.json"
    office.run("export", "--person", "Sien Stam", "--out", out)
    assert '"state_label": "The case ended before the answer"' in out.read_text()
    told = office.run("show", HOST, "--history", env={"COLLEGIUM_LANGUAGE": "nl"}).stdout
    assert "niet meer nodig: Sien Stam (peer) - de zaak is afgelopen" in told
    assert "the case has ended" not in told
