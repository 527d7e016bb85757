"""Which sentences does our code say to people when it refuses? Read from the code itself, without running it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
TWO_WORDS = re.compile(r"[A-Za-z']{2,} [a-z']{2,}")
SILENT_CALLS = {
    "Option",
    "Argument",
    "emit",
    "record",
    "AssertionError",
    "compile",
    "command",
    "add_typer",
    "getLogger",
}
"""Calls whose strings nobody is told as a reason: help texts, names of events and bugs of our own."""


BASES = ("CollegiumError", "Refused")


@dataclass
class Sentences:
    """What the modules say: patterns with the names of their values, and what is said without a pattern."""

    patterns: dict[str, set[str]] = field(default_factory=dict)
    raw: dict[str, list[str]] = field(default_factory=dict)  # sentences put together in the code: where -> what


def sentences(files: list[Path]) -> Sentences:
    """Everything that these files say in words."""
    found = Sentences()
    for path in files:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        _look(tree, found, str(path.relative_to(ROOT)))
    return found


def _look(node: ast.AST, found: Sentences, where: str) -> None:
    for child in _told(node):
        if isinstance(child, ast.Call) and _name(child) == "said":
            pattern = child.args[0]
            if isinstance(pattern, ast.Constant):
                known = found.patterns.setdefault(str(pattern.value), set())
                known |= {str(each.arg) for each in child.keywords}
            else:
                found.raw.setdefault(where, []).append(ast.unparse(child))
            for value in child.keywords:
                _look(value, found, where)
            continue
        if isinstance(child, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in child.values)
            if TWO_WORDS.search(text):
                found.raw.setdefault(where, []).append(text)
            continue
        if isinstance(child, ast.Constant) and isinstance(child.value, str) and TWO_WORDS.search(child.value):
            found.patterns.setdefault(child.value, set())
        _look(child, found, where)


def _told(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a node that may hold a sentence for people."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            continue  # a docstring
        if isinstance(child, ast.Call) and _name(child) in SILENT_CALLS:
            continue
        yield child


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def defaults(files: list[Path]) -> dict[str, str]:
    """The sentence that an error says by itself, the first line of its docstring: class -> sentence."""
    found = {}
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and any(ast.unparse(base) in BASES for base in node.bases):
                text = ast.get_docstring(node)
                if text:
                    found[node.name] = text.splitlines()[0]
    return found
