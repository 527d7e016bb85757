"""`documents`: what was answered, and what the office, somebody else and anybody read of it."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

from tests.builders.definitions import SMALL_REVIEW
from tests.collegium.command_line import HOST, Office, a_new_office, a_writing_office

ANSWERS = ("--answer", "text=het gaat goed", "--answer", "grade=far", "--answer", "authors.1.name=Zoë")
READ = [
    "Partnerschap De Linde: Write a short reflection", "What goes well, and what could be better?", "het gaat goed",
    "Where do you stand?", "Far already",
]  # fmt: skip


def answered(folder: Path) -> Office:
    office = a_writing_office(folder)
    office.run("act", HOST, "submit", "reflection", *ANSWERS, "--as", "Anna Bos")
    return office


def test_a_document_is_listed_with_its_class_and_who_sees_it(tmp_path: Path) -> None:
    (facts,) = answered(tmp_path).json("documents", HOST)
    assert (facts["task"], facts["class"], facts["by"], facts["public_since"]) == (
        "reflection:1",
        "party",
        "Anna Bos",
        None,
    )
    assert facts["readers"] == ["Review office", "Contact person", "Responsible board member"]
    heading, _, line = answered_lines = Office(folder=tmp_path, now="2027-03-01T09:00").lines("documents", HOST)
    assert "For both sides" in line
    assert len(answered_lines) == 3
    assert heading.startswith("Task")


def test_it_is_read_by_whom_its_process_names_and_others_are_told_why_not(tmp_path: Path) -> None:
    office = answered(tmp_path)
    authors = ["Who helped to write?", "1. Name: Zoë"]
    assert office.lines("documents", HOST, "reflection", "--as", "Anna Bos") == [*READ, *authors]
    assert office.lines("documents", HOST, "reflection") == [*READ, *authors]
    assert office.refused("documents", HOST, "reflection", "--public") == [
        "Can't read ‘Write a short reflection’:", "- it is not public",
    ]  # fmt: skip
    assert office.lines("documents", HOST, "--public") == ["There is nothing to read."]


def test_what_has_become_public_anybody_reads_but_for_what_is_left_out(tmp_path: Path) -> None:
    office = answered(tmp_path).at("2027-04-26T09:00")
    office.run("act", HOST, "recalculate", "--reason", "a day later")
    assert office.lines("documents", HOST, "reflection", "--public") == [
        READ[0], "Public since Mon 2027-04-26.", *READ[1:], "Who helped to write?", "1.",
    ]  # fmt: skip
    (facts,) = office.json("documents", HOST, "--public")
    assert facts["public_since"].startswith("2027-04-26")
    assert office.json("documents", HOST, "reflection", "--public")["answers"] == {
        "text": "het gaat goed", "grade": "far", "authors": [{}],
    }  # fmt: skip


def test_what_is_public_names_nobody_and_says_not_who_may_see_it(tmp_path: Path) -> None:
    office = answered(tmp_path).at("2027-04-26T09:00")
    office.run("act", HOST, "recalculate", "--reason", "a day later")
    keys = {"task", "label", "class", "given", "public_since", "removed"}
    assert [set(facts) for facts in office.json("documents", HOST, "--public")] == [keys]
    assert set(office.json("documents", HOST, "reflection", "--public")) == {*keys, "answers"}
    assert set(office.json("documents", HOST)[0]) == {*keys, "by", "readers"}
    told = office.run("documents", HOST, "--public").stdout
    assert "Review office" not in told


def test_what_was_published_is_read_by_anybody_after_another_answer(tmp_path: Path) -> None:
    office = answered(tmp_path).at("2027-04-26T09:00")
    office.run("act", HOST, "recalculate", "--reason", "a day later")
    before = office.lines("documents", HOST, "reflection", "--public")
    office.run("act", HOST, "correct", "--task", "reflection:1", "--to", "open", "--reason", "anew")
    office.run("act", HOST, "submit", "reflection", *ANSWERS[2:], "--answer", "text=het ging beter", "--as", "Anna Bos")
    assert office.lines("documents", HOST, "reflection", "--public") == before
    assert "het ging beter" in office.lines("documents", HOST, "reflection")


def test_an_amount_is_shown_as_people_of_that_language_write_it(tmp_path: Path) -> None:
    process = copytree(SMALL_REVIEW, tmp_path / "small_review")
    with (process / "forms" / "reflection.yaml").open("a", encoding="utf-8") as file:
        file.write("  fee:\n    type: money\n    currency: EUR\n    says: {nl: Kosten, en: Fee}\n")
    office = a_new_office(tmp_path)
    office.run("launch", process, "--name", "Ronde 2027", "--hosts", HOST)
    office.run("act", HOST, "take", "begin", "--answer", "day=2027-06-15")
    office.run("act", HOST, "submit", "reflection", *ANSWERS, "--answer", "fee=1250", "--as", "Anna Bos")
    read = ("documents", HOST, "reflection", "--language")
    assert [office.lines(*read, each)[-1] for each in ("nl", "en")] == ["€ 1.250,00", "€ 1,250.00"]


def test_a_person_and_anybody_cannot_be_meant_together(tmp_path: Path) -> None:
    assert "not both" in " ".join(answered(tmp_path).notes("documents", HOST, "--as", "Anna Bos", "--public", code=2))


def test_what_nobody_has_answered_is_said_to_be_so(tmp_path: Path) -> None:
    assert "has not been answered" in a_writing_office(tmp_path).refused("documents", HOST, "reflection")[0]


def test_a_document_goes_by_the_name_of_its_form_too_and_one_that_was_not_begun_is_said_to_be_so(
    tmp_path: Path,
) -> None:
    own = copytree(SMALL_REVIEW, tmp_path / "own")
    text = (own / "process.yaml").read_text(encoding="utf-8")
    for old, new in (
        ("reflection.", "write_it."),
        ("  reflection:\n", "  write_it:\n"),
        ("asks: reflection", "asks: write_it"),
    ):
        assert old in text
        text = text.replace(old, new)
    (own / "process.yaml").write_text(text, encoding="utf-8")
    office = a_new_office(tmp_path)
    office.run("launch", own, "--name", "Ronde 2027", "--hosts", HOST)
    for word in ("reflection", "write_it"):
        assert office.refused("documents", HOST, word, "--public") == [
            "‘Write a short reflection’ has not been answered"
        ]
    office.run("act", HOST, "take", "begin", "--answer", "day=2027-06-15")
    office.run("act", HOST, "submit", "write_it", *ANSWERS, "--as", "Anna Bos")
    assert office.lines("documents", HOST, "reflection")[2:] == office.lines("documents", HOST, "write_it")[2:] != []
