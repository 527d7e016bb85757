"""`outbox`, `verify`, `check`, `draw` and `summary`: mails can be read, the store is checked, processes are told."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collegium.bootstrap import build
from collegium.settings import Settings
from storage.unit_of_work import SqlStore
from tests.builders.definitions import SMALL_REVIEW
from tests.collegium.command_line import HOST, NOW, Office, a_new_office, a_writing_office, an_office_with_a_case
from workflows.loader import shipped

TALK = Path(__file__).parents[2] / "docs" / "reference" / "examples" / "talk"


def composed(office: Office) -> None:
    """Turn what waits into mails, and send none."""
    with build(Settings(database=f"sqlite:///{office.database}")) as app:
        app.mailroom.compose(datetime.fromisoformat(NOW).replace(tzinfo=UTC))


def test_what_waits_is_told_before_it_is_a_mail(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    rows = office.json("outbox", "--waiting")
    assert [(row["template"], row["to"], row["about"]) for row in rows] == [("opened", "Cora Kok", HOST)]
    assert office.lines("outbox") == ["No such mails."]


def test_mails_are_listed_read_and_counted(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    composed(office)
    rows = office.json("outbox", "--case", "De Linde")
    assert {(row["to"], row["kind"], row["state"]) for row in rows} == {
        ("Anna Bos", "begun", "ready"), ("Sam Smit", "begun", "ready"),
    }  # fmt: skip
    assert [row["to"] for row in office.json("outbox", "--to", "anna@linde.example")] == ["Anna Bos"]
    assert office.json("outbox", "--state", "sent") == []
    assert office.json("outbox", "counts") == {
        "mails": [{"kind": "begun", "state": "ready", "number": 2}], "waiting": 0,
    }  # fmt: skip
    anna = next(row["id"] for row in rows if row["to"] == "Anna Bos")
    lines = office.lines("outbox", "show", anna[:10])
    assert "To: Anna Bos <anna@linde.example>" in lines
    assert "Subject: Kleine review van Partnerschap De Linde is begonnen" in lines


def test_a_mail_is_shown_without_its_private_link(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    composed(office)
    for row in office.json("outbox"):
        body = office.json("outbox", "show", row["id"])["body"]
        assert "%%link" not in body
        assert ("[private link]" in body) is (row["to"] == "Anna Bos")


def test_a_state_or_mail_that_does_not_exist(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    office.run("outbox", "--state", "lost", code=2)
    assert office.refused("outbox", "show", "abc") == ["There is no mail 'abc'."]


def test_verify_finds_a_whole_store_whole(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    assert office.json("verify")["ok"]
    assert office.lines("verify")[-1].endswith("all is whole.")


def test_verify_names_what_was_changed_behind_the_history(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    store = SqlStore(f"sqlite:///{office.database}")
    with store.engine.begin() as connection:
        connection.exec_driver_sql("update review_case set stage = 'proposed'")
    store.close()
    found = office.json("verify", code=1)
    assert not found["ok"]
    assert any("stage: stored 'proposed', replayed 'writing'" in problem for problem in found["problems"])


def test_a_sound_process_is_told_so(tmp_path: Path) -> None:
    office = Office(folder=tmp_path)
    sound, tried, folded = office.lines("check", SMALL_REVIEW)
    assert sound == f"{SMALL_REVIEW}: sound"
    assert tried.startswith("Tried out: ")
    assert tried.endswith("these are all of them.")
    assert folded.startswith("Everybody may stay silent")
    found = office.json("check", "development-review")
    assert (found["ok"], found["explored"]["whole"], found["doubts"]) == (True, True, [])


def test_what_only_a_person_can_judge_is_counted_and_printed_when_asked(tmp_path: Path) -> None:
    office = Office(folder=tmp_path)
    printed = [line for line in office.lines("check", "enqa-review", "--sheet") if ".yaml:" in line]
    assert [line.split(": ", 1)[1] for line in printed if "`clarification` is read" in line] == [
        "`clarification` is read by `panel`, `coordinator`; by `scrutineers` if `clarification is done`; by "
        "`board_president` if `clarification is done`; never by `agency`, `office`, `register_officer`; is kept `7y`."
    ]
    assert office.lines("check", "enqa-review")[-1].endswith(
        f"`--sheet` prints {len(printed)} lines to be read beside the framework."
    )
    assert len(office.json("check", "enqa-review")["sheet"]) == len(printed)


def test_a_stage_in_which_a_case_would_stay_for_ever_is_told_with_the_way_to_it(tmp_path: Path) -> None:
    office = Office(folder=tmp_path)
    folder = tmp_path / "development_review"
    shutil.copytree(shipped()["development-review"], folder)
    path = folder / "process.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("when: [agenda_text.done, agenda_text.expired]", "when: agenda_text.done"))
    line = next(
        line for line in office.lines("check", folder, code=1) if line.startswith(f"{path}:") and "error: " in line
    )
    assert "error: The case can stay in the stage `agenda` for ever" in line
    assert "nobody does `agenda_text` in time (agenda)." in line


def test_every_error_of_a_process_is_told_with_its_place(tmp_path: Path) -> None:
    office = Office(folder=tmp_path)
    folder = tmp_path / "small_review"
    shutil.copytree(SMALL_REVIEW, folder)
    path = folder / "process.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("by: coordinator", "by: cordinator").replace("case.launched + 1y", "case.launched + 1yr")
    )
    lines = office.lines("check", folder, code=1)
    assert any(line.startswith(f"{path}:") and "`coordinator`" in line for line in lines)
    assert lines[-1].startswith(f"{folder}: 2 errors")
    problems = office.json("check", folder, code=1)["problems"]
    assert {problem["severity"] for problem in problems} == {"error"}
    assert office.refused("draw", folder)[0] == f"Can't draw {folder}, it has errors:"


def test_a_child_of_another_process_is_looked_for_beside_it_and_among_those_that_are_known(tmp_path: Path) -> None:
    office = Office(folder=tmp_path)
    folder = tmp_path / "own"
    shutil.copytree(SMALL_REVIEW, folder)
    text = (folder / "process.yaml").read_text(encoding="utf-8").replace("small-review", "own-review")
    shutil.copytree(SMALL_REVIEW, tmp_path / "small")
    child = "\nchildren: {after: {process: PROCESS, opens: done, says: {nl: Daarna, en: After}}}\n"
    lines = {}
    for process in ("smal-review", "small-review", "development-review"):
        (folder / "process.yaml").write_text(text + child.replace("PROCESS", process), encoding="utf-8")
        code = 1 if process == "smal-review" else 0
        lines[process] = office.lines("check", folder, code=code)
    assert "is of the process `smal-review`, which is not known" in lines["smal-review"][0]
    assert lines["smal-review"][0].endswith("Did you mean `small-review`?")
    assert lines["small-review"][0] == lines["development-review"][0] == f"{folder}: sound"


def test_a_process_that_is_not_known_is_told_with_the_nearest(tmp_path: Path) -> None:
    office = Office(folder=tmp_path)
    assert office.refused("check", "developmnt-review") == [
        "There is no process 'developmnt-review', and no folder with a process.yaml."
        " Did you mean development-review?"
    ]  # fmt: skip


def test_the_offices_own_processes_are_known_by_name(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    own = {"COLLEGIUM_DEFINITIONS": str(SMALL_REVIEW.parent)}
    found = office.run("launch", "small-review", "--name", "R", "--hosts", HOST, env=own)
    assert "1 case of small-review 1 began in the round R." in found.stdout


def test_a_process_is_drawn(tmp_path: Path) -> None:
    office = Office(folder=tmp_path)
    assert "stateDiagram-v2" in office.lines("draw", SMALL_REVIEW, "--language", "en")
    out = tmp_path / "small.md"
    office.run("draw", SMALL_REVIEW, "--out", out)
    assert "Small review" in out.read_text(encoding="utf-8")
    office.run("draw", SMALL_REVIEW, "--language", "fr", code=2)


def test_a_process_is_drawn_as_a_picture_and_as_a_timeline(tmp_path: Path) -> None:
    office = Office(folder=tmp_path)
    picture, timeline = tmp_path / "review.svg", tmp_path / "time.svg"
    assert office.lines("draw", "development-review", "--language", "nl", "--out", picture) == [f"Getekend: {picture}"]
    assert "7 weken voor de bezoekdag, 17.00 uur" in picture.read_text(encoding="utf-8")
    office.run("draw", "development-review", "--language", "en", "--timeline", "--out", timeline)
    assert "The typical case" in timeline.read_text(encoding="utf-8")
    assert office.lines("draw", "development-review", "--format", "svg")[-1] == "</svg>"
    assert "stateDiagram-v2" in office.lines("draw", "development-review", "--format", "mermaid")
    office.run("draw", "development-review", "--timeline", "--format", "mermaid", code=2)


def test_what_the_check_found_is_drawn(tmp_path: Path) -> None:
    office = Office(folder=tmp_path)
    folder = tmp_path / "small_review"
    shutil.copytree(SMALL_REVIEW, folder)
    process = folder / "process.yaml"
    lost = "stages:\n  lost: {says: {nl: Weg, en: Lost}}\n"
    process.write_text(process.read_text(encoding="utf-8").replace("stages:\n", lost), encoding="utf-8")
    assert office.refused("draw", folder)[0] == f"Can't draw {folder}, it has errors:"
    out = tmp_path / "found.svg"
    office.run("draw", folder, "--findings", "--language", "en", "--out", out)
    assert "What the check found" in out.read_text(encoding="utf-8")


def test_what_trying_out_found_is_drawn_with_the_way_there(tmp_path: Path) -> None:
    office, folder, out = Office(folder=tmp_path), tmp_path / "talk", tmp_path / "found.svg"
    shutil.copytree(TALK, folder)
    process = folder / "process.yaml"
    text = process.read_text(encoding="utf-8")
    assert text.count("opens: reporting") == 1
    process.write_text(text.replace("opens: reporting", "opens: done"), encoding="utf-8")
    office.run("draw", folder, "--findings", "--language", "en", "--out", out)
    drawn = " ".join(re.sub(r"<[^>]*>", " ", out.read_text(encoding="utf-8")).split())
    for found in (
        "is never taken",
        "no case comes to the stage",
        "for ever: nothing moves it any more",
        "The way there: the case begins",
    ):
        assert found in drawn


def test_a_summary_for_nobody_is_a_wrong_use(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    office.run("summary", "--for", "press", code=2)
    office.run("summary", "--format", "doc", code=2)


def test_a_summary_is_written_for_one_audience(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    out = tmp_path / "linde.html"
    office.run("summary", "--for", "partnership", "--case", HOST, "--format", "html", "--out", out)
    assert HOST in out.read_text(encoding="utf-8")
    assert "# Where it stands: Bureau Peerreview" in office.lines("summary", "--as-of", "2027-03-01")
    office.run("summary", "--as-of", "yesterday", code=2)
    assert "om 08:30 uur" in office.run("summary", "--as-of", "2027-03-01T08:30", "--language", "nl").output
    assert "08:30" not in office.run("summary", "--as-of", "2027-03-01", "--language", "nl").output


def test_a_summary_is_of_no_day_that_lies_ahead(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path).at("2027-03-10T09:00")
    office.run("summary", "--as-of", "2027-03-10")
    ahead = " ".join(office.run("summary", "--as-of", "2027-03-11", code=2).output.split())
    assert "2027-03-11 lies ahead: what will be stands in collegium show" in ahead.replace("│ ", "")
    office.run("summary", "--as-of", "2027-03-10T08:59")
    office.run("summary", "--as-of", "2027-03-10T09:01", code=2)


@pytest.mark.parametrize("format_", ["md", "html", "xlsx", "pdf"])
def test_a_summary_is_written_into_a_folder_under_a_name_of_its_own(tmp_path: Path, format_: str) -> None:
    office = a_writing_office(tmp_path)
    folder = tmp_path / "for readers"
    folder.mkdir()
    office.run("summary", "--for", "cycle", "--format", format_, "--out", folder)
    assert [path.name for path in folder.iterdir()] == [f"cycle-ronde-2027.en.{format_}"]


def test_a_summary_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    office.run("summary", "--format", "pdf", code=2)
    assert office.refused("summary", "--for", "reviewer") == ["A summary for a reviewer is about one person: say who"]
    refused = office.refused("summary", "--for", "cycle", "--cycle", "1900")
    assert refused == ['There is no round 1900; there are: "Ronde 2027"']
    assert office.refused("summary", "--for", "reviewer", "--person", "Anna Boss") == [
        "There is no person 'Anna Boss'. Did you mean Anna Bos?"
    ]


def test_words_of_a_process_that_ask_for_a_task_wait_for_whoever_went_on_leave_meanwhile(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    office.run("people", "away", "anna@linde.example", "2027-03-01", "2027-03-12")
    mails = office.json("outbox", "tomorrow", "--date", "2027-03-16")["mails"]
    assert [(each["to"], each["at"]) for each in mails if each["kind"] == "begun"] == [
        ("Sam Smit", "2027-03-01T09:00:00+01:00"), ("Anna Bos", "2027-03-15T09:00:00+01:00"),
    ]  # fmt: skip


def test_whoever_has_yet_to_be_asked_in_words_of_a_process_gets_no_word_of_a_new_date_beside_it(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    office.run("people", "away", "anna@linde.example", "2027-03-08", "2027-03-19")
    office = office.at("2027-03-12T09:05")
    office.run("act", HOST, "pin", "reflection", "--on", "2027-05-10", "--reason", "Verlof")
    mails = office.json("outbox", "tomorrow", "--date", "2027-03-23")["mails"]
    assert [(each["kind"], each["at"][:10]) for each in mails if each["to"] == "Anna Bos"] == [("begun", "2027-03-22")]
