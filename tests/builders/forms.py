"""What does a test of forms need? A form from its fields, and what answers to it come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.definition import FormDef
from engine.forms import Reach, validate
from tests.builders.engine import a_definition

ROWS = ("one", "two")
PEOPLE: Mapping[str, Sequence[str]] = {"panel": ("ann", "ben")}
PANEL = """
rubric: {file: small}
seats: {peer: {count: 0..5}}
groups: {panel: [peer]}
invitations: {form: answer, due: {at: invited + 5wd}}
"""


def a_form(fields: str) -> FormDef:
    """A form of a process with a rubric and a panel."""
    return a_definition(PANEL, note=fields).forms["note"]


def checked(
    fields: str | FormDef, answers: Mapping[str, Any], *, rows: Sequence[str] = ROWS,
    people: Mapping[str, Sequence[str]] | None = PEOPLE,
) -> tuple[dict[str, Any], list[str]]:  # fmt: skip
    """The clean answers, and what is wrong in words."""
    form = fields if isinstance(fields, FormDef) else a_form(fields)
    clean, problems = validate(a_definition(PANEL), form, answers, Reach(rows=rows, people=people))
    return clean, [str(problem) for problem in problems]


def of(field: str, value: Any, **more: Any) -> Any:
    """The clean value of the one field `x`; there is nothing wrong with it."""
    clean, problems = checked(f"{{x: {field}}}", {"x": value}, **more)
    assert problems == []
    return clean.get("x")


def wrong(field: str, value: Any, **more: Any) -> list[str]:
    """What is wrong with the one field `x`."""
    return checked(f"{{x: {field}}}", {"x": value}, **more)[1]
