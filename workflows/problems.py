"""What is wrong with a definition, where, and what would help? Values that the loader and the checker return."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal, NamedTuple, TypeAlias

from engine.saying import said

Severity: TypeAlias = Literal["error", "warning"]


class Place(NamedTuple):
    """Where something stands: a file of the process folder, line and column counted from 1."""

    file: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong, as a full sentence: what, why, and what would help."""

    file: str
    line: int
    column: int
    message: str
    severity: Severity = "error"
    unreadable: bool = field(default=False, compare=False)  # nothing can be made of it, not even for a running case

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.severity}: {self.message}"


def problem(place: Place, message: str, severity: Severity = "error", *, unreadable: bool = False) -> Problem:
    """A problem at a place."""
    return Problem(place.file, place.line, place.column, message, severity, unreadable)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that looks most like the word; None where none comes near."""
    names = list(dict.fromkeys(known))
    found = get_close_matches(word, names, n=1, cutoff=0.6)
    if found:
        return found[0]
    begins = [name for name in names if len(word) > 2 and (name.startswith(word) or word.startswith(name))]
    return begins[0] if begins else None


def did_you_mean(word: str, known: Iterable[str], *, most: int = 8) -> str:
    """``Did you mean `office`?``, or the list of what is known where that is short; empty where nothing helps."""
    names = sorted(set(known))
    if (near := nearest(word, names)) is not None:
        return said("Did you mean `{near}`?", near=near)
    if 0 < len(names) <= most:
        return said("Known are: {names}.", names=quoted(names))
    return ""


def sentence(*parts: str) -> str:
    """The parts that say something, joined by blanks; each keeps its pattern, and is said by itself at the edge."""
    told = {f"part{number}": part for number, part in enumerate(part for part in parts if part)}
    if len(told) < 2:
        return told.get("part0", "")
    return said(" ".join(f"{{{name}:text}}" for name in told), **told)


def quoted(names: Iterable[str]) -> tuple[str, ...]:
    """Names as they stand in a list of a sentence: each between grave accents, as in its file."""
    return tuple(f"`{name}`" for name in names)
