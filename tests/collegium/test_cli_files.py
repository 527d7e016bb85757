"""Files that are handed in: kept with their versions, read by whom their process lets read, gone when they must."""

from __future__ import annotations

import json
import shutil
import sqlite3
from base64 import b64decode
from collections.abc import Callable
from contextlib import closing
from functools import cache
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from collegium.rehearsal.answers import Writer
from tests.builders.definitions import SMALL_REVIEW
from tests.builders.engine import a_definition, day
from tests.builders.forms import a_form, checked
from tests.collegium.command_line import HOST, Office, a_new_office, kept_once

ANNA, SAM = "anna@linde.example", "sam@linde.example"
PDF, SECOND = b"%PDF-1.7 first \x00\xff", b"%PDF-1.7 second"
SUBMIT = ("act", HOST, "submit", "reflection", "--as", ANNA, "--answer", "text=Het gaat goed", "--answer", "grade=far")
FIELDS = """
  plan: {type: file, required: true, types: [pdf], max_mb: 1, says: {nl: Plan, en: Plan}}
  proof:
    type: rows
    says: {nl: Bewijs, en: Proof}
    columns:
      piece: {type: file, types: [pdf, png], says: {nl: Stuk, en: Piece}}
"""


def a_filing_office(folder: Path, *, signed: bool = False, shared: bool = False) -> Office:
    """A small review of which the reflection asks for a file, and for others in rows; only the host sees it.

    `shared`: the contact and the signatory write it together.
    """
    _give_files(folder)
    return _filing(signed, shared)(folder)


@cache
def _filing(signed: bool, shared: bool) -> Callable[[Path], Office]:
    def made(folder: Path) -> Office:
        process = folder / "filing"
        shutil.copytree(SMALL_REVIEW, process)
        form = process / "forms" / "reflection.yaml"
        form.write_text(form.read_text(encoding="utf-8").rstrip("\n") + FIELDS, encoding="utf-8")
        text = (process / "process.yaml").read_text(encoding="utf-8").replace("see: {office: true}", "see: {}")
        sign = "\n    sign: {by: coordinator, due: {at: submitted + 3wd}}\n" if signed else "\n"
        text = text.replace("    form: reflection\n", f"    form: reflection{sign}")
        if shared:
            text = text.replace("for: contact\n    opens: writing", "for: [contact, signatory]\n    opens: writing")
        (process / "process.yaml").write_text(text, encoding="utf-8")
        office = a_new_office(folder)
        office.run("launch", process, "--name", "Ronde 2027", "--hosts", HOST)
        office.run("act", HOST, "take", "begin", "--answer", "day=2027-06-15")
        return office

    return kept_once(made)


def _give_files(folder: Path) -> None:
    (folder / "plan.pdf").write_bytes(PDF)
    (folder / "second.pdf").write_bytes(SECOND)


def handed_in(folder: Path) -> Office:
    _give_files(folder)
    return _handed_in(folder)


@kept_once
def _handed_in(folder: Path) -> Office:
    office = a_filing_office(folder)
    office.run(
        *SUBMIT, "--answer", f"plan=@{folder / 'plan.pdf'}", "--answer", f"proof.1.piece=@{folder / 'second.pdf'}"
    )
    return office


def content_of(office: Office, name: str) -> object:
    with closing(sqlite3.connect(office.database)) as connection:
        return connection.execute("SELECT content FROM kept_file WHERE name = ?", [name]).fetchone()


def test_a_file_is_kept_with_who_when_size_and_hash(tmp_path: Path) -> None:
    office = handed_in(tmp_path)
    (facts,) = office.json("documents", HOST, "--as", SAM)
    assert facts["files"][0] == {
        "place": "plan", "version": 1, "name": "plan.pdf", "size": len(PDF), "type": "application/pdf",
        "sha256": sha256(PDF).hexdigest(), "given": "2027-03-01T09:00:00+01:00", "gone": False, "by": "Anna Bos",
    }  # fmt: skip
    assert [(one["place"], one["name"]) for one in facts["files"]][1:] == [("proof.1.piece", "second.pdf")]
    lines = office.lines("documents", HOST, "--as", SAM)
    assert lines[-2].split("  ")[0] == "reflection:1"
    assert "plan.pdf (1 kB)" in lines[-2]
    assert office.lines("documents", HOST, "reflection", "--as", SAM)[-4:] == [
        "Plan", "plan.pdf (1 kB)", "Proof", "1. Piece: second.pdf (1 kB)",
    ]  # fmt: skip
    assert office.lines("verify")[-1].endswith("all is whole.")


def test_it_is_written_out_for_whom_its_document_is_and_for_nobody_else(tmp_path: Path) -> None:
    office = handed_in(tmp_path)
    out = tmp_path / "out"
    out.mkdir()
    assert office.refused("documents", HOST, "reflection", "--save", out)[0] == "Can't read ‘Write a short reflection’:"
    assert office.refused("documents", HOST, "reflection", "--public", "--save", out)[1] == "- it is not public"
    assert list(out.iterdir()) == []
    office.run("documents", HOST, "reflection", "--as", SAM, "--save", out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == {"plan.pdf": PDF, "second.pdf": SECOND}
    assert "plan.pdf" not in office.run("documents", HOST).output


def test_anybody_gets_what_is_public_without_the_name_that_somebody_gave_it(tmp_path: Path) -> None:
    office = handed_in(tmp_path).at("2027-04-26T09:00")
    office.run("act", HOST, "recalculate", "--reason", "a day later")
    (facts,) = office.json("documents", HOST, "--public")
    assert [(one["name"], "by" in one) for one in facts["files"]] == [("plan.pdf", False), ("proof.1.piece.pdf", False)]


def test_what_is_not_what_its_name_says_is_refused_and_nothing_is_kept(tmp_path: Path) -> None:
    office = a_filing_office(tmp_path)
    (tmp_path / "plan.pdf").write_bytes(b"MZ\x90 a program")
    assert office.refused(*SUBMIT, "--answer", f"plan=@{tmp_path / 'plan.pdf'}") == [
        "Can't keep the file plan.pdf:", "- it is called .pdf, and what is in it is something else",
    ]  # fmt: skip
    assert content_of(office, "plan.pdf") is None


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ((), "plan (Plan): an answer is needed: a file (@path) of the type pdf, at most 1 MB"),
        (("--answer", "plan=plan.pdf"), "plan (Plan): the file itself is needed, of the type pdf"),
        (("--answer", "plan=@{folder}/plan.png"), "plan (Plan): a file of the type png is none of pdf"),
        (("--answer", "plan=@{folder}/large.pdf"), "plan (Plan): the file has 1.5 MB, at most 1 fit"),
    ],
)
def test_a_task_is_done_only_with_the_files_that_it_needs(tmp_path: Path, answer: tuple[str, ...], says: str) -> None:
    office = a_filing_office(tmp_path)
    (tmp_path / "plan.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "large.pdf").write_bytes(PDF.ljust(1_500_000))
    told = office.refused(*SUBMIT, *(each.format(folder=tmp_path) for each in answer))
    assert f"- {says}" in told
    with closing(sqlite3.connect(office.database)) as connection:
        assert connection.execute("SELECT count(*) FROM kept_file").fetchone() == (0,)


def test_the_office_may_take_less_than_a_form_does(tmp_path: Path) -> None:
    office = a_filing_office(tmp_path)
    (tmp_path / "large.pdf").write_bytes(PDF.ljust(900_000))
    words = (*SUBMIT, "--answer", f"plan=@{tmp_path / 'large.pdf'}")
    refused = office.run(*words, code=1, env={"COLLEGIUM_LARGEST_FILE": "0"}).stderr
    assert "the file has 1 MB, at most 0 fit" in refused
    office.run(*words)


def test_a_second_version_leaves_the_first_to_be_read(tmp_path: Path) -> None:
    office = handed_in(tmp_path)
    office.run("act", HOST, "correct", "--task", "reflection:1", "--to", "open", "--reason", "anew")
    office.at("2027-03-02T09:00").run(*SUBMIT, "--answer", f"plan=@{tmp_path / 'second.pdf'}")
    (facts,) = office.json("documents", HOST, "--as", SAM)
    found = [(one["version"], one["place"], one["name"]) for one in facts["files"]]
    assert found == [(1, "plan", "plan.pdf"), (1, "proof.1.piece", "second.pdf"), (2, "plan", "second.pdf")]
    for version, content in (("1", PDF), ("2", SECOND)):
        folder = tmp_path / version
        folder.mkdir()
        office.run("documents", HOST, "reflection", "--as", SAM, "--version", version, "--save", folder)
        assert next(folder.glob("[p]lan.pdf" if version == "1" else "*.pdf")).read_bytes() == content
    assert office.refused("documents", HOST, "reflection", "--as", SAM, "--version", "3")[1].endswith(
        "the last one is 2"
    )
    assert office.refused("documents", HOST, "reflection", "--version", "1")[0].startswith("Can't read")


def test_a_file_is_kept_with_unfinished_answers_and_handed_in_with_them(tmp_path: Path) -> None:
    office = a_filing_office(tmp_path)
    keep = ("form", HOST, "reflection", "--keep", "--as", ANNA)
    office.run(*keep, "--answer", f"plan=@{tmp_path / 'plan.pdf'}")
    office.run(*keep, "--answer", f"plan=@{tmp_path / 'second.pdf'}")
    assert (content_of(office, "plan.pdf"), content_of(office, "second.pdf")) == (None, (SECOND,))
    assert office.lines("form", HOST, "reflection", "--as", ANNA)[-1] == "plan: second.pdf"
    office.run(*keep, "--answer", "text=Het gaat goed")
    office.run("act", HOST, "submit", "reflection", "--as", ANNA, "--kept", "--answer", "grade=far")
    (facts,) = office.json("documents", HOST, "--as", ANNA)
    assert [one["name"] for one in facts["files"]] == ["second.pdf"]
    assert office.lines("verify")[-1].endswith("all is whole.")


def test_a_file_is_read_once_while_others_may_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office, of_disk, read = a_filing_office(tmp_path), Path.read_bytes, list[str]()

    def noted(path: Path) -> bytes:
        if path.suffix == ".pdf":
            read.append(path.name)
            with closing(sqlite3.connect(office.database, timeout=0)) as other:
                other.execute("BEGIN IMMEDIATE")
        return of_disk(path)

    monkeypatch.setattr(Path, "read_bytes", noted)
    plan, second = (("--answer", f"plan=@{tmp_path / name}") for name in ("plan.pdf", "second.pdf"))
    office.run("form", HOST, "reflection", "--keep", "--as", ANNA, *plan)
    office.run(*SUBMIT, "--preview", *plan)
    office.run(*SUBMIT, *second)
    assert read == ["plan.pdf", "plan.pdf", "second.pdf"]


def test_a_text_that_looks_like_a_file_is_a_text(tmp_path: Path) -> None:
    office = a_filing_office(tmp_path)
    words = ("--as", ANNA, "--answer", "text=@anna weet er meer van", "--answer", f"plan=@{tmp_path / 'plan.pdf'}")
    office.run("act", HOST, "submit", "reflection", *words, "--answer", "grade=far")
    answers = office.json("documents", HOST, "reflection", "--as", ANNA)["answers"]
    assert answers["text"] == "@anna weet er meer van"


def test_a_file_that_is_not_handed_in_goes_with_what_was_thrown_away(tmp_path: Path) -> None:
    office = a_filing_office(tmp_path)
    office.run("form", HOST, "reflection", "--keep", "--as", ANNA, "--answer", f"plan=@{tmp_path / 'plan.pdf'}")
    office.run("form", HOST, "reflection", "--forget", "--as", ANNA)
    assert content_of(office, "plan.pdf") is None


def test_what_was_given_back_is_handed_in_again_with_its_file(tmp_path: Path) -> None:
    office = a_filing_office(tmp_path, signed=True)
    out = tmp_path / "answers.json"
    office.run(*SUBMIT, "--answer", f"plan=@{tmp_path / 'plan.pdf'}")
    office.run("act", HOST, "submit", "reflection", "--as", "cora@bureau.example", "--answer", "signed=no")
    office.run("form", HOST, "reflection", "--as", ANNA, "--out", out)
    office.run("act", HOST, "submit", "reflection", "--as", ANNA, "--answers-json", out, "--answer", "grade=early")
    (facts,) = office.json("documents", HOST, "--as", SAM)
    assert [(one["version"], one["name"]) for one in facts["files"]] == [(1, "plan.pdf"), (2, "plan.pdf")]
    assert office.lines("verify")[-1].endswith("all is whole.")


def test_nobody_reads_a_file_by_naming_its_id(tmp_path: Path) -> None:
    office = a_filing_office(tmp_path)
    office.run("form", HOST, "reflection", "--keep", "--as", ANNA, "--answer", f"plan=@{tmp_path / 'plan.pdf'}")
    taken = office.json("form", HOST, "reflection", "--as", ANNA)["kept"]["answers"]["plan"]
    for other in ({**taken, "file": "f" * 16}, {**taken, "file": ""}):
        (tmp_path / "answers.json").write_text(json.dumps({"plan": other}))
        told = office.refused(*SUBMIT, "--answers-json", tmp_path / "answers.json")
        assert told[1] == "- plan (Plan): there is no such file: hand it in with @PATH"
    (tmp_path / "answers.json").write_text(json.dumps({"plan": {**taken, "size": 1, "sha256": "0" * 64}}))
    office.run(*SUBMIT, "--answers-json", tmp_path / "answers.json")
    assert office.json("documents", HOST, "reflection", "--as", ANNA)["answers"]["plan"] == taken


def test_a_path_in_a_file_with_answers_names_no_file_of_this_machine(tmp_path: Path) -> None:
    office = a_filing_office(tmp_path)
    (tmp_path / "answers.json").write_text(json.dumps({"plan": f"@{tmp_path / 'plan.pdf'}"}))
    told = office.refused(*SUBMIT, "--answers-json", tmp_path / "answers.json")
    assert told[1] == "- plan (Plan): the file itself is needed, of the type pdf"


def test_what_is_in_a_file_stands_in_no_history(tmp_path: Path) -> None:
    office = handed_in(tmp_path)
    with closing(sqlite3.connect(office.database)) as connection:
        told = "\n".join(text for (text,) in connection.execute("SELECT payload FROM history"))
    assert "plan.pdf" not in told
    assert "%PDF" not in told


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("UPDATE kept_file SET content = x'25'", "is not what was handed in"),
        ("UPDATE kept_file SET content = NULL", "is gone, and nobody was erased who handed it in"),
        ("UPDATE kept_file SET sha256 = 'b', content = x'25', size = 1", "is not the one that was handed in"),
        ("DELETE FROM kept_file", "is gone"),
        ("UPDATE kept_file SET submission_id = NULL", "is gone"),
    ],
)
def test_verify_and_the_doctor_notice_a_file_that_is_not_what_was_handed_in(
    tmp_path: Path, change: str, says: str
) -> None:
    office = handed_in(tmp_path)
    with closing(sqlite3.connect(office.database)) as connection:
        connection.execute(change)
        connection.commit()
    assert any("the file" in line and line.endswith(says) for line in office.lines("verify", code=1))
    assert "the file" in office.run("doctor", code=1).output


def test_the_exports_hold_the_files_with_what_is_in_them(tmp_path: Path) -> None:
    office = handed_in(tmp_path)
    for name, what in (("anna", ("--person", ANNA)), ("sam", ("--person", SAM)), ("case", ("--case", HOST))):
        office.run("export", *what, "--out", tmp_path / f"{name}.json")
    told = {name: json.loads((tmp_path / f"{name}.json").read_text()) for name in ("anna", "sam", "case")}
    of_anna, of_sam, of_case = (
        told["anna"]["cases"][0]["files"],
        told["sam"]["cases"][0]["files"],
        told["case"]["files"],
    )
    assert (of_sam, of_anna) == ([], of_case)
    assert {one["name"]: b64decode(one["content"]) for one in of_case} == {"plan.pdf": PDF, "second.pdf": SECOND}


def test_who_is_erased_leaves_nothing_of_their_files_and_whole_histories(tmp_path: Path) -> None:
    office = handed_in(tmp_path)
    assert "files: 2" in office.run("erase", ANNA, "--reason", "vraag", "--dry-run").stdout
    office.run("erase", ANNA, "--reason", "vraag")
    data = office.database.read_bytes()
    assert [mark in data for mark in (PDF, SECOND, b"plan.pdf")] == [False, False, False]
    assert office.lines("verify")[-1].endswith("all is whole.")
    assert office.lines("documents", HOST, "reflection", "--as", SAM)[-3] == "file of somebody who was erased"
    assert "holds no files" in office.refused("documents", HOST, "reflection", "--as", SAM, "--save", tmp_path)[1]


def a_file_of_two(folder: Path, *, erased: str, takes_over: str) -> Office:
    """Anna put a file into unfinished answers that Sam kept last; one of them is replaced and erased."""
    office = a_filing_office(folder, shared=True)
    keep = ("form", HOST, "reflection", "--keep")
    office.run(*keep, "--as", ANNA, "--answer", f"plan=@{folder / 'plan.pdf'}", "--answer", "text=Het gaat goed")
    office.run(*keep, "--as", SAM, "--version", "1", "--answer", "grade=far")
    office.run("act", HOST, "assign", takes_over, "Bram Vos")
    office.run("erase", erased, "--reason", "vraag")
    return office


def test_a_file_of_who_is_erased_keeps_its_place_in_answers_of_a_colleague_who_can_go_on(tmp_path: Path) -> None:
    office = a_file_of_two(tmp_path, erased=ANNA, takes_over="contact")
    gone = "plan (Plan): the file is gone with who put it in: hand in another with @PATH, or nothing (plan=)"
    assert (PDF in office.database.read_bytes(), office.lines("verify")[-1][-13:]) == (False, "all is whole.")
    assert "plan: file of somebody who was erased" in office.lines("form", HOST, "reflection", "--as", SAM)
    submit = ("act", HOST, "submit", "reflection", "--as", SAM, "--kept")
    assert office.refused(*submit)[1] == f"- {gone}"
    assert gone in office.lines("form", HOST, "reflection", "--keep", "--as", SAM, "--answer", "grade=early")
    office.run(*submit, "--answer", f"plan=@{tmp_path / 'second.pdf'}")
    (facts,) = office.json("documents", HOST, "--as", SAM)
    assert ([one["name"] for one in facts["files"]], content_of(office, "")) == (["second.pdf"], None)


def test_what_somebody_kept_last_goes_with_them_and_with_the_files_of_others_in_it(tmp_path: Path) -> None:
    office = a_file_of_two(tmp_path, erased=SAM, takes_over="signatory")
    assert office.json("form", HOST, "reflection", "--as", ANNA)["kept"] is None
    assert content_of(office, "plan.pdf") is None
    office.run("form", HOST, "reflection", "--keep", "--as", ANNA, "--answer", f"plan=@{tmp_path / 'plan.pdf'}")
    assert content_of(office, "plan.pdf") == (PDF,)


def test_files_go_when_the_term_of_their_answers_is_over(tmp_path: Path) -> None:
    office = handed_in(tmp_path).at("2029-03-02T09:00")
    office.run("retention", "--remove")
    assert (content_of(office, "plan.pdf"), content_of(office, "second.pdf")) == (None, None)
    assert office.lines("verify")[-1].endswith("all is whole.")


def test_files_come_back_with_a_backup(tmp_path: Path) -> None:
    office = handed_in(tmp_path)
    office.run("backup", tmp_path / "all.zip")
    assert office.run("backup", tmp_path / "all.zip", "--check").exit_code == 0
    again = Office(folder=tmp_path / "again")
    again.folder.mkdir()
    again.run("restore", tmp_path / "all.zip")
    again.run("documents", HOST, "reflection", "--as", SAM, "--save", again.folder)
    assert (again.folder / "plan.pdf").read_bytes() == PDF


def test_a_version_or_a_folder_without_a_task_is_a_wrong_use(tmp_path: Path) -> None:
    office = a_filing_office(tmp_path)
    for words in (("--version", "1"), ("--save", tmp_path)):
        assert "name the task whose version or files" in office.run("documents", HOST, *words, code=2).stderr


def test_a_rehearsal_hands_in_a_file_that_fits() -> None:
    form = a_form("plan: {type: file, types: [docx, pdf], max_mb: 1, required: true}")
    writer = Writer(a_definition(), (), {})
    answers = writer.fill(form, {}, Random(1), day("2027-03-01"))
    assert checked(form, answers) == (answers, [])
