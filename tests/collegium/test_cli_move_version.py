"""How does an office let the cases of a round follow another version of their process?"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.collegium.command_line import HOST, Office, a_new_office

EXAMPLES = Path(__file__).parents[2] / "docs" / "reference" / "examples"
WULP = "Partnerschap De Wulp"
ROUND = "Ronde 2027"
TALK_2 = EXAMPLES / "talk_2"
FIGURES = ("submit", "figures", "--answer", "students=120", "--as", "anna@linde.example")


def a_round(folder: Path) -> Office:
    """Two cases follow version 1; one of them has answered a question that version 2 does not ask."""
    office = a_new_office(folder)
    office.run("launch", EXAMPLES / "talk", "--name", ROUND, "--hosts", HOST, "--hosts", WULP)
    office.run("act", HOST, *FIGURES)
    return office.at("2027-03-18T10:00")


def moving(office: Office, *more: str | Path, to: Path = TALK_2, code: int = 0) -> list[str]:
    return office.lines("move-version", ROUND, "--to", to, "--reason", "Five weeks", *more, code=code)


def of(facts: Mapping[str, Any], host: str) -> Mapping[str, Any]:
    return next(each for each in facts["cases"] if each["host"] == host)


def changed(folder: Path, *changes: tuple[str, str]) -> Path:
    """The folder of version 2 with changes."""
    made = folder / "mine"
    shutil.copytree(TALK_2, made)
    text = (made / "process.yaml").read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (made / "process.yaml").write_text(text)
    return made


def versions(office: Office) -> list[int]:
    return [office.json("show", host)["version"] for host in (HOST, WULP)]


def test_a_dry_run_says_what_would_become_of_each_case_and_changes_nothing(tmp_path: Path) -> None:
    office = a_round(tmp_path)
    before = office.run("cases").stdout
    lines = moving(office, "--dry-run")
    assert lines[0] == f"{HOST}: version 1 -> 2"
    for part in (
        "stage: Preparing -> Writing", "Self-evaluation", "Mon 2027-04-05", "Programme of the day", "Cora Kok",
        "not asked any more, the answer can still be read: How many students?", f"{WULP}: version 1 -> 2", "Figures",
        "2 cases would move to version 2.",
    ):  # fmt: skip
        assert part in "\n".join(lines), part
    assert lines[-1] == "This was a dry run: nothing was changed."
    assert (versions(office), office.run("cases").stdout) == ([1, 1], before)


def test_each_case_moves_and_what_the_dry_run_said_came_true(tmp_path: Path) -> None:
    office = a_round(tmp_path)
    foreseen = office.json("move-version", ROUND, "--to", TALK_2, "--reason", "Five weeks", "--dry-run")
    done = office.json("move-version", ROUND, "--to", TALK_2, "--reason", "Five weeks", "--as", "cora@bureau.example")
    assert (foreseen.pop("dry_run"), done.pop("dry_run")) == (True, False)
    assert foreseen == done
    assert of(done, WULP)["ended"][0]["label"] == "Figures"
    mails = [(mail["template"], mail["to"]) for mail in of(done, HOST)["mails"]]
    assert mails == [("opened", "Cora Kok")]  # Anna Bos has had no mail yet: her first one says the new day
    assert versions(office) == [2, 2]
    office.run("verify")
    told = {each["text"] for each in office.json("show", HOST, "--history")["events"]}
    assert {"dates computed: Preparing", "task opening: Letter beforehand", "dates computed: Writing"} <= told
    history = [each for each in office.json("show", HOST, "--history")["events"] if each["kind"] == "version_moved"]
    assert [(each["text"], each["data"]["new"]) for each in history] == [
        ("another version of the process: 1 -> 2 - Five weeks", 2)
    ]


def test_who_asks_again_goes_on_and_does_nothing_twice(tmp_path: Path) -> None:
    office = a_round(tmp_path)
    assert moving(office, "--case", HOST)[-1] == "1 case has moved to version 2."
    assert versions(office) == [2, 1]
    mails = len(office.json("outbox", "--all"))
    again = moving(office)
    assert (again[0], again[-2:]) == (
        f"{WULP}: version 1 -> 2", ["1 case has moved to version 2.", "1 case follows it already."],
    )  # fmt: skip
    assert (moving(office), len(office.json("outbox", "--all"))) == (
        ["0 cases have moved to version 2.", "2 cases follow it already."], mails,
    )  # fmt: skip


def test_what_cannot_move_is_named_with_why_and_the_others_move(tmp_path: Path) -> None:
    office = a_round(tmp_path)
    office.run("act", WULP, "submit", "letter", "--answer", "strengths=All", "--as", "bram@wulp.example")
    other = changed(tmp_path, ("  report:\n    for: office", "  report:\n    each: office"))
    lines = moving(office, to=other, code=1)
    kept = "‘Write the report’ has instances in one of the two versions for somebody or something else"
    assert f"! {WULP} stays where it is: {kept}" in lines
    assert lines[-2:] == ["1 case has moved to version 2.", "1 case can't move."]
    assert versions(office) == [2, 1]


def test_a_plan_that_is_not_whole_moves_nothing(tmp_path: Path) -> None:
    office = a_round(tmp_path)
    hole = changed(tmp_path, ("  drops: [figures]\n", ""))
    (told,) = office.refused("move-version", ROUND, "--to", hole, "--reason", "Five weeks")
    assert told.startswith("process.yaml:5:1: error: Version 1 has the task `figures`, and this one has not")
    assert versions(office) == [1, 1]


@pytest.mark.parametrize("known", ["the database", "a folder beside"])
def test_check_proves_a_plan_against_the_version_that_it_replaces(tmp_path: Path, known: str) -> None:
    office = a_round(tmp_path) if known == "the database" else Office(folder=tmp_path)
    if known == "a folder beside":
        shutil.copytree(EXAMPLES / "talk", tmp_path / "talk")
    hole = changed(tmp_path, ("drops: [figures]", "drops: [figure]"))
    lines = office.lines("check", hole, code=1)
    assert lines[0].startswith(f"{hole}/process.yaml:8:11: error: `drops` names `figure`, which version 1 does not")
    assert lines[1].startswith(f"{hole}/process.yaml:5:1: error: Version 1 has the task `figures`")


def test_check_says_where_the_replaced_version_is_nowhere(tmp_path: Path) -> None:
    (first, *_) = Office(folder=tmp_path).lines("check", changed(tmp_path))
    assert "warning: Version 1 of `talk` is neither in the database nor in a folder beside this one" in first


def test_a_version_may_count_with_holidays_that_the_old_one_did_not_know(tmp_path: Path) -> None:
    office = a_round(tmp_path)
    off = changed(tmp_path, ("public-holidays(NL)]", "public-holidays(NL), school-holidays(Zuid)]"))
    assert moving(office, to=off)[-1] == "2 cases have moved to version 2."
    office.at("2027-04-06T09:00").run("verify")


def test_answers_to_what_is_gone_are_kept_as_long_as_the_version_said_that_had_them(tmp_path: Path) -> None:
    first = tmp_path / "first"
    shutil.copytree(EXAMPLES / "talk", first)
    text = (first / "process.yaml").read_text()
    (first / "process.yaml").write_text(
        text.replace("figures: {see: {office: true}}", "figures: {see: {office: true}, keep: 6mo}")
    )
    office = a_new_office(tmp_path)
    office.run("launch", first, "--name", ROUND, "--hosts", HOST)
    office.run("act", HOST, *FIGURES)
    moving(office)
    letter = ("--answer", "strengths=All", "--answer", "questions=None", "--as", "anna@linde.example")
    office.run("act", HOST, "submit", "self_evaluation", *letter)
    office.run("act", HOST, "submit", "report", "--answer", "summary=Good", "--as", "cora@bureau.example")
    assert office.at("2027-09-01T09:00").json("retention")["past"] == []
    past = office.at("2027-09-02T09:00").json("retention")["past"]
    assert [(each["kind"], each["rule"], each["number"]) for each in past] == [("answers", "documents.figures.keep", 1)]


def test_answers_to_what_is_gone_can_still_be_read(tmp_path: Path) -> None:
    office = a_round(tmp_path)
    moving(office)
    assert [each["task"] for each in office.json("documents", HOST)] == ["figures:1"]
    assert office.lines("documents", HOST, "figures") == [f"{HOST}: Figures", "How many students?", "120"]
    assert office.json("documents", HOST, "--as", "cora@bureau.example")[0]["label"] == "Figures"


def test_a_renamed_task_is_kept_unfinished_handed_in_and_read_by_its_new_name(tmp_path: Path) -> None:
    office = a_round(tmp_path)
    office.run("move-version", ROUND, "--to", TALK_2, "--reason", "Vijf weken")
    who = ("--as", "anna@linde.example")
    office.run("form", HOST, "self_evaluation", *who, "--keep", "--answer", "strengths=Nieuw")
    assert "Nieuw" in office.run("form", HOST, "self_evaluation", *who).output
    given = ("--answer", "strengths=Sterk", "--answer", "questions=Waarom")
    office.run("act", HOST, "submit", "self_evaluation", *who, *given)
    assert "Sterk" in office.run("documents", HOST, "self_evaluation", *who).output


def test_a_case_of_another_round_and_a_round_without_cases_of_that_process_are_refused(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    office.run("launch", EXAMPLES / "talk", "--name", ROUND, "--hosts", WULP)
    office.run("launch", EXAMPLES / "talk", "--name", "Ronde 2028", "--hosts", HOST)
    why = office.refused("move-version", "Ronde 2028", "--to", TALK_2, "--reason", "Vijf weken", "--case", WULP)
    assert why == ["Can't move the cases to another version:", f"- {WULP} has no case in the round Ronde 2028"]
    why = office.refused("move-version", ROUND, "--to", EXAMPLES / "watch", "--reason", "Vijf weken")
    assert why == [
        "Can't move the cases to another version:",
        "- the round Ronde 2027 has no open case by watch, but by talk: name a later version of that",
    ]


def with_a_file(folder: Path) -> tuple[Path, Path]:
    """Two versions: the letter asks for a plan, and is called an essay later."""
    first, second = folder / "first", folder / "second"
    shutil.copytree(EXAMPLES / "talk", first)
    with (first / "forms" / "letter.yaml").open("a") as fields:
        fields.write("  plan: {type: file, types: [pdf], says: {nl: Plan, en: Plan}}\n")
    shutil.copytree(first, second)
    text = (second / "process.yaml").read_text()
    for old, new in (
        ("version: 1", "version: 2\nreplaces: {version: 1, as: {letter: essay}}"), ("letter.done", "essay.done"),
        ("  letter:\n", "  essay:\n"), ("  letter:  {see", "  essay:  {see"),
    ):  # fmt: skip
        assert old in text
        text = text.replace(old, new)
    (second / "process.yaml").write_text(text)
    return first, second


def test_a_renamed_task_is_one_piece_of_work_with_its_earlier_rounds(tmp_path: Path) -> None:
    first, second = with_a_file(tmp_path)
    for name in ("before.pdf", "after.pdf"):
        (tmp_path / name).write_bytes(b"%PDF-1.7 " + name.encode())
    who, office, out = ("--as", "anna@linde.example"), a_new_office(tmp_path), tmp_path / "answers.json"
    office.run("launch", first, "--name", ROUND, "--hosts", HOST)
    office.run("act", HOST, "submit", "letter", *who, *answers(plan=f"@{tmp_path}/before.pdf"))
    office = office.at("2027-03-02T09:00")
    moving(office, to=second)
    office.run("act", HOST, "correct", "--task", "essay:1", "--to", "open", "--reason", "Vergeten")
    office.run("form", HOST, "letter", *who, "--out", out)
    office.run("act", HOST, "submit", "essay:1", *who, "--answers-json", out)
    office = office.at("2027-03-03T09:00")
    office.run("act", HOST, "correct", "--state", "preparing", "--reason", "Nog eens")
    office.run("act", HOST, "submit", "essay:2", *who, *answers(plan=f"@{tmp_path}/after.pdf"))
    (listed,) = office.json("documents", HOST)
    assert [(each["name"], each["version"]) for each in listed["files"]] == [
        ("before.pdf", 1), ("before.pdf", 2), ("after.pdf", 3),
    ]  # fmt: skip
    assert office.lines("documents", HOST, "letter:1", "--version", "1")[-1] == "before.pdf (1 kB)"


def answers(**more: str) -> list[str]:
    given = {"strengths": "All", **more}
    return [word for name, value in given.items() for word in ("--answer", f"{name}={value}")]


def test_unfinished_answers_lose_what_is_not_asked_any_more_and_it_is_said_before_and_after(tmp_path: Path) -> None:
    who, office = ("--as", "anna@linde.example"), a_new_office(tmp_path)
    office.run("launch", EXAMPLES / "talk", "--name", ROUND, "--hosts", HOST)
    office.run("form", HOST, "letter", *who, "--keep", *answers(wishes="Time"))
    office.run("form", HOST, "figures", *who, "--keep", "--answer", "students=120")
    told = [
        "the unfinished answers of Anna Bos to ‘Figures’ go with the task",
        "Anna Bos has unfinished answers to ‘Letter beforehand’; not asked any more, and left out when they are handed "
        "in: What do you want to discuss?",
    ]
    assert [line for line in moving(office, "--dry-run") if "unfinished" in line] == told
    assert [line for line in moving(office) if "unfinished" in line] == told
    out = tmp_path / "answers.json"
    assert office.lines("form", HOST, "letter", *who, "--out", out)[-3:] == [
        "strengths: All", "Not asked any more, and left out:", "wishes: Time",
    ]  # fmt: skip
    assert json.loads(out.read_text()) == {"strengths": "All"}
    shown = office.json("form", HOST, "letter", *who)
    assert (shown["kept"]["answers"], shown["left_out"]) == ({"strengths": "All", "wishes": "Time"}, {"wishes": "Time"})
    assert office.json("form", HOST, "letter")["left_out"] == {}
    done = office.lines("act", HOST, "submit", "letter", *who, "--kept", "--answer", "questions=Why?")
    assert done[-2:] == ["Not asked any more, and left out:", "wishes: Time"]
    assert office.json("documents", HOST, "letter")["answers"] == {"strengths": "All", "questions": "Why?"}


def test_a_case_that_nobody_visits_in_a_ring_is_named_with_what_helps(tmp_path: Path) -> None:
    office = a_round(tmp_path)
    a_ring = changed(tmp_path, ("launch: {by: office}", "launch: {by: office, ring: {}}"))
    lacking = "no organisation visits it yet: collegium act {} visitor ORGANISATION --reason ..."
    ids = sorted(each["case"][:8] for each in office.json("cases"))
    said = sorted(line for line in moving(office, "--dry-run", to=a_ring) if "visits it" in line)
    assert said == [lacking.format(id) for id in ids]
    moving(office, to=a_ring)
    office.run("act", HOST, "visitor", WULP, "--reason", "A ring from now on")


def test_a_track_of_another_name_goes_on_and_a_date_that_goes_is_told_with_its_day(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    shutil.copytree(EXAMPLES / "talk", first)
    track = "tracks: {NAME: {during: [preparing, reporting], says: {nl: Zaal, en: Room}, states: {}}}\n"
    states = "{wanted: {nl: Gevraagd, en: Wanted}, there: {nl: Er, en: There}}"
    way = "  book: {from: NAME.wanted, to: NAME.there, by: office, says: {nl: Boeken, en: Book}}\n"

    def write(folder: Path, text: str, name: str) -> None:
        found = text.replace(
            "transitions:\n", track.replace("states: {}", f"states: {states}") + "transitions:\n" + way
        )
        (folder / "process.yaml").write_text(found.replace("NAME", name))

    text = (first / "process.yaml").read_text()
    write(first, text, "room")
    shutil.copytree(first, second)
    text = text.replace("version: 1", "version: 2\nreplaces: {version: 1, as: {room: hall}, drops: [meeting]}", 1)
    text = text.replace("dates:\n  meeting: {set_by: fix, provisional: case.launched + 10w}\n", "")
    write(second, "\n".join(line for line in text.splitlines() if not line.startswith("  fix:")), "hall")
    office = a_new_office(tmp_path)
    office.run("launch", first, "--name", ROUND, "--hosts", HOST)
    office.run("act", HOST, "take", "fix", "--answer", "day=2027-06-02")
    assert moving(office, "--dry-run", to=second)[1:] == [
        "meeting (Wed 2027-06-02) goes: that day is not kept, nor for a later version that has the date again",
        "1 case would move to version 2.", "This was a dry run: nothing was changed.",
    ]  # fmt: skip


def test_answers_of_a_task_that_was_dropped_are_no_former_version_of_one_that_has_its_name_now(tmp_path: Path) -> None:
    second, third = tmp_path / "second", tmp_path / "third"
    shutil.copytree(TALK_2, second)
    shutil.copytree(TALK_2, third)
    shutil.copy(EXAMPLES / "talk" / "forms" / "figures.yaml", third / "forms")
    text = (second / "process.yaml").read_text()
    plan = "  version: 1\n  as: {preparing: writing, letter: self_evaluation}\n  drops: [figures]\n"
    assert plan in text
    text = text.replace(f"version: 2\nreplaces:\n{plan}", "version: 3\nreplaces: {version: 2}\n")
    task = "figures: {for: contact, opens: writing, form: figures, due: {at: opened + 3w}, says: {nl: F, en: Figures}}"
    for heading, more in (
        ("tasks:\n", task),
        ("documents:\n", "figures: {see: {contact: true}, accept: {unread: Own figures}}"),
    ):
        text = text.replace(heading, f"{heading}  {more}\n", 1)
    (third / "process.yaml").write_text(text)
    office = a_round(tmp_path)
    moving(office, to=second)
    assert "warning: Version 2 dropped `figures`" in office.run("check", third).output
    assert "task opens: Figures" in "\n".join(moving(office, "--dry-run", to=third))
    moving(office, to=third)
    office = office.at("2027-03-19T10:00")
    who, cora = ("--as", "anna@linde.example"), ("--as", "cora@bureau.example")
    office.run("act", HOST, "submit", "figures", "--answer", "students=130", *who)
    asked = (("figures:1",), ("figures:2",), ("figures",), ("figures", "--version", "1"))
    assert [office.json("documents", HOST, *words, *who)["answers"]["students"] for words in asked] == [
        120, 130, 130, 130,
    ]  # fmt: skip
    assert [each["task"] for each in office.json("documents", HOST, *cora)] == ["figures:1"]
