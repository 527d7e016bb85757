"""`init`, and what all commands have in common: help, exit codes, sentences in place of tracebacks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from collegium.cli.app import app
from tests.builders.definitions import SMALL_REVIEW
from tests.collegium.command_line import Office, a_new_office, an_office_with_a_case

COMMANDS = [
    "init", "people", "check", "draw", "launch", "cases", "show", "act", "due", "outbox", "summary", "run", "demo",
    "verify",
]  # fmt: skip
ACTIONS = [
    "take", "submit", "answer", "assign", "substitute", "extend", "pause", "resume", "waive", "pin", "differ",
    "correct", "recalculate",
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help_with_an_example(command: str) -> None:
    found = CliRunner().invoke(app, [command, "--help"], prog_name="collegium")
    assert found.exit_code == 0
    assert f"Example: collegium {command}" in " ".join(found.output.split())


@pytest.mark.parametrize("action", ACTIONS)
def test_each_action_has_help_with_an_example(action: str) -> None:
    found = CliRunner().invoke(app, ["act", "CASE", action, "--help"], prog_name="collegium")
    assert found.exit_code == 0
    assert "Example: collegium act" in " ".join(found.output.split())


def test_help_imports_neither_the_database_nor_the_definitions() -> None:
    program = "import sys, collegium.cli.app; print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in found.stdout.split()}
    assert loaded.isdisjoint({"sqlalchemy", "sqlmodel", "pydantic", "lark", "yaml", "jinja2", "rich", "openpyxl"})


def test_without_a_database_the_command_says_how_to_make_one(tmp_path: Path) -> None:
    office = Office(folder=tmp_path)
    assert office.refused("cases") == [f"There is no database {office.database}: `collegium init` makes one"]
    assert not office.database.exists()


def test_a_file_that_is_no_database_gives_a_sentence(tmp_path: Path) -> None:
    office = Office(folder=tmp_path)
    office.database.write_text("this is a letter, and a rather long one, but no database at all")
    assert office.refused("cases") == [f"Can't read {office.database}: file is not a database."]


def test_an_office_is_made_once(tmp_path: Path) -> None:
    office = Office(folder=tmp_path)
    office.run("init", "--name", "Bureau", "--email", "bureau@bureau.example")
    assert office.refused("init", "--name", "Ander", "--email", "ander@bureau.example") == [
        "Can't set up Ander:",
        "- there is an office already, Bureau (id office): change it with --update, "
        "or set up another one with an --id of its own",
    ]  # fmt: skip
    office.run("init", "--name", "Ander", "--email", "ander@bureau.example", "--update")
    assert "no such cases" in office.run("cases").stdout.lower()


def test_a_wrong_zone_or_address_is_a_wrong_use(tmp_path: Path) -> None:
    office = Office(folder=tmp_path)
    office.run("init", "--name", "Bureau", "--email", "bureau", code=2)
    office.run("init", "--name", "Bureau", "--email", "b@b.example", "--zone", "Mars/Base", code=2)
    assert not office.database.exists()


def test_with_two_offices_one_must_be_chosen(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    office.run("init", "--name", "Tweede", "--email", "t@t.example", "--id", "second")
    assert office.refused("cases") == ["There are several offices, choose with --office: office, second"]
    office.run("--office", "tweede", "cases")
    assert office.refused("--office", "derde", "cases") == ["There is no office derde; there are office, second"]


def test_a_moment_without_an_offset_is_local_time(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    facts = office.at("2027-07-01T12:00").json("show", "De Linde")
    assert facts["events"][0]["on"] == "2027-03-01T09:00:00+01:00"
    office.at("yesterday").run("cases", code=2)


def test_the_program_starts_without_what_only_some_commands_need() -> None:
    """Importing all costs over a second: a command imports what it needs, and the list of commands nearly nothing."""
    seen = "import sys; sys.argv[1:] = ['--help']\nfrom collegium.__main__ import main\ntry:\n    main()\n"
    told = "finally:\n    print('imported', *sorted({each.partition('.')[0] for each in sys.modules}))"
    found = subprocess.run([sys.executable, "-c", seen + told], capture_output=True, check=True, text=True)
    imported = set(found.stdout.rpartition("imported ")[2].split())
    ours = {each for each in imported - sys.stdlib_module_names if not each.startswith("_")}
    assert ours <= {"collegium", "engine", "typer", "annotated_doc", "shellingham"}


def test_a_process_is_checked_without_what_only_the_database_and_the_mail_need() -> None:
    """Importing these took a third of the time that the check of a small process takes."""
    seen = f"import sys; sys.argv[1:] = ['check', {str(SMALL_REVIEW)!r}]\n"
    seen += "from collegium.__main__ import main\ntry:\n    main()\n"
    told = "finally:\n    print('imported', *sys.modules)"
    found = subprocess.run([sys.executable, "-c", seen + told], capture_output=True, check=True, text=True)
    imported = {each.partition(".")[0] for each in found.stdout.rpartition("imported ")[2].split()}
    assert imported.isdisjoint({"sqlalchemy", "storage", "aiosmtplib", "openpyxl", "icalendar"})


def test_a_command_that_stands_in_a_group_is_named_with_its_group(tmp_path: Path) -> None:
    office = Office(folder=tmp_path)
    assert office.refused("import", "lijst.xlsx", code=2)[-1] == (
        "Error: There is no command 'import'. Did you mean people import or calendar import?"
    )
    assert office.refused("--language", "nl", "import", "lijst.xlsx", code=2)[-1] == (
        "Error: Het commando “import” bestaat niet. Bedoeld wordt misschien people import of calendar import."
    )
    assert office.refused("exprot", code=2)[-1] == "Error: No such command 'exprot'. Did you mean 'export'?"
