"""Which words does the layout of a mail use in each language? Read once from ``layout/``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from notifications import address

LAYOUT = Path(__file__).parent / "layout"
FALLBACK = "en"


class Texts:
    """The texts of one language by name; a pair is (for one, for several)."""

    def __init__(self, language: str, texts: Mapping[str, Any]) -> None:
        self.language = language
        self._texts = texts

    def __getitem__(self, name: str) -> str:
        text = self._texts[name]
        assert isinstance(text, str)
        return text

    def names(self) -> frozenset[str]:
        return frozenset(self._texts)

    def table(self, name: str) -> Mapping[str, list[str]]:
        return dict(self._texts[name])

    def series(self, name: str) -> list[str]:
        return list(self._texts[name])

    def counted(self, name: str, n: int, **values: object) -> str:
        """The form for one or for several, with ``{n}`` and other values filled in."""
        one, several = self._texts[name]
        return str(one if n == 1 else several).format(n=n, **values)


@cache
def texts(language: str, *, informal: bool = False) -> Texts:
    """The texts of that language, in the reader's form of address; English where there are none."""
    every = _all()
    known = language if language in every else FALLBACK
    return Texts(known, {name: _in_form(text, informal) for name, text in every[known].items()})


def _in_form(text: Any, informal: bool) -> Any:
    if isinstance(text, str):
        return address.chosen(text, informal=informal)
    return [_in_form(each, informal) for each in text] if isinstance(text, list) else text


def languages() -> tuple[str, ...]:
    """The languages that the layout speaks."""
    return tuple(_all())


@cache
def _all() -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = json.loads((LAYOUT / "texts.json").read_text(encoding="utf-8"))
    return loaded
