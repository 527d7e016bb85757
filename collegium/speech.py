"""In which language does the command line speak, and how does it write days and moments?

One language for the whole of an answer: what `--language` says, else the setting `language`, else the locale where it
is one that we speak, else Dutch. The words stand in `data/command_texts.yaml`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from datetime import date, datetime, tzinfo
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

LANGUAGES = ("nl", "en")
BEGINS = re.compile(r"^(?=[^\s#])", re.MULTILINE)  # a text of the catalogue
_spoken: ContextVar[str] = ContextVar("spoken", default=LANGUAGES[0])


def spoken() -> str:
    """The language of this answer."""
    return _spoken.get()


def speak(language: str) -> None:
    """From here on in this language."""
    _spoken.set(language)


def of_locale(environment: Mapping[str, str] | None = None) -> str:
    """The language of the locale (LC_ALL, LC_MESSAGES, LANG: POSIX, chapter 8.2), Dutch where it is not one of ours."""
    environment = os.environ if environment is None else environment
    locale = next((found for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (found := environment.get(name))), "")
    return locale[:2] if locale[:2] in LANGUAGES else LANGUAGES[0]


class _Texts(Mapping[str, Mapping[str, Any]]):
    """The texts of a file, each read when it is asked for: to read them all takes most of a second."""

    def __init__(self, text: str) -> None:
        parts = [part for part in BEGINS.split(text) if not part.startswith("#")]
        self._parts = {part.partition(":")[0].strip('"'): part for part in parts}
        self._read: dict[str, Mapping[str, Any]] = {}

    def __getitem__(self, name: str) -> Mapping[str, Any]:
        if name not in self._read:
            from workflows.plain_yaml import load_plain  # help needs no catalogue, and stays fast

            self._read[name] = load_plain(self._parts[name])[name]
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        return name in self._parts

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)


@cache
def catalogue() -> Mapping[str, Mapping[str, Any]]:
    """Every text in each language; a pair is for one and for several."""
    return _Texts((files("collegium") / "data" / "command_texts.yaml").read_text(encoding="utf-8"))


def t(name: str, /, **values: object) -> str:
    """The text of that name in the language of this answer."""
    return str(catalogue()[name][spoken()]).format(**values)


def counted(name: str, n: int, /, **values: object) -> str:
    """The form for one or for several."""
    one, several = catalogue()[name][spoken()]
    return str(one if n == 1 else several).format(n=n, **values)


def columns(name: str) -> list[str]:
    """The headings of a table."""
    return [str(each) for each in catalogue()[name][spoken()]]


def known(section: str, name: str) -> str:
    """A word of the program, such as a state, as readers call it; the word itself where there is no other."""
    found = catalogue().get(f"{section}.{name}")
    return str(found[spoken()]) if found is not None else name.replace("_", " ")


def day_text(day: date | None) -> str:
    """``do 2027-04-22`` in Dutch, ``Thu 2027-04-22`` in English; a dash where there is none."""
    return f"{catalogue()['weekdays'][spoken()][day.weekday()]} {day:%Y-%m-%d}" if day is not None else "-"


def moment_text(moment: datetime | None, zone: str | tzinfo | None) -> str:
    """A moment on the clock of the office, whatever zone it was kept in: ``do 2027-04-22 09:30``."""
    if moment is None:
        return "-"
    local = moment.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone)
    return f"{day_text(local.date())} {local:%H:%M}"
