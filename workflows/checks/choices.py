"""Can each choice of a derived value be reached? The first one whose lines hold is taken: the strictest goes first."""

from __future__ import annotations

from collections.abc import Iterator

from engine.conditions import all_lines
from engine.definition import Definition, ValueDef
from engine.expressions import Line, Lines, Named
from engine.saying import said
from workflows.checks.findings import Finding


def choices(definition: Definition) -> Iterator[Finding]:
    """Choices that ask all that an earlier one asks, which holds whenever they do."""
    for value in definition.values.values():
        yield from _shadowed(definition, value)


def _shadowed(definition: Definition, value: ValueDef) -> Iterator[Finding]:
    earlier: list[tuple[str, set[Line]]] = []
    for choice, lines in value.first_of:
        asked = _spelled_out(definition, lines)
        before = next((name for name, less in earlier if less <= asked and name != choice), None)
        earlier.append((choice, asked))
        if before is not None:
            message = said(
                "The value `{value}` never becomes `{choice}`: wherever that holds, `{before}` holds too, which stands "
                "before it under `first_of`. Put `{choice}` first, or ask less for it.",
                value=value.name, choice=choice, before=before,
            )  # fmt: skip
            yield Finding(kind="never_chosen", item=("value", value.name), message=message, severity="warning")


def _spelled_out(definition: Definition, lines: Lines) -> set[Line]:
    """Lines that must all hold, with those of the conditions that they name in place of the names."""
    every = all_lines(definition, lines)
    return {line for line in every if line.waive is not None or not isinstance(line.test, Named)}
