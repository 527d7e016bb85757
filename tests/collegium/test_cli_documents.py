"""`documents`: what was answered, and what the office, somebody else and anybody read of it."""

from __future__ import annotations

from pathlib import Path

from tests.collegium.command_line import HOST, Office, a_writing_office

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


def test_a_person_and_anybody_cannot_be_meant_together(tmp_path: Path) -> None:
    assert "not both" in " ".join(answered(tmp_path).notes("documents", HOST, "--as", "Anna Bos", "--public", code=2))


def test_what_nobody_has_answered_is_said_to_be_so(tmp_path: Path) -> None:
    assert "has not been answered" in a_writing_office(tmp_path).refused("documents", HOST, "reflection")[0]
