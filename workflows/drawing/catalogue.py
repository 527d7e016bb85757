"""Which words stand around the labels of a process in a drawing? Read once from ``texts.yaml``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from workflows.plain_yaml import load_plain

TEXTS = Path(__file__).parent / "texts.yaml"
FALLBACK = "en"


class Texts:
    """The texts of one language."""

    def __init__(self, texts: Mapping[str, Any]) -> None:
        self._texts = texts

    def __call__(self, name: str, /, **values: object) -> str:
        """The text of that name, with the values filled in."""
        return str(self._texts[name]).format(**values)

    def among(self, table: str, name: str, /, **values: object) -> str:
        """The text of that name in a table of the catalogue; the name itself where it has none."""
        return str(self._texts[table].get(name, name.replace("_", " "))).format(**values)

    def known(self, table: str, name: str) -> bool:
        return name in self._texts[table]

    def has(self, name: str) -> bool:
        return name in self._texts

    def series(self, name: str) -> list[Any]:
        return list(self._texts[name])

    def series_of(self, table: str, name: str) -> list[str]:
        return list(self._texts[table][name])

    def counted(self, table: str, name: str, n: int) -> str:
        """A number with the word for one or for several."""
        one, several = self._texts[table][name]
        return f"{n} {one if n == 1 else several}"

    def joined(self, parts: Iterable[str], by: str = "and") -> str:
        """``a, b and c``; each part once."""
        *first, last = dict.fromkeys(parts)
        return ", ".join(first) + self(by) + last if first else last


@cache
def texts(language: str) -> Texts:
    """The texts of that language; English where there are none."""
    every: dict[str, Any] = load_plain(TEXTS.read_text(encoding="utf-8"))
    return Texts(every.get(language, every[FALLBACK]))
