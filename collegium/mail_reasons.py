"""How is a reason told that the store keeps with a mail or a notice? As a sentence, in the language of its reader."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from workflows.plain_yaml import load_plain

HOST = re.escape("{host}")
ANSWER = "{answer}"
"""Stands in the catalogue for the words of a server, at the end of a reason."""


@cache
def reasons() -> Mapping[str, Mapping[str, str]]:
    """What the store keeps -> language -> sentence."""
    text = (files("collegium") / "data" / "mail_reasons.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Mapping[str, str]] = load_plain(text)
    return loaded


def reason_text(reason: str, language: str) -> str | None:
    """The sentence for one reason; None where the catalogue has none."""
    found = reasons().get(reason)
    if found is not None:
        return found[language]
    for begin, texts in reasons().items():
        head = begin.removesuffix(ANSWER)
        if head != begin and reason.startswith(head):
            return texts[language].replace(ANSWER, answer_text(reason.removeprefix(head), language))
    return None


@cache
def _hints() -> Sequence[tuple[re.Pattern[str], str]]:
    """What helps where a server does not let us in -> its Dutch, the longest first."""
    text = (files("collegium") / "data" / "mail_hints.yaml").read_text(encoding="utf-8")
    loaded: dict[str, str] = load_plain(text)
    ordered = sorted(loaded.items(), key=lambda each: -len(each[0]))
    return [(re.compile(re.escape(hint).replace(HOST, r"(?P<host>\S+)")), dutch) for hint, dutch in ordered]


def answer_text(answer: str, language: str) -> str:
    """The words of a server or of the network as they are, and the hint behind them in the language of its reader."""
    words, stop, _ = answer.partition(". ")
    while stop and language == "nl":
        hint = answer[len(words) + len(stop) :]
        for pattern, dutch in _hints():
            if found := pattern.fullmatch(hint):
                return f"{words}. {dutch.format(**found.groupdict())}"
        more, stop, _ = hint.partition(". ")
        words = f"{words}. {more}"
    return answer
