"""`form --keep`: nobody loses what they were writing, and nobody else reads it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import typer

from collegium.cli.answers import gathered
from tests.builders.definitions import SMALL_REVIEW
from tests.collegium.command_line import HOST, Office, a_new_office, a_writing_office

ANNA, SAM = "anna@linde.example", "sam@linde.example"
KEEP = ("form", HOST, "reflection", "--keep")
TEXT = ("--answer", "text=Het gaat goed hier")


def a_shared_office(folder: Path) -> Office:
    """A small review of which two people write the reflection, and sign it, too."""
    process = folder / "shared"
    shutil.copytree(SMALL_REVIEW, process)
    text = (process / "process.yaml").read_text(encoding="utf-8")
    both = text.replace("for: contact\n    opens: writing", "for: [contact, signatory]\n    opens: writing")
    signed = both.replace(
        "form: reflection\n", "form: reflection\n    sign: {by: coordinator, due: {at: submitted + 3wd}}\n"
    )
    (process / "process.yaml").write_text(signed, encoding="utf-8")
    office = a_new_office(folder)
    office.run("launch", process, "--name", "Ronde 2027", "--hosts", HOST)
    office.run("act", HOST, "take", "begin", "--answer", "day=2027-06-15")
    return office


def test_incomplete_and_wrong_answers_are_kept_and_told(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    rows = ("--answer", "authors.1.name=Zoë", "--answer", "authors.2.name=")
    told = office.lines(*KEEP, "--as", ANNA, "--answer", "text=Te kort", "--answer", "grade=rood", *rows)
    assert told == [
        "Kept as version 1; not handed in yet.",
        "This is not right yet:",
        "grade (Where do you stand?): 'rood' is none of early, far",
        "This is still to come:",
        "text (What goes well, and what could be better?): the text has 2 words, at least 3 are needed",
        "authors.2.name (Who helped to write?, row 2, Name): an answer is needed",
    ]
    kept = office.json("form", HOST, "reflection", "--as", ANNA)["kept"]
    assert (kept["version"], kept["by"], kept["at"]) == (1, "Anna Bos", "2027-03-01T09:00:00+01:00")
    assert kept["answers"] == {"text": "Te kort", "grade": "rood", "authors": [{"name": "Zoë"}, {"name": ""}]}


NO_QUESTION = "nonsense: this form has no such question"


def with_an_unknown_answer(folder: Path) -> Office:
    """Something was kept under a version of the process that asked another question, too."""
    office = a_writing_office(folder)
    office.run(*KEEP, "--as", ANNA, *TEXT)
    with closing(sqlite3.connect(office.database)) as connection:
        connection.execute("UPDATE unfinished SET answers = json_set(answers, '$.nonsense', '3')")
        connection.commit()
    return office


def test_an_answer_to_no_question_is_refused_with_the_questions_that_there_are(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    cannot = "Can't keep answers to ‘Write a short reflection’:"
    assert office.refused(*KEEP, "--as", ANNA, *TEXT, "--answer", "nonsense=3") == [
        cannot, f"- {NO_QUESTION}. There are: authors, grade, text.",
    ]  # fmt: skip
    assert office.refused(*KEEP, "--as", ANNA, "--answer", "txt=") == [
        cannot, "- txt: this form has no such question. Did you mean text?",
    ]  # fmt: skip
    assert office.json("form", HOST, "reflection", "--as", ANNA)["kept"] is None


def test_an_answer_of_which_the_question_is_gone_is_taken_out_with_nothing_in_its_place(tmp_path: Path) -> None:
    office = with_an_unknown_answer(tmp_path)
    submit = ("act", HOST, "submit", "reflection", "--as", ANNA, "--kept")
    out = f"{NO_QUESTION}; take it out of what was kept with --answer nonsense="
    grade = "grade (Where do you stand?): an answer is needed: one of early (At the beginning), far (Far already)"
    assert office.refused(*submit) == ["Can't do ‘Write a short reflection’:", f"- {out}", f"- {grade}"]
    assert out in office.lines(*KEEP, "--as", ANNA, "--answer", "grade=far")
    office.run(*submit, "--answer", "nonsense=", "--preview")
    assert out not in office.lines(*KEEP, "--as", ANNA, "--answer", "nonsense=")
    kept = office.json("form", HOST, "reflection", "--as", ANNA)["kept"]["answers"]
    assert kept == {"text": "Het gaat goed hier", "grade": "far"}


def test_nothing_takes_an_answer_a_row_or_all_rows_out(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    keep = (*KEEP, "--as", ANNA)
    office.run(*keep, *TEXT, "--answer", "authors.1.name=Zoë", "--answer", "authors.2.name=Bo")
    office.run(*keep, "--answer", "authors.1.nme=x", "--answer", "text=")
    told = office.lines(*keep, "--answer", "authors.1.nme=", "--answer", "authors.2=")
    assert told[2:] == [
        "text (What goes well, and what could be better?): an answer is needed",
        "grade (Where do you stand?): an answer is needed",
    ]
    answers = {"text": "", "authors": [{"name": "Zoë"}]}
    assert office.json("form", HOST, "reflection", "--as", ANNA)["kept"]["answers"] == answers
    assert office.lines(*keep, "--answer", "authors=")[2:] == told[2:]


def test_answers_are_kept_to_a_task_that_a_date_opened_since_the_clock_last_ran(tmp_path: Path) -> None:
    """It is in the transaction of the answers that it opens, and in none before it."""
    process = tmp_path / "later"
    shutil.copytree(SMALL_REVIEW, process)
    text = (process / "process.yaml").read_text(encoding="utf-8")
    later = text.replace("opens: writing\n    form", "opens: writing + 2d\n    form")
    (process / "process.yaml").write_text(later, encoding="utf-8")
    office = a_new_office(tmp_path)
    office.run("launch", process, "--name", "Ronde 2027", "--hosts", HOST)
    office.run("act", HOST, "take", "begin", "--answer", "day=2027-06-15")
    told = office.at("2027-03-04T09:00").lines(*KEEP, "--as", ANNA, *TEXT)
    assert told[-1] == "grade (Where do you stand?): an answer is needed"


def test_what_looks_like_a_character_that_cannot_be_kept_is_kept_as_it_was_typed(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    text = r"het pad C:\u0000\map werkt niet"
    office.run(*KEEP, "--as", ANNA, "--answer", f"text={text}")
    assert office.json("form", HOST, "reflection", "--as", ANNA)["kept"]["answers"] == {"text": text}


@pytest.mark.parametrize("depth", [20, 100_000])
def test_values_within_values_without_end_are_a_wrong_use(tmp_path: Path, depth: int) -> None:
    file = tmp_path / "a.json"
    file.write_text('{"text": ' + "[" * depth + "]" * depth + "}")
    with pytest.raises(typer.BadParameter, match="holds values within values, more than 20 deep"):
        gathered([], file)
    file.write_text('{"text": ' + "[" * 19 + "1" + "]" * 19 + "}")
    assert list(gathered([], file)) == ["text"]


def test_a_later_edit_changes_one_answer_and_a_file_all_of_them(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    office.run(*KEEP, "--as", ANNA, *TEXT)
    assert office.json(*KEEP, "--as", ANNA, "--answer", "grade=far")["version"] == 2
    out = tmp_path / "answers.json"
    office.run("form", HOST, "reflection", "--as", ANNA, "--out", out)
    assert json.loads(out.read_text()) == {"text": "Het gaat goed hier", "grade": "far"}
    out.write_text('{"text": "Alles is nu anders"}')
    office.run(*KEEP, "--as", ANNA, "--answers-json", out)
    assert office.lines("form", HOST, "reflection", "--as", ANNA)[-2:] == [
        "Kept, not handed in yet: version 3, by Anna Bos on Mon 2027-03-01 09:00",
        "text: Alles is nu anders",
    ]


def test_what_was_kept_is_handed_in_and_then_gone(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    office.run(*KEEP, "--as", ANNA, *TEXT)
    office.run("act", HOST, "submit", "reflection", "--as", ANNA, "--kept", "--answer", "grade=far")
    assert office.json("documents", HOST, "reflection", "--as", ANNA)["answers"] == {
        "text": "Het gaat goed hier",
        "grade": "far",
    }
    assert office.json("form", HOST, "reflection:1", "--as", ANNA)["kept"] is None
    assert office.lines("verify")[-1].endswith("all is whole.")


def test_without_something_kept_there_is_nothing_to_hand_in(tmp_path: Path) -> None:
    refused = a_writing_office(tmp_path).refused("act", HOST, "submit", "reflection", "--as", ANNA, "--kept")
    assert refused[1] == "- nothing is kept of it for who does this: say with --as who has the task"


@pytest.mark.parametrize("reader", [SAM, "cora@bureau.example", None])
def test_nobody_but_who_has_the_task_sees_what_is_kept(tmp_path: Path, reader: str | None) -> None:
    office = a_writing_office(tmp_path)
    office.run(*KEEP, "--as", ANNA, *TEXT)
    who = ("--as", reader) if reader else ()
    kept = office.json("form", HOST, "reflection", *who)["kept"]
    assert (kept["version"], kept["answers"]) == (1, None)
    for words in (("form", HOST, "reflection", *who), ("show", HOST), ("documents", HOST), ("cases",)):
        assert "Het gaat goed hier" not in office.run(*words).output


def test_who_does_not_have_the_task_keeps_nothing_of_it(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    assert office.refused(*KEEP, "--as", SAM, *TEXT) == [
        "Can't keep answers to ‘Write a short reflection’:",
        "- only who has the task keeps answers to it, and sees them",
    ]
    assert office.json("form", HOST, "reflection")["kept"] is None


def test_the_text_of_another_is_never_replaced_unseen(tmp_path: Path) -> None:
    office = a_shared_office(tmp_path)
    office.run(*KEEP, "--as", ANNA, *TEXT)
    later = office.at("2027-03-02T10:30")
    says = "- Anna Bos kept version 1 on Mon 2027-03-01 09:00: look at it with `form`, then give --version 1"
    assert later.refused(*KEEP, "--as", SAM, "--answer", "text=Van Sam alleen")[1] == says
    assert later.json("form", HOST, "reflection", "--as", SAM)["kept"]["answers"] == {"text": "Het gaat goed hier"}
    later.run(*KEEP, "--as", SAM, "--answer", "text=Van ons samen", "--version", "1")
    assert later.refused(*KEEP, "--as", ANNA, *TEXT, "--version", "1")[1].startswith("- Sam Smit kept version 2 on")
    assert later.json("form", HOST, "reflection", "--as", ANNA)["kept"]["answers"] == {"text": "Van ons samen"}


def test_a_version_of_what_was_thrown_away_is_refused(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    office.run(*KEEP, "--as", ANNA, *TEXT)
    assert office.lines("form", HOST, "reflection", "--forget", "--as", ANNA) == ["What was kept is gone."]
    assert office.lines("form", HOST, "reflection", "--forget", "--as", ANNA) == ["Nothing was kept."]
    assert office.refused(*KEEP, "--as", ANNA, *TEXT, "--version", "1")[1].endswith("leave out --version")


def test_what_was_given_back_unsigned_is_there_to_go_on_with(tmp_path: Path) -> None:
    office = a_shared_office(tmp_path)
    office.run(*KEEP, "--as", ANNA, *TEXT)
    office.run("act", HOST, "submit", "reflection", "--as", ANNA, "--kept", "--answer", "grade=far")
    assert office.refused(*KEEP, "--as", "cora@bureau.example", *TEXT)[1].endswith("waits for a signature")
    office.run("act", HOST, "submit", "reflection", "--as", "cora@bureau.example", "--answer", "signed=no")
    found = office.json("form", HOST, "reflection", "--as", ANNA)
    assert (found["proposed"], found["kept"]) == ({"text": "Het gaat goed hier", "grade": "far"}, None)


def test_a_task_that_has_run_out_in_the_meantime_takes_no_more_answers(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    office.run(*KEEP, "--as", ANNA, *TEXT)
    late = office.at("2028-01-01T09:00")
    assert late.refused(*KEEP, "--as", ANNA, *TEXT)[0] == "Can't keep answers to ‘Write a short reflection’:"


@pytest.mark.parametrize("text", ["nul \x00", "half \ud800"])
def test_characters_that_no_database_holds_are_refused(tmp_path: Path, text: str) -> None:
    office = a_writing_office(tmp_path)
    file = tmp_path / "answers.json"
    file.write_text(json.dumps({"text": text}))
    assert (
        office.refused(*KEEP, "--as", ANNA, "--answers-json", file)[1]
        == "- the text has characters that cannot be kept"
    )


def test_what_is_too_long_for_a_database_is_refused(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    file = tmp_path / "answers.json"
    file.write_text(json.dumps({"text": "x" * 2_000_000}))
    assert office.refused(*KEEP, "--as", ANNA, "--answers-json", file)[1].endswith("at most 2000000 fit")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--keep",), "name with --as who keeps it"),
        (("--keep", "--forget", "--as", ANNA), "say --keep or --forget, not both"),
        (TEXT, "answers are kept with --keep"),
        (("--version", "1"), "answers are kept with --keep"),
    ],
)
def test_a_command_that_says_too_little_or_too_much_is_refused(
    tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    assert says in a_writing_office(tmp_path).run("form", HOST, "reflection", *words, code=2).stderr


def test_it_is_in_the_export_of_who_kept_it_and_not_in_that_of_the_case(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    office.run(*KEEP, "--as", ANNA, *TEXT)
    for name, what in (("anna", ("--person", ANNA)), ("sam", ("--person", SAM)), ("case", ("--case", HOST))):
        office.run("export", *what, "--out", tmp_path / f"{name}.json")
    (case,) = json.loads((tmp_path / "anna.json").read_text())["cases"]
    assert [(one["task"], one["answers"]) for one in case["unfinished"]] == [
        ("reflection:1", {"text": "Het gaat goed hier"})
    ]
    assert all("Het gaat goed" not in (tmp_path / f"{name}.json").read_text() for name in ("sam", "case"))


def test_it_comes_back_with_a_backup(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    office.run(*KEEP, "--as", ANNA, *TEXT)
    office.run("backup", tmp_path / "all.zip")
    again = Office(folder=tmp_path / "again")
    again.folder.mkdir()
    again.run("restore", tmp_path / "all.zip")
    assert again.json("form", HOST, "reflection", "--as", ANNA)["kept"]["answers"] == {"text": "Het gaat goed hier"}
