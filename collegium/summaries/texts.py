"""What do summaries say in each language? The catalogue in `data/summary_texts.yaml`, read once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from notifications import address
from workflows.plain_yaml import load_plain

FALLBACK = "en"


@cache
def catalogue() -> dict[str, Any]:
    """Settings and texts, as they are written."""
    text = (files("collegium") / "data" / "summary_texts.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = load_plain(text)
    return loaded


def settings() -> Mapping[str, int]:
    """Numbers of the office's own: how far ahead visits are shown, how many visits to others are asked of a host."""
    found: Mapping[str, int] = catalogue()["settings"]
    return found


def languages() -> tuple[str, ...]:
    """The languages in which every text is there."""
    texts = catalogue()["texts"].values()
    return tuple(name for name in next(iter(texts)) if all(name in each for each in catalogue()["texts"].values()))


class Texts:
    """The texts of one language, English where there are none, in the reader's form of address."""

    def __init__(self, language: str, *, informal: bool = False) -> None:
        self._informal = informal
        self.language = language if language in languages() else FALLBACK
        self._texts: Mapping[str, Mapping[str, Any]] = catalogue()["texts"]

    def __call__(self, name: str, /, **values: object) -> str:
        return address.chosen(str(self._texts[name][self.language]), informal=self._informal).format(**values)

    def named(self, section: str, name: str) -> str:
        """A text of another section, such as a kind of training; where there is none, the name itself in words."""
        texts = catalogue()[section].get(name, {})
        return str(texts.get(self.language) or name.replace("_", " "))

    def counted(self, name: str, n: int) -> str:
        """The form for one or for several."""
        one, several = self._texts[name][self.language]
        return address.chosen(str(one if n == 1 else several), informal=self._informal).format(n=n)
