"""How is a reason told that the store keeps with a mail or a notice? As a sentence, in the language of its reader."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from ruamel.yaml import YAML

ANSWER = "{answer}"
"""Stands in the catalogue for the words of a server, at the end of a reason."""


@cache
def reasons() -> Mapping[str, Mapping[str, str]]:
    """What the store keeps -> language -> sentence."""
    text = (files("collegium") / "data" / "mail_reasons.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Mapping[str, str]] = YAML(typ="safe", pure=True).load(text)
    return loaded


def reason_text(reason: str, language: str) -> str | None:
    """The sentence for one reason; None where the catalogue has none."""
    found = reasons().get(reason)
    if found is not None:
        return found[language]
    for begin, texts in reasons().items():
        head = begin.removesuffix(ANSWER)
        if head != begin and reason.startswith(head):
            return texts[language].replace(ANSWER, reason.removeprefix(head))
    return None
