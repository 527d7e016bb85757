"""Who at the office is told that somebody is expected in two places at once, and where?"""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.collegium.command_line import HOST, Office, a_new_office

EXAMPLES = Path(__file__).parents[2] / "docs" / "reference" / "examples"
WULP = "Partnerschap De Wulp"
FIRST = f"Meeting on Wed 2027-06-02 with {HOST} ("


OPENING = ("--date", "opening=2027-08-01")


def a_process(folder: Path) -> Path:
    """The yearly talk with a peer, who has its day in their calendar."""
    made = shutil.copytree(EXAMPLES / "talk", folder / "with_peer")
    form = (EXAMPLES / "ring" / "forms" / "come_along.yaml").read_text()
    (made / "forms" / "come_along.yaml").write_text(form.replace("{en: ", "{nl: Mee, en: "))
    text = (made / "process.yaml").read_text()
    day = "  meeting: {set_by: fix, provisional: case.launched + 10w}"
    for old, new in (
        ("launch: {by: office}\n", "launch: {by: office}\ninvitations: {form: come_along, due: {at: invited + 5wd}}\n"
         "seats: {peer: {count: 0..2, says: {nl: Peer, en: Peer}}}\n"),
        (day, f"{day[:-1]}, says: {{nl: Gesprek, en: Meeting}}}}\n  opening: {{from: subject.previous_visit + 6y, "
         "else: asked_at_launch, says: {nl: Opening, en: Opening}}"),
        ("{end: true,", "{end: true, accept: {untold: the office rings},"),
        ("documents:\n", "notices:\n  fixed: {when: fix, to: [contact, peer], invite: meeting, "
         "says: {nl: Dag vast, en: Day fixed}}\n  opening: {when: preparing, to: contact, invite: opening, "
         "says: {nl: Opening, en: Opening}}\ndocuments:\n"),
    ):  # fmt: skip
        assert old in text, old
        text = text.replace(old, new)
    (made / "process.yaml").write_text(text)
    for name in ("fixed", "opening"):
        for language in ("nl", "en"):
            mail = made / "mails" / name / language
            mail.mkdir(parents=True)
            for part in ("subject", "body"):
                (mail / f"{part}.txt").write_text("The day")
    return made


def peer(office: Office, host: str, who: str) -> list[str]:
    """A case gets its day; who is asked as its peer may have another case on it."""
    office.run("act", host, "take", "fix", "--answer", "day=2027-06-02")
    return office.lines("act", host, "assign", "peer", f"{who}@wulp.example", "--places", "1")


def test_who_has_two_cases_on_one_day_is_told_of_by_the_deed_and_by_what_is_due(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    made = a_process(tmp_path)
    for number, host in enumerate((HOST, WULP)):
        office.run("launch", made, "--name", f"Ronde {number}", "--hosts", host, *OPENING)
    assert not [line for line in peer(office, HOST, "sien") if "two places" in line]
    (told,) = [line for line in peer(office, WULP, "sien") if "two places" in line]
    assert told.startswith("! Sien Stam is expected in two places at once: Meeting on Wed 2027-06-02 with "), told
    assert all(f"with {host} (" in told for host in (HOST, WULP))
    assert [line for line in office.lines("due") if line.startswith("!")] == [told]
    assert office.notes("due", "--json")[-1] == told
    (row,) = [line for line in office.lines("summary", "--language", "en") if line.startswith("| Sien Stam | 2 June")]
    assert sorted(row.strip("| ").split(" | ")[2:]) == [f"Meeting, {HOST}", f"Meeting, {WULP}"]
    moved = ("act", WULP, "take", "fix", "--answer", "day=2027-06-03")
    assert "two places" not in office.run(*moved).stdout
    assert [line for line in office.lines("due") if line.startswith("!")] == []
    back = ("act", WULP, "take", "fix", "--answer", "day=2027-06-02", "--preview")
    (told,) = [each["text"] for each in office.json(*back)["clashes"]]
    assert told in office.run(*back).stdout


def test_a_launch_and_its_dry_run_tell_of_it(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    made = a_process(tmp_path)
    office.run("launch", made, "--name", "Ronde 1", "--hosts", HOST, *OPENING)
    peer(office, HOST, "bram")
    words = ("launch", made, "--name", "Ronde 2", "--hosts", WULP, "--date", "opening=2027-06-02")
    (told,) = [line for line in office.lines(*words, "--dry-run") if "two places" in line]
    assert told.startswith("! Bram Vos is expected in two places at once: ")
    assert all(part in told for part in (FIRST, f"Opening on Wed 2027-06-02 with {WULP} ("))
    assert [each["kind"] for each in office.json(*words)["cautions"]] == ["clash"]
