"""What does each check of a process ask, and by which kind is its warning accepted? Read from the checks themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from workflows.checks.accepting import PROVED

CHECKS = Path(__file__).parents[1] / "workflows" / "checks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A module that finds something: the question that it begins with, and the kinds of what it finds."""

    asks: str
    errors: tuple[str, ...]
    warnings: tuple[str, ...]


def checks() -> Iterator[Check]:
    """All modules that find something, in the order of their names."""
    for path in sorted(CHECKS.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found = sorted(set(_kinds(tree)))
        if found:
            yield Check(
                asks=" ".join((ast.get_docstring(tree) or "").split("\n\n")[0].split()),
                errors=tuple(dict.fromkeys(kind for kind, severity in found if severity != "warning")),
                warnings=tuple(dict.fromkeys(kind for kind, severity in found if severity != "error")),
            )


def _kinds(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Kind and severity of each finding; `either` where the code says it by a name."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Finding":
            given = {each.arg: each.value for each in call.keywords}
            severity = given.get("severity", ast.Constant("error"))
            sure = str(severity.value) if isinstance(severity, ast.Constant) else "either"
            yield from ((kind, sure) for kind in _constants(given["kind"]))


def _constants(kind: ast.expr) -> tuple[str, ...]:
    """The kinds that stand there; raises ValueError for one that the page could not name."""
    match kind:
        case ast.Constant(str(value)):
            return (value,)
        case ast.IfExp():
            return (*_constants(kind.body), *_constants(kind.orelse))
    raise ValueError(f"Write the kind of a finding out: `{ast.unparse(kind)}` cannot be named on the page.")


def page() -> Iterator[str]:
    """The page, line by line, without its heading."""
    yield "| what is asked | warnings, by the kind that accepts them | errors |"
    yield "|---|---|---|"
    for check in checks():
        yield f"| {check.asks} | {_list(check.warnings)} | {_list(check.errors)} |"
    asks = "What may happen? This is [tried out](../explanation/proof.md), and told with the way there."
    yield f"| {asks} | {_list(tuple(sorted(PROVED)))} | `stuck`, `unreachable`, `never_opens` |"


def _list(kinds: tuple[str, ...]) -> str:
    return ", ".join(f"`{kind}`" for kind in kinds)
