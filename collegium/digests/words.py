"""What do digests say in each language? Their own catalogue, beside the phrases of summaries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from collegium.summaries.facts import Summary
from collegium.summaries.words import Words
from engine.digests import DigestKind
from engine.offsets import local
from engine.standing import Day
from notifications.dates_text import day_text
from workflows.plain_yaml import load_plain

FALLBACK = "en"


@cache
def catalogue() -> dict[str, Any]:
    """Texts, as they are written."""
    text = (files("collegium") / "data" / "digest_texts.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = load_plain(text)
    return loaded


def list_name(kind: DigestKind, language: str) -> str:
    """What a kind of digest is called."""
    return str(_in(catalogue()["list_names"][kind], language))


def _in(texts: Mapping[str, Any], language: str) -> Any:
    return texts.get(language, texts[FALLBACK])


class DigestWords(Words):
    """One reader's language: phrases about cases from the summaries, with days as mails write them."""

    def __init__(self, summary: Summary, language: str) -> None:
        super().__init__(summary, language)
        self._own: Mapping[str, Mapping[str, Any]] = catalogue()["texts"]

    def day(self, day: date) -> str:
        return day_text(day, self.language)

    def here(self, moment: datetime) -> date:
        """The day in the office's time."""
        return local(moment, self.summary.office.zone).day

    def say(self, name: str, /, **values: object) -> str:
        return str(_in(self._own[name], self.language)).format(**values)

    def counted(self, name: str, n: int, /, **values: object) -> str:
        """The form for one or for several."""
        one, several = _in(self._own[name], self.language)
        return str(one if n == 1 else several).format(**{"n": n, **values})

    def several(self, names: Iterable[str]) -> str:
        """``De Linde, De Iep en De Els``, each once."""
        found = list(dict.fromkeys(names))
        return self.say("and").join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)

    def sure(self, on: Day) -> str:
        """A day; that not all holidays are known so far ahead is left to the summary itself."""
        text = self.day(on.day)
        return f"{text} ({self.texts('provisional')})" if on.provisional else text
