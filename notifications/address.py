"""How is a reader addressed? The words of a text that depend on it.

Where a text calls its reader by a word that is different for somebody addressed by the given name, it holds both:
``{formal|informal}``, as in ``{Wilt u|Wil je} dit doen?``.
"""

from __future__ import annotations

import re
from collections.abc import Collection

BOTH = re.compile(r"(?<!\{)\{([^{}|%#\n][^{}|\n]*)\|([^{}|\n]+)\}(?!\})")
ALIKE = re.compile(r"(?<!\{)\{(?![{%#])[^{}]*\|[^{}]*\}(?!\})")
CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|<[^>]*>", re.DOTALL)
WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")


def chosen(source: str, *, informal: bool) -> str:
    """The source with one of the two words in each place that holds both. Raises ValueError where one holds others."""
    found = BOTH.sub(lambda both: both[2 if informal else 1], source)
    odd = ALIKE.search(found)
    if odd is not None:
        raise ValueError(f"{odd[0]} does not hold two forms of address: write {{formal|informal}}, on one line")
    return found


def misplaced(source: str, wrong: Collection[str], *, informal: bool) -> str | None:
    """The first word of a source, in one form of address, that belongs to the other; code of the template aside."""
    words: list[str] = WORD.findall(CODE.sub(" ", chosen(source, informal=informal)))
    return next((word for word in words if word.lower() in wrong), None)
