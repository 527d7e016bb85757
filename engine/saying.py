"""What does the engine say to people? An English sentence that keeps its pattern and values, so that another language
can say it anew at the edge.

A pattern names what each value is: ``Can't extend {task:task}: at most {most}``. English fills the values in as they
are; who has labels, another language or another way to write days asks a `Speaker` (docs/decisions/0024).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from string import Formatter
from typing import Any

JOINERS: Mapping[str, str] = {"": ", ", "or": " or ", "and": " and ", "all": "; "}
PLACE = re.compile(r"\{(\w+)(![rs])?(?::([^}]*))?\}")


class Said(str):
    """A sentence in English, with its pattern and its values."""

    pattern: str
    values: Mapping[str, object]


def said(pattern: str, /, **values: object) -> Said:
    """The sentence of a pattern; a tuple of values is a list, joined as the last word of its place says."""
    bare, joiners = _bare(pattern)
    found = Said(bare.format_map({name: _plain(value, joiners.get(name, "")) for name, value in values.items()}))
    found.pattern, found.values = pattern, values
    return found


@cache
def _bare(pattern: str) -> tuple[str, Mapping[str, str]]:
    """The pattern as `str.format` takes it, and how its lists are joined."""
    joiners = {place[1]: joined_by(place[3] or "")[1] for place in PLACE.finditer(pattern)}
    return PLACE.sub(lambda place: f"{{{place[1]}{place[2] or ''}}}", pattern), joiners


def _plain(value: object, joiner: str) -> object:
    if isinstance(value, tuple | list):
        return JOINERS[joiner].join(str(_plain(each, "")) for each in value)
    if isinstance(value, datetime):
        return value.isoformat()
    return getattr(value, "text", value)  # a line, a date or a distance, as its definition writes it


def joined_by(spec: str) -> tuple[str, str]:
    """The kind of a value and how a list of it is joined: ``role or``, ``and``, ``task``."""
    *kind, last = spec.split() or [""]
    return (" ".join(kind), last) if last in JOINERS else (spec, "")


class Speaker(Formatter):
    """Says sentences in another language or with other words. This one says them in English, as they are."""

    def say(self, text: str) -> str:
        """A sentence anew; one that is no pattern by what the catalogue has for it."""
        if isinstance(text, Said):
            return self.vformat(self.pattern(text.pattern, text.values.get("n")), (), text.values)
        return self.pattern(text)

    def pattern(self, english: str, n: object = None) -> str:
        """The pattern of this language for an English one; `n` is what it counts, where it counts."""
        return english

    def word(self, value: object, kind: str) -> str:
        """A single value of a kind, such as a task by its name."""
        return str(getattr(value, "text", value))

    def join(self, words: Sequence[str], joiner: str) -> str:
        return JOINERS[joiner].join(words)

    def format_field(self, value: Any, format_spec: str) -> str:
        kind, joiner = joined_by(format_spec)
        if isinstance(value, tuple | list):
            return self.join([self._one(each, kind) for each in value], joiner)
        return self._one(value, kind)

    def _one(self, value: object, kind: str) -> str:
        return self.say(value) if isinstance(value, Said) else self.word(value, kind)
