"""Does the house stand as docs/explanation/architecture.md says? Imports, purity, and no process's words in Python."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from tests import vocabulary

ROOT = Path(__file__).parents[1]
PACKAGES = ("engine", "workflows", "notifications", "storage", "collegium")
DEMO = ROOT / "collegium" / "demo"  # the cast of the demo plays these processes, so it may name what is in them

PURE = frozenset({
    "__future__", "ast", "bisect", "calendar", "collections", "contextlib", "dataclasses", "datetime", "decimal",
    "enum", "functools", "graphlib", "hashlib", "heapq", "hmac", "itertools", "json", "math", "operator", "re",
    "statistics", "string", "types", "typing", "unicodedata", "zoneinfo",
})  # fmt: skip
"""What engine/ may import besides itself, pydantic and (in one module) transitions: modules without I/O or clock."""

CLOCKS = frozenset({"now", "utcnow", "today", "fromtimestamp"})

ENGINE_NOUNS = {
    "chair": "the chair's vote breaks a tie in engine/decisions.py",
    "office": "the secretariat that runs the cycle",
    "panel": "everybody on a seat; also the kind of calendar of their holidays",
    "region": "what an organisation lies in, and a kind of organisation",
    "visitor": "in a ring: the organisation of the round that visits the host",
    "reserve": "a state of a holding: accepted while no place was free",
    "organisation": "what a person works for; a rubric happens to use the word for a criterion as well",
    "member": "who belongs to a group",
    "committee": "a body that holds meetings: one of the values of `of`",
    "invitation": "the engine's own task of a candidate",
    "objection": "the engine's own task of who may object",
    "consensus": "one of the engine's three ways to a judgement",
    "contact": "a person's address book entry in mails",
}
LANGUAGE_WORDS = {
    "approve": "a command: lets mail to many go",
    "check": "a command",
    "consent": "what a task of the engine is about where several must agree to a transition",
    "possible": "which actions are: a key of what `show --json` prints",
    "accept": "the key that silences a warning of the checker",
    "answer": "an action",
    "answers": "the answers to a form",
    "ask": "a kind of notice",
    "asked": "what a deed asked: a name that templates may use",
    "date": "a type of form field and a noun of the language",
    "declared": "a tie that was declared, against one that was derived",
    "done": "a state of a task and a verb of conditions",
    "invited": "a state of a seat",
    "none": "a value of `await`, `roll` and `bundle`",
    "read": "the ordinary English of files",
    "ready": "a state of a message",
    "release": "a command: lets a held mail go",
    "resumed": "a moment of a case",
    "sent": "a state of a message",
    "submit": "an action",
    "submitted": "a moment of a task",
    "upheld": "how the engine's own task about a conflict or an objection ends",
    "withdrawn": "a state of a notice",
    "writing": "a mode of a transaction",
    "composed": "a state of a notice",
}
FORM_FIELDS = {
    "finding": "what a row may be marked as, and a choice that says how it stands (`marks`)",
    "findings": "a word of the language: the open findings of the host",
    "again": "what a rule of the engine says, in engine/rules.py: the task is asked anew",
    "answer": "invitation_answer, a form that the engine's own task `invitation` reads",
    "how": "the form of a task with `decides`, read by engine/decisions.py",
    "minority_note": "the form of a task with `decides`, read by engine/decisions.py",
    "motivation": "the form of a task with `decides`, read by engine/decisions.py",
    "objects": "the form of the engine's own task `objection`",
    "voter": "the form of a task with `decides`, read by engine/decisions.py",
    "votes": "the form of a task with `decides`, read by engine/decisions.py",
    "agreed": "a verb of conditions",
    "ended": "a verb of conditions",
    "asked": "data of a notice",
    "choice": "a type of form field",
    "conflict": "a mark of a form field",
    "day": "a unit of distance",
    "declared": "a word in a reason",
    "held": "a state of a message",
    "kind": "a key of stored values",
    "name": "a key of stored values",
    "number": "a type of form field",
    "objection": "the engine's own task",
    "office": "the engine's noun",
    "outcome": "a field of a case",
    "part": "a kind of organisation",
    "people": "a section of the language",
    "present": "a verb of conditions",
    "ready": "a state of a message",
    "reason": "what a deed asks",
    "sector": "a spread of a condition",
    "state": "a key of stored values",
    "task": "the engine's noun",
    "year": "a period",
}  # fmt: skip


def modules(package: str) -> list[Path]:
    return sorted(path for path in (ROOT / package).rglob("*.py") if not path.is_relative_to(DEMO))


def imported(path: Path) -> set[str]:
    """The modules that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def test_imports_keep_the_contracts() -> None:
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert told.returncode == 0, told.stdout  # a process of its own: it silences all loggers of the one that it is in


def test_engine_imports_nothing_that_does_io() -> None:
    allowed = PURE | {"engine", "pydantic", "transitions"}
    assert {
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules("engine")
        for name in imported(path)
        if name.partition(".")[0] not in allowed
    } == set()


def test_engine_reads_no_clock_and_opens_nothing() -> None:
    found: set[str] = set()
    for path in modules("engine"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            if isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
                found.add(f"{path.relative_to(ROOT)}:{node.lineno} {node.func.attr}")
            if isinstance(node.func, ast.Name) and node.func.id in ("open", "print", "input", "exec", "eval"):
                found.add(f"{path.relative_to(ROOT)}:{node.lineno} {node.func.id}")
    assert found == set()


def test_only_positions_imports_transitions() -> None:
    assert [
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if any(name.partition(".")[0] == "transitions" for name in imported(path))
    ] == ["engine/positions.py"]


def test_no_module_shadows_the_standard_library() -> None:
    taken = {"calendar", "queue", "email", "types", "code", "select"}
    assert [path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if path.stem in taken] == []


def test_tests_are_a_package_all_the_way_down() -> None:
    folders = {path.parent for path in (ROOT / "tests").rglob("*.py")}
    assert {folder for folder in folders if not (folder / "__init__.py").exists()} == set()


def test_every_module_says_which_question_it_answers() -> None:
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    assert [
        str(path.relative_to(ROOT))
        for path in files
        if path.stat().st_size and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ] == []


def test_python_holds_no_words_of_a_process() -> None:
    words = vocabulary.of_definitions(ROOT / "workflows")
    files = [path for package in PACKAGES for path in modules(package)]
    found = vocabulary.hits(words, vocabulary.of_code(files, ROOT))
    allowed = ENGINE_NOUNS | LANGUAGE_WORDS
    assert {word: sorted(where) for word, where in sorted(found.items()) if word not in allowed} == {}


def test_engine_reads_no_form_field_of_a_process() -> None:
    words = vocabulary.of_definitions(ROOT / "workflows")
    found = vocabulary.fields_read(words, vocabulary.of_code(modules("engine"), ROOT))
    assert {word: sorted(where) for word, where in sorted(found.items()) if word not in FORM_FIELDS} == {}


def test_every_allowed_word_is_still_needed() -> None:
    words = vocabulary.of_definitions(ROOT / "workflows")
    files = [path for package in PACKAGES for path in modules(package)]
    spoken = vocabulary.hits(words, vocabulary.of_code(files, ROOT))
    read = vocabulary.fields_read(words, vocabulary.of_code(modules("engine"), ROOT))
    assert (ENGINE_NOUNS | LANGUAGE_WORDS).keys() - spoken.keys() == set()
    assert FORM_FIELDS.keys() - read.keys() == set()
