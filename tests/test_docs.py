"""Do the docs tell what there is? Every command, setting, mail and key has its entry; links and examples hold."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.core import TyperGroup

from collegium.cli.app import app
from collegium.settings import PREFIX, Settings
from engine import actions
from workflows import loader
from workflows.compiling.names import BUILT_IN_NOTICES
from workflows.judging import judged_files
from workflows.yaml_reading import read_yaml

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])

WORDS = (
    "cycle", "case", "definition", "state", "phase", "transition", "task", "assignment", "seat", "panel", "peer",
    "chair", "secretary", "host", "deadline", "anchor", "reminder", "escalation", "extension", "notice", "message",
    "delivery", "rubric", "safeguard", "base quality", "ambition", "finding", "summary", "rehearsal",
    "conflict of interest", "recusal", "stage", "track", "holding", "participant", "criterion", "office",
)  # fmt: skip


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def every_command() -> TyperGroup:
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    return group


def commands(group: Any = None, above: str = "collegium") -> Iterator[tuple[str, Any]]:
    """Every command, those below a group as well, with its path."""
    group = group or every_command()
    assert isinstance(group, TyperGroup)
    for name, command in group.commands.items():
        yield f"{above} {name}", command
        if isinstance(command, TyperGroup):
            yield from commands(command, f"{above} {name}")


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


# the reference --------------------------------------------------------------------------------------------------------


def test_reference_is_current() -> None:
    done = subprocess.run(
        [sys.executable, str(DOCS / "generate.py"), "--check"],
        capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize(("path", "command"), list(commands()), ids=[path for path, _ in commands()])
def test_command_has_an_entry_and_an_example(path: str, command: Any) -> None:
    assert re.search(rf"^#+ {re.escape(path)}$", text(REFERENCE / "commands.md"), re.MULTILINE)
    assert "Example: collegium " in (command.help or "")


def test_every_setting_has_an_entry() -> None:
    page = text(REFERENCE / "settings.md")
    assert [
        part.name
        for part in fields(Settings)
        if f"| `{part.name}` | `{PREFIX}{part.name.upper()}` |" not in page
    ] == []  # fmt: skip


def test_every_built_in_mail_has_an_entry() -> None:
    page = text(REFERENCE / "mails.md")
    folders = {path.name for path in (ROOT / "workflows" / "defaults" / "mails").iterdir()}
    assert [name for name in sorted(folders | set(BUILT_IN_NOTICES)) if f"| `{name}` |" not in page] == []


def schema_keys() -> Iterator[tuple[str, str]]:
    """(part, key) for each key of the three schemas."""
    roots = {"definition": "Process", "form": "Form", "rubric": "RubricFile"}
    for file, root in roots.items():
        schema = json.loads(text(ROOT / "workflows" / "schema" / f"{file}.schema.json"))
        yield from ((root, key) for key in schema["properties"])
        for name, part in schema.get("$defs", {}).items():
            yield from ((name, key) for key in part["properties"])


@pytest.mark.parametrize("folder", sorted((REFERENCE / "examples").iterdir()), ids=lambda folder: folder.name)
def test_a_process_that_is_an_example_is_sound(folder: Path) -> None:
    told = judged_files(loader.bundle(folder))
    assert (loader.load(folder).errors, told.problems) == ((), ())


def test_every_key_of_the_schemas_has_an_entry() -> None:
    page = text(REFERENCE / "definition.md")
    assert sorted({key for _, key in schema_keys() if f"| `{key}`" not in page} - {"says", "accept"}) == []


def test_no_meaning_is_left_of_a_key_that_went_away() -> None:
    read, problems = read_yaml((REFERENCE / "keys.yaml").read_bytes(), "keys.yaml")
    assert (read is not None, problems) == (True, [])
    assert read is not None
    told = {(str(part), str(key)) for part, keys in read.items() for key in keys or () if part not in ("Item", "mails")}
    assert sorted(told - set(schema_keys())) == []


# all pages ------------------------------------------------------------------------------------------------------------


def anchors(path: Path) -> set[str]:
    """The anchors of a page, as they are made from its headings."""
    headings = re.findall(r"^#+ +(.+?) *$", re.sub(r"```.*?```", "", text(path), flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_links_lead_somewhere(page: Path) -> None:
    broken: list[str] = []
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", text(page), flags=re.DOTALL)):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        other = (page.parent / file).resolve() if file else page
        if not other.exists() or (anchor and other.suffix == ".md" and anchor not in anchors(other)):
            broken.append(target)
    assert broken == []


def shown_commands(page: Path) -> Iterator[list[str]]:
    """The words of each command line in a page's shell blocks that calls collegium."""
    for block in re.findall(r"```sh\n(.*?)```", text(page), re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            if words and words[0].rpartition("/")[2] == "collegium":
                yield words[1:]


def parsed(group: TyperGroup, words: list[str]) -> None:
    """Read a command line as the program would, without doing it; files need not exist."""
    with group.make_context("collegium", list(words)) as context:
        rest = [*context._protected_args, *context.args]
        if not rest:
            return
        name, command, arguments = group.resolve_command(context, rest)
        assert command is not None
        if isinstance(command, TyperGroup):
            parsed(command, arguments)
            return
        try:
            command.make_context(name, arguments, parent=context)
        except typer.BadParameter as error:
            if "does not exist" not in str(error):
                raise


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_commands_that_pages_show_can_be_read(page: Path) -> None:
    for words in shown_commands(page):
        parsed(every_command(), words)


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_make_targets_that_pages_name_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text(ROOT / "Makefile"), re.MULTILINE))
    assert set(re.findall(r"(?:`|^)make ([a-z-]+)", text(page), re.MULTILINE)) - targets == set()


def test_every_make_target_says_what_it_does() -> None:
    makefile = text(ROOT / "Makefile")
    assert set(re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[0].split()) == set(
        re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE)
    )


def test_glossary_has_the_words_of_the_house() -> None:
    rows = {cell.strip(" *") for row in re.findall(r"^\| ([^|]+) \|", text(DOCS / "glossary.md"), re.MULTILINE)
            for cell in row.split(",")}  # fmt: skip
    assert sorted(set(WORDS) - rows) == []


def test_each_need_is_said_once_with_a_verdict_and_they_are_counted_rightly() -> None:
    page = text(DOCS / "explanation" / "needs.md")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines() if re.match(r"\| \d", line)]
    assert [int(row[0]) for row in rows] == list(range(1, 43))
    verdicts = Counter(row[-1].partition(":")[0] for row in rows)
    assert [row[0] for row in rows if row[-1].startswith("yes") and "](" not in row[3]] == []
    assert f"Counts: {verdicts['yes']} yes, {verdicts['partly']} partly, {verdicts['not yet']} not yet." in page
    assert sum(verdicts[word] for word in ("yes", "partly", "not yet")) == len(rows)


def test_readme_names_files_that_exist() -> None:
    named = re.findall(r"`((?:engine|workflows|notifications|storage|collegium)/[\w/]+\.py)`", text(ROOT / "README.md"))
    assert len(set(named)) >= 6
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_each_decision_has_a_number_of_its_own_and_stands_in_the_list() -> None:
    files = sorted(path.name for path in (DOCS / "decisions").glob("[0-9]*.md"))
    assert len({name[:4] for name in files}) == len(files)
    assert re.findall(r"^- \[\d{4}\]\(([^)]+)\)", text(DOCS / "decisions" / "README.md"), re.MULTILINE) == files


@pytest.mark.parametrize(
    "lock", ["requirements.lock", "requirements-dev.lock", "requirements-build.lock", "requirements-mutants.lock"]
)
def test_lock_has_hashes_and_names_no_index(lock: str) -> None:
    lines = text(ROOT / lock).splitlines()
    assert [line for line in lines if "://" in line or "@ " in line or line.startswith("-")] == []
    pinned = [line for line in lines if "==" in line and not line.startswith(" ")]
    assert all(line.endswith(" \\") for line in pinned)
    assert len(pinned) > 5


def test_no_word_of_the_glossary_has_two_meanings() -> None:
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| [^|]+ \|$", text(DOCS / "glossary.md"), re.MULTILINE)
    words = Counter(word.strip() for row in rows for word in row.split(",") if row not in ("word", "---"))
    assert [word for word, number in words.items() if number > 1] == []


def test_the_architecture_names_every_action() -> None:
    said = " ".join(text(DOCS / "explanation" / "architecture.md").lower().split())
    short = {"PauseCase": "pause", "ResumeCase": "resume"}
    classes = [each for each in vars(actions).values() if isinstance(each, type) and is_dataclass(each)]
    names = [each.__name__ for each in classes if each is not actions.Actor]
    words = {name: short.get(name) or re.sub(r"(?<!^)([A-Z])", r" \1", name).lower() for name in names}
    assert [name for name, word in words.items() if word not in said] == []
